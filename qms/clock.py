"""What day it is: the day in the city, Asia/Ho_Chi_Minh, whatever the server's clock is set to."""

import datetime

from django.utils import timezone


def today() -> datetime.date:
    """The day in the city now."""
    return timezone.localdate()


def written(day: datetime.date) -> str:
    """05/3/2026: the day with two digits, the month with two only where it is 1 or 2 (decree 30/2020)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"{day.day:02}/{month}/{day.year}"
