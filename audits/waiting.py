"""What waits for a person in audits: actions to do, findings to answer, plans to agree to, effectiveness to judge."""

from django.utils.translation import gettext as _

from audits import rules
from audits.models import Action, Finding, Nonconformity
from qms import access
from qms.access import Person
from qms.clock import today, written
from qms.frame import Task
from qms.models import Role

MOST = 20
State = Nonconformity.State


def tasks(user: Person) -> list[Task]:
    """The person's tasks, what is due first. Four queries."""
    if not user.is_authenticated or not access.appointments(user):
        return []
    return [*_actions(user), *_replies(user), *_plans(user), *_judgements(user)][:MOST]


def _actions(user: Person) -> list[Task]:
    rows = Action.objects.filter(
        person=user.pk, done_on=None, nonconformity__state=State.AGREED
    ).select_related("nonconformity")
    return [
        Task(
            one.what,
            one.nonconformity.get_absolute_url(),
            _("%(code)s, hạn %(day)s") % {"code": one.nonconformity.code, "day": written(one.due)},
            one.is_overdue,
        )
        for one in rows[:MOST]
    ]


def _replies(user: Person) -> list[Task]:
    rows = Finding.objects.filter(unit__in=rules.units_of(user), state=Finding.State.TOLD)
    return [
        Task(
            _("Trả lời phát hiện %(code)s") % {"code": one.code},
            one.get_absolute_url(),
            one.audit.title,
        )
        for one in rows.select_related("audit")[:MOST]
    ]


def _plans(user: Person) -> list[Task]:
    officer = access.agencies_with(user, Role.OFFICER)
    rows = Nonconformity.objects.filter(agency__in=officer, state=State.PLANNED)
    return [
        Task(
            _("Xem xét kế hoạch khắc phục %(code)s") % {"code": one.code},
            one.get_absolute_url(),
            one.unit.name,
        )
        for one in rows.exclude(planned_by=user.pk).select_related("unit")[:MOST]
    ]


def _judgements(user: Person) -> list[Task]:
    team = rules.memberships(user).filter(part__in=rules.AUDITING).values("audit")
    rows = Nonconformity.objects.filter(
        finding__audit__in=team, state=State.VERIFYING, judge_on__lte=today()
    ).exclude(actions__done_by=user.pk)
    return [
        Task(
            _("Đánh giá hiệu lực %(code)s") % {"code": one.code},
            one.get_absolute_url(),
            one.unit.name,
        )
        for one in rows.select_related("unit")[:MOST]
    ]
