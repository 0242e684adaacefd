"""Steps of carrying an audit out: start, findings, the unit's reply, conclusion."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import evidence, grades, repeats, rules, telling, unfinished
from audits.lifecycle import plan_checks
from audits.lifecycle.common import (
    check,
    cleaned,
    in_state,
    locked,
    name_of,
    need,
    next_number,
    unit_of,
)
from audits.lifecycle.meanwhile import FINDING, unchanged
from audits.lifecycle.opening import close_if_done, open_case, withdraw_case
from audits.models import Audit, Finding, FindingNote, Grade, Item, Result
from audits.report import readiness
from procedures.models import Clause
from qms.clock import today
from qms.errors import Refused
from qms.models import Unit, User
from qms.proof import journal
from search.queue import pending

State, Found, Note = Audit.State, Finding.State, FindingNote.Kind
GRADES = {  # of a finding from an answer, until somebody changes it
    Result.OBSERVATION.value: Grade.OBSERVATION.value,
    Result.NONCONFORMITY.value: Grade.MINOR.value,
}


@transaction.atomic
def start(audit: Audit, *, by: User | None) -> Audit:
    """Starts the audit: from now on the checklist takes answers. Raises Refused while a line's
    auditor may not audit it."""
    audit = locked(audit)
    check(
        by is None or rules.may_conclude(by, audit),
        _("Chỉ trưởng đoàn được bắt đầu cuộc đánh giá."),
    )
    in_state(audit, State.PLANNED)
    check(
        audit.starts_on <= today(),
        _("Cuộc đánh giá bắt đầu từ %(day)s.") % {"day": f"{audit.starts_on:%d/%m/%Y}"},
    )
    for row in audit.rows.select_related("unit").prefetch_related("auditors__person"):
        plan_checks.may_audit(row, row.auditors.all())
    audit.state = State.UNDER_WAY
    audit.save()
    _tell("audit_started", audit, by)
    return audit


@transaction.atomic
def raise_finding(
    audit: Audit,
    *,
    grade: str,
    seen: str,
    unit: Unit,
    by: User | None,
    item: Item | None = None,
    clause: str = "",
    version: int | None = None,
    anchor: str = "",
    step: str = "",
    files: list[Any] | None = None,
    guessed: bool = False,
) -> Finding:
    """Records a finding: the requirement (a clause, or a version fixed with the plan), what was
    seen, in which unit.

    Without a requirement it takes that of the item. `guessed`: nobody has chosen the grade, so the
    finding is unfinished. Raises Refused for a second finding from one item."""
    audit = _found_by(audit, by)
    plan_checks.independent(by, unit, version)
    if item is not None:
        check(item.audit_id == audit.pk, _("Câu hỏi này không thuộc cuộc đánh giá."))
        check(
            not Finding.objects.filter(item=item).exists(),
            _("Câu hỏi này đã có phát hiện. Hãy mở phát hiện đó để sửa."),
        )
        if not clause and version is None:
            clause, version, anchor, step = item.clause, item.version_id, item.anchor, item.step
    finding = Finding(audit=audit, agency=audit.agency, item=item, by_name=name_of(by))
    _fill(
        finding, grade=grade, seen=seen, unit=unit, clause=clause, version_id=version, anchor=anchor, step=step
    )  # fmt: skip
    finding.year, finding.number = next_number(Finding, audit.agency_id)
    cleaned(finding).save()
    evidence.keep(files or [], f"finding:{finding.pk}", audit=audit, by=by)
    more = {"guessed": True} if guessed else {}
    _note("finding_raised", finding, by, grade=grade, code=finding.code, **more)
    return finding


def raise_from_answer(
    item: Item, *, result: str, note: str, by: User | None, grade: str = ""
) -> Finding:
    """A finding in one tap: everything is taken from the question and an answer to it; the grade
    too, unless its author chose one. Raises Refused if that is too little."""
    check(
        result in GRADES,
        _("Kết quả này chưa cho biết mức của phát hiện. Hãy chọn mức tại trang “Phát hiện mới”."),
    )
    check(
        item.row is not None,
        _(
            "Câu hỏi này không thuộc phần nào của kế hoạch. Hãy chọn đơn vị tại trang “Phát hiện mới”."
        ),
    )
    assert item.row is not None
    return raise_finding(
        item.audit, item=item, grade=grade or GRADES[result], seen=note, unit=item.row.unit, clause=item.clause,
        version=item.version_id, anchor=item.anchor, step=item.step, by=by, guessed=not grade,
    )  # fmt: skip


@transaction.atomic
def change_finding(
    finding: Finding,
    *,
    by: User | None,
    files: list[Any] | None = None,
    was: str = "",
    **fields: Any,
) -> Finding:
    """Changes a finding of which the agency has not been notified yet."""
    audit = _found_by(finding.audit, by)
    finding = locked(finding)
    in_state(finding, Found.DRAFT)
    unchanged(finding, FINDING, was)
    plan_checks.independent(by, finding.unit, finding.version_id)
    _fill(finding, **fields)
    plan_checks.independent(by, finding.unit, finding.version_id)
    if not journal.differs(cleaned(finding)) and not files:
        return _confirmed(finding, by)
    finding.save()
    evidence.keep(files or [], f"finding:{finding.pk}", audit=audit, by=by)
    _note("finding_changed", finding, by)
    return finding


@transaction.atomic
def confirm_finding(finding: Finding, *, by: User | None) -> Finding:
    """Confirms a finding that was begun with one tap as it is."""
    _found_by(finding.audit, by)
    finding = locked(finding)
    in_state(finding, Found.DRAFT)
    plan_checks.independent(by, finding.unit, finding.version_id)
    return _confirmed(finding, by)


def _confirmed(finding: Finding, by: User | None) -> Finding:
    if unfinished.is_guessed(finding):
        _note("finding_checked", finding, by)
    return finding


def _fill(finding: Finding, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(finding, name, value)
    finding.unit = unit_of(finding.agency_id, finding.unit)
    finding.seen = need(finding.seen, _("Hãy ghi điều đã thấy và bằng chứng."))
    check(finding.grade in Grade.values, _("Hãy chọn mức của phát hiện."))
    finding.grade_name = grades.own_names(finding.agency_id).get(finding.grade, "")
    check(
        bool(finding.clause) or finding.version_id is not None,
        _("Hãy ghi yêu cầu: điều khoản hoặc tài liệu làm căn cứ."),
    )
    check(
        not finding.clause or Clause.objects.filter(number=finding.clause).exists(),
        _("Điều khoản này không có trong tiêu chuẩn."),
    )
    check(
        finding.version_id is None or finding.version_id in finding.audit.version_ids,
        _("Tài liệu này không nằm trong kế hoạch đã chốt."),
    )
    finding.same_place, finding.same_step = repeats.keys(finding.version, finding.step)


@transaction.atomic
def drop_finding(finding: Finding, *, reason: str, by: User | None) -> Finding:
    """Withdraws a finding before the agency is notified; its number is not reused. Its question may
    have another one."""
    _found_by(finding.audit, by)
    finding = locked(finding)
    in_state(finding, Found.DRAFT)
    plan_checks.independent(by, finding.unit, finding.version_id)
    reason = need(reason, _("Hãy ghi lý do rút phát hiện."))
    _say(finding, Note.DROPS, reason, by)
    item, finding.item = finding.item_id, None
    finding.state = Found.DROPPED
    finding.save()
    _note("finding_dropped", finding, by, reason=reason, item=item)
    return finding


@journal.acts()
def conclude(audit: Audit, *, conclusion: str, by: User | None, strengths: str = "") -> Audit:
    """Concludes the audit, by the lead: notifies the agency, and opens each nonconformity
    for correction.

    Refused without answers, with answers in conflict, while an answer "nonconformity" has no
    finding, and while a finding's grade is a guess. Without nonconformities the audit closes."""
    audit = locked(audit)
    check(by is None or rules.may_conclude(by, audit), _("Chỉ trưởng đoàn được kết luận."))
    in_state(audit, State.UNDER_WAY)
    audit.conclusion = need(conclusion, _("Hãy ghi kết luận của cuộc đánh giá."))
    audit.strengths = strengths.strip()
    for point in readiness.of_checklist(audit):
        raise Refused(point)
    audit.state, audit.concluded_on = State.CONCLUDED, today()
    audit.concluded_by_name = name_of(by)
    audit.save()
    _tell("audit_concluded", audit, by, findings=audit.findings.count())
    own_names = grades.own_names(audit.agency_id)
    for finding in audit.findings.filter(state=Found.DRAFT).select_related("unit", "agency"):
        finding.state, finding.told_on = Found.TOLD, today()
        finding.grade_name = own_names.get(finding.grade, "")
        finding.save()
        _note("finding_told", finding, by, told=telling.told(finding, by))
        if finding.is_nonconforming:
            open_case(finding, by=by)
    close_if_done(audit, by=by)
    return audit


