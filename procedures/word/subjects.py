"""The subject of a table, judged by its headings and position."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from procedures.word.columns import (
    CODE,
    NO_STEPS,
    PLACE,
    RETENTION,
    TIME,
    WHO,
    role_in_amendments,
    role_in_definitions,
    role_in_dossier,
    role_in_forms,
    role_in_records,
)
from procedures.word.heads import Head, step_roles
from procedures.word.model import Table
from procedures.word.rules import Rule


@dataclass
class Context:
    """The position of a table: kind of section, folded words of the headings above it."""

    section: str = ""
    above: str = ""
    kind: str = ""  # of the document
    place: str = "body"
    rules: tuple[Rule, ...] = ()  # taught by users


def subject_of(head: Head, context: Context, table: Table) -> str:
    """The subject of a table with these headings in this context, or an empty string."""
    labels = head.folded
    if not any(labels) or any(len(x) > 160 for x in labels):
        return ""
    for subject, fits in _SUBJECTS:
        if fits(labels, context):
            return subject
    return "steps" if _of_steps(head, context, table) else ""


def _some(labels: list[str], pattern: str) -> bool:
    return any(re.search(pattern, x) for x in labels)


def _of_amendments(labels: list[str], context: Context) -> bool:
    above = context.above
    amended = _some(labels, r"sua doi|thay doi|bo sung|cap nhat") or re.search(
        r"sua doi|thay doi|lich su", above
    )
    a_log = r"(theo doi|lich su|nhat ky|qua trinh|kiem soat|cap nhat|ghi nhan).{0,200}(sua doi|thay doi)"
    in_place = context.section in ("", "other") or context.place == "front"
    if not amended or not in_place and not re.search(a_log, above):
        return False
    roles = [role_in_amendments(x) for x in labels]
    return "summary" in roles and ("number" in roles or "date" in roles)


def _of_records(labels: list[str], context: Context) -> bool:
    own = context.section == "records"
    strict = RETENTION if own else RETENTION.replace("|^thoi han$", "")
    kept = _some(labels, strict) or context.section != "content" and _some(labels, PLACE)
    if not own and not kept:
        return False
    roles = [role_in_records(x) for x in labels]
    told = "retention" in roles or "place" in roles or own and len(labels) <= 3
    return "name" in roles and told


def _of_a_dossier(labels: list[str], context: Context) -> bool:
    if not (
        _some(labels, r"ban chinh|ban sao|ban goc")
        or re.search(r"thanh phan ho so|thanh phan, so luong|ho so gom", context.above)
        or _some(labels, r"thanh phan ho so|ten giay to")
    ):
        return False
    roles = [role_in_dossier(x) for x in labels]
    timed = _some(labels, r"trach nhiem|thoi gian|thoi han")
    return "name" in roles and not timed and len(labels) >= 2


def _of_definitions(labels: list[str], context: Context) -> bool:
    in_place = context.section == "definitions" and 2 <= len(labels) <= 3
    named = _some(labels, r"thuat ngu|tu viet tat|chu viet tat|^viet tat|tu ngu") and _some(
        labels, r"giai thich|nghia|dien giai|noi dung|day du"
    )
    if not in_place and not named:
        return False
    roles = [role_in_definitions(x) for x in labels]
    return "term" in roles and "meaning" in roles


def _of_forms(labels: list[str], context: Context) -> bool:
    named = (
        _some(labels, r"bieu mau|mau bieu|ten mau")
        and _some(labels, CODE)
        and not _some(labels, rf"{TIME}|{WHO}")
    )
    if context.section != "forms" and not named:
        return False
    roles = [role_in_forms(x) for x in labels]
    return (
        "name" in roles
        and len(labels) >= 2
        and not _some(labels, r"trach nhiem|thoi gian|ho va ten|ho ten|chu ky")
    )


_SUBJECTS: tuple[tuple[str, Callable[[list[str], Context], bool]], ...] = (
    ("amendments", _of_amendments),
    ("records", _of_records),
    ("dossier", _of_a_dossier),
    ("definitions", _of_definitions),
    ("forms", _of_forms),
)


def _of_steps(head: Head, context: Context, table: Table) -> bool:
    labels = head.folded
    if context.kind in ("form", "policy", "objectives", "manual") or context.place != "body":
        return False
    if _some(labels, NO_STEPS) and not _some(labels, r"trinh tu|cac buoc|luu do|tien trinh"):
        return False
    roles = step_roles(head, table)
    told = (
        "action" in roles
        and ("responsible" in roles or "duration" in roles)
        and context.section not in ("references", "forms", "records")
    )
    whole = (
        "responsible" in roles
        and any(x in roles for x in ("duration", "number", "form", "result"))
        or "duration" in roles
        and "number" in roles
    )
    announced = re.search(
        r"cac buoc|trinh tu|quy trinh|luu do|buoc thuc hien", context.above
    ) or _some(labels, r"luu do|trinh tu|cac buoc")
    return told and (whole or bool(announced))
