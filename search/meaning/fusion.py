"""Fuses the first results by words and the nearest by meaning into one list.

Both scores are normalized over these results, which the user may all see, so that hidden entries
have no influence."""

from collections.abc import Container, Mapping, Sequence

import numpy as np

from search.index.prepared import Card
from search.words.question import Question
from search.words.vietnamese import analyse

MEANING = 0.6  # the weight of meaning relative to words, for a short question
LONG, LONGEST = 10, 25  # words of a question: from here meaning counts for less, and for LITTLE
LITTLE = 0.2
EXACT = 100.0  # an entry whose title is the question comes first, see also `fused`
# Minimum similarity, and maximum distance from the nearest, of results by meaning alone
NEAR, BEHIND = 0.83, 0.03


def weight(question: Question) -> float:
    """The weight of meaning for this question; lower for long ones, whose words are specific."""
    words = len(question.terms)
    share = min(max((words - LONG) / (LONGEST - LONG), 0.0), 1.0)
    return MEANING + (LITTLE - MEANING) * share


def asks_for_meaning(question: Question) -> bool:
    """Whether to search by meaning. Models don't understand text without marks (which are restored
    first, if possible), a quoted phrase is meant literally, and a single word is searched as such."""
    return question.marked and not question.phrases and len(question.terms) > 1


def near_enough(nearest: Sequence[tuple[str, float]]) -> list[str]:
    """Those of the nearest visible entries that are results even without any word of
    the question."""
    least = max([NEAR, *(value - BEHIND for _, value in nearest[:1])])
    return [key for key, value in nearest if value >= least]


def fused(
    found: Sequence[tuple[float, Card]],
    similarities: Mapping[str, float],
    question: Question,
    last: Container[str] = (),
) -> list[tuple[float, Card]]:
    """The results, sorted by the weighted sum of both scores, each relative to the average of
    these results; those with the keys `last` follow the others."""
    words = _standard([score for score, _ in found])
    known = [similarities[card.key] for _, card in found if card.key in similarities]
    middle = sum(known) / len(known) if known else 0.0
    meaning = _standard([similarities.get(card.key, middle) for _, card in found])
    asked, share = [t.folded for t in question.terms], weight(question)
    scored = []
    for place, (_, card) in enumerate(found):
        exact = EXACT if analyse(card.title).folded == asked else 0.0
        exact -= EXACT if card.key in last else 0.0
        scored.append((-(words[place] + share * meaning[place] + exact), place, card))
    scored.sort()
    return [(-score, card) for score, _, card in scored]


def _standard(values: Sequence[float]) -> list[float]:
    spread = float(np.std(values)) if values else 0.0
    if spread < 1e-9:
        return [0.0] * len(values)
    middle = float(np.mean(values))
    return [(value - middle) / spread for value in values]
