"""The store that only adds: bytes under their SHA-256, below `settings.QMS_STORE`. Nothing here deletes or rewrites."""

import hashlib
import os
import tempfile
from pathlib import Path

import filetype
from django.conf import settings

from qms.models import StoredFile


def path_of(sha256: str) -> Path:
    """Where the bytes with this digest lie. Raises ValueError for what is no digest."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256")
    return Path(settings.QMS_STORE) / sha256[:2] / sha256


def add(data: bytes, mime: str = "") -> StoredFile:
    """Keeps `data` and returns its row; the same bytes are kept once. The type is taken from the content where none is given."""
    sha256 = hashlib.sha256(data).hexdigest()
    target = path_of(sha256)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half = Path(name)
        half.chmod(0o640)
        half.replace(target)
    row, _ = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": len(data), "mime": mime or mime_of(data)}
    )
    return row


def read(sha256: str) -> bytes:
    """The bytes. Raises FileNotFoundError where the store lacks them."""
    return path_of(sha256).read_bytes()


def mime_of(data: bytes) -> str:
    """The type by content; `application/octet-stream` where it is not recognised."""
    kind = filetype.guess_mime(data)
    return kind or "application/octet-stream"
