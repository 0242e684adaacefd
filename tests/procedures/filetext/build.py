"""Small files of every format, built by hand if no library of ours writes it."""

import datetime
import io
import zipfile
from pathlib import Path

import docx
import openpyxl
from openpyxl.styles import Font
from PIL import Image, ImageDraw, ImageFont

A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
ODF = " ".join(
    f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
    for n in ("office", "text", "table", "style", "drawing", "manifest")
)
FONTS = (
    "liberation2/LiberationSerif-Regular.ttf",
    "dejavu/DejaVuSans.ttf",
    "noto/NotoSerif-Regular.ttf",
    "liberation/LiberationSerif-Regular.ttf",
)


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts.items():
            z.writestr(name, data)
    return out.getvalue()


def word(*lines: str, header: str = "", footer: str = "") -> bytes:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    made.sections[0].header.paragraphs[0].text = header
    made.sections[0].footer.paragraphs[0].text = footer
    return _saved(made)


def excel(
    rows=(("Mã hiệu", "Tên biểu mẫu"), ("BM-01.02", "Phiếu tiếp nhận")),
    *,
    sheet="Danh mục",
    font="",
    more=(),
) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    if font:
        for row in page.iter_rows():
            for cell in row:
                cell.font = Font(name=font)
    for title in more:
        book.create_sheet(title)
    return _saved(book)


def excel_with_day() -> bytes:
    return excel(
        ((datetime.datetime(2026, 1, 5), datetime.date(2026, 3, 1), 3.0, 0.1 + 0.2, True),)
    )


def _saved(made) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def slides(*texts: str, note: str = "", font: str = "Times New Roman") -> bytes:
    def slide(text):
        run = f'<a:r><a:rPr><a:latin typeface="{font}"/></a:rPr><a:t>{text}</a:t></a:r>'
        return f"<p:sld {P} {A}><p:cSld><p:spTree><p:sp><p:txBody><a:p>{run}</a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"

    parts = {"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": f"<p:presentation {P}/>"}
    parts |= {f"ppt/slides/slide{n}.xml": slide(text) for n, text in enumerate(texts, 1)}
    if note:
        parts["ppt/notesSlides/notesSlide1.xml"] = slide(note)
    return packed(parts)


def open_text(body: str, *, footer: str = "", kind: str = "text", manifest: str = "") -> bytes:
    content = f"<office:document-content {ODF}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    page = (
        f"<style:master-page><style:footer><text:p>{footer}</text:p></style:footer></style:master-page>"
        if footer
        else ""
    )
    styles = f"<office:document-styles {ODF}><office:master-styles>{page}</office:master-styles></office:document-styles>"
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": content,
        "styles.xml": styles,
    }
    return packed(parts | ({"META-INF/manifest.xml": manifest} if manifest else {}))


def pdf(*pages: str) -> bytes:
    """A PDF with a page for each text, in plain ASCII."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    kids = []
    for text in pages:
        stream = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET"
        objects.append(f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream")
        resources = "<</Font<</F1 3 0 R>>>>"
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources{resources}/Contents {len(objects)} 0 R>>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF".encode()


def page(*lines: str, size=(1240, 1754)) -> Image.Image:
    """A picture of a page at 150 dpi."""
    picture = Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    name = next(path for f in FONTS if (path := Path("/usr/share/fonts/truetype") / f).exists())
    for number, line in enumerate(lines):
        draw.text((120, 150 + 70 * number), line, fill=20, font=ImageFont.truetype(str(name), 34))
    return picture


def scan(*pages: Image.Image) -> bytes:
    """A PDF with images only."""
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return out.getvalue()


def saved_as(picture: Image.Image, format: str, **more) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **more)
    return out.getvalue()
