"""Notifications about audits. Each docstring gives the recipients; steps call these in
their transaction."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits import rules
from audits.models import (
    Action,
    Audit,
    Decision,
    Extension,
    ExtentQuestion,
    Finding,
    Invitation,
    Loan,
    Member,
    Nonconformity,
    PlanRow,
)
from qms import notices
from qms.models import Agency, Appointment, Role, User, Way
from qms.text.ordering import given_name, key

GROUP = "audits"
KINDS = {
    "audit_assigned": _("Bạn được phân công vào cuộc đánh giá “%(title)s”."),
    "audit_plan_signed": _("Kế hoạch của cuộc đánh giá “%(title)s” đã được ký."),
    "another_time_asked": _("%(name)s đề nghị đổi giờ đánh giá ngày %(day)s."),
    "another_time_answered": _("Đoàn đánh giá giữ nguyên giờ đánh giá ngày %(day)s."),
    "loan_asked": _("%(agency)s đề nghị mượn đánh giá viên cho một cuộc đánh giá."),
    "loan_agreed": _("%(agency)s đã đồng ý cho mượn đánh giá viên %(name)s."),
    "loan_declined": _("%(agency)s không cho mượn đánh giá viên."),
    "finding_told": _("Phát hiện %(code)s chờ đơn vị bạn trả lời."),
    "finding_disputed": _("Đơn vị chưa thống nhất phát hiện %(code)s; bạn quyết định."),
    "plan_agreed": _("Kế hoạch hành động khắc phục %(code)s đã được đồng ý."),
    "extent_asked": _("%(agency)s hỏi đơn vị bạn về phạm vi của một sự không phù hợp."),
    "extent_answered": _("Câu hỏi về phạm vi của %(code)s đã có trả lời."),
    "longer_asked": _("Đề nghị lùi hạn hành động khắc phục của %(code)s chờ bạn trả lời."),
    "longer_answered": _("Đề nghị lùi hạn hành động khắc phục của %(code)s đã được trả lời."),
    "action_given": _("Bạn được giao hành động khắc phục của %(code)s, hạn %(day)s."),
    "case_taken_over": _("%(agency)s đã kết thúc hoạt động; đơn vị bạn tiếp tục xử lý %(code)s."),
    "case_closed": _(
        "Hành động khắc phục của %(code)s được đánh giá là có hiệu lực; sự không phù hợp đã đóng."
    ),
    "case_ineffective": _(
        "Hành động khắc phục của %(code)s được đánh giá là chưa hiệu lực; vòng sau đã mở."
    ),
    "decision_given": _(
        "Bạn được giao việc theo kết luận xem xét của lãnh đạo %(code)s, hạn %(day)s."
    ),
}
# That cannot be switched off
DUTIES = {
    "auditor_tied": _(
        "%(name)s không đánh giá được %(unit)s nữa; hãy đổi người trước khi đánh giá."
    ),
    "action_due": _("Nhắc việc: hành động khắc phục của %(code)s có hạn %(day)s."),
    "action_without_doer": _(
        "Người được giao hành động khắc phục của %(code)s không còn làm việc; hãy giao lại."
    ),
    "action_late": _("Quá hạn: hành động khắc phục của %(code)s đã quá hạn %(day)s."),
    "decision_due": _(
        "Nhắc việc: việc được giao tại xem xét của lãnh đạo %(code)s có hạn %(day)s."
    ),
    "decision_late": _(
        "Quá hạn: việc được giao tại xem xét của lãnh đạo %(code)s đã quá hạn %(day)s."
    ),
}


def register() -> None:
    notices.register_group(GROUP, _("Đánh giá và hành động khắc phục"), way=Way.NOW, order=30)
    for name, text in KINDS.items():
        notices.register_kind(name, text, GROUP)
    for name, text in DUTIES.items():
        notices.register_kind(name, text, GROUP, optional=False)


# -- audits and findings


def assigned(member: Member, by: User | None) -> None:
    """To the person added to an audit or made its lead."""
    audit = member.audit
    notices.tell(
        [member.person], "audit_assigned", key=f"member:{member.pk}:{member.part}",
        url=audit.get_absolute_url(), facts={"title": audit.title}, agency=audit.agency, exclude=by,
    )  # fmt: skip


def plan_signed(audit: Audit) -> None:
    """To the members and to those invited, once each time that the plan is signed."""
    invited = audit.invitations.exclude(state=Invitation.State.CANCELLED).select_related("person")
    rows = audit.members.filter(ends_on=None).select_related("person")
    people = {*(one.person for one in rows), *(one.person for one in invited)}
    notices.tell(
        people, "audit_plan_signed", key=f"audit:{audit.pk}:plan:{timezone.now():%Y%m%d%H%M%S%f}",
        url=audit.get_absolute_url(), facts={"title": audit.title}, agency=audit.agency,
    )  # fmt: skip


def _lead(audit: Audit) -> list[User]:
    lead = rules.lead_of(audit)
    return [lead.person] if lead else []


def another_time_asked(one: Invitation) -> None:
    """To the lead and the officers of the auditing agency."""
    audit = one.audit
    people = [*_lead(audit), *officers(audit.body or audit.agency)]
    _tell_of_invitation(people, "another_time_asked", one, None)


def another_time_answered(one: Invitation, by: User | None) -> None:
    """To the requester."""
    _tell_of_invitation([one.person], "another_time_answered", one, by)


def _tell_of_invitation(
    people: Iterable[User], kind: str, one: Invitation, by: User | None
) -> None:
    notices.tell(
        people, kind, key=f"invitation:{one.pk}:{kind}:{timezone.now():%Y%m%d%H%M%S%f}", url=one.get_absolute_url(),
        facts={"name": str(one.person), "day": timezone.localtime(one.starts_at).date()}, agency=one.audit.agency, exclude=by,
    )  # fmt: skip


def may_no_longer(row: PlanRow, member: Member) -> None:
    """To the lead and the officers of the auditing agency: an auditor may not audit their line
    by now."""
    audit = row.audit
    people = [*_lead(audit), *officers(audit.body or audit.agency)]
    notices.tell(
        people, "auditor_tied", key=f"row:{row.pk}:tied:{member.person_id}", url=reverse("audit_choices", args=[audit.pk]),
        facts={"name": str(member.person), "unit": row.unit.name}, agency=audit.body or audit.agency,
    )  # fmt: skip


def loan_asked(loan: Loan, by: User | None) -> None:
    """To the officers of the requested agency."""
    notices.tell(
        officers(loan.lender), "loan_asked", key=f"loan:{loan.pk}:asked", url=loan.get_absolute_url(),
        facts={"agency": (loan.audit.body or loan.audit.agency).name}, agency=loan.lender, exclude=by,
    )  # fmt: skip


def loan_answered(loan: Loan, by: User | None) -> None:
    """To the requester and the lead."""
    people = [*_lead(loan.audit), *([loan.asked_by] if loan.asked_by else [])]
    kind = "loan_agreed" if loan.state == Loan.State.AGREED else "loan_declined"
    notices.tell(
        people, kind, key=f"loan:{loan.pk}:answered", url=loan.get_absolute_url(),
        facts={"agency": loan.lender.name, "name": str(loan.person or "")}, agency=loan.audit.agency, exclude=by,
    )  # fmt: skip


def told(finding: Finding, by: User | None) -> list[str]:
    """To the people of the unit and the auditee of the audit. Returns the names of those who were
    told."""
    auditees = finding.audit.members.filter(part=Member.Part.AUDITEE, ends_on=None)
    people = [*_people(unit=finding.unit_id), *(one.person for one in auditees)]
    notices.tell(
        people, "finding_told", key=f"finding:{finding.pk}:told", url=finding.get_absolute_url(),
        facts={"code": finding.code}, agency=finding.agency, exclude=by,
    )  # fmt: skip
    names = {str(one) for one in people if one != by}
    return sorted(names, key=lambda name: (key(given_name(name)), key(name)))


def disputed(finding: Finding, by: User) -> None:
    """To the lead of the audit."""
    notices.tell(
        _lead(finding.audit), "finding_disputed", key=f"finding:{finding.pk}:disputed", url=finding.get_absolute_url(),
        facts={"code": finding.code}, agency=finding.agency, exclude=by,
    )  # fmt: skip


# -- correcting


def plan_agreed(case: Nonconformity, by: User | None) -> None:
    """To the author of the plan and the doers of its actions. Approvals notify the signers
    of a plan."""
    if case.planned_by:
        _tell([case.planned_by], "plan_agreed", case, by)
    for action in case.actions.select_related("person"):
        given(action, by)


def given(action: Action, by: User | None) -> None:
    _tell_doer([action.person], "action_given", action, by, f":{action.person_id}")


def extent_asked(row: ExtentQuestion, by: User | None) -> None:
    """To the people of the unit, or the officers of the agency."""
    people = _people(unit=row.unit_id) if row.unit_id else officers(row.agency)
    notices.tell(
        people, "extent_asked", key=f"extent:{row.pk}:asked", url=row.get_absolute_url(),
        facts={"agency": row.nonconformity.agency.name}, agency=row.agency, exclude=by,
    )  # fmt: skip


def extent_answered(row: ExtentQuestion, by: User | None) -> None:
    """To the people of the asking unit, and its officers."""
    case = row.nonconformity
    people = [*_people(unit=case.unit_id), *officers(case.agency)]
    _tell(people, "extent_answered", case, by)


def longer_asked(asked: Extension) -> None:
    """To those who decide on it: signers of the plan, or whoever stands in for them."""
    case = asked.action.nonconformity
    people = User.objects.filter(pk__in=rules.granters(case, asked))
    _tell(people, "longer_asked", case, asked.by)


def longer_answered(asked: Extension, by: User) -> None:
    action = asked.action
    _tell([asked.by, action.person], "longer_answered", action.nonconformity, by)


def without_doer(action: Action) -> None:
    """To the head of the unit and the officers, once: the doer of the action no longer
    works here."""
    people = up_the_line(action, heads=False)
    _tell_doer(people, "action_without_doer", action, None, f":{action.person_id}")


def up_the_line(action: Action, *, heads: bool) -> list[User]:
    """The head of the unit and the agency's officers; `heads`: those who head the agency too."""
    case = action.nonconformity
    people = [*_people(unit=case.unit_id, role=Role.UNIT_HEAD), *officers(case.agency)]
    return [*people, *_people(agency=case.agency, role=Role.APPROVER)] if heads else people


