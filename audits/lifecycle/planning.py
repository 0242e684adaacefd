"""Steps of an audit's plan: set up, team, lines by the hour, fixed by the lead."""

import datetime
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from audits import independence, rules, telling
from audits.lifecycle.common import (
    CHANGING,
    check,
    cleaned,
    holds_a_post,
    in_state,
    is_auditor,
    locked,
    need,
    unit_of,
)
from audits.models import Audit, Member, PlanRow, Programme
from procedures.models import Clause, DocumentPage, Version
from qms.clock import today
from qms.errors import Refused
from qms.models import Agency, Unit, User
from qms.proof import journal
from search.queue import pending

State, Part = Audit.State, Member.Part
AUDITING = (Part.LEAD, Part.AUDITOR)


@transaction.atomic
def create_audit(
    agency: Agency,
    *,
    body: Agency | None,
    title: str,
    starts_on: datetime.date,
    ends_on: datetime.date,
    lead: User,
    by: User | None,
    programme: Programme | None = None,
    **fields: Any,
) -> Audit:
    """A new audit of the agency by the body (None: the city), with its lead. Raises Refused."""
    check(
        by is None
        or rules.may_set_up(by, agency=agency.pk, body=body.pk if body is not None else None),
        _("Chỉ thư ký ISO của cơ quan được lập cuộc đánh giá nội bộ của cơ quan mình."),
    )
    if programme is not None:
        check(
            programme.agency_id in {agency.pk, body.pk if body else None},
            _("Chương trình này không phải của cơ quan."),
        )
        check(programme.is_approved, _("Chương trình đánh giá chưa được phê duyệt."))
    audit = Audit(
        agency=agency,
        body=body,
        title=" ".join(title.split()),
        starts_on=starts_on,
        ends_on=ends_on,
        programme=programme,
        **fields,
    )
    cleaned(audit).save()
    telling.assigned(_join(audit, lead, Part.LEAD), by)
    _tell("audit_created", audit, by, title=audit.title, lead=str(lead))
    return audit


@transaction.atomic
def change_audit(audit: Audit, *, by: User | None, **fields: Any) -> Audit:
    """Changes title, days, scope or way while the plan is being made."""
    audit = _planned_by(audit, by)
    in_state(audit, State.PLANNING)
    for name, value in fields.items():
        setattr(audit, name, value)
    cleaned(audit)
    for row in audit.rows.all():
        _check_days(audit, row)
    if journal.differs(audit):
        audit.save()
        _tell("audit_changed", audit, by)
    return audit


@transaction.atomic
def add_member(audit: Audit, person: User, part: str, *, by: User | None) -> Member:
    """Puts somebody on the audit. A new lead takes the place of the one before, who stays as an auditor."""
    audit = _planned_by(audit, by)
    in_state(audit, *CHANGING)
    if part == Part.LEAD:
        for old in audit.members.filter(part=Part.LEAD, ends_on=None):
            check(old.person_id != person.pk, _("Người này đang là trưởng đoàn."))
            old.part = Part.AUDITOR
            old.save()
        known = audit.members.filter(person=person, ends_on=None).first()
        if known is not None:
            check(is_auditor(person), _not_an_auditor(person))
            known.part = Part.LEAD
            known.save()
            telling.assigned(known, by)
            _tell("audit_lead_changed", audit, by, name=str(person))
            return known
    member = _join(audit, person, part)
    telling.assigned(member, by)
    _tell("audit_member_added", audit, by, name=str(person), part=part)
    return member


def _join(audit: Audit, person: User, part: str) -> Member:
    if part in AUDITING:
        check(is_auditor(person), _not_an_auditor(person))
    else:
        check(holds_a_post(person), _("%(name)s hiện không giữ vai trò nào.") % {"name": person})
    member = Member(audit=audit, person=person, part=part)
    cleaned(member).save()
    return member


def _not_an_auditor(person: User) -> str:
    return _("%(name)s hiện không giữ vai trò đánh giá viên nội bộ.") % {"name": person}


