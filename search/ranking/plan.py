"""How results are chosen and ordered, the same for every engine.

A question becomes a *plan*: weighted term clauses that score (BM25), and the condition that a
result must meet. The engine gives the first hits by the clauses; ``search.ranking.reordering`` then weighs how much
of each title the question says, and how much it leaves unsaid, which is what tells near-identical
documents apart. Weights are settled on two judged sets at once (``manage.py evaluate_search``).

Importance comes from the index itself: a word that stands in nearly every document counts for
next to nothing, whatever word it is. Only entries with a text are asked: beside thousands of names
every word would look rare. A small index knows too little of that: "muốn" stands in two
of twelve procedures and says nothing all the same. So the words that questions are made of count
as if ``PRIOR`` further documents had been seen that all have them; the larger the index, the less
that matters.
"""

import math
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace

from search.index.prepared import (
    CITED,
    FILE,
    FILLER,
    FOLDED,
    FOLDED_PAIRS,
    MARKED,
    OWN_CODE,
    TITLE_PAIRS,
)
from search.ranking.snippets import FILE_SHARE
from search.words.question import Expansion, Question, Term
from search.words.question_words import BARE_QUESTION_WORDS, QUESTION_WORDS
from search.words.vietnamese import fold, pairs

Frequencies = Callable[
    [Sequence[tuple[str, str]]], Sequence[int]
]  # in how many documents a token stands, by field

# Weights of a word with marks as typed, of a folded word, and of a folded pair of neighbours (with marks it is worth no more).
WORD, FOLDED_WORD, PAIR = 0.5, 0.3, 1.3
CODE, LOOSE_CODE, WHOLE_CODE, CITED_CODE = 3.0, 2.0, 2.0, 1.0
SYNONYM = 0.6
PRIOR = 200  # documents that stand for what is known of questions beforehand
HALF_SAID = 0.7  # share of them that have a pair of which one word is such a word
SAME = (
    0.8  # where so large a part of the folded matches has the marks typed, one clause does for both
)
SAYS_LITTLE = 0.1  # of the most telling clause: less is left out, it only costs time
# What is found is widened until it fills a page: first what has all the telling words (short questions
# only), then what has any of the words that tell something, then what has any word.
STRICT, TELLING, ANY = 0.5, 0.2, 0.0  # the least part of the most telling word's importance
SHORT = 5  # words of a question that is first taken at its word
KEYWORDS = 3  # words of one that is widened only where nothing has all of them
A_PAGE = 10

SURE = 0.2  # a word in so large a part of all documents is taken to stand in some that the user may see


@dataclass(frozen=True)
class Clause:
    """A token that adds to the score of the documents that have it."""

    field: str
    token: str
    weight: float


Alternatives = tuple[tuple[str, str], ...]  # (field, token): any of them will do


@dataclass(frozen=True)
class Need:
    """What chooses the results: one token of any group, or of every group where ``all``, or one of ``anyway``; so many results are enough."""

    groups: tuple[Alternatives, ...]
    all: bool
    enough: int
    anyway: Alternatives = ()


@dataclass(frozen=True)
class Plan:
    """What an engine is asked for."""

    clauses: tuple[Clause, ...]
    needs: tuple[Need, ...]  # from narrow to wide
    phrases: tuple[tuple[Term, ...], ...]
    left_out: tuple[tuple[Term, ...], ...]
    mass: float  # the importance of all words of the question
    said: tuple[
        frozenset[str], frozenset[str]
    ]  # folded words and pairs of the question and its other words
    unknown: tuple[Term, ...]  # words that stand nowhere
    codes: frozenset[
        str
    ]  # what of the question is the code of a thing, or a part of one, without leading zeros
    text: str  # the question, in small letters

    @property
    def empty(self) -> bool:
        return not (self.needs or self.phrases)


