"""Reading rules and their effects, described in words."""

import datetime
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from procedures.importing.known import Facts
from procedures.models import ImportItem, Kind
from procedures.word import teach
from procedures.word.rules import (
    BELOW,
    COLUMN,
    COLUMNS,
    DAYS,
    FIELDS,
    LABEL,
    LABELS,
    NUMBERS,
    PORTIONS,
    SPOT,
    Rule,
)

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
    fact = str(FACTS.get(subject, subject))
    if not role.isdecimal():
        return fact
    said = {"fact": fact, "number": int(role)}
    if subject in NUMBERS:
        return _("%(fact)s (số thứ %(number)d)") % said
    if subject in DAYS:
        return _("%(fact)s (ngày thứ %(number)d)") % said
    return _("%(fact)s (phần thứ %(number)d)") % said


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


def portions() -> list[tuple[int, str]]:
    """How much of a value a rule takes, as choices of a select."""
    return [
        (0, _("cả giá trị")),
        *((n, _("phần thứ %(number)d") % {"number": n}) for n in range(1, PORTIONS + 1)),
    ]


def sentence(rule: Rule, where: str = "") -> str:
    """A rule as an officer would say it. `where`: the value's place next to its label in one file
    (`teach.where`); without it every place is named where the rule finds values."""
    said = {"meaning": meaning(rule.meaning), "phrase": rule.phrase}
    if rule.kind == COLUMN:
        return _("Cột “%(phrase)s” là %(meaning)s.") % said
    if rule.kind == BELOW:
        return _("%(meaning)s ở ô dưới “%(phrase)s”.") % said
    if rule.kind == SPOT:
        return _("%(meaning)s luôn ở đúng vị trí này (%(place)s).") % {**said, "place": place(rule.phrase)}  # fmt: skip
    if rule.meaning == "none":
        return _("“%(phrase)s” không phải là nhãn.") % said
    if where == teach.LINE:
        return _("%(meaning)s đứng sau “%(phrase)s” trên cùng dòng.") % said
    if where == teach.RIGHT:
        return _("%(meaning)s ở cùng hàng, bên phải “%(phrase)s”.") % said
    if where == teach.UNDER:
        return _("%(meaning)s ở dòng dưới “%(phrase)s”.") % said
    if where == teach.COLUMN_BELOW:
        return _("%(meaning)s ở cùng cột, dưới “%(phrase)s”.") % said
    if rule.fact in FIELDS:
        return _("%(meaning)s có nhãn “%(phrase)s” (trên cùng dòng, ở ô bên trái hoặc ở dòng trên).") % said  # fmt: skip
    return _("%(meaning)s có nhãn “%(phrase)s” (trên cùng dòng, cùng hàng hoặc cùng cột).") % said


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
    said = []
    for name, was, now in item.reading.get("changed", ()):
        if name == "signers":
            said += _signers_changed(was or [], now or [])
        elif name in SUBJECTS and len(was or ()) == len(now or ()):
            said.append(_entries_changed(name, was or [], now or []))
        else:
            said.append(f"{FACTS.get(name, name)}: {_shown(name, was)} → {_shown(name, now)}")
    return said


def _signers_changed(was: list[Any], now: list[Any]) -> list[str]:
    """A line for each role with other people: their posts only where the names are the same."""
    said = []
    for role in ("drafted", "reviewed", "approved"):
        old, new = ([s for s in people if s.get("role") == role] for people in (was, now))
        if old == new:
            continue
        same = [s.get("name") for s in old] == [s.get("name") for s in new]
        before, after = (", ".join(_person(s, post=same) for s in side) for side in (old, new))
        said.append(f"{FACTS[role]}: {before or '–'} → {after or '–'}")
    others = [s for s in now if s.get("role") not in ("drafted", "reviewed", "approved")]
    if not said and was != now:  # in another order, or without a role
        named = ", ".join(_person(s, post=True) for s in others or now)
        said.append(f"{FACTS['signers']}: {named or '–'}")
    return said


def _person(signer: Any, *, post: bool) -> str:
    name, held = signer.get("name") or "", signer.get("post") or ""
    if not post and name:
        return str(name)
    return ", ".join(part for part in (name, held or _("không có chức vụ")) if part)


def _entries_changed(name: str, was: list[Any], now: list[Any]) -> str:
    """ "Các bước: 3/5 đổi (ai làm, thời gian)": how many entries of a list differ, and in what."""
    pairs = [(old, new) for old, new in zip(was, now, strict=True) if old != new]
    keys = {key for old, new in pairs for key in {*old, *new} if old.get(key) != new.get(key)}
    named = [str(ROLES[role]) for role in ROLES if {role, f"{role}s"} & keys]
    said = _("%(list)s: %(changed)d/%(all)d mục đổi") % {
        "list": SUBJECTS[name], "changed": len(pairs), "all": len(now),
    }  # fmt: skip
    return f"{said} ({', '.join(named)})" if named else said


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