@transaction.atomic
def end_member(member: Member, *, by: User | None) -> Member:
    """Ends somebody's part with today. Refused for the lead, and while lines of the plan are theirs."""
    audit = _planned_by(member.audit, by)
    in_state(audit, *CHANGING)
    member = locked(member)
    check(member.ends_on is None, _("Người này đã ngừng tham gia."))
    check(
        member.part != Part.LEAD,
        _("Hãy chọn trưởng đoàn khác trước khi đưa người này ra khỏi đoàn."),
    )
    check(
        not member.rows.exists(),
        _("Người này còn được giao dòng của kế hoạch. Hãy giao cho người khác trước."),
    )
    member.ends_on = today()
    member.save()
    _tell("audit_member_ended", audit, by, name=str(member.person))
    return member


@transaction.atomic
def save_row(
    audit: Audit,
    *,
    unit: Unit,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    auditors: Collection[Member],
    by: User | None,
    row: PlanRow | None = None,
    place: str = "",
    topic: str = "",
    documents: Collection[int] = (),
    clauses: Collection[str] = (),
) -> PlanRow:
    """Adds a line to the plan or changes `row`. Refused for a clash of times or for an auditor who is not independent."""
    audit = _planned_by(audit, by)
    in_state(audit, State.PLANNING)
    row = PlanRow(audit=audit) if row is None else locked(row)
    row.unit, row.starts_at, row.ends_at = unit_of(audit.agency_id, unit), starts_at, ends_at
    row.place, row.topic = place.strip(), " ".join(topic.split())
    row.documents, row.clauses = sorted(set(documents)), sorted(set(clauses))
    _check_named(audit, row)
    _check_days(audit, row)
    check(bool(auditors), _("Hãy chọn ít nhất một đánh giá viên."))
    for member in auditors:
        fits = member.audit_id == audit.pk and member.part in AUDITING and member.ends_on is None
        check(fits, _("%(name)s không phải đánh giá viên của đoàn.") % {"name": member})
    _check_free(audit, row, auditors)
    _check_independent(row, auditors)
    cleaned(row)
    others = row.pk is None or set(row.auditors.all()) != set(auditors)
    if journal.differs(row) or others:
        row.save()
        row.auditors.set(auditors)
        _tell("audit_plan_changed", audit, by, unit=unit.name)
    return row


@transaction.atomic
def remove_row(row: PlanRow, *, by: User | None) -> None:
    """Takes a line out of a plan that is still being made."""
    audit = _planned_by(row.audit, by)
    in_state(audit, State.PLANNING)
    unit = row.unit.name
    row.delete()
    _tell("audit_plan_changed", audit, by, removed=unit)


@transaction.atomic
def fix_plan(audit: Audit, *, by: User | None) -> Audit:
    """The lead fixes the plan; the documents' versions of today are what is audited. Refused where anything is missing."""
    audit = locked(audit)
    check(
        by is None or rules.may_fix_plan(by, audit),
        _("Chỉ trưởng đoàn đánh giá được chốt kế hoạch."),
    )
    in_state(audit, State.PLANNING)
    rows = list(audit.rows.select_related("unit").prefetch_related("auditors__person"))
    check(bool(rows), _("Kế hoạch chưa có dòng nào. Hãy thêm đơn vị, giờ và người đánh giá."))
    for row in rows:
        check(
            bool(row.auditors.all()),
            _("Dòng của %(unit)s chưa có đánh giá viên.") % {"unit": row.unit},
        )
        _check_independent(row, row.auditors.all())
    audit.versions = _versions_in_force(sorted({pk for row in rows for pk in row.documents}))
    audit.state, audit.plan_fixed_on = State.PLANNED, today()
    audit.save()
    _tell("audit_plan_fixed", audit, by, versions=audit.version_ids)
    return audit


