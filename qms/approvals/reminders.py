"""Reminders of approvals: at half of a step's days, on the last day, then escalated until
somebody acts."""

import datetime
from typing import Any

from django.utils import timezone

from qms import notices
from qms.approvals import people, queries, rules, seats
from qms.clock import today
from qms.models import Absence, Approval, User
from qms.work import due

WORK = "approvals.remind"
HOUR = datetime.time(7)
BEFORE = ("half", "end")
LATE = {"head": 1, "officer": 2, "approver": 3}  # stage of escalation -> days after the last day


def plan(approval: Approval, days: int) -> None:
    """Schedules the reminders of a step that has begun, inside the caller's transaction, and
    cancels those of other steps."""
    cancel(approval)
    last = approval.due_on
    assert last is not None
    moments = {"half": last - datetime.timedelta(days=days // 2), "end": last} | {
        stage: last + datetime.timedelta(days=late) for stage, late in LATE.items()
    }
    for stage, day in moments.items():
        if day > today() and not (stage == "half" and day == last):
            due.plan(
                _key(approval, approval.step, stage),
                WORK,
                {
                    "approval": approval.pk,
                    "step": approval.step,
                    "stage": stage,
                    "due": last.isoformat(),
                },
                timezone.make_aware(datetime.datetime.combine(day, HOUR)),
            )


def cancel(approval: Approval) -> None:
    """Cancels the reminders of all steps."""
    for step in range(len(approval.rule)):
        for stage in (*BEFORE, *LATE):
            due.cancel(_key(approval, step, stage))


def _key(approval: Approval, step: int, stage: str) -> str:
    return f"approval:{approval.pk}:{step}:{stage}"


def remind(data: dict[str, Any]) -> None:
    """Sends a reminder if the step is still open. Handler of due work."""
    rows = Approval.objects.select_related("agency")
    approval = rows.filter(
        pk=data["approval"], step=data["step"], state=Approval.State.OPEN
    ).first()
    if approval is None or approval.due_on is None:
        return
    late = data["stage"] in LATE
    told = {one.pk: one for one in waiting_people(approval)}
    besides = {one.pk: one for one in _line(approval, data["stage"])}
    facts = {"title": approval.title, "day": approval.due_on}
    key = f"{_key(approval, data['step'], data['stage'])}:{data['due']}"
    where: dict[str, Any] = {
        "key": key,
        "url": approval.get_absolute_url(),
        "agency": approval.agency,
    }
    notices.tell(told.values(), "approval_late" if late else "approval_due", facts=facts, **where)
    if not told:  # nobody can sign the step any more
        officers = people.officers(approval.agency_id)
        notices.tell(officers, "approval_without_people", facts=facts, **where)
    names = ", ".join(str(one) for one in told.values()) or "–"
    others = [one for pk, one in besides.items() if pk not in told]
    notices.tell(others, "approval_late_of_others", facts={**facts, "names": names}, **where)


def waiting_people(approval: Approval) -> list[User]:
    """People who may sign the step, and today's substitutes of absent ones who may sign for them."""
    signed = {
        pk for one in queries.signatures_over(approval) for pk in (one.person_id, one.instead_of_id)
    }
    able = [one for one in seats.people_of_step(approval, approval.step) if one.pk not in signed]
    day = today()
    away = Absence.objects.filter(
        agency=approval.agency_id,
        person__in=able,
        starts_on__lte=day,
        ends_on__gte=day,
        substitute__is_active=True,
    ).select_related("substitute")
    known = {one.pk for one in able}
    instead = {one.substitute_id: one.substitute for one in away if one.substitute_id not in known}
    return [*able, *(one for one in instead.values() if rules.may_sign(one, approval))]


def _line(approval: Approval, stage: str) -> list[User]:
    """Further recipients at a stage of escalation: head of the unit, officers, approvers."""
    if stage == "head":
        return people.heads(
            approval.agency_id, {item.unit_id for item in approval.items.all() if item.unit_id}
        )
    if stage == "officer":
        return people.officers(approval.agency_id)
    return people.approvers(approval.agency_id) if stage == "approver" else []
