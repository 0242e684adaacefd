"""A world that takes many seconds to build (the canary city, the demonstration) is built once per
run, by whichever worker needs it first.

On SQLite that worker stores it as files, and every worker begins from a copy of these. On
PostgreSQL it stays in a transaction of the worker until a test needs something else. Either way
`Layers.prepare` (tests/kept.py) releases it."""

import contextlib
import datetime
import fcntl
import pickle
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import connection, transaction
from django.test import override_settings

from tests.permissions.counters import count_as_before


def in_folder(folder: Path) -> override_settings:
    names = {"QMS_STORE": "store", "QMS_PAGES": "pages", "QMS_INDEX": "index"}
    return override_settings(QMS_DATA=folder, **{key: folder / name for key, name in names.items()})


def begin() -> transaction.Atomic:
    """A transaction for tests to run in: ended by `undo`."""
    atomic = transaction.atomic()
    atomic._from_testcase = True
    atomic.__enter__()
    return atomic


def undo(atomic: transaction.Atomic) -> None:
    if connection.in_atomic_block:
        transaction.set_rollback(True)
    atomic.__exit__(None, None, None)


class Held:
    """`shared` is a folder of all workers of this run, `own` one of this worker, `clean` a database
    as migrations leave it."""

    def __init__(self, shared: Path, own: Path, clean: Path) -> None:
        self.shared, self.own, self.clean = shared, own, clean
        self.name = ""
        self.value: Any = None
        self._end = contextlib.ExitStack()

    @property
    def folder(self) -> Path:
        return self.own / self.name

    def hold(self, name: str, make: Callable[[], Any]) -> Any:
        """The result of `make`, with its effects in the database and `folder`. It is called with
        nothing else in them."""
        name = f"{name}-{datetime.date.today()}"
        if self.name != name:
            self.let_go()
            self.name = name
            take = self._from_files if connection.vendor == "sqlite" else self._in_transaction
            self.value = take(make)
        return self.value

    def let_go(self) -> None:
        if self.name:
            self._end.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            caches["memory"].clear()
            self.name, self.value = "", None

    def _make(self, make: Callable[[], Any], folder: Path) -> Any:
        caches["memory"].clear()
        with in_folder(folder):
            return make()

    def _in_transaction(self, make: Callable[[], Any]) -> Any:
        self._end.callback(count_as_before)
        self._end.callback(undo, begin())
        return self._make(make, self.folder)

    def _from_files(self, make: Callable[[], Any]) -> Any:
        kept = self.shared / self.name
        with _alone(self.shared / f"{self.name}.lock"):
            if not (kept / "value").exists():
                self._build(make, kept)
        self._end.callback(_read, self.clean)
        _read(kept / "qms.sqlite3")
        shutil.copytree(kept / "data", self.folder)
        return pickle.loads((kept / "value").read_bytes())

    def _build(self, make: Callable[[], Any], kept: Path) -> None:
        (kept / "data").mkdir(parents=True, exist_ok=True)
        _read(self.clean)
        atomic = begin()
        try:
            value = self._make(make, kept / "data")
            # backup() waits for the end of the transaction, which would roll back what was made
            (kept / "qms.sqlite3").write_bytes(connection.connection.serialize())
        finally:
            undo(atomic)
        (kept / "value").write_bytes(pickle.dumps(value))


def _read(file: Path) -> None:
    """Replaces the in-memory database by the content of the file."""
    with contextlib.closing(sqlite3.connect(file)) as copy:
        copy.backup(connection.connection)
    ContentType.objects.clear_cache()


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
