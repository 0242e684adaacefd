"""Page images of a Word file: LibreOffice converts the first pages to PDF, PDFium renders it. No
Django, no database."""

from pathlib import Path

import pypdfium2

from procedures.word.container import detect
from procedures.word.convert import MOST_PAGES, convert
from procedures.word.errors import refuse
from procedures.word.reader import as_converter_reads

WIDTH = 1_100  # pixels: an A4 page is readable without zooming
MOST_PIXELS = 4_000_000  # per page: a plan the size of a wall stays one image
QUALITY = 70  # WebP quality; a page of text takes about 60 KB


def draw(data: bytes, name: str, folder: Path) -> tuple[int, bool]:
    """Renders the first MOST_PAGES pages as 1.webp, 2.webp, … into the folder. Returns how many,
    and whether there are more.

    Raises UnreadableFile: no_converter, timeout, conversion_failed, or the reason for which the
    file's kind is refused."""
    data, format = as_converter_reads(data, name, detect(data, name))
    made = convert(data, name, format, to="pdf")
    try:
        document = pypdfium2.PdfDocument(made)
    except pypdfium2.PdfiumError as problem:
        raise refuse("conversion_failed", name, format) from problem
    try:
        count = len(document)
        for number in range(min(count, MOST_PAGES)):
            _draw(document[number], folder / f"{number + 1}.webp")
    finally:
        document.close()
    return min(count, MOST_PAGES), count > MOST_PAGES


def _draw(page: pypdfium2.PdfPage, path: Path) -> None:
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1.0), (MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    page.render(scale=scale).to_pil().convert("RGB").save(path, "WEBP", quality=QUALITY)
    page.close()
