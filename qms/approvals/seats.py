"""The people whom a step waits for, as tokens that today's appointments give: by role, by name, as
head of a unit, by post.

A substitute holds the tokens of an absent person, if a paper names them or they hold the
step's role themselves. Drafters, senders and people who have signed already hold no seat;
nor do their substitutes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from qms import access, kept_sql
from qms.access import Person
from qms.approvals.steps import ROLES_FOR, Step, Who
from qms.clock import today
from qms.models import (
    Absence,
    Appointment,
    Approval,
    ApprovalItem,
    ApprovalSeat,
    Meaning,
    Signature,
    User,
)
from qms.roles import Role
from qms.text.folding import fold
from qms.text.ordering import by_given_name


def tokens_of_step(agency: int, step: Step, items: Iterable[ApprovalItem]) -> set[tuple[str, str]]:
    """The tokens of a step of a rule, each with the role that a substitute needs."""
    if step.who == Who.ROLE:
        return {(f"role:{agency}:{step.role}", step.role)}
    if step.who == Who.PEOPLE:
        return tokens_of_people(agency, step.meaning, step.people)
    if step.who == Who.UNIT_HEAD:
        return {(f"head:{item.unit_id}", Role.UNIT_HEAD) for item in items if item.unit_id}
    return {
        (f"post:{agency}:{post}", "") for item in items if (post := fold(item.owner_post)[:150])
    }


def tokens_of_people(agency: int, meaning: str, people: Iterable[int]) -> set[tuple[str, str]]:
    """People named for a meaning: they sign while they hold a role that may."""
    return {(f"named:{agency}:{pk}:{meaning}", ROLES_FOR[meaning][0]) for pk in people}


def tokens_of_opening(agency: int, step: Step) -> set[tuple[str, str]]:
    """The tokens of a step that the kind itself puts first: its people sign whatever their role."""
    return {(f"person:{agency}:{pk}", ROLES_FOR[step.meaning][0]) for pk in step.people}


def tokens_of(appointment: Appointment) -> set[str]:
    """The tokens that an appointment in an agency gives its holder."""
    if appointment.agency_id is None:
        return set()
    tokens = {
        f"role:{appointment.agency_id}:{appointment.role}",
        f"person:{appointment.agency_id}:{appointment.person_id}",
    } | {
        f"named:{appointment.agency_id}:{appointment.person_id}:{meaning}"
        for meaning, roles in ROLES_FOR.items()
        if appointment.role in roles
    }
    if appointment.role == Role.UNIT_HEAD and appointment.unit_id:
        tokens.add(f"head:{appointment.unit_id}")
    if post := fold(appointment.post)[:150]:
        tokens.add(f"post:{appointment.agency_id}:{post}")
    return tokens


@dataclass
class Claim:
    """A right to sign that derives from somebody's appointments: the user's own, or those of an
    absent person."""

    tokens: set[str]
    agency: int | None = None  # of a substitute: the only agency where it is valid
    absence: Absence | None = None
    roles: frozenset[str] = field(default_factory=frozenset)  # the substitute's own there

    @property
    def for_person(self) -> int | None:
        return self.absence.person_id if self.absence else None

    def condition(self) -> Q:
        """Condition on seats: those that this claim reaches."""
        reached = Q(token__in=self.tokens)
        if self.absence is None or self.absence.paper:
            return reached
        return reached & Q(needs__in=self.roles)

    def reaches(self, seat: ApprovalSeat) -> bool:
        if seat.token not in self.tokens:
            return False
        return self.absence is None or bool(self.absence.paper) or seat.needs in self.roles


def own_claim(user: Person) -> list[Claim]:
    """The claim of the person's own appointments of today. No queries beyond these."""
    held = access.appointments(user)
    return [Claim({token for one in held for token in tokens_of(one)})] if held else []


def claims(user: Person) -> list[Claim]:
    """The person's claims today, their own first. Two queries."""
    own = own_claim(user)
    return [*own, *substitutions(user)] if own else []


