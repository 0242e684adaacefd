"""What closed agencies left open, as tasks of system administrators."""

from django.db.models import QuerySet
from django.urls import reverse

from audits.leftovers import rules
from audits.models import Audit, Nonconformity
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


def audits_of(user: Person) -> "QuerySet[Audit] | None":
    return rules.audits_left_to(user) if access.is_system_admin(user) else None


def audits(user: Person, most: int = MOST) -> list[Task]:
    found = audits_of(user)
    return [
        Task(one.title, reverse("audit_left_open", args=[one.pk]), one.agency.name)
        for one in (found.order_by("starts_on", "pk")[:most] if found is not None else ())
    ]
