"""Mails: each is kept with the act that wrote it, then sent by the background process where a mail server is set up. One that could
not be sent stays readable, and is tried again for a day."""

import datetime
import re
import smtplib
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as Smtp
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from qms import rules
from qms.errors import Refused
from qms.lifecycle.people import home_of
from qms.models import Agency, Mail, User
from qms.proof import journal

WAY_IN = re.compile(
    r"\S*/(?:link|accounts/password/reset/key)/\S+"
)  # an address with which somebody sets a password
PAUSES = [datetime.timedelta(minutes=m) for m in (1, 5, 30, 120, 720)]


def is_set_up() -> bool:
    """Whether a mail server is set up."""
    return bool(settings.EMAIL_HOST)


class Letter(EmailMessage):
    """A mail to one person. A private one stands in no list of mails."""

    def __init__(self, subject: str, body: str, person: User, *, private: bool = False) -> None:
        super().__init__(subject, body, to=[person.email])
        self.person, self.private = person, private


class KeptBackend(BaseEmailBackend):
    """Django's mail backend of this product: writes mails down. A message may carry `person`, `agency` and `private` as attributes."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            keep(message)
        return len(email_messages)


def keep(message: EmailMessage) -> Mail:
    """Writes the mail down inside the caller's transaction; it is sent once that has ended well."""
    to = message.recipients()
    person: User | None = getattr(message, "person", None) or _only_person(to)
    agency: Agency | None = getattr(message, "agency", None)
    waits = is_set_up() and bool(to)
    return Mail.objects.create(
        to=", ".join(to)[:300],
        subject=message.subject[:300],
        body=str(message.body),
        person=person,
        agency=agency,
        private=getattr(message, "private", False),
        error=""
        if waits
        else _("Chưa cấu hình máy chủ thư.")
        if to
        else _("Người nhận chưa có địa chỉ thư."),
        try_after=timezone.now() if waits else None,
    )


def _only_person(to: list[str]) -> User | None:
    """The one account with this address, if it is one."""
    found = list(User.objects.filter(email__iexact=to[0])[:2]) if len(to) == 1 and to[0] else []
    return found[0] if len(found) == 1 else None


def send_waiting(now: datetime.datetime | None = None) -> int:
    """Sends what waits. Returns how many were sent. A mail may go out twice where the process is killed while sending."""
    now = now or timezone.now()
    if not is_set_up():
        return 0
    sent = 0
    for mail in Mail.objects.filter(sent_at__isnull=True, try_after__lte=now).order_by("made_at")[
        :100
    ]:
        try:
            Smtp(fail_silently=False).send_messages(
                [EmailMessage(mail.subject, mail.body, None, mail.to.split(", "))]
            )
        except (
            OSError,
            ValueError,
        ) as problem:  # smtplib's errors are OSErrors; an address that is none is a ValueError
            mail.error = in_words(problem)
            mail.try_after = now + PAUSES[mail.tries] if mail.tries < len(PAUSES) else None
            mail.tries += 1
        else:
            mail.sent_at, mail.error, mail.try_after = timezone.now(), "", None
            sent += 1
        mail.save(update_fields=["sent_at", "error", "tries", "try_after"])
    return sent


def in_words(problem: Exception) -> str:
    """Why a mail was not sent, for who reads the list; what the server said stands behind it."""
    known = [
        (smtplib.SMTPAuthenticationError, _("Máy chủ thư không nhận tài khoản gửi.")),
        (smtplib.SMTPRecipientsRefused, _("Máy chủ thư không nhận địa chỉ người nhận.")),
        (smtplib.SMTPSenderRefused, _("Máy chủ thư không nhận địa chỉ người gửi.")),
        (smtplib.SMTPException, _("Máy chủ thư trả lời lỗi.")),
        (OSError, _("Không kết nối được máy chủ thư.")),
        (ValueError, _("Địa chỉ thư không đúng.")),
    ]
    said = next(words for kind, words in known if isinstance(problem, kind))
    return f"{said} ({str(problem) or type(problem).__name__})"[:1000]


def holds_a_way_in(mail: Mail) -> bool:
    return bool(WAY_IN.search(mail.body))


def without_ways_in(mail: Mail) -> str:
    """The letter as it is shown: without the addresses that would let its reader into the account."""
    return WAY_IN.sub(_("(liên kết không hiện ở đây)"), mail.body)


@transaction.atomic
def reveal(mail: Mail, *, by: User) -> str:
    """The letter with its ways in, so that they can be passed on by hand; who saw them stands in the journal.

    Refused once the letter has been sent: its person has it, and nobody else needs it."""
    if not rules.mails_of(by).filter(pk=mail.pk).exists():
        raise Refused(_("Chỉ người quản lý tài khoản này được xem liên kết."))
    if mail.sent_at:
        raise Refused(_("Thư đã gửi tới người nhận, nên liên kết không hiện lại."))
    subject = f"person:{mail.person_id}" if mail.person_id else f"mail:{mail.pk}"
    journal.append(
        "mail_read",
        subject,
        agency=home_of(mail.person) if mail.person else None,
        by=by,
        name=mail.subject,
    )
    return mail.body


def send_again(mail: Mail) -> None:
    """A person has a mail tried again at the next turn."""
    Mail.objects.filter(pk=mail.pk, sent_at__isnull=True).update(try_after=timezone.now(), tries=0)


def unsent() -> Q:
    return Q(sent_at__isnull=True)
