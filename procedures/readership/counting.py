"""How much a person has to read and to review, for the head of each page.

Neither is a row, so it is computed; the numbers are kept in memory until something that they follow from is written, which one
query tells by the newest rows."""

from collections.abc import Callable
from typing import Any, cast

from django.core.cache import caches
from django.db.models import Subquery

from procedures.models import Confirmation, ReadingRule, Review, Version, VersionAct
from procedures.readership.reading.waiting import tasks as reading
from procedures.readership.reviews.waiting import tasks as reviews
from qms import access
from qms.access import Person
from qms.clock import today
from qms.models import Appointment, Unit, User

SOURCES: tuple[Any, ...] = (
    Version,
    VersionAct,
    Confirmation,
    Review,
    ReadingRule.history.model,
    Appointment.history.model,
    Unit.history.model,
)
KEPT = 3_600  # seconds
NUMBERS: dict[str, Callable[[Person], int]] = {
    "reading": lambda user: len(reading(user, most=None)),
    "reviews": lambda user: len(reviews(user, most=None)),
}


def number(name: str, user: Person) -> int:
    """How many tasks the list of that name holds for the person today; one query where nothing has changed."""
    if not access.home_agencies(user):
        return 0
    newest = _newest(cast(User, user))
    key = f"readership:{name}:{user.pk}:{today()}"
    kept = caches["memory"].get(key)
    if kept is None or kept[0] != newest:
        kept = (newest, NUMBERS[name](user))
        caches["memory"].set(key, kept, KEPT)
    found: int = kept[1]
    return found


def _newest(user: User) -> tuple[int | None, ...]:
    """The ids of the newest rows of everything that the numbers follow from."""
    ids = [Subquery(model._default_manager.order_by("-pk").values("pk")[:1]) for model in SOURCES]
    return tuple(User.objects.filter(pk=user.pk).values_list(*ids)[0])
