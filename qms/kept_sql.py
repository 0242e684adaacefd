"""Queries whose SQL is kept in memory.

Django needs longer to compose a query of many parts than the database to answer it. Where each page asks such a query, its
text and parameters are composed once for a key and sent again as they are."""

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
    """The rows of the query that `compose` returns, as the driver gives them: for texts and numbers alone. None has no rows.

    The query must follow from the key and nothing else, so `compose` asks the database nothing that the key doesn't tell."""
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
    """None where the query can't have rows."""
    if query is None:
        return None
    try:
        text, parameters = query.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    return sys.intern(text), tuple(parameters)
