"""Tables that grow from one revision to the next (amendments, steps, forms, records): no fact is
always at a place in them."""

import re
from collections.abc import Sequence

from procedures.content.wording import words
from procedures.word.heads import heads_of
from procedures.word.lines import CELL, Line
from procedures.word.model import Cell, Paragraph, Run, Table
from procedures.word.subjects import Context, subject_of

_COUNTED = re.compile(r"tt|stt|so tt|so thu tu")  # heads the numbers of rows


def growing(lines: Sequence[Line]) -> set[int]:
    """Numbers of the lines in the rows of growing tables of the text; a table without headings
    continues the one before it."""
    tables: dict[str, list[int]] = {}
    for n, line in enumerate(lines):
        if line.part in ("front", "body") and (m := CELL.match(line.spot)):
            tables.setdefault(m["table"], []).append(n)
    found: set[int] = set()
    for numbers in tables.values():
        table, first = _table([lines[n] for n in numbers]), numbers[0]
        above = words(lines[first - 1].text) if first else ""
        end = _end_of_headings(table, above)
        if end is None and first - 1 in found and _columns(table) > 2:
            end = 0
        if end is not None:
            found.update(n for n in numbers if _place(lines[n])[0] >= end)
    return found


def _place(line: Line) -> tuple[int, int]:
    m = CELL.match(line.spot)
    return (int(m["row"]), int(m["column"])) if m else (0, 0)


def _table(lines: Sequence[Line]) -> Table:
    """The table as far as its lines tell: without its empty cells."""
    cells: dict[tuple[int, int], Cell] = {}
    for line in lines:
        row, column = _place(line)
        cell = cells.setdefault((row, column), Cell(column, line.span, line.rows))
        cell.blocks.append(Paragraph([Run(line.text)]))
    rows: list[list[Cell]] = [[] for _ in range(max(row for row, _ in cells) + 1)]
    for (row, _), cell in sorted(cells.items()):
        rows[row].append(cell)
    return Table(rows, max(cell.column + cell.span for cell in cells.values()))


def _columns(table: Table) -> int:
    return max(len(row) for row in table.rows)


def _end_of_headings(table: Table, above: str) -> int | None:
    """The first row below the headings of a growing table; None for other tables."""
    for head in heads_of(table):
        said = " ".join([above, *(words(c.text) for row in table.rows[: head.first] for c in row)])
        counted = any(_COUNTED.fullmatch(label) for label in head.folded)
        if head.end < len(table.rows) and (counted or subject_of(head, Context(above=said), table)):
            return head.end
    return None
