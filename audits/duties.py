"""The audits of a team as tasks: those that come within a week, are under way, wait for their
report, or have data from devices that was set aside. One query each."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from audits import rules
from audits.models import Audit, Member, SetAside
from qms import access
from qms.access import Person
from qms.clock import today, written
from qms.frame import Task
from qms.models import Approval, Role

COMING = datetime.timedelta(days=7)
MOST, EVERY = 20, 1000
State = Audit.State
ON_ITS_WAY = (Approval.State.OPEN, Approval.State.APPROVED)


def audits_of(user: Person) -> "QuerySet[Audit] | None":
    """Audits of the user's teams: planned for the coming week (or begun by their day, but not
    started yet), and under way."""
    if not access.appointments(user):
        return None
    own = rules.memberships(user).filter(part__in=rules.TEAM)
    coming = Q(state=State.PLANNED, starts_on__lte=today() + COMING)
    rows = Audit.objects.with_names().filter(pk__in=own.order_by().values("audit"))
    return rows.filter(coming | Q(state=State.UNDER_WAY))


def reports_of(user: Person) -> "QuerySet[Audit] | None":
    """Audits that wait for the user to send their report: as the lead, from the last day on; as an
    officer, if the lead is from outside and has concluded."""
    if not access.appointments(user):
        return None
    leads = rules.memberships(user).filter(part=Member.Part.LEAD)
    done = Q(state=State.UNDER_WAY, ends_on__lte=today())
    mine = Q(pk__in=leads.order_by().values("audit")) & done
    officer = access.agencies_with(user, Role.OFFICER)
    written_outside = Q(
        agency__in=officer, state=State.CONCLUDED, report__isnull=False, report__approval=None
    )
    rows = Audit.objects.with_names().filter(mine | written_outside)
    return rows.exclude(report__approval__state__in=ON_ITS_WAY)


def audits(user: Person, most: int = MOST) -> list[Task]:
    """The earliest first."""
    rows = audits_of(user)
    return [_task(one) for one in _first(rows, most)]


def reports(user: Person, most: int = MOST) -> list[Task]:
    return [_report(one, user) for one in _first(reports_of(user), most)]


def set_aside_of(user: Person) -> "QuerySet[Audit] | None":
    """Audits whose lead decides on data that was set aside."""
    if not access.appointments(user):
        return None
    leads = rules.memberships(user).filter(part=Member.Part.LEAD)
    waiting = SetAside.objects.filter(audit=OuterRef("pk"), state=SetAside.State.WAITING)
    rows = Audit.objects.with_names().filter(pk__in=leads.order_by().values("audit"))
    return rows.filter(Exists(waiting))


def set_aside(user: Person, most: int = MOST) -> list[Task]:
    return [
        Task(one.title, reverse("audit_set_aside", args=[one.pk]), one.agency.label)
        for one in _first(set_aside_of(user), most)
    ]


def _first(rows: "QuerySet[Audit] | None", most: int) -> list[Audit]:
    return [] if rows is None else list(rows.order_by("starts_on", "pk")[:most])


def _task(one: Audit) -> Task:
    """The audit, or its checklist while it is under way, with its days."""
    if one.state == State.UNDER_WAY:
        note = _("đang đánh giá, đến hết %(day)s") % {"day": written(one.ends_on)}
        return Task(one.title, reverse("audit_checklist", args=[one.pk]), _note(one, note))
    if one.starts_on > today():
        note = _("bắt đầu %(day)s") % {"day": _near(one.starts_on)}
    elif one.starts_on == today():
        note = _("hôm nay, chờ trưởng đoàn bắt đầu")
    else:
        note = _("theo kế hoạch bắt đầu %(day)s, nay chưa bắt đầu") % {
            "day": written(one.starts_on)
        }
    overdue = one.ends_on < today()
    return Task(one.title, one.get_absolute_url(), _note(one, note), overdue)


def _report(one: Audit, user: Person) -> Task:
    """The report to write and send. A lead from outside doesn't send it, but concludes on the page of
    the audit."""
    note = _("đánh giá xong ngày %(day)s") % {"day": written(one.ends_on)}
    if one.state == State.UNDER_WAY and not rules.works_in(user, one.agency_id):
        said = _("Viết báo cáo và kết luận: %(title)s") % {"title": one.title}
        return Task(said, f"{one.get_absolute_url()}#ket-luan", note)
    said = _("Viết và trình báo cáo: %(title)s") % {"title": one.title}
    return Task(said, reverse("audit_report", args=[one.pk]), note)


def _near(day: datetime.date) -> str:
    if day == today() + datetime.timedelta(days=1):
        return _("ngày mai, %(day)s") % {"day": written(day)}
    return written(day)


def _note(one: Audit, note: str) -> str:
    return f"{note} – {one.agency.label}"
