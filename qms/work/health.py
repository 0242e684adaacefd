"""Whether the components respond. Each app registers its own checks; `/health` runs all of them."""

import logging
import shutil
import tempfile
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from qms.work import process_locks

log = logging.getLogger("qms.work.health")
Check = Callable[[], object]
_CHECKS: dict[str, Check] = {}
_STATES: dict[str, Callable[[], str]] = {}
LEAST_ROOM = 200 * 1024 * 1024  # bytes; a day of imports needs more
CALM_AFTER = 180  # seconds without a crash after which a process counts as healthy again
SILENT_AFTER = 60  # seconds without a report from the background process


def register(name: str, check: Check) -> None:
    """Adds a check: a function that returns quickly, and raises if its component does
    not respond."""
    _CHECKS[name] = check


def register_optional(name: str, state: Callable[[], str]) -> None:
    """Adds an optional component: a function that returns its state as a short text, and never
    raises."""
    _STATES[name] = state


def states() -> dict[str, str]:
    """{component: "ok", "failed", or the state of an optional one}; no details, since anybody may
    read it (the log has them)."""
    found = {"web": "ok"}
    for name, check in _CHECKS.items():
        try:
            check()
            found[name] = "ok"
        except Exception:
            log.warning("health: %s does not respond", name, exc_info=True)
            found[name] = "failed"
    return found | {name: state() for name, state in _STATES.items()}


def is_well(check: Check) -> bool:
    """Whether a component responds, for screens that show it."""
    try:
        check()
    except Exception:
        return False
    return True


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def background() -> None:
    """Raises if no background process is running, or it has not reported for a minute."""
    if not process_locks.is_held("background"):
        raise RuntimeError("no background process")
    if time.time() - process_locks.last_report("background").get("at", 0) > SILENT_AFTER:
        raise RuntimeError("the background process is silent")


def disk() -> None:
    """Raises if the data folder has little space left, or is not writable."""
    if shutil.disk_usage(settings.QMS_DATA).free < LEAST_ROOM:
        raise RuntimeError("the disk of the data folder is nearly full")
    with tempfile.TemporaryFile(dir=settings.QMS_DATA) as file:
        file.write(b"x" * 4096)
        file.flush()


def processes() -> None:
    """Raises if a process under `manage.py up` keeps crashing: it is restarted with
    growing pauses."""
    if not process_locks.is_held(process_locks.PARENT):
        return  # the processes are managed by something else
    crashes = process_locks.last_report(process_locks.PARENT).get("crashes", {})
    often = [
        name
        for name, crash in crashes.items()
        if crash["count"] >= process_locks.TOO_OFTEN and time.time() - crash["at"] < CALM_AFTER
    ]
    if often:
        raise RuntimeError(f"keeps crashing: {', '.join(often)}")


register("database", database)
register("disk", disk)
register("processes", processes)
register("background", background)
