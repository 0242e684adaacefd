"""Files uploaded on the site: checked by content, then kept in the append-only store.

A photo is rotated upright, shrunk, and stripped of metadata (place, device, time). That takes up to
a second, so views `prepare` an upload before their step begins: on SQLite a transaction blocks all
other writers."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from qms.errors import Refused
from qms.models import StoredFile
from qms.proof import picture_parts, store
from qms.text.names import clean_name

PHOTOS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
PAPERS = {
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LARGEST = 20 * 1024 * 1024
# Limits of a photo, in millions of pixels. A JPEG is decoded at the stored size; others are decoded
# fully, 160 MB at most.
MOST_POINTS = {"JPEG": 100, "PNG": 40, "WEBP": 40, "GIF": 40}
SIDE = 2048  # of a kept photo, at most


@dataclass(frozen=True)
class PreparedUpload:
    """A checked upload, a photo already shrunk, so that the transaction only has to store it."""

    name: str
    data: bytes
    mime: str


def store_upload(file: Any) -> StoredFile:
    """Stores an upload, prepared or not. Raises Refused as `prepare` does."""
    one = file if isinstance(file, PreparedUpload) else prepare(file)
    return store.add(one.data, one.mime)


def prepare_all(uploaded: Iterable[Any], most: int) -> list[PreparedUpload]:
    """Prepares all uploads. Raises Refused, unread, for more than `most`, and as `prepare` does."""
    files = list(uploaded)
    if len(files) > most:
        raise Refused(too_many(most))
    return [prepare(file) for file in files]


def too_many(most: int) -> str:
    return _("Mỗi lần gửi tối đa %(most)d tệp.") % {"most": most}


def prepare(uploaded: Any) -> PreparedUpload:
    """Reads an upload that is, by its content, a photo, PDF, Word or Excel file. Raises Refused."""
    if uploaded.size > LARGEST:
        raise Refused(
            _("Tệp “%(name)s” lớn hơn %(size)d MB. Hãy giảm kích thước rồi gửi lại.")
            % {"name": clean_name(uploaded.name), "size": LARGEST // 1024 // 1024}
        )
    data = uploaded.read()
    mime = store.mime_of(data)
    if mime in PHOTOS:
        plain = _plain_photo(data, PHOTOS[mime], uploaded.name)
        return PreparedUpload(uploaded.name, plain, mime)
    if mime in PAPERS:
        return PreparedUpload(uploaded.name, data, mime)
    refuse_kind(mime, uploaded.name)
    raise Refused(
        _("Tệp “%(name)s” không phải ảnh JPEG, PNG, WebP hay tệp PDF, Word, Excel.")
        % {"name": clean_name(uploaded.name)}
    )


def refuse_kind(mime: str, name: str) -> None:
    """Raises Refused for a kind of picture that is not supported, by its first bytes."""
    if mime in {"image/heic", "image/heif"}:
        raise Refused(
            _(
                "Ảnh “%(name)s” ở dạng HEIC nên không nhận được. Trên iPhone: Cài đặt › Camera › Định dạng › "
                "Tương thích nhất, rồi chụp lại."
            )
            % {"name": clean_name(name)}
        )
    if mime.startswith("image/") and mime not in PHOTOS:
        raise Refused(
            _("Ảnh “%(name)s” không ở dạng JPEG, PNG hay WebP. Hãy lưu lại ở dạng JPEG.")
            % {"name": clean_name(name)}
        )


@contextmanager
def opened_picture(data: bytes, form: str) -> Iterator[Image.Image]:
    """The picture, opened as this format of Pillow and no other, before anything is decoded. Raises
    Refused for too many pixels, and any error for too many parts or a broken picture."""
    picture_parts.check(data, form)
    with Image.open(io.BytesIO(data), formats=[form]) as picture:
        most = MOST_POINTS[form]
        if picture.width * picture.height > most * 1_000_000:
            said = _("Ảnh quá lớn (trên %(most)d triệu điểm ảnh). Hãy thu nhỏ rồi gửi lại.")
            raise Refused(said % {"most": most})
        yield picture


def _plain_photo(data: bytes, form: str, name: str) -> bytes:
    try:
        with opened_picture(data, form) as photo:
            photo.draft("RGB", (SIDE, SIDE))
            ImageOps.exif_transpose(photo, in_place=True)
            photo.thumbnail((SIDE, SIDE))
            plain = photo.convert("RGB") if form == "JPEG" else photo
            plain.info.clear()
            out = io.BytesIO()
            plain.save(out, form, **({"quality": 85} if form == "JPEG" else {}))
    except Refused:
        raise
    except Exception:  # Pillow raises many kinds of errors for a broken picture
        raise Refused(
            _("Ảnh “%(name)s” bị hỏng. Hãy chụp hoặc lưu lại rồi gửi.") % {"name": clean_name(name)}
        ) from None
    return out.getvalue()
