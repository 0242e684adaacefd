"""Finds the withdrawn document whose title or code matches the query when no result does: otherwise
a search for a withdrawn procedure by its name would find everything except this procedure."""

import datetime

from search import engines
from search.engines.interface import Unavailable
from search.engines.queries import Conditions
from search.engines.suggesting import codes_begun
from search.entries import Hit, Results
from search.index.prepared import ENDED, STANDING, Card
from search.page.params import SearchParams
from search.words import codes
from search.words.question import parse_question
from search.words.vietnamese import clean, tokens

LEAST = 2  # minimum syllables of a question that may be a title
MOST = 20  # candidates whose titles have all the words


def namesake(asked: SearchParams, results: Results, held_tokens: frozenset[str]) -> Card | None:
    """The entry with this title or code that ended last and is visible to holders of these tokens;
    None if a result has it too."""
    if (
        not asked.is_plain
        or results.notice
        or any(is_named(hit, asked.words) for hit in results.hits)
    ):
        return None
    question = parse_question(asked.words)
    if not question.terms:
        return None
    *said, last = [term.folded for term in question.terms]
    ended = Conditions(held_tokens, filters={STANDING: (ENDED,)})
    try:
        found = engines.current().reader().titled(said, [last], codes_begun(question), ended, MOST)
    except Unavailable:
        return None
    return max(
        (card for card in found if is_named(card, asked.words)),
        key=lambda card: card.last_day or datetime.date.max,
        default=None,
    )


def is_named(thing: Card | Hit, words: str) -> bool:
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
