"""Parses a question: words, quoted phrases, exclusions, codes. Pure; never raises."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from search.words import codes
from search.words.vietnamese import clean, has_marks, words

LONGEST = 1_000  # characters read of a question
MOST_WORDS = 60

_QUOTED = re.compile(r'(?<!\w)(-?)["“”«„]([^"“”»„]*)["“”»]')
_LEFT_OUT = re.compile(r"(?<!\S)-(\w[\w/.&-]*)")
_AMPERSAND = re.compile(r"(?<=[^\W\d_])&(?=[^\W\d_])")


@dataclass(frozen=True)
class Term:
    """A word of the question in both forms."""

    marked: str
    folded: str


@dataclass(frozen=True)
class Question:
    """A parsed question. ``marked``: whether any mark was typed."""

    text: str
    marked: bool
    terms: tuple[Term, ...]  # in order, including words of phrases and duplicates
    phrases: tuple[tuple[Term, ...], ...] = ()
    left_out: tuple[tuple[Term, ...], ...] = ()
    codes: tuple[str, ...] = ()  # tokens that may be codes, longest first
    loose_codes: tuple[str, ...] = ()  # the same without leading zeros, for each of them
    name: str = ""  # the whole question as the token of a code without a digit
    prefix: bool = False  # the last word is still being typed

    @property
    def distinct(self) -> tuple[Term, ...]:
        return tuple(dict.fromkeys(self.terms))


def terms_of(text: str) -> tuple[Term, ...]:
    """The words of a text as terms; ``KH&CN`` is the one word khcn."""
    return tuple(Term(w.marked, w.folded) for w in words(_AMPERSAND.sub("", text)))


def parse_question(text: str) -> Question:
    """Parses a question. Never raises; an empty question has no terms."""
    text = clean(text[:LONGEST].replace("\n", " ").strip())
    phrases: list[tuple[Term, ...]] = []
    left_out: list[tuple[Term, ...]] = []

    def quoted(match: re.Match[str]) -> str:
        found = terms_of(match[2])
        if found:
            (left_out if match[1] else phrases).append(found)
        return " " if match[1] else f" {match[2]} "

    def unwanted(match: re.Match[str]) -> str:
        found = terms_of(match[1])
        if found:
            left_out.append(found)
        return " "

    rest = _LEFT_OUT.sub(unwanted, _QUOTED.sub(quoted, text))
    terms = terms_of(rest)[:MOST_WORDS]
    exact, loose = codes.asked_tokens(rest)
    return Question(
        text=text,
        marked=has_marks(rest),
        terms=terms,
        phrases=tuple(phrases),
        left_out=tuple(left_out),
        codes=tuple(exact),
        loose_codes=tuple(loose),
        name=codes.asked_name(rest) if not phrases else "",
        prefix=text.endswith("*"),
    )


@dataclass(frozen=True)
class Expansion:
    """The terms of one alternative wording of something in the question."""

    terms: tuple[Term, ...]
    covers: tuple[str, ...]  # folded words of the question that it replaces
    weight: float


@dataclass(frozen=True)
class Meaning:
    """One meaning of a term, as the table has it."""

    terms: tuple[Term, ...]
    text: str  # as entered in the table
    said: tuple[str, ...]  # the term itself as entered, with its marks
    own: bool  # from the user's own agency


@dataclass(frozen=True)
class Reading:
    """How a run of words of the question is understood: its meanings with their weights, 0 for
    ignored ones."""

    terms: tuple[Term, ...]
    at: int  # index of the first among the words of the question
    meanings: tuple[tuple[Meaning, float], ...]
    by_context: bool = False  # decided by the other words of the question


LIGHT = 0.4  # sum over the meanings of a short form that the rest of the question does not resolve
BARE = 0.3  # factor of a word typed without marks: "bo" may be bố, bộ or bỏ
_VOWEL = re.compile("[aeiouy]")
# The kinds of documents that have numbers: next to a number a short form is one of them ("TT
# 15/2020", "KH số 3").
_NUMBERED = frozenset(
    tuple(t.folded for t in terms_of(kind))
    for kind in [
        "nghị quyết", "quyết định", "chỉ thị", "quy chế", "quy định", "thông cáo", "thông báo", "hướng dẫn", "kế hoạch", "phương án", "đề án",
        "báo cáo", "biên bản", "tờ trình", "hợp đồng", "công văn", "công điện", "giấy mời", "nghị định", "thông tư", "luật", "pháp lệnh", "kết luận",
    ]
)  # fmt: skip


class Synonyms:
    """A table of abbreviations and synonyms, looked up both ways.

    ``rows`` are (short, long, both ways?) or (short, long, both ways?, of the user's own agency?):
    ``("UBND", "Ủy ban nhân dân", True)``. An ambiguous short form takes the meaning that fits the
    rest of the question: by a word that both have, by how the table itself joins words ("TT hành
    chính": thủ tục hành chính), or by a number ("TT 15/2020"). Otherwise the agency's own meaning
    counts, and the others have a low weight.
    """

    def __init__(self, rows: Sequence[tuple[str, str, bool] | tuple[str, str, bool, bool]]) -> None:
        self._of: dict[tuple[str, ...], list[Meaning]] = {}
        self._joined: set[tuple[str, str]] = set()  # adjacent words in long forms
        for short, long, both, *own in rows:
            one, other = terms_of(clean(short)), terms_of(clean(long))
            if not one or not other or one == other:
                continue
            self._add(one, other, long, bool(own and own[0]))
            if both:
                self._add(other, one, short, bool(own and own[0]))
                shorter = _without_and(other)
                if shorter != other:
                    self._add(shorter, one, short, bool(own and own[0]))
            self._joined.update(
                zip([t.folded for t in other], [t.folded for t in other[1:]], strict=False)
            )
        self._longest = max(map(len, self._of), default=0)

    def _add(self, one: tuple[Term, ...], other: tuple[Term, ...], text: str, own: bool) -> None:
        known = self._of.setdefault(tuple(t.folded for t in one), [])
        meaning = Meaning(other, text, tuple(t.marked for t in one), own)
        same = next((m for m in known if m.terms == other and m.said == meaning.said), None)
        if same is None:
            known.append(meaning)
        elif own:
            known[known.index(same)] = meaning

    def meanings(self, text: str) -> list[Meaning]:
        """The meanings of a text in the table, in any spelling."""
        return list(self._of.get(tuple(t.folded for t in terms_of(clean(text))), ()))

    def marked_terms_in(self, question: Question) -> list[tuple[int, tuple[str, ...]]]:
        """(index of the first word, the term with its marks) of every run of two or more words that
        the table has."""
        folded = tuple(t.folded for t in question.terms)
        found = {
            (at, meaning.said): None
            for at in range(len(folded))
            for end in range(at + 2, min(at + self._longest, len(folded)) + 1)
            for meaning in self._of.get(folded[at:end], ())
        }
        return list(found)

    def expand(self, question: Question) -> list[Expansion]:
        """The expansions of the question, longest match first at each position."""
        return [
            Expansion(meaning.terms, tuple(t.folded for t in reading.terms), weight)
            for reading in self.readings(question)
            for meaning, weight in reading.meanings
            if weight
        ]

    def rewritten(self, question: Question) -> str:
        """The question with unambiguous matches replaced by their synonyms; empty if there
        are none."""
        words = [term.marked for term in question.terms]
        sure = [
            (r, m)
            for r in self.readings(question)
            for m, weight in [max(r.meanings, key=lambda found: found[1])]
            if weight > LIGHT
        ]
        for reading, meaning in reversed(sure):
            words[reading.at : reading.at + len(reading.terms)] = [meaning.text]
        return " ".join(words) if sure else ""

    def readings(self, question: Question) -> list[Reading]:
        """How each run of words in the table is understood in this question."""
        found: list[Reading] = []
        terms, here = question.terms, 0
        folded = tuple(t.folded for t in terms)
        while here < len(terms):
            for length in range(min(self._longest, len(terms) - here), 0, -1):
                if folded[here : here + length] in self._of and (
                    meanings := self._possible_meanings(terms[here : here + length])
                ):
                    found.append(self._reading(terms, here, length, meanings))
                    break
            else:
                length = 1
            here += length
        return found

    def _possible_meanings(self, run: tuple[Term, ...]) -> list[Meaning]:
        """The possible meanings of a run of words. One typed with marks ("để con") does not match
        a term with other marks ("đẻ con")."""
        known = self._of.get(tuple(t.folded for t in run), [])
        return _distinct([m for m in known if all(map(_may_be, run, m.said))])

    def _reading(
        self, terms: tuple[Term, ...], here: int, length: int, meanings: list[Meaning]
    ) -> Reading:
        run = terms[here : here + length]
        weights = {m.terms: 1.0 for m in meanings}
        by_context = False
        if len(meanings) > 1 and length == 1:
            fitting = [m for m in meanings if self._fits(m, terms, here)]
            by_context = bool(fitting)
            own = [m for m in meanings if m.own]
            weights = {
                m.terms: 1.0 if m in (fitting or own) else 0.0 if fitting else LIGHT / len(meanings)
                for m in meanings
            }
        return Reading(
            run,
            here,
            tuple((m, weights[m.terms] * self._doubt(m, run)) for m in meanings),
            by_context,
        )

    def _doubt(self, meaning: Meaning, run: tuple[Term, ...]) -> float:
        """The factor by which a meaning's weight is reduced: below 1 if the run may be another
        word, or if the meaning is itself an ambiguous short form."""
        doubt = 1.0
        if (
            len(run) == 1
            and run[0].marked == run[0].folded
            and meaning.said != (run[0].marked,)
            and _VOWEL.search(run[0].folded)
        ):
            doubt = BARE
        back = (
            _distinct(self._of.get((meaning.terms[0].folded,), []))
            if len(meaning.terms) == 1 and len(run) > 1
            else ()
        )
        if len(back) > 1 and not meaning.own:
            doubt *= LIGHT / len(back)
        return doubt

    def _fits(self, meaning: Meaning, terms: tuple[Term, ...], here: int) -> bool:
        """Whether the rest of the question supports this meaning of its word at ``here``."""
        words = [t.folded for t in meaning.terms]
        if {t.folded for n, t in enumerate(terms) if n != here} & set(words):
            return True
        before, after = (
            self._neighbour_words(terms, here - 1, last=True),
            self._neighbour_words(terms, here + 1, last=False),
        )
        if any((words[-1], word) in self._joined for word in after) or any(
            (word, words[0]) in self._joined for word in before
        ):
            return True
        numbered = tuple(words) in _NUMBERED
        return numbered and any(
            word.isdigit()
            for word in (
                *before,
                *after,
                *(self._neighbour_words(terms, here + 2, last=False) if "so" in after else ()),
            )
        )

    def _neighbour_words(self, terms: tuple[Term, ...], place: int, *, last: bool) -> list[str]:
        """The word at this position, and if it has only one meaning, the first (or with `last` the
        last) word of that meaning; empty outside the question."""
        if not 0 <= place < len(terms):
            return []
        meant = self._possible_meanings(terms[place : place + 1])
        return [
            terms[place].folded,
            *(m.terms[-1 if last else 0].folded for m in meant[:1] if len(meant) == 1),
        ]


def _may_be(typed: Term, word: str) -> bool:
    return typed.marked in (typed.folded, word)


def _without_and(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms without "và" between others: ``khoa học và công nghệ`` as typed in haste."""
    return tuple(t for n, t in enumerate(terms) if t.marked != "và" or n in (0, len(terms) - 1))


def _distinct(meanings: Sequence[Meaning]) -> list[Meaning]:
    """Distinct meanings, the agency's own first."""
    found: dict[tuple[Term, ...], Meaning] = {}
    for meaning in sorted(meanings, key=lambda m: not m.own):
        found.setdefault(meaning.terms, meaning)
    return list(found.values())


NO_SYNONYMS = Synonyms(())


__all__ = [
    "NO_SYNONYMS",
    "Expansion",
    "Meaning",
    "Question",
    "Reading",
    "Synonyms",
    "Term",
    "parse_question",
    "terms_of",
]
