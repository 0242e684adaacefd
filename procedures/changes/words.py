"""Two texts compared word by word. A date, a number or a code is one word, so that 14/09 never turns into 09/02 by halves.

Wagtail's own comparison takes short words for noise, which nearly every Vietnamese syllable is."""

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
UNLIKE = 0.34  # texts that share fewer of their words are shown one after the other


@dataclass
class Budget:
    """What one comparison of two documents may still spend, so that odd content costs no more than a large document."""

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
    """The words, blanks and signs of a text; what has a digit in it stays whole with its separators."""
    found: list[str] = []
    for token in _TOKEN.findall(text):
        if len(token) == 1 or token.isalnum() or token.isspace() or _DIGIT.search(token):
            found.append(token)
        else:
            found += _PART.findall(token)
    return found


def count_pairs(old: Sequence[object], new: Sequence[object]) -> int:
    """How much there is to compare: what both begin and end with is left out."""
    shorter = min(len(old), len(new))
    begin = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - begin
    end = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return (len(old) - begin - end) * (len(new) - begin - end)


def whole(old: str, new: str) -> Pieces:
    """The old text as gone and the new one as come; the same text as it is."""
    if old == new:
        return (("=", old),) if old else ()
    pairs: list[Piece] = [("-", old), ("+", new)]
    return tuple(piece for piece in pairs if piece[1])


def compare(old: str, new: str, budget: Budget | None = None) -> Pieces:
    """`new` against `old`, word by word; at each place what went comes before what came.

    Texts that are too long for that, or that have little in common, are shown whole."""
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
    """The pieces of two lists of tokens; a blank between two changes belongs to them, so that they read as one."""
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
    """The old text ("-") or the new one ("+") out of the pieces of both."""
    return "".join(text for kind, text in pieces if kind in {"=", op})
