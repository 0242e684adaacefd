"""Small helpers for Vietnamese wording: folding, dates, counts."""

import datetime
import functools
import re

from qms.text.marks import decomposed

# Abbreviations that stay in capitals where a title loses them.
ACRONYMS = frozenset(
    [
        "ISO",
        "TCVN",
        "UBND",
        "HĐND",
        "TTHC",
        "HTQLCL",
        "QLCL",
        "TTPVHCC",
        "CCCD",
        "VBHN",
        "QPPL",
        "BM",
        "QT",
        "CNTT",
        "KHCN",
        "KHĐT",
        "VNEID",
        "NĐ",
        "TT",
        "QĐ",
    ]
)


class _Fold(dict[int, str]):
    """Folding table, filled lazily per character."""

    def __missing__(self, code: int) -> str:
        self[code] = _fold_letter(chr(code))
        return self[code]


_FOLD = _Fold()


@functools.lru_cache(maxsize=2048)
def fold(text: str) -> str:
    """Lower case without marks, character by character: the result has the length of the
    (NFC) text."""
    return text.translate(_FOLD)


def _fold_letter(c: str) -> str:
    base = decomposed(c)[:1].lower()
    base = "d" if base in ("đ", "ð") else base
    if len(base) != 1:
        base = c
    if base in "‐‑‒–—−":
        base = "-"
    elif base.isspace():
        base = " "
    return base


@functools.lru_cache(maxsize=2048)
def words(text: str) -> str:
    """Folded words separated by single spaces, without punctuation."""
    return " ".join(re.findall(r"[^\W_]+", fold(text)))


def without_brackets(text: str) -> str:
    """The text without parts in brackets on one line; an unclosed bracket is kept."""
    return _BRACKETS.sub(lambda m: "" if m[0].endswith(")") else m[0], text)


_BRACKETS = re.compile(r"\([^)\n]*+\)?")
_DATE = re.compile(r"(?<![\d/])(\d{1,2})\s*([/.\-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?![\d/])")
_LONG = re.compile(r"(?:ngay\s*)?(\d{1,2})\s*thang\s*(\d{1,2})\s*nam\s*(\d{4})")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


def dates(text: str) -> list[datetime.date]:
    """All complete dates in a text, in order: 5/3/2026, 05.03.26, ngày 05 tháng 3 năm
    2026, 2026-03-05."""
    found = []
    folded = fold(text)
    for pattern in (_DATE, _LONG, _ISO):
        for m in pattern.finditer(folded):
            if pattern is _DATE:
                day, month, year = m.group(1), m.group(3), m.group(4)
            elif pattern is _LONG:
                day, month, year = m.groups()
            else:
                year, month, day = m.groups()
            number = int(year)
            if len(year) == 2:
                number += 2000 if number < 70 else 1900
            try:
                if 1945 <= number <= 2100:
                    found.append((m.start(), datetime.date(number, int(month), int(day))))
            except ValueError:
                continue
    return [d for _, d in sorted(found, key=lambda x: x[0])]


_ORDINALS = {
    "dau": 1,
    "nhat": 1,
    "mot": 1,
    "hai": 2,
    "nhi": 2,
    "ba": 3,
    "tu": 4,
    "bon": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
}
_ROMANS = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
}


def count(text: str) -> int | None:
    """The number given by a text such as 02, "lần thứ hai", "lần đầu", III; None if there
    is none."""
    folded = fold(text).strip(" .:;-_/")
    m = re.match(r"(?:lan\s*+)?(?:thu\s*+)?[:\s]*+0*(\d{1,3})(?!\d)(?![/.\-]\d)", folded)
    if m:
        return int(m.group(1))
    m = re.fullmatch(r"(?:lan\s*)?(?:thu\s*)?([a-z]+)(?:\s*\(.*\))?", folded)
    if m:
        return _ORDINALS.get(m.group(1)) or _ROMANS.get(m.group(1))
    return None
