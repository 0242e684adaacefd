"""The rows of a grid: their cells, and whether each is a row, a phase, a total or a note."""

import re

from procedures.content.schema import Row
from procedures.content.text import without_tags
from procedures.content.wording import fold, words
from procedures.word.heads import Head
from procedures.word.html import cell_text_html
from procedures.word.model import Cell, Table


def bare_text(html: str) -> str:
    return without_tags(html).strip()


def mark_groups(table: Table, head: Head, rows: list[Row], roles: list[str], subject: str) -> None:
    """Marks steps that only group those below ("2 | Kiểm tra" over 2.1 and 2.2, merged) as phases,
    repeated headings as notes."""
    for r, row in enumerate(rows, head.end):
        following = rows[r - head.end + 1] if r + 1 < len(table.rows) else None
        texts = [words(bare_text(c)) for c in row["cells"]]
        if row["kind"] == "row" and len([t for t in texts if t]) > 1 and texts == head.folded:
            row["kind"] = "note"
        if (
            subject != "steps"
            or row["kind"] != "row"
            or following is None
            or not {"number", "action"} <= set(roles)
        ):
            continue
        number, below = (
            bare_text(x["cells"][roles.index("number")]).strip(" .):") for x in (row, following)
        )
        filled = {role for role, t in zip(roles, texts, strict=True) if t}
        wide = any(
            c.text and c.span > 1 and c.column + c.span >= head.spans[-1][0] for c in table.rows[r]
        )
        if number and below.startswith(f"{number}.") and filled <= {"number", "action"} and wide:
            row["kind"] = "phase"


# What a flow chart in cells has between its steps
_DRAWN = re.compile(r"[\s↓↑→←⇓⇒⇩➔▼▲►➢|]+|\W*(bat dau|ket thuc|start|end)\W*")
# A row headed "Tổng cộng" or "Cộng: 5 ngày" is one; "Công chức", "Tổng hợp ý kiến" and "Tổng cục"
# begin a step.
_TOTAL = re.compile(r"^(?:tong|cong)(?= *$| \d| (?:cong|so|thoi|ngay|gio|cac|tat ca|toan bo)\b)")


def row_of(table: Table, r: int, head: Head, roles: list[str], subject: str) -> Row:
    cells: list[Cell | None] = [None for _ in roles]
    merged: list[int] = []
    own: list[Cell] = []
    for i, (start, stop) in enumerate(head.spans):
        parts: list[Cell] = []
        for cell in table.rows[r]:
            first = next(
                (n for n, (a, b) in enumerate(head.spans) if a <= cell.column < b), len(roles) - 1
            )
            if first == i:
                parts.append(cell)
        if parts:
            own += parts
            cells[i] = (
                parts[0]
                if len(parts) == 1
                else Cell(start, stop - start, 1, [b for c in parts for b in c.blocks])
            )
        elif (above := table.at(r, start)) is not None and not any(
            above is c for c in table.rows[r]
        ):
            merged.append(i)
        # One time for several cases
        elif roles[i] == roles[i - 1] == "duration" and subject == "steps" and i:
            cells[i] = cells[i - 1]
    htmls = [cell_text_html(c) if c else "" for c in cells]
    row: Row = {"kind": _kind(own, htmls, roles, head, subject, merged), "cells": htmls}
    if merged and row["kind"] == "row":
        row["merged"] = merged
    if (
        row["kind"] in ("phase", "total")
        and htmls
        and roles[0] == "number"
        and own
        and own[0].span > 1
        and own[0].column <= head.spans[0][0]
        and len(roles) > 1
        and not htmls[1]
    ):
        htmls[0], htmls[1] = "", htmls[0]
    return row


def _kind(
    own: list[Cell],
    htmls: list[str],
    roles: list[str],
    head: Head,
    subject: str,
    merged: list[int],
) -> str:
    filled = [i for i, h in enumerate(htmls) if bare_text(h)]
    if not filled:
        return "row"
    lead = words(bare_text(htmls[filled[0]]))
    if subject == "steps" and all(_DRAWN.fullmatch(fold(bare_text(htmls[i]))) for i in filled):
        return "note"
    if (
        subject == "steps"
        and re.match(r"(ghi chu|luu y|chu thich)\b", lead)
        and not any(roles[i] in ("responsible", "duration") for i in filled)
    ):
        return "note"
    if subject in ("steps", "dossier", "records", "forms", "definitions"):
        if (
            _TOTAL.match(lead)
            or len(filled) > 1
            and _TOTAL.match(words(bare_text(htmls[filled[1]])))
            and roles[filled[0]] == "number"
        ):
            return "total"
        wide = [
            c
            for c in own
            if c.text and c.span > 1 and c.span >= 0.6 * (head.spans[-1][1] - head.spans[0][0])
        ]
        if len(filled) == 1 and wide and not merged:
            return (
                "note"
                if re.match(r"(ghi chu|luu y|chu thich)\b", lead) or len(lead) > 250
                else "phase"
            )
        if (
            subject == "steps"
            and len(filled) <= 2
            and re.match(
                r"(giai doan|phan [ivx\d]|[ivx]+ )",
                words(" ".join(bare_text(htmls[i]) for i in filled)),
            )
            and not merged
            and not any(roles[i] in ("responsible", "duration") for i in filled)
        ):
            return "phase"
    return "row"
