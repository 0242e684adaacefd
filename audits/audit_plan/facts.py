"""The plan of an audit as plain facts: sealed, signed, and the source of its paper."""

import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from audits.models import Audit, Meeting, Member, PlanRow
from procedures.models import DocumentPage, Version

FORMAT = 1
Facts = dict[str, Any]
ORDER = {part: number for number, part in enumerate(Member.Part.values)}


def declaration() -> str:
    """The lead's declaration on signing, in the active language."""
    return _("Những người có tên ở mục 2 không làm việc tại đơn vị mình đánh giá và không phụ trách đơn vị đó trong hai năm qua, không soạn, không ký, không ban hành tài liệu mình đánh giá và không chịu trách nhiệm trong tài liệu đó trong thời gian ấy, không thực hiện hành động khắc phục của đơn vị mình đánh giá.")  # fmt: skip


def facts(audit: Audit) -> Facts:
    """The current plan. Times are UTC, people are given with IDs and names."""
    rows = list(
        audit.rows.select_related("unit")
        .prefetch_related("auditors__person")
        .order_by("starts_at", "pk")
    )
    titles = _titles(rows)
    named = {one.pk for row in rows for one in row.auditors.all()}
    with translation.override("vi"):
        declared = declaration()
    # Left out if there are none: a plan that was sent before meetings existed stays the same
    meetings = [_meeting(one) for one in audit.meetings.all()]
    return {
        "format": FORMAT,
        "what": "audit_plan",
        "audit": audit.pk,
        "title": audit.title,
        "agency": audit.agency.name,
        "body": audit.body.name if audit.body else "",
        "kind": audit.kind,
        "way": audit.way,
        "criteria": audit.criteria,
        "scope": audit.scope,
        "starts_on": audit.starts_on.isoformat(),
        "ends_on": audit.ends_on.isoformat(),
        "people": [
            {"person": one.person_id, "name": str(one.person), "part": one.part}
            for one in members(audit)
            if one.pk in named or one.part != Member.Part.AUDITOR
        ],
        "rows": [_row(row, titles) for row in rows],
        **({"meetings": meetings} if meetings else {}),
        "declaration": declared,
    }


def members(audit: Audit) -> list[Member]:
    """The members who take part today, the lead first."""
    found = audit.members.filter(ends_on=None).select_related("person")
    return sorted(found, key=lambda one: (ORDER[one.part], one.pk))


def _row(row: PlanRow, titles: dict[int, dict[str, Any]]) -> dict[str, Any]:
    auditors = sorted(row.auditors.all(), key=lambda one: (ORDER[one.part], one.pk))
    return {
        "row": row.pk,
        "starts_at": row.starts_at.astimezone(datetime.UTC).isoformat(),
        "ends_at": row.ends_at.astimezone(datetime.UTC).isoformat(),
        "place": row.place,
        "unit": row.unit_id,
        "unit_name": row.unit.name,
        "topic": row.topic,
        "clauses": row.clauses,
        "documents": [titles[pk] for pk in row.documents if pk in titles],
        "auditors": [
            {"person": one.person_id, "name": str(one.person), "part": one.part} for one in auditors
        ],
    }


def _meeting(one: Meeting) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "starts_at": one.starts_at.astimezone(datetime.UTC).isoformat(),
        "ends_at": one.ends_at.astimezone(datetime.UTC).isoformat(),
        "place": one.place,
    }


def _titles(rows: list[PlanRow]) -> dict[int, dict[str, Any]]:
    """{document ID: code and title} of the version in force, or of the draft if there is none.
    Two queries."""
    wanted = {pk for row in rows for pk in row.documents}
    found = {
        pk: {"document": pk, "code": code, "title": title}
        for pk, code, title in DocumentPage.objects.filter(pk__in=wanted)
        .order_by()
        .values_list("pk", "code", "title")
    }
    for pk, code, title in (
        Version.objects.in_force()
        .filter(document__in=wanted)
        .values_list("document_id", "code", "title")
    ):
        found[pk] = {"document": pk, "code": code, "title": title}
    return found


KEPT = ("starts_at", "ends_at", "place")


def lines_moved(before: Facts, now: Facts) -> list[Facts]:
    """The current lines whose time or place differs from what was signed."""
    signed = {row["row"]: row for row in before["rows"]}
    return [
        row
        for row in now["rows"]
        if row["row"] in signed and any(row[name] != signed[row["row"]][name] for name in KEPT)
    ]


def meetings_moved(before: Facts, now: Facts) -> list[Facts]:
    """The current meetings whose time or place differs from what was signed."""
    signed = {one["kind"]: one for one in before.get("meetings", ())}
    return [
        one
        for one in now.get("meetings", ())
        if one["kind"] in signed and any(one[name] != signed[one["kind"]][name] for name in KEPT)
    ]


def auditors_changed(before: Facts, now: Facts) -> list[tuple[str, str, str]]:
    """[(unit, signed auditors, current auditors)] of lines whose auditors differ from what
    was signed."""
    signed = {row["row"]: row for row in before["rows"]}
    found = []
    for row in now["rows"]:
        old = signed.get(row["row"])
        if old is None:
            continue
        names = [", ".join(one["name"] for one in each["auditors"]) for each in (old, row)]
        if names[0] != names[1]:
            found.append((row["unit_name"], names[0], names[1]))
    return found
