"""What closed agencies left open, as tasks of system administrators."""

from django.db.models import QuerySet
from django.urls import reverse

from audits.leftovers import rules
from audits.models import Nonconformity
from qms import access
from qms.access import Person
from qms.frame import Task

MOST = 20


def rows(user: Person) -> "QuerySet[Nonconformity] | None":
    return rules.leftovers_of(user) if access.is_system_admin(user) else None


def tasks(user: Person, most: int = MOST) -> list[Task]:
    found = rows(user)
    return [
        Task(one.code, reverse("audit_leftover", args=[one.pk]), one.agency.name)
        for one in (found.order_by("opened_on", "pk")[:most] if found is not None else ())
    ]
