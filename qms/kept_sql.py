"""Queries whose SQL is kept in memory.

Django needs longer to compose a query of many parts than the database to answer it. For such
queries on every page, text and parameters are composed once per key and reused."""

import copy
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
MOST = 2_000  # keys; the text of equal queries is held once
MOST_COMPILED = 20
ANY_ID = -987_654_321  # in place of the ID for which a kept query is run
_KEPT: OrderedDict[Hashable, tuple[str, tuple[Any, ...]] | None] = OrderedDict()
_LOCK = threading.Lock()


class Compiled(NamedTuple):
    """A query with the text and parameters that its compiler made; the compiler knows which columns
    fill which objects."""

    queryset: QuerySet[Any]
    compiler: SQLCompiler
    text: str
    parameters: tuple[Any, ...]


_COMPILED: OrderedDict[Hashable, Compiled] = OrderedDict()


def rows(key: Hashable, compose: Callable[[], QuerySet[Any] | None]) -> list[tuple[Any, ...]]:
    """The rows of the query that `compose` returns, as the driver returns them (only for texts and
    numbers). Empty if it is None.

    The query must depend on the key alone, so `compose` must not query anything that is not part of
    the key."""
    with _LOCK:
        there = key in _KEPT
        if there:
            _KEPT.move_to_end(key)
            kept = _KEPT[key]
    if not there:
        kept = _composed(compose())
        with _LOCK:
            _KEPT[key] = kept
            if len(_KEPT) > MOST:
                _KEPT.popitem(last=False)
    if kept is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*kept)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _composed(query: QuerySet[Any] | None) -> tuple[str, tuple[Any, ...]] | None:
    """(SQL, parameters); None if the query can't have rows."""
    if query is None:
        return None
    try:
        text, parameters = query.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    return sys.intern(text), tuple(parameters)


def instances(key: Hashable, compose: Callable[[int], QuerySet[M]], pk: int) -> list[M]:
    """The objects of `compose(pk)`. The query must depend on the key and the ID alone, and name the
    ID in exactly one place.

    It is composed once per key with `ANY_ID` in that place, so one key serves all people.
    One query."""
    with _LOCK:
        kept = _COMPILED.get(key)
    if kept is None:
        kept = _compiled(compose(ANY_ID))
        with _LOCK:
            _COMPILED[key] = kept
            if len(_COMPILED) > MOST_COMPILED:
                _COMPILED.popitem(last=False)
    # All threads share the kept compiler, but not a connection
    compiler = copy.copy(kept.compiler)
    compiler.connection = connections[DEFAULT_DB_ALIAS]
    values = tuple(pk if value == ANY_ID else value for value in kept.parameters)
    compiler.as_sql = lambda *_, **__: (kept.text, values)  # type: ignore[method-assign]
    found: QuerySet[M] = kept.queryset.all()
    found.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
    return list(found)


def _compiled(queryset: QuerySet[Any]) -> Compiled:
    compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
    text, parameters = compiler.as_sql()
    if parameters.count(ANY_ID) != 1:
        raise ValueError("A kept query must contain the ID in exactly one place.")
    return Compiled(queryset, compiler, text, tuple(parameters))
