"""Reminders of approvals by mail: at half of a step's days, on the last day, then up the line until somebody acts."""

import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from qms.approvals import people, seats
from qms.clock import today
from qms.models import Absence, Approval, User
from qms.work import due, mail

WORK = "approvals.remind"
HOUR = datetime.time(7)
STAGES = ("half", "end", "head", "officer", "approver")  # the last three: one, two, three days late


def plan(approval: Approval, days: int) -> None:
    """Plans the reminders of the step that has begun, inside the caller's transaction; those of other steps are taken back."""
    cancel(approval)
    assert approval.due_on is not None
    last = approval.due_on
    moments = {
        "half": last - datetime.timedelta(days=days // 2),
        "end": last,
        "head": last + datetime.timedelta(days=1),
        "officer": last + datetime.timedelta(days=2),
        "approver": last + datetime.timedelta(days=3),
    }
    for stage, day in moments.items():
        if day > today() and not (stage == "half" and day == last):
            due.plan(
                _key(approval, stage),
                WORK,
                {"approval": approval.pk, "step": approval.step, "stage": stage},
                timezone.make_aware(datetime.datetime.combine(day, HOUR)),
            )


def cancel(approval: Approval) -> None:
    """Takes back what is planned for any step."""
    for step in range(len(approval.rule)):
        for stage in STAGES:
            due.cancel(f"approval:{approval.pk}:{step}:{stage}")


def _key(approval: Approval, stage: str) -> str:
    return f"approval:{approval.pk}:{approval.step}:{stage}"


def remind(data: dict[str, Any]) -> None:
    """Writes one reminder where the step still waits. For the table of due work."""
    approval = (
        Approval.objects.select_related("agency")
        .filter(pk=data["approval"], step=data["step"], state=Approval.State.OPEN)
        .first()
    )
    if approval is None:
        return
    waiting = _waiting(approval)
    told = {one.pk: one for one in [*waiting, *_line(approval, data["stage"])]}
    if not told:  # nobody holds the step any more
        told = {one.pk: one for one in people.officers(approval.agency_id)}
    with translation.override("vi"):
        for one in told.values():
            _write(approval, one, waiting, late=data["stage"] not in ("half", "end"))


def _waiting(approval: Approval) -> list[User]:
    """Who may sign the step, and today's substitutes of those who are away."""
    signed = set(approval.signatures.filter(step=approval.step).values_list("person", flat=True))
    able = [one for one in seats.people_of_step(approval, approval.step) if one.pk not in signed]
    away = Absence.objects.filter(
        agency=approval.agency_id,
        person__in=able,
        starts_on__lte=today(),
        ends_on__gte=today(),
        substitute__is_active=True,
    ).select_related("substitute")
    return [*able, *(one.substitute for one in away)]


def _line(approval: Approval, stage: str) -> list[User]:
    """Who is told besides, the later the higher: head of the unit, officers, approvers."""
    units = {item.unit_id for item in approval.items.all() if item.unit_id}
    told = {
        "head": lambda: people.heads(approval.agency_id, units),
        "officer": lambda: people.officers(approval.agency_id),
        "approver": lambda: people.approvers(approval.agency_id),
    }
    return told[stage]() if stage in told else []


def _write(approval: Approval, to: User, waiting: list[User], *, late: bool) -> None:
    subject = _("Quá hạn ký: %(title)s") if late else _("Nhắc ký: %(title)s")
    facts = {
        "approval": approval,
        "to": to,
        "late": late,
        "mine": to.pk in {one.pk for one in waiting},
        "waiting": ", ".join(str(one) for one in waiting),
        "address": settings.BASE_URL + approval.get_absolute_url(),
    }
    body = render_to_string("approvals/mail/reminder.txt", facts)
    mail.Letter(subject % {"title": approval.title}, body, to, private=True).send()
