"""The current day in the city (Asia/Ho_Chi_Minh), whatever the server's time zone."""

import contextlib
import contextvars
import datetime
from collections.abc import Iterator

from django.utils import timezone

_SIMULATED: contextvars.ContextVar[datetime.date | None] = contextvars.ContextVar(
    "simulated_day", default=None
)


def today() -> datetime.date:
    """The day in the city now."""
    return _SIMULATED.get() or timezone.localdate()


def now() -> datetime.datetime:
    """The current time; noon of the day set by `on_day`."""
    day = _SIMULATED.get()
    return timezone.make_aware(datetime.datetime.combine(day, NOON)) if day else timezone.now()


NOON = datetime.time(12)


def simulated_day() -> datetime.date | None:
    """The day set by `on_day`; None usually."""
    return _SIMULATED.get()


@contextlib.contextmanager
def on_day(day: datetime.date) -> Iterator[None]:
    """Uses `day` as today, for the demonstration's past. The journal records the real time as well
    as this day."""
    token = _SIMULATED.set(day)
    try:
        yield
    finally:
        _SIMULATED.reset(token)


def written(day: datetime.date) -> str:
    """05/03/2026, the format of dates on screens and in tables. Papers spell them out ("ngày 05
    tháng 3 năm 2026", Decree 30/2020)."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"
