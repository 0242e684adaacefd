"""Cuts the part of a text that answers a question, as escaped HTML with the matches marked."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import accumulate, compress, pairwise
from typing import NamedTuple

from qms.text.marks import decomposed
from search.index.prepared import Stored
from search.ranking import rows
from search.words.vietnamese import analyse, forms

WINDOW = 280  # approximate characters of a snippet
STEP = 300  # characters: half a passage of some 120 words
FILE_SHARE = 0.25  # weight of attached passages relative to the thing itself
_MOST_PLACES = 120  # occurrences of one token per text
_SATURATED = [2.2 * n / (n + 1.2) for n in range(2 * _MOST_PLACES + 1)]  # their value
_WORD_APART = re.compile(r"([^\W_]+)")
_LEADERS = re.compile(r"(?:[.…_]\s?){4,}")  # the dotted lines of forms


@dataclass(frozen=True)
class Wanted:
    """A folded word or two-word run to look for, its importance, and if marks were typed, its typed
    forms: ``cơ quan quản lý`` has two forms of one folded word."""

    text: str
    worth: float
    typed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snippet:
    """``html`` is escaped and has ``<mark>``; ``anchor`` and ``section`` name its passage."""

    html: str
    anchor: str = ""
    section: str = ""
    worth: float = 0.0  # of the best matching passage, see `_best_passage`


class Sought(NamedTuple):
    """What to mark in snippets and titles: folded words, runs of two, and for words typed with
    marks, their typed form."""

    words: frozenset[str]
    runs: frozenset[tuple[str, ...]]
    typed: Mapping[str, tuple[str, ...]]


def sought(wanted: Iterable[tuple[str, str]]) -> Sought:
    """`Sought` from (folded word or run of two, the same as typed or empty)."""
    words, runs, typed = set[str](), set[tuple[str, ...]](), dict[str, tuple[str, ...]]()
    for folded, marked in wanted:
        if " " in folded:
            runs.add(tuple(folded.split(" ")))
            continue
        words.add(folded)
        if marked:
            typed[folded] = (*typed.get(folded, ()), marked)
    return Sought(
        frozenset(words),
        frozenset(runs),
        {folded: forms for folded, forms in typed.items() if folded not in forms},
    )


def cut(stored: Stored, wanted: Sequence[Wanted], marks: Sought, title: str = "") -> Snippet:
    """The best matching window of the text; its beginning if nothing matches. ``title``
    is folded."""
    found = [list(_places(stored.shadow, want.text)) for want in wanted]
    worth = _best_passage(stored, wanted, found, title)
    if not stored.text:
        return Snippet("", worth=worth)
    start = _best_start(stored, wanted, found)
    passage = (
        max(bisect_right([p[0] for p in stored.parts], start) - 1, 0) if stored.parts else None
    )
    _, anchor, section, _ = stored.parts[passage] if passage is not None else (0, "", "", 0)
    limit = (
        stored.parts[passage + 1][0]
        if passage is not None and passage + 1 < len(stored.parts)
        else len(stored.text)
    )
    floor = stored.parts[passage][0] if passage is not None else 0
    begin = _word_start(stored.text, max(floor, start - WINDOW // 4))
    end = _word_end(stored.text, min(limit, begin + WINDOW))
    html = _marked(stored.text[begin:end], marks, stored.shadow[begin:end], something=True)
    html = _LEADERS.sub("… ", rows.readable(html, stored.text, begin, floor))
    html = f"{'… ' if begin > floor else ''}{_on_one_line(html)}{' …' if end < limit else ''}"
    return Snippet(html, anchor, section, worth) if any(found) else Snippet(html, worth=worth)


def _best_passage(
    stored: Stored, wanted: Sequence[Wanted], found: Sequence[Sequence[int]], title: str
) -> float:
    """The BM25 score of the best passage together with the title. Passages are two steps long and
    overlap by one; attached ones count for less."""
    base, more = 0.0, [0.0] * (len(stored.shadow) // STEP + 2)
    for want, places in zip(wanted, found, strict=True):
        in_title = len(list(_places(title, want.text))) if want.text in title else 0
        without = _SATURATED[in_title]
        base += want.worth * without
        steps = Counter([at // STEP for at in places])
        for step, times in steps.items():
            both = _SATURATED[in_title + times + steps.get(step + 1, 0)]
            more[step] += want.worth * (both - without)
            if step and step - 1 not in steps:
                more[step - 1] += want.worth * (_SATURATED[in_title + times] - without)
    attached = min((part[0] // STEP for part in stored.parts if part[3]), default=len(more))
    return base + max(*more[:attached], *(FILE_SHARE * value for value in more[attached:]), 0.0)


def _best_start(stored: Stored, wanted: Sequence[Wanted], found: Sequence[Sequence[int]]) -> int:
    """Offset of the best window, which never crosses a passage boundary."""
    places = sorted((at, number) for number, here in enumerate(found) for at in here)
    if not places:
        return 0
    starts = [part[0] for part in stored.parts] or [0]
    best, best_at, first = -1.0, 0, 0
    worth = [w.worth for w in wanted]
    bonus = {
        at: worth[n] * 0.5
        for at, n in places
        if (typed := wanted[n].typed) and stored.text[at : at + len(typed[0])].lower() in typed
    }
    counted = [0] * len(wanted)
    total = 0.0
    for at, number in places:
        counted[number] += 1
        total += (worth[number] if counted[number] == 1 else 0.02 * worth[number]) + bonus.get(
            at, 0.0
        ) * 0.2
        floor = max(at - WINDOW * 3 // 4, starts[bisect_right(starts, at) - 1])
        while places[first][0] < floor:
            gone_at, gone = places[first]
            counted[gone] -= 1
            total -= (worth[gone] if counted[gone] == 0 else 0.02 * worth[gone]) + bonus.get(
                gone_at, 0.0
            ) * 0.2
            first += 1
        if total > best + 1e-9:
            best, best_at = total, places[first][0]
    return best_at


def _places(shadow: str, text: str) -> Iterable[int]:
    """Offsets of the text as whole words, up to a maximum number."""
    at, length = shadow.find(text), len(text)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        if (
            not (at and shadow[at - 1].isalnum())
            and not shadow[at + length : at + length + 1].isalnum()
        ):
            yield at
        at = shadow.find(text, at + length)


def _word_start(text: str, at: int) -> int:
    while at and text[at - 1].isalnum() and text[at : at + 1].isalnum():
        at -= 1
    return at


def _word_end(text: str, at: int) -> int:
    while at < len(text) and text[at - 1].isalnum() and text[at].isalnum():
        at += 1
    return at


def mark(text: str, marks: Sought) -> str:
    """The text as escaped HTML on one line, with the sought words marked."""
    return _on_one_line(_marked(text, marks, analyse(text).shadow))


def _on_one_line(html: str) -> str:
    return " ".join(html.split())


def _marked(text: str, sought: Sought, shadow: str, *, something: bool = False) -> str:
    """The text with the sought words marked. With `something`, words with other marks than typed
    are marked if otherwise none would be."""
    parts = _WORD_APART.split(shadow)  # separators and words alternate
    words = parts[1::2]
    marked = [word in sought.words for word in words]
    for at, run in enumerate(pairwise(words)):
        if run in sought.runs and _goes_on(parts[2 * at + 2]):
            marked[at] = marked[at + 1] = True
    pieces: list[str] = []
    end = 0
    if any(marked):
        ends, before = list(accumulate(map(len, parts))), -2
        if sought.typed:
            fits = [
                hit
                and _fits(text[ends[2 * at] : ends[2 * at + 1]], sought.typed.get(words[at], ()))
                for at, hit in enumerate(marked)
            ]
            marked = fits if any(fits) or not something else marked
        for at in compress(range(len(words)), marked):
            start, stop = ends[2 * at], ends[2 * at + 1]
            if at == before + 1 and _goes_on(parts[2 * at]):
                pieces[-2] += escape(text[end:stop])
            else:
                pieces += [escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>"]
            before, end = at, stop
    pieces.append(escape(text[end:]))
    return "".join(pieces)


def _goes_on(between: str) -> bool:
    """Whether the text between two words joins them, without an end of line or cell."""
    return bool(between) and not between.strip(" ")


def _fits(word: str, typed: Iterable[str]) -> bool:
    return not typed or any(_has_marks_of(one, forms(word)[0]) for one in typed)


@lru_cache(maxsize=10_000)
def _has_marks_of(typed: str, word: str) -> bool:
    """Whether a word has at least the typed marks: typed ``đang`` matches ``đăng``, but ``bản``
    does not match ``ban``."""
    return len(typed) == len(word) and all(
        t == w or w in _MORE.get(t, t) for t, w in zip(typed, word, strict=True)
    )


def _more_marks() -> dict[str, str]:
    """{letter: letters that it becomes with further marks}."""
    letters = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
    taken_apart = {letter: decomposed(letter) for letter in letters}
    more = {
        one: "".join(
            other
            for other, apart in taken_apart.items()
            if apart[0] == of[0] and set(of[1:]) <= set(apart[1:])
        )
        for one, of in taken_apart.items()
    }
    return more | {"d": "dđ"}


_MORE = _more_marks()
