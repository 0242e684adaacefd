"""Opens nonconformities with findings, and closes audits with their last one. Called by other
steps, in their transaction."""

from typing import Any

from django.utils.translation import gettext as _

from audits.lifecycle.common import check, next_number
from audits.models import Audit, Finding, Grade, Loan, Nonconformity
from audits.report import rules as report_rules
from qms.approvals import lifecycle as approvals
from qms.clock import today
from qms.language import of_records
from qms.models import Appointment, User
from qms.proof import journal
from search.queue import pending

State = Nonconformity.State
SOURCES = {
    Audit.Kind.INTERNAL: Nonconformity.Source.INTERNAL_AUDIT,
    Audit.Kind.INSPECTION: Nonconformity.Source.INSPECTION,
    Audit.Kind.EXTERNAL: Nonconformity.Source.EXTERNAL_AUDIT,
}


def open_case(
    finding: Finding, *, by: User | None, follows: Nonconformity | None = None
) -> Nonconformity:
    """Opens the first round of correcting a finding."""
    case = Nonconformity(
        agency=finding.agency,
        unit=finding.unit,
        source=SOURCES[Audit.Kind(finding.audit.kind)],
        finding=finding,
        follows=follows,
        minor=finding.grade == Grade.MINOR,
        description=finding.seen,
    )
    return save_new(case, by=by)


def open_next_round(before: Nonconformity, *, why: str, by: User | None) -> Nonconformity:
    """Opens a further round after an ineffective one; cause and actions are reconsidered."""
    with of_records():
        said = _("%(before)s\n\nVòng trước (%(code)s) chưa hiệu lực: %(why)s")
    case = Nonconformity(
        agency=before.agency,
        unit=before.unit,
        source=before.source,
        finding=before.finding,
        follows=before,
        minor=before.minor,
        description=said % {"before": before.description, "code": before.code, "why": why},
    )
    return save_new(case, by=by)


def save_new(case: Nonconformity, *, by: User | None) -> Nonconformity:
    case.year, case.number = next_number(Nonconformity, case.agency_id)
    case.opened_on = today()
    case.save()
    record("nonconformity_opened", case, by, code=case.code)
    return case


def withdraw_case(finding: Finding, *, by: User | None) -> None:
    """Ends the nonconformity of a finding that was dropped. Refused once work on it was agreed."""
    for case in Nonconformity.objects.select_for_update(no_key=True).filter(finding=finding):
        check(
            case.state in {State.OPEN, State.PLANNED},
            _("Kế hoạch hành động khắc phục đã được đồng ý nên không rút phát hiện được nữa."),
        )
        if case.state == State.PLANNED and case.approval is not None:
            with of_records():
                reason = _("Phát hiện đã được rút.")
            approvals.void(case.approval, by=None, reason=reason)
            case.refresh_from_db()
        case.state, case.closed_on = State.DROPPED, today()
        case.save()
        record("nonconformity_dropped", case, by)


def close_if_done(audit: Audit, *, by: User | None) -> bool:
    """Closes a concluded audit once it has no open nonconformity and no report awaiting acceptance;
    guests then leave it."""
    audit = Audit.objects.select_for_update(of=("self",), no_key=True).get(pk=audit.pk)
    cases = Nonconformity.objects.filter(finding__audit=audit)
    if report_rules.awaited().filter(audit=audit).exists():
        return False
    if (
        audit.state != Audit.State.CONCLUDED
        or cases.exclude(state__in=Nonconformity.ENDED).exists()
    ):
        return False
    audit.state, audit.closed_on = Audit.State.CLOSED, today()
    audit.save()
    guests_leave(audit)
    journal.append("audit_closed", f"audit:{audit.pk}", agency=audit.agency, by=by)
    pending.mark("audit", audit.pk)
    return True


def guests_leave(audit: Audit) -> None:
    """At the end of an audit, ends the membership of people of other agencies and withdraws open
    requests to lenders."""
    home = [pk for pk in (audit.agency_id, audit.body_id) if pk is not None]
    at_home = Appointment.objects.current().filter(agency__in=home).values("person")
    for guest in audit.members.filter(ends_on=None).exclude(person__in=at_home):
        guest.ends_on = today()
        guest.save()
    for loan in audit.loans.filter(state=Loan.State.ASKED):
        loan.state, loan.answered_on = Loan.State.WITHDRAWN, today()
        loan.save()


def record(kind: str, case: Nonconformity, by: User | None, **facts: Any) -> None:
    """Appends an event on a nonconformity to the journal and queues it for indexing."""
    journal.append(kind, f"nonconformity:{case.pk}", agency=case.agency, by=by, **facts)
    pending.mark("nonconformity", case.pk)
