"""Combines a document's control blocks: the first value of each field, and where they disagree."""

import datetime
import re
from typing import Any

from procedures.content.schema import Flag
from procedures.word.model import Block, paragraphs_of
from procedures.word.places import Place, Value
from qms.text.codes import code_key


def pick(places: list[Place], name: str, sort: type[Value]) -> Value | None:
    """The first value of this field and type in the order of `places`, or None."""
    return next((v for p in places if (v := p.first(name, sort)) is not None), None)


_OWN = re.compile(
    r"^\s*((?:QT|QTHT|QTNB|BM|BMT|HD|HDCV|QC|QĐ|NQ|CSCL|MTCL|STCL|TL|PL)[\s.\-_/]?[\w&]++(?:[.\-/][\w&]++)*)\s*+$"
)
# The only one of its kind in an agency, hence without a number
_SOLE = re.compile(r"(?:CSCL|MTCL|STCL|HTQLCL)[.\-_/]\w")


def standing_code(blocks: list[Block]) -> str:
    """A code alone on a line or in a cell of a control block, without a label; empty if there
    is none."""
    for p in paragraphs_of(blocks):
        for line in re.split(r"\n|\t|\s[/|–-]\s", p.text):
            m = _OWN.match(line) if len(line) <= 60 else None
            if (
                m
                and (re.search(r"\d", line) or _SOLE.match(m.group(1)))
                and len(line.strip()) <= 30
                and re.search(r"[.\-_/ ]|[A-ZĐ]\d", line.strip())
            ):
                return m.group(1).strip()
    return ""


def same_code(a: str, b: str) -> bool:
    return code_key(a) == code_key(b)


def conflicts(places: list[Place], code: str) -> list[Flag]:
    """Warnings about numbers and dates that disagree among the places that Word shows.

    A page with another code (a chapter with a suffix, a form after a form) describes itself, not
    the document.
    """
    own = places_of(places, code)
    out: list[Flag] = []
    issues = _distinct(own, "issue", int)
    if len(issues) > 1:
        found = [[str(number), where] for number, where in issues.items()]
        out.append(
            {
                "code": "issue_number_conflict",
                "values": [str(number) for number in issues],
                "details": {"issue": found},
            }
        )
    return out + _of_dates(own)


def _of_dates(own: list[Place]) -> list[Flag]:
    """The warning, if any, about dates of issue or effect that differ or are in the wrong order."""
    values: list[str] = []
    details: dict[str, Any] = {}
    for name in ("issued", "effective"):
        found = _distinct(own, name, datetime.date)
        if len(found) > 1:
            details[name] = [[day.isoformat(), where] for day, where in found.items()]
            values += [day.isoformat() for day in found]
    issued = pick(own, "issued", datetime.date)
    effective = _distinct(own, "effective", datetime.date)
    if issued and any(day < issued for day in effective):
        early = min(effective).isoformat()
        details["early"] = [early, issued.isoformat()]
        values += [day for day in (issued.isoformat(), early) if day not in values]
    return [{"code": "date_conflict", "values": values, "details": details}] if details else []


def places_of(places: list[Place], code: str) -> list[Place]:
    """The places with this code or none: those that describe this document."""
    return [
        p for p in places if (c := p.first("code", str)) is None or not code or same_code(c, code)
    ]


def _distinct(places: list[Place], name: str, sort: type[Value]) -> dict[Value, list[str]]:
    """{value: kinds of places that give it (front, header, footer, end)} of a field."""
    found: dict[Value, list[str]] = {}
    for place in places:
        kind = place.name.split(":")[0]
        for fact in place.facts:
            if fact.field == name and isinstance(fact.value, sort):
                where = found.setdefault(fact.value, [])
                if kind not in where:
                    where.append(kind)
    return found
