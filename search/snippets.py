"""Which part of a text answers a question, shown as a few escaped words with the matches marked."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from search.document import Stored
from search.vietnamese import analyse

WINDOW = 280  # characters of a snippet, about
_MOST_PLACES = 120  # of one token, per text
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Wanted:
    """A folded word or two-word run to look for, its importance, and the form with marks if marks were typed."""

    text: str
    worth: float
    marked: str = ""


@dataclass(frozen=True)
class Snippet:
    """``html`` is escaped and has ``<mark>``; ``anchor`` and ``section`` name the passage where it stands."""

    html: str
    anchor: str = ""
    section: str = ""
    worth: float = 0.0  # how much of what is wanted stands in it


def cut(stored: Stored, wanted: Sequence[Wanted]) -> Snippet:
    """The stretch of the text with the most of what is wanted; its beginning where nothing matches."""
    if not stored.text:
        return Snippet("")
    start, worth = _best_start(stored, wanted)
    passage = max(bisect_right([p[0] for p in stored.parts], start) - 1, 0) if stored.parts else None
    _, anchor, section = stored.parts[passage] if passage is not None else (0, "", "")
    limit = stored.parts[passage + 1][0] if passage is not None and passage + 1 < len(stored.parts) else len(stored.text)
    floor = stored.parts[passage][0] if passage is not None else 0
    begin = _word_start(stored.text, max(floor, start - WINDOW // 4))
    end = _word_end(stored.text, min(limit, begin + WINDOW))
    html = mark(stored.text[begin:end], [w.text for w in wanted], stored.shadow[begin:end])
    html = f"{'… ' if begin > floor else ''}{html.strip()}{' …' if end < limit else ''}"
    return Snippet(html, anchor, section, worth) if worth else Snippet(html)


def _best_start(stored: Stored, wanted: Sequence[Wanted]) -> tuple[int, float]:
    """Where the best window begins, and its worth."""
    places: list[tuple[int, int]] = []
    for number, want in enumerate(wanted):
        places += [(at, number) for at in _places(stored.shadow, want.text)]
    if not places:
        return 0, 0.0
    places.sort()
    lower = stored.text.lower() if any(w.marked for w in wanted) else ""
    best, best_at, first = -1.0, 0, 0
    worth = [w.worth for w in wanted]
    bonus = {at: worth[n] * 0.5 for at, n in places if wanted[n].marked and lower.startswith(wanted[n].marked, at)} if len(lower) == len(stored.text) else {}
    counted = [0] * len(wanted)
    total = 0.0
    for at, number in places:
        counted[number] += 1
        total += (worth[number] if counted[number] == 1 else 0.02 * worth[number]) + bonus.get(at, 0.0) * 0.2
        while places[first][0] < at - WINDOW * 3 // 4:
            gone_at, gone = places[first]
            counted[gone] -= 1
            total -= (worth[gone] if counted[gone] == 0 else 0.02 * worth[gone]) + bonus.get(gone_at, 0.0) * 0.2
            first += 1
        if total > best + 1e-9:
            best, best_at = total, places[first][0]
    return best_at, best


def _places(shadow: str, text: str) -> Iterable[int]:
    """Where the text stands as whole words, at most so many times."""
    at, length = shadow.find(text), len(text)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        if not (at and shadow[at - 1].isalnum()) and not shadow[at + length : at + length + 1].isalnum():
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


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{alternatives})(?![^\W_])(?:(?:\s+)(?:{alternatives})(?![^\W_]))*")


def mark(text: str, folded: Sequence[str], shadow: str | None = None) -> str:
    """The text escaped, white space made single, with the folded words marked where they stand."""
    words = tuple(sorted({w for w in folded if w}))
    if not words:
        return escape(_SPACE.sub(" ", text))
    shadow = analyse(text).shadow if shadow is None else shadow
    pieces, end = [], 0
    for match in _pattern(words).finditer(shadow):
        pieces.append(escape(text[end : match.start()]))
        pieces.append(f"<mark>{escape(text[match.start() : match.end()])}</mark>")
        end = match.end()
    pieces.append(escape(text[end:]))
    return _SPACE.sub(" ", "".join(pieces))
