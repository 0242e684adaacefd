"""Suggestions while typing: titles and codes that complete the text."""

from typing import TYPE_CHECKING

from search.engines.queries import Conditions
from search.entries import Suggestion
from search.index.prepared import Card
from search.ranking import snippets
from search.words.question import Question, parse_question
from search.words.vietnamese import analyse

if TYPE_CHECKING:
    from search.engines.interface import Reader

LONGEST_CODE = 40  # letters and digits of a code that is being typed


def _as_typed(card: Card, question: Question) -> int:
    """Number of the question's words in the title with their marks; the last may be a prefix."""
    words = analyse(card.title).marked
    *said, last = [t.marked for t in question.terms]
    return sum(word in words for word in said) + any(word.startswith(last) for word in words)


def codes_begun(question: Question) -> list[str]:
    """Prefixes of codes that the whole question may be."""
    code = "".join(t.folded for t in question.terms)
    return list(dict.fromkeys(c for c in (*question.codes[:1], code) if 1 < len(c) <= LONGEST_CODE))


def suggest(reader: "Reader", typed: str, conditions: Conditions, limit: int) -> list[Suggestion]:
    """Things whose titles or codes complete what was typed."""
    question = parse_question(typed)
    if not question.terms:
        return []
    *said, last = [t.folded for t in question.terms][-12:]
    endings = list(reader.continuations(last, conditions, titles=True, limit=20))
    wider = limit * 4 if question.marked else limit
    cards = reader.titled(
        said, list(dict.fromkeys([last, *endings])), codes_begun(question), conditions, wider
    )
    if question.marked:  # words with the marks as typed come before those without
        cards = sorted(cards, key=lambda card: -_as_typed(card, question))[:limit]
    words = [*[(t.folded, t.marked) for t in question.terms], *((ending, "") for ending in endings)]
    marks = snippets.sought(words)
    return [
        Suggestion(
            text=c.title,
            html=snippets.mark(c.title, marks),
            code=c.code,
            kind=c.kind,
            agency_name=c.agency_name,
            url=c.url,
        )
        for c in cards
    ]
