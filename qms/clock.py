"""What day it is: the day in the city, Asia/Ho_Chi_Minh, whatever the server's clock is set to."""

import datetime

from django.utils import timezone


def today() -> datetime.date:
    """The day in the city now."""
    return timezone.localdate()