@transaction.atomic
def reply(finding: Finding, *, accepts: bool, by: User, text: str = "") -> Finding:
    """The unit accepts a finding, or disagrees with a reason. A reply may not be changed; the lead
    decides on a dispute."""
    finding = locked(finding)
    check(
        rules.may_reply(by, finding),
        _("Chỉ người của đơn vị và đại diện bên được đánh giá trả lời phát hiện này."),
    )
    in_state(finding, Found.TOLD)
    text = text.strip()
    check(accepts or bool(text), _("Hãy ghi lý do chưa thống nhất."))
    _say(finding, Note.ACCEPTS if accepts else Note.DISPUTES, text, by)
    finding.state = Found.ACCEPTED if accepts else Found.DISPUTED
    finding.save()
    if not accepts:
        telling.disputed(finding, by)
    _note("finding_accepted" if accepts else "finding_disputed", finding, by)
    return finding


@journal.acts()
def decide(finding: Finding, *, upholds: bool, text: str, by: User) -> Finding:
    """The lead decides on a dispute. A finding that is dropped takes its nonconformity with it, if
    nobody agreed to a plan yet; one about the lead's own unit can only be upheld."""
    finding = locked(finding)
    check(rules.may_decide(by, finding), _("Chỉ trưởng đoàn quyết định về ý kiến của đơn vị."))
    in_state(finding, Found.DISPUTED)
    if not upholds:
        plan_checks.independent(by, finding.unit, finding.version_id)
    text = need(text, _("Hãy ghi lý do quyết định."))
    _say(finding, Note.UPHOLDS if upholds else Note.DROPS, text, by)
    finding.state = Found.UPHELD if upholds else Found.DROPPED
    finding.save()
    _note("finding_upheld" if upholds else "finding_dropped", finding, by, reason=text)
    if not upholds:
        withdraw_case(finding, by=by)
        close_if_done(finding.audit, by=by)
    return finding


def _found_by(audit: Audit, by: User | None) -> Audit:
    audit = locked(audit)
    check(
        by is None or rules.may_answer(by, audit),
        _("Chỉ trưởng đoàn và đánh giá viên của đoàn được ghi phát hiện."),
    )
    in_state(audit, State.UNDER_WAY)
    return audit


def _say(finding: Finding, kind: str, text: str, by: User | None) -> None:
    FindingNote.objects.create(finding=finding, kind=kind, text=text, by=by, by_name=name_of(by))


def _note(kind: str, finding: Finding, by: User | None, **facts: Any) -> None:
    journal.append(kind, f"finding:{finding.pk}", agency=finding.agency, by=by, **facts)
    pending.mark("finding", finding.pk)


def _tell(kind: str, audit: Audit, by: User | None, **facts: Any) -> None:
    journal.append(kind, f"audit:{audit.pk}", agency=audit.agency, by=by, **facts)
    pending.mark("audit", audit.pk)
