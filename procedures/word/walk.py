"""Converts WordprocessingML to paragraphs, tables and pictures, in reading order, as a reader of
the paper sees them.

Tracked changes count as accepted, a text box appears once, before the paragraph that holds it,
field results are kept and field codes dropped, numbers are generated. Nothing is interpreted here;
nothing is left out.
"""

import hashlib
import posixpath
import time
import unicodedata
from collections.abc import Iterable

from procedures.content.schema import TrackedChange
from procedures.word import chunks
from procedures.word.container import MC, Element, Package, R, W
from procedures.word.decoding import Decoding, Piece
from procedures.word.errors import refuse
from procedures.word.fields import Field, closed
from procedures.word.line import Line
from procedures.word.model import Block, Cell, Image, Paragraph, Run, Table
from procedures.word.numbering import Numbering
from procedures.word.signs import clean, meaningful, mime_of
from procedures.word.styles import NOTHING, Styles, centered, level, on
from procedures.word.xml import (
    THROUGH,
    branch,
    ends_section,
    gone_cell,
    gone_row,
    is_contents,
    may_hold_text,
    number,
    text_of,
    through,
)
from qms.text.marks import composed

MAX_SPAN, MAX_DEPTH, MAX_CHANGES = 63, 10, 1000


class Walk:
    """The walk over one document; collects pictures, changes, notes and votes about
    legacy fonts."""

    def __init__(
        self,
        package: Package,
        styles: Styles,
        truly: set[str] | None = None,
        deadline: float | None = None,
        whole: str = "",
    ) -> None:
        self.package, self.styles, self.deadline = package, styles, deadline
        numbering = package.related(package.main, "numbering")
        self.numbering = Numbering(package.xml(numbering) if numbering else None, styles)
        self.decoding = Decoding(truly, whole)
        self.pictures: dict[str, tuple[bytes, str, str]] = {}
        self.changes: list[TrackedChange] = []
        self.external: list[str] = []
        self.embedded: list[str] = []
        self.notes: dict[str, list[str]] = {"footnote": [], "endnote": []}
        self.left_out: dict[str, list[str]] = {"hidden": [], "struck": []}
        self.inner = 0  # nesting depth inside another document
        self._images: dict[str, str] = {}

    def part(self, part: str, root: Element | None = None) -> list[Block]:
        """The blocks of a part (or of one element of it)."""
        self.current, self.depth = part, 0
        self.fields: list[Field] = []
        self._closed: set[Element] | None = None
        element = self.package.xml(part) if root is None else root
        return self.blocks(element) if element is not None else []

    def is_closed(self, field: Field) -> bool:
        """Whether a field of the current part has an end; one without an end hides nothing."""
        if self._closed is None:
            root = self.package.xml(self.current)
            self._closed = closed(root) if root is not None else set()
        return field.begin in self._closed

    def leave_out(self, kind: str, text: str) -> None:
        """Records text that a reader of the paper does not see or should ignore."""
        text = " ".join(composed(text).split())
        if text and len(self.left_out[kind]) < MAX_CHANGES:
            self.left_out[kind].append(text)

    # blocks

    def blocks(self, parent: Element) -> list[Block]:
        out: list[Block] = []
        self._pending: list[Piece] | None = None
        self._blocks(parent, out)
        if self._pending:
            out.append(self._paragraph_of(self._pending, None, ""))
        self._pending = None
        return out

    def _blocks(self, parent: Iterable[Element], out: list[Block]) -> None:
        for e in parent:
            tag = e.tag
            if tag == W + "p":
                self._paragraph(e, out)
            elif tag == W + "tbl":
                self._table(e, out)
            elif tag == MC + "AlternateContent":
                if (inner := branch(e)) is not None:
                    self._blocks(inner, out)
            elif tag == W + "sdt" and is_contents(e):
                self._contents(e, out)
            elif tag in THROUGH or tag in (W + "body", W + "docPartBody", W + "docPart"):
                self._blocks(e, out)
            elif tag == W + "altChunk":
                self._chunk(e.get(R + "id") or "", out)
            elif may_hold_text(e):
                self._misplaced(e, out)

    def _chunk(self, id_: str, out: list[Block]) -> None:
        found = chunks.blocks_of(self, id_)
        if found is None:
            self.embedded.append(id_)
        else:
            out += found

    def _contents(self, e: Element, out: list[Block]) -> None:
        start = len(out)
        self._blocks(e, out)
        for block in out[start:]:
            if isinstance(block, Paragraph):
                block.toc = True

    def _table(self, e: Element, out: list[Block]) -> None:
        """Appends a table; of one nested too deep, only its text."""
        if self.depth < MAX_DEPTH:
            out.append(self.table(e))
            return
        for tr in through(e, W + "tr"):
            for cell in through(tr, W + "tc"):
                self._blocks(cell, out)

    def _misplaced(self, e: Element, out: list[Block]) -> None:
        """Reads an element that no standard allows here, so that misplaced text is not lost."""
        if any(True for _ in e.iter(W + "p", W + "tc")):
            self._blocks(e, out)
        elif any(True for _ in e.iter(W + "t")):
            line = Line(self, self.styles.default_paragraph)
            line.run(e, "") if e.tag == W + "r" else line.inline(e, NOTHING, "")
            out.extend(line.before)
            if line.pieces or line.images:
                made = self._paragraph_of(line.pieces, None, self.styles.default_paragraph)
                made.images = line.images
                out.append(made)

    def _paragraph(self, e: Element, out: list[Block]) -> None:
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise refuse("timeout", self.package.name, "quá thời hạn đọc")
        properties = e.find(W + "pPr")
        style, mark_deleted = self.styles.default_paragraph, False
        if properties is not None:
            named = properties.find(W + "pStyle")
            if named is not None:
                style = named.get(W + "val") or ""
            mark = properties.find(W + "rPr")
            mark_deleted = mark is not None and (
                mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None
            )
        line = Line(self, style)
        line.inline(e, NOTHING, "")
        pieces = line.pieces
        out.extend(line.before)
        for kind, text in line.left_out.items():
            self.leave_out(kind, text)
        if mark_deleted and not line.images:  # accepted, this paragraph joins the next
            self._pending = (self._pending or []) + pieces
            return
        if self._pending:
            pieces = self._pending + pieces
        self._pending = None
        if line.left_out and not pieces and not line.images and not ends_section(properties):
            return  # nothing of it is visible, not even its number
        paragraph = self._paragraph_of(pieces, properties, style)
        paragraph.toc = paragraph.toc or line.toc
        paragraph.images = line.images
        if ends_section(properties):
            paragraph.breaks = "section"
        elif line.page_break:
            paragraph.breaks = "page"
        out.append(paragraph)

    def _paragraph_of(
        self, pieces: list[Piece], properties: Element | None, style: str
    ) -> Paragraph:
        paragraph = Paragraph(self.runs(pieces), style=self.styles.name(style))
        paragraph.outline = self.styles.outline(style)
        align = None
        if properties is not None:
            own = level(properties.find(W + "outlineLvl"))
            if own is not None:
                paragraph.outline = own if own < 9 else None
            align = centered(properties)
        paragraph.centered = bool(
            align if align is not None else self.styles.first(style, lambda s: s.centered)
        )
        low = paragraph.style.lower()
        paragraph.toc = low.startswith(("toc ", "toc")) and low[3:].strip().isdigit()
        numbered = self.numbering.of(properties, style)
        if numbered is not None:
            paragraph.number, paragraph.bullet = self.numbering.next(*numbered)
            paragraph.level = numbered[1]
        return paragraph

    # tables

    def table(self, e: Element) -> Table:
        self.depth += 1
        table = Table()
        above: dict[int, tuple[Cell, int]] = {}
        for tr in through(e, W + "tr"):
            if why := gone_row(tr):
                self._gone(why, tr)
                continue
            row, width = self._row(tr, table, above)
            table.width = max(table.width, width)
            table.rows.append(row)
            for cell in row:
                for c in range(cell.column, cell.column + cell.span):
                    if c not in above or above[c][0] is not cell:
                        above[c] = (cell, len(table.rows))
            self._strays(tr, table)
        self._strays(e, table)
        self.depth -= 1
        _unite(table)
        return table

    def _row(
        self, tr: Element, table: Table, above: dict[int, tuple[Cell, int]]
    ) -> tuple[list[Cell], int]:
        """The cells of a row, and how many columns it spans."""
        properties = tr.find(W + "trPr")
        row: list[Cell] = []
        column = 0
        if properties is not None:
            column = min(number(properties.find(W + "gridBefore"), 0), MAX_SPAN)
            if on(properties.find(W + "tblHeader")) and table.heads == len(table.rows):
                table.heads += 1
        for tc in through(tr, W + "tc"):
            if gone_cell(tc):
                self._gone("deleted", tc)
                column += _span(tc)
                continue
            cell, covers = self._cell(tc, column, above)
            if covers == "left" and row:
                row[-1].span += cell.span
                row[-1].blocks += [
                    b
                    for b in cell.blocks
                    if not (isinstance(b, Paragraph) and b.empty and not b.images)
                ]
            elif covers != "above":
                row.append(cell)
            column += cell.span
        return row, column

    def _gone(self, why: str, e: Element) -> None:
        """Records a row or a cell that is not visible."""
        if why == "hidden":
            self.leave_out("hidden", text_of(e))
            return
        mark = next(e.iter(W + "del", W + "cellDel"), None)
        self.change("deleted", mark if mark is not None else e, text_of(e))

    def _strays(self, parent: Element, table: Table) -> None:
        """Adds text that is in a table but not in a cell to the last cell."""
        wrong = [
            x
            for x in parent
            if x.tag in (W + "p", W + "tbl", W + "r")
            or x.tag == W + "tc"
            and parent.tag == W + "tbl"
        ]
        if wrong and table.rows and table.rows[-1]:
            outer, self._pending = self._pending, None
            for x in wrong:
                self._blocks([x] if x.tag != W + "tc" else x, table.rows[-1][-1].blocks)
            self._pending = outer

    def _cell(
        self, tc: Element, column: int, above: dict[int, tuple[Cell, int]]
    ) -> tuple[Cell, str]:
        properties = tc.find(W + "tcPr")
        span, covers = 1, ""
        if properties is not None:
            span = _span(tc)
            vertical, sideways = properties.find(W + "vMerge"), properties.find(W + "hMerge")
            if vertical is not None and vertical.get(W + "val") != "restart" and column in above:
                covers = "above"
            elif sideways is not None and sideways.get(W + "val") != "restart":
                covers = "left"
        outer, self._pending = self._pending, None
        blocks: list[Block] = []
        self._blocks(tc, blocks)
        if self._pending:
            blocks.append(self._paragraph_of(self._pending, None, ""))
        self._pending = outer
        cell = Cell(column, span, 1, blocks)
        if covers == "above":
            top, _ = above[column]
            top.rows += 1
            top.blocks += [
                b for b in blocks if not (isinstance(b, Paragraph) and b.empty and not b.images)
            ]
        return cell, covers

    # text

    def runs(self, pieces: list[Piece]) -> list[Run]:
        """Pieces (text, look, href) with legacy text decoded, marks joined to their letters, equal
        looks joined, NFC."""
        texts = self.decoding.texts(pieces)
        merged: list[Run] = []
        for text, (_, look, href) in zip(texts, pieces, strict=True):
            text = clean(text)
            if not text:
                continue
            run = Run(
                text,
                bool(look.bold),
                bool(look.italic),
                bool(look.underline),
                look.position or "",
                href,
                bool(look.caps),
            )
            # A mark whose letter is in the previous run
            if merged and unicodedata.combining(text[0]):
                cut = next(
                    (i for i, c in enumerate(text) if not unicodedata.combining(c)), len(text)
                )
                merged[-1].text += text[:cut]
                run.text = text[cut:]
                if not run.text:
                    continue
            if merged and (merged[-1].look() == run.look()):
                merged[-1].text += run.text
            else:
                merged.append(run)
        for run in merged:
            run.text = composed(run.text)
        return merged

    # pictures

    def picture(self, id_: str, description: str) -> Image | None:
        """Collects a picture of the current part. None if it is external or missing; both
        are reported."""
        found = self.package.relationships(self.current).get(id_)
        if found is None:
            self.external.append(meaningful(description) or id_)
            return None
        target, _, outside, _ = found
        if outside or not self.package.has(target):
            self.external.append(target)
            return None
        if target not in self._images:
            data = self.package.bytes(target)
            sha = hashlib.sha256(data).hexdigest()
            self._images[target] = sha
            if sha not in self.pictures:
                self.pictures[sha] = (
                    data,
                    posixpath.basename(target),
                    mime_of(data, target, self.package.content_type(target)),
                )
        return Image(self._images[target], posixpath.basename(target), meaningful(description))

    def change(self, kind: str, e: Element, text: str) -> None:
        text = " ".join(composed(text).split())
        if text and len(self.changes) < MAX_CHANGES:
            author, day = e.get(W + "author") or "", (e.get(W + "date") or "")[:10]
            self.changes.append({"kind": kind, "author": author, "date": day, "text": text})


def _span(tc: Element) -> int:
    return max(1, min(number(tc.find(f"{W}tcPr/{W}gridSpan"), 1), MAX_SPAN))


def _unite(table: Table) -> None:
    """Clips merged cells to the bottom of the table."""
    for i, row in enumerate(table.rows):
        for cell in row:
            cell.rows = max(1, min(cell.rows, len(table.rows) - i))
