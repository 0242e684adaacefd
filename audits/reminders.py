"""Reminders of actions: 30, 7 and 1 days before the day, and the day after it to the agency's officers too."""

import datetime
from typing import Any

from django.utils import timezone

from audits import telling
from audits.models import Action, Nonconformity
from qms.clock import today
from qms.models import Appointment, User
from qms.work import due

WORK = "audits.remind"
DAYS = (30, 7, 1, -1)  # before the day; -1 is the day after it
HOUR = datetime.time(7)


def plan(action: Action) -> None:
    """Plans the reminders of an action that are still to come, inside the caller's transaction."""
    for days in DAYS:
        day = action.due - datetime.timedelta(days=days)
        if day >= today():
            at = timezone.make_aware(datetime.datetime.combine(day, HOUR))
            due.plan(_key(action.pk, days), WORK, {"action": action.pk, "days": days}, at)


def cancel(action: Action) -> None:
    """Takes back the reminders of an action that is done."""
    for days in DAYS:
        due.cancel(_key(action.pk, days))


def remind(data: dict[str, Any]) -> None:
    """Tells of one action, where the action is still to be done and its day did not pass meanwhile. For the table of due work."""
    rows = Action.objects.select_related("nonconformity__agency", "person")
    action = rows.filter(
        pk=data["action"], done_on=None, nonconformity__state=Nonconformity.State.AGREED
    ).first()
    if action is None or (data["days"] > 0 and action.due < today()):
        return
    people = {action.person_id: action.person} if _works(action.person) else {}
    if data["days"] < 0 or not people:
        people |= {one.pk: one for one in telling.officers(action.nonconformity.agency)}
    telling.reminded(action, people.values(), days=data["days"])


def _works(person: User) -> bool:
    return person.is_active and Appointment.objects.current().filter(person=person).exists()


def _key(action: int, days: int) -> str:
    return f"action:{action}:{days}"
