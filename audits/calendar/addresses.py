"""Creating, renewing and ending a person's calendar URL, and finding its owner."""

import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from audits.models import CalendarAddress
from qms import access
from qms.clock import now
from qms.models import User

LENGTH = 32  # random bytes, so that it can't be guessed


def of(person: User) -> CalendarAddress | None:
    return CalendarAddress.objects.filter(person=person.pk).first()


@transaction.atomic
def renew(person: User) -> str:
    """Returns a new calendar URL for the person; the previous one stops working. It can't be
    shown again."""
    _hold(person)
    token = secrets.token_urlsafe(LENGTH)
    CalendarAddress.objects.update_or_create(
        person=person, defaults={"hash": _hash(token), "made_at": now()}
    )
    return settings.BASE_URL + reverse("audit_calendar_file", args=[token])


@transaction.atomic
def end(person: User) -> None:
    _hold(person)
    CalendarAddress.objects.filter(person=person.pk).delete()


def person_of(token: str) -> User | None:
    """The owner of the token; None if unknown, or if the owner's account or last appointment
    has ended."""
    row = CalendarAddress.objects.filter(hash=_hash(token)).select_related("person").first()
    if row is None or not row.person.is_active or not access.appointments(row.person):
        return None
    return row.person


def _hold(person: User) -> None:
    """One change of a person's address at a time: a row that another window deletes while it is
    replaced would be an error."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
