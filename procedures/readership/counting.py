"""How much a person has to read and to review, for the head of each page.

Neither is a row, so it is computed; the numbers are kept in memory until something that they follow from is written for this
person or in their agencies, which one query tells by the newest rows."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.core.cache import caches
from django.db.models import QuerySet, Subquery

from procedures.models import Confirmation, ReadingRule, Review, Version, VersionAct
from procedures.readership.reading.waiting import tasks as reading
from procedures.readership.reviews.waiting import tasks as reviews
from qms import access
from qms.access import Person
from qms.clock import today
from qms.models import Agency, Appointment, Unit, User

KEPT = 3_600  # seconds
NUMBERS: dict[str, Callable[[Person], int]] = {
    "reading": lambda user: len(reading(user, most=None)),
    "reviews": lambda user: len(reviews(user, most=None)),
}


def number(name: str, user: Person) -> int:
    """How many tasks the list of that name holds for the person today; one query where nothing has changed."""
    agencies = access.home_agencies(user)
    if not agencies:
        return 0
    newest = _newest(cast(User, user), agencies)
    key = f"readership:{name}:{user.pk}:{today()}"
    kept = caches["memory"].get(key)
    if kept is None or kept[0] != newest:
        kept = (newest, NUMBERS[name](user))
        caches["memory"].set(key, kept, KEPT)
    found: int = kept[1]
    return found


def _newest(user: User, agencies: Iterable[Agency]) -> tuple[int | None, ...]:
    """The person's agencies, and the ids of the newest rows of everything that the numbers follow from."""
    own = sorted(agency.pk for agency in agencies)
    ids = [Subquery(rows.order_by("-pk").values("pk")[:1]) for rows in _sources(user, own)]
    found = User.objects.filter(pk=user.pk).values_list(*ids)[0]
    return (*own, *found)


def _sources(user: User, agencies: list[int]) -> tuple[QuerySet[Any], ...]:
    """What others confirm, or other agencies issue, counts nothing here. Acts on versions are few and name no agency."""
    return (
        Version.objects.filter(agency__in=agencies),
        VersionAct.objects.all(),
        Confirmation.objects.filter(person=user),
        Review.objects.filter(agency__in=agencies),
        ReadingRule.history.filter(agency__in=agencies),
        Appointment.history.filter(person=user),
        Unit.history.filter(agency__in=agencies),
    )
