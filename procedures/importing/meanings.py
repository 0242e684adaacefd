"""Reading rules and their effects, described in words."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from procedures.importing.known import Facts
from procedures.models import ImportItem, Kind
from procedures.word.rules import BELOW, COLUMN, COLUMNS, FIELDS, LABEL, LABELS, SPOT, Rule

Words = str | Promise
FACTS: dict[str, Words] = {
    "code": gettext_lazy("Mã hiệu"),
    "title": gettext_lazy("Tên tài liệu"),
    "issue_number": gettext_lazy("Lần ban hành"),
    "revision_number": gettext_lazy("Lần sửa đổi"),
    "issued_on": gettext_lazy("Ngày ban hành"),
    "effective_on": gettext_lazy("Ngày hiệu lực"),
    "drafted": gettext_lazy("Người soạn thảo"),
    "reviewed": gettext_lazy("Người xem xét"),
    "approved": gettext_lazy("Người phê duyệt"),
    "none": gettext_lazy("Không phải nhãn"),
    "kind": gettext_lazy("Loại tài liệu"),
    "signers": gettext_lazy("Người ký"),
    "steps": gettext_lazy("Các bước"),
    "records": gettext_lazy("Hồ sơ lưu"),
    "forms": gettext_lazy("Biểu mẫu"),
    "amendments": gettext_lazy("Sửa đổi"),
}
SUBJECTS: dict[str, Words] = {
    "steps": gettext_lazy("Các bước"),
    "records": gettext_lazy("Hồ sơ lưu"),
    "forms": gettext_lazy("Biểu mẫu"),
    "amendments": gettext_lazy("Sửa đổi"),
}
ROLES: dict[str, Words] = {
    "number": gettext_lazy("số thứ tự"),
    "action": gettext_lazy("việc phải làm"),
    "responsible": gettext_lazy("ai làm"),
    "duration": gettext_lazy("thời gian"),
    "form": gettext_lazy("biểu mẫu"),
    "result": gettext_lazy("kết quả"),
    "note": gettext_lazy("ghi chú"),
    "name": gettext_lazy("tên"),
    "code": gettext_lazy("mã hiệu"),
    "place": gettext_lazy("nơi"),
    "retention": gettext_lazy("thời gian lưu"),
    "date": gettext_lazy("ngày"),
    "summary": gettext_lazy("nội dung"),
}


def meaning(name: str) -> str:
    """The label of a rule's meaning: a fact, or a table column."""
    subject, dot, role = name.partition(".")
    if dot and subject in SUBJECTS and role in ROLES:
        return f"{SUBJECTS[subject]}: {ROLES[role]}"
    return str(FACTS.get(name, name))


def columns() -> list[tuple[str, list[tuple[str, str]]]]:
    """The roles that columns may have, grouped by the subject of their table, as choices of
    a select."""
    return [
        (str(SUBJECTS[subject]), [(f"{subject}.{role}", meaning(f"{subject}.{role}")) for role in roles])
        for subject, roles in COLUMNS.items()
    ]  # fmt: skip


def choices(kind: str) -> list[Any]:
    """The meanings that a rule of this kind may have, as choices of a select."""
    if kind == COLUMN:
        return columns()
    return [(name, meaning(name)) for name in (LABELS if kind == LABEL else FIELDS)]


def sentence(rule: Rule) -> str:
    """A rule as an officer would say it."""
    said = {"meaning": meaning(rule.meaning), "phrase": rule.phrase}
    if rule.kind == COLUMN:
        return _("Cột “%(phrase)s” là %(meaning)s.") % said
    if rule.kind == BELOW:
        return _("%(meaning)s ở ô dưới “%(phrase)s”.") % said
    if rule.kind == SPOT:
        return _("%(meaning)s luôn ở đúng vị trí này (%(place)s).") % {**said, "place": place(rule.phrase)}  # fmt: skip
    if rule.meaning == "none":
        return _("“%(phrase)s” không phải là nhãn.") % said
    return _("%(meaning)s đứng sau “%(phrase)s”.") % said


PARTS: dict[str, Words] = {
    "header": gettext_lazy("đầu trang"),
    "footer": gettext_lazy("chân trang"),
    "front": gettext_lazy("phần đầu"),
    "body": gettext_lazy("nội dung"),
}


