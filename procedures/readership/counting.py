"""The numbers of documents a user has to read and to review, for the header of each page.

They are computed and cached in memory until rows that they depend on are written for this user or
their agencies; one query detects that by the newest rows."""

from collections.abc import Callable
from typing import Any, cast

from django.core.cache import caches
from django.db.models import QuerySet, Subquery

from procedures.models import Confirmation, ReadingRule, Review, Version, VersionAct
from procedures.readership.reading.waiting import tasks as reading
from procedures.readership.reviews.waiting import tasks as reviews
from qms import access, kept_sql
from qms.access import Person
from qms.clock import today
from qms.models import Appointment, Unit, User

KEPT = 3_600  # seconds
NUMBERS: dict[str, Callable[[Person], int]] = {
    "reading": lambda user: len(reading(user, most=None)),
    "reviews": lambda user: len(reviews(user, most=None)),
}


def numbers(user: Person) -> dict[str, int]:
    """The number of today's tasks in each list, by name; one query if nothing has changed."""
    agencies = access.home_agencies(user)
    if not agencies:
        return dict.fromkeys(NUMBERS, 0)
    newest = _newest(cast(User, user), sorted(agency.pk for agency in agencies))
    key = f"readership:{user.pk}:{today()}"
    kept = caches["memory"].get(key)
    if kept is None or kept[0] != newest:
        kept = (newest, {name: ask(user) for name, ask in NUMBERS.items()})
        caches["memory"].set(key, kept, KEPT)
    found: dict[str, int] = kept[1]
    return found


def _newest(user: User, agencies: list[int]) -> tuple[int | None, ...]:
    """The user's agencies, and the IDs of the newest rows of everything that the numbers
    depend on."""
    found = kept_sql.rows(
        ("readership", user.pk, *agencies),
        lambda: User.objects.filter(pk=user.pk).values_list(
            *(Subquery(rows.order_by("-pk").values("pk")[:1]) for rows in _sources(user, agencies))
        ),
    )
    return (*agencies, *found[0])


def _sources(user: User, agencies: list[int]) -> tuple[QuerySet[Any], ...]:
    """The tables to check. Confirmations of others and issues of other agencies don't count; acts
    on versions are few and have no agency."""
    return (
        Version.objects.filter(agency__in=agencies),
        VersionAct.objects.all(),
        Confirmation.objects.filter(person=user),
        Review.objects.filter(agency__in=agencies),
        ReadingRule.history.filter(agency__in=agencies),
        Appointment.history.filter(person=user),
        Unit.history.filter(agency__in=agencies),
    )
