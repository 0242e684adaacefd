"""What a person typed, taken apart: words, phrases in quotes, what to leave out, codes. Pure; raises for no text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from search import codes
from search.vietnamese import clean, has_marks, words

LONGEST = 1_000  # characters that are read of a question
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
    """A question taken apart. ``marked`` says whether any mark was typed."""

    text: str
    marked: bool
    terms: tuple[Term, ...]  # in their order, words of phrases included, double ones kept
    phrases: tuple[tuple[Term, ...], ...] = ()
    left_out: tuple[tuple[Term, ...], ...] = ()
    codes: tuple[str, ...] = ()  # tokens that may be codes, longest first
    loose_codes: tuple[str, ...] = ()  # the same without leading zeros
    prefix: bool = False  # the last word is still being typed

    @property
    def distinct(self) -> tuple[Term, ...]:
        return tuple(dict.fromkeys(self.terms))


def terms_of(text: str) -> tuple[Term, ...]:
    """The words of a text as terms; ``KH&CN`` is one word, khcn."""
    return tuple(Term(w.marked, w.folded) for w in words(_AMPERSAND.sub("", text)))


def ask(text: str) -> Question:
    """Takes a question apart. Never raises; an empty question has no terms."""
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
        prefix=text.endswith("*"),
    )


@dataclass(frozen=True)
class Expansion:
    """Other words for something in the question: the terms of one way to say it."""

    terms: tuple[Term, ...]
    covers: tuple[str, ...]  # folded words of the question that it stands for
    weight: float


class Synonyms:
    """A table of abbreviations and other words, looked up both ways.

    ``rows`` are (short, long, both ways?): ``("UBND", "Ủy ban nhân dân", True)``. A short form
    that stands for several things is looked up with less weight, and only where another word of
    the question fits one of them.
    """

    def __init__(self, rows: Sequence[tuple[str, str, bool]]) -> None:
        self._of: dict[tuple[str, ...], list[tuple[Term, ...]]] = {}
        self._marked_only: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        for short, long, both in rows:
            one, other = terms_of(clean(short)), terms_of(clean(long))
            if not one or not other or one == other:
                continue
            self._add(one, other)
            if both:
                self._add(other, one)
        self._longest = max(map(len, self._of), default=0)

    def _add(self, one: tuple[Term, ...], other: tuple[Term, ...]) -> None:
        known = self._of.setdefault(tuple(t.folded for t in one), [])
        if other not in known:
            known.append(other)
        if len(one) == 1 and one[0].marked != one[0].folded:
            self._marked_only.setdefault((one[0].folded,), set()).add((one[0].marked,))

    def expand(self, question: Question) -> list[Expansion]:
        """The other words for what stands in the question, longest match first at each place."""
        found: list[Expansion] = []
        terms, here = question.terms, 0
        said = {t.folded for t in terms}
        while here < len(terms):
            length = next((n for n in range(min(self._longest, len(terms) - here), 0, -1) if self._known(terms[here : here + n])), 0)
            if not length:
                here += 1
                continue
            key = tuple(t.folded for t in terms[here : here + length])
            others = self._of[key]
            if len(others) > 1 and length == 1:
                fitting = [o for o in others if said & ({t.folded for t in o} - set(key))]
                others, weight = (fitting, 1.0) if fitting else (others, 0.4 / len(others))
            else:
                weight = 1.0
            if length == 1 and key in self._marked_only and terms[here].marked == terms[here].folded:
                weight *= 0.3  # "bo" may be bố, and bộ, and bỏ
            found += [Expansion(o, key, weight) for o in others]
            here += length
        return found

    def _known(self, run: tuple[Term, ...]) -> bool:
        key = tuple(t.folded for t in run)
        if key not in self._of:
            return False
        # A short form with marks (đc, bố) is not meant by a word that has other marks.
        if len(run) == 1 and run[0].marked != run[0].folded:
            wanted = self._marked_only.get(key)
            return wanted is not None and (run[0].marked,) in wanted
        return True


NO_SYNONYMS = Synonyms(())


__all__ = ["NO_SYNONYMS", "Expansion", "Question", "Synonyms", "Term", "ask", "terms_of"]