def place(spot: str) -> str:
    """ "header:t0.r0.c1.l0" in words: part, table, row and column, or paragraph."""
    part, _colon, rest = spot.partition(":")
    where = str(PARTS.get(part, part))
    if rest.startswith("p") and rest[1:].isdecimal():
        return _("%(part)s, dòng %(line)d") % {"part": where, "line": int(rest[1:]) + 1}
    numbers = {bit[0]: int(bit[1:]) + 1 for bit in rest.split(".") if bit[1:].isdecimal()}
    if {"t", "r", "c"} <= numbers.keys():
        return _("%(part)s, bảng %(t)d, hàng %(r)d, cột %(c)d") % {"part": where, **numbers}
    return where


def worded_changes(item: ImportItem) -> list[str]:
    """What reading again by taught rules changed: ["Mã hiệu: QT-1 → QT-01"]."""
    return [
        f"{FACTS.get(name, name)}: {_shown(name, was)} → {_shown(name, now)}"
        for name, was, now in item.reading.get("changed", ())
    ]


def idle_rules(items: Iterable[ImportItem]) -> list[str]:
    """The rules that were taught and changed nothing in any of these files, each in a sentence."""
    changed: dict[tuple[str, str, str], list[bool]] = {}
    for item in items:
        for kind, meant, phrase in item.reading.get("taught") or ():
            changed.setdefault((kind, meant, phrase), []).append(bool(item.reading["changed"]))
    return [
        ngettext(
            "Quy tắc không đổi gì ở %(count)d tệp đã đọc lại: %(rule)s",
            "Quy tắc không đổi gì ở %(count)d tệp đã đọc lại: %(rule)s",
            len(found),
        )
        % {"count": len(found), "rule": sentence(Rule(*rule))}
        for rule, found in changed.items()
        if not any(found)
    ]


def _day(value: str) -> str:
    """An ISO date as dd/mm/yyyy; what is no date unchanged."""
    try:
        day: datetime.date | None = parse_date(value)
    except ValueError:
        day = None
    return f"{day:%d/%m/%Y}" if day else value


def _shown(name: str, value: Any) -> str:
    if value in (None, "", []):
        return "–"
    if name in ("issued_on", "effective_on"):
        return _day(value)
    if name == "kind":
        return str(dict(Kind.choices).get(value, value))
    if name == "signers":
        return ", ".join(s.get("name") or s.get("post") or "–" for s in value)
    return str(len(value)) if isinstance(value, list) else str(value)[:120]


MOST_ENTRIES = 100  # of one list in the review


def recognised(facts: Facts) -> list[dict[str, Any]]:
    """[{"said": "4 biểu mẫu", "entries": ["BM-01 · Tờ khai"], "more"}] of the lists that the reader
    found in the text; "more" is the number of entries left out."""
    lists = ((name, facts.get(name) or ()) for name in SUBJECTS)
    return [
        {
            "said": _counted(name, len(found)),
            "entries": [_entry(name, entry) for entry in found[:MOST_ENTRIES]],
            "more": max(0, len(found) - MOST_ENTRIES),
        }
        for name, found in lists
        if found
    ]


def unrecognised(facts: Facts) -> str:
    """The lists that the reader found nowhere in the text: "biểu mẫu, sửa đổi"."""
    return ", ".join(str(label).lower() for name, label in SUBJECTS.items() if not facts.get(name))


def _counted(name: str, count: int) -> str:
    said = {
        "steps": ngettext("%(count)d bước", "%(count)d bước", count),
        "records": ngettext("%(count)d hồ sơ lưu", "%(count)d hồ sơ lưu", count),
        "forms": ngettext("%(count)d biểu mẫu", "%(count)d biểu mẫu", count),
        "amendments": ngettext("%(count)d lần sửa đổi", "%(count)d lần sửa đổi", count),
    }
    return said[name] % {"count": count}


_ENTRIES = {
    "steps": ("number", "action", "responsible"),
    "records": ("name", "place", "retention"),
    "forms": ("code", "name"),
    "amendments": ("number", "date", "summary"),
}


def _entry(name: str, entry: dict[str, Any]) -> str:
    said = []
    for key in _ENTRIES[name]:
        text = " ".join(str(entry.get(key) or "").split())
        said.append(_day(text) if key == "date" else text)
    return " · ".join(text for text in said if text)
