"""Abbreviations that are in no table: words that occur nowhere but are the initials of words in a
title or heading.

``gks`` is searched as giấy khai sinh if a title has those words. The meaning is taken from
results for the other words of the question, so that an ambiguous abbreviation gets the meaning
that fits."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from search.index.prepared import INITIALS, LONGEST_SHORT, TITLE_PAIRS, initials
from search.ranking.needs import Need
from search.ranking.plan import Plan
from search.words.question import Expansion, Term, terms_of

if TYPE_CHECKING:
    from search.engines.interface import Reader
    from search.engines.queries import Conditions

LOOKED_AT = 10  # results whose titles and headings are read
MOST_SHORT = 4  # abbreviations per question
LEAST = 0.2  # share of the results, weighted by rank, that must support a meaning


def meanings(
    unknown: Sequence[Term], plan: Plan, reader: "Reader", conditions: "Conditions"
) -> list[Expansion]:
    """Expansions of the unknown words. Reads only titles and headings that the user may see."""
    short = [t for t in unknown if 2 <= len(t.folded) <= LONGEST_SHORT and t.folded.isalpha()]
    tokens = [(TITLE_PAIRS, INITIALS + t.folded) for t in short]
    there = [t for t, n in zip(short, reader.frequencies(tokens), strict=True) if n]
    return [e for term in there[:MOST_SHORT] for e in _meanings(term, plan, reader, conditions)]


def _meanings(
    term: Term, plan: Plan, reader: "Reader", conditions: "Conditions"
) -> list[Expansion]:
    need = Need((((TITLE_PAIRS, INITIALS + term.folded),),), False, 1)
    asked = replace(plan, needs=(), phrases=(), left_out=())
    found = reader.match(asked, need, conditions, sort="relevance", start=0, limit=LOOKED_AT)
    stored = reader.stored([card.key for _, card in found])
    worth: dict[tuple[Term, ...], float] = {}
    for place, (_, card) in enumerate(found, 1):
        parts = stored[card.key].parts if card.key in stored else ()
        headings = [card.title, *(part[2] for part in parts)]
        run = next(iter(_runs(headings, term.folded)), None)
        if run:
            worth[run] = worth.get(run, 0.0) + 1 / place
    total = sum(worth.values())
    return [
        Expansion(run, (term.folded,), value / total)
        for run, value in sorted(worth.items(), key=lambda item: -item[1])
        if value >= LEAST * total
    ]


def _runs(headings: Iterable[str], short: str) -> Iterable[tuple[Term, ...]]:
    """The runs of words in the headings with this abbreviation."""
    for heading in headings:
        terms = terms_of(heading)
        folded = [t.folded for t in terms]
        for start, length, found in initials(folded):
            if found == short:
                yield terms[start : start + length]
