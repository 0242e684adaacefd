"""A user's reading tasks: in "my work", and on the page of the document itself."""

import datetime
from dataclasses import dataclass
from typing import cast

from django.urls import reverse
from django.utils.translation import gettext as _

from procedures.models import Confirmation, ReadingRule, Version
from procedures.readership.reading import rules
from procedures.readership.reading.audience import covers
from procedures.readership.reading.duties import Duties, Duty, Reading, of_person, rules_for
from qms import access
from qms.access import Person
from qms.approvals import signing
from qms.approvals.forms import SecretForm
from qms.clock import today, written
from qms.frame import Task
from qms.models import User

MOST = 20


def tasks(user: Person, *, most: int | None = MOST) -> list[Task]:
    """What the user must read, earliest due date first; everything without `most`."""
    if not user.is_authenticated or user.pk is None:
        return []
    return [
        Task(
            f"{duty.reading.code} {duty.reading.title}".strip(),
            reverse("document", args=[duty.reading.document]) + "#da-doc",
            _("đọc và xác nhận trước hết ngày %(day)s") % {"day": written(duty.due)},
            duty.overdue,
        )
        for duty in of_person(user.pk, access.home_agencies(user))[:most]
    ]


@dataclass(frozen=True)
class OnPage:
    """The reading status on the page of a version: for the user, for those who may see its readers,
    and in figures without names for the overseers."""

    duty: Duty | None
    given: Confirmation | None
    sees_readers: bool
    figures: dict[str, int] | None = None
    signature: SecretForm | None = None  # the secret to enter if the confirmation is signed
    way: str = ""  # how the user proves their identity; empty: no means yet
    locked: datetime.datetime | None = None  # the end of the user's signing lock


def on_page(user: Person, version: Version, *, in_force: bool) -> OnPage | None:
    """None if there is nothing to show."""
    if not user.is_authenticated or user.pk is None:
        return None
    scope = rules.scope(user, version.agency)
    given = Confirmation.objects.filter(version=version, person=user.pk).first()
    asked = in_force and given is None and access.roles_in(user, version.agency_id)
    duty, signed = _duty(user.pk, version) if asked else (None, False)
    sees = scope is not None and scope.names
    figures = _figures(version, in_force) if scope is not None and not scope.names else None
    if not (duty or given or sees or figures):
        return None
    if duty is None or not signed:
        return OnPage(duty, given, sees, figures)
    person = cast(User, user)
    way = signing.way_of(person)
    secret = SecretForm(way=way)
    return OnPage(duty, given, sees, figures, secret, way, signing.locked_until(person))


def _duty(person: int, version: Version) -> tuple[Duty | None, bool]:
    """The user's duty about the version in force, and whether it needs a signature."""
    duties, reading = _asked(version, person)
    if duties is None or reading is None:
        return None, False
    return duties.of(person, reading), any(one.signed for one in rules_for(duties, reading, person))


def _figures(version: Version, in_force: bool) -> dict[str, int] | None:
    """How many must read the version, have read it and are late; of one no longer in force, how
    many confirmed it. None if there is nothing to count."""
    duties, reading = _asked(version) if in_force else (None, None)
    if duties is None or reading is None:
        done = Confirmation.objects.filter(version=version).count()
        return {"must": 0, "done": done, "late": 0} if done else None
    duties.look_at([reading])
    tally = duties.tally(reading)
    return {"must": len(tally.must), "done": len(tally.done), "late": len(tally.late)}


def _asked(version: Version, person: int | None = None) -> tuple[Duties | None, Reading | None]:
    """The duties about a version in force; one query if no rule covers it."""
    applying = ReadingRule.objects.filter(agency=version.agency_id).on(today())
    if not any(
        covers(rule.what, document=version.document_id, kind=version.kind, key=version.code_key)
        for rule in applying
    ):
        return None, None
    duties = Duties(version.agency, person=person)
    return duties, next((one for one in duties.readings if one.version == version.pk), None)
