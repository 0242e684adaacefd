"""Permissions on approvals. Buttons and steps call the same functions; denied by default."""

from dataclasses import dataclass

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from qms import access
from qms.access import Person
from qms.approvals import queries, seats, subjects
from qms.models import Agency, Appointment, Approval, Event, Signature, User
from qms.roles import Role

State = Approval.State
ACTS = ("approval_returned", "approval_remarked", "approval_item_taken_out")


@dataclass(frozen=True)
class Seat:
    """How somebody may sign the current step: in which appointments, and for whom."""

    appointments: list[Appointment]
    instead_of: User | None = None
    paper: str = ""


def approvals_of(user: Person) -> "QuerySet[Approval]":
    """Approvals that the person may see: as sender, drafter or officer; if they hold a seat in it
    and it is not finished; afterwards as one who signed it, returned it or remarked on it.

    Only in agencies where they have an appointment today."""
    own = {agency.pk for agency in access.home_agencies(user)}
    if not own:
        return Approval.objects.none()
    signed = Signature.objects.filter(approval=OuterRef("pk"), person=user.pk)
    barred = Approval.barred.through.objects.filter(approval=OuterRef("pk"), user=user.pk)
    named = Q(state__in=queries.UNFINISHED) & Q(
        pk__in=seats.with_a_seat(user, any_step=True).values("pk")
    )
    seen = (
        Q(agency__in=access.agencies_with(user, Role.OFFICER))
        | Q(sent_by=user.pk)
        | Exists(barred)
        | Exists(signed)
        | Exists(_acted(user))
        | named
    )
    return Approval.objects.filter(seen, agency__in=own).select_related("agency", "sent_by")


def _acted(user: Person) -> "QuerySet[Event]":
    """What the user did in the approval as a signer, besides signing."""
    subject = Concat(Value("approval:"), Cast(OuterRef("pk"), CharField()))
    return Event.objects.filter(subject=subject, kind__in=ACTS, by=user.pk)


def may_see(user: Person, approval: Approval) -> bool:
    return approvals_of(user).filter(pk=approval.pk).exists()


def may_send(user: Person, kind: subjects.Kind, agency: Agency) -> bool:
    return kind.may_send(user, agency)


def is_sender(user: Person, approval: Approval) -> bool:
    """Whether the user sent it, or is an officer of the agency and the sender no longer
    works there."""
    if not access.roles_in(user, approval.agency_id):
        return False
    if user.pk == approval.sent_by_id:
        return True
    return access.has_role(user, approval.agency_id, Role.OFFICER) and not sender_works_there(
        approval
    )


def sender_works_there(approval: Approval) -> bool:
    """Whether its sender still works in the agency."""
    held = Appointment.objects.current().filter(
        person=approval.sent_by_id, agency=approval.agency_id, person__is_active=True
    )
    return held.exists()


def seat_of(user: Person, approval: Approval) -> Seat | None:
    """How the person may sign the current step; None if they may not. Their own seat takes
    precedence over a substitute's."""
    if approval.state != State.OPEN or not user.is_authenticated or _cannot_sign(user.pk, approval):
        return None
    rows = list(approval.seats.filter(step=approval.step))
    for claim in seats.claims(user):
        if not any(claim.reaches(row) for row in rows):
            continue
        absence = claim.absence
        if absence is not None and (
            absence.agency_id != approval.agency_id or _cannot_sign(absence.person_id, approval)
        ):
            continue
        held = seats.appointments_for(user, approval, claim)
        if held:
            return Seat(held, absence.person if absence else None, absence.paper if absence else "")
    return None


def _cannot_sign(person: int | None, approval: Approval) -> bool:
    """Whether the person may sign nothing here: they drafted or sent it, or have already signed."""
    if seats.is_barred(person, approval):
        return True
    signed = queries.signatures_over(approval)
    return any(person in (one.person_id, one.instead_of_id) for one in signed)


def may_sign(user: Person, approval: Approval) -> bool:
    """Whether the current step awaits this person's signature; open remarks are
    checked separately."""
    return seat_of(user, approval) is not None


def why_not_sign(user: Person, approval: Approval) -> str:
    """User-facing reason why the person may not sign; empty if they may."""
    if seat_of(user, approval) is not None:
        return ""
    if seats.is_barred(user.pk, approval):
        return _("Người soạn hoặc người trình không ký nội dung này.")
    if any(one.person_id == user.pk for one in queries.signatures_over(approval)):
        return _("Bạn đã ký nội dung này.")
    if approval.state != State.OPEN:
        return _("Nội dung này đang ở tình trạng “%(state)s” nên không ký được.") % {
            "state": approval.get_state_display()
        }
    return _("Bước này không chờ chữ ký của bạn.")


may_return = may_take_out = may_sign


def may_remark(user: Person, approval: Approval) -> bool:
    """Whether the user is named in some step of an open approval; not drafters and senders."""
    if approval.state != State.OPEN or seats.is_barred(user.pk, approval):
        return False
    return seats.with_a_seat(user, any_step=True).filter(pk=approval.pk).exists()


may_answer = may_take_back = is_sender


def may_void(user: Person, approval: Approval) -> bool:
    return access.has_role(user, approval.agency_id, Role.OFFICER)


may_choose_other_signers = may_void


def may_see_rules(user: Person) -> bool:
    """Whether the user may see the table of approval rules: officers and, for the city's default,
    system administrators."""
    return access.is_system_admin(user) or bool(access.agencies_with(user, Role.OFFICER))


def may_change_rule(user: Person, agency: Agency | int | None) -> bool:
    """Whether the user may change an agency's rules (its officers) or the city's default (system
    administrators)."""
    if agency is None:
        return access.is_system_admin(user)
    return access.has_role(user, agency, Role.OFFICER)


def may_record_absence(user: Person, agency: Agency | int, person: User) -> bool:
    """Whether the user may enter this person's absence: their own, or as officer or administrator
    of the agency anybody's there."""
    if user.pk == person.pk:
        return bool(access.roles_in(user, agency))
    return access.has_role(user, agency, Role.OFFICER, Role.AGENCY_ADMIN)
