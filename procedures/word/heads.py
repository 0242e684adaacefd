"""The headings of a table: where they end, the label of each column, and the roles of columns
of steps."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from procedures.content.wording import fold, words
from procedures.word.columns import role_in_steps
from procedures.word.model import Cell, Table
from procedures.word.times import days


@dataclass
class Head:
    """The heading rows of a table: where they end, and each column's place and words."""

    first: int
    end: int
    spans: list[tuple[int, int]]  # (from, to) in grid columns
    labels: list[str]  # printed
    folded: list[str]


def heads_of(table: Table) -> Iterator[Head]:
    """Possible headings of a table: its first rows, from the first that has at least two cells."""
    for first in range(min(3, len(table.rows))):
        row = table.rows[first]
        if len(row) < 2:
            continue
        height = max(1, min(3, min((c.rows for c in row), default=1)))
        if any(c.rows > height for c in row) and any(c.span > 1 and c.rows == height for c in row):
            height = max(2, min(3, max(c.rows for c in row)))
        elif (
            height == 1
            and any(c.rows > 1 for c in row)
            and all(c.rows > 1 or c.span > 1 for c in row)
        ):
            height = min(3, max(c.rows for c in row))
        end = min(first + height, len(table.rows))
        spans: list[tuple[int, int]] = []
        labels: list[str] = []
        column, bottom = 0, end - 1
        while column < table.width:
            low = table.at(bottom, column)
            if low is None:
                column += 1
                continue
            parts: list[Cell] = []
            for r in range(first, end):
                cell = table.at(r, column)
                if cell is not None and cell.text and (not parts or parts[-1] is not cell):
                    parts.append(cell)
            start, stop = low.column, low.column + low.span
            spans.append((start, stop))
            labels.append(" ".join(c.text for c in parts))
            column = max(stop, column + 1)
        yield Head(first, end, spans, labels, [words(x) for x in labels])


def step_roles(head: Head, table: Table) -> list[str]:
    """Roles of the columns of steps: one number, one action; further columns of action
    are notes."""
    roles = [role_in_steps(x) for x in head.folded]
    for i, role in enumerate(roles):  # a column "Bước" that holds words is the action
        if role == "number" and re.search(r"buoc|muc", head.folded[i]):
            cells = [
                t
                for r in range(head.end, len(table.rows))
                if (c := table.at(r, head.spans[i][0])) and (t := c.text) and c.span == 1
            ]
            if cells and sum(len(t) > 14 for t in cells) > len(cells) / 2:
                roles[i] = "action"
        # "Thứ tự công việc" over "Bước 1", "Bước 2": the number, whatever its heading
        if role == "action":
            cells = [
                t
                for r in range(head.end, len(table.rows))
                if (c := table.at(r, head.spans[i][0])) and (t := c.text)
            ]
            if len(cells) > 1 and sum(
                re.fullmatch(r"(buoc|b)?\s*\d{1,2}[.:)]?", fold(t)) is not None for t in cells
            ) > 0.6 * len(cells):
                roles[i] = "number"
    actions = [i for i, r in enumerate(roles) if r == "action"]
    if len(actions) > 1:
        filled = {
            i: sum(
                bool((c := table.at(r, head.spans[i][0])) and re.search(r"[^\W\d_]{2}", c.text))
                for r in range(head.end, len(table.rows))
            )
            for i in actions
        }
        most = max(filled.values())
        keep = next(i for i in actions if filled[i] >= 0.6 * most)
        for i in actions:
            if i != keep:
                roles[i] = "note"
    for i in [i for i, r in enumerate(roles) if r == "number"][1:]:
        roles[i] = "other"
    return [_by_its_cells(role, head, i, table) for i, role in enumerate(roles)]


def _by_its_cells(role: str, head: Head, i: int, table: Table) -> str:
    """The role of a column; "duration" if its heading names only a case ("Phải xác minh (15 ngày)")
    but its cells are times."""
    if role not in ("form", "result", "note", "other"):
        return role
    cells = [
        t
        for r in range(head.end, len(table.rows))
        if (c := table.at(r, head.spans[i][0])) and (t := c.text) and re.search(r"\w", t)
    ]
    timed = [t for t in cells if len(t) < 40 and days(t) is not None]
    return "duration" if len(timed) >= 2 and len(timed) >= 0.6 * len(cells) else role
