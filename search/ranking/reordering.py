"""Reorders the first hits by how their titles match the question, by their best passage, and by
whether they are in force.

How much of a title the question covers, and how much it leaves out, tells near-identical
documents apart."""

import datetime
import itertools
from collections.abc import Iterable, Mapping, Sequence

from search.index.prepared import FOLDED, TITLE, Card
from search.ranking.frequencies import Frequencies, importance, with_text
from search.ranking.plan import Plan
from search.words import codes

REORDERED = 50  # first hits that are reordered by their titles
FIRST = 10  # those of them reordered again by their best passage, whose snippet is needed anyway
CLOSE = 1.0  # weight of the best passage relative to the whole text
PAST = 0.8  # factor for entries no longer in force
HOME = 1.03  # factor for entries of the user's own agency
BY_CODE = 1_000.0  # bonus of the thing whose code was typed, over all that mention it
TITLE_WORDS = 3.5  # bonus, relative to the spread of scores, for a title covered entirely
TITLE_FLOOR = 0.3  # minimum weight of a title word, however many titles have it
MOST_KNOWN = 200_000  # title words whose importance is cached
OWN_TITLES = 0.6  # how much of a title word's importance comes from titles, the rest from texts


class TitleWorth:
    """The importance of title words, cached as long as an index does not change."""

    def __init__(self, documents: int, frequencies: Frequencies) -> None:
        self._documents, self._frequencies = with_text(documents, frequencies), frequencies
        self.words: dict[str, float] = {}

    def learn(self, titles: Iterable[frozenset[str]]) -> None:
        """Looks up the importance of new words in these titles, all at once."""
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
    """The first hits in final order: by the engine's score, their titles, with `today` whether they
    are in force, and above all whether the question contains their code.

    A title's bonus is the fraction of its words, by importance, that the question covers: missing
    words count against it. A name in it counts as a title of its own. The bonus is proportional to
    the spread of this question's scores. Context words count as part of the title if the question
    has them as well as some of the title itself.
    """
    titles = [_titles(card, plan.said) for _, card in found]
    worth.learn(itertools.chain.from_iterable(titles))
    scored = []
    for place, ((score, card), own) in enumerate(zip(found, titles, strict=True)):
        if own:
            share = max(_covered(title, plan.said, worth.words) for title in own)
            score += TITLE_WORDS * plan.scale * share
        called = BY_CODE * _code_match(card, plan) if plan.codes else 0.0
        scored.append((-score * _weight(card, today, home) - called, place, card))
    scored.sort()  # ranks are unique
    return [(-score, card) for score, _, card in scored]


def _code_match(card: Card, plan: Plan) -> int:
    """How well a code in the question matches this card: 3 as written, 2 in another spelling, 1 in
    part, 0 not at all."""
    own = [code for code in (card.code, *card.codes) if code]
    if any(codes.whole(code) in plan.codes for code in own):
        return 3 if any(code.casefold() in plan.text for code in own) else 2
    return int(
        any(
            not plan.codes.isdisjoint(token.removeprefix("=") for token in codes.own_tokens(code))
            for code in own
        )
    )


def _titles(card: Card, said: frozenset[str]) -> list[frozenset[str]]:
    """The words of the title and of each name in it, each with the context words in the question;
    those of which the question has no word are left out."""
    context = card.context_words & said if card.context else frozenset()
    own = [card.title_words, *card.name_words]
    return [title | context for title in own if not title.isdisjoint(said)]


def _covered(title: frozenset[str], said: frozenset[str], worth: Mapping[str, float]) -> float:
    """The fraction of the title that the question covers, 0 to 1."""
    return sum([worth[t] for t in title & said]) / sum([worth[t] for t in title])


def reorder_by_passage(
    found: Sequence[tuple[float, Card]],
    worth: Mapping[str, float],
    today: datetime.date | None = None,
    home: int | None = None,
) -> list[tuple[float, Card]]:
    """The very first hits, reordered by score and by the worth of their best passages
    (title included)."""
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
