"""Who offers lessons and who reads them."""

from django.db.models import QuerySet

from audits.models import Lesson, Nonconformity
from qms import access
from qms.access import Person
from qms.roles import Role


def may_offer(user: Person, case: Nonconformity) -> bool:
    """Offer, change or withdraw it: the agency's officers. The step checks the state."""
    return access.has_role(user, case.agency_id, Role.OFFICER)


def may_read(user: Person) -> bool:
    """Anybody with an appointment today, in an agency or for the city."""
    return bool(access.appointments(user))


def lessons_of(user: Person) -> "QuerySet[Lesson]":
    """All offered lessons, and for officers also their agency's withdrawn ones."""
    if not may_read(user):
        return Lesson.objects.none()
    offered = Lesson.objects.filter(withdrawn_on=None)
    own = Lesson.objects.filter(agency__in=access.agencies_with(user, Role.OFFICER))
    return (offered | own).select_related("agency", "nonconformity")
