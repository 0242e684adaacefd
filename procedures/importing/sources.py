"""Collects the files to import from files, folders and zip archives, and tells what each is by
its content."""

import logging
import os
import re
import stat
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from django.conf import settings
from django.utils.translation import gettext as _

from qms.text import zips
from qms.text.names import clean_name

log = logging.getLogger(__name__)

WORD_SUFFIXES = frozenset({".docx", ".docm", ".dotx", ".dotm", ".doc", ".dot", ".odt", ".rtf"})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_ENTRIES = 5_000  # of an archive
MOST_UNPACKED = 4 * 2**30
# Word files in an archive hardly shrink; real ones stay below 40
MOST_RATIO, RATIO_FROM = (
    150,
    2 * 2**20,
)

Sort = Literal["word", "companion", "archive", "other"]


@dataclass
class Source:
    """One file to import. `problem`: user-facing reason why it can't even be tried."""

    name: str
    path: Path | None
    sort: Sort
    problem: str = ""


def collect(paths: Iterable[Path], scratch: Path) -> Iterator[Source]:
    """Every file below the paths, sorted. Archives are unpacked one file at a time into `scratch`.

    A path named explicitly is always included; in a folder or archive, a file that is no document
    has the sort "other"."""
    for path in paths:
        if path.is_dir():
            yield from _folder(path, scratch)
        else:
            yield from _file(path, scratch, named=True)


def _folder(folder: Path, scratch: Path) -> Iterator[Source]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        for name in sorted(names):
            if not is_hidden(name):
                yield from _file(Path(root) / name, scratch, named=False)


def uploaded(path: Path, name: str, scratch: Path) -> Iterator[Source]:
    """The sources in a file uploaded under this name: itself, or the files of the archive."""
    yield from _file(path, scratch, named=False, name=clean_name(name))


def _file(path: Path, scratch: Path, *, named: bool, name: str = "") -> Iterator[Source]:
    name = name or clean_name(path.name)
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            return
        sort = sort_of(path, name)
        size = info.st_size
    except OSError as problem:
        log.info("%s: %s", path, problem)
        yield Source(
            name,
            None,
            "word",
            _("Không mở được tệp “%(name)s”. Hãy kiểm tra quyền đọc tệp rồi nhập lại.")
            % {"name": name},
        )
        return
    if sort == "archive":
        yield from _archive(path, name, scratch)
    elif size > settings.QMS_MAX_FILE and sort != "other":
        yield Source(name, None, "word", too_large(name, size))
    else:
        yield Source(name, path, "word" if named and sort == "other" else sort)


def is_hidden(name: str) -> bool:
    """True for hidden files, lock files of Word and LibreOffice, and clutter of
    operating systems."""
    return name.startswith((".", "~$", "~WRL")) or name in {"__MACOSX", "Thumbs.db", "desktop.ini"}


