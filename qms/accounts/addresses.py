"""Whether an account's e-mail address may receive a way in.

An address that an agency's administrator wrote still leads to that administrator after the person was promoted out of
their power. Until the person, or somebody with power over the account now, confirms it, no link is mailed to it."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms import rules
from qms.errors import Refused
from qms.lifecycle.people import home_of
from qms.models import Appointment, Event, User
from qms.proof import journal
from qms.roles import Role

WRITTEN = ("person_created", "person_changed", "address_confirmed")
GAINED = ("appointed", "appointment_changed")


def in_doubt(person: User) -> bool:
    """Whether the person gained a role over which whoever wrote the address had no power.

    Read from the journal, so that it also holds for what happened before an update of the product."""
    if not person.email:
        return False
    written, gained = _acts(person)
    if written is None or written.by is None or written.by == person:
        return False
    if written.kind == "address_confirmed":
        return False
    if not any(_beyond(act, written) for act in gained):
        return False
    return not rules.may_manage_account(written.by, person)


def _acts(person: User) -> tuple[Event | None, list[Event]]:
    """The last act that wrote or confirmed the address, and the roles given or changed since."""
    written, gained = None, []
    acts = Event.objects.filter(subject=f"person:{person.pk}", kind__in=[*WRITTEN, *GAINED])
    for act in acts.select_related("by").order_by("pk"):
        if act.kind in GAINED:
            gained.append(act)
        elif act.kind == "person_created" or act.data.get("email"):
            written, gained = act, []
    return written, gained


def _beyond(gain: Event, written: Event) -> bool:
    """Whether whoever wrote the address could not have given this role themselves on that day."""
    if gain.by_id == written.by_id:
        return False
    if gain.agency_id is not None and gain.data.get("role") == Role.READER:
        return False
    held = Appointment.objects.current(timezone.localdate(gain.at)).filter(person=written.by)
    if held.filter(role=Role.SYSTEM_ADMIN).exists():
        return False
    if gain.agency_id is None:
        return True
    return not held.filter(role=Role.AGENCY_ADMIN, agency=gain.agency_id).exists()


@transaction.atomic
def confirm(person: User, *, by: User) -> None:
    """Records that the address is the person's own. Refused to everybody but them and those with power over the account."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if by.pk != person.pk and (reason := rules.why_not_account(by, person)):
        raise Refused(reason)
    if not person.email:
        raise Refused(_("Tài khoản này chưa có địa chỉ thư."))
    journal.append(
        "address_confirmed",
        f"person:{person.pk}",
        agency=home_of(person),
        by=by,
        email=person.email,
    )


class ResetTokens(PasswordResetTokenGenerator):
    """Keys of reset mails; one that was mailed before the address came into doubt no longer opens."""

    def check_token(self, user: User | None, token: str | None) -> bool:
        return super().check_token(user, token) and user is not None and not in_doubt(user)
