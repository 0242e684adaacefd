"""The last look at the first hits: what their titles say of the question, what stands together in their best passage, what still holds.

How much of a title the question says, and how much it leaves unsaid, is what tells near-identical documents apart."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from search.index.prepared import FOLDED, TITLE, Card
from search.ranking.frequencies import Frequencies, importance, with_text
from search.ranking.plan import Plan
from search.words import codes

REORDERED = 50  # so many first hits are reordered by their titles
FIRST = (
    10  # so many of them are reordered once more by their best passage, whose snippet is cut anyway
)
CLOSE = 1.0  # the best passage beside the whole text
PAST = 0.8  # what no longer holds, beside what does
HOME = 1.03  # what is of the user's own agency, beside the same of another
BY_CODE = 1_000.0  # a code that is typed leads to the thing itself, whatever else speaks of it
TITLE_WORDS = 3.5  # of the scale of the scores, for a title that the question says as a whole
TITLE_FLOOR = 0.3  # a title's word counts at least so much, however many titles have it
MOST_KNOWN = 200_000  # words of titles whose importance is kept
OWN_TITLES = 0.6  # how much of a title word's importance comes from titles, the rest from texts


class TitleWorth:
    """The importance of the words of titles, kept as long as an index does not change."""

    def __init__(self, documents: int, frequencies: Frequencies) -> None:
        self._documents, self._frequencies = with_text(documents, frequencies), frequencies
        self.words: dict[str, float] = {}

    def learn(self, titles: Iterable[frozenset[str]]) -> None:
        """Looks up what is new in these words of titles, all at once."""
        if len(self.words) > MOST_KNOWN:
            self.words.clear()
        new = sorted(set[str]().union(*titles) - self.words.keys())
        if not new:
            return
        found = self._frequencies([(field, word) for word in new for field in (TITLE, FOLDED)])
        for word, own, other in zip(new, found[::2], found[1::2], strict=True):
            self.words[word] = (
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

    A title counts by the share of its words, by importance, that the question says: words that the question does not say speak
    against it. It counts as much as the scores of this question lie apart. Words of its
    context belong to the title where the question says them and something of the title itself.
    """
    titles = [_title(card, plan.said) for _, card in found]
    worth.learn(title for title in titles if title)
    scored = []
    for place, ((score, card), title) in enumerate(zip(found, titles, strict=True)):
        if title:
            score += TITLE_WORDS * plan.scale * _covered(title, plan.said, worth.words)
        called = BY_CODE * _called(card, plan) if plan.codes else 0.0
        scored.append((-score * _weight(card, today, home) - called, place, card))
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


def _title(card: Card, said: frozenset[str]) -> frozenset[str]:
    """The words of a title, with what the question says of its context; empty where the question says none of it."""
    title = card.title_words
    if title.isdisjoint(said):
        return _NOTHING
    return title | (card.context_words & said) if card.context else title


_NOTHING = frozenset[str]()


def _covered(title: frozenset[str], said: frozenset[str], worth: Mapping[str, float]) -> float:
    """The share of the title that the question says, from 0 to 1."""
    return sum([worth[t] for t in title & said]) / sum([worth[t] for t in title])


def closest(
    found: Sequence[tuple[float, Card]],
    worth: Mapping[str, float],
    today: datetime.date | None = None,
    home: int | None = None,
) -> list[tuple[float, Card]]:
    """The very first hits by score and by what their best passages are worth, title in front."""
    scored = sorted(
        (-(score + CLOSE * worth.get(card.key, 0.0) * _weight(card, today, home)), place, card)
        for place, (score, card) in enumerate(found)
    )
    return [(-score, card) for score, _, card in scored]


def _weight(card: Card, today: datetime.date | None, home: int | None) -> float:
    weight = card.weight
    if today and card.last_day and card.last_day < today:
        weight *= PAST
    return weight * HOME if home is not None and card.agency == home else weight
