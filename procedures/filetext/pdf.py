"""Text of PDF files, with image pages read by the recogniser."""

import pypdfium2
from PIL import Image

from procedures.filetext.found import LONGEST, Found, State, found
from procedures.filetext.office import decode_whole
from procedures.filetext.recognise import MOST_PIXELS, Recogniser
from procedures.word import legacy

ENOUGH = 2 * LONGEST
MOST_PAGES = 1_000
DPI = 200
A_TEXT = 16  # letters of a page with a text of its own; fewer are a page number on a scan
# Converters that confused letters leave impossible words ("Cơng", "đônǵ"). On a good page nearly
# all words with diacritics are syllables; below this share, of at least so many, the page image is
# recognised instead, if possible.
GOOD, JUDGED = 0.8, 30


def read(data: bytes, recogniser: Recogniser) -> Found:
    """Page by page until the limit is reached."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as problem:
        return Found(
            State.ENCRYPTED
            if "password" in str(problem).lower() or "security" in str(problem).lower()
            else State.DAMAGED
        )
    texts: list[str] = []
    unread = recognised = length = 0
    try:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            text, seen = _text(page), False
            if needs_eyes(page, text):
                by_eye = recogniser.text_of(picture_of(page)) if recogniser.may_go_on() else None
                unread += by_eye is None and not _is_text(text)
                text, seen = (text, False) if by_eye is None else (by_eye, True)
            page.close()
            recognised += seen and _is_text(text)
            texts.append(text)
            length += len(text)
            if length > ENOUGH:
                break
    finally:
        document.close()
    return found(
        "\n".join(texts), recognised=recognised > 0, unread_pages=unread, able=recogniser.able
    )


def _text(page: pypdfium2.PdfPage) -> str:
    inside = page.get_textpage()
    try:
        # PDFium marks a hyphen at the end of a line, which may belong to a number: 38-CT/TW
        return decode_whole(inside.get_text_bounded().replace("\ufffe", "-").replace("\x02", "-"))
    finally:
        inside.close()


def _is_text(text: str) -> bool:
    return sum(c.isalnum() for c in text) >= A_TEXT


def needs_eyes(page: pypdfium2.PdfPage, text: str) -> bool:
    """Whether the page is better recognised from its image: it has one and hardly any text, or its
    text is garbled."""
    if _is_text(text):
        good, words = legacy.sense(text)
        return words >= JUDGED and good < GOOD * words
    return any(
        page.get_objects(
            filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE, pypdfium2.raw.FPDF_PAGEOBJ_PATH), max_depth=3
        )
    )


def picture_of(page: pypdfium2.PdfPage) -> Image.Image:
    """The page in greyscale at DPI, or smaller if it would be huge."""
    width, height = page.get_size()
    scale = min(DPI / 72, (MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    return page.render(scale=scale, grayscale=True).to_pil()
