"""What a result must contain: the conditions that choose results, from narrow to wide."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from search.index.prepared import FILE, FOLDED, FOLDED_PAIRS, MARKED, OWN_CODE, TITLE_PAIRS
from search.ranking.frequencies import Counts
from search.words.question import Expansion, Question, Term
from search.words.vietnamese import pairs

# Results are widened until they fill a page: first what has all the telling words (short questions
# only), then what has any telling word, then what has any word.
STRICT, TELLING, ANY = 0.5, 0.2, 0.0  # the least part of the most telling word's importance
SHORT = 5  # words of a question that is first taken at its word
KEYWORDS = 3  # words of one that is widened only where nothing has all of them
A_PAGE = 10
# In the order of days what has most of the telling words answers the question. By relevance this would lose results: measured.
MOST_OF, FEW = 0.6, 3  # part of the words, and the fewest words for that
SYNONYM = 0.6  # weight of an exact synonym; a looser one chooses nothing
NEAR_RAREST = 0.8  # title pairs of at least this share of the rarest one's importance choose too

Alternatives = tuple[tuple[str, str], ...]  # (field, token): any one is enough


@dataclass(frozen=True)
class Need:
    """Match condition: `least` groups (with `all`: every group) must match by one token, or one of `always`.

    `enough` results end the widening."""

    groups: tuple[Alternatives, ...]
    all: bool
    enough: int
    always: Alternatives = ()
    least: int = 1


def needs(
    question: Question,
    expansions: Sequence[Expansion],
    prefixed: Sequence[str],
    counts: Counts,
    codes: Sequence[Alternatives],
) -> tuple[Need, ...]:
    """The conditions of a question, from narrow to wide; `codes` are the groups of codes that exist."""
    found: list[Need] = []
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
            found.append(replace(need, enough=1, least=most))
        if not any(replace(n, enough=need.enough) == need for n in found):
            found.append(need)
    return tuple(found)


def _selective_groups(
    question: Question,
    expansions: Sequence[Expansion],
    prefixed: Sequence[str],
    counts: Counts,
    codes: Sequence[Alternatives],
    share: float,
) -> tuple[tuple[Alternatives, ...], Alternatives]:
    """The groups of tokens that choose results (telling words with their synonyms, and codes), and what is found
    whatever else the question says. `share`: of the most telling word's importance, the least that chooses."""
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
    # A code that exists chooses by itself; its parts as words ("qt", "01") would find everything.
    parts = {
        t.folded
        for t in question.distinct
        if any(c.isdigit() for c in t.folded)
        or any(t.folded in token for group in codes for _, token in group)
    }
    return (*codes, *((*g, *always) for g in groups if g[0][1].removeprefix(FILE) not in parts)), ()


def _together_in_titles(question: Question, counts: Counts, least: float) -> list[tuple[str, str]]:
    """The question's rarest pairs of neighbours that titles contain: a title with such a pair matches even if another word
    is missing or each word alone tells little."""
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
    """Where the token occurs by which a synonym is recognised: the rarest of its pairs, or its one word."""
    folded = [t.folded for t in terms]
    tokens = [(FOLDED_PAIRS, p) for p in pairs(folded)] or [(FOLDED, folded[0])]
    there = {
        token: number
        for token in tokens
        if (number := counts.of(*token) + counts.in_files(token[1]))
    }
    return _places(*min(there, key=lambda token: there[token]), counts) if there else []


def is_name(question: Question, counts: Counts) -> bool:
    """Whether the question is just the code of an agency or unit. A code that dozens share ("VP") does not count."""
    return bool(question.name) and 0 < counts.of(OWN_CODE, question.name) <= A_PAGE
