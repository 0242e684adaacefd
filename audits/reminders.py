"""Reminders of actions: 30, 7 and 1 days before the due day. Overdue ones are escalated: the day
after to the head of the unit and the officers, after a week to the agency's head, and on days set
by the city to its overseers."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audits import telling
from audits.models import Action, CorrectionRule, Nonconformity
from qms.clock import today
from qms.models import Agency, Appointment, User
from qms.work import due

WORK = "audits.remind"
DAYS = (30, 7, 1, -1, -7)  # before the day; negative ones are after it
TO_THE_HEAD = -7
HOUR = datetime.time(7)
State = Nonconformity.State


def city_days() -> list[int]:
    """Numbers of days overdue on which the overseers are notified."""
    rule = CorrectionRule.objects.filter(agency=None).first()
    return [int(days) for days in rule.overseer_days] if rule else []


def plan(action: Action) -> None:
    """Schedules the remaining reminders of an action, inside the caller's transaction."""
    for days in {*DAYS, *(-late for late in city_days())}:
        day = action.due - datetime.timedelta(days=days)
        if day >= today():
            at = timezone.make_aware(datetime.datetime.combine(day, HOUR))
            data = {"action": action.pk, "days": days, "due": action.due.isoformat()}
            due.plan(_key(action, days), WORK, data, at)


def cancel(action: Action) -> None:
    """Cancels the reminders of an action that is done or was extended."""
    for days in {*DAYS, *(-late for late in city_days())}:
        due.cancel(_key(action, days))


def remind(data: dict[str, Any]) -> None:
    """Sends one reminder if the action is still open and its due day unchanged. Handler of
    due work."""
    rows = Action.objects.select_related("nonconformity__agency", "person")
    action = rows.filter(pk=data["action"], done_on=None, nonconformity__state=State.AGREED).first()
    if action is None or data.get("due", action.due.isoformat()) != action.due.isoformat():
        return
    days = data["days"]
    if days > 0 and action.due < today():
        return
    people = [action.person] if works(action.person) else []
    if days < 0 or not people:
        people += telling.up_the_line(action, heads=days <= TO_THE_HEAD)
    if -days in city_days():
        people += telling.overseers()
    telling.reminded(action, {one.pk: one for one in people}.values(), days=days)


def look_for_doers() -> None:
    """Notifies the head of the unit of each action whose doer has no appointment any more. Run
    hourly in the background."""
    for action in orphaned().select_related("nonconformity__agency").order_by("pk")[:500]:
        telling.without_doer(action)


def orphaned() -> "QuerySet[Action]":
    """Open actions whose doer has no appointment in the agency any more."""
    posts = Appointment.objects.current().filter(
        person=OuterRef("person"), person__is_active=True, agency=OuterRef("nonconformity__agency")
    )
    return Action.objects.filter(~Exists(posts), done_on=None, nonconformity__state=State.AGREED)


def of_people_left(agencies: Iterable[Agency]) -> "QuerySet[Action]":
    """Actions of all who held an appointment in these agencies that is not valid today; whoever was
    given an action held one then. Few people, so that few actions are read."""
    held = {"agency__in": [one.pk for one in agencies]}
    valid = Appointment.objects.current().filter(person__is_active=True, **held)
    left = Appointment.objects.filter(**held).exclude(pk__in=valid.values("pk"))
    withdrawn = Appointment.history.filter(history_type="-", **held)
    whose = Q(person__in=left.values("person")) | Q(person__in=withdrawn.values("person"))
    return Action.objects.filter(whose).order_by()


def works(person: User) -> bool:
    return person.is_active and Appointment.objects.current().filter(person=person).exists()


def _key(action: Action, days: int) -> str:
    return f"action:{action.pk}:{action.due:%Y%m%d}:{days}"
