"""WMF and EMF pictures, each on a page of its own: the OpenDocument text that LibreOffice converts
to PDF, and that PDF as PNG."""

import io
import logging
import struct
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pypdfium2
from PIL import Image, ImageChops

log = logging.getLogger(__name__)

LARGEST, SMALLEST = 50.0, 0.3  # cm per side
UNKNOWN = (16.0, 12.0)  # cm, if the file gives none
FINEST = 3.0  # pixels per point of the page: equals 216 dpi
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
    "<manifest:file-entry manifest:full-path={picture} manifest:media-type={mime}/></manifest:manifest>"
)
SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in [
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    ]
)
STYLES = (
    f'<office:document-styles {SPACES} office:version="1.2"><office:automatic-styles><style:page-layout style:name="page">'
    '<style:page-layout-properties fo:page-width="{width}cm" fo:page-height="{height}cm" fo:margin="0cm"/></style:page-layout></office:automatic-styles>'
    '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="page"/></office:master-styles></office:document-styles>'
)
CONTENT = (
    f'<office:document-content {SPACES} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"><office:body><office:text><text:p>'
    '<draw:frame text:anchor-type="page" text:anchor-page-number="1" svg:x="0cm" svg:y="0cm" svg:width="{width}cm" svg:height="{height}cm">'
    '<draw:image xlink:href={picture} xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p></office:text></office:body>'
    "</office:document-content>"
)


def size_of(data: bytes, sort: str) -> tuple[float, float]:
    """Width and height in cm, from the file; a default size if it gives none or an
    implausible one."""
    width, height = 0.0, 0.0
    if sort == "wmf" and data[:4] == b"\xd7\xcd\xc6\x9a" and len(data) >= 22:
        left, top, right, bottom, inch = struct.unpack("<hhhhH", data[6:16])
        if inch:
            width, height = abs(right - left) * 2.54 / inch, abs(bottom - top) * 2.54 / inch
    elif sort == "emf" and len(data) >= 40:
        left, top, right, bottom = struct.unpack("<iiii", data[24:40])
        width, height = abs(right - left) / 1000, abs(bottom - top) / 1000
    if not (width > 0 and height > 0):
        return UNKNOWN
    scale = min(1.0, LARGEST / width, LARGEST / height)
    return max(SMALLEST, width * scale), max(SMALLEST, height * scale)


def write_page(path: Path, data: bytes, sort: str) -> None:
    """An OpenDocument text of one page, the size of the picture that fills it."""
    width, height = (f"{side:.3f}" for side in size_of(data, sort))
    picture = quoteattr(f"Pictures/picture.{sort}")
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        made.writestr(
            "META-INF/manifest.xml",
            MANIFEST.format(picture=picture, mime=quoteattr(f"image/x-{sort}")),
        )
        made.writestr("styles.xml", STYLES.format(width=width, height=height))
        made.writestr("content.xml", CONTENT.format(width=width, height=height, picture=picture))
        made.writestr(f"Pictures/picture.{sort}", data)


def draw_page(pdf: bytes, widest: int) -> bytes | None:
    """The first page as PNG without empty margins; None if it is blank."""
    try:
        page = pypdfium2.PdfDocument(pdf)[0]
        scale = min(
            FINEST, widest / max(1.0, page.get_width()), 2 * widest / max(1.0, page.get_height())
        )
        picture = page.render(scale=scale).to_pil().convert("RGB")
    except (pypdfium2.PdfiumError, ValueError, MemoryError) as problem:
        log.info("a drawn picture that can't be read back: %s", problem)
        return None
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    if box is None:
        return None
    out = io.BytesIO()
    picture.crop(box).save(out, "PNG", optimize=True)
    return out.getvalue()
