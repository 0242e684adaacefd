"""Text of pictures: photographs and scans of pages."""

import io

from PIL import Image, ImageSequence

from procedures.filetext.found import Found, State, found
from procedures.filetext.recognise import MOST_PAGES, Recogniser

MOST_PIXELS = 80_000_000  # per picture, unchanged
FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP", "MPO")


def read(data: bytes, recogniser: Recogniser) -> Found:
    """Each picture in turn: a TIFF may hold many."""
    texts: list[str] = []
    unread = 0
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            return Found(State.TOO_LARGE)
        several = picture.format == "TIFF"  # the others are animations
        for number, frame in enumerate(ImageSequence.Iterator(picture)):
            if number >= (MOST_PAGES if several else 1) or frame.width * frame.height > MOST_PIXELS:
                break
            text = recogniser.text_of(frame) if recogniser.may_go_on() else None
            unread += text is None
            texts.append(text or "")
    return found("\n".join(texts), recognised=True, unread_pages=unread, able=recogniser.able)
