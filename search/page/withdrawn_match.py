"""What is called as was typed and no longer holds. Where nothing in force is called so, it is named: else who looks for a
withdrawn procedure by its name would find everything but what became of it."""

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

LEAST = 2  # syllables of a question that may be a name
MOST = 20  # things with all the words in their titles that are looked at


def namesake(asked: Asked, results: Results, holds: frozenset[str]) -> Card | None:
    """What has ended last and is called so, visible to who holds these tokens; None where something in `results` is called so."""
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
    """Whether the words, with or without marks, are its code or stand in its title one after another."""
    code = codes.whole(words)
    if code and code == codes.whole(thing.code):
        return True
    asked = tokens(clean(words))[1]
    return (
        len(asked) >= LEAST
        and f" {' '.join(asked)} " in f" {' '.join(tokens(clean(thing.title))[1])} "
    )
