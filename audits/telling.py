"""Who is told of what happens in audits. Each is called by its step, in the step's transaction."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.models import Action, Finding, Member, Nonconformity
from qms import notices
from qms.models import Agency, Appointment, Role, User, Way

GROUP = "audits"
KINDS = {
    "audit_assigned": _("Bạn được phân công vào cuộc đánh giá “%(title)s”."),
    "finding_told": _("Phát hiện %(code)s chờ đơn vị bạn trả lời."),
    "plan_to_consider": _("Kế hoạch khắc phục %(code)s của %(unit)s chờ xem xét."),
    "plan_agreed": _("Kế hoạch khắc phục %(code)s đã được đồng ý."),
    "plan_sent_back": _("Kế hoạch khắc phục %(code)s bị trả lại để làm lại."),
    "action_given": _("Bạn được giao hành động khắc phục của %(code)s, hạn %(day)s."),
    "case_closed": _("%(code)s được đánh giá là khắc phục có hiệu lực và đã đóng."),
    "case_ineffective": _("%(code)s được đánh giá là khắc phục chưa có hiệu lực; vòng sau đã mở."),
}
DUTIES = {
    "action_due": _("Nhắc việc: hành động khắc phục của %(code)s có hạn %(day)s."),
    "action_late": _("Quá hạn: hành động khắc phục của %(code)s đã quá hạn %(day)s."),
}  # that cannot be switched off


def register() -> None:
    notices.group(GROUP, _("Đánh giá và khắc phục"), way=Way.NOW, order=30)
    for name, text in KINDS.items():
        notices.kind(name, text, GROUP)
    for name, text in DUTIES.items():
        notices.kind(name, text, GROUP, optional=False)


# -- audits and findings


def assigned(member: Member, by: User | None) -> None:
    """Who was put on an audit, or became its lead."""
    audit = member.audit
    notices.tell(
        [member.person], "audit_assigned", key=f"member:{member.pk}:{member.part}",
        url=audit.get_absolute_url(), facts={"title": audit.title}, agency=audit.agency, exclude=by,
    )  # fmt: skip


def told(finding: Finding, by: User | None) -> None:
    """The people of the unit, and the auditee of the audit."""
    auditees = finding.audit.members.filter(part=Member.Part.AUDITEE, ends_on=None)
    people = [*_people(unit=finding.unit_id), *(one.person for one in auditees)]
    notices.tell(
        people, "finding_told", key=f"finding:{finding.pk}:told", url=finding.get_absolute_url(),
        facts={"code": finding.code}, agency=finding.agency, exclude=by,
    )  # fmt: skip


# -- correcting


def plan_sent(case: Nonconformity, by: User | None) -> None:
    """The officers of the agency, and the lead of the audit."""
    leads = (
        case.finding.audit.members.filter(part=Member.Part.LEAD, ends_on=None)
        if case.finding
        else ()
    )
    people = [*officers(case.agency), *(one.person for one in leads)]
    _tell(people, "plan_to_consider", case, by, unit=case.unit.name)


def plan_answered(case: Nonconformity, by: User | None, *, agreed: bool) -> None:
    """Who made the plan; once it is agreed, those who have an action to do."""
    if case.planned_by:
        _tell([case.planned_by], "plan_agreed" if agreed else "plan_sent_back", case, by)
    for action in case.actions.select_related("person") if agreed else ():
        _tell_doer([action.person], "action_given", action, by)


def reminded(action: Action, people: Iterable[User], *, days: int) -> None:
    """A reminder so many days before the day of an action; after it with a negative number."""
    _tell_doer(people, "action_late" if days < 0 else "action_due", action, None, f":{days}")


def judged(case: Nonconformity, by: User, *, effective: bool) -> None:
    """The people of the unit, who made the plan, and who did the work."""
    doers = (one.person for one in case.actions.select_related("person"))
    planner = [case.planned_by] if case.planned_by else []
    kind = "case_closed" if effective else "case_ineffective"
    _tell([*_people(unit=case.unit_id), *planner, *doers], kind, case, by)


# -- parts


def officers(agency: Agency) -> list[User]:
    return _people(agency=agency, role=Role.OFFICER)


def _people(**held: object) -> list[User]:
    """Who holds such an appointment today."""
    posts = Appointment.objects.current().filter(**held)
    return list(User.objects.filter(pk__in=posts.order_by().values("person"), is_active=True))


def _tell(
    people: Iterable[User], kind: str, case: Nonconformity, by: User | None, **facts: str
) -> None:
    notices.tell(
        people, kind, key=f"nonconformity:{case.pk}:{kind}:{timezone.now():%Y%m%d%H%M%S%f}",
        url=case.get_absolute_url(), facts={"code": case.code, **facts}, agency=case.agency, exclude=by,
    )  # fmt: skip


def _tell_doer(
    people: Iterable[User], kind: str, action: Action, by: User | None, which: str = ""
) -> None:
    case = action.nonconformity
    notices.tell(
        people, kind, key=f"action:{action.pk}:{kind}{which}", url=case.get_absolute_url(),
        facts={"code": case.code, "day": action.due}, agency=case.agency, exclude=by,
    )  # fmt: skip
