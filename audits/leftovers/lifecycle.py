"""Steps with what a closed agency left open. A correction stays with its agency: a further round in
the successor continues it, or it ends with a reason. An audit ends with a reason."""

from django.utils.translation import gettext as _

from audits import reminders, telling
from audits.leftovers import rules
from audits.lifecycle.common import check, locked, need
from audits.lifecycle.opening import close_if_done, record, save_new
from audits.lifecycle.planning import call_off
from audits.models import Audit, Cause, Nonconformity, Report
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.clock import today
from qms.language import of_records
from qms.models import Unit, User
from qms.proof import journal

# What was found out so far, which the next round begins with
KEPT = (
    "source", "minor", "finding", "correction", "result_corrected", "informed", "accepted_by", "whys", "cause", "extent",
    "risks", "objectives", "measure",
)  # fmt: skip
LONGEST = 2000
REPORT_ENDED = "audit_report_ended"


@journal.acts()
def take_over(case: Nonconformity, *, unit: Unit, reason: str, by: User) -> Nonconformity:
    """Ends the correction and continues it in a unit of the successor, as a further round with what
    was written so far; its plan is made and agreed to there."""
    case = _leftover(case, by)
    heir = rules.heir_of(case.agency)
    if heir is None:
        check(False, _("Cơ quan này chưa ghi cơ quan kế thừa đang hoạt động."))
    assert heir is not None
    reason = _reason(reason)
    check(
        unit.agency_id == heir.pk and (unit.active_to is None or unit.active_to >= today()),
        _("Hãy chọn một đơn vị đang hoạt động của cơ quan kế thừa."),
    )
    left = [f"– {one.what}" for one in case.actions.filter(done_on=None)]
    _end(case, reason)
    made = Nonconformity(agency=heir, unit=unit, follows=case)
    for name in KEPT:
        setattr(made, name, getattr(case, name))
    made.description = _described(case, reason, left)
    save_new(made, by=by)
    made.causes.set(Cause.objects.offered_to(heir).filter(pk__in=case.causes.values("pk")))
    record("nonconformity_taken_over", case, by, reason=reason, successor=heir.name)
    telling.taken_over(made, case.agency, by)
    return made


@journal.acts()
def end(case: Nonconformity, *, reason: str, by: User) -> Nonconformity:
    """Ends a correction that nobody continues, with the reason."""
    case = _leftover(case, by)
    reason = _reason(reason)
    _end(case, reason)
    record("nonconformity_ended", case, by, reason=reason)
    if case.finding is not None:
        close_if_done(case.finding.audit, by=by)
    return case


@journal.acts()
def end_audit(audit: Audit, *, reason: str, by: User) -> Audit:
    """Ends an audit, with the reason. One that was not concluded is cancelled. The report of a
    concluded one is no longer awaited: its approval becomes void, and the audit closes at once or
    with its last correction."""
    audit = locked(audit)
    check(
        rules.may_end_audit(by, audit),
        _("Chỉ quản trị hệ thống, với cuộc đánh giá còn mở của cơ quan đã kết thúc hoạt động."),
    )
    reason = _reason(reason)
    if audit.state != Audit.State.CONCLUDED:
        return call_off(audit, reason=reason, by=by)
    report = Report.objects.get(audit=audit)
    if report.approval is not None and report.approval.state in queries.UNFINISHED:
        approvals.void(report.approval, by=None, reason=reason)
    report.approval = None  # it was not sent any more; the rounds keep their own history
    report.save()
    journal.append(REPORT_ENDED, f"audit:{audit.pk}", agency=audit.agency, by=by, reason=reason)
    close_if_done(audit, by=by)
    audit.refresh_from_db()
    return audit


def _described(case: Nonconformity, reason: str, left: list[str]) -> str:
    """What the successor reads: the description, from whom it comes and why, and what was not done."""
    with of_records():
        said = _("Tiếp nhận từ %(agency)s (%(code)s): %(reason)s")
        undone = _("Hành động khắc phục chưa hoàn thành:")
    facts = {"agency": case.agency.name, "code": case.code, "reason": reason}
    return "\n".join([case.description, "", said % facts, *([undone, *left] if left else [])])


def _leftover(case: Nonconformity, by: User) -> Nonconformity:
    case = locked(case)
    check(
        rules.may_settle(by, case),
        _("Chỉ quản trị hệ thống, với sự không phù hợp còn mở của cơ quan đã kết thúc hoạt động."),
    )
    return case


def _reason(text: str) -> str:
    text = need(text, _("Hãy ghi lý do."))
    check(len(text) <= LONGEST, _("Nội dung quá dài. Hãy viết trong 2.000 ký tự."))
    return text


def _end(case: Nonconformity, reason: str) -> None:
    if case.state == Nonconformity.State.PLANNED and case.approval is not None:
        approvals.void(case.approval, by=None, reason=reason)
        case.refresh_from_db()
    for action in case.actions.filter(done_on=None):
        reminders.cancel(action)
    case.state, case.closed_on = Nonconformity.State.DROPPED, today()
    case.save()
