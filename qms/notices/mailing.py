"""Mails about notices: at once, each morning at seven, each Monday at seven. All pending notices of
a person go into one mail.

A notice is marked as handled in the transaction that writes its mail, under one lock, so that none
is mailed twice, whatever processes run or are killed. Notices read in the meantime, and those whose
recipient can't be reached, need no mail."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.clock import written
from qms.locks import Lock, hold
from qms.models import Appointment, Mail, MailSettings, Notice, User, Way
from qms.notices import kinds
from qms.work import mail
from qms.work.mail import Letter

HOUR = datetime.time(7)
MONDAY = 0
AT_A_TIME = 200  # people written to in one transaction
SHOWN = 50  # notices listed in one mail; the rest only counted


def write_now() -> int:
    """Writes the immediate mails. Returns how many."""
    return _write_all(Q(mail=Way.NOW), "notice", "")


def write_digests(now: datetime.datetime | None = None) -> int:
    """Writes the morning digests: notices from before the last seven o'clock, daily and Mondays.
    Returns how many.

    After downtime it catches up at any hour; notices from after seven wait for the next morning."""
    seven = last_seven(now or timezone.now())
    monday = seven - datetime.timedelta(days=(seven.weekday() - MONDAY) % 7)
    due = Q(mail=Way.DAILY, at__lt=seven) | Q(mail=Way.WEEKLY, at__lt=monday)
    return _write_all(due, f"digest:{seven.date()}", written(seven.date()))


def last_seven(now: datetime.datetime) -> datetime.datetime:
    """The most recent seven in the morning, city time."""
    here = timezone.localtime(now)
    seven = timezone.make_aware(datetime.datetime.combine(here.date(), HOUR))
    return seven if seven <= now else seven - datetime.timedelta(days=1)


def _write_all(due: Q, key: str, day: str) -> int:
    written_so_far = 0
    while True:
        people = Notice.objects.to_mail().filter(due).order_by("person")
        chosen = list(people.values_list("person", flat=True).distinct()[:AT_A_TIME])
        if not chosen:
            return written_so_far
        written_so_far += _write_to(chosen, due, key, day)


@transaction.atomic
def _write_to(people: list[int], due: Q, key: str, day: str) -> int:
    hold(Lock.NOTICE_MAILS)
    rows = Notice.objects.to_mail().filter(due, person__in=people)
    told: dict[int, list[Notice]] = defaultdict(list)
    for one in rows.order_by("at", "pk"):
        told[one.person_id].append(one)
    letters = [
        mail.as_row(_letter(person, unread, language, f"{key}:{person.pk}:{unread[0].pk}", day))
        for person, language in _reached(told)
        if (unread := [one for one in told[person.pk] if one.read_at is None])
    ]
    Mail.objects.bulk_create(letters, ignore_conflicts=True)
    settled = [one.pk for notices in told.values() for one in notices]
    for start in range(0, len(settled), 5000):
        Notice.objects.filter(pk__in=settled[start : start + 5000]).update(
            settled_at=timezone.now()
        )
    return len(letters)


def _reached(people: Iterable[int]) -> list[tuple[User, str]]:
    """[(person, language)] of those with an appointment and a confirmed address; empty without a
    mail server."""
    if not mail.is_set_up():
        return []
    at_work: QuerySet[Appointment] = Appointment.objects.current().filter(person__in=people)
    found = User.objects.filter(pk__in=at_work.order_by().values("person"), is_active=True)
    reached = [one for one in found.order_by("pk") if mail.is_address(one.reachable_at)]
    languages = dict(
        MailSettings.objects.filter(person__in=reached).values_list("person", "language")
    )
    return [(one, languages.get(one.pk) or settings.LANGUAGE_CODE) for one in reached]


def _letter(person: User, notices: list[Notice], language: str, key: str, day: str) -> Letter:
    with translation.override(language):
        lines = [
            {"text": kinds.worded(one.kind, one.facts), "url": settings.BASE_URL + one.url}
            for one in notices[:SHOWN]
        ]
        subject = _subject(lines, len(notices), day)
        facts = {
            "person": person, "subject": subject, "lines": lines, "more": len(notices) - len(lines),
            "list": settings.BASE_URL + reverse("my_notices"), "settings": settings.BASE_URL + reverse("mail_settings"),
        }  # fmt: skip
        text = render_to_string("qms/mail/notices.txt", facts)
        html = render_to_string("qms/mail/notices.html", facts)
    return Letter(subject, text, person, html=html, key=key, private=True)


def _subject(lines: list[dict[str, str]], count: int, day: str) -> str:
    if count == 1:
        return lines[0]["text"][:200]
    said = ngettext("%(count)s thông báo mới", "%(count)s thông báo mới", count) % {"count": count}
    return _("%(said)s đến ngày %(day)s") % {"said": said, "day": day} if day else said
