"""Finds alternatives: for each line of a plan, why its auditors may not audit it, and who of the
agency and of lenders could.

Everything is loaded at once for all lines and compared here, so that the number of queries
is constant."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from audits import independence
from audits.auditors import competence
from audits.models import Audit, AuditorRecord, Loan, Meeting, Member, PlanRow
from qms.clock import written
from qms.models import Agency, Appointment, Role, User
from qms.text.ordering import Alphabetical, by_given_name

Busy = dict[int, list[tuple[datetime.datetime, datetime.datetime, int]]]


@dataclass(frozen=True)
class Lendable:
    """An auditor offered for lending by another agency."""

    person: User
    agency: Agency


@dataclass
class Choice:
    """A line of the plan, the problems of its auditors, and possible replacements."""

    row: PlanRow
    members: list[Member]
    faults: dict[int, list[str]]  # named person -> why not
    own: list[User] = field(default_factory=list)
    lenders: list[Lendable] = field(default_factory=list)

    @property
    def nobody(self) -> bool:
        """Whether nobody is available, so that only a swap with another agency helps."""
        return not self.own and not self.lenders

    @property
    def needs_somebody(self) -> bool:
        return not self.members or bool(self.faults)


@dataclass(frozen=True)
class _Known:
    """The facts about all candidates."""

    auditors: frozenset[int]  # people with the role today
    ties: independence.Ties
    register: competence.Register
    busy: Busy
    lent: dict[int, tuple[datetime.date, datetime.date]]

    def why_not(self, line: "_Line", person: int) -> list[str]:
        row = line.row
        found = list(line.tied.get(person, ()))
        if person not in self.auditors:
            found.append(_("không còn giữ vai trò đánh giá viên nội bộ"))
        if fault := self.register.why_not(person, until=line.last, clauses=row.clauses):
            found.append(fault)
        if any(
            pk != row.pk and starts < row.ends_at and ends > row.starts_at
            for starts, ends, pk in self.busy.get(person, ())
        ):
            found.append(_("đã được phân công việc khác trùng giờ này"))
        days = self.lent.get(person)
        if days and not (days[0] <= line.first and line.last <= days[1]):
            found.append(
                _("chỉ được cho mượn từ %(first)s đến %(last)s")
                % {"first": written(days[0]), "last": written(days[1])}
            )
        return found


@dataclass(frozen=True)
class _Line:
    """A line with its local days, and people's ties to it."""

    row: PlanRow
    first: datetime.date
    last: datetime.date
    tied: dict[int, list[str]]


def of_plan(audit: Audit, *, offers: bool = True) -> list[Choice]:
    """For each line of the plan, who may audit it. About twenty queries, whatever the number of
    people and lines.

    Without `offers`, only the people named in the lines are checked."""
    rows = list(audit.rows.select_related("unit").prefetch_related("auditors__person"))
    named = {one.person_id: one.person for row in rows for one in row.auditors.all()}
    own_people = own(audit) if offers else []
    offered = lendable(audit, team={one.pk for one in own_people}) if offers else []
    people = {**named, **{one.pk: one for one in own_people}}
    people |= {one.person.pk: one.person for one in offered}
    known = _known(audit, rows, people)
    return [_choice(row, known, own_people, offered) for row in rows]


def _choice(
    row: PlanRow, known: _Known, people: Iterable[User], offered: Iterable[Lendable]
) -> Choice:
    first, last = localtime(row.starts_at).date(), localtime(row.ends_at).date()
    line = _Line(row, first, last, known.ties.reasons(row.unit_id, row.documents))
    members = list(row.auditors.all())
    choice = Choice(row, members, {})
    for one in members:
        if why := known.why_not(line, one.person_id):
            choice.faults[one.person_id] = why
    have = {one.person_id for one in members}
    choice.own = [one for one in people if one.pk not in have and not known.why_not(line, one.pk)]
    choice.lenders = [one for one in offered if not known.why_not(line, one.person.pk)]
    return choice


