"""A sheet as an editable Word file."""

import io

from docx import Document
from docx.document import Document as DocumentFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table as DocxTable
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run

from qms.paper import sizes
from qms.paper.sheet import (
    Block,
    Heading,
    Items,
    Paragraph,
    Picture,
    Sheet,
    Signature,
    Table,
    printable,
)
from qms.paper.words import Words, words_of

LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
CENTRE, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def as_docx(sheet: Sheet) -> bytes:
    """The sheet as a Word file."""
    sheet = printable(sheet)
    words = words_of(sheet)
    file = Document()
    _page(file)
    _styles(file, sheet.language)
    file.core_properties.title, file.core_properties.author = sheet.title, sheet.agency
    file.core_properties.comments = ""
    _heading(file, sheet, words)
    _title(file, sheet)
    for base in sheet.bases:
        _add(file, base, italic=True)
    for block in sheet.blocks:
        _block(file, block)
    _ending(file, sheet, words)
    if sheet.annex:
        file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    for block in sheet.annex:
        _block(file, block)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


# -- page and styles


def _page(file: DocumentFile) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(sizes.PAPER[0]), Mm(sizes.PAPER[1])
    section.top_margin, section.bottom_margin = Mm(sizes.TOP), Mm(sizes.BOTTOM)
    section.left_margin, section.right_margin = Mm(sizes.LEFT), Mm(sizes.RIGHT)
    section.header_distance = Mm(8)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    run = number.add_run()
    run.font.size = Pt(sizes.PAGE_NUMBER)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run._r.addprevious(field)
    field.append(run._r)


def _styles(file: DocumentFile, language: str) -> None:
    normal = _style(file, "Normal")
    _font(normal, sizes.BODY)
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), LANGUAGES.get(language, language))
    normal.element.get_or_add_rPr().append(mark)
    normal.paragraph_format.space_after = Pt(sizes.GAP)
    normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = 1.1
    for level in (1, 2, 3):
        style = _style(file, f"Heading {level}")
        _font(style, sizes.BODY)
        style.font.bold, style.font.italic = True, level == 3
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(sizes.GAP)
        style.paragraph_format.keep_with_next = True


def _style(file: DocumentFile, name: str) -> ParagraphStyle:
    style = file.styles[name]
    if not isinstance(style, ParagraphStyle) or style.type != WD_STYLE_TYPE.PARAGRAPH:
        raise TypeError(name)
    return style


def _font(style: ParagraphStyle, size: int) -> None:
    style.font.name, style.font.size = sizes.FONT, Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), sizes.FONT)
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)


# -- the heading and the title


def _heading(file: DocumentFile, sheet: Sheet, words: Words) -> None:
    table = _grid(file, 2, (sizes.LEFT_CELL, sizes.RIGHT_CELL))
    left, right = table.rows[0].cells
    if sheet.governing_body:
        _line(left, sheet.governing_body.upper(), sizes.HEADING)
    agency = sheet.agency.upper()
    _line(left, agency, sizes.HEADING, bold=True)
    _rule(left, min(sizes.width_mm(agency, sizes.HEADING), sizes.LEFT_CELL) * 0.4, sizes.LEFT_CELL)
    _line(right, words.nation, sizes.HEADING, bold=True)
    _line(right, words.motto, sizes.MOTTO, bold=True)
    _rule(right, sizes.width_mm(words.motto, sizes.MOTTO), sizes.RIGHT_CELL)
    left, right = table.rows[1].cells
    _line(left, words.number, sizes.NUMBER)
    _line(right, words.place, sizes.PLACE, italic=True)


def _title(file: DocumentFile, sheet: Sheet) -> None:
    for text, before in ((sheet.kind.upper(), 12), (sheet.title, 0)):
        if text:
            line = _add(file, text, bold=True, size=sizes.TITLE, align=CENTRE, indent=False)
            line.paragraph_format.space_before, line.paragraph_format.space_after = (
                Pt(before),
                Pt(0),
            )
    width = min(sizes.width_mm(sheet.title, sizes.TITLE), sizes.TEXT_WIDTH) * 0.4
    _bordered(file.add_paragraph(), width, sizes.TEXT_WIDTH)
    if sheet.authority:
        _add(file, sheet.authority.upper(), bold=True, size=sizes.TITLE, align=CENTRE, indent=False)


# -- the body


def _block(file: DocumentFile, block: Block) -> None:
    if isinstance(block, Heading):
        file.add_paragraph(block.text, style=f"Heading {min(max(block.level, 1), 3)}")
    elif isinstance(block, Paragraph):
        line = _add(
            file,
            "",
            align=CENTRE if block.centred else JUSTIFY,
            indent=not block.centred,
        )
        if block.lead:
            line.add_run(f"{block.lead} ").bold = True
        line.add_run(block.text).italic = block.italic or None
    elif isinstance(block, Items):
        for text in block.texts:
            _add(file, f"- {text}")
    elif isinstance(block, Table):
        _table(file, block)
    else:
        _picture(file, block)


