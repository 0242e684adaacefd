"""Failures to prove oneself when signing: each is an event; when they lock signing, the person and the officers are told."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from qms.approvals import people, signing
from qms.models import Approval, User
from qms.proof import journal
from qms.work import mail


def failed(person: User, approval: Approval, *, locks: bool) -> None:
    """Writes the event of one failure, and of the lock and its mails where this was the last one allowed."""
    subject = f"person:{person.pk}"
    journal.append(
        "signing_failed", subject, agency=approval.agency, by=person, title=approval.title
    )
    if not locks:
        return
    told = {person.pk: person} | {one.pk: one for one in people.officers(approval.agency_id)}
    with translation.override("vi"):
        for one in told.values():
            _write(one, person, approval)
    journal.append(
        "signing_locked",
        subject,
        agency=approval.agency,
        by=person,
        title=approval.title,
        told=", ".join(one.username for one in told.values()),
    )


def _write(to: User, person: User, approval: Approval) -> None:
    facts = {
        "to": to,
        "person": person,
        "approval": approval,
        "limit": signing.LIMIT,
        "minutes": int(signing.WINDOW.total_seconds() // 60),
        "address": settings.BASE_URL + approval.get_absolute_url(),
    }
    body = render_to_string("approvals/mail/locked.txt", facts)
    mail.Letter(
        _("Việc ký của %(name)s tạm khóa vì nhập sai nhiều lần") % {"name": person},
        body,
        to,
        private=True,
    ).send()
