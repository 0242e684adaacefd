"""What a reader in a hurry wants of a procedure: how long, how much, where, which papers. Taken from the content, never invented."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures import content as reading
from procedures.content.outline import Part
from procedures.content.schema import Content
from procedures.content.wording import fold
from procedures.reader.steps import Step, shorten

plain = reading.plain
LONGEST = 180

TIME = re.compile(
    r"^(?:tong )?(?:thoi gian|thoi han)(?: (?:xu ly|giai quyet|thuc hien))?(?: (?:ho so|thu tuc hanh chinh|thu tuc))?$"
)
FEE = re.compile(
    r"^(?:muc )?(?:phi|le phi|phi va le phi|le phi va phi|phi le phi|le phi phi|muc thu phi|phi le phi neu co)(?: neu co)?$"
)
PLACE = re.compile(r"^(?:noi|dia diem|noi va hinh thuc) (?:tiep nhan|nop)\b")
DOSSIER = re.compile(r"^thanh phan(?:,? so luong)? ho so\b")
SETS = re.compile(r"^so luong(?: bo)? ho so\b|^so bo ho so\b")


def of(content: Content, parts: Sequence[Part], steps: Sequence[Step]) -> list[dict[str, Any]]:
    """[{"label", "values": [text], "anchor", "link", "number"}] in the order in which people ask; only what the document says."""
    found = [
        _times(parts, steps),
        _said(parts, FEE, _("Phí, lệ phí")),
        _said(parts, PLACE, _("Nơi tiếp nhận")),
        _papers(content, parts),
        _steps(parts, steps),
    ]
    return [fact for fact in found if fact]


def _matching(parts: Sequence[Part], pattern: re.Pattern[str]) -> Part | None:
    return next(
        (
            p
            for p in parts
            if p.in_body
            and pattern.search(
                re.sub(r"[^a-z0-9 ]+", " ", fold(p.title)).replace("  ", " ").strip()
            )
        ),
        None,
    )


def _text(part: Part) -> str:
    text = " ".join(
        " ".join(reading.block_text(block).split())
        for block in part.blocks
        if block.get("type") == "text"
    )
    return text.lstrip(" :-–+•").strip()


def _said(parts: Sequence[Part], pattern: re.Pattern[str], label: str) -> dict[str, Any] | None:
    part = _matching(parts, pattern)
    if part is None:
        return None
    text = _text(part)
    return (
        {"label": label, "values": [shorten(text, LONGEST)] if text else [], **_place(part)}
        if text or part.blocks
        else None
    )


def _place(part: Part | None) -> dict[str, str]:
    """Where the document says so."""
    return (
        {
            "anchor": part.anchor,
            "link": part.label.rstrip(" :"),
            "number": part.number.rstrip(". )"),
        }
        if part
        else {"anchor": "", "link": "", "number": ""}
    )


def _times(parts: Sequence[Part], steps: Sequence[Step]) -> dict[str, Any] | None:
    """The time per case: from the total row of the steps, otherwise what the section on time says."""
    total = next((s for s in steps if s.kind == "total" and s.times), None)
    part = _matching(parts, TIME)
    if total is not None:
        values = [f"{case}: {time}" if case else time for case, time in total.times]
        label = _("Thời gian giải quyết") if part else _("Tổng thời gian")
        return {"label": label, "values": values, **_place(part or _with_grid(parts, "steps"))}
    return _said(parts, TIME, _("Thời gian giải quyết"))


def _with_grid(parts: Sequence[Part], subject: str) -> Part | None:
    return next(
        (
            p
            for p in parts
            for b in p.blocks
            if b.get("type") == "grid" and b.get("subject") == subject
        ),
        None,
    )


def _papers(content: Content, parts: Sequence[Part]) -> dict[str, Any] | None:
    said, listed = _matching(parts, DOSSIER), _with_grid(parts, "dossier")
    if said and listed and said.section != listed.section:
        listed = None  # a table of a form printed below the procedure
    part = listed or said
    if part is None:
        return None
    count = len(reading.dossier({"sections": [content["sections"][part.section]]}))
    values = (
        [ngettext("%(count)s loại giấy tờ", "%(count)s loại giấy tờ", count) % {"count": count}]
        if count
        else []
    )
    if sets := _matching(parts, SETS):
        values += [shorten(_text(sets), 60)] if _text(sets) else []
    return {"label": _("Hồ sơ cần nộp"), "values": values, **_place(part)}


def _steps(parts: Sequence[Part], steps: Sequence[Step]) -> dict[str, Any] | None:
    count = sum(step.kind == "step" for step in steps)
    part = _with_grid(parts, "steps") or next(
        (p for p in parts if p.in_body and p.kind == "content"), None
    )
    if not count or part is None:
        return None
    return {
        "label": _("Cách thực hiện"),
        "values": [ngettext("%(count)s bước", "%(count)s bước", count) % {"count": count}],
        **_place(part),
    }
