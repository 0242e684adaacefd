"""The last look at the first hits: what their titles say of the question, what stands together in their best passage, what still holds.

How much of a title the question says, and how much it leaves unsaid, is what tells near-identical documents apart."""

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence

from search.index.prepared import FOLDED, FOLDED_PAIRS, TITLE, TITLE_PAIRS, Card
from search.ranking.frequencies import Frequencies, importance, with_text
from search.ranking.plan import Plan
from search.words import codes

REORDERED = 50  # so many first hits are reordered by their titles
FIRST = (
    10  # so many of them are reordered once more by their best passage, whose snippet is cut anyway
)
CLOSE = 0.5
PAST = 0.8  # what no longer holds, beside what does
HOME = 1.03  # what is of the user's own agency, beside the same of another
BY_CODE = 1_000.0  # a code that is typed leads to the thing itself, whatever else speaks of it
TITLE_WORDS, TITLE_RUNS = 8.0, 3.0
TITLE_FLOOR = 0.3  # a title's word counts at least so much, however many titles have it
MOST_KNOWN = 200_000  # words of titles whose importance is kept
OWN_TITLES = 0.6  # how much of a title word's importance comes from titles, the rest from texts


class TitleWorth:
    """The importance of the words and pairs of titles, kept as long as an index does not change."""

    def __init__(self, documents: int, frequencies: Frequencies) -> None:
        self._documents, self._frequencies = with_text(documents, frequencies), frequencies
        self.words: dict[str, float] = {}
        self.runs: dict[str, float] = {}

    def learn(self, words: Iterable[frozenset[str]], runs: Iterable[frozenset[str]]) -> None:
        """Looks up what is new in these words and pairs of titles, all at once."""
        wanted: list[tuple[dict[str, float], str, str, str]] = []
        for known, tokens, title, text in (
            (self.words, words, TITLE, FOLDED),
            (self.runs, runs, TITLE_PAIRS, FOLDED_PAIRS),
        ):
            if len(known) > MOST_KNOWN:
                known.clear()
            wanted += [
                (known, title, text, token)
                for token in sorted(set[str]().union(*tokens) - known.keys())
            ]
        if not wanted:
            return
        found = self._frequencies(
            [(field, token) for _, title, text, token in wanted for field in (title, text)]
        )
        for (known, _, _, token), own, other in zip(wanted, found[::2], found[1::2], strict=True):
            known[token] = (
                TITLE_FLOOR
                + OWN_TITLES * importance(self._documents, own)
                + (1 - OWN_TITLES) * importance(self._documents, other)
            )


def reorder(
    found: Sequence[tuple[float, Card]],
    plan: Plan,
    worth: TitleWorth,
    today: datetime.date | None = None,
    home: int | None = None,
) -> list[tuple[float, Card]]:
    """The first hits in their final order: the engine's score, what their titles say, with `today` whether they still hold, and
    before all, whether the question calls them by their code.

    A title counts by the importance of its words that the question says, times the square of
    their share in the title: words that the question does not say speak against it. Words of its
    context belong to the title where the question says them and something of the title itself.
    """
    words, runs = plan.said
    titles = [_title(card, words, runs) for _, card in found]
    worth.learn((title for title, _ in titles if title), (title for _, title in titles if title))
    scale = 1 / math.sqrt(plan.mass)
    scored = []
    for place, ((score, card), (title, title_runs)) in enumerate(zip(found, titles, strict=True)):
        if title:
            score += scale * (
                TITLE_WORDS * _covered(title, words, worth.words)
                + TITLE_RUNS * _covered(title_runs, runs, worth.runs)
            )
        weight = (
            card.weight * PAST if today and card.last_day and card.last_day < today else card.weight
        )
        if home is not None and card.agency == home:
            weight *= HOME
        called = BY_CODE * _called(card, plan) if plan.codes else 0.0
        scored.append((-score * weight - called, place, card))
    scored.sort()  # no two have the same place
    return [(-score, card) for score, _, card in scored]


def _called(card: Card, plan: Plan) -> int:
    """How surely the question means this card by a code: 3 as it is written, 2 in another spelling, 1 by a part of it, 0 not at all."""
    own = [code for code in (card.code, *card.codes) if code]
    if any(codes.whole(code) in plan.codes for code in own):
        return 3 if any(code.casefold() in plan.text for code in own) else 2
    return int(
        any(
            not plan.codes.isdisjoint(token.removeprefix("=") for token in codes.own_tokens(code))
            for code in own
        )
    )


def _title(
    card: Card, words: frozenset[str], runs: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The words and the pairs of a title, with what the question says of its context; either empty where the question says none of it."""
    title = card.title_words
    if title.isdisjoint(words):
        return _NOTHING, _NOTHING
    title_runs = card.title_runs
    if card.context:
        title, title_runs = (
            title | (card.context_tokens[0] & words),
            title_runs | (card.context_tokens[1] & runs),
        )
    return title, _NOTHING if title_runs.isdisjoint(runs) else title_runs


_NOTHING = frozenset[str]()


def _covered(tokens: frozenset[str], said: frozenset[str], worth: dict[str, float]) -> float:
    common = tokens & said
    if not common:
        return 0.0
    hit = sum([worth[t] for t in common])
    return hit * (hit / sum([worth[t] for t in tokens])) ** 2


def closest(
    found: Sequence[tuple[float, Card]], worth: Mapping[str, float]
) -> list[tuple[float, Card]]:
    """The very first hits by score and by how much of the question stands together in their best passage."""
    scored = sorted(
        (-(score + CLOSE * worth.get(card.key, 0.0)), place, card)
        for place, (score, card) in enumerate(found)
    )
    return [(-score, card) for score, _, card in scored]
