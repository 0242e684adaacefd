"""A PostgreSQL that a test may kill: a separate server, filled from the test run's database."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from django.db import connection

from tests.ports import free_port

PATIENCE = 120  # seconds for a start or a recovery on a busy machine
OPTIONS = "-c fsync=on -c listen_addresses=127.0.0.1"


def programs() -> Path | None:
    """The folder of the server's programs; None if they are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class OwnPostgres:
    """Starts at once; `url`, `kill()` like a power cut, `start()` again on the same data. Another
    process may start it, too."""

    def __init__(self, home: str | None = None, port: int = 0) -> None:
        self.bin = programs()
        self.user = "postgres" if os.getuid() == 0 else None  # the server refuses to run as root
        self.home = Path(home or tempfile.mkdtemp(prefix="qms-own-postgres-"))
        self.port = port or free_port()
        self.url = f"postgres://qms@127.0.0.1:{self.port}/qms"
        if home is None:
            if self.user:
                shutil.chown(self.home, self.user)
            self._run("initdb", "-D", self.data, "-U", "qms", "-A", "trust", "-E", "UTF8")
            self.start()
            self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "qms", "qms")

    @property
    def data(self) -> str:
        return str(self.home / "data")

    def start(self) -> None:
        """Returns once it responds, after any recovery."""
        options = f"-p {self.port} -k {self.home} {OPTIONS}"
        self._run("pg_ctl", "-D", self.data, "-w", "-t", str(PATIENCE), "-o", options, "start")

    def kill(self) -> None:
        """Kills all its processes without warning. If only the parent were killed, its children
        would outlive it for a moment."""
        parent = int((self.home / "data" / "postmaster.pid").read_text().split()[0])
        children = [parent, *_children(parent)]
        for one in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        give_up = time.monotonic() + 30
        while any(_lives(one) for one in children) and time.monotonic() < give_up:
            time.sleep(0.02)
        # After a power cut these process IDs are unused; here a dead process may not have been
        # reaped yet.
        for lock in (self.home / "data" / "postmaster.pid", *self.home.glob(".s.PGSQL.*.lock")):
            lock.unlink(missing_ok=True)

    def fill(self) -> None:
        """Copies the database of the test run: its tables, and the rows that every database
        begins with."""
        given = connection.settings_dict
        there = ["-h", given["HOST"], "-p", str(given["PORT"]), "-U", given["USER"], given["NAME"]]
        assert self.bin
        dumped = subprocess.run([self.bin / "pg_dump", *there], check=True, capture_output=True)
        here = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "qms", "-q", "qms"]
        subprocess.run(
            [self.bin / "psql", *here], input=dumped.stdout, check=True, capture_output=True
        )

    def remove(self) -> None:
        with contextlib.suppress(OSError):
            self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        assert self.bin
        subprocess.run(
            [self.bin / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self.user,
            cwd="/",
        )


def _children(parent: int) -> list[int]:
    said = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(one) for one in said.split()]


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def own_postgres(django_db_setup, django_db_blocker):
    """A separate server for the test; skips on another database, and if the programs are not
    installed."""
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL alone")
    if programs() is None:
        pytest.skip("no server programs of PostgreSQL on this machine")
    server = OwnPostgres()
    with django_db_blocker.unblock():
        server.fill()
    yield server
    server.remove()
