"""The data of an audit for devices: its questions, the documents of its plan, earlier findings,
open actions, and the answers so far. Plain JSON, only for members of the team."""

import datetime
from functools import partial
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from audits import answers, grades, rules
from audits.models import Answer, Audit, Finding, Item, Nonconformity, SetAside
from procedures.content.schema import Content
from procedures.files import Addresses
from procedures.models import Version
from procedures.reader import render
from qms.clock import today, written
from qms.models import Event, User

EARLIER = datetime.timedelta(days=3 * 366)
MOST_EARLIER = 200
ARRANGED = (
    "audit_checklist_arranged",
    "audit_questions_assigned",
    "audit_questions_left_out",
    "audit_meeting_moved",
)


def package(audit: Audit) -> dict[str, Any]:
    """Everything except the answers. A constant number of queries; documents come from
    the cache."""
    rows = list(audit.rows.select_related("unit"))
    units = {row.unit_id for row in rows}
    return {
        "title": audit.title,
        "agency": audit.agency.label,
        "days": " · ".join(
            [f"{written(audit.starts_on)} – {written(audit.ends_on)}", *_meetings(audit)]
        ),
        "stamp": stamp(audit),
        "rows": [
            {
                "id": row.pk,
                "unit": row.unit.name,
                "topic": row.topic,
                "time": f"{timezone.localtime(row.starts_at):%H:%M %d/%m}",
            }
            for row in rows
        ],
        "items": [
            _item(item)
            for item in audit.items.select_related("version", "finding", "assigned__person")
        ],
        "documents": documents(audit),
        "findings": [_finding(one) for one in earlier_findings(audit, units)],
        "cases": [_case(one) for one in open_cases(audit, units)],
        "grades": _grades(audit.agency_id),
    }


def _meetings(audit: Audit) -> list[str]:
    """The opening and the closing meeting: name, time and place."""
    return [
        ", ".join(
            part
            for part in (f"{one} {timezone.localtime(one.starts_at):%H:%M %d/%m}", one.place)
            if part
        )
        for one in audit.meetings.all()
    ]


def _grades(agency: int) -> list[dict[str, Any]]:
    """The grades by the agency's names, and which of them need a file."""
    needing = grades.needing_file(agency)
    return [
        {"value": value, "label": name, "file": value in needing}
        for value, name in grades.names(agency).items()
    ]


def stamp(audit: Audit) -> str:
    """Changes when the package does: questions, their order, findings from them, the plan, or a
    meeting."""
    newest = audit.items.aggregate(last=Max("pk"))["last"]
    arranged = Event.objects.filter(subject=f"audit:{audit.pk}", kind__in=ARRANGED).aggregate(last=Max("pk"))["last"]  # fmt: skip
    finding = audit.findings.aggregate(last=Max("pk"))["last"]
    return f"{newest}-{arranged or 0}-{finding}-{audit.plan_fixed_on}-{audit.history.aggregate(last=Max('pk'))['last']}"


def _item(item: Item) -> dict[str, Any]:
    finding: Finding | None = getattr(item, "finding", None)
    return {
        "id": item.pk,
        "row": item.row_id,
        "text": item.text,
        "look": item.look_at,
        "fault": item.fault,
        "clause": item.clause,
        "version": item.version_id,
        "code": (item.version.code or item.version.title) if item.version else "",
        "anchor": item.anchor,
        "who": item.assigned.person_id if item.assigned else None,
        "name": str(item.assigned) if item.assigned else "",
        "finding": {"code": finding.code, "url": finding.get_absolute_url()} if finding else None,
    }


def documents(audit: Audit) -> list[dict[str, Any]]:
    """The versions of the plan as safe HTML, without their pictures."""
    found = []
    for version in Version.objects.filter(pk__in=audit.version_ids).order_by("code", "pk"):
        drawn = render.version(version.pk, version.digest, partial(_content, version), Addresses(0))
        html = "".join(section["html"] for section in [*drawn["sections"], *drawn["rest"]])
        found.append({"id": version.pk, "code": version.code, "title": version.title, "html": html})
    return found


def _content(version: Version) -> Content:
    return version.content


