"""A person's audits as an iCalendar file (RFC 5545): an all-day event per audit, a timed event per
own line of the plan and per meeting of the own audits."""

import datetime
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from audits import rules
from audits.models import Audit, Meeting, PlanRow
from qms import access
from qms.models import User

MOST = 500
State = Audit.State
BEGIN = "BEGIN:VEVENT\r\n"
RUNNING = (State.PLANNING, State.PLANNED, State.UNDER_WAY)


def of_person(person: User) -> bytes:
    """The person's calendar as iCalendar bytes: running audits that they take part in, and for
    officers all of their agency.

    A constant number of queries."""
    officer = access.agencies_with(person, *rules.IN_CHARGE)
    mine = rules.memberships(person).values("audit")
    running = Audit.objects.with_names().filter(state__in=RUNNING)
    audits = (running.filter(pk__in=mine) | running.filter(agency__in=officer)).distinct()
    calendar = Calendar()
    calendar.add("prodid", "-//QMS//audits//VI")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Lịch đánh giá"))
    events = [_day_of(one) for one in audits.order_by("starts_on", "pk")[:MOST]]
    rows = PlanRow.objects.filter(
        auditors__person=person.pk, auditors__ends_on=None, audit__state__in=RUNNING
    )
    rows = rows.select_related("audit", "unit").distinct().order_by("starts_at")[:MOST]
    events += [_hour_of(row) for row in rows]
    meetings = Meeting.objects.filter(
        audit__members__person=person.pk, audit__members__ends_on=None, audit__state__in=RUNNING
    )
    meetings = meetings.select_related("audit").distinct().order_by("starts_at")[:MOST]
    events += [_meeting_of(one) for one in meetings]
    stamp = f"{BEGIN}DTSTAMP:{timezone.now():%Y%m%dT%H%M%SZ}\r\n"  # the clock is in UTC
    head, end, rest = calendar.to_ical().decode().rpartition("END:VCALENDAR")
    return "".join([head, *(stamp + one.removeprefix(BEGIN) for one in events), end, rest]).encode()


def _day_of(audit: Audit) -> str:
    return _written(
        event_uid(f"audit-{audit.pk}"),
        audit.title,
        settings.BASE_URL + audit.get_absolute_url(),
        audit.starts_on,
        audit.ends_on + datetime.timedelta(days=1),
        audit.agency.name,
        "TENTATIVE" if audit.state == State.PLANNING else "CONFIRMED",
    )


def _hour_of(row: PlanRow) -> str:
    title = f"{row.unit.name}: {row.topic}" if row.topic else row.unit.name
    return _written(
        uid_of(row),
        title,
        settings.BASE_URL + row.audit.get_absolute_url(),
        row.starts_at.astimezone(datetime.UTC),
        row.ends_at.astimezone(datetime.UTC),
        row.place,
    )


def _meeting_of(meeting: Meeting) -> str:
    return _written(
        uid_of(meeting),
        f"{meeting.audit.title} – {meeting}",
        settings.BASE_URL + meeting.audit.get_absolute_url(),
        meeting.starts_at.astimezone(datetime.UTC),
        meeting.ends_at.astimezone(datetime.UTC),
        meeting.place,
    )


@lru_cache(maxsize=10_000)  # calendars ask each hour: writing an event again takes most of the time
def _written(
    uid: str,
    title: str,
    url: str,
    starts: datetime.date,
    ends: datetime.date,
    place: str,
    status: str = "",
) -> str:
    """An event without its DTSTAMP; all day long if it has a status. Says the same for the same
    facts, so it can't be stale."""
    event = Event()
    event.add("uid", uid)
    event.add("summary", title)
    event.add("url", url)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    if status:
        event.add("transp", "TRANSPARENT")
        event.add("status", status)
    if place:
        event.add("location", place)
    written: str = event.to_ical().decode()
    return written


def event_uid(name: str) -> str:
    """The permanent UID of an event."""
    return f"{name}@{settings.BASE_URL.partition('://')[2] or 'qms'}"


def uid_of(one: PlanRow | Meeting) -> str:
    """The permanent UID of a line or a meeting; a meeting that is removed and added again
    keeps it."""
    if isinstance(one, Meeting):
        return event_uid(f"audit-{one.audit_id}-{one.kind}")
    return event_uid(f"audit-{one.audit_id}-row-{one.pk}")
