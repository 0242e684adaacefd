"""A process that sends pending mails, for tests that kill it. Prints a word when it is ready.

Its argument: how many times the claims of killed workers have expired."""

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from qms.work import sending  # noqa: E402

if __name__ == "__main__":
    print("ready", flush=True)
    later = sending.CLAIMED * 2 * int(sys.argv[1])
    while sending.send_waiting(timezone.now() + later):
        pass
