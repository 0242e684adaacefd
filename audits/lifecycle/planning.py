"""Steps of an audit's plan: set up, team, lines by the hour, fixed by the lead."""

import datetime
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import rules, telling
from audits.lifecycle import plan_checks
from audits.lifecycle.common import (
    CHANGING,
    check,
    cleaned,
    in_state,
    is_auditor,
    locked,
    need,
    unit_of,
)
from audits.lifecycle.inviting import bring_up_to_date
from audits.lifecycle.opening import guests_leave
from audits.models import Audit, Member, PlanRow, Programme
from procedures.models import DocumentPage, Version
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.clock import today
from qms.errors import Refused
from qms.language import of_records
from qms.models import Agency, Unit, User
from qms.proof import journal
from search.queue import pending

State, Part = Audit.State, Member.Part
KIND = "audit_plan"  # approval kind, see `audits/audit_plan/kind.py`


def subject(audit: Audit) -> str:
    """The plan's subject in approvals."""
    return f"{KIND}:{audit.pk}"


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
    """Creates an audit of the agency by the body (None: the city), with its lead.
    Raises Refused."""
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
    telling.assigned(_join(audit, lead, Part.LEAD, by), by)
    tell("audit_created", audit, by, title=audit.title, lead=str(lead))
    return audit


@transaction.atomic
def change_audit(audit: Audit, *, by: User | None, **fields: Any) -> Audit:
    """Changes title, days, scope or method of a draft plan."""
    audit = planned_by(audit, by)
    in_state(audit, State.PLANNING)
    not_on_its_way(audit)
    for name, value in fields.items():
        setattr(audit, name, value)
    cleaned(audit)
    plan_checks.all_days(audit)
    if journal.differs(audit):
        audit.save()
        tell("audit_changed", audit, by)
    return audit


@transaction.atomic
def add_member(audit: Audit, person: User, part: str, *, by: User | None) -> Member:
    """Adds somebody to the audit. A new lead replaces the previous one, who remains as
    an auditor."""
    audit = planned_by(audit, by)
    in_state(audit, *CHANGING)
    not_on_its_way(audit)
    if part == Part.LEAD:
        for old in audit.members.filter(part=Part.LEAD, ends_on=None):
            check(old.person_id != person.pk, _("Người này đang là trưởng đoàn."))
            old.part = Part.AUDITOR
            old.save()
        known = audit.members.filter(person=person, ends_on=None).first()
        if known is not None:
            plan_checks.team(audit, person, part, by=by)
            known.part = Part.LEAD
            known.save()
            telling.assigned(known, by)
            tell("audit_lead_changed", audit, by, name=str(person))
            return known
    member = _join(audit, person, part, by)
    telling.assigned(member, by)
    bring_up_to_date(audit)
    tell("audit_member_added", audit, by, name=str(person), part=part)
    return member


def _join(audit: Audit, person: User, part: str, by: User | None) -> Member:
    plan_checks.team(audit, person, part, by=by)
    if part in plan_checks.AUDITING:
        plan_checks.free_at_meetings(audit, person)
    member = Member(audit=audit, person=person, part=part)
    cleaned(member).save()
    return member


@transaction.atomic
def end_member(member: Member, *, by: User | None) -> Member:
    """Ends a membership today. Raises Refused for the lead, and while the member has lines of
    the plan."""
    audit = planned_by(member.audit, by)
    in_state(audit, *CHANGING)
    not_on_its_way(audit)
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
    bring_up_to_date(audit)
    tell("audit_member_ended", audit, by, name=str(member.person))
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
    """Adds a line to the plan or changes `row`. Refused for a clash of times or for an auditor who
    is not independent."""
    audit = planned_by(audit, by)
    in_state(audit, State.PLANNING)
    not_on_its_way(audit)
    row = PlanRow(audit=audit) if row is None else locked(row)
    row.unit, row.starts_at, row.ends_at = unit_of(audit.agency_id, unit), starts_at, ends_at
    row.place, row.topic = place.strip(), " ".join(topic.split())
    row.documents, row.clauses = sorted(set(documents)), sorted(set(clauses))
    plan_checks.named(audit, row)
    plan_checks.days(audit, row)
    plan_checks.between_meetings(row)
    plan_checks.auditors(row, auditors, by=by)
    cleaned(row)
    others = row.pk is None or set(row.auditors.all()) != set(auditors)
    if journal.differs(row) or others:
        row.save()
        row.auditors.set(auditors)
        tell("audit_plan_changed", audit, by, unit=unit.name)
    return row


