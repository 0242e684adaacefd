"""A disk that is full or read-only, and processes that keep crashing: the messages, and what
continues to work."""

import contextlib
import errno
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from qms.work import health, process_locks

ROOT = Path(__file__).resolve().parents[2]
Usage = namedtuple("Usage", "total used free")


def part(client, name: str) -> str:
    return client.get(reverse("health")).json()[name]


def test_health_tells_a_disk_that_is_nearly_full_and_one_that_cannot_be_written(
    client, db, monkeypatch
):
    assert part(client, "disk") == "ok"
    with monkeypatch.context() as patched:
        patched.setattr(health.shutil, "disk_usage", lambda _: Usage(10, 10, 0))
        assert part(client, "disk") == "failed"

    def refuse(**_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(health.tempfile, "TemporaryFile", refuse)
    assert part(client, "disk") == "failed"


def test_health_tells_a_process_that_keeps_falling_and_forgets_it_when_it_is_calm(client, db):
    assert part(client, "processes") == "ok"
    with process_locks.Presence(process_locks.PARENT) as parent:
        parent.report({"crashes": {"imports": {"count": 2, "at": time.time()}}})
        assert part(client, "processes") == "ok"
        parent.report({"crashes": {"imports": {"count": 5, "at": time.time()}}})
        assert part(client, "processes") == "failed"
        parent.report({"crashes": {"imports": {"count": 5, "at": time.time() - 600}}})
        assert part(client, "processes") == "ok"


FALLING = """
import os, signal
import django
django.setup()
from qms.work import process_locks, supervisor
supervisor.LONGEST_PAUSE = 0.01
parent = os.getpid()
def falls():
    here = supervisor.Path(os.environ["QMS_DATA"]) / "falls"
    with here.open("a") as file:
        file.write("x")
    if here.stat().st_size == 8:
        os.kill(parent, signal.SIGTERM)
    os._exit(3)
def web():
    signal.pause()
children = supervisor.Children({"web": web, "imports": falls})
code = children.run()
print(code, children.crashes["web"], process_locks.last_report("parent")["crashes"]["imports"]["count"] >= 5)
"""


@pytest.mark.pure
def test_a_process_that_keeps_falling_is_started_again_and_the_others_run_on(tmp_path, monkeypatch):
    monkeypatch.setenv("QMS_DATA", str(tmp_path))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    ended = subprocess.run(
        [sys.executable, "-c", FALLING], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout.strip()) == (0, "0 [] True"), ended.stderr
    assert "imports liên tục bị dừng" in ended.stderr


@contextlib.contextmanager
def read_only() -> Iterator[None]:
    """The database refuses every write, as on a read-only disk."""
    sqlite = connection.vendor == "sqlite"
    point = None if sqlite else transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON" if sqlite else "SET TRANSACTION READ ONLY")
    try:
        yield
    finally:
        if sqlite:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA query_only = OFF")
        else:
            transaction.savepoint_rollback(point)


def test_pages_are_still_read_and_writing_says_why_it_fails(client, make_document, agency, officer):
    page = make_document(agency, officer, issued="2026-01-05", visibility="public")
    client.force_login(officer)
    assert client.get(f"/d/{page.pk}/").status_code == 200
    with read_only():
        assert client.get(f"/d/{page.pk}/").status_code == 200
        assert client.get("/").status_code == 200
        answer = Client(raise_request_exception=False).post(
            reverse("account_login"), {"login": "officer", "password": "mat-khau-de-thu-2026"}
        )
    assert (answer.status_code, "Tạm thời không ghi được" in answer.content.decode()) == (503, True)


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_a_full_or_read_only_disk_has_a_page_of_its_own(client, db, monkeypatch, number):
    def full(*_args, **_kwargs):
        raise OSError(number, "disk")

    monkeypatch.setattr("qms.views.parts.states", full)
    client.raise_request_exception = False
    answer = client.get(reverse("health"))
    assert (answer.status_code, "Tạm thời không ghi được" in answer.content.decode()) == (503, True)
