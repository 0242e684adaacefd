"""What waits for a person in audits: actions to do, findings to answer, plans to agree to, effectiveness to judge; and the plans
that they sent."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audits import rules
from audits.models import Action, Finding, Nonconformity
from qms import access
from qms.access import Person
from qms.clock import today, written
from qms.frame import Task
from qms.models import Role

MOST, EVERY = 20, 1000
State = Nonconformity.State


def tasks(user: Person) -> list[Task]:
    """The person's tasks, what is due first. Four queries."""
    return [*actions(user), *replies(user), *plans(user), *judgements(user)][:MOST]


# -- the rows that wait; none for who holds no post


def actions_of(user: Person) -> "QuerySet[Action] | None":
    if not access.appointments(user):
        return None
    return Action.objects.filter(
        person=user.pk, done_on=None, nonconformity__state=State.AGREED
    ).select_related("nonconformity")


def replies_of(user: Person) -> "QuerySet[Finding] | None":
    if not access.appointments(user):
        return None
    rows = Finding.objects.filter(unit__in=rules.units_of(user), state=Finding.State.TOLD)
    return rows.select_related("audit")


def plans_of(user: Person) -> "QuerySet[Nonconformity] | None":
    officer = access.agencies_with(user, Role.OFFICER)
    if not officer:
        return None
    rows = Nonconformity.objects.filter(agency__in=officer, state=State.PLANNED)
    return rows.exclude(planned_by=user.pk).select_related("unit")


def judgements_of(user: Person) -> "QuerySet[Nonconformity] | None":
    if not access.appointments(user):
        return None
    team = rules.memberships(user).filter(part__in=rules.AUDITING).values("audit")
    rows = Nonconformity.objects.filter(
        finding__audit__in=team, state=State.VERIFYING, judge_on__lte=today()
    )
    return rows.exclude(actions__done_by=user.pk).select_related("unit")


# -- as tasks


def actions(user: Person, most: int = MOST) -> list[Task]:
    rows = actions_of(user)
    return [
        Task(
            one.what,
            one.nonconformity.get_absolute_url(),
            _("%(code)s, hạn %(day)s") % {"code": one.nonconformity.code, "day": written(one.due)},
            one.is_overdue,
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def replies(user: Person, most: int = MOST) -> list[Task]:
    rows = replies_of(user)
    return [
        Task(
            _("Trả lời phát hiện %(code)s") % {"code": one.code},
            one.get_absolute_url(),
            one.audit.title,
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def plans(user: Person, most: int = MOST) -> list[Task]:
    rows = plans_of(user)
    return [
        Task(
            _("Xem xét kế hoạch khắc phục %(code)s") % {"code": one.code},
            one.get_absolute_url(),
            one.unit.name,
        )
        for one in (rows[:most] if rows is not None else ())
    ]


def judgements(user: Person, most: int = MOST) -> list[Task]:
    rows = judgements_of(user)
    return [
        Task(
            _("Đánh giá hiệu lực %(code)s") % {"code": one.code},
            one.get_absolute_url(),
            one.unit.name,
        )
        for one in (rows[:most] if rows is not None else ())
    ]


# -- what the person sent


def plans_sent(user: Person) -> list[Task]:
    """The plans that the person sent and nobody has answered yet."""
    if not access.appointments(user):
        return []
    rows = Nonconformity.objects.filter(planned_by=user.pk, state=State.PLANNED)
    return [
        Task(
            _("Kế hoạch khắc phục %(code)s") % {"code": one.code},
            one.get_absolute_url(),
            _("chờ thư ký ISO xem xét, %(unit)s") % {"unit": one.unit.name},
        )
        for one in rows.select_related("unit")[:EVERY]
    ]
