"""Queries whose SQL is kept in memory.

Django needs longer to compose a query of many parts than the database to answer it. For such queries on every page, text and
parameters are composed once per key and reused."""

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

MOST = 2_000  # keys; the text of equal queries is held once
_KEPT: OrderedDict[Hashable, tuple[str, tuple[Any, ...]] | None] = OrderedDict()
_LOCK = threading.Lock()


def rows(key: Hashable, compose: Callable[[], QuerySet[Any] | None]) -> list[tuple[Any, ...]]:
    """The rows of the query that `compose` returns, as the driver returns them (only for texts and numbers). Empty if it is None.

    The query must depend on the key alone, so `compose` must not query anything that is not part of the key."""
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