def too_large(name: str, size: int) -> str:
    return _("Tệp “%(name)s” quá lớn (%(size)s MB, tối đa %(most)s MB). Hãy thu nhỏ hình ảnh trong tệp hoặc tách thành nhiều tệp rồi nhập lại.") % {
        "name": name, "size": -(-size // 2**20), "most": settings.QMS_MAX_FILE // 2**20,
    }  # fmt: skip


def sort_of(path: Path, name: str) -> Sort:
    """The sort of a file by its content; the name decides only if the content is inconclusive.

    A file named like a Word file counts as one, so that the reader reports what is wrong
    with it."""
    wordlike = Path(name).suffix.lower() in WORD_SUFFIXES
    with path.open("rb") as file:
        head = file.read(2048)
        if head.startswith(b"PK"):
            return _zip_sort(file, name)
        if head.startswith(OLE):
            file.seek(0)
            return (
                "word" if wordlike or "WordDocument".encode("utf-16-le") in file.read() else "other"
            )
    if wordlike or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return "word"
    return "companion" if b"%PDF" in head[:1024] else "other"


def _zip_sort(file: BinaryIO, name: str) -> Sort:
    suffix = Path(name).suffix.lower()
    wordlike = suffix in WORD_SUFFIXES
    try:
        with zips.open_checked(file) as archive:
            names = set(archive.namelist()[:MOST_ENTRIES])
            mime = (
                archive.read("mimetype")[:100]
                if "mimetype" in names and archive.getinfo("mimetype").file_size < 200
                else b""
            )
    except zips.FAULTS:
        return "archive" if suffix == ".zip" else "word" if wordlike else "other"
    if wordlike or b"opendocument.text" in mime or "word/document.xml" in names:
        return "word"
    if "[Content_Types].xml" in names:
        return (
            "companion"
            if "xl/workbook.xml" in names
            else "word"
            if any(n.startswith("word/") for n in names)
            else "other"
        )
    return "archive" if suffix == ".zip" and not mime else "other"


def _archive(path: Path, name: str, scratch: Path) -> Iterator[Source]:
    """The files of a zip archive, each unpacked under a generated name, so that paths inside it are
    never used."""
    try:
        with path.open("rb") as file, zips.open_checked(file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if (
                len(entries) > MOST_ENTRIES
                or sum(entry.file_size for entry in entries) > MOST_UNPACKED
            ):
                yield _too_much(name)
                return
            shown = [(entry_name(entry), entry) for entry in entries]
            for full, entry in sorted(shown, key=lambda pair: pair[0]):
                if not any(is_hidden(part) for part in re.split(r"[/\\]", full) if part.strip(".")):
                    yield from _entry(archive, entry, clean_name(full), scratch)
    except zips.TooManyEntries:
        yield _too_much(name)
    except zips.FAULTS as problem:
        log.info("%s: %s", path, problem)
        text = _(
            "Tệp nén “%(name)s” bị hỏng hoặc không phải tệp ZIP. Hãy nén lại rồi nhập lại, hoặc chọn từng tệp."
        )
        yield Source(name, None, "word", text % {"name": name})


def _too_much(name: str) -> Source:
    text = _(
        "Tệp nén “%(name)s” chứa quá nhiều tệp hoặc giải nén ra quá lớn. Hãy chia thành nhiều tệp nén nhỏ hơn rồi nhập lại."
    )
    return Source(name, None, "word", text % {"name": name})


def _entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, scratch: Path
) -> Iterator[Source]:
    problem, target = "", None
    if entry.flag_bits & 1:
        problem = _(
            "Tệp “%(name)s” trong tệp nén có đặt mật khẩu. Hãy nén lại không đặt mật khẩu rồi nhập lại."
        ) % {"name": name}
    elif entry.file_size > settings.QMS_MAX_FILE:
        problem = too_large(name, entry.file_size)
    elif entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * max(
        1, entry.compress_size
    ):
        problem = _bomb(name)
    else:
        try:
            target = _unpack(archive, entry, scratch)
        except zips.FAULTS as fault:
            log.info("%s: %s", name, fault)
            problem = _(
                "Không giải nén được tệp “%(name)s”. Hãy nén lại rồi nhập lại, hoặc chọn riêng tệp này."
            ) % {"name": name}
    if target is None:
        yield Source(name, None, "word", problem or _bomb(name))
        return
    sort = sort_of(target, name)
    if sort == "archive":
        text = _(
            "Tệp nén “%(name)s” nằm trong một tệp nén khác. Hãy giải nén rồi nhập riêng tệp này."
        ) % {"name": name}
        yield Source(name, None, "word", text)
    else:
        yield Source(name, target, sort)


def _bomb(name: str) -> str:
    return _(
        "Tệp “%(name)s” giải nén ra quá lớn so với kích thước, có thể là tệp phá hoại. Hãy lấy lại tệp gốc rồi nhập lại."
    ) % {"name": name}


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, scratch: Path) -> Path | None:
    """The path of the unpacked entry, under a generated name; None if it is larger than
    it declares."""
    handle, target = tempfile.mkstemp(dir=scratch)
    left = entry.file_size + 1
    with os.fdopen(handle, "wb") as out, archive.open(entry) as inside:
        while left > 0 and (piece := inside.read(min(left, 1 << 20))):
            left -= len(piece)
            out.write(piece)
    return Path(target) if left > 0 else None


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The intended name: many programs write UTF-8 without the flag, which zipfile then decodes
    as CP437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename
