"""Sends mails: at least once, over one connection per run. Several processes may send at once.

A mail is claimed by postponing its next attempt, outside any transaction: no lock is held while
waiting for the server. A mail claimed by a killed process is sent again after a while, under the
same Message-ID, so that its reader's mail program drops the second copy."""

import base64
import datetime
import logging
import smtplib

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend as Smtp
from django.utils import timezone

from qms.models import Mail
from qms.work.mail import in_words, is_set_up

log = logging.getLogger("qms.work.sending")
PAUSES = [datetime.timedelta(minutes=m) for m in (1, 5, 30, 120, 720, 1440)]
CLAIMED = datetime.timedelta(minutes=5)  # after which a mail whose sender was killed is sent again
AWAY = datetime.timedelta(minutes=2)  # between attempts while the server is unreachable
GIVEN_UP = datetime.timedelta(days=7)  # since it was written, while the server is unreachable
AT_A_TIME = 200


def send_waiting(now: datetime.datetime | None = None) -> int:
    """Sends pending mails, oldest first. Returns how many were sent."""
    now = now or timezone.now()
    if not is_set_up():
        return 0
    waiting = Mail.objects.filter(sent_at__isnull=True, try_after__lte=now)
    numbers = list(waiting.order_by("made_at", "pk").values_list("pk", flat=True)[:AT_A_TIME])
    if not numbers:
        return 0
    server = Smtp(fail_silently=False)
    try:
        server.open()
    except OSError as problem:  # smtplib's errors are OSErrors
        _postpone(numbers, now, problem)
        return 0
    try:
        return _send_all(server, numbers, now)
    finally:
        server.close()


def _send_all(server: Smtp, numbers: list[int], now: datetime.datetime) -> int:
    sent = 0
    for number in numbers:
        mail = _claim(number, now)
        if mail is None:
            continue
        try:
            server.send_messages([message(mail)])
        except smtplib.SMTPServerDisconnected as problem:
            _failed(mail, now, problem)
            break  # the next run opens a new connection
        except Exception as problem:  # a fault of one mail must not stop the others
            _failed(mail, now, problem)
        else:
            Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), error="", try_after=None)
            sent += 1
    return sent


def _claim(number: int, now: datetime.datetime) -> Mail | None:
    """The mail, unless somebody else has claimed it since."""
    mine = Mail.objects.filter(pk=number, sent_at__isnull=True, try_after__lte=now)
    if not mine.update(try_after=now + CLAIMED):
        return None
    return Mail.objects.filter(pk=number).first()


def _failed(mail: Mail, now: datetime.datetime, problem: Exception) -> None:
    final = not isinstance(problem, OSError) or _refuses_for_good(problem)
    if not isinstance(problem, (OSError, ValueError)):
        log.warning("mail %s can't be written as a message", mail.pk, exc_info=problem)
    again = None if final or mail.tries >= len(PAUSES) else now + PAUSES[mail.tries]
    Mail.objects.filter(pk=mail.pk).update(
        error=in_words(problem), try_after=again, tries=mail.tries + 1
    )


def _refuses_for_good(problem: Exception) -> bool:
    """Whether the server permanently refuses all the addresses."""
    return isinstance(problem, smtplib.SMTPRecipientsRefused) and all(
        500 <= code < 600 for code, _said in problem.recipients.values()
    )


def _postpone(numbers: list[int], now: datetime.datetime, problem: OSError) -> None:
    """Postpones mails because the server is unreachable. That does not count as one of their
    attempts; after a week they are given up."""
    waiting = Mail.objects.filter(pk__in=numbers, sent_at__isnull=True, try_after__lte=now)
    said = in_words(problem)
    waiting.filter(made_at__lt=now - GIVEN_UP).update(error=said, try_after=None)
    waiting.update(error=said, try_after=now + AWAY)


def message(mail: Mail) -> EmailMultiAlternatives:
    """The mail as it goes over the wire."""
    headers = {"Auto-Submitted": "auto-generated"}
    if mail.message_id:
        headers["Message-ID"] = mail.message_id
    made = EmailMultiAlternatives(
        mail.subject, mail.body, None, mail.to.split(", "), headers=headers
    )
    if mail.html:
        made.attach_alternative(mail.html, "text/html")
    for file in mail.files:
        made.attach(file["name"], base64.b64decode(file["base64"]), file["mime"])
    return made
