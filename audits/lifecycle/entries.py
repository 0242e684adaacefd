"""Parses untrusted entries from devices; each fault becomes a sentence for the author."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from audits.models import Grade, Result
from procedures.content.markup import storable

NEEDS_NOTE = frozenset({Result.OBSERVATION, Result.NONCONFORMITY})
LONGEST_NOTE = 10_000
MOST_SETTLED = 50
MOST_ANSWERS = 500  # by one person to one question


@dataclass(frozen=True)
class Entry:
    """One answer or finding from a device. `fault`: what its author must correct, or ""."""

    id: uuid.UUID
    item: int
    base: str  # key of the answer it is based on, "" for none
    result: str
    note: str
    noted_at: datetime.datetime | None
    settles: tuple[str, ...]
    fault: str
    finding: bool = False  # not an answer, but a finding from the answer it is based on
    grade: str = ""  # of a finding, "" if its author has not chosen one

    @property
    def key(self) -> str:
        return str(self.id)


@dataclass(frozen=True)
class Unreadable:
    key: str
    why: str


@dataclass(frozen=True)
class Outcome:
    """The outcome of an entry: taken, known (it had arrived before), conflict, aside, refused (it
    stays on the device)."""

    id: str
    outcome: str
    why: str = ""


def read_entry(raw: Any) -> Entry | Unreadable:
    """The entry in `raw` (parsed JSON), or why it is invalid."""
    if not isinstance(raw, dict):
        return Unreadable("", _("Máy gửi nội dung không đọc được."))
    try:
        own = uuid.UUID(_text(raw.get("id")))
    except ValueError:
        return Unreadable(_text(raw.get("id"))[:40], _("Mã của câu trả lời không đọc được."))
    note = storable(_text(raw.get("note"))).strip()
    result = _text(raw.get("result"))
    settles, grade = raw.get("settles"), _text(raw.get("grade"))
    return Entry(
        id=own,
        item=_number(raw.get("item")),
        base=_text(raw.get("base"))[:40],
        result=result,
        note=note,
        noted_at=read_time(raw.get("at")),
        settles=tuple(_text(key)[:40] for key in settles[:MOST_SETTLED])
        if isinstance(settles, list)
        else (),
        fault=fault_of(result, note),
        finding=raw.get("finding") is True,
        grade=grade if grade in Grade.values else "",
    )


def fault_of(result: str, note: str) -> str:
    """What must be corrected before an answer can be stored, or ""."""
    if result not in Result.values:
        return _("Hãy chọn một kết quả.")
    if not note and result in NEEDS_NOTE:
        return _("Hãy ghi điều đã thấy cho kết quả “%(result)s”.") % {
            "result": Result(result).label
        }
    if len(note) > LONGEST_NOTE:
        return _("Ghi chép dài quá 10.000 ký tự. Hãy rút ngắn rồi lưu lại.")
    return ""


def too_many_answers() -> str:
    """Why a person can't answer a question any more, and what to do."""
    return _(
        "Bạn đã trả lời câu hỏi này %(most)d lần, không ghi thêm được. Hãy để người khác trong đoàn trả lời, hoặc thêm câu hỏi vào phiếu."
    ) % {"most": MOST_ANSWERS}


def read_time(raw: Any) -> datetime.datetime | None:
    """Parses milliseconds since 1970; None if invalid or outside the years 2000 to 2200."""
    if not isinstance(raw, int | float) or not 946_684_800_000 < raw < 7_258_118_400_000:
        return None
    return datetime.datetime.fromtimestamp(raw / 1000, datetime.UTC)


def _text(raw: Any) -> str:
    return raw if isinstance(raw, str) else ""


def _number(raw: Any) -> int:
    known = isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**63
    return raw if known else 0
