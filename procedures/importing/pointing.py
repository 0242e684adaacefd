"""The original in its layout, with numbered lines that the officer can click: tables as tables."""

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.enums import MISSING_FACTS
from procedures.importing.meanings import FACTS, PARTS
from procedures.importing.teaching import lines_of
from procedures.models import ImportItem, SignerRole
from procedures.word import teach
from procedures.word.evidence import lines_saying
from procedures.word.growing import growing
from procedures.word.lines import CELL, Line

MOST = 1_500  # lines shown; the rest is in the text of the original


def lines_shown(item: ImportItem) -> list[dict[str, Any]]:
    """[{"part", "rows": [[cell]]} or {"part", "line"}] in reading order; a cell is {"span", "rows",
    "lines"}, a line is {"number", "text", "meaning", "spot", "bold", "moves"}: `meaning` by its own
    label, "moves" if later revisions have it elsewhere."""
    shown: list[dict[str, Any]] = []
    table = ""
    facts, lines = _facts_by_line(item), lines_of(item.heavy)
    moving, columns = growing(lines), teach.columns_at(lines)
    for number, line in enumerate(lines[:MOST]):
        made = _line(number, line, facts)
        made["moves"] = line.part == "body" or number in moving
        where = teach.column_of(line.spot)
        made["column"] = columns[where][0] if where in columns else ""
        cell = CELL.match(line.spot)
        if cell is None:
            shown.append({"part": line.part, "line": made})
            table = ""
            continue
        name = cell["table"].split(".r")[0]
        if name != table:
            table = name
            shown.append({"part": line.part, "cells": {}})
        # Nested tables are flattened into lines
        row, column = line.spot[len(name) + 2 :].split(".")[:2]
        at = int(row), int(column.removeprefix("c"))
        inner = cell["table"] != name
        new = {
            "span": 1 if inner else line.span,
            "rows": 1 if inner else line.rows,
            "lines": [],
        }
        shown[-1]["cells"].setdefault(at, new)["lines"].append(made)
    for block in shown:
        if cells := block.pop("cells", None):
            block["rows"] = _rows(cells)
    return shown


def _facts_by_line(item: ImportItem) -> dict[int, str]:
    evidence = item.reading.get("facts", {}).get("evidence", {})
    found: dict[int, list[str]] = {}
    for name, numbers in evidence.items():
        for number in numbers:
            found.setdefault(number, []).append(name)
    return {number: " ".join(names) for number, names in found.items()}


def _line(number: int, line: Line, facts: dict[int, str]) -> dict[str, Any]:
    return {
        "number": number,
        "text": line.text,
        "meaning": teach.meaning_of(line.text),
        "spot": line.spot,
        "bold": "b" in line.look,
        "facts": facts.get(number, ""),
        "cell": CELL.match(line.spot) is not None,
    }


def _rows(cells: Mapping[tuple[int, int], dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The rows of a table from its cells by (row, column): empty cells fill its grid, rows without
    any text are left out. No cell is lost where a damaged table's cells overlap."""
    starts: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        starts.setdefault(row, []).append(column)
    width = max(column + cell["span"] for (_, column), cell in cells.items())
    taken: set[tuple[int, int]] = set()
    rows = []
    for row, columns in starts.items():
        made, column = [], 0
        while column < width:
            cell = cells.get((row, column)) or {"span": 1, "rows": 1, "lines": []}
            if (row, column) in taken and not cell["lines"]:
                column += 1
                continue
            covered = [n for n in starts if row <= n < row + cell["rows"]]
            end = min([column + cell["span"], *(c for c in columns if c > column)])
            taken.update((n, c) for n in covered for c in range(column, end))
            made.append({**cell, "span": end - column, "rows": len(covered)})
            column = end
        rows.append(made)
    return rows


_CONFLICTS = {  # code of a warning -> {key of its details: fact}
    "issue_number_conflict": {"issue": "issue_number"},
    "date_conflict": {"issued": "issued_on", "effective": "effective_on"},
}


def conflicts(item: ImportItem) -> list[dict[str, Any]]:
    """[{"fact", "label", "values": [{"shown", "where", "lines"}]}] for facts given twice: each
    value with its place."""
    found: list[dict[str, Any]] = []
    lines = lines_of(item.heavy)
    for flag in item.reading["facts"]["warnings"]:
        for key, fact in _CONFLICTS.get(flag["code"], {}).items():
            entries = (flag.get("details") or {}).get(key) or []
            values = [_value(lines, text, parts) for text, parts in entries]
            if len(values) > 1:
                found.append({"fact": fact, "label": FACTS[fact], "values": values})
    return found


# Warnings about a field of the review; the fields that can settle each
_FIELDS = {
    "missing_code": ("code",),
    "duplicate_code": ("code", "document"),
    "near_duplicate": ("code", "document"),
    "missing_title": ("title",),
    "same_title": ("document",),
    "title_taken": ("title", "document"),
    "title_shared": ("title", "document"),
    "title_twice": ("title",),
    "missing_date": ("issued_on",),
    "older_issue": ("issued_on",),
    "issue_number_conflict": ("issue_number",),
    "date_conflict": ("issued_on", "effective_on"),
}
_LISTS = {"low_confidence", "steps_exceed_time_limit"}
_IN_TEXT = {"unknown_section", "several_documents", "other_agency"}  # values are words of the file
_INPUTS = {role: f"name-{n}" for n, role in enumerate(SignerRole.values)}


def places(item: ImportItem, flag: Mapping[str, Any]) -> list[dict[str, str]]:
    """Where a warning can be looked at or settled: [{"label", "target"}] for an ID on the page,
    [{"label", "lines"}] for lines of the original."""
    code, values = flag["code"], flag.get("values") or []
    names = values if code == MISSING_FACTS else _FIELDS.get(code, ())
    found = [
        {"label": str(_FIELD_LABELS.get(n) or FACTS[n]), "target": f"id_{_INPUTS.get(n, n)}"}
        for n in names
    ]
    if code in _LISTS:
        found.append({"label": _("Danh sách đọc được"), "target": "import-recognised"})
    if code in _IN_TEXT:
        lines = lines_of(item.heavy)
        at = [n for value in values for n in lines_saying(lines, str(value))[:3]]
        if at := sorted(set(at)):
            found.append({"label": _("Chỗ trong tệp gốc"), "lines": " ".join(map(str, at[:12]))})
    return found


_FIELD_LABELS = {"document": gettext_lazy("Nhập thành")}


def _value(lines: list[Line], text: Any, parts: list[str]) -> dict[str, Any]:
    day = parse_date(str(text))
    value = day or int(text)
    at = [n for n in lines_saying(lines, value) if lines[n].part in parts]
    return {
        "shown": f"{day:%d/%m/%Y}" if day else str(text),
        "where": ", ".join(str(PARTS.get(part, part)) for part in parts),
        "lines": " ".join(str(n) for n in at[:12]),
    }
