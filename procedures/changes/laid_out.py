"""A section's blocks in the form that is compared: lines of text and tables with their cells, as
plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

from procedures.content.schema import (
    Block,
    GridBlock,
    PictureBlock,
    Section,
    is_grid,
    is_heading,
    is_picture,
    is_table,
    is_text,
)
from procedures.content.text import block_text, paragraphs, plain

_SHOWN = re.compile(r"\[… · [0-9a-f]{0,8}\]")  # a picture in a cell


@dataclass(frozen=True)
class Cell:
    """A cell's text, one line per paragraph; `span` columns wide; `merged` if it belongs to the
    cell above."""

    text: str
    span: int = 1
    merged: bool = False


@dataclass(frozen=True)
class Row:
    """A row and its kind: head, row, phase, total or note."""

    kind: str
    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        return "\t".join(cell.text for cell in self.cells)

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(cell.span for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """A table: its subject ("steps", …; empty if unknown), the roles of its columns, its rows."""

    subject: str
    roles: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def text(self) -> str:
        return "\n".join(row.text for row in self.rows)

    @property
    def width(self) -> int:
        return max((sum(row.shape) for row in self.rows), default=0)


@dataclass(frozen=True)
class Line:
    """A paragraph, item or sub-heading; a picture is represented by its description."""

    text: str
    heading: bool = False
    picture: bool = False


Part = Line | Table


def label(section: Section) -> str:
    """Number and title of a section."""
    return " ".join(x for x in (section.get("number"), section.get("title")) if x)


def parts(section: Section) -> list[Part]:
    """Everything in a section, in reading order."""
    return [part for block in section.get("blocks", ()) for part in _parts(block)]


def _parts(block: Block) -> Iterator[Part]:
    if is_text(block):
        yield from (Line(line) for line in paragraphs(block.get("html", "")))
    elif is_heading(block):
        if text := block_text(block):
            yield Line(text, heading=True)
    elif is_grid(block):
        yield _grid(block)
    elif is_table(block):
        yield from _table(block.get("html", ""))
    elif is_picture(block):
        yield Line(_picture(block), picture=True)


def _picture(block: PictureBlock) -> str:
    name = block.get("description") or block.get("caption") or block.get("name") or "…"
    return f"[{plain(name)} · {block.get('sha256', '')[:8]}]"


def _grid(block: GridBlock) -> Table:
    columns = block.get("columns", ())
    head = Row("head", tuple(Cell(plain(column.get("label", ""))) for column in columns))
    rows = [head] if any(cell.text for cell in head.cells) else []
    for row in block.get("rows", ()):
        merged = set(row.get("merged", ()))
        cells = [Cell(plain(c), merged=i in merged) for i, c in enumerate(row.get("cells", ()))]
        rows.append(Row(row.get("kind", "row"), tuple(cells)))
    roles = tuple(column.get("role", "") for column in columns)
    return Table(block.get("subject", ""), roles, tuple(rows))


def _table(fragment: str) -> Iterator[Part]:
    """The tables of a fragment by cell; by line if the cells don't hold all of its text."""
    tables = list(_parsed(fragment))
    words = plain(fragment).split()
    if words == _SHOWN.sub("", " ".join(table.text for table in tables)).split():
        yield from tables
        return
    lines = [line.split("\t") for line in plain(fragment).split("\n")]
    yield Table("", (), tuple(Row("row", tuple(map(Cell, line))) for line in lines if any(line)))


def _parsed(fragment: str) -> Iterator[Table]:
    try:
        root = html.fragment_fromstring(fragment, create_parent="div")
    except (etree.ParserError, ValueError):
        return
    for element in root.iterchildren("table"):
        found = [row for row in element.iter("tr") if _own(row, element)]
        if rows := _rows(found):
            yield Table("", (), tuple(rows))


def _own(row: html.HtmlElement, table: html.HtmlElement) -> bool:
    """Whether the row belongs to this table, not to a nested one."""
    return next(row.iterancestors("table")) is table


def _rows(found: list[html.HtmlElement]) -> list[Row]:
    rows: list[Row] = []
    held: dict[int, tuple[int, int]] = {}  # column -> (rows still covered from above, width)
    for element in found:
        cells: list[Cell] = []
        column = 0
        own = [cell for cell in element if cell.tag in {"td", "th"}]
        below: dict[int, tuple[int, int]] = {}
        for cell in [*own, None]:
            while column in held:
                left, width = held.pop(column)
                cells.append(Cell("", width, merged=True))
                if left > 1:
                    below[column] = (left - 1, width)
                column += width
            if cell is None:
                break
            span, down = _number(cell, "colspan"), _number(cell, "rowspan")
            cells.append(Cell(_text(cell), span))
            if down > 1:
                below[column] = (down - 1, span)
            column += span
        held = below
        head = bool(own) and all(cell.tag == "th" for cell in own)
        rows.append(Row("head" if head else "row", tuple(cells)))
    return rows


def _number(cell: html.HtmlElement, name: str) -> int:
    value = cell.get(name, "1")
    return min(int(value), 999) if value.isdecimal() and len(value) < 4 and int(value) else 1


def _text(cell: html.HtmlElement) -> str:
    pictures = [f"[… · {i.get('src', '')[7:15]}]" for i in cell.iter("img")]
    inner = etree.tostring(cell, encoding="unicode", method="html", with_tail=False)
    return "\n".join(filter(None, [plain(inner), *pictures]))
