"""Locks that allow one writer of the index at a time, on one machine or several."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

_ADVISORY = 0x514D53  # one number for the whole product


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Holds the write lock of the index; waits while another process has it.

    A file lock on the machine; with PostgreSQL and an engine shared by several machines, also a
    database lock. Both are released if the process ends.
    """
    with _file_lock("writer.lock"), _database_lock():
        yield


@contextlib.contextmanager
def rebuilding() -> Iterator[None]:
    """Holds the rebuild lock; waits while another process rebuilds."""
    with _file_lock("rebuild.lock"):
        yield


def is_rebuilding() -> bool:
    """Whether any process is rebuilding. Call it while holding the write lock."""
    path = _folder() / "rebuild.lock"
    if not path.exists():
        return False
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _folder() -> Path:
    folder = Path(settings.QMS_INDEX)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def _file_lock(name: str) -> Iterator[None]:
    with (_folder() / name).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _database_lock() -> Iterator[None]:
    if connection.vendor != "postgresql" or not settings.ELASTICSEARCH_URL:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")  # a rebuild holds it for its whole duration
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY])
        cursor.execute("RESET lock_timeout")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY])