def earlier_findings(audit: Audit, units: set[int]) -> list[Finding]:
    """Findings of other audits in these units within three years, newest first."""
    told = Finding.objects.filter(
        agency=audit.agency_id, unit__in=units, told_on__gte=today() - EARLIER
    ).exclude(audit=audit)
    told = told.exclude(state=Finding.State.DROPPED).select_related("unit")
    return list(told.order_by("-told_on", "-pk")[:MOST_EARLIER])


def open_cases(audit: Audit, units: set[int]) -> list[Nonconformity]:
    """Nonconformities of these units whose correction is not finished, with their actions."""
    rows = Nonconformity.objects.filter(agency=audit.agency_id, unit__in=units)
    rows = rows.exclude(state__in=Nonconformity.ENDED)
    rows = rows.select_related("unit").prefetch_related("actions")
    return list(rows.order_by("-opened_on", "-pk")[:MOST_EARLIER])


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "code": one.code,
        "unit": one.unit.name,
        "clause": one.clause,
        "grade": one.grade_label,
        "seen": one.seen,
        "day": written(one.told_on) if one.told_on else "",
        "state": one.get_state_display(),
    }


def _case(one: Nonconformity) -> dict[str, Any]:
    return {
        "code": one.code,
        "unit": one.unit.name,
        "description": one.description,
        "state": one.get_state_display(),
        "actions": [
            {
                "what": action.what,
                "due": written(action.due),
                "done": written(action.done_on) if action.done_on else "",
            }
            for action in one.actions.all()
        ],
    }


def news(audit: Audit, since: int) -> dict[str, Any]:
    """The answers that count, and the files, of each question answered after the answer with ID
    `since` (0 for all).

    Answers of one audit are added under its lock, so none with a smaller ID appears later."""
    fresh = Answer.objects.filter(item__audit=audit, pk__gt=since)
    items = set(fresh.order_by().values_list("item", flat=True))
    last = since
    by_item: dict[int, list[Answer]] = {pk: [] for pk in items}
    for one in Answer.objects.filter(item__in=items).order_by("pk"):
        by_item[one.item_id].append(one)
        last = max(last, one.pk)
    files = audit.evidence.filter(subject__startswith="item:").values_list("subject", "name")
    held: dict[str, list[str]] = {}
    for subject, name in files.order_by("pk"):
        held.setdefault(subject.partition(":")[2], []).append(name)
    return {
        "until": last,
        "stamp": stamp(audit),
        "open": audit.takes_answers,
        "over": audit.is_told or audit.state == Audit.State.CANCELLED,
        "state": audit.get_state_display(),
        "answers": {pk: [_answer(one) for one in answers.current(by_item[pk])] for pk in by_item},
        "files": held,
    }


def set_aside(audit: Audit, user: User) -> dict[str, Any]:
    """How much of what a person sent waits beside the checklist for the lead: what came too late,
    and what did not fit, with the newest reason; and the page that lists it, for who may see it."""
    waiting = SetAside.objects.filter(audit=audit, by=user, state=SetAside.State.WAITING)
    late = Q(reason=SetAside.Reason.ENDED)
    newest = waiting.exclude(late).order_by("pk").last()
    return {
        "late": _kinds(waiting.filter(late)),
        "other": _kinds(waiting.exclude(late)),
        "why": newest.get_reason_display() if newest else "",
        "url": reverse("audit_set_aside", args=[audit.pk])
        if rules.may_see_checklist(user, audit)
        else "",
    }


def _kinds(waiting: QuerySet[SetAside]) -> dict[str, int]:
    file, finding = Q(file__isnull=False), Q(finding=True)
    return waiting.aggregate(
        answers=Count("pk", filter=~file & ~finding),
        findings=Count("pk", filter=finding),
        files=Count("pk", filter=file),
    )


def _answer(one: Answer) -> dict[str, Any]:
    return {
        "key": one.key,
        "result": one.result,
        "note": one.note,
        "by": one.by_name,
        "who": one.by_id,
        "at": f"{timezone.localtime(one.written_at):%H:%M %d/%m/%Y}",
    }
