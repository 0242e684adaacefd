"""Agencies as subjects that can be followed: everybody may open their pages."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from qms.access import Person
from qms.desk.subjects import Kind, Named
from qms.models import Agency, User


def subject(agency: int) -> str:
    return f"agency:{agency}"


def named(user: Person, ids: Collection[int]) -> dict[int, Named]:
    return {
        one.pk: Named(subject(one.pk), one.name, one.get_absolute_url())
        for one in Agency.objects.filter(pk__in=ids)
    }


def everybody(agency: int, people: list[User]) -> list[User]:
    return people


AGENCIES = Kind("agency", _("Cơ quan"), named, everybody)
