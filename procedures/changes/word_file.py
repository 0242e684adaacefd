"""A comparison as a Word file with tracked changes: accepting all of them gives the new text,
rejecting all of them the old.

Pictures are named, not shown. If the columns of a table changed, the old table is shown as deleted
and the new one as inserted, since Word tracks rows but not columns."""

import datetime
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from procedures.changes.comparison import one_table
from procedures.changes.structure import Line, Redline, Row, Section, Table
from procedures.changes.words import Op, Pieces

FONT = "Times New Roman"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # characters that XML can't hold
_OP_OF_KIND: dict[str, Op] = {"removed": "-", "added": "+"}
_MARK = {"-": "w:del", "+": "w:ins"}


class Writer:
    """Writes one file: every change carries the author's name, a timestamp and a number of its own.

    LibreOffice merges a change at the end of a paragraph with one at the start of the next if
    author and minute are equal, and then resolves the untracked paragraph mark between them. So
    changes inside a paragraph alternate between timestamps a few minutes earlier."""

    def __init__(self, author: str, at: datetime.datetime) -> None:
        self.author = author
        moments = [at - datetime.timedelta(minutes=minutes) for minutes in (0, 2, 4)]
        self.at, *self.inside = [
            moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for moment in moments
        ]
        self.number = 0
        self.document: Document = docx.Document()
        _page(self.document)

    # -- elements

    def element(self, name: str, **attributes: str) -> Any:
        made = self.document.element.body.makeelement(qn(name), {})
        for key, value in attributes.items():
            made.set(qn(f"w:{key}"), value)
        return made

    def mark(self, op: Op, at: str) -> Any:
        """<w:ins> or <w:del> with author, timestamp and number."""
        self.number += 1
        return self.element(_MARK[op], id=str(self.number), author=self.author, date=at)

    def paragraph(self, pieces: Pieces, *, op: Op = "=", style: str = "") -> Any:
        """A paragraph of pieces. `op`: the paragraph itself was added or removed with its text."""
        made = self.element("w:p")
        properties = self.element("w:pPr")
        if style:
            properties.append(self.element("w:pStyle", val=style))
        if op in _MARK:
            of_mark = self.element("w:rPr")
            of_mark.append(self.mark(op, self.at))
            properties.append(of_mark)
        if len(properties):
            made.append(properties)
        if op not in _MARK:
            self.inside.reverse()
        at = self.at if op in _MARK else self.inside[0]
        for kind, text in pieces:
            if not text:
                continue
            run = self.run(text, deleted=kind == "-")
            if kind in _MARK:
                around = self.mark(kind, at)
                around.append(run)
                run = around
            made.append(run)
        return made

    def run(self, text: str, *, deleted: bool) -> Any:
        made = self.element("w:r")
        for number, line in enumerate(_CONTROL.sub("", text).split("\n")):
            if number:
                made.append(self.element("w:br"))
            for place, part in enumerate(line.split("\t")):
                if place:
                    made.append(self.element("w:tab"))
                if part:
                    words = self.element("w:delText" if deleted else "w:t")
                    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                    words.text = part
                    made.append(words)
        return made

    # -- parts of a comparison

    def write(self, redline: Redline, title: str, note: str) -> bytes:
        body = self.document.element.body
        end = body.find(qn("w:sectPr"))
        for element in self.blocks(redline):
            end.addprevious(element)
        self.document.core_properties.title = _CONTROL.sub("", title)[:255]
        self.document.core_properties.author = self.author
        self.document.core_properties.comments = note
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def head(self, lines: Sequence[str]) -> None:
        section = self.document.sections[0]
        section.different_first_page_header_footer = bool(lines)
        header = section.first_page_header
        for number, line in enumerate(lines):
            place = header.paragraphs[0] if not number else header.add_paragraph()
            run = place.add_run(_CONTROL.sub("", line))
            run.font.size, run.bold = Pt(11), number == 0

    def blocks(self, redline: Redline) -> Iterator[Any]:
        for section in redline.sections:
            yield from self.section(section)

    def section(self, section: Section) -> Iterator[Any]:
        if section.label:
            ops = {kind for kind, _text in section.label}
            op = _whole(ops, section.kind)
            yield self.paragraph(section.label, op=op, style="Heading1")
        for part in section.parts:
            if isinstance(part, Line):
                style = "Heading2" if part.heading else ""
                yield self.paragraph(part.pieces, op=_OP_OF_KIND.get(part.kind, "="), style=style)
            elif set(part.columns) <= {"="} or part.old is None or part.new is None:
                yield from self.table(part)
            else:
                yield from self.table(one_table(part.old, "removed"))
                yield from self.table(one_table(part.new, "added"))

    def table(self, table: Table) -> Iterator[Any]:
        """The table, followed by an empty paragraph that separates it from the next one."""
        if not any(row.cells for row in table.rows):
            return
        width = max(1, *(sum(cell.span for cell in row.cells) for row in table.rows))
        made = self.element("w:tbl")
        properties = self.element("w:tblPr")
        properties.append(self.element("w:tblStyle", val="TableGrid"))
        properties.append(self.element("w:tblW", w="5000", type="pct"))
        made.append(properties)
        grid = self.element("w:tblGrid")
        for _column in range(width):
            grid.append(self.element("w:gridCol", w=str(9000 // width)))
        made.append(grid)
        for row in table.rows:
            if row.cells:
                made.append(self.row(row, width))
        yield made
        yield self.paragraph((), op=_OP_OF_KIND.get(table.kind, "="))

    def row(self, row: Row, width: int) -> Any:
        op = _OP_OF_KIND.get(row.kind, "=")
        made = self.element("w:tr")
        if op in _MARK or row.sort == "head":
            properties = self.element("w:trPr")
            if row.sort == "head":
                properties.append(self.element("w:tblHeader"))
            if op in _MARK:
                properties.append(self.mark(op, self.at))
            made.append(properties)
        blank = op in _MARK and not any(
            text.strip() for cell in row.cells for _kind, text in cell.pieces
        )
        left = width
        for number, cell in enumerate(row.cells):
            last = number == len(row.cells) - 1
            span = max(1, left if last else min(cell.span, left - (len(row.cells) - number - 1)))
            left -= span
            # a break keeps LibreOffice from leaving a zero-width joiner in a tracked row without
            # text
            made.append(self.cell(((op, "\n"),) if blank else cell.pieces, span, op))
        return made

    def cell(self, pieces: Pieces, span: int, op: Op) -> Any:
        made = self.element("w:tc")
        properties = self.element("w:tcPr")
        if span > 1:
            properties.append(self.element("w:gridSpan", val=str(span)))
        made.append(properties)
        made.append(self.paragraph(pieces, op=op))
        return made


def _whole(ops: Iterable[str], kind: str) -> Op:
    """Whether a heading was added or removed as a whole."""
    return _OP_OF_KIND[kind] if kind in _OP_OF_KIND and set(ops) == {_OP_OF_KIND[kind]} else "="


def _page(document: Document) -> None:
    """A4 with the margins and fonts of Decree 30/2020."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    for name, size in (("Normal", 13), ("Heading 1", 13), ("Heading 2", 13)):
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.bold = name != "Normal"
        style.font.color.rgb = None
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        style.paragraph_format.space_after = Pt(6)
    document.styles["Normal"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT


def tracked(
    redline: Redline,
    *,
    title: str,
    author: str,
    at: datetime.datetime,
    note: str = "",
    heading: Sequence[str] = (),
) -> bytes:
    """The comparison as a .docx with tracked changes by `author`. `heading`: lines at the head of
    the first page, apart from the text whose changes are accepted or rejected."""
    writer = Writer(author, at)
    writer.head(heading)
    return writer.write(redline, title, note)