def importance(documents: int, frequency: int) -> float:
    """BM25's own: near 0 for what stands everywhere. (Engines count what was replaced until they tidy up.)"""
    frequency = min(frequency, documents)
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def with_text(documents: int, frequencies: Frequencies) -> int:
    """How many of the entries have a text of their own, and can tell how common a word is.

    Engines count what was replaced until they tidy up, hence at least a quarter."""
    return max(documents - frequencies([(MARKED, FILLER)])[0], documents // 4, 1)


class _Counts:
    """Frequencies asked once and kept for the making of one plan."""

    def __init__(self, documents: int, frequencies: Frequencies, hidden: Set[str]) -> None:
        self.documents, self._ask, self._hidden = documents, frequencies, hidden
        self.texts = with_text(documents, frequencies)
        self._known: dict[tuple[str, str], int] = {}

    def learn(self, wanted: Iterable[tuple[str, str]]) -> None:
        new = [w for w in dict.fromkeys(wanted) if w not in self._known]
        self._known.update(zip(new, self._ask(new), strict=True))
        if self._hidden:
            self._known.update((key, 0) for key in new if self._is_hidden(key[1]))

    def _is_hidden(self, token: str) -> bool:
        sign = FILE if token.startswith(FILE) else ""
        return any(
            sign + fold(part) in self._hidden for part in token.removeprefix(FILE).split("_")
        )

    def of(self, field: str, token: str) -> int:
        return self._known[field, token]

    def in_files(self, token: str) -> int:
        """In how many entries an attached passage has the token."""
        return self._known[MARKED, FILE + token]

    def importance(self, field: str, token: str) -> float:
        """As the engine will score it."""
        return importance(self.documents, self._known[field, token])

    def told(self, field: str, token: str) -> float:
        """As those entries tell it that have a text."""
        return importance(self.texts, self._known[field, token])

    def trust(self, field: str, token: str, share: float) -> float:
        """How much of its BM25 importance a token keeps, of which so great a share is made of question words."""
        if not share and self.texts == self.documents:
            return 1.0
        frequency = self._known[field, token]
        known = (
            importance(self.texts + PRIOR, round(frequency + PRIOR * share))
            if share
            else importance(self.texts, frequency)
        )
        return min(1.0, known / importance(self.documents, frequency))

    def worth(self, term: Term, marked: bool) -> float:
        """The importance of a word of the question, as far as it can be trusted."""
        share = _habitual(term.marked if marked else term.folded, marked)
        return self.importance(FOLDED, term.folded) * self.trust(FOLDED, term.folded, share)


def _habitual(token: str, marked: bool) -> float:
    known = QUESTION_WORDS if marked else BARE_QUESTION_WORDS
    words = [word in known for word in token.split("_")]
    return 1.0 if all(words) else HALF_SAID if any(words) else 0.0


def plan(
    question: Question,
    expansions: Sequence[Expansion],
    documents: int,
    frequencies: Frequencies,
    prefixed: Sequence[str] = (),
    hidden: Set[str] = frozenset(),
) -> Plan:
    """The plan for a question over an index of so many documents.

    ``prefixed`` are the words of the index that go on from the question's last word; ``hidden`` are
    folded words and codes that stand only in what the user may not see: they count as unknown, so
    that nothing in the answer tells that they exist.
    """
    counts = _Counts(documents, frequencies, hidden)
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
    mass = (
        sum(counts.told(FOLDED, t.folded) for t in question.distinct if counts.of(FOLDED, t.folded))
        or 1.0
    )
    return Plan(
        clauses=tuple(clauses),
        needs=_needs(question, expansions, prefixed, counts, groups),
        phrases=question.phrases,
        left_out=question.left_out,
        mass=mass,
        said=_said(question, expansions),
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


def doubtful(question: Question, documents: int, frequencies: Frequencies) -> list[tuple[str, str]]:
    """The tokens of the question that stand in so few documents that perhaps all of them are hidden from the user."""
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
        if 0 < number < max(documents * SURE, 10)
    ]


def tokens_of(
    question: Question, expansions: Sequence[Expansion], prefixed: Sequence[str] = ()
) -> Iterable[tuple[str, str]]:
    """All (field, token) whose frequencies a plan asks for."""
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
    terms: Sequence[Term], marked: bool, counts: _Counts, weight: float
) -> list[Clause]:
    folded = [t.folded for t in terms]
    clauses = []
    for term in dict.fromkeys(terms):
        both = counts.of(FOLDED, term.folded)
        share = _habitual(term.marked if marked else term.folded, marked)
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
        share = _habitual(with_marks if marked else pair, marked)
        clauses += _file_clauses(FOLDED_PAIRS, pair, weight * PAIR, share, counts)
        if counts.of(FOLDED_PAIRS, pair):
            clauses.append(_clause(FOLDED_PAIRS, pair, weight * PAIR, share, counts))
    return clauses


def _clause(field: str, token: str, weight: float, share: float, counts: _Counts) -> Clause:
    return Clause(field, token, weight * counts.trust(field, token, share))


def _file_clauses(
    field: str, token: str, weight: float, share: float, counts: _Counts
) -> list[Clause]:
    """What a token is worth in an attached passage, at most a share of its worth in the text itself, however rare it is there.

    One that stands in attached passages alone is also looked for in the text, where it is not, so that snippets know it."""
    if not counts.in_files(token):
        return []
    own = _clause(field, token, weight, share, counts)
    rarity = min(1.0, counts.importance(field, token) / counts.importance(MARKED, FILE + token))
    return [
        Clause(MARKED, FILE + token, own.weight * FILE_SHARE * rarity),
        *(() if counts.of(field, token) else (own,)),
    ]


