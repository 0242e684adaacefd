"""Parses written durations, and checks whether the steps fit into the time limit."""

import re
from fractions import Fraction
from typing import NamedTuple

from procedures.content.schema import Step
from procedures.content.wording import fold

_PARTS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
_WORDS: dict[str, int | Fraction] = {
    "nua": Fraction(1, 2),
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
}
# in working days of eight hours
_UNITS = {
    "ngay": Fraction(1),
    "gio": Fraction(1, 8),
    "h": Fraction(1, 8),
    "phut": Fraction(1, 480),
    "tuan": Fraction(5),
    "thang": Fraction(22),
    "buoi": Fraction(1, 2),
    "nam": Fraction(264),
}
_AMOUNT = re.compile(
    r"(?:(\d+(?:[.,]\d+)?)\s*)?([½¼¾])|(\d+)\s*/\s*([2348])(?![\d/])|(\d+(?:[.,]\d+)?)|\b(nua|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)\b(?=\s*+(?:\([^)]{0,60}+\)\s*+)?(?:ngay|gio|buoi|tuan|thang|phut))"
)
_UNIT = re.compile(r"\s*+(?:\([^)]{0,60}+\)\s*+)?(ngay|gio|phut|tuan|thang|buoi|nam|h)\b")


def _value(m: re.Match[str]) -> Fraction:
    whole, part, top, bottom, number, word = m.groups()
    if part:
        return Fraction((whole or "0")[:9].replace(",", ".")) + _PARTS[part]
    if top:
        return Fraction(int(top[:9]), int(bottom)) if int(bottom) else Fraction(0)
    return Fraction(number[:9].replace(",", ".")) if number else Fraction(_WORDS[word])


def days(text: str, unit: str = "") -> Fraction | None:
    """A duration in working days; a range ("0,5 - 01 ngày") counts as its lower end. None if the
    text gives no amount.

    `unit` is used for bare numbers, as in a column headed "Thời gian (ngày)".
    """
    if ";" in text:  # a step with sub-steps: its times add up
        parts = [days(p, unit) for p in text.split(";")]
        return (
            sum((p for p in parts if p is not None), Fraction(0))
            if any(p is not None for p in parts)
            else None
        )
    folded = fold(text)
    if re.search(r"\bkhong (tinh|quy dinh)\b", folded) or _at_once(folded):
        return Fraction(0)
    if re.search(r"\b(truoc|sau) ngay\b|\bngay \d+ (thang|hang|hằng)\b", folded) or _rates(folded):
        return None
    return _summed(_amounts(folded, unit))


class _Amount(NamedTuple):
    """A number, the size of its unit if named, and whether it begins a range."""

    value: Fraction
    size: Fraction | None
    spans: bool


def _amounts(folded: str, unit: str) -> list[_Amount]:
    """The amounts in a text; a bare number counts only if it is the whole text and the unit
    is known."""
    amounts: list[_Amount] = []
    at = 0
    while len(amounts) < 12 and (m := _AMOUNT.search(folded, at)) is not None:
        named = _UNIT.match(folded, m.end())
        at = named.end() if named else m.end()
        spans = re.match(r"\s*(?:-|–|den)\s*(?=\d|½)", folded[at:]) is not None
        bare = unit and not amounts and re.fullmatch(r"[\s\d.,/½¼¾]*", folded)
        if named:
            amounts.append(_Amount(_value(m), _UNITS[named.group(1)], spans))
        elif bare:
            amounts.append(_Amount(_value(m), _UNITS.get(unit, Fraction(1)), spans))
        elif spans:
            amounts.append(_Amount(_value(m), None, spans))
    return amounts


def _summed(amounts: list[_Amount]) -> Fraction | None:
    """The sum in days, of a range its lower end; a number without a unit has that of the
    next one."""
    total, found, skip = Fraction(0), False, False
    for i, (value, _, spans) in enumerate(amounts):
        if not skip:
            own = next((a.size for a in amounts[i:] if a.size is not None), None)
            if own is not None:
                total, found = total + value * own, True
        skip = spans and not skip
    return total if found else None


def unit_of(label: str) -> str:
    """The unit that a column's heading gives for bare numbers; days if it gives none."""
    m = re.search(r"\b(ngay|gio|phut|buoi|tuan)\b", fold(label))
    return m.group(1) if m else "ngay"