@transaction.atomic
def replace_auditor(row: PlanRow, *, old: Member | None, person: User, by: User | None) -> PlanRow:
    """Replaces an auditor of a line in a plan that is drafted, fixed or carried out.

    A new person joins the team; `old` stays on it. Raises Refused for the same reasons
    as `save_row`."""
    audit = planned_by(row.audit, by)
    in_state(audit, *CHANGING)
    not_on_its_way(audit)
    row = locked(row)
    found = audit.members.filter(person=person, ends_on=None).select_related("person").first()
    if found is None:
        found = _join(audit, person, Part.AUDITOR, by)
        telling.assigned(found, by)
    kept = [one for one in row.auditors.select_related("person") if one != old]
    others = [one for one in kept if one != found]
    plan_checks.auditors(row, [found], by=by)
    row.save()
    row.auditors.set([*others, found])
    bring_up_to_date(audit)
    tell("audit_auditor_replaced", audit, by, unit=row.unit.name, name=str(person))
    return row


@transaction.atomic
def remove_row(row: PlanRow, *, by: User | None) -> None:
    """Removes a line from a draft plan."""
    audit = planned_by(row.audit, by)
    in_state(audit, State.PLANNING)
    not_on_its_way(audit)
    row = locked(row)
    unit = row.unit.name
    row.delete()
    tell("audit_plan_changed", audit, by, removed=unit)


@transaction.atomic
def fix_plan(audit: Audit, *, by: User | None) -> Audit:
    """Fixes the plan, by the last signature of its chain or by the lead; today's versions of the
    documents are audited.

    Raises Refused if anything is missing."""
    audit = locked(audit)
    check(
        by is None or rules.may_fix_plan(by, audit),
        _("Chỉ trưởng đoàn đánh giá được chốt kế hoạch."),
    )
    in_state(audit, State.PLANNING)
    documents = check_complete(audit)
    audit.versions = _versions_in_force(documents)
    audit.state, audit.plan_fixed_on = State.PLANNED, today()
    audit.save()
    bring_up_to_date(audit)
    tell("audit_plan_fixed", audit, by, versions=audit.version_ids)
    return audit


def check_complete(audit: Audit) -> list[int]:
    """IDs of the plan's documents. Raises Refused if it can't be signed yet: no lead, no lines, a
    line without somebody who may audit it, a document not in force."""
    lead = rules.lead_of(audit)
    check(lead is not None, _("Đoàn đánh giá chưa có trưởng đoàn."))
    check(
        lead is not None and is_auditor(lead.person),
        _("%(name)s không còn giữ vai trò đánh giá viên nội bộ. Hãy chọn trưởng đoàn khác.")
        % {"name": lead or ""},
    )
    rows = list(audit.rows.select_related("unit").prefetch_related("auditors__person"))
    check(bool(rows), _("Kế hoạch chưa có dòng nào. Hãy thêm đơn vị, giờ và người đánh giá."))
    for row in rows:
        check(
            bool(row.auditors.all()),
            _("Dòng của %(unit)s chưa có đánh giá viên.") % {"unit": row.unit},
        )
        unit_of(audit.agency_id, row.unit)
        plan_checks.may_audit(row, row.auditors.all())
    documents = sorted({pk for row in rows for pk in row.documents})
    _versions_in_force(documents)
    return documents


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
    audit = planned_by(audit, by)
    in_state(audit, State.PLANNED)
    reason = need(reason, _("Hãy ghi lý do sửa kế hoạch."))
    audit.state, audit.plan_fixed_on, audit.versions = State.PLANNING, None, []
    audit.save()
    tell("audit_plan_reopened", audit, by, reason=reason)
    return audit


@journal.acts()
def cancel(audit: Audit, *, reason: str, by: User | None) -> Audit:
    """Cancels an audit before it is concluded, with the reason."""
    audit = planned_by(audit, by)
    in_state(audit, *CHANGING)
    return call_off(audit, reason=need(reason, _("Hãy ghi lý do hủy cuộc đánh giá.")), by=by)


def call_off(audit: Audit, *, reason: str, by: User | None) -> Audit:
    """Cancels a locked audit. Called by steps, in their transaction."""
    with of_records():
        cancelled = _("Cuộc đánh giá đã hủy.")
    for kept in (subject(audit), f"audit_report:{audit.pk}"):
        sent = queries.open_for(kept)
        if sent is not None:
            approvals.void(sent, by=None, reason=cancelled)
    audit.state, audit.conclusion = State.CANCELLED, reason
    audit.closed_on = today()
    audit.save()
    guests_leave(audit)
    bring_up_to_date(audit)
    tell("audit_cancelled", audit, by, reason=reason)
    return audit


# --- checks ---------------------------------------------------------------------------------------


def planned_by(audit: Audit, by: User | None) -> Audit:
    audit = locked(audit)
    check(
        by is None or rules.may_plan(by, audit),
        _("Chỉ thư ký ISO của cơ quan đánh giá và trưởng đoàn được sửa kế hoạch."),
    )
    return audit


def not_on_its_way(audit: Audit) -> None:
    check(
        queries.open_for(subject(audit)) is None,
        _("Kế hoạch đang được trình duyệt nên không sửa được. Hãy rút lại trước khi sửa."),
    )


def tell(kind: str, audit: Audit, by: User | None, **facts: Any) -> None:
    journal.append(kind, f"audit:{audit.pk}", agency=audit.agency, by=by, **facts)
    pending.mark("audit", audit.pk)
