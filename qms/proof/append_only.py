"""Tables whose rows are only ever added, kept so by triggers on both databases.

SQLite drops triggers when a migration remakes a table, so they are put back after each migration; a system check fails
where one is missing. `INSERT OR REPLACE` on SQLite and `TRUNCATE` on PostgreSQL pass the usual row triggers, so each has
one of its own."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

_PROTECTED: dict[str, tuple[tuple[str, ...], ...]] = {}
MESSAGE = "append-only: rows of this table are never changed or deleted"


def protect(table: str, *unique: tuple[str, ...]) -> None:
    """Names a table to keep; `unique`: its unique column groups (the primary key first), by which SQLite would replace."""
    _PROTECTED[table] = unique


def tables() -> list[str]:
    return sorted(_PROTECTED)


def install(using: str = "default") -> None:
    """Puts every trigger in place whose table exists; harmless where it stands already."""
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table in tables():
            if table in existing:
                for statement in _create(connection.vendor, table):
                    cursor.execute(statement)


def lift(using: str = "default") -> None:
    """Takes the triggers away. For the test runner's flush alone (tests/ holds the one caller)."""
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table in tables():
            for name in _names(connection.vendor, table) if table in existing else ():
                cursor.execute(
                    f"DROP TRIGGER IF EXISTS {name}"
                    + ("" if connection.vendor == "sqlite" else f" ON {table}")
                )


def missing(using: str = "default") -> list[str]:
    """Names of the triggers that should stand and do not."""
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
            )
        standing = {row[0] for row in cursor.fetchall()}
    return [
        name
        for table in tables()
        if table in existing
        for name in _names(connection.vendor, table)
        if name not in standing
    ]


def _names(vendor: str, table: str) -> list[str]:
    acts = ("update", "delete", "replace") if vendor == "sqlite" else ("change", "truncate")
    return [f"{table}_no_{act}" for act in acts]


def _create(vendor: str, table: str) -> Iterator[str]:
    if vendor == "sqlite":
        clash = " OR ".join(
            f"EXISTS (SELECT 1 FROM {table} WHERE "
            + " AND ".join(f"{column} = NEW.{column}" for column in group)
            + ")"
            for group in _PROTECTED[table]
        )
        for act, when in (("update", "UPDATE"), ("delete", "DELETE")):
            yield f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act} BEFORE {when} ON {table} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        yield f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} WHEN {clash} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        return
    yield (
        "CREATE OR REPLACE FUNCTION qms_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for act, when in (("change", "BEFORE UPDATE OR DELETE"), ("truncate", "BEFORE TRUNCATE")):
        each = "ROW" if act == "change" else "STATEMENT"
        yield f"CREATE OR REPLACE TRIGGER {table}_no_{act} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION qms_append_only()"


def after_migration(using: str = "default", **kwargs: Any) -> None:
    install(using)


@register(Tags.database)
def every_trigger_stands(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The system check; like every check of a database it runs with `check --database default` and before each start."""
    return [
        Error(
            f"Trigger {name} is missing: rows could be changed or deleted.",
            hint="Run manage.py migrate.",
            id="qms.E001",
        )
        for alias in databases or []
        for name in missing(alias)
    ]