def own(audit: Audit) -> list[User]:
    """The auditors of the auditing agency and those on the team, sorted by name."""
    home = Appointment.objects.current().filter(
        role=Role.AUDITOR, agency=audit.body_id or audit.agency_id
    )
    team = audit.members.filter(part__in=("lead", "auditor"), ends_on=None)
    at_home = Q(pk__in=home.order_by().values("person")) | Q(
        pk__in=team.order_by().values("person")
    )
    return list(
        User.objects.filter(at_home, is_active=True).order_by(*by_given_name("first_name"), "pk")
    )


def lendable(audit: Audit, team: Collection[int] = ()) -> list[Lendable]:
    """Auditors offered by other agencies who hold the role there today, without those
    already requested."""
    home = {audit.agency_id, audit.body_id}
    asked = audit.loans.filter(state__in=(Loan.State.ASKED, Loan.State.AGREED))
    away = set(asked.exclude(person=None).values_list("person", flat=True))
    offered = AuditorRecord.objects.filter(lendable=True, person__is_active=True).exclude(
        agency__in=[pk for pk in home if pk is not None]
    )
    held = set(
        Appointment.objects.current()
        .filter(role=Role.AUDITOR, agency__in=offered.order_by().values("agency"))
        .values_list("person", "agency")
    )
    rows = offered.select_related("person", "agency").order_by(
        Alphabetical("agency__name"), *by_given_name("person__first_name"), "pk"
    )
    return [
        Lendable(one.person, one.agency)
        for one in rows
        if (one.person_id, one.agency_id) in held
        and one.person_id not in team
        and one.person_id not in away
    ]


def _known(audit: Audit, rows: Sequence[PlanRow], people: dict[int, User]) -> _Known:
    units = sorted({row.unit_id for row in rows})
    documents = sorted({pk for row in rows for pk in row.documents})
    auditors = Appointment.objects.current().filter(role=Role.AUDITOR, person__is_active=True)
    lent = audit.loans.filter(state=Loan.State.AGREED).order_by("pk")
    return _Known(
        auditors=frozenset(auditors.order_by().values_list("person", flat=True)),
        ties=independence.ties(
            people.values(), units=units, documents=documents, until=audit.ends_on
        ),
        register=competence.register_of(people),
        busy=_busy(audit, rows),
        lent={
            person: (first, last)
            for person, first, last in lent.values_list("person", "starts_on", "ends_on")
            if person is not None
        },
    )


def _busy(audit: Audit, rows: Sequence[PlanRow]) -> Busy:
    """The times at which people have a line in any audit, or a meeting of another one, within the
    period of these lines."""
    found: Busy = defaultdict(list)
    if not rows:
        return found
    first, last = min(row.starts_at for row in rows), max(row.ends_at for row in rows)
    through = PlanRow.auditors.through.objects.filter(
        planrow__starts_at__lt=last, planrow__ends_at__gt=first
    ).exclude(planrow__audit__state=Audit.State.CANCELLED)
    for person, starts, ends, pk in through.order_by("pk").values_list(
        "member__person", "planrow__starts_at", "planrow__ends_at", "planrow"
    ):
        found[person].append((starts, ends, pk))
    meetings = Meeting.objects.filter(
        starts_at__lt=last, ends_at__gt=first, audit__members__part__in=("lead", "auditor"), audit__members__ends_on=None
    ).exclude(audit=audit)  # fmt: skip
    for person, starts, ends in (
        meetings.exclude(audit__state=Audit.State.CANCELLED)
        .order_by("pk")
        .values_list("audit__members__person", "starts_at", "ends_at")
    ):
        found[person].append((starts, ends, 0))
    return found


def lenders_of(audit: Audit) -> "list[Agency]":
    """Agencies with active auditors, which can be asked to name one: a swap."""
    held = Appointment.objects.current().filter(role=Role.AUDITOR, person__is_active=True)
    others = Agency.objects.active().filter(pk__in=held.order_by().values("agency"))
    home = [pk for pk in (audit.agency_id, audit.body_id) if pk is not None]
    return list(others.exclude(pk__in=home).order_by(Alphabetical("name")))
