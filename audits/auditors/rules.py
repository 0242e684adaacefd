"""Who may edit the register of auditors, request an auditor of another agency, and answer. Buttons
and steps share these rules."""

import datetime

from django.db.models import Q, QuerySet

from audits import rules
from audits.models import Audit, AuditorRecord, Loan, Member, Training
from qms import access
from qms.access import Person
from qms.models import Agency
from qms.roles import Role

ENDING = datetime.timedelta(days=90)  # competence that ends within this time is announced


def may_tend_register(user: Person, agency: Agency | int) -> bool:
    """The agency's ISO officers."""
    return access.has_role(user, agency, Role.OFFICER)


def tends_some_register(user: Person) -> bool:
    return bool(access.agencies_with(user, Role.OFFICER))


def agencies_of(user: Person) -> "QuerySet[Agency]":
    """The agencies whose register the person may edit."""
    return Agency.objects.filter(pk__in=access.agencies_with(user, Role.OFFICER))


def records_of(user: Person) -> "QuerySet[AuditorRecord]":
    rows = AuditorRecord.objects.filter(agency__in=access.agencies_with(user, Role.OFFICER))
    return rows.select_related("agency", "person")


def history_of(user: Person) -> "QuerySet[AuditorRecord]":
    """The history of the registers that the person may edit."""
    kept = AuditorRecord.history  # type: ignore[attr-defined]  # simple-history has no types
    return kept.filter(agency__in=access.agencies_with(user, Role.OFFICER))


def trainings_of(user: Person) -> "QuerySet[Training]":
    rows = Training.objects.filter(auditor__agency__in=access.agencies_with(user, Role.OFFICER))
    return rows.select_related("auditor__person", "auditor__agency")


# --- lending --------------------------------------------------------------------------------------


def may_answer_loan(user: Person, loan: Loan) -> bool:
    """Lend an auditor, or decline: the lender's officers."""
    return access.has_role(user, loan.lender_id, Role.OFFICER)


def loans_of(user: Person) -> "QuerySet[Loan]":
    """Loans requested from the user's agencies, and those requested for audits that the
    user plans."""
    officer = access.agencies_with(user, Role.OFFICER)
    leads = rules.memberships(user).filter(part=Member.Part.LEAD).values("audit")
    rows = Loan.objects.filter(
        Q(lender__in=officer) | Q(audit__body__in=officer) | Q(audit__in=leads)
    )
    return rows.select_related("audit__agency", "audit__body", "lender", "person", "in_return")


def may_see_choice(user: Person, audit: Audit) -> bool:
    """See alternatives for a line: whoever plans. They include the agency's auditors and those
    offered by others."""
    return rules.may_plan(user, audit)