def overseers() -> list[User]:
    return _people(role=Role.OVERSEER, agency=None)


def reminded(action: Action, people: Iterable[User], *, days: int) -> None:
    """A reminder `days` before the due day of an action; negative after it."""
    _tell_doer(people, "action_late" if days < 0 else "action_due", action, None, f":{days}")


def judged(case: Nonconformity, by: User, *, effective: bool) -> None:
    """To the people of the unit, the author of the plan, and those who did the work."""
    doers = (one.person for one in case.actions.select_related("person"))
    planner = [case.planned_by] if case.planned_by else []
    kind = "case_closed" if effective else "case_ineffective"
    _tell([*_people(unit=case.unit_id), *planner, *doers], kind, case, by)


def taken_over(case: Nonconformity, before: Agency, by: User) -> None:
    """To the people of the unit and the officers of the agency that takes the correction over."""
    people = [*_people(unit=case.unit_id), *officers(case.agency)]
    _tell(people, "case_taken_over", case, by, agency=before.name)


# -- the management review


def decision_given(decision: Decision, by: User | None) -> None:
    """To the doer of a decision of a signed review, also when it was handed over later."""
    _tell_of_decision([decision.person], "decision_given", decision, by, f":{decision.person_id}")


def decision_reminded(decision: Decision, people: Iterable[User], days: int) -> None:
    """A reminder `days` before the due day; negative after it."""
    kind = "decision_late" if days < 0 else "decision_due"
    _tell_of_decision(people, kind, decision, None, f":{days}")


def _tell_of_decision(
    people: Iterable[User], kind: str, decision: Decision, by: User | None, which: str
) -> None:
    review = decision.review
    notices.tell(
        people, kind, key=f"decision:{decision.pk}:{kind}{which}", url=review.get_absolute_url(),
        facts={"code": review.code, "day": decision.due}, agency=review.agency, exclude=by,
    )  # fmt: skip


# -- parts


def in_charge(agency: Agency, *, heads: bool) -> list[User]:
    """The agency's officers; `heads`: those who head it too."""
    return [*officers(agency), *(_people(agency=agency, role=Role.APPROVER) if heads else [])]


def officers(agency: Agency) -> list[User]:
    return _people(agency=agency, role=Role.OFFICER)


def _people(**held: object) -> list[User]:
    """Active people with such an appointment today."""
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
