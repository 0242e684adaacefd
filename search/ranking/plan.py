"""How results are selected and ordered, identically for every engine.

A question becomes a *plan*: weighted term clauses that score (BM25), and the condition that a
result must meet. The engine returns the first hits by the clauses;
``search.ranking.reordering`` then weighs how much of each title the question covers, and how
much it leaves out, which tells near-identical documents apart. Weights are tuned on two judged
sets at once (``manage.py evaluate_search``).
"""

import math
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from search.index.prepared import (
    CITED,
    FILE,
    FOLDED,
    FOLDED_PAIRS,
    MARKED,
    OWN_CODE,
    TITLE_PAIRS,
)
from search.ranking.frequencies import Counts, Frequencies, may_be_hidden, question_word_share
from search.ranking.needs import SYNONYM, Alternatives, Need, is_name, needs
from search.ranking.snippets import FILE_SHARE
from search.words.question import Expansion, Question, Term
from search.words.vietnamese import pairs

# Weights of a word with marks as typed, of a folded word, and of a folded pair of adjacent words
# (marks add nothing to it).
WORD, FOLDED_WORD, PAIR = 0.5, 0.3, 1.3
CODE, LOOSE_CODE, WHOLE_CODE, CITED_CODE = 3.0, 2.0, 2.0, 1.0
SAME = 0.8  # if this fraction of the folded matches has the marks as typed, one clause serves both
SAYS_LITTLE = 0.1  # of the highest clause: lower weights are dropped, as they only cost time


@dataclass(frozen=True)
class Clause:
    """A token that adds to the score of the documents that have it."""

    field: str
    token: str
    weight: float


@dataclass(frozen=True)
class Plan:
    """The query for an engine."""

    clauses: tuple[Clause, ...]
    needs: tuple[Need, ...]  # from narrow to wide
    phrases: tuple[tuple[Term, ...], ...]
    left_out: tuple[tuple[Term, ...], ...]
    scale: float  # the spread of the scores, see `_scale`
    said: frozenset[str]  # folded words of the question and of its exact synonyms
    unknown: tuple[Term, ...]  # words that occur nowhere
    # Codes of things, or parts of them, in the question, without leading zeros
    codes: frozenset[str]
    text: str  # the question in lower case

    @property
    def empty(self) -> bool:
        return not (self.needs or self.phrases)


def plan(
    question: Question,
    expansions: Sequence[Expansion],
    documents: int,
    frequencies: Frequencies,
    prefixed: Sequence[str] = (),
    hidden: Set[str] = frozenset(),
) -> Plan:
    """The plan for a question over an index with this number of documents.

    ``prefixed`` are words of the index that complete the question's last word; ``hidden`` are
    folded words and codes that occur only in entries that the user may not see: they count as
    unknown, so that the answer does not reveal that they exist.
    """
    counts = Counts(documents, frequencies, hidden)
    counts.learn(tokens_of(question, expansions, prefixed))
    clauses = _text_clauses(question.terms, question.marked, counts, 1.0)
    for expansion in expansions:
        marked = any(t.marked != t.folded for t in expansion.terms)
        clauses += _text_clauses(
            expansion.terms, marked and question.marked, counts, SYNONYM * expansion.weight
        )
    if prefixed:
        clauses += [Clause(FOLDED, word, WORD / 2) for word in prefixed if counts.of(FOLDED, word)]
    codes, groups, own = _codes(question, counts)
    clauses = _without_idle([*codes, *_once(clauses)], counts)
    return Plan(
        clauses=tuple(clauses),
        needs=needs(question, expansions, prefixed, counts, groups),
        phrases=question.phrases,
        left_out=question.left_out,
        scale=_scale(question, expansions, counts),
        said=frozenset(
            t.folded
            for terms in [question.terms, *(e.terms for e in expansions if e.weight >= SYNONYM)]
            for t in terms
        ),
        unknown=tuple(
            t
            for t in question.distinct
            if not counts.of(FOLDED, t.folded)
            and not counts.in_files(t.folded)
            and not any(t.folded in code for code in own)
        ),
        codes=frozenset(own),
        text=question.text.casefold(),
    )