def _once(clauses: Iterable[Clause]) -> list[Clause]:
    """Each token once, with its greatest weight."""
    best: dict[tuple[str, str], Clause] = {}
    for clause in clauses:
        known = best.get((clause.field, clause.token))
        if known is None or known.weight < clause.weight:
            best[clause.field, clause.token] = clause
    return list(best.values())


def _without_idle(clauses: Sequence[Clause], counts: _Counts) -> list[Clause]:
    """The clauses without those that hardly score."""
    worth = [c.weight * counts.importance(c.field, c.token) for c in clauses]
    least = SAYS_LITTLE * max(worth, default=0)
    return [c for c, w in zip(clauses, worth, strict=True) if w >= least]


def _codes(
    question: Question, counts: _Counts
) -> tuple[list[Clause], list[Alternatives], list[str]]:
    """Clauses for what the question says as codes: the longest runs that exist, each part of it once; and those that are things' own."""
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
    if _is_name(question, counts):
        clauses.append(Clause(OWN_CODE, question.name, CODE))
        called.append(question.name)
    return clauses, groups, called


def _is_name(question: Question, counts: _Counts) -> bool:
    """Whether the question is nothing but the code of an agency or unit. One that dozens have ("VP") tells none of them apart."""
    return bool(question.name) and 0 < counts.of(OWN_CODE, question.name) <= A_PAGE


def _needs(
    question: Question,
    expansions: Sequence[Expansion],
    prefixed: Sequence[str],
    counts: _Counts,
    codes: Sequence[Alternatives],
) -> tuple[Need, ...]:
    needs: list[Need] = []
    words = len(question.distinct)
    for share in (STRICT, TELLING, ANY):
        groups, anyway = _telling(question, expansions, prefixed, counts, codes, share)
        every = share == STRICT
        if not (groups or anyway) or (every and words > SHORT):
            continue
        need = Need(
            groups, every and len(groups) > 1, 1 if every and words <= KEYWORDS else A_PAGE, anyway
        )
        if not any(replace(n, enough=need.enough) == need for n in needs):
            needs.append(need)
    return tuple(needs)


def _telling(
    question: Question,
    expansions: Sequence[Expansion],
    prefixed: Sequence[str],
    counts: _Counts,
    codes: Sequence[Alternatives],
    share: float,
) -> tuple[tuple[Alternatives, ...], Alternatives]:
    """The groups of tokens that choose what is found: the telling words with their other words, and the codes; and what is found
    whatever else the question says."""
    worth = {
        t.folded: counts.worth(t, question.marked)
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
    anyway = [(OWN_CODE, question.name)] if _is_name(question, counts) else []
    anyway += _together_in_titles(question, counts, least)
    if not codes:
        return tuple(groups), tuple(anyway)
    # A code that exists chooses by itself; its parts as words ("qt", "01") would find everything.
    parts = {
        t.folded
        for t in question.distinct
        if any(c.isdigit() for c in t.folded)
        or any(t.folded in token for group in codes for _, token in group)
    }
    return (*codes, *((*g, *anyway) for g in groups if g[0][1].removeprefix(FILE) not in parts)), ()


def _together_in_titles(question: Question, counts: _Counts, least: float) -> list[tuple[str, str]]:
    """The rarest neighbours of the question that stand together in titles: such a thing is found though it lacks another word of the
    question, or each of its words alone tells little."""
    worth = {
        p: counts.told(TITLE_PAIRS, p)
        for p in pairs([t.folded for t in question.terms])
        if counts.of(TITLE_PAIRS, p)
    }
    least = max(least, SAME * max(worth.values(), default=0))
    return [(TITLE_PAIRS, pair) for pair, value in worth.items() if value >= least]


def _places(field: str, token: str, counts: _Counts) -> list[tuple[str, str]]:
    """Where a token stands: in texts, in attached passages, in both."""
    return [key for key in ((field, token), (MARKED, FILE + token)) if counts.of(*key)]


def _rarest(terms: Sequence[Term], counts: _Counts) -> list[tuple[str, str]]:
    """Where the token stands by which other words are recognised: the rarest of their pairs, or the one word."""
    folded = [t.folded for t in terms]
    tokens = [(FOLDED_PAIRS, p) for p in pairs(folded)] or [(FOLDED, folded[0])]
    there = {
        token: number
        for token in tokens
        if (number := counts.of(*token) + counts.in_files(token[1]))
    }
    return _places(*min(there, key=lambda token: there[token]), counts) if there else []


def _said(
    question: Question, expansions: Sequence[Expansion]
) -> tuple[frozenset[str], frozenset[str]]:
    words, runs = set[str](), set[str]()
    for terms in [question.terms, *(e.terms for e in expansions if e.weight >= SYNONYM)]:
        folded = [t.folded for t in terms]
        words.update(folded)
        runs.update(pairs(folded))
    return frozenset(words), frozenset(runs)
