"""Whether the parts answer. Each app registers its own check; `/health` and the start command ask for all of them."""

import logging
import time
from collections.abc import Callable

from django.db import connection

from qms.work import process_locks

log = logging.getLogger("qms.work.health")
Check = Callable[[], object]
_CHECKS: dict[str, Check] = {}
SILENT_AFTER = 60  # seconds without a sign of life from the background process


def register(name: str, check: Check) -> None:
    """Adds a check: a function that returns quickly, and raises where its part does not answer."""
    _CHECKS[name] = check


def answers() -> dict[str, str]:
    """Each part with "ok" or "failed"; no details, since strangers may read it (the log has them)."""
    found = {"web": "ok"}
    for name, check in _CHECKS.items():
        try:
            check()
            found[name] = "ok"
        except Exception:
            log.warning("health: %s does not answer", name, exc_info=True)
            found[name] = "failed"
    return found


def is_well(check: Check) -> bool:
    """Whether a part answers, for screens that say so."""
    try:
        check()
    except Exception:
        return False
    return True


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def background() -> None:
    """Raises where no background process lives, or it has been silent for a minute."""
    if not process_locks.is_held("background"):
        raise RuntimeError("no background process")
    if time.time() - process_locks.said("background").get("at", 0) > SILENT_AFTER:
        raise RuntimeError("the background process is silent")


register("database", database)
register("background", background)