def maybe_hidden(
    question: Question, documents: int, frequencies: Frequencies
) -> list[tuple[str, str]]:
    """The tokens of the question that occur in so few documents that all of them may be hidden from
    the user."""
    wanted = [
        key for t in question.distinct for key in ((FOLDED, t.folded), (MARKED, FILE + t.folded))
    ]
    wanted += [
        key
        for token in question.codes
        for key in ((OWN_CODE, token), (CITED, token), (MARKED, FILE + token))
    ]
    wanted += [
        (OWN_CODE, token) for token in (*question.loose_codes, *filter(None, [question.name]))
    ]
    return [
        key
        for key, number in zip(wanted, frequencies(wanted), strict=True)
        if may_be_hidden(number, documents)
    ]


def tokens_of(
    question: Question, expansions: Sequence[Expansion], prefixed: Sequence[str] = ()
) -> Iterable[tuple[str, str]]:
    """All (field, token) pairs whose frequencies a plan needs."""
    for terms in [question.terms, *(e.terms for e in expansions)]:
        marked, folded = [t.marked for t in terms], [t.folded for t in terms]
        for field, tokens in ((MARKED, marked), (FOLDED, folded), (FOLDED_PAIRS, pairs(folded))):
            yield from ((field, token) for token in tokens)
        yield from ((MARKED, FILE + token) for token in (*folded, *pairs(folded)))
    yield from ((FOLDED, word) for word in prefixed)
    for token in question.codes:
        yield from (
            (OWN_CODE, token),
            (CITED, token),
            (OWN_CODE, "#" + token),
            (MARKED, FILE + token),
        )
    yield from ((OWN_CODE, token) for token in (*question.loose_codes, question.name))
    yield from ((TITLE_PAIRS, pair) for pair in pairs([t.folded for t in question.terms]))


def _text_clauses(
    terms: Sequence[Term], marked: bool, counts: Counts, weight: float
) -> list[Clause]:
    folded = [t.folded for t in terms]
    clauses = []
    for term in dict.fromkeys(terms):
        both = counts.of(FOLDED, term.folded)
        share = question_word_share(term.marked if marked else term.folded, marked)
        clauses += _file_clauses(FOLDED, term.folded, weight * (WORD + FOLDED_WORD), share, counts)
        if not both:
            continue
        exact = counts.of(MARKED, term.marked) if marked else 0
        if not exact:
            clauses.append(
                _clause(
                    FOLDED,
                    term.folded,
                    weight * (FOLDED_WORD if marked else WORD + FOLDED_WORD),
                    share,
                    counts,
                )
            )
        elif exact >= SAME * both:
            clauses.append(
                _clause(MARKED, term.marked, weight * (WORD + FOLDED_WORD), share, counts)
            )
        else:
            clauses.append(_clause(MARKED, term.marked, weight * WORD, share, counts))
            clauses.append(_clause(FOLDED, term.folded, weight * FOLDED_WORD, share, counts))
    said = pairs([t.marked for t in terms])
    for with_marks, pair in dict.fromkeys(zip(said, pairs(folded), strict=True)):
        share = question_word_share(with_marks if marked else pair, marked)
        clauses += _file_clauses(FOLDED_PAIRS, pair, weight * PAIR, share, counts)
        if counts.of(FOLDED_PAIRS, pair):
            clauses.append(_clause(FOLDED_PAIRS, pair, weight * PAIR, share, counts))
    return clauses


def _clause(field: str, token: str, weight: float, share: float, counts: Counts) -> Clause:
    return Clause(field, token, weight * counts.trust(field, token, share))


