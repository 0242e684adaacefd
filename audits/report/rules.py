"""Who may read, write, send and conclude the report of an audit, and add to it. Buttons and steps
call the same functions."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from audits import rules
from audits.models import Audit, Report
from qms import access
from qms.access import Person
from qms.approvals import queries
from qms.approvals import rules as approval_rules
from qms.models import Approval
from qms.roles import Role

SENT = (*queries.UNFINISHED, Approval.State.DONE)


def audits_of(user: Person) -> "QuerySet[Audit]":
    """Audits whose report the user may ask for: those that they may see, and those whose report is
    before them in the chain."""
    before = approval_rules.approvals_of(user).filter(state__in=queries.UNFINISHED)
    reports = Report.objects.filter(audit=OuterRef("pk"), approval__in=before.order_by().values("pk"))  # fmt: skip
    seen = Q(pk__in=rules.audits_of(user).order_by().values("pk")) | Exists(reports)
    return Audit.objects.with_names().filter(seen)


def may_see_report(user: Person, audit: Audit) -> bool:
    """The team while it is being written; those in charge and the overseer once the lead has
    signed; the audited side from the moment that it is sent to them to accept."""
    if rules.may_see_checklist(user, audit):
        return True
    if audit.is_told and (not rules.reads_as_auditee(user, audit) or was_sent(audit)):
        return True
    return is_before(user, audit)


def was_sent(audit: Audit) -> bool:
    """Whether the report was sent, and did not come back."""
    return Report.objects.filter(audit=audit, approval__state__in=SENT).exists()


def awaited() -> "QuerySet[Report]":
    """Reports that were sent and are not accepted, those that came back among them. An audit doesn't
    close before its report."""
    return Report.objects.filter(accepted_on=None).exclude(approval=None)


def is_before(user: Person, audit: Audit) -> bool:
    """Whether the report, as it was sent, is on its way in a chain that the user sees."""
    if audit.state not in {Audit.State.UNDER_WAY, *rules.TOLD}:
        return False
    on_its_way = Report.objects.filter(audit=audit, approval__state__in=queries.UNFINISHED)
    report = on_its_way.select_related("approval").first()
    approval = report.approval if report is not None else None
    return approval is not None and approval_rules.may_see(user, approval)


def may_see_late_answers(user: Person, audit: Audit) -> bool:
    """See answers beside the report: not the audited side, which reads no answers."""
    return not rules.reads_as_auditee(user, audit)


def may_edit_report(user: Person, audit: Audit) -> bool:
    """Edit the report: the lead and the auditors."""
    return rules.may_answer(user, audit)


def may_send_report(user: Person, audit: Audit) -> bool:
    """The lead; if from outside the audited agency, its officers once the audit is concluded."""
    if rules.is_lead(user, audit) and rules.works_in(user, audit.agency_id):
        return True
    return (
        audit.is_told
        and not rules.leads_from(audit, audit.agency_id)
        and access.has_role(user, audit.agency_id, Role.OFFICER)
    )


def may_conclude_here(user: Person, audit: Audit) -> bool:
    """Conclude without the chain: a lead from outside, who has no seat in the audited agency's."""
    return rules.is_lead(user, audit) and not rules.works_in(user, audit.agency_id)


def may_add_later_fact(user: Person, audit: Audit) -> bool:
    """Add facts that became known after the signature: the team, the officers of both agencies."""
    bodies = [pk for pk in (audit.agency_id, audit.body_id) if pk is not None]
    officer = any(access.has_role(user, pk, Role.OFFICER) for pk in bodies)
    return officer or rules.may_answer(user, audit)
