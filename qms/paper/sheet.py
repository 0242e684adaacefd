"""The neutral description of a sheet: its content without its layout."""

import datetime
import re
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"

T = TypeVar("T")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Heading:
    """A heading of the body, with its number: "I. MỤC ĐÍCH". Levels 1 to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. `lead` precedes it in bold: "Điều 1."."""

    text: str
    lead: str = ""
    italic: bool = False
    centred: bool = False


@dataclass(frozen=True)
class Items:
    """Lines that begin with a dash."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table. `share`: its relative width."""

    label: str
    share: float = 1
    centred: bool = False


@dataclass(frozen=True)
class Table:
    """A table whose head is repeated on each page. A cell may have several lines."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A picture (PNG or JPEG) with its alternative text; `caption` is printed below."""

    data: bytes
    description: str
    caption: str = ""
    width_mm: int = 80


Block = Heading | Paragraph | Items | Table | Picture


@dataclass(frozen=True)
class Signature:
    """A signature block: the lines above it (capacity and post), the text in its place, and the
    name."""

    lines: tuple[str, ...]
    name: str = ""
    mark: tuple[str, ...] = ()  # "Đã ký điện tử", with the time


@dataclass(frozen=True)
class Sheet:
    """An administrative paper. Empty parts are left blank, or omitted where the decree allows it.

    number and symbol: "15" and "KH-STP" become "Số: 15/KH-STP". kind: "KẾ HOẠCH". title: the
    subject. bases: the legal bases of a decision. recipients: "Như Điều 3". Two signatures are
    printed side by side. annex: what follows the signatures, on pages of its own."""

    agency: str
    title: str
    kind: str
    governing_body: str = ""
    number: str = ""
    symbol: str = ""
    place: str = ""
    day: datetime.date | None = None
    authority: str = ""  # "GIÁM ĐỐC SỞ TƯ PHÁP", above the bases of a decision
    bases: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    recipients: tuple[str, ...] = ()
    archive: str = ""  # "VT" becomes "Lưu: VT."
    signatures: tuple[Signature, ...] = ()
    annex: tuple[Block, ...] = ()
    language: str = "vi"


def printable(part: T) -> T:
    """The part without characters that are invalid in Word and PDF."""
    found: Any = part
    if isinstance(part, str):
        found = _UNPRINTABLE.sub("", part).replace("\r", "")
    elif isinstance(part, tuple):
        found = tuple(printable(one) for one in part)
    elif is_dataclass(part) and not isinstance(part, type):
        changed = {f.name: printable(getattr(part, f.name)) for f in fields(part)}
        found = replace(part, **changed)
    return found
