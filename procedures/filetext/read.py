"""Detects a file's format by its content and chooses its reader."""

import io
import re

from PIL import Image

from procedures.filetext import office, pdf, pictures
from procedures.filetext.found import LONGEST, Found, State, found
from procedures.filetext.recognise import Recogniser
from procedures.word.container import MAX_FILE, OLE
from procedures.word.convert import convert
from procedures.word.errors import UnreadableFile
from qms.text import zips

OF_REFUSAL = {
    "empty": State.EMPTY, "too_large": State.TOO_LARGE, "bomb": State.TOO_LARGE, "timeout": State.TOO_LARGE, "too_complex": State.TOO_LARGE,
    "encrypted": State.ENCRYPTED, "not_word": State.UNSUPPORTED, "no_converter": State.NOT_CONVERTED, "conversion_failed": State.NOT_CONVERTED,
}  # fmt: skip
CONVERTED = {"doc": "docx", "rtf": "docx", "xls": "xlsx", "ppt": "pptx"}
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|\?xml|svg)", re.I)


def read(data: bytes, *, soffice: str | None = None, recogniser: Recogniser | None = None) -> Found:
    """The text of a file. Raises nothing for any bytes, except what the limits of its process
    raise."""
    recogniser = recogniser or Recogniser()
    try:
        if len(data) > MAX_FILE:
            return Found(State.TOO_LARGE)
        format = format_of(data)
        if format in CONVERTED:
            format, data = (
                CONVERTED[format],
                convert(data, "", format, to=CONVERTED[format], soffice=soffice),
            )
        if format == "pdf":
            return pdf.read(data, recogniser)
        if format == "picture":
            return pictures.read(data, recogniser)
        if format == "text":
            return found(as_text(data[: 4 * LONGEST]))
        return (
            found(office.READERS[format](data))
            if format in office.READERS
            else Found(State.EMPTY if format == "empty" else State.UNSUPPORTED)
        )
    except UnreadableFile as refusal:
        return Found(OF_REFUSAL.get(refusal.code, State.DAMAGED))
    except (MemoryError, RecursionError, Image.DecompressionBombError):
        return Found(State.TOO_LARGE)
    except Exception:  # damaged files make the libraries raise all kinds of exceptions
        return Found(State.DAMAGED)


def format_of(data: bytes) -> str:
    """docx, xlsx, pptx, odf, pdf, picture, text, empty, one of CONVERTED, or "" for anything else.
    Raises UnreadableFile for encrypted files."""
    head = data[:1024]
    if not data.strip(b"\x00 \t\r\n"):
        return "empty"
    if b"%PDF" in head:
        return "pdf"
    if head.startswith(b"PK"):
        return _format_of_package(data)
    if head.startswith(OLE):
        return _format_of_compound(data)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return "rtf"
    if as_text(head[:1000]):
        return "" if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")) else "text"
    return (
        "picture"
        if head.startswith(PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        else ""
    )


def _format_of_package(data: bytes) -> str:
    try:
        with zips.open_checked(io.BytesIO(data)) as package:
            names = {
                name.replace("\\", "/").lstrip("/").lower() for name in package.namelist()[:5_000]
            }
            mime = (
                package.read("mimetype")[:100]
                if "mimetype" in names and package.getinfo("mimetype").file_size < 200
                else b""
            )
    except zips.TooManyEntries:
        raise UnreadableFile("bomb", "") from None
    except (*zips.FAULTS, KeyError):
        raise UnreadableFile("damaged", "") from None
    if b"opendocument" in mime:
        return "odf"
    begins = (("docx", "word/"), ("xlsx", "xl/"), ("pptx", "ppt/"))
    return next(
        (format for format, folder in begins if any(name.startswith(folder) for name in names)), ""
    )


def _format_of_compound(data: bytes) -> str:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage") or has("EncryptionInfo"):
        raise UnreadableFile("encrypted", "")
    kinds = (
        ("doc", "WordDocument"),
        ("xls", "Workbook"),
        ("xls", "Book"),
        ("ppt", "PowerPoint Document"),
    )
    return next((format for format, stream in kinds if has(stream)), "")


def as_text(data: bytes) -> str:
    """Plain text in UTF-8, or UTF-16 with a byte order mark; "" for anything else."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as problem:
        # A character cut at the end
        if "end of data" not in problem.reason and "truncated" not in problem.reason:
            return ""
        text = data[: problem.start].decode(encoding)
    odd = sum(not (c.isprintable() or c in "\t\r\n\f") for c in text)
    return text if odd * 100 <= len(text) else ""