def _at_once(folded: str) -> bool:
    """Whether a line says "ngay sau …" without a number after it."""
    return any(
        not re.search(r"\d", line[said[-1].end() :])
        for line in folded.split("\n")
        if (said := list(re.finditer(r"\bngay (?:sau|khi|lap tuc|trong)\b", line)))
    )


def _rates(folded: str) -> bool:
    """Whether a line has several numbers with rates such as "/lần", "/hồ sơ"."""
    return any(
        len(re.findall(r"\d", line[said.end() :])) > 2
        for line in folded.split("\n")
        if (said := re.search(r"/(?:lan|don vi|ho so|nam)\b", line))
    )


_LIMIT = re.compile(
    r"\b(?:tong )?(?:thoi (?:gian|han))(?: (?:giai quyet|xu ly|thuc hien|quy dinh|toi da))*(?: (?:thu tuc hanh chinh|ho so|cong viec|tthc))?\s*(?:la|khong qua|toi da)?\s*[:\-]?\s*"
)


def stated_limits(text: str) -> list[Fraction]:
    """Time limits stated in a text, in order, in working days ("Thời hạn giải quyết: 05 ngày …
    không quá 25 ngày")."""
    found = []
    for line in re.sub(r":\s*\n", ": ", text).split("\n"):
        folded = fold(line)
        m = _LIMIT.search(folded)
        if (
            not m
            or m.start() > 40
            or not re.search(
                r"giai quyet|xu ly|thuc hien thu tuc|thuc hien tthc|theo quy dinh",
                folded[: m.end() + 5],
            )
        ):
            continue
        rest = folded[m.end() :]
        if re.match(r"\s*(?:giai quyet )?(?:ngay )?trong ngay\b(?! *\d)", rest):
            found.append(Fraction(1))
        for amount in re.finditer(
            r"(?:(?<!\d)\d++(?:[.,]\d++)?\s*+)?[½¼¾]?(?:(?<!\s)\s++)?(?:\([^)]{0,60}+\)\s*+)?\b(?:ngay|gio|phut|thang|buoi)\b",
            rest,
        ):
            # "nhận sau 15 giờ"
            clock = amount.group().endswith("gio") and re.search(
                r"\b(sau|luc|truoc|den|tu)\s*$", rest[max(amount.start() - 40, 0) : amount.start()]
            )
            if (
                not clock
                and re.search(r"\d|[½¼¾]", amount.group())
                and (value := days(amount.group())) is not None
            ):
                found.append(value)
    return found


def printed(amount: Fraction) -> str:
    """An amount of days as displayed: 8,5 ngày."""
    if amount and amount < Fraction(1, 4):
        return f"{float(amount * 8):g} giờ".replace(".", ",")
    return f"{float(round(amount, 2)):g} ngày".replace(".", ",")


def excess(cases: list[str], steps: list[Step], text: str) -> list[dict[str, str]]:
    """[{"case", "total", "limit"}] for each case whose steps take longer than the limit.

    The limit is in the heading of the case's column, or in the text if it is clear which case
    is meant.
    """
    return [
        {"case": case, "total": printed(total), "limit": printed(limit)}
        for case, total, limit in compared(cases, steps, text)
        if total > limit
    ]


def compared(
    cases: list[str], steps: list[Step], text: str
) -> list[tuple[str, Fraction, Fraction]]:
    """(case, sum of its steps, limit), in days, for each case that has both."""
    found = []
    stated = stated_limits(text)
    columns = max(len(cases), 1 if any(s["durations"] for s in steps) else 0)
    for n in range(columns):
        label = cases[n] if n < len(cases) else ""
        unit = unit_of(label)
        amounts = [days(s["durations"][n], unit) for s in steps if n < len(s["durations"])]
        known = [a for a in amounts if a is not None]
        if not known:
            continue
        total = sum(known, Fraction(0))
        limit = days(re.sub(r"(?i)^[^\d½¼¾]*", "", label)) if re.search(r"\d|½", label) else None
        if limit is None and stated:
            limit = _limit_of(n, stated, columns, total)
        if limit:
            found.append((label, total, limit))
    return found


def _limit_of(n: int, stated: list[Fraction], columns: int, total: Fraction) -> Fraction | None:
    """Which of the limits in the text is that of case `n`; None if that is not clear. Of several for
    one case the one that the steps make ("trong ngày, không quá 07 giờ"), otherwise the longest."""
    if len(stated) == columns:
        return stated[n]
    if columns != 1:
        return None
    return total if total in stated else max(stated)
