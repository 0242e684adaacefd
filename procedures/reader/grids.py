"""Structured tables (steps, forms, records …) in the form that the template `_grid.html` draws."""

from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from procedures.content.case_names import split_cases
from procedures.content.schema import GridBlock, Row
from procedures.reader import facts
from procedures.reader.cleaning import Cleaner

CAPTIONS = {
    "steps": lambda: _("Các bước thực hiện"),
    "dossier": lambda: _("Thành phần hồ sơ"),
    "forms": lambda: _("Biểu mẫu"),
    "records": lambda: _("Hồ sơ cần lưu"),
    "amendments": lambda: _("Theo dõi sửa đổi"),
    "definitions": lambda: _("Từ ngữ, viết tắt"),
}


def grid(block: GridBlock, cleaner: Cleaner) -> dict[str, Any]:
    """Columns, and rows as safe HTML."""
    columns = [
        {
            "role": c.get("role") or "other",
            "label": " ".join(facts.plain(c.get("label", "")).split()),
        }
        for c in block.get("columns", ())
    ]
    _group(columns)
    rows = [row for r in block.get("rows", ()) if (row := _row(r, columns, cleaner))]
    subject = block.get("subject") or "other"
    _merge(rows, columns, subject)
    for row in rows:
        if row["span"] is None:
            row["cells"] = mark_safe("".join(_cell(cell) for cell in row["cells"]))  # noqa: S308 - each part is escaped or cleaned
    grouped = any("group" in column for column in columns)
    return {
        "type": "grid",
        "subject": subject,
        "caption": CAPTIONS[subject]() if subject in CAPTIONS else "",
        "columns": columns,
        "rows": rows,
        "grouped": grouped,
    }


def _group(columns: list[dict[str, Any]]) -> None:
    """Gives time columns short names; words shared by adjacent columns are shown once
    above them."""
    at = [i for i, column in enumerate(columns) if column["role"] == "duration"]
    shared, briefs = split_cases([columns[i]["label"] for i in at])
    for i, brief in zip(at, briefs, strict=True):
        columns[i]["brief"] = brief
    if shared and at == list(range(at[0], at[0] + len(at))):
        columns[at[0]]["group"] = {"label": shared, "span": len(at)}
        for i in at:
            columns[i]["grouped"] = True


@dataclass
class Cell:
    role: str
    label: str
    html: str
    merged: bool
    rows: int = 1  # the number of rows it spans


def _row(row: Row, columns: list[dict[str, str]], cleaner: Cleaner) -> dict[str, Any] | None:
    """{"kind", "goes_on", "cells": [Cell], "span": None}, or {"kind", "whole", "span"} for a row
    that is one cell; None for a row with nothing but a number."""
    kind = row.get("kind") or "row"
    merged = set(row.get("merged", ()))
    html = [cleaner.text(cell or "") for cell in row.get("cells", ())][: len(columns)]
    html += [SafeString("")] * (len(columns) - len(html))
    filled = [i for i, cell in enumerate(html) if cell.strip()]
    if not filled or (not merged and all(columns[i]["role"] == "number" for i in filled)):
        return None
    if kind in {"phase", "note"} and len(filled) == 1:
        return {"kind": kind, "whole": html[filled[0]], "span": len(columns)}
    cells = [
        Cell(column["role"], column.get("brief") or column["label"], cell, i in merged)
        for i, (column, cell) in enumerate(zip(columns, html, strict=True))
    ]
    return {"kind": kind, "cells": cells, "goes_on": bool(merged), "span": None}


def _merge(rows: list[dict[str, Any]], columns: list[dict[str, str]], subject: str) -> None:
    """Sets the row span of merged cells. On a phone each row is a card: there shared times are
    marked as shared, and people are repeated."""
    for at in range(len(columns)):
        first: Cell | None = None
        for row in rows:
            cell = row["cells"][at] if row["span"] is None else None
            if cell is None or not cell.merged or cell.html.strip() or first is None:
                first = cell
                if cell is not None:
                    cell.merged = False
                continue
            first.rows += 1
            if cell.role == "responsible":
                cell.html = first.html
            elif cell.role == "duration" and first.html.strip() and subject == "steps":
                cell.html = escape(_("chung với bước trên"))


def _cell(cell: Cell) -> str:
    """A cell with its column's label for the phone layout. Built here, not in the template: a
    document has thousands."""
    words = (
        f"col-{cell.role}{' merged' if cell.merged else ''}{'' if cell.html.strip() else ' blank'}"
    )
    span = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f'<td role="cell" class="{escape(words)}"{span} data-label="{escape(cell.label)}">{cell.html}</td>'
