"""Concurrent acts, each with a database connection of its own."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from django.test import Client

TOGETHER = [
    pytest.mark.django_db(
        transaction=settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    ),
    pytest.mark.usefixtures("own_connections"),
]


@pytest.fixture
def own_connections(db, django_db_setup, tmp_path) -> Iterator[None]:
    """A database that threads reach by connections of their own, and that keeps what they commit
    until the test ends.

    Mark the file with `TOGETHER`, and request it before the cast. On SQLite it is a file, since an
    in-memory database is one connection for all."""
    if connection.vendor != "sqlite":
        yield
        return
    file = tmp_path / "together.sqlite3"
    shutil.copy(django_db_setup, file)
    in_memory, name = connections["default"], connections.settings["default"]["NAME"]
    named = connections.settings["default"]
    named["NAME"] = str(file)
    connections["default"] = type(in_memory)(named, "default")
    ContentType.objects.clear_cache()  # IDs differ from one database to the other
    try:
        yield
    finally:
        connections["default"].close()
        named["NAME"] = name
        connections["default"] = in_memory
        ContentType.objects.clear_cache()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Starts all acts at the same moment; returns their results or exceptions, in order."""
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(30)
            results[place] = act()
        except Exception as problem:
            results[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def press(address: str, *presses: tuple[Any, dict[str, Any]]) -> list[Any]:
    """Posts each (person, fields) to the address at once, each from its own browser; returns the
    status codes, or exceptions."""
    acts = []
    for person, fields in presses:
        browser = Client()
        browser.force_login(person)
        acts.append(lambda b=browser, f=fields: b.post(address, f))
    return [getattr(answer, "status_code", answer) for answer in at_once(*acts)]


@contextmanager
def impatient() -> Iterator[None]:
    """This connection gives up immediately instead of waiting for a lock: how long others take does
    not matter."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'" if postgresql else "PRAGMA busy_timeout = 50")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout" if postgresql else "PRAGMA busy_timeout = 20000")
