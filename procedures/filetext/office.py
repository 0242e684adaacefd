"""Text of Word, Excel, PowerPoint and OpenDocument files, from their packages."""

import datetime
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import openpyxl
from lxml import etree

from procedures.filetext.found import LONGEST
from procedures.word import legacy, measure
from procedures.word.container import MC, A, Archive, Package
from procedures.word.errors import refuse
from procedures.word.xml import branch

ENOUGH = 2 * LONGEST  # characters after which reading stops: tidying shrinks them a little
MOST_ROWS, MOST_COLUMNS = 50_000, 256  # per sheet
MOST_PARTS = 2_000  # slides of a presentation
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_GONE = {
    TEXT + t
    for t in ("tracked-changes", "note-citation", "sequence-decls", "page-number", "page-count")
} | {OFFICE + "forms"}
_PARAGRAPHS = (TEXT + "p", TEXT + "h")
_SPACES = (TEXT + "s", TEXT + "tab", TEXT + "line-break")
_NUMBER = re.compile(r"(\d+)")

Piece = tuple[str, str]  # a text and its font
Part = TypeVar("Part", str, list[Piece])


def docx(data: bytes) -> str:
    """All text of a Word document: body, text boxes, headers and footers, notes, comments; tracked
    changes as accepted."""
    return measure.source_text(Package(data, ""), None)


def xlsx(data: bytes) -> str:
    """Name and rows of each sheet, with values as last computed; then the texts of its drawings."""
    archive = Archive(data, "")
    book = openpyxl.load_workbook(
        io.BytesIO(data), read_only=True, data_only=True, keep_links=False
    )
    try:
        lines = list(_until_enough(_rows(book)))
    finally:
        book.close()
    return "\n".join([decoded(lines, " "), *_drawn(archive, r"xl/drawings/[^/]+\.xml")])


def _rows(book: openpyxl.Workbook) -> Iterator[list[Piece]]:
    for sheet in book.worksheets:
        yield [(sheet.title, "")]
        for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS):
            cells = [(_shown(cell.value), _font(cell)) for cell in row if cell.value is not None]
            if cells:
                yield cells


def _shown(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return f"{value:%d/%m/%Y %H:%M}" if value.time() != datetime.time() else f"{value:%d/%m/%Y}"
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def _font(cell: object) -> str:
    """The name of the cell's font if its text could be in a legacy encoding."""
    value = getattr(cell, "value", None)
    if not isinstance(value, str) or value.isascii():
        return ""
    font = getattr(cell, "font", None)
    return getattr(font, "name", "") or ""


def _until_enough(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts until they exceed what is kept."""
    length = 0
    for part in parts:
        yield part
        length += (
            len(part) + 1 if isinstance(part, str) else sum(len(text) + 1 for text, _font in part)
        )
        if length > ENOUGH:
            return


def decoded(lines: list[list[Piece]], between: str) -> str:
    """The lines as text; TCVN3 or VNI fonts are decoded if the text, or other text in that font,
    truly is in that encoding."""
    fonts = {
        (kind, text) for line in lines for text, font in line if (kind := legacy.encoding_of(font))
    }
    truly = {kind for kind, text in fonts if legacy.really(text, kind)}

    def shown(text: str, font: str) -> str:
        kind = legacy.encoding_of(font)
        if kind not in truly or legacy.really(text, kind) is False:
            return text
        plain = legacy.decode(text, kind)
        return plain.upper() if legacy.is_capital_face(font) else plain

    return "\n".join(between.join(shown(*piece) for piece in line) for line in lines)


def pptx(data: bytes) -> str:
    """The texts of the slides in order, then of notes and diagrams."""
    archive = Archive(data, "")
    if not archive.has("ppt/presentation.xml"):
        raise refuse("damaged", "")
    parts = (
        r"ppt/slides/slide\d+\.xml",
        r"ppt/notesslides/[^/]+\.xml",
        r"ppt/diagrams/data\d*\.xml",
    )
    return "\n".join(text for part in parts for text in _drawn(archive, part))


def _drawn(archive: Archive, pattern: str) -> Iterator[str]:
    """The text of each drawing part whose name matches."""
    parts = sorted(archive.names(pattern)[:MOST_PARTS], key=_natural)
    yield from _until_enough(decoded(list(_paragraphs(archive.xml(part))), "") for part in parts)


def _paragraphs(root: etree._Element) -> Iterator[list[Piece]]:
    for paragraph in root.iter(A + "p"):
        if _left_out(paragraph):
            continue
        pieces: list[Piece] = []
        for e in paragraph.iter(A + "t", A + "br"):
            latin = e.getparent().find(f"{A}rPr/{A}latin") if e.tag == A + "t" else None
            pieces.append(
                (
                    e.text or "" if e.tag == A + "t" else "\n",
                    latin.get("typeface") or "" if latin is not None else "",
                )
            )
        if pieces:
            yield pieces


def _left_out(e: etree._Element) -> bool:
    """Whether it is in the hidden branch of an AlternateContent."""
    return any(
        branch(above.getparent()) is not above
        for above in e.iterancestors(MC + "Choice", MC + "Fallback")
    )


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part[:9]), "") if part.isdecimal() else (0, part) for part in _NUMBER.split(name)]


def odf(data: bytes) -> str:
    """Paragraphs and headings of an OpenDocument file, sheet names, one cell per line; headers and
    footers last."""
    archive = Archive(data, "")
    if archive.has("META-INF/manifest.xml") and b"encryption-data" in archive.bytes(
        "META-INF/manifest.xml"
    ):
        raise refuse("encrypted", "")
    content = archive.xml("content.xml")
    if content is None:
        raise refuse("damaged", "")
    styles = archive.xml("styles.xml")
    shown = [
        content.find(OFFICE + "body"),
        styles.find(OFFICE + "master-styles") if styles is not None else None,
    ]
    return decode_whole(
        "\n".join(
            _until_enough(line for root in shown if root is not None for line in _lines(root))
        )
    )


def _lines(root: etree._Element) -> Iterator[str]:
    """The paragraphs below a node; a nested one (in a text box, a note) precedes its parent."""
    begun: list[list[str]] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, e in walk:
        if event == "start":
            if e.tag in _GONE:
                walk.skip_subtree()
                continue
            if e.tag == TABLE + "table" and e.getparent().tag == OFFICE + "spreadsheet":
                yield e.get(TABLE + "name") or ""
            if e.tag in _PARAGRAPHS:
                begun.append([])
            if begun:
                begun[-1].append(" " if e.tag in _SPACES else e.text or "")
        else:
            if e.tag in _PARAGRAPHS:
                yield "".join(begun.pop())
            if begun:
                begun[-1].append(e.tail or "")


def decode_whole(text: str) -> str:
    """Text without known fonts: decoded if it is unmistakably TCVN3 or VNI."""
    for encoding in ("tcvn3", "vni"):
        if legacy.really(text, encoding):
            plain = legacy.decode(text, encoding)
            good, words = legacy.sense(plain)
            if words and good >= 0.8 * words:
                return plain
    return text


READERS: dict[str, Callable[[bytes], str]] = {"docx": docx, "xlsx": xlsx, "pptx": pptx, "odf": odf}
