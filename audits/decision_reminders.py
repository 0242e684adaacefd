"""Reminders of decisions of a management review: 30, 7 and 1 days before the due day; the day after
it also to the officers, after a week to the agency's head."""

import datetime
from typing import Any

from django.utils import timezone

from audits import telling
from audits.models import Decision
from audits.reminders import DAYS, HOUR, TO_THE_HEAD, works
from qms.clock import today
from qms.work import due

WORK = "audits.remind_decision"


def plan(decision: Decision) -> None:
    """Schedules the remaining reminders, inside the caller's transaction."""
    for days in DAYS:
        day = decision.due - datetime.timedelta(days=days)
        if day >= today():
            at = timezone.make_aware(datetime.datetime.combine(day, HOUR))
            due.plan(_key(decision, days), WORK, {"decision": decision.pk, "days": days}, at)


def cancel(decision: Decision) -> None:
    """Cancels the reminders of a finished decision."""
    for days in DAYS:
        due.cancel(_key(decision, days))


def remind(data: dict[str, Any]) -> None:
    """Sends one reminder if the decision is still open. Handler of due work."""
    rows = Decision.objects.select_related("review__agency", "person").filter(done_on=None)
    decision = rows.filter(pk=data["decision"]).first()
    if decision is None or (data["days"] > 0 and decision.due < today()):
        return
    people = [decision.person] if works(decision.person) else []
    if data["days"] < 0 or not people:
        people += telling.in_charge(decision.review.agency, heads=data["days"] <= TO_THE_HEAD)
    telling.decision_reminded(decision, {one.pk: one for one in people}.values(), data["days"])


def _key(decision: Decision, days: int) -> str:
    return f"decision:{decision.pk}:{days}"
