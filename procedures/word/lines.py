"""The lines of a document with their places, which users can select and evidence refers to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from procedures.content.wording import words
from procedures.word.document import Document
from procedures.word.flatten import flatten
from procedures.word.labels import labelled
from procedures.word.model import Block, Paragraph, Table

MOST = 6_000  # lines per document; later ones can't be referred to


@dataclass(frozen=True)
class Line:
    """One printed line. `spot` is its place in documents of the same layout: the part, then "p3"
    for a non-empty line of text counted from 0, or "t0.r2.c1.l0" for table, row, grid column and
    line in the cell. `heading`: the line over its column."""

    part: str  # "front", "body", "header" or "footer"
    spot: str
    text: str
    look: str = ""  # "b" bold, "c" capitals: lines of one look belong together
    span: int = 1  # columns and rows of its cell
    rows: int = 1


def lines_of(document: Document) -> list[Line]:
    """All lines in reading order: headers, the text, footers."""
    found: list[Line] = []
    cut = len(document.front)
    for part, blocks in (
        *(("header", flatten(b)) for _, b in document.heads),
        ("front", document.blocks[:cut]),
        ("body", document.blocks[cut:]),
        *(("footer", flatten(b)) for _, b in document.feet),
    ):
        known = {line.spot: line.text for line in found}
        for line in _lines(part, blocks):
            if len(found) >= MOST:
                return found
            if part in ("header", "footer") and line.spot in known:
                continue  # of a later section; the cover's takes precedence
            found.append(line)
    return found


def _lines(part: str, blocks: Sequence[Block]) -> Iterator[Line]:
    tables = paragraphs = 0
    for block in blocks:
        if isinstance(block, Table):
            yield from _of_table(part, f"t{tables}", block)
            tables += 1
        elif not block.empty:
            for text in block.shown.split("\n"):
                if text.strip():
                    yield Line(part, f"{part}:p{paragraphs}", _bare(text), _look(block))
                    paragraphs += 1


def _of_table(part: str, name: str, table: Table) -> Iterator[Line]:
    for r, row in enumerate(table.rows):
        for cell in row:
            own = [p for p in cell.blocks if isinstance(p, Paragraph) and not p.empty]
            texts = [(t, p) for p in own for t in (p.shown.split("\n")) if t.strip()]
            for n, (text, p) in enumerate(texts):
                spot = f"{part}:{name}.r{r}.c{cell.column}.l{n}"
                yield Line(part, spot, _bare(text), _look(p), cell.span, cell.rows)
            for n, inner in enumerate(b for b in cell.blocks if isinstance(b, Table)):
                yield from _of_table(part, f"{name}.r{r}.c{cell.column}.t{n}", inner)


def _bare(text: str) -> str:
    return text.replace("\t", "   ").strip()


def _look(p: Paragraph) -> str:
    return f"{'b' if p.bold else ''}{'c' if p.capitals else ''}"


def text_at(lines: Sequence[Line], spot: str, *, whole: bool = False) -> str:
    """The text at a place; empty if there is none. `whole`: with the following lines of the same
    cell or look, up to a label."""
    at = next((n for n, line in enumerate(lines) if line.spot == spot), None)
    if at is None:
        return ""
    texts = [lines[at].text]
    for line in lines[at + 1 :] if whole else ():
        if not _goes_on(lines[at], line) or labelled(line.text):
            break
        texts.append(line.text)
    return " ".join(texts)


CELL = re.compile(r"(?P<table>.*\.?t\d+)\.r(?P<row>\d+)\.c(?P<column>\d+)\.l(?P<line>\d+)$")


def below(lines: Sequence[Line], phrase: str) -> str:
    """The spot of the first line in the cell below the one that says `phrase`; empty if there
    is none."""
    wanted = words(phrase)
    heads: dict[tuple[str, str], tuple[int, str]] = {}  # the first of each column, and its row
    found: dict[int, str] = {}
    for n, line in enumerate(lines):
        cell = CELL.match(line.spot)
        if cell is None:
            continue
        column = cell["table"], cell["column"]
        if column in heads:
            head, row = heads[column]
            if cell["row"] != row:
                found.setdefault(head, line.spot)
        elif line.part != "body" and words(line.text) == wanted:
            heads[column] = n, cell["row"]
    return found[min(found)] if found else ""


_IN_CELL = re.compile(r"\.l\d+$")


def cell_of(spot: str) -> str:
    """The spot of the cell that contains a line; empty for a paragraph."""
    return _IN_CELL.sub("", spot) if _IN_CELL.search(spot) else ""


def _goes_on(first: Line, line: Line) -> bool:
    if cell_of(first.spot):
        return cell_of(line.spot) == cell_of(first.spot)
    return line.part == first.part and not cell_of(line.spot) and line.look == first.look != ""
