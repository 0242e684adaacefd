"""The background process: functions that run periodically, each in its own thread, so that a slow
one does not delay the others. Apps register theirs in `ready()`; `manage.py background` runs them.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import close_old_connections, connections

from qms.work import process_locks

log = logging.getLogger("qms.work.background")
LONGEST_PAUSE = 300  # seconds between two runs of a function that keeps failing


@dataclass
class Loop:
    """A periodic function, and the result of its last run."""

    name: str
    label: object  # its label on the screen
    seconds: float
    function: Callable[[], Any]
    failures: int = 0
    last_ok: float = 0.0
    error: str = ""

    def run_once(self) -> bool:
        """Runs the function once. An error is logged and counted, never raised. Returns whether it
        succeeded."""
        try:
            self.function()
        except Exception as problem:
            self.failures += 1
            self.error = f"{type(problem).__name__}: {problem}"[:300]
            log.exception("background: %s failed (%s times in a row)", self.name, self.failures)
            connections.close_all()
            return False
        self.failures, self.error, self.last_ok = 0, "", time.time()
        return True

    @property
    def pause(self) -> float:
        """Seconds until the next run; longer after each failure in a row."""
        return min(self.seconds * 2 ** min(self.failures, 16), max(self.seconds, LONGEST_PAUSE))


_LOOPS: dict[str, Loop] = {}


def every(seconds: float, function: Callable[[], Any], *, label: object, name: str = "") -> None:
    """Registers a function that the background process calls again `seconds` after each of its
    runs.

    It runs in a thread with its own database connection, may be stopped between two runs, and must
    tolerate being called twice. Exceptions are logged; the pause then grows up to five minutes."""
    key = name or f"{function.__module__}.{getattr(function, '__qualname__', function)}"
    _LOOPS[key] = Loop(key, label, seconds, function)


def loops() -> list[Loop]:
    return list(_LOOPS.values())


def run_once() -> None:
    """Runs every function once, one after the other (for tests)."""
    for loop in loops():
        loop.run_once()


def run(
    stop: threading.Event, *, patience: float = 20.0, ready: Callable[[], Any] = lambda: None
) -> None:
    """Runs every function until `stop` is set; then lets each finish its run, for at most
    `patience` seconds altogether. `ready` is called once all have been started.

    Raises process_locks.Held if another background process is running."""
    with process_locks.Presence("background") as me:
        threads = [
            threading.Thread(
                target=_run_until_stopped, args=(loop, stop), name=loop.name, daemon=True
            )
            for loop in loops()
        ]
        for thread in threads:
            thread.start()
        ready()
        while not stop.wait(1):
            me.report(
                {
                    "loops": {
                        loop.name: {
                            "last_ok": loop.last_ok,
                            "failures": loop.failures,
                            "error": loop.error,
                        }
                        for loop in loops()
                    }
                }
            )
        until = time.monotonic() + patience
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))


def _run_until_stopped(loop: Loop, stop: threading.Event) -> None:
    while not stop.is_set():
        close_old_connections()
        loop.run_once()
        stop.wait(loop.pause)
    connections.close_all()
