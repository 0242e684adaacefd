"""The original in its layout, with numbered lines that the officer can click: tables as tables."""

from typing import Any

from django.utils.dateparse import parse_date

from procedures.importing.meanings import FACTS, PARTS
from procedures.importing.teaching import lines_of
from procedures.models import ImportItem
from procedures.word.evidence import lines_saying
from procedures.word.lines import CELL, Line

MOST = 1_500  # lines shown; the rest is in the text of the original


def lines_shown(item: ImportItem) -> list[dict[str, Any]]:
    """[{"part", "table": rows of cells of lines} or {"part", "line"}] in reading order; a line is {"number", "text", "spot", "bold"}."""
    shown: list[dict[str, Any]] = []
    table = ""
    facts = _facts_by_line(item)
    for number, line in enumerate(lines_of(item.heavy)[:MOST]):
        made = _line(number, line, facts)
        cell = CELL.match(line.spot)
        if cell is None:
            shown.append({"part": line.part, "line": made})
            table = ""
            continue
        name = cell["table"].split(".r")[0]
        if name != table:
            table = name
            shown.append({"part": line.part, "rows": []})
        _put(shown[-1]["rows"], line, made, name)
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
        "spot": line.spot,
        "bold": "b" in line.look,
        "facts": facts.get(number, ""),
        "cell": CELL.match(line.spot) is not None,
        "body": line.part == "body",
    }


def _put(rows: list[Any], line: Line, made: dict[str, Any], name: str) -> None:
    """Adds a line to the last cell of a table, or begins its cell or row. Nested tables are flattened into lines."""
    row, column = line.spot[len(name) + 2 :].split(".")[:2]
    if not rows or rows[-1]["row"] != row:
        rows.append({"row": row, "cells": []})
    cells = rows[-1]["cells"]
    if not cells or cells[-1]["column"] != column:
        cells.append({"column": column, "lines": []})
    cells[-1]["lines"].append(made)


_CONFLICTS = {  # code of a warning -> {key of its details: fact}
    "issue_number_conflict": {"issue": "issue_number"},
    "date_conflict": {"issued": "issued_on", "effective": "effective_on"},
}


def conflicts(item: ImportItem) -> list[dict[str, Any]]:
    """[{"fact", "label", "values": [{"shown", "where", "lines"}]}] for facts given twice: each value with its place."""
    found: list[dict[str, Any]] = []
    lines = lines_of(item.heavy)
    for flag in item.reading["facts"]["warnings"]:
        for key, fact in _CONFLICTS.get(flag["code"], {}).items():
            entries = (flag.get("details") or {}).get(key) or []
            values = [_value(lines, text, parts) for text, parts in entries]
            if len(values) > 1:
                found.append({"fact": fact, "label": FACTS[fact], "values": values})
    return found


def _value(lines: list[Line], text: Any, parts: list[str]) -> dict[str, Any]:
    day = parse_date(str(text))
    value = day or int(text)
    at = [n for n in lines_saying(lines, value) if lines[n].part in parts]
    return {
        "shown": f"{day:%d/%m/%Y}" if day else str(text),
        "where": ", ".join(str(PARTS.get(part, part)) for part in parts),
        "lines": " ".join(str(n) for n in at[:12]),
    }