def substitutions(user: Person) -> list[Claim]:
    """The person's claims as a substitute of absent people."""
    found = []
    day = today()
    stands_in = kept_sql.rows(
        ("stands in", user.pk, day),
        lambda: Absence.objects.filter(
            substitute=user.pk, starts_on__lte=day, ends_on__gte=day, person__is_active=True
        ).values_list("pk"),
    )
    if not stands_in:
        return []
    away = list(Absence.objects.filter(pk__in=[pk for (pk,) in stands_in]).select_related("person"))
    theirs: dict[int, list[Appointment]] = {}
    for one in Appointment.objects.current(day).filter(person__in={a.person_id for a in away}):
        theirs.setdefault(one.person_id, []).append(one)
    for absence in away:
        roles = access.roles_in(user, absence.agency_id)
        if not roles:
            continue  # people who left the agency are no substitutes
        tokens = {
            token
            for one in theirs.get(absence.person_id, ())
            if one.agency_id == absence.agency_id
            for token in tokens_of(one)
        }
        found.append(Claim(tokens, absence.agency_id, absence, frozenset(roles)))
    return found


def counting(approval_ref: str = "pk", manifest_ref: str = "manifest") -> Q:
    """Condition on signatures inside a query about approvals: those still valid.

    A review covers each item separately, so it remains valid when another item is removed; an
    approval covers one exact list."""
    return Q(approval=OuterRef(approval_ref)) & (
        Q(meaning=Meaning.REVIEWED) | Q(manifest=OuterRef(manifest_ref))
    )


def with_a_seat(
    user: Person, *, any_step: bool = False, by: list[Claim] | None = None
) -> "QuerySet[Approval]":
    """Approvals in which the person holds a seat: in the current step, or in any (`any_step`);
    `by`: only these claims."""
    condition = Q(pk__in=[])
    for claim in claims(user) if by is None else by:
        seats = ApprovalSeat.objects.filter(claim.condition(), approval=OuterRef("pk"))
        if not any_step:
            seats = seats.filter(step=OuterRef("step"))
        one = Q(Exists(seats))
        if claim.for_person is not None:
            one &= Q(agency=claim.agency) & ~Q(Exists(_barred(claim.for_person)))
            if not any_step:
                one &= ~Q(Exists(_signed_by(claim.for_person)))
        condition |= one
    return Approval.objects.filter(condition)


def waiting_for(user: Person, by: list[Claim] | None = None) -> "QuerySet[Approval]":
    """Open approvals that the person may sign now, regardless of remarks that must be
    answered first."""
    if not user.is_authenticated:
        return Approval.objects.none()
    return (
        with_a_seat(user, by=by)
        .filter(state=Approval.State.OPEN)
        .filter(~Exists(_barred(user.pk)), ~Exists(_signed_by(user.pk)))
    )


def absent_signers(user: Person, approvals: Iterable[Approval]) -> dict[int, User]:
    """{id of the approval: the absent person for whom the user may sign it}, of those open ones
    that the user may sign only as a substitute. Three queries, and one for each further absence."""
    claims_here, chosen = substitutions(user), [one.pk for one in approvals]
    if not claims_here or not chosen:
        return {}
    found: dict[int, User] = {}
    own = waiting_for(user, own_claim(user)).filter(pk__in=chosen)
    already = set(own.values_list("pk", flat=True))
    for claim in claims_here:
        assert claim.absence is not None
        rows = waiting_for(user, [claim]).filter(pk__in=chosen)
        for pk in rows.values_list("pk", flat=True):
            if pk not in already:
                found.setdefault(pk, claim.absence.person)
    return found


def _barred(person: int | None) -> "QuerySet":
    return Approval.barred.through.objects.filter(approval=OuterRef("pk"), user=person)


def is_barred(person: int | None, approval: Approval) -> bool:
    """Whether the person drafted or sent an item of the approval."""
    return Approval.barred.through.objects.filter(approval=approval, user=person).exists()


