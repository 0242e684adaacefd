"""Small Word files for tests, built with python-docx and otherwise by hand."""

import io
import struct
import zipfile
import zlib

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from procedures.word import read


def png(shade: int = 0) -> bytes:
    """A picture of one grey pixel; another shade is another picture."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes([0, shade])))
        + chunk(b"IEND", b"")
    )


class Doc:
    """A document under construction: `line`, `title`, `table`, then `read`."""

    def __init__(self):
        self.docx = Document()

    def line(self, text, *, bold=False, center=False, to=None):
        p = (to or self.docx).add_paragraph()
        run = p.add_run(text)
        run.bold = bold
        if center:
            p.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return p

    def title(self, text, **more):
        return self.line(text, bold=True, **more)

    def table(self, *rows, bold_head=True, to=None, width=None):
        t = (to or self.docx).add_table(
            rows=0,
            cols=width or max(len(r) for r in rows),
            **({"width": 6000000} if to is not None else {}),
        )
        for n, row in enumerate(rows):
            cells = t.add_row().cells
            for i, text in enumerate(row):
                lines = text if isinstance(text, list) else text.split("\n")
                cells[i].text = ""
                for k, one in enumerate(lines):
                    p = cells[i].paragraphs[0] if k == 0 else cells[i].add_paragraph()
                    p.add_run(one).bold = bold_head and n == 0
        return t

    def xml(self, xml, to=None):
        element = parse_xml(xml)
        body = to if to is not None else self.docx.element.body
        if to is None:
            body.insert(len(body) - 1, element)
        else:
            body.append(element)
        return element

    def bytes(self) -> bytes:
        out = io.BytesIO()
        self.docx.save(out)
        return out.getvalue()

    def read(self, name="thu.docx", **more):
        return read(self.bytes(), name, **more)


def sections(reading):
    """[(kind, number, title)] of the body."""
    return [
        (s["kind"], s["number"], s["title"])
        for s in reading.content["sections"]
        if s["place"] == "body"
    ]


def codes(reading):
    """The codes of the warnings raised."""
    return {w["code"] for w in reading.warnings}


def repack(data: bytes, change: dict, drop=()) -> bytes:
    """The package with some parts replaced (by bytes) or added, or dropped."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            if info.filename in drop:
                continue
            target.writestr(
                info.filename, change.pop(info.filename, None) or source.read(info.filename)
            )
        for name, data_ in change.items():
            target.writestr(name, data_)
    return out.getvalue()


NS = nsdecls("w", "wp", "a", "pic", "r") + (
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def text_box(*lines):
    """A paragraph whose text box occurs twice in the XML, as Word writes it."""
    inner = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{line}</w:t></w:r></w:p>' for line in lines
    )
    return (
        f'<w:p {NS}><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:docPr id="1" name="Hộp 1"/><a:graphic>'
        f'<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></wps:wsp>'
        f"</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict>"
        f"</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def procedure(content="3. NỘI DUNG"):
    """A document up to the section on the steps."""
    d = Doc()
    d.title("QUY TRÌNH QUẢN LÝ CÔNG TÁC PHÍ", center=True)
    d.line("Mã hiệu: QT-HC-09\tLần ban hành: 01\tNgày ban hành: 01/7/2024")
    d.title("1. MỤC ĐÍCH")
    d.line("Thống nhất việc cử đi công tác.")
    d.title("2. PHẠM VI")
    d.line("Viên chức của Trung tâm.")
    d.title(content)
    return d


def people(reading):
    """[(role, name, post)] of the signers."""
    return [(s["role"], s["name"], s["post"]) for s in reading.signers]
