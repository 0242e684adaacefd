"""Kill trials: a small installation whose processes and database are killed at random moments.

`played` runs such a program as a separate process and returns its results. The program forks the
installation's processes (`Trial`); what they do and what must hold after each kill is in the
`killed_world.py` next to it."""

import argparse
import contextlib
import datetime
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, connections, transaction
from django.db.models import QuerySet

from qms.models import Agency, Appointment, Unit, User
from qms.proof import parts
from tests.nursery import Nursery
from tests.own_postgres import OwnPostgres
from tests.search.killing import SEED, environment

Say = Callable[[str], Any]
SECRET = "mat-khau-de-thu-2026"
AWAY = (DatabaseError, InterfaceError, OSError)
LONGEST = 2.0  # seconds that a step is assumed to take at most


# -- in the test


def played(
    program: str,
    folder: Path,
    rounds: int,
    *arguments: str,
    database: OwnPostgres | None = None,
    **variables: str,
) -> dict:
    """The results of the program `tests.….killed` on the installation in the folder."""
    command = [sys.executable, "-m", program, "--rounds", str(rounds), "--seed", str(SEED)]
    if database:
        command += ["--postgres", str(database.home), "--port", str(database.port)]
        variables["DATABASE_URL"] = database.url
    given = {"DJANGO_SETTINGS_MODULE": "tests.settings", **variables}
    ended = subprocess.run(
        [*command, *arguments],
        env={**environment(folder), **given},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    result = json.loads(ended.stdout.splitlines()[-1])
    print(json.dumps(result, ensure_ascii=False))
    return result


# -- in the program


class Trial:
    """Kills one of the processes, all, or the database, round after round. `often` names processes
    that are killed twice as often."""

    def __init__(
        self,
        chosen: argparse.Namespace,
        processes: dict[str, Callable[[Say], Any]],
        *,
        often: Iterable[str] = (),
    ) -> None:
        self.rounds, self.dice = chosen.rounds, random.Random(chosen.seed)
        self.database = OwnPostgres(chosen.postgres, chosen.port) if chosen.postgres else None
        self.processes = processes
        self.targets = [*processes, *often, "all", *(["database"] * 2 if self.database else [])]
        self.nursery = Nursery()
        self.killed: Counter[str] = Counter()
        self.step = LONGEST

    def start(self) -> None:
        """Starts whichever processes are not running."""
        for name, work in self.processes.items():
            self.nursery.start(name, work)

    def play(
        self,
        faults: Callable[[], list[str]],
        *,
        first: int,
        steps: float,
        wait: Callable[[float], None] = time.sleep,
    ) -> list[str]:
        """Returns the faults found after each kill. The processes' first lines show how long a step
        takes here; between two kills lie up to so many steps, spent in `wait`."""
        began, found = time.monotonic(), []
        self.start()
        self.nursery.wait_until_said(first, 300)
        self.step = min((time.monotonic() - began) / first, LONGEST)
        for number in range(self.rounds):
            self.start()
            wait(self.dice.random() * self.step * steps)
            what = self.dice.choice(self.targets)
            self.kill(what)
            self.nursery.hear()
            connections.close_all()
            found += [f"round {number}, {what}: {fault}" for fault in faults()]
        self.nursery.kill(*self.nursery.children)
        return found

    def kill(self, what: str) -> None:
        self.killed[what] += 1
        if what == "database":
            assert self.database
            self.database.kill()
            self.database.start()
        else:
            self.nursery.kill(*(self.processes if what == "all" else [what]))


def main(play: Callable[[argparse.Namespace], dict], description: str, *flags: str) -> None:
    """Prints the results of `play` as JSON."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--postgres", default="")
    parser.add_argument("--port", type=int, default=0)
    for flag in flags:
        parser.add_argument(flag, action="store_true")
    sys.stdout.write(json.dumps(play(parser.parse_args())))


# -- in the world


def appoint(name: str, role: str, agency: Agency, unit: Unit | None = None, **fields: Any) -> User:
    """A new person who can sign in, with an appointment."""
    person = User(username=name, first_name=name, **fields)
    person.set_password(SECRET)
    person.save()
    begun = datetime.date(2020, 1, 1)
    Appointment.objects.create(person=person, role=role, agency=agency, unit=unit, starts_on=begun)
    return person


def work(
    steps: Callable[[], Iterable[str]],
    say: Say,
    *,
    until_idle: bool = False,
    again_after: tuple[type[Exception], ...] = AWAY,
) -> None:
    """Takes steps and reports each, for ever; with `until_idle` until none is left. After the named
    exceptions (something was killed) it goes on with new connections."""
    while True:
        idle = True
        try:
            for done in steps():
                say(done)
                idle = False
        except again_after as problem:
            say(f"away {type(problem).__name__}")
            connections.close_all()
            time.sleep(0.05)
            continue
        if idle:
            if until_idle:
                return
            time.sleep(0.05)


@contextlib.contextmanager
def at_one_moment() -> Iterator[None]:
    """Everything read inside is one state of the database; on SQLite it waits for no writer."""
    connections.close_all()
    connection.ensure_connection()
    connection.transaction_mode = "DEFERRED"
    with transaction.atomic():
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
    connections.close_all()


def differing(expected: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """The pairs (actual, expected) that are not equal."""
    return {name: pair for name, pair in expected.items() if pair[0] != pair[1]}


def missing(said: set[str], kinds: dict[str, QuerySet]) -> list[str]:
    """Acts that a process reported ("signature 5") and that are not in the database, and the errors
    that ended a process."""
    gone = []
    for line in sorted(said):
        kind, _space, pk = line.partition(" ")
        if kind == "fell" or (kind in kinds and not kinds[kind].filter(pk=pk).exists()):
            gone.append(line)
    return gone


def damage() -> list[str]:
    """What `check_proof` finds."""
    return [f"{part.name}: {said}" for part in parts.all_parts() for said in part.check()]