def _file_clauses(
    field: str, token: str, weight: float, share: float, counts: Counts
) -> list[Clause]:
    """Clauses for a token in attached passages, worth at most a fraction of its weight in the text,
    however rare it is there.

    One that occurs only in attached passages also gets a clause for the text, so that snippets
    know it."""
    if not counts.in_files(token):
        return []
    own = _clause(field, token, weight, share, counts)
    rarity = min(1.0, counts.importance(field, token) / counts.importance(MARKED, FILE + token))
    return [
        Clause(MARKED, FILE + token, own.weight * FILE_SHARE * rarity),
        *(() if counts.of(field, token) else (own,)),
    ]


def _once(clauses: Iterable[Clause]) -> list[Clause]:
    """Distinct tokens, each with its greatest weight."""
    best: dict[tuple[str, str], Clause] = {}
    for clause in clauses:
        known = best.get((clause.field, clause.token))
        if known is None or known.weight < clause.weight:
            best[clause.field, clause.token] = clause
    return list(best.values())


def _without_idle(clauses: Sequence[Clause], counts: Counts) -> list[Clause]:
    """The clauses without those that hardly score."""
    worth = [c.weight * counts.importance(c.field, c.token) for c in clauses]
    least = SAYS_LITTLE * max(worth, default=0)
    return [c for c, w in zip(clauses, worth, strict=True) if w >= least]


def _codes(
    question: Question, counts: Counts
) -> tuple[list[Clause], list[Alternatives], list[str]]:
    """Clauses for codes in the question: the longest existing runs, without overlaps; and those
    that are the codes of things."""
    clauses, groups, taken, called = [], [], list[str](), list[str]()
    for token, loose in zip(question.codes, question.loose_codes, strict=True):
        if any(token in longer for longer in taken):
            continue
        own, cited, filed = (
            counts.of(OWN_CODE, token),
            counts.of(CITED, token),
            counts.in_files(token),
        )
        near = 0 if own else counts.of(OWN_CODE, loose)
        if not (own or cited or near or filed):
            continue
        taken.append(token)
        if own or near:
            called.append(loose.removeprefix("="))
        group = []
        for field, name, frequency, weight in (
            (OWN_CODE, token, own, CODE),
            (OWN_CODE, "#" + token, own and counts.of(OWN_CODE, "#" + token), WHOLE_CODE),
            (OWN_CODE, loose, near, LOOSE_CODE),
            (CITED, token, cited, CITED_CODE),
            (MARKED, FILE + token, filed, CITED_CODE * FILE_SHARE),
        ):
            if frequency:
                clauses.append(Clause(field, name, weight))
                group.append((field, name))
        groups.append(tuple(group))
    if is_name(question, counts):
        clauses.append(Clause(OWN_CODE, question.name, CODE))
        called.append(question.name)
    return clauses, groups, called


def _scale(question: Question, expansions: Sequence[Expansion], counts: Counts) -> float:
    """The root of the sum of squared weights of words and pairs: the spread of scores, whatever the
    size of the index. 1 if the index has none of the words."""
    worth: dict[tuple[str, str], float] = {}
    asked = [(question.terms, 1.0), *((e.terms, SYNONYM * e.weight) for e in expansions)]
    for terms, weight in asked:
        folded = [t.folded for t in terms]
        tokens = zip([t.marked for t in terms], folded, strict=True)
        runs = zip(pairs([t.marked for t in terms]), pairs(folded), strict=True)
        for field, own, found in ((FOLDED, WORD + FOLDED_WORD, tokens), (FOLDED_PAIRS, PAIR, runs)):
            for with_marks, token in found:
                if counts.of(field, token):
                    share = question_word_share(
                        with_marks if question.marked else token, question.marked
                    )
                    value = weight * own * counts.trust(field, token, share)
                    value *= counts.importance(field, token)
                    worth[field, token] = max(worth.get((field, token), 0.0), value)
    return math.sqrt(sum(value * value for value in worth.values())) or 1.0
