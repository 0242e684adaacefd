"""A process that sends what waits, for tests that kill it. Says a word when it is ready. `again`: after the claim has run out."""

import datetime
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from qms.work import sending  # noqa: E402

if __name__ == "__main__":
    print("ready", flush=True)
    later = sending.CLAIMED * 2 if "again" in sys.argv else datetime.timedelta(0)
    while sending.send_waiting(timezone.now() + later):
        pass
