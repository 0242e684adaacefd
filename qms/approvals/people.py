"""Recipients of reminders and alarms."""

from django.db.models import Q

from qms.models import Appointment, User
from qms.roles import Role


def officers(agency: int) -> list[User]:
    """The agency's officers of today."""
    return holding(agency, Q(role=Role.OFFICER))


def approvers(agency: int) -> list[User]:
    return holding(agency, Q(role=Role.APPROVER))


def heads(agency: int, units: set[int]) -> list[User]:
    """The heads of the units."""
    return holding(agency, Q(role=Role.UNIT_HEAD, unit__in=units))


def holding(agency: int, condition: Q) -> list[User]:
    held = Appointment.objects.current().filter(condition, agency=agency)
    return list(User.objects.filter(pk__in=held.values("person"), is_active=True).order_by("pk"))