def _signed_by(person: int | None) -> "QuerySet[Signature]":
    mine = Q(person=person) | Q(instead_of=person)
    return Signature.objects.filter(counting(), mine)


def people_of_step(approval: Approval, step: int) -> list[User]:
    """Those who hold a seat of the step today and are not barred, by name. Substitutes are not
    among them."""
    tokens = set(approval.seats.filter(step=step).values_list("token", flat=True))
    barred = set(approval.barred.values_list("pk", flat=True))
    return [one for one in holders(approval.agency_id, tokens) if one.pk not in barred]


def people_by_step(approval: Approval) -> dict[int, list[User]]:
    """The same for all steps. Three queries."""
    tokens: dict[int, set[str]] = {}
    for seat in approval.seats.all():
        tokens.setdefault(seat.step, set()).add(seat.token)
    barred = set(approval.barred.values_list("pk", flat=True))
    held = _holding(approval.agency_id, {token for some in tokens.values() for token in some})
    return {
        step: _people([one for one in held if one.person_id not in barred], wanted)
        for step, wanted in tokens.items()
    }


def holders(agency: int, tokens: set[str]) -> list[User]:
    """The active people of the agency who hold one of the tokens today. One query."""
    return _people(_holding(agency, tokens), tokens)


def holders_by_token(agency: int, tokens: set[str]) -> dict[str, set[int]]:
    """{token: IDs of the active people of the agency who hold it today}. One query."""
    found: dict[str, set[int]] = {token: set() for token in tokens}
    for one in _holding(agency, tokens):
        for token in tokens & tokens_of(one):
            found[token].add(one.person_id)
    return found


def _people(held: list[Appointment], tokens: set[str]) -> list[User]:
    found: dict[int, User] = {}
    for one in held:
        if tokens & tokens_of(one):
            found.setdefault(one.person_id, one.person)
    return list(found.values())


def _holding(agency: int, tokens: set[str]) -> list[Appointment]:
    """Today's appointments that may hold one of the tokens, by the name of the person."""
    wanted = Q(pk__in=[])
    for token in tokens:
        name, _colon, rest = token.partition(":")
        value = rest.rpartition(":")[2]
        if name == "role":
            wanted |= Q(role=value)
        elif name == "person":
            wanted |= Q(person=int(value))
        elif name == "named":
            _agency, person, meaning = rest.split(":")
            wanted |= Q(person=int(person), role__in=ROLES_FOR[meaning])
        elif name == "head":
            wanted |= Q(role=Role.UNIT_HEAD, unit=int(value))
        else:
            wanted |= ~Q(post="")
    rows = Appointment.objects.current().filter(wanted, agency=agency, person__is_active=True)
    return list(rows.select_related("person").order_by(*by_given_name("person__first_name"), "pk"))


def appointments_for(user: Person, approval: Approval, claim: Claim) -> list[Appointment]:
    """The person's appointments of today with which they may sign here: those that hold the seat;
    for a substitute, all in the agency."""
    here = [a for a in access.appointments(user) if a.agency_id == approval.agency_id]
    if claim.absence is not None:
        return here
    tokens = set(approval.seats.filter(step=approval.step).values_list("token", flat=True))
    named = {token for token in tokens if token.startswith("person:")}
    fitting = [a for a in here if tokens & (tokens_of(a) - named)]
    if fitting or not named & {t for a in here for t in tokens_of(a)}:
        return fitting
    return [a for a in here if a.role in (Role.APPROVER, Role.REVIEWER, Role.UNIT_HEAD)] or here


__all__ = [
    "Claim", "absent_signers", "appointments_for", "claims", "counting", "holders", "is_barred", "own_claim", "people_by_step", "people_of_step", "substitutions", "tokens_of", "tokens_of_people", "tokens_of_step", "waiting_for",
    "with_a_seat",
]  # fmt: skip