def _versions_in_force(documents: list[int]) -> list[dict[str, Any]]:
    found = {
        v.document_id: v
        for v in Version.objects.in_force().filter(document__in=documents).defer("content")
    }
    for pk in documents:
        if pk not in found:
            title = DocumentPage.objects.values_list("title", flat=True).get(pk=pk)
            raise Refused(
                _("“%(title)s” không còn phiên bản có hiệu lực. Hãy bỏ tài liệu này khỏi kế hoạch.")
                % {"title": title}
            )
    return [
        {"document": pk, "version": found[pk].pk, "code": found[pk].code, "title": found[pk].title}
        for pk in documents
    ]


@transaction.atomic
def reopen_plan(audit: Audit, *, reason: str, by: User | None) -> Audit:
    """Opens a fixed plan for a change, with the reason; the lead fixes it again."""
    audit = _planned_by(audit, by)
    in_state(audit, State.PLANNED)
    reason = need(reason, _("Hãy ghi lý do sửa kế hoạch."))
    audit.state, audit.plan_fixed_on, audit.versions = State.PLANNING, None, []
    audit.save()
    _tell("audit_plan_reopened", audit, by, reason=reason)
    return audit


@transaction.atomic
def cancel(audit: Audit, *, reason: str, by: User | None) -> Audit:
    """Gives an audit up before it is concluded, with the reason."""
    audit = _planned_by(audit, by)
    in_state(audit, *CHANGING)
    reason = need(reason, _("Hãy ghi lý do hủy cuộc đánh giá."))
    audit.state, audit.conclusion = State.CANCELLED, reason
    audit.closed_on = today()
    audit.save()
    _tell("audit_cancelled", audit, by, reason=reason)
    return audit


# --- checks ----------------------------------------------------------------------------------------


def _planned_by(audit: Audit, by: User | None) -> Audit:
    audit = locked(audit)
    check(
        by is None or rules.may_plan(by, audit),
        _("Chỉ thư ký ISO của cơ quan đánh giá và trưởng đoàn được sửa kế hoạch."),
    )
    return audit


def _check_days(audit: Audit, row: PlanRow) -> None:
    first, last = localtime(row.starts_at).date(), localtime(row.ends_at).date()
    check(
        audit.starts_on <= first and last <= audit.ends_on,
        _("Giờ của kế hoạch phải nằm trong các ngày đánh giá."),
    )


def _check_named(audit: Audit, row: PlanRow) -> None:
    documents = DocumentPage.objects.filter(pk__in=row.documents, agency=audit.agency_id)
    check(
        documents.count() == len(row.documents),
        _("Có tài liệu không thuộc cơ quan được đánh giá."),
    )
    known = Clause.objects.filter(number__in=row.clauses).values("number").distinct().count()
    check(known == len(row.clauses), _("Có điều khoản không có trong tiêu chuẩn."))


def _check_free(audit: Audit, row: PlanRow, auditors: Collection[Member]) -> None:
    """Nobody is in two places at one time, in this audit or another."""
    people = [member.person_id for member in auditors]
    clash = (
        PlanRow.objects.filter(
            auditors__person__in=people, starts_at__lt=row.ends_at, ends_at__gt=row.starts_at
        )
        .exclude(pk=row.pk)
        .exclude(audit__state=State.CANCELLED)
        .first()
    )
    check(
        clash is None,
        _(
            "Có đánh giá viên đã được phân công việc khác trùng giờ này. Hãy đổi giờ hoặc đổi người."
        ),
    )


def _check_independent(row: PlanRow, auditors: Collection[Member]) -> None:
    people = [member.person for member in auditors]
    tied = independence.reasons(people, units=[row.unit_id], documents=row.documents)
    for person in people:
        if person.pk in tied:
            raise Refused(
                _("%(name)s không đánh giá được phần này vì %(reasons)s. Hãy chọn người khác.")
                % {"name": person, "reasons": ", ".join(tied[person.pk])}
            )


def _tell(kind: str, audit: Audit, by: User | None, **facts: Any) -> None:
    journal.append(kind, f"audit:{audit.pk}", agency=audit.agency, by=by, **facts)
    pending.mark("audit", audit.pk)