def _add(
    file: DocumentFile,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: int = 0,
    align: WD_ALIGN_PARAGRAPH = JUSTIFY,
    indent: bool = True,
) -> DocxParagraph:
    line = file.add_paragraph()
    line.alignment = align
    if indent:
        line.paragraph_format.first_line_indent = Mm(sizes.INDENT)
    if text:
        _run(line, text, size=size, bold=bold, italic=italic)
    return line


def _run(
    line: DocxParagraph, text: str, *, size: float = 0, bold: bool = False, italic: bool = False
) -> Run:
    run = line.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    if size:
        run.font.size = Pt(size)
    return run


def _table(file: DocumentFile, block: Table) -> None:
    whole = sum(column.share for column in block.columns)
    widths = [sizes.TEXT_WIDTH * column.share / whole for column in block.columns]
    table = _grid(file, 1 + len(block.rows), widths, style="Table Grid")
    texts = [tuple(column.label for column in block.columns), *block.rows]
    for number, (row, cells) in enumerate(zip(table.rows, texts, strict=True)):
        properties = _keep_together(row)
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, column in zip(row.cells, cells, block.columns, strict=True):
            centred = number == 0 or column.centred
            line = _line(
                cell, text, sizes.CELL, bold=number == 0, align=CENTRE if centred else None
            )
            line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2)
    file.add_paragraph().paragraph_format.space_after = Pt(0)


def _picture(file: DocumentFile, block: Picture) -> None:
    line = file.add_paragraph()
    line.alignment = CENTRE
    shape = line.add_run().add_picture(io.BytesIO(block.data), width=Mm(block.width_mm))
    shape._inline.docPr.set("descr", block.description)
    if block.caption:
        line.paragraph_format.keep_with_next = True
        _add(file, block.caption, italic=True, size=sizes.CELL, align=CENTRE, indent=False)


# -- the end


def _ending(file: DocumentFile, sheet: Sheet, words: Words) -> None:
    two = len(sheet.signatures) > 1
    table = _grid(file, 1, (sizes.TEXT_WIDTH / 2, sizes.TEXT_WIDTH / 2))
    _keep_together(table.rows[0])
    left, right = table.rows[0].cells
    if two:
        for cell, one in zip((left, right), sheet.signatures, strict=False):
            _signature(cell, one)
    elif sheet.signatures:
        _signature(right, sheet.signatures[0])
    if words.listed:
        if two:
            table = _grid(file, 1, (sizes.TEXT_WIDTH / 2, sizes.TEXT_WIDTH / 2))
            left = table.rows[0].cells[0]
        _line(left, words.recipients, sizes.RECIPIENTS_LABEL, bold=True, italic=True, align=None)
        for text in words.listed:
            _line(left, text, sizes.RECIPIENTS, align=None)


def _signature(cell: _Cell, one: Signature) -> None:
    for text in one.lines:
        _line(cell, text, sizes.SIGNER, bold=True)
    for text in one.mark:
        _line(cell, text, sizes.MARK, italic=True)
    if not one.mark:
        for _empty in range(4):
            _line(cell, "", sizes.SIGNER)
    _line(cell, one.name, sizes.SIGNER, bold=True)


# -- pieces


def _keep_together(row: _Row) -> BaseOxmlElement:
    """Keeps a row on one page; returns its properties."""
    properties: BaseOxmlElement = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    return properties


def _grid(
    file: DocumentFile, rows: int, widths: tuple[float, ...] | list[float], style: str = ""
) -> DocxTable:
    table = file.add_table(rows=rows, cols=len(widths))
    if style:
        table.style = style
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _line(
    cell: _Cell,
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH | None = CENTRE,
) -> DocxParagraph:
    """A line of a cell; the first uses the paragraph that each cell already has."""
    first = cell.paragraphs[0]
    line = first if not first.runs and len(cell.paragraphs) == 1 else cell.add_paragraph()
    line.alignment = align
    line.paragraph_format.space_after = Pt(0)
    line.paragraph_format.line_spacing = 1.0
    _run(line, text, size=size, bold=bold, italic=italic)
    return line


def _rule(cell: _Cell, width: float, room: float) -> None:
    _bordered(cell.add_paragraph(), width, room)


def _bordered(line: DocxParagraph, width: float, room: float) -> None:
    """Makes the line a centred rule of this width: the upper border of an empty paragraph that is
    indented on both sides. `room`: the width available. Millimetres."""
    side = Emu(int(Mm(max(room - width, 0) / 2)))
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = side
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(2), Pt(2)
    line.paragraph_format.line_spacing = Pt(4)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    line._p.get_or_add_pPr().append(borders)
