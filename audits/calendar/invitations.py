"""Mails with a calendar file that invite somebody to a line of a plan, move it or cancel it
(iCalendar RFC 5545, iTIP RFC 5546).

Each message has one event, with the same UID as in the calendar feed, so that programs show
it once."""

import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from audits.calendar.feed import uid_of
from audits.models import Invitation
from qms.clock import written
from qms.work import mail

REQUEST, CANCEL = "REQUEST", "CANCEL"
__all__ = ["calendar_of", "send", "uid_of"]


def calendar_of(one: Invitation) -> bytes:
    """The iCalendar file for the current invitation: REQUEST, or CANCEL once it is cancelled."""
    method = CANCEL if one.state == Invitation.State.CANCELLED else REQUEST
    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", timezone.now())
    event.add("dtstart", one.starts_at.astimezone(datetime.UTC))
    event.add("dtend", one.ends_at.astimezone(datetime.UTC))
    event.add("summary", one.what)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    if one.place:
        event.add("location", one.place)
    event.add("url", settings.BASE_URL + one.get_absolute_url())
    organizer = vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL.rpartition('<')[2].rstrip('>')}")
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{one.person.reachable_at}")
    attendee.params["cn"] = vText(str(one.person))
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("NEEDS-ACTION")
    attendee.params["rsvp"] = vText("FALSE")  # answered on the page, not by mail
    event.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", "-//QMS//audits//VI")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found


def send(one: Invitation) -> None:
    """Queues the mail inside the caller's transaction; does nothing without a confirmed address or
    a mail server."""
    if not mail.is_set_up() or not mail.is_address(one.person.reachable_at):
        return
    method = CANCEL if one.state == Invitation.State.CANCELLED else REQUEST
    with mail.in_language_of(one.person):
        subject = _subject(one) % {"what": one.what, "day": _day(one)}
        context: dict[str, Any] = {
            "person": one.person, "invitation": one, "subject": subject, "called_off": method == CANCEL,
            "answers": one.is_auditees and method == REQUEST, "day": _day(one), "url": settings.BASE_URL + one.get_absolute_url(),
            "starts": timezone.localtime(one.starts_at), "ends": timezone.localtime(one.ends_at),
        }  # fmt: skip
        text = render_to_string("audits/mail/invitation.txt", context)
        event = calendar_of(one)
    file = ("lich-danh-gia.ics", event, f"text/calendar; method={method}")
    letter = mail.Letter(
        subject, text, one.person, key=f"invitation:{one.pk}:{one.sequence}", private=True, files=[file]
    )  # fmt: skip
    mail.store(letter)


def _subject(one: Invitation) -> str:
    if one.state == Invitation.State.CANCELLED:
        return _("Hủy lịch đánh giá: %(what)s, %(day)s")
    if one.sequence:
        return _("Đổi lịch đánh giá: %(what)s, %(day)s")
    return _("Mời đánh giá: %(what)s, %(day)s")


def _day(one: Invitation) -> str:
    return written(timezone.localtime(one.starts_at).date())
