"""Finds the withdrawn document whose title or code matches the query when nothing in force does:
otherwise a search for a withdrawn procedure by name would find everything but what became of it."""

import datetime

from search import engines
from search.engines.interface import Unavailable
from search.engines.queries import Conditions
from search.engines.suggesting import codes_begun
from search.entries import Hit, Results
from search.index.prepared import ENDED, STANDING, Card
from search.page.params import Asked
from search.words import codes
from search.words.question import ask
from search.words.vietnamese import clean, tokens

LEAST = 2  # minimum syllables of a question that may be a title
MOST = 20  # candidates whose titles have all the words


def namesake(asked: Asked, results: Results, holds: frozenset[str]) -> Card | None:
    """The entry with this title or code that ended last and is visible to holders of these tokens;
    None if a result has it too."""
    if (
        not asked.is_plain
        or results.notice
        or any(is_called(hit, asked.words) for hit in results.hits)
    ):
        return None
    question = ask(asked.words)
    if not question.terms:
        return None
    *said, last = [term.folded for term in question.terms]
    ended = Conditions(holds, filters={STANDING: (ENDED,)})
    try:
        found = engines.current().reader().titled(said, [last], codes_begun(question), ended, MOST)
    except Unavailable:
        return None
    return max(
        (card for card in found if is_called(card, asked.words)),
        key=lambda card: card.last_day or datetime.date.max,
        default=None,
    )


def is_called(thing: Card | Hit, words: str) -> bool:
    """Whether the words, with or without marks, are its code or occur consecutively in
    its title."""
    code = codes.whole(words)
    if code and code == codes.whole(thing.code):
        return True
    asked = tokens(clean(words))[1]
    return (
        len(asked) >= LEAST
        and f" {' '.join(asked)} " in f" {' '.join(tokens(clean(thing.title))[1])} "
    )
