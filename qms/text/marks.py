"""The normal forms of Unicode, safe for long runs of combining marks. Pure Python, no Django.

``unicodedata.normalize`` takes quadratic time to sort a long run of marks, so only this module
calls it."""

import re
import unicodedata

_LONG_RUN = 32  # no language stacks so many marks
_RUN = re.compile(rf"([^\w\s\x00-\x7f]{{{_LONG_RUN},}})")


def composed(text: str) -> str:
    """The text as NFC; overlong runs of marks are unchanged."""
    if len(text) < _LONG_RUN:
        return unicodedata.normalize("NFC", text)
    pieces = _RUN.split(text)
    pieces[::2] = [unicodedata.normalize("NFC", piece) for piece in pieces[::2]]
    return "".join(pieces)


def decomposed(text: str) -> str:
    """The text as NFD, without overlong runs of marks."""
    return unicodedata.normalize("NFD", without_long_runs(text))


def spelled_out(text: str) -> str:
    """The text as NFKC, without overlong runs of marks: ½ gives 1⁄2, one sign of ligatures up to
    eighteen letters."""
    return unicodedata.normalize("NFKC", without_long_runs(text))


def plain(text: str) -> str:
    """Lower case without diacritics, đ as d: `Nguyễn Đức` gives `nguyen duc`. White space and
    punctuation are unchanged."""
    text = decomposed(text.replace("Đ", "D").replace("đ", "d").replace("Ð", "D")).casefold()
    return "".join(c for c in text if not unicodedata.combining(c))


def without_long_runs(text: str) -> str:
    """The text without the marks in runs of 32 or more of them."""
    if len(text) < _LONG_RUN:
        return text
    return _RUN.sub(lambda run: "".join(c for c in run[0] if not unicodedata.combining(c)), text)
