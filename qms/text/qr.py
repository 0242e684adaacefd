"""QR codes of URLs, for paper slips."""

import base64
import io
from functools import lru_cache

import qrcode
from qrcode.image.svg import SvgPathImage


@lru_cache(maxsize=512)
def data_uri(text: str) -> str:
    """The picture as a data URI for `img src`."""
    file = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(file)
    return "data:image/svg+xml;base64," + base64.b64encode(file.getvalue()).decode()
