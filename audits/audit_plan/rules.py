"""Who may send the plan of an audit, or fix it without the chain. Buttons and steps call the
same functions."""

from django.db.models import Q, QuerySet

from audits import rules
from audits.models import Audit, Invitation, Member
from qms import access
from qms.access import Person
from qms.roles import Role


def may_send_plan(user: Person, audit: Audit) -> bool:
    """The lead; if the lead is not from the auditing agency, its officers."""
    if audit.body_id is None:
        return False
    if rules.leads_from(audit, audit.body_id):
        return rules.is_lead(user, audit)
    return access.has_role(user, audit.body_id, Role.OFFICER)


def may_fix_here(user: Person, audit: Audit) -> bool:
    """Fix the plan without the chain: the lead of an audit by the city, which has no chain."""
    return audit.body_id is None and rules.is_lead(user, audit)


def invitations_of(user: Person) -> "QuerySet[Invitation]":
    """The user's own invitations, and those of audits that the user plans."""
    officer = access.agencies_with(user, Role.OFFICER)
    leads = rules.memberships(user).filter(part=Member.Part.LEAD).values("audit")
    own = [user.pk] if user.is_authenticated and user.is_active else []
    rows = Invitation.objects.filter(
        Q(person__in=own) | Q(audit__body__in=officer) | Q(audit__in=leads)
    )
    return rows.select_related("audit__agency", "audit__body", "row__unit", "meeting", "person")
