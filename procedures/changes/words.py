"""Compares two texts word by word. A date, number or code is one word, so that 14/09 is never
partly turned into 09/02.

Wagtail's comparison treats short words as noise, and nearly every Vietnamese syllable is short."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

Op = Literal["=", "-", "+"]  # in both, only in the old text, only in the new one
Piece = tuple[Op, str]
Pieces = tuple[Piece, ...]

_TOKEN = re.compile(r"\w+(?:(?:[/.\-–]\w+)|(?:(?<=\d)[,:](?=\d)\w+))*%?|\s+|[^\w\s]")
_PART = re.compile(r"\w+|\W")
_DIGIT = re.compile(r"\d")
MOST_PAIRS = 30_000_000  # words, or lines, of one side times those of the other in one comparison
UNLIKE = 0.34  # texts with a smaller share of common words are shown one after the other


@dataclass
class Budget:
    """The remaining budget of one comparison of two documents, so that odd content costs no more
    than a large document."""

    pairs: int = 300_000_000
    ratios: int = 60_000

    def take_pairs(self, number: int) -> bool:
        if number > MOST_PAIRS or number > self.pairs:
            return False
        self.pairs -= number
        return True

    def take_ratios(self, number: int) -> bool:
        if number > self.ratios:
            return False
        self.ratios -= number
        return True


def tokens(text: str) -> list[str]:
    """The words, blanks and punctuation of a text; tokens with a digit stay whole, with their
    separators."""
    found: list[str] = []
    for token in _TOKEN.findall(text):
        if len(token) == 1 or token.isalnum() or token.isspace() or _DIGIT.search(token):
            found.append(token)
        else:
            found += _PART.findall(token)
    return found


def count_pairs(old: Sequence[object], new: Sequence[object]) -> int:
    """The amount to compare, without the common beginning and end."""
    shorter = min(len(old), len(new))
    begin = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - begin
    end = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return (len(old) - begin - end) * (len(new) - begin - end)


def whole(old: str, new: str) -> Pieces:
    """The old text as removed and the new one as added; an unchanged text as it is."""
    if old == new:
        return (("=", old),) if old else ()
    pairs: list[Piece] = [("-", old), ("+", new)]
    return tuple(piece for piece in pairs if piece[1])


def compare(old: str, new: str, budget: Budget | None = None) -> Pieces:
    """`new` against `old`, word by word; at each place removed text precedes added text.

    Texts that are too long, or have little in common, are shown whole."""
    if old == new or not old or not new:
        return whole(old, new)
    a, b = tokens(old), tokens(new)
    if not (budget or Budget()).take_pairs(count_pairs(a, b)):
        return whole(old, new)
    pieces = _joined(a, b)
    kept = sum(len(text.split()) for op, text in pieces if op == "=")
    if kept < UNLIKE * min(len(old.split()), len(new.split())):
        return whole(old, new)
    return pieces


def _joined(a: list[str], b: list[str]) -> Pieces:
    """The pieces of two lists of tokens; a blank between two changes is merged into them, so that
    they read as one."""
    pieces: list[Piece] = []
    gone = come = ""

    def settle() -> None:
        nonlocal gone, come
        if gone:
            pieces.append(("-", gone))
        if come:
            pieces.append(("+", come))
        gone = come = ""

    ops = list(Indel.opcodes(a, b))
    for at, op in enumerate(ops):
        before = "".join(a[op.src_start : op.src_end])
        if op.tag != "equal":
            gone += before
            come += "".join(b[op.dest_start : op.dest_end])
        elif before.isspace() and gone and come and at + 1 < len(ops):
            gone, come = gone + before, come + before
        else:
            settle()
            pieces.append(("=", before))
    settle()
    return tuple(pieces)


def side(pieces: Pieces, op: Op) -> str:
    """The old text ("-") or the new one ("+"), from the pieces of both."""
    return "".join(text for kind, text in pieces if kind in {"=", op})
