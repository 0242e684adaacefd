"""Who sees what a closed agency left open, and who settles it. Buttons and steps call the same
functions."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from audits.lifecycle.common import CHANGING
from audits.models import Audit, AuditQuerySet, Nonconformity
from audits.report import rules as report_rules
from qms import access
from qms.access import Person
from qms.clock import today
from qms.models import Agency


def may_list(user: Person) -> bool:
    """The city's overseers read the list, system administrators also settle it."""
    return access.is_overseer(user) or access.is_system_admin(user)


def may_settle(user: Person, case: Nonconformity) -> bool:
    """Settle an open correction, once its agency is closed."""
    return access.is_system_admin(user) and case.is_open and is_closed(case.agency)


def leftovers_of(user: Person) -> "QuerySet[Nonconformity]":
    """The open corrections of closed agencies that the user may list."""
    rows = Nonconformity.objects.select_related("agency__successor", "unit")
    if not may_list(user):
        return rows.none()
    return rows.filter(agency__active_to__lt=today()).exclude(state__in=Nonconformity.ENDED)


def may_end_audit(user: Person, audit: Audit) -> bool:
    """End an audit that a closed agency left open."""
    return access.is_system_admin(user) and audits_left_to(user).filter(pk=audit.pk).exists()


def audits_left_to(user: Person) -> AuditQuerySet:
    """The audits of closed agencies that nothing else ends, as far as the user may list them: those
    that were not concluded, and concluded ones whose report awaits acceptance. Any other concluded
    audit closes with its last correction."""
    rows = Audit.objects.with_names()
    if not may_list(user):
        return rows.none()
    awaited = Exists(report_rules.awaited().filter(audit=OuterRef("pk")))
    left = Q(state__in=CHANGING) | Q(awaited, state=Audit.State.CONCLUDED)
    return rows.filter(left, agency__active_to__lt=today())


def is_closed(agency: Agency) -> bool:
    """Whether the agency's last day has passed."""
    return agency.active_to is not None and agency.active_to < today()


def heir_of(agency: Agency) -> Agency | None:
    """The agency that goes on with its work today: its successor, or that one's if it is closed
    too; None if none is named."""
    seen: set[int] = set()
    step = agency.successor
    while step is not None and step.pk not in seen:
        if not is_closed(step):
            return step
        seen.add(step.pk)
        step = step.successor
    return None
