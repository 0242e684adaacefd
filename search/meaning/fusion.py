"""Words and meaning together: how the first results by words and what is near the question become one list.

Both are measured against the results at hand, which the user may all see, so nothing hidden has a say."""

from collections.abc import Mapping, Sequence

import numpy as np

from search.index.prepared import Card
from search.words.question import Question
from search.words.vietnamese import analyse

MEANING = 0.8  # the weight of meaning beside that of words, for a short question
LONG, LONGEST = (
    15,
    40,
)  # words: from the one on meaning counts for less, from the other on for little
LITTLE = 0.2
EXACT = 100.0  # whose title is the question stands first
NEAR, BEHIND = (
    0.83,
    0.03,
)  # at least so near, and so little behind the nearest, is what meaning alone finds


def weight(question: Question) -> float:
    """How much meaning counts for this question. A long statement says by its words what it wants."""
    words = len(question.terms)
    share = min(max((words - LONG) / (LONGEST - LONG), 0.0), 1.0)
    return MEANING + (LITTLE - MEANING) * share


def asks_for_meaning(question: Question) -> bool:
    """Whether meaning may add anything: a model understands no text without marks (which are restored before, where they can be),
    and a phrase in quotes is meant as it stands."""
    return question.marked and not question.phrases and len(question.terms) > 1


def near_enough(nearest: Sequence[tuple[str, float]]) -> list[str]:
    """Of the nearest entries that the user may see, those that answer without any word of the question."""
    least = max([NEAR, *(value - BEHIND for _, value in nearest[:1])])
    return [key for key, value in nearest if value >= least]


def fused(
    found: Sequence[tuple[float, Card]], similarities: Mapping[str, float], question: Question
) -> list[tuple[float, Card]]:
    """The results by the sum of both, each as its distance from the average of these results."""
    words = _standard([score for score, _ in found])
    known = [similarities[card.key] for _, card in found if card.key in similarities]
    middle = sum(known) / len(known) if known else 0.0
    meaning = _standard([similarities.get(card.key, middle) for _, card in found])
    asked, share = [t.folded for t in question.terms], weight(question)
    scored = []
    for place, (_, card) in enumerate(found):
        exact = EXACT if analyse(card.title).folded == asked else 0.0
        scored.append((-(words[place] + share * meaning[place] + exact), place, card))
    scored.sort()
    return [(-score, card) for score, _, card in scored]


def _standard(values: Sequence[float]) -> list[float]:
    spread = float(np.std(values)) if values else 0.0
    if spread < 1e-9:
        return [0.0] * len(values)
    middle = float(np.mean(values))
    return [(value - middle) / spread for value in values]
