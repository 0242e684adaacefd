"""Minor facts: the offices in a head, a national code, what a file's name suggests."""

import pathlib
import re
from collections.abc import Iterable

from procedures.content.wording import fold
from procedures.word.model import Block, Table

_OFFICE = re.compile(
    r"^(ubnd|uy ban nhan dan|hdnd|so [a-z]|truong [a-z]|trung tam|chi cuc|cuc [a-z]|ban [a-z]|phong [a-z]|van phong|benh vien|bo [a-z]|tong cuc|thanh tra|kho bac|vien [a-z]|hoi dong|toa an)"
)


def offices(blocks: Iterable[Block]) -> list[tuple[str, bool]]:
    """[(name, bold?)] of the offices in the head of a document, continued lines joined."""
    found: list[tuple[str, bool]] = []
    for b in blocks:
        groups = [c.paragraphs for c in b.cells] if isinstance(b, Table) else [[b]]
        for group in groups:
            lines, before = [p for p in group if not p.empty], len(found)
            for n, p in enumerate(lines):
                text = " ".join(p.text.split())
                if (
                    _OFFICE.match(fold(text))
                    and text.upper() == text
                    and len(text) < 120
                    and ":" not in text
                    and not re.search(r"\d{2}/", text)
                ):
                    while (
                        isinstance(b, Table)
                        and n + 1 < len(lines)
                        and (t := " ".join(lines[n + 1].text.split()))
                        and t.upper() == t
                        and not _OFFICE.match(fold(t))
                        and len(t) < 60
                    ):
                        text += " " + t
                        n += 1
                    if p.bold and len(found) > before:  # below its superior office, bold too
                        found[-1] = (found[-1][0], False)
                    found.append((text, p.bold))
        if len(found) >= 3:
            break
    return found


def near_procedure_code(text: str) -> str:
    """The text after "mã thủ tục", "mã TTHC" and the like, which has a national code."""
    m = re.search(
        r"ma (?:so )?(?:tthc|thu tuc|ho so tthc|dinh danh)|\btthc\b.{0,40}\bma\b", fold(text)
    )
    if m:
        return text[m.start() : m.start() + 200]
    found = [
        re.search(r"\(\s*+[123]\.\d{6}", text[: max(text.rfind(")"), 0)]),
        re.search(r"(?<![\d.])[123]\.00\d{4}(?![\d])", text),
    ]
    start = min((m.start() for m in found if m), default=len(text))
    return text[start : start + 80]


def from_name(name: str) -> str:
    stem = pathlib.PurePath(name).stem
    return re.sub(r"^[\s\d._\-]+", "", stem.split("__")[-1].replace("_", " ")).strip() or stem


def code_from_name(name: str) -> str:
    m = re.match(
        r"(?i)\s*((?:QT|BM|HD|QC|QĐ|CSCL|MTCL|STCL)[\s.\-_]?[\w.\-]*\d[\w\-]*)",
        pathlib.PurePath(name).stem,
    )
    return m.group(1).strip(" ._-") if m else ""
