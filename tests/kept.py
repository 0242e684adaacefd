"""The common starting point of several tests is built once, and each test finds it unchanged.

A fixture that is marked as kept is built in a transaction of its own, below the transaction of the
test. Its rows stay until a test begins from something else; a test's changes are rolled back with
it, its objects are copies, and its folder holds copies of the files. Kept things form layers: a
test that needs the agency, its people and an audit reuses the first two if the preceding test
needed no more than these. So tests of one file with the same starting point run next to each other
(`in_order`).

    @pytest.fixture
    @kept
    def audit(cast, programme): ...

A kept fixture writes rows and files, returns, and requests nothing but `db`, kept fixtures and
tools. A tool returns a function or sets something that kept fixtures need not see; it writes
nothing. The context in which kept fixtures are built (a day, a setting) is a fixture marked with
`around`. If any other fixture precedes it, a kept one is built in the test, as usual."""

import contextlib
import copy
import datetime
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.utils import translation

from tests.held import Held, begin, in_folder, undo

OWN_DATABASE = {"transactional_db", "live_server", "own_connections", "django_db_reset_sequences"}
ORDER = pytest.StashKey[list[pytest.FixtureDef]]()
LAYERS = pytest.StashKey["Layers"]()


def kept(function: Callable) -> Callable:
    function.is_kept = True
    return function


def tool(function: Callable) -> Callable:
    function.is_tool = True
    return function


def around(function: Callable) -> Callable:
    """Marks a fixture without arguments that yields: it is entered wherever a kept fixture is built
    for a test that uses it."""
    function.is_around = function.is_tool = True
    return function


def _is_tool(definition: pytest.FixtureDef) -> bool:
    ours = definition.func.__module__.startswith("tests.")
    return not ours or definition.scope == "session" or getattr(definition.func, "is_tool", False)


def _around(item: pytest.Item) -> list[Callable]:
    named = item._fixtureinfo.name2fixturedefs
    functions = [named[name][-1].func for name in item.fixturenames if name in named]
    return [function for function in functions if getattr(function, "is_around", False)]


def begins_from(item: pytest.Item) -> list[pytest.FixtureDef]:
    """The kept fixtures of a test, in the order in which they are built: the longest chain first,
    so that the next test can reuse it."""
    if ORDER not in item.stash:
        item.stash[ORDER] = _begins_from(item)
    return item.stash[ORDER]


def _begins_from(item: pytest.Item) -> list[pytest.FixtureDef]:
    info = getattr(item, "_fixtureinfo", None)
    marker = item.get_closest_marker("django_db")
    if (
        not info
        or (marker and (marker.args or marker.kwargs))
        or OWN_DATABASE & {*item.fixturenames}
    ):
        return []
    given = getattr(getattr(item, "callspec", None), "params", {})
    needs: dict[str, set[str]] = {}  # a kept fixture -> the kept ones below it
    seen: set[str] = set()

    def definition(name: str) -> pytest.FixtureDef:
        return info.name2fixturedefs[name][-1]

    def visit(name: str) -> bool:
        """False after a fixture that is neither kept nor a tool: the following ones are built by
        the test."""
        if name in seen or name not in info.name2fixturedefs:
            return True
        seen.add(name)
        one = definition(name)
        if not all(visit(argument) for argument in one.argnames):
            return False
        if not getattr(one.func, "is_kept", False):
            return _is_tool(one)
        below = [
            a
            for a in one.argnames
            if a != "db" and not getattr(definition(a).func, "is_tool", False)
        ]
        if name in given or not all(argument in needs for argument in below):
            return False
        needs[name] = set(below).union(*(needs[argument] for argument in below))
        return True

    all(visit(name) for name in item.fixturenames)
    order: list[str] = []

    def put(name: str) -> None:
        if name in needs and name not in order:
            for argument in definition(name).argnames:
                put(argument)
            order.append(name)

    for name in sorted(needs, key=lambda name: (-len(needs[name]), name)):
        put(name)
    return [definition(name) for name in order]


def in_order(items: list[pytest.Item]) -> None:
    """Tests of one file with the same starting point run one after the other."""
    sorted_items: list[pytest.Item] = []
    for _, of_file in groupby(items, key=lambda item: item.path):
        tests = list(of_file)
        wide = any(
            d[-1].scope != "function" and d[-1].params
            for t in tests
            for d in t._fixtureinfo.name2fixturedefs.values()
        )
        if not wide:
            tests.sort(key=lambda test: [one.argname for one in begins_from(test)])
        sorted_items += tests
    items[:] = sorted_items


@dataclass
class Layer:
    built_by: list[Callable]  # its fixture, and its context
    atomic: transaction.Atomic
    folder: Path  # with what those below wrote
    values: dict[str, Any]  # of this layer and of those below, as they are once it is built


