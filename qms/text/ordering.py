"""Lists in the order of a Vietnamese dictionary, on both databases: built into PostgreSQL,
registered on each SQLite connection."""

from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func

from qms.text.alphabet import sort_key

key = lru_cache(maxsize=20_000)(sort_key)  # of lists that are sorted in Python


class Alphabetical(Func):
    """Expression for `order_by` on a column: `Agency.objects.order_by(Alphabetical("name"))`."""

    template = '(%(expressions)s) COLLATE "%(collation)s"'
    collation = {"sqlite": "vietnamese", "postgresql": "vi-x-icu"}
    arity = 1

    def as_sql(
        self, compiler: Any, connection: BaseDatabaseWrapper, *args: Any, **context: Any
    ) -> Any:
        return super().as_sql(
            compiler, connection, *args, collation=self.collation[connection.vendor], **context
        )


class GivenName(Func):
    """The last word of a person's whole name: Vietnamese lists are sorted by it."""

    function = "given_name"
    arity = 1

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        template = "REGEXP_REPLACE(BTRIM(%(expressions)s), '^.*[[:space:]]', '')"
        return super().as_sql(compiler, connection, template=template, **context)


def by_given_name(field: str) -> tuple[Alphabetical, Alphabetical]:
    """Arguments of `order_by(*…)`: people by their given name, then by the whole name; `field`
    holds the whole name."""
    return Alphabetical(GivenName(field)), Alphabetical(field)


def given_name(name: str | None) -> str:
    """SQLite implementation of GivenName."""
    return ((name or "").split() or [""])[-1]


def compare(left: str, right: str) -> int:
    """SQLite's collation callback: negative, 0 or positive."""
    a, b = key(left), key(right)
    return (a > b) - (a < b)


def register_on_sqlite(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Adds the collation and the function to a new SQLite connection. Receiver of Django's signal
    `connection_created`."""
    if connection.vendor == "sqlite":
        connection.connection.create_collation("vietnamese", compare)
        connection.connection.create_function("given_name", 1, given_name, deterministic=True)
