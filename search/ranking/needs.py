"""The conditions that select results, from narrow to wide."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from search.index.prepared import FILE, FOLDED, FOLDED_PAIRS, MARKED, OWN_CODE, TITLE_PAIRS
from search.ranking.frequencies import Counts, question_word_share
from search.words.question import Expansion, Question, Term
from search.words.vietnamese import pairs

# Conditions are widened until a page is full: first entries with all the important words (short
# questions only), then with any important word, then with any word.
STRICT, TELLING, ANY = 0.5, 0.2, 0.0  # minimum fraction of the most important word's importance
SHORT = 5  # maximum words of a question that is first taken literally
KEYWORDS = 3  # maximum words of one that is widened only if nothing has all of them
A_PAGE = 10
# Sorted by date, a result needs this fraction of the important pairs, or if none has, of the
# important words (of FEW or more). By relevance this would lose results, as measured.
PAIRS_OF, MOST_OF, FEW = 0.5, 0.6, 3
SYNONYM = 0.6  # weight of an exact synonym; a looser one selects nothing
# Title pairs with at least this fraction of the rarest one's importance also select
NEAR_RAREST = 0.8

Alternatives = tuple[tuple[str, str], ...]  # (field, token): any one is enough


@dataclass(frozen=True)
class Need:
    """Match condition: `least` groups (with `all`: every group) must match by one token, or one
    of `always`.

    `enough` results end the widening. `by_date`: used only if results are sorted by date."""

    groups: tuple[Alternatives, ...]
    all: bool
    enough: int
    always: Alternatives = ()
    least: int = 1
    by_date: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether results have all the important words."""
        return self.all or self.enough == 1


def needs(
    question: Question,
    expansions: Sequence[Expansion],
    prefixed: Sequence[str],
    counts: Counts,
    codes: Sequence[Alternatives],
) -> tuple[Need, ...]:
    """The conditions of a question, from narrow to wide; `codes` are the groups of codes
    that exist."""
    found = [] if codes else _pairs_by_date(question, expansions, counts)
    words = len(question.distinct)
    for share in (STRICT, TELLING, ANY):
        groups, always = _selective_groups(question, expansions, prefixed, counts, codes, share)
        every = share == STRICT
        if not (groups or always) or (every and words > SHORT):
            continue
        need = Need(
            groups, every and len(groups) > 1, 1 if every and words <= KEYWORDS else A_PAGE, always
        )
        if share == TELLING and not codes and len(groups) >= FEW:
            most = math.ceil(MOST_OF * len(groups))
            found.append(replace(need, enough=1, least=most, by_date=True))
        if not any(replace(n, enough=need.enough) == need for n in found):
            found.append(need)
    return tuple(found)


def _pairs_by_date(
    question: Question, expansions: Sequence[Expansion], counts: Counts
) -> list[Need]:
    """For results by date: most of the question's important pairs, or their synonyms. Nearly every
    document has most of its words somewhere."""
    terms = question.terms
    synonyms = [(e.covers, _rarest(e.terms, counts)) for e in expansions if e.weight >= SYNONYM]
    marked = pairs([t.marked if question.marked else t.folded for t in terms])
    worth: dict[str, float] = {}
    selected: dict[str, Alternatives] = {}
    for pair, said, both in zip(
        pairs([t.folded for t in terms]), marked, pairwise(terms), strict=True
    ):
        words = {term.folded for term in both}
        there = _places(FOLDED_PAIRS, pair, counts)
        # A pair that no document has may still be said for something: "mới mất" for "khai tử"
        others = [
            place
            for covers, places in synonyms
            if (words & set(covers) if there else words <= set(covers))
            for place in places
        ]
        if there:
            share = question_word_share(said, question.marked)
            trust = counts.trust(FOLDED_PAIRS, pair, share)
            worth[pair] = counts.importance(FOLDED_PAIRS, pair) * trust
        elif others:
            worth[pair] = max(counts.importance(*place) for place in others)
        selected[pair] = (*there, *others)
    least = TELLING * max(worth.values(), default=0)
    groups = [selected[pair] for pair, value in worth.items() if value >= least]
    most = math.ceil(PAIRS_OF * len(groups))
    return [Need(tuple(groups), False, 1, (), most, by_date=True)] if groups else []


def _selective_groups(
    question: Question,
    expansions: Sequence[Expansion],
    prefixed: Sequence[str],
    counts: Counts,
    codes: Sequence[Alternatives],
    share: float,
) -> tuple[tuple[Alternatives, ...], Alternatives]:
    """(groups of tokens that select results: important words with their synonyms, and codes;
    tokens that match regardless of the rest). `share`: minimum fraction of the most important
    word's importance."""
    worth = {
        t.folded: counts.trusted_idf(t, question.marked)
        for t in question.distinct
        if _places(FOLDED, t.folded, counts)
    }
    least = share * max(worth.values(), default=0)
    groups: list[Alternatives] = []
    for term in question.distinct:
        word = term.folded
        others = [
            _rarest(e.terms, counts) for e in expansions if word in e.covers and e.weight >= SYNONYM
        ]
        alternatives = _places(FOLDED, word, counts) if worth.get(word, -1) >= least else []
        if alternatives or word not in worth:
            alternatives += [place for places in others for place in places]
        if prefixed and term == question.terms[-1]:
            alternatives += [(FOLDED, p) for p in prefixed]
        if alternatives:
            groups.append(tuple(dict.fromkeys(alternatives)))
    always = [(OWN_CODE, question.name)] if is_name(question, counts) else []
    always += _together_in_titles(question, counts, least)
    if not codes:
        return tuple(groups), tuple(always)
    # An existing code selects by itself; its parts as words ("qt", "01") would find everything.
    parts = {
        t.folded
        for t in question.distinct
        if any(c.isdigit() for c in t.folded)
        or any(t.folded in token for group in codes for _, token in group)
    }
    return (*codes, *((*g, *always) for g in groups if g[0][1].removeprefix(FILE) not in parts)), ()


def _together_in_titles(question: Question, counts: Counts, least: float) -> list[tuple[str, str]]:
    """The question's rarest word pairs that occur in titles: a title with such a pair matches even
    if another word is missing or each word alone is common."""
    worth = {
        p: counts.idf_in_texts(TITLE_PAIRS, p)
        for p in pairs([t.folded for t in question.terms])
        if counts.of(TITLE_PAIRS, p)
    }
    least = max(least, NEAR_RAREST * max(worth.values(), default=0))
    return [(TITLE_PAIRS, pair) for pair, value in worth.items() if value >= least]


def _places(field: str, token: str, counts: Counts) -> list[tuple[str, str]]:
    """Where a token occurs: in texts, in attached passages, in both."""
    return [key for key in ((field, token), (MARKED, FILE + token)) if counts.of(*key)]


def _rarest(terms: Sequence[Term], counts: Counts) -> list[tuple[str, str]]:
    """(field, token) pairs that identify a synonym: the rarest of its word pairs, or its
    only word."""
    folded = [t.folded for t in terms]
    tokens = [(FOLDED_PAIRS, p) for p in pairs(folded)] or [(FOLDED, folded[0])]
    there = {
        token: number
        for token in tokens
        if (number := counts.of(*token) + counts.in_files(token[1]))
    }
    return _places(*min(there, key=lambda token: there[token]), counts) if there else []


def is_name(question: Question, counts: Counts) -> bool:
    """Whether the question is just the code of an agency or unit. A code shared by dozens ("VP")
    does not count."""
    return bool(question.name) and 0 < counts.of(OWN_CODE, question.name) <= A_PAGE
