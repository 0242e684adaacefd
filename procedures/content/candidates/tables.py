"""Tables and grids of stored content as cells with lines of text."""

import re
from dataclasses import dataclass

from procedures.content.schema import GridBlock, TableBlock
from procedures.content.text import paragraphs

_PART = re.compile(r"<(/?)(table|tr|td|th)\b([^>]*+)(?:>|\Z)", re.I)


@dataclass
class Place:
    """A cell: its position, its span, its lines."""

    row: int
    column: int
    rows: int
    span: int
    lines: list[str]

    @property
    def text(self) -> str:
        return " ".join(self.lines)


Rows = list[list[Place]]


def rows_of(block: TableBlock | GridBlock) -> Rows:
    """The rows of a table block or a grid block; a grid's headings are its first row."""
    return _of_html(block.get("html", "")) if block["type"] == "table" else _of_grid(block)


def _number(attributes: str, name: str) -> int:
    m = re.search(rf'{name}="(\d+)"', attributes)
    return max(1, int(m.group(1)[:9])) if m else 1


def _of_html(html: str) -> Rows:
    """The outermost table's cells; a nested table counts as text of its cell."""
    rows: Rows = []
    covered: dict[int, int] = {}  # column -> rows below still covered
    depth, start, open_ = 0, 0, ""
    column = 0
    for m in _PART.finditer(html, 0, html.rfind(">") + 1):
        closing, tag, attributes = m.group(1) == "/", m.group(2).lower(), m.group(3)
        if tag == "table":
            depth += -1 if closing else 1
        elif depth != 1:
            continue
        elif tag == "tr" and not closing:
            rows.append([])
            column = 0
        elif tag in ("td", "th") and not closing:
            start, open_ = m.end(), attributes
        elif tag in ("td", "th") and rows:
            while covered.get(column, 0) >= len(rows):
                column += 1
            span, tall = _number(open_, "colspan"), _number(open_, "rowspan")
            rows[-1].append(
                Place(len(rows) - 1, column, tall, span, paragraphs(html[start : m.start()]))
            )
            covered |= {c: len(rows) - 1 + tall for c in range(column, column + span)}
            column += span
    return rows


def _of_grid(grid: GridBlock) -> Rows:
    labels = [paragraphs(c.get("label", "")) for c in grid.get("columns", ())]
    rows: Rows = [[Place(0, i, 1, 1, lines) for i, lines in enumerate(labels)]]
    last: dict[int, Place] = {}
    for row in grid.get("rows", ()):
        merged = set(row.get("merged", ()))
        made: list[Place] = []
        if row.get("kind") in ("total", "note"):
            continue
        if row.get("kind") == "phase":
            lines = [line for html in row.get("cells", ()) for line in paragraphs(html)]
            rows.append([Place(len(rows), 0, 1, len(labels), lines)])
            last.clear()
            continue
        for i, html in enumerate(row.get("cells", ())):
            if i in merged and i in last:
                last[i].rows = len(rows) - last[i].row + 1
                continue
            last[i] = Place(len(rows), i, 1, 1, paragraphs(html))
            made.append(last[i])
        rows.append(made)
    return rows