class Layers:
    """The layers now in the database, the lowest first."""

    def __init__(self, unblock: Callable, make_folder: Callable[[], Path], held: Held) -> None:
        self.unblock, self.make_folder, self.held = unblock, make_folder, held
        self.standing: list[Layer] = []
        self.holding = False  # for a whole module
        self.day = datetime.date.min
        self.item: pytest.Item | None = None
        self.values: dict[str, Any] = {}

    def prepare(self, item: pytest.Item, folder: Callable[[], Path]) -> None:
        """Keeps the layers that this test begins from, and removes all others."""
        wanted = begins_from(item)
        if not self.holding:
            with self.unblock():
                self.held.let_go()
        if self.day != datetime.date.today() or connection.closed_in_transaction:
            self.take_away(0)
        self.day = datetime.date.today()
        same = 0
        around = _around(item) if wanted else []
        for layer, one in zip(self.standing, wanted):
            if layer.built_by != [one.func, *around]:
                break
            same += 1
        self.take_away(same)
        self.item, self.values = item, {}
        if not wanted or (not same and connection.in_atomic_block):  # in a module's own transaction
            return
        for one in wanted[same:]:
            self.build(one, item, around)
        self.values = copy.deepcopy(self.standing[-1].values)
        if self.standing[-1].folder.exists():
            shutil.copytree(self.standing[-1].folder, folder(), dirs_exist_ok=True)

    @contextlib.contextmanager
    def hold(self, name: str, make: Callable[[], Any]) -> Iterator[Any]:
        """For a module's fixture: things built once per run (tests/held.py), in a transaction that
        this module leaves unchanged."""
        self.take_away(0)
        with self.unblock():
            value = self.held.hold(name, make)
            caches["memory"].clear()
            with in_folder(self.held.folder):
                atomic, self.holding = begin(), True
                try:
                    yield value
                finally:
                    undo(atomic)
                    self.holding = False
                    caches["memory"].clear()

    def build(
        self, definition: pytest.FixtureDef, item: pytest.Item, around: list[Callable]
    ) -> None:
        values = copy.deepcopy(self.standing[-1].values) if self.standing else {}
        folder = self.make_folder()
        translation.activate(settings.LANGUAGE_CODE)
        caches["memory"].clear()
        with self.unblock(), in_folder(folder), contextlib.ExitStack() as frame:
            for function in around:
                frame.enter_context(contextlib.contextmanager(function)())
            if self.standing and self.standing[-1].folder.exists():
                shutil.copytree(self.standing[-1].folder, folder)
            self.standing.append(Layer([definition.func, *around], begin(), folder, values))
            try:
                given = {name: self.argument(name, item) for name in definition.argnames}
                values[definition.argname] = definition.func(**given)
            except BaseException:
                self.take_away(len(self.standing) - 1)
                raise

    def argument(self, name: str, item: pytest.Item) -> Any:
        values = self.standing[-1].values
        if name == "db" or name in values:
            return values.get(name)
        one = item._fixtureinfo.name2fixturedefs[name][-1]
        return one.func(**{argument: self.argument(argument, item) for argument in one.argnames})

    def clear(self) -> None:
        """Leaves nothing open in the database."""
        self.take_away(0)
        with self.unblock():
            self.held.let_go()

    def take_away(self, height: int) -> None:
        with self.unblock():
            while len(self.standing) > height:
                layer = self.standing.pop()
                undo(layer.atomic)
                shutil.rmtree(layer.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def layers(pytestconfig, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Layers]:
    root, base = tmp_path_factory.mktemp("kept"), tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    held = Held(shared, tmp_path_factory.mktemp("held"), django_db_setup)
    numbers = itertools.count()
    made = Layers(django_db_blocker.unblock, lambda: root / str(next(numbers)), held)
    pytestconfig.stash[LAYERS] = made
    yield made
    made.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest) -> Any:
    if fixturedef.argname == "_django_db_helper":  # before the test's own transaction begins
        item = request._pyfuncitem
        request.getfixturevalue("layers").prepare(item, lambda: request.getfixturevalue("tmp_path"))
        return None
    made = request.config.stash.get(LAYERS, None)
    if made is None:
        return None
    if fixturedef.scope == "module" and "django_db_blocker" in fixturedef.argnames:
        made.take_away(0)  # it is going to use the database for a whole module
    elif (
        getattr(fixturedef.func, "is_kept", False)
        and made.item is request._pyfuncitem
        and fixturedef.argname in made.values
    ):
        value = made.values[fixturedef.argname]
        fixturedef.cached_result = (value, fixturedef.cache_key(request), None)
        return True  # it is done: the value is what stands above, and may be None
    return None
