"""Who may set reading rules, and who may see who has read what."""

from dataclasses import dataclass

from procedures.models import ReadingRule
from qms import access
from qms.access import Person
from qms.models import Agency, Role


@dataclass(frozen=True)
class Scope:
    """What a user sees of an agency's readership: `units` None is the whole agency; without
    `names`, figures only."""

    units: frozenset[int] | None = None
    names: bool = True


def may_set_rules(user: Person, agency: Agency | int) -> bool:
    """Define which documents must be read by whom."""
    return access.has_role(user, agency, Role.OFFICER)


def may_see_rules(user: Person, agency: Agency | int) -> bool:
    return access.has_role(user, agency, Role.OFFICER, Role.APPROVER)


def scope(user: Person, agency: Agency) -> Scope | None:
    """What the user may see of the agency's readership; None: nothing."""
    if may_see_rules(user, agency):
        return Scope()
    units = {
        a.unit_id
        for a in access.appointments(user)
        if a.role == Role.UNIT_HEAD and a.agency_id == agency.pk and a.unit_id is not None
    }
    if units:
        return Scope(frozenset(units))
    return Scope(names=False) if access.is_overseer(user) else None


def may_see_readership(user: Person, agency: Agency) -> bool:
    return scope(user, agency) is not None


def may_change_rule(user: Person, rule: ReadingRule) -> bool:
    return may_set_rules(user, rule.agency_id)
