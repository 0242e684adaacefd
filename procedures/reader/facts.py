"""The key facts of a procedure: time, fees, place, documents. Taken from the content, never
invented."""

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
from procedures.word import times

plain = reading.plain
LONGEST = 180
LONGEST_ITEM = 110  # items of a list that is shown item by item

TIME = re.compile(
    r"^(?:tong )?(?:thoi gian|thoi han)(?: (?:xu ly|giai quyet|thuc hien))?(?: va)?(?: tra ket qua)?"
    r"(?: (?:ho so|cong viec|thu tuc hanh chinh|thu tuc|tthc))?(?: theo quy dinh)?$"
)
FEE = re.compile(
    r"^(?:muc )?(?:phi|le phi|phi va le phi|le phi va phi|phi le phi|le phi phi|muc thu phi|phi le phi neu co)(?: neu co)?$"
)
PLACE = re.compile(r"^(?:noi|dia diem|noi va hinh thuc) (?:tiep nhan|nop)\b")
DOSSIER = re.compile(r"^thanh phan(?:,? so luong)? ho so\b")
_ITEM_SIGN = re.compile(r"\A(?:[-–—•+]\s*|\d{1,2}[.)]\s+|[a-zđ]\)\s+)(?=\S)")
SETS = re.compile(r"^so luong(?: bo)? ho so\b|^so bo ho so\b")


def of(content: Content, parts: Sequence[Part], steps: Sequence[Step]) -> list[dict[str, Any]]:
    """[{"label", "values": [text], "anchor", "link", "number"}] in the order in which people ask;
    only facts that the document states."""
    found = [
        _times(parts, steps),
        _said(parts, FEE, _("Phí, lệ phí")),
        _said(parts, PLACE, _("Nơi tiếp nhận")),
        _papers(content, parts),
        _steps(parts, steps),
    ]
    return [fact for fact in found if fact and fact["values"]]


def time_differs(content: Content, parts: Sequence[Part]) -> list[dict[str, str]]:
    """[{"case", "steps", "stated"}]: cases where the steps add up to a different time than the
    document states, in days as printed."""
    said = _matching(parts, TIME)
    steps = reading.steps(content, fill=False)
    if said is None or not steps:
        return []
    return [
        {"case": case, "steps": times.printed(total), "stated": times.printed(limit)}
        for case, total, limit in times.compared(
            reading.cases(content), steps, f"Thời hạn giải quyết: {_text(said)}"
        )
        if total != limit
    ]


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


def _brief(text: str) -> str:
    """The first sentences of a text that fit on a card; cut at a word if even the first is too
    long."""
    if len(text) <= LONGEST:
        return text
    ends = [m.end() for m in re.finditer(r"[^\W\d]\.(?=\s+[^\W\d_a-z])", text[: LONGEST + 1])]
    return f"{text[: ends[-1]]} …" if ends and ends[-1] >= LONGEST / 3 else shorten(text, LONGEST)


def _said(parts: Sequence[Part], pattern: re.Pattern[str], label: str) -> dict[str, Any] | None:
    part = _matching(parts, pattern)
    values = _values(part) if part else []
    return {"label": label, "values": values, **_place(part)} if values else None


def _values(part: Part) -> list[str]:
    """The content of a section: each item of a short list separately, otherwise its first
    sentences."""
    items = _items(part)
    if 1 < len(items) <= 4 and all(len(item) <= LONGEST_ITEM for item in items):
        return [_ITEM_SIGN.sub("", item).rstrip(" ;.") for item in items]
    text = _text(part)
    return [_brief(text)] if text else []


def _place(part: Part | None) -> dict[str, str]:
    """The place, as stated in the document."""
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
    """The time limit that the document states; otherwise the total at the end of its table of
    steps."""
    if stated := _said(parts, TIME, _("Thời gian giải quyết")):
        return stated
    total = next((s for s in steps if s.kind == "total" and s.times), None)
    if total is None:
        return None
    values = [f"{case}: {time}" if case else time for case, time in total.times]
    if not any(character.isdigit() for value in values for character in value):
        return None  # "theo thời hạn của vụ việc" is of no use to readers
    return {
        "label": _("Tổng thời gian các bước"),
        "values": values,
        **_place(_with_grid(parts, "steps")),
    }


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
    count = count or len(_items(part))
    values = (
        [ngettext("%(count)s loại giấy tờ", "%(count)s loại giấy tờ", count) % {"count": count}]
        if count
        else []
    )
    if sets := _matching(parts, SETS):
        values += [shorten(_text(sets), 60)] if _text(sets) else []
    return {"label": _("Hồ sơ cần nộp"), "values": values, **_place(part)}


def _items(part: Part) -> list[str]:
    """The items of a section that is a single list in prose; empty otherwise."""
    if not all(block.get("type") == "text" for block in part.blocks):
        return []
    html = "".join(str(block.get("html") or "") for block in part.blocks)
    if re.search(r"<li>[^<]*<[uo]l>", html):
        return []
    lines = re.findall(r"<(p|li)>([^<]*+(?:<(?!/?\1>)[^<]*+)*+)", html)
    said = [(tag, text) for tag, line in lines if (text := plain(line).strip())]
    items = [text for tag, text in said if tag == "li" or _ITEM_SIGN.match(text)]
    return items if len(items) == len(said) else []


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
