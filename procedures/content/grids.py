"""Grids: tables whose columns have a role. What they say about records, amendments, terms and dossiers."""

import re
from typing import Any

from procedures.content.text import blocks, one_line, paragraphs
from procedures.content.wording import dates


def grids(content: dict, subject: str) -> list[dict]:
    """All grids of one subject, in reading order."""
    return [
        b for _, b in blocks(content) if b.get("type") == "grid" and b.get("subject") == subject
    ]


def columns(grid, *roles):
    return [i for i, c in enumerate(grid.get("columns", ())) if c.get("role") in roles]


def cell(row, index):
    cells = row.get("cells", ())
    return cells[index] if index is not None and index < len(cells) else ""


def first(grid, *roles):
    return next(iter(columns(grid, *roles)), None)


def rows(grid):
    return [r for r in grid.get("rows", ()) if r.get("kind", "row") == "row"]


def grid_records(content: dict[str, Any]) -> list[dict[str, str]]:
    """[{"name", "place", "retention"}] of the rows of the grids of records."""
    out = []
    for grid in grids(content, "records"):
        name, place, retention = first(grid, "name"), first(grid, "place"), first(grid, "retention")
        above: list[str] = []
        for row in rows(grid):
            merged = set(row.get("merged", ()))
            cells = [
                above[i] if i in merged and i < len(above) else c
                for i, c in enumerate(row.get("cells", ()))
            ]
            above = cells
            record = {
                "name": one_line(cell({"cells": cells}, name)),
                "place": one_line(cell({"cells": cells}, place)),
                "retention": one_line(cell({"cells": cells}, retention)),
            }
            if record["name"] and name not in merged:
                out.append(record)
    return out


_KEEP = r"(?:được\s+)?(?:lưu(?:\s+(?:giữ|trữ))?|bảo quản)"
_HOW_LONG = (
    rf"(?:\s*[,;:–-]\s*|\s+)(?:(?:trong(?: thời (?:hạn|gian))?|thời (?:hạn|gian)(?: {_KEEP})?|{_KEEP})\s*:?\s*)*"
    r"(?P<retention>(?:ít nhất |tối thiểu )?\d+\s*(?:\(\w+\)\s*)?(?:năm|tháng)\b[^,;.)]*|vĩnh viễn|lâu dài)"
)
_KEPT = (
    re.compile(
        rf"^(?P<name>.{{3,200}}?)\s*[:;,.(–-]?\s*{_KEEP}\s+(?:tại|ở|bởi)\s+(?P<place>(?:[^;.]|(?<=\b\w)\.){{2,120}}?){_HOW_LONG}",
        re.I,
    ),
    re.compile(
        rf"^(?P<name>[^:;–(]{{3,200}}?)\s*(?::|–|\s-)\s+(?P<place>[^\W\d](?:[^:;.–]|(?<=\b\w)\.){{1,80}}?){_HOW_LONG}\s*[).;]*$",
        re.I,
    ),
)


def listed_records(content: dict[str, Any]) -> list[dict[str, str]]:
    """ "- Sổ cấp thẻ: lưu tại Văn phòng, 02 năm.", "Sổ cấp thẻ – Văn phòng – 02 năm" in a section on records that has no table."""
    out = []
    for section, block in blocks(content, ("records",)):
        if section.get("place", "body") == "body" and block.get("type") == "text":
            for line in paragraphs(block.get("html", "")):
                line = re.sub(r"^\s*(?:[-–+•*▪]|\d+(?:\.\d+)*[.)]|[a-zđ][.)])\s*", "", line)
                if m := next((m for pattern in _KEPT if (m := pattern.match(line))), None):
                    out.append({k: v.strip(" :;,.()–-") for k, v in m.groupdict().items()})
    return out


def grid_amendments(content: dict[str, Any]) -> list[dict[str, str]]:
    """[{"number", "date" (ISO, or as printed where it is no date), "summary"}] of the grids of amendments; empty rows aside."""
    out = []
    for grid in grids(content, "amendments"):
        number, date, summary = first(grid, "number"), first(grid, "date"), first(grid, "summary")
        for row in rows(grid):
            printed = one_line(cell(row, date))
            found = dates(printed)
            entry = {
                "number": one_line(cell(row, number)),
                "date": found[0].isoformat() if found else printed,
                "summary": one_line(cell(row, summary)),
            }
            if re.search(r"\w", entry["date"]) or re.search(r"\w", entry["summary"]):
                out.append(entry)
    return out


def terms(content: dict) -> list[dict]:
    """[{"term", "meaning"}] of the grids of definitions."""
    out = []
    for grid in grids(content, "definitions"):
        term, meaning = first(grid, "term"), first(grid, "meaning")
        out += [
            {"term": t, "meaning": one_line(cell(row, meaning))}
            for row in rows(grid)
            if (t := one_line(cell(row, term)))
        ]
    return out


def dossier(content: dict) -> list[dict]:
    """[{"name", "original", "copy", "note"}] of the dossier's contents."""
    out = []
    for grid in grids(content, "dossier"):
        at = {role: first(grid, role) for role in ("name", "original", "copy", "note")}
        out += [
            entry
            for row in rows(grid)
            if (entry := {role: one_line(cell(row, i)) for role, i in at.items()})["name"]
        ]
    return out
