"""A person's audits as an iCalendar file (RFC 5545): an all-day event per audit, a timed event per own line of the plan."""

import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from audits import rules
from audits.models import Audit, PlanRow
from qms import access
from qms.models import User

MOST = 500
State = Audit.State
RUNNING = (State.PLANNING, State.PLANNED, State.UNDER_WAY)


def of_person(person: User) -> bytes:
    """The person's calendar as iCalendar bytes: running audits that they take part in, and for officers all of their agency.

    A constant number of queries."""
    officer = access.agencies_with(person, *rules.IN_CHARGE)
    mine = rules.memberships(person).values("audit")
    running = Audit.objects.with_names().filter(state__in=RUNNING)
    audits = (running.filter(pk__in=mine) | running.filter(agency__in=officer)).distinct()
    calendar = Calendar()
    calendar.add("prodid", "-//QMS//audits//VI")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Lịch đánh giá"))
    for one in audits.order_by("starts_on", "pk")[:MOST]:
        calendar.add_component(_day_of(one))
    rows = PlanRow.objects.filter(
        auditors__person=person.pk, auditors__ends_on=None, audit__state__in=RUNNING
    )
    for row in rows.select_related("audit", "unit").distinct().order_by("starts_at")[:MOST]:
        calendar.add_component(_hour_of(row))
    found: bytes = calendar.to_ical()
    return found


def _day_of(audit: Audit) -> Event:
    event = _event(f"audit-{audit.pk}", audit.title, audit)
    event.add("dtstart", audit.starts_on)
    event.add("dtend", audit.ends_on + datetime.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("status", "TENTATIVE" if audit.state == State.PLANNING else "CONFIRMED")
    event.add("location", audit.agency.name)
    return event


def _hour_of(row: PlanRow) -> Event:
    title = f"{row.unit.name}: {row.topic}" if row.topic else row.unit.name
    event = _event(f"audit-{row.audit_id}-row-{row.pk}", title, row.audit)
    event.add("dtstart", row.starts_at.astimezone(datetime.UTC))
    event.add("dtend", row.ends_at.astimezone(datetime.UTC))
    if row.place:
        event.add("location", row.place)
    return event


def event_uid(name: str) -> str:
    """The permanent UID of an event."""
    return f"{name}@{settings.BASE_URL.partition('://')[2] or 'qms'}"


def _event(name: str, title: str, audit: Audit) -> Event:
    event = Event()
    event.add("uid", event_uid(name))
    event.add("dtstamp", timezone.now())
    event.add("summary", title)
    event.add("url", settings.BASE_URL + audit.get_absolute_url())
    return event
