"""Mails: each is stored with the act that wrote it, then sent by the background process if a mail
server is set up (`qms.work.sending`). A mail that could not be sent stays readable, and is retried.
"""

import base64
import hashlib
import re
import smtplib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from email.mime.base import MIMEBase
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from qms import rules
from qms.errors import Refused
from qms.lifecycle.people import home_of
from qms.models import Agency, Mail, MailSettings, User
from qms.proof import journal

# Links with which somebody sets a password
SIGN_IN_LINK = re.compile(r"(?<!\S)\S*/(?:link|accounts/password/reset/key)/\S+")
FILES_MOST = 5 * 1024 * 1024  # bytes of all files of a mail
File = tuple[str, bytes, str]  # name, bytes, type


def is_set_up() -> bool:
    """Whether a mail server is set up."""
    return bool(settings.EMAIL_HOST)


def is_address(text: str) -> bool:
    """Whether a mail server would accept it as an address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def language_of(person: User, otherwise: str = "") -> str:
    """The language in which the person wants mails."""
    chosen = MailSettings.objects.filter(person=person).values_list("language", flat=True).first()
    found = chosen or otherwise
    return found if found in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@contextmanager
def in_language_of(person: User, otherwise: str = "") -> Iterator[None]:
    """Activates the reader's language for wording a mail. `otherwise`: the language if they chose
    none."""
    with translation.override(language_of(person, otherwise)):
        yield


class Letter(EmailMultiAlternatives):
    """A mail to one person, at their confirmed address (`to`: at this one, confirmed or not).

    A private one is not shown in the list of mails. With a key it is written only once."""

    def __init__(
        self,
        subject: str,
        body: str,
        person: User,
        *,
        html: str = "",
        key: str = "",
        private: bool = False,
        files: Iterable[File] = (),
        to: str = "",
    ) -> None:
        super().__init__(" ".join(subject.split()), body, to=[to or person.reachable_at])
        self.person, self.private, self.key = person, private, key
        if html:
            self.attach_alternative(html, "text/html")
        for name, data, mime in files:
            self.attach(name, data, mime)


class StoringBackend(BaseEmailBackend):
    """This product's mail backend for Django: stores mails. A message may have `person`, `agency`,
    `private` and `key`."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            store(message)
        return len(email_messages)


@transaction.atomic
def store(message: EmailMessage) -> Mail:
    """Stores the mail inside the caller's transaction; it is sent once that has committed. If the
    key exists, returns the existing mail instead. Raises ValueError if its files are too large."""
    row = as_row(message)
    if not row.key:
        row.save(force_insert=True)
        return row
    Mail.objects.bulk_create([row], ignore_conflicts=True)
    return Mail.objects.get(key=row.key)


def as_row(message: EmailMessage) -> Mail:
    """The mail as an unsaved row. Without an HTML part one with the same text is added."""
    to = message.recipients()
    person: User | None = getattr(message, "person", None) or _only_person(to)
    agency: Agency | None = getattr(message, "agency", None)
    error = _why_not_sent(to)
    key = getattr(message, "key", "")
    subject, body = " ".join(str(message.subject).split())[:300], str(message.body)
    return Mail(
        to=", ".join(to)[:300],
        subject=subject,
        body=body,
        html=_html_of(message) or html_of_text(subject, body),
        files=_files_of(message),
        key=key,
        message_id=message_id(key or str(uuid.uuid4())),
        person=person,
        agency=agency,
        private=getattr(message, "private", False),
        error=error,
        try_after=None if error else timezone.now(),
    )


def _why_not_sent(to: list[str]) -> str:
    """Reason why sending will not even be tried; empty if it will."""
    if not any(to):
        return _("Người nhận chưa có địa chỉ thư đã xác nhận.")
    if not all(is_address(address) for address in to):
        return _("Địa chỉ thư không đúng.")
    return "" if is_set_up() else _("Chưa cấu hình máy chủ thư.")


def message_id(key: str) -> str:
    """The Message-ID of the mail with this key: always the same, and it reveals nothing of
    the key."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


def html_of_text(subject: str, body: str) -> str:
    """The HTML part of a text-only mail."""
    return render_to_string("qms/mail/text.html", {"subject": subject, "body": body})


def _html_of(message: EmailMessage) -> str:
    parts = getattr(message, "alternatives", [])
    return next((str(part[0]) for part in parts if part[1] == "text/html"), "")


def _files_of(message: EmailMessage) -> list[dict[str, str]]:
    """The attachments as stored with the mail: they belong to it alone, and are deleted with it."""
    found, size = [], 0
    for one in message.attachments:
        if isinstance(one, MIMEBase):
            raise ValueError("attach files to a mail by name, content and type")
        name, content, mime = one
        data = content.encode() if isinstance(content, str) else bytes(content)
        size += len(data)
        kept = base64.b64encode(data).decode()
        found.append(
            {
                "name": str(name or "tep"),
                "mime": mime or "application/octet-stream",
                "base64": kept,
            }
        )
    if size > FILES_MOST:
        raise ValueError("the files of a mail are too large")
    return found


def _only_person(to: list[str]) -> User | None:
    """The only account with this address, if there is exactly one."""
    found = list(User.objects.filter(email__iexact=to[0])[:2]) if len(to) == 1 and to[0] else []
    return found[0] if len(found) == 1 else None


def in_words(problem: Exception) -> str:
    """Why a mail was not sent, for the list's reader; the server's response follows."""
    if not isinstance(problem, OSError):
        return _("Địa chỉ thư không đúng.") + f" ({str(problem) or type(problem).__name__})"[:1000]
    known = [
        (smtplib.SMTPAuthenticationError, _("Máy chủ thư không nhận tài khoản gửi.")),
        (smtplib.SMTPRecipientsRefused, _("Máy chủ thư không nhận địa chỉ người nhận.")),
        (smtplib.SMTPSenderRefused, _("Máy chủ thư không nhận địa chỉ người gửi.")),
        (smtplib.SMTPException, _("Máy chủ thư trả lời lỗi.")),
        (OSError, _("Không kết nối được máy chủ thư.")),
    ]
    said = next(words for kind, words in known if isinstance(problem, kind))
    return f"{said} ({str(problem) or type(problem).__name__})"[:1000]


def has_sign_in_link(mail: Mail) -> bool:
    return bool(SIGN_IN_LINK.search(mail.body))


def without_sign_in_links(mail: Mail) -> str:
    """The mail for display: without the links with which its reader could take the account over."""
    return SIGN_IN_LINK.sub(_("(liên kết không hiện ở đây)"), mail.body)


@transaction.atomic
def reveal(mail: Mail, *, by: User) -> str:
    """The mail with its sign-in links, so that they can be passed on by hand; the journal records
    who saw them.

    Raises Refused once the mail has been sent: its recipient has the links, and nobody else needs
    them."""
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
    """Has a mail retried at the next run, on a user's request. Raises Refused if it has just been
    sent or deleted."""
    unsent = Mail.objects.filter(pk=mail.pk, sent_at__isnull=True)
    if not unsent.update(try_after=timezone.now(), tries=0):
        raise Refused(_("Thư này vừa được gửi hoặc vừa bị xóa. Hãy tải lại danh sách."))


def unsent() -> Q:
    return Q(sent_at__isnull=True)
