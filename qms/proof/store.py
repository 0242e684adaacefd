"""The append-only store: bytes under their SHA-256, below `settings.QMS_STORE`.

Nothing here deletes or changes intact files. Bytes that no longer match their digest are never
returned, and are replaced when the right ones are added again."""

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import filetype
from django.conf import settings
from django.utils.translation import gettext as _

from qms.models import StoredFile

HALF = "tmp"  # prefix of files that are still being written
HALF_KEPT = 24 * 3600  # seconds after which such a file is abandoned
MOST_REMEMBERED = 20_000
_VERIFIED: dict[str, tuple[int, ...]] = {}  # digest -> the state of the file that had it


class Damaged(Exception):  # noqa: N818 - a state of the file, not a fault of the program
    """The bytes under a digest are not those that were stored."""


def path_of(sha256: str) -> Path:
    """The path of the bytes with this digest. Raises ValueError for an invalid digest."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256")
    return Path(settings.QMS_STORE) / sha256[:2] / sha256


def add(data: bytes, mime: str = "") -> StoredFile:
    """Stores `data` and returns its row; the same bytes are stored once, and replace damaged ones.

    The type is detected from the content if not given."""
    sha256 = hashlib.sha256(data).hexdigest()
    if not is_intact(sha256):
        _write(path_of(sha256), data)
    row, _made = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": len(data), "mime": mime or mime_of(data)}
    )
    return row


def _write(target: Path, data: bytes) -> None:
    """Writes the whole file atomically."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=HALF)
    half = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.chmod(0o640)
        half.replace(target)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # otherwise a power cut may lose the name but keep the bytes
    finally:
        os.close(folder)


def open_file(sha256: str) -> BinaryIO:
    """Opens the bytes for reading, after checking that they are the right ones.

    An unmodified file is checked only once. Raises FileNotFoundError if it is missing, Damaged if
    the bytes are wrong, ValueError for an invalid digest."""
    handle = path_of(sha256).open("rb")
    try:
        status = os.fstat(handle.fileno())
        state = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)  # fmt: skip
        if _VERIFIED.get(sha256) != state:
            if hashlib.file_digest(handle, "sha256").hexdigest() != sha256:
                raise Damaged(sha256)
            if len(_VERIFIED) >= MOST_REMEMBERED:
                _VERIFIED.clear()
            _VERIFIED[sha256] = state
            handle.seek(0)
    except BaseException:
        handle.close()
        raise
    return handle


def read(sha256: str) -> bytes:
    """The bytes. Raises as `open_file` does."""
    with open_file(sha256) as file:
        return file.read()


def is_intact(sha256: str) -> bool:
    """Whether the store has the right bytes under this digest."""
    try:
        open_file(sha256).close()
    except (FileNotFoundError, Damaged):
        return False
    return True


def faults() -> Iterator[str]:
    """Reads every stored file and describes each that is missing or wrong."""
    for sha256, size in StoredFile.objects.values_list("sha256", "size").iterator():
        name = {"sha256": sha256}
        try:
            with path_of(sha256).open("rb") as file:
                found = os.fstat(file.fileno()).st_size
                right = hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except (FileNotFoundError, ValueError):
            yield _("Tệp %(sha256)s không còn trong kho.") % name
            continue
        except OSError as problem:
            said = _("Tệp %(sha256)s không đọc được (%(problem)s).")
            yield said % {**name, "problem": problem.strerror}
            continue
        if found != size:
            said = _("Tệp %(sha256)s có %(found)s byte, lẽ ra %(size)s byte.")
            yield said % {**name, "found": found, "size": size}
        elif not right:
            yield _("Nội dung tệp %(sha256)s đã bị sửa.") % name


def sweep(now: float | None = None) -> int:
    """Removes partial files of killed processes. Returns how many."""
    removed = 0
    for half in Path(settings.QMS_STORE).glob(f"??/{HALF}*"):
        with contextlib.suppress(FileNotFoundError):
            if half.stat().st_mtime < (now or time.time()) - HALF_KEPT:
                half.unlink()
                removed += 1
    return removed


def mime_of(data: bytes) -> str:
    """The type by content; `application/octet-stream` if unknown."""
    kind = filetype.guess_mime(data)
    return kind or "application/octet-stream"
