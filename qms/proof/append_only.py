"""Append-only tables, guarded by triggers on both databases.

SQLite drops triggers when a migration rebuilds a table, so they are recreated after each migration.
A system check compares what each trigger does with what it should do, since an empty trigger of the
right name guards nothing; `manage.py protect_tables` repairs. `INSERT OR REPLACE` on SQLite and
`TRUNCATE` on PostgreSQL pass the usual row triggers, so each has a trigger of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections, transaction

_PROTECTED: dict[str, tuple[tuple[str, ...], ...]] = {}
MESSAGE = "append-only: rows of this table are never changed or deleted"
FUNCTION = f" BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation'; END "
# PostgreSQL's pg_trigger.tgtype: before a row is updated or deleted; before a table is emptied.
POSTGRES = {
    "change": ("BEFORE UPDATE OR DELETE", "ROW", 0b11011),
    "truncate": ("BEFORE TRUNCATE", "STATEMENT", 0b100010),
}


@dataclass(frozen=True)
class Trigger:
    table: str
    name: str
    statement: str  # creates it


def protect(table: str, *unique: tuple[str, ...]) -> None:
    """Registers a table to guard. `unique`: its unique groups of columns (the primary key first):
    on SQLite, `INSERT OR REPLACE` deletes rows that clash in one of them."""
    _PROTECTED[table] = unique


def protect_histories() -> None:
    """Guards the history table of every model that has one (django-simple-history)."""
    for model in apps.get_models():
        if name := getattr(model._meta, "simple_history_manager_attribute", ""):
            history = getattr(model, name).model._meta
            protect(history.db_table, (history.pk.column,))


def tables() -> list[str]:
    return sorted(_PROTECTED)


def install(using: str = "default") -> list[str]:
    """Creates every missing or differing trigger of existing tables. Returns their names."""
    connection = connections[using]
    wrong = set(missing(using))
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql" and _existing(using):
            cursor.execute(
                "CREATE OR REPLACE FUNCTION qms_append_only() RETURNS trigger "
                f"LANGUAGE plpgsql AS $${FUNCTION}$$"
            )
        for trigger in _wanted(using):
            if trigger.name in wrong:
                _drop(cursor, connection.vendor, trigger)
                cursor.execute(trigger.statement)
    return sorted(wrong)


def lift(using: str = "default") -> None:
    """Drops the triggers. Only for the test runner's flush (its only caller is in tests/)."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for trigger in _wanted(using):
            _drop(cursor, connection.vendor, trigger)


def missing(using: str = "default") -> list[str]:
    """Names of the triggers that are missing, switched off, or do something else."""
    connection = connections[using]
    intact_on = _intact_on_sqlite if connection.vendor == "sqlite" else _intact_on_postgres
    intact = intact_on(using)
    return [trigger.name for trigger in _wanted(using) if trigger not in intact]


def _intact_on_sqlite(using: str) -> set[Trigger]:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {Trigger(*row) for row in cursor.fetchall()}


def _intact_on_postgres(using: str) -> set[Trigger]:
    """The triggers that call our function, if it has the right body, at the right moment, always
    and for every column."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname, t.tgtype FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang "
            "WHERE t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr = ''::int2vector "
            "AND pg_table_is_visible(c.oid) "
            "AND l.lanname = 'plpgsql' AND p.proname = 'qms_append_only' AND p.prosrc = %s",
            [FUNCTION],
        )
        found = set(cursor.fetchall())
    types = {f"{act}": bits for act, (_, _, bits) in POSTGRES.items()}
    return {
        trigger
        for trigger in _wanted(using)
        if (trigger.table, trigger.name, types[trigger.name.rpartition("_no_")[2]]) in found
    }


def _existing(using: str) -> list[str]:
    """The guarded tables that exist."""
    connection = connections[using]
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    return [table for table in tables() if table in there]


def _wanted(using: str) -> list[Trigger]:
    make = _for_sqlite if connections[using].vendor == "sqlite" else _for_postgres
    return [trigger for table in _existing(using) for trigger in make(table)]


def _for_sqlite(table: str) -> list[Trigger]:
    """The triggers of a table. Their text is compared with what SQLite stores, character for
    character."""
    clash = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE "
        + " AND ".join(f"{column} = NEW.{column}" for column in group)
        + ")"
        for group in _PROTECTED[table]
    )
    moments = {"update": "UPDATE", "delete": "DELETE", "replace": "INSERT"}
    return [
        Trigger(
            table,
            f"{table}_no_{act}",
            f"CREATE TRIGGER {table}_no_{act} BEFORE {moment} ON {table} "
            + (f"WHEN {clash} " if act == "replace" else "")
            + f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
        )
        for act, moment in moments.items()
    ]


def _for_postgres(table: str) -> list[Trigger]:
    return [
        Trigger(
            table,
            f"{table}_no_{act}",
            f"CREATE TRIGGER {table}_no_{act} {when} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION qms_append_only()",
        )
        for act, (when, each, _) in POSTGRES.items()
    ]


def _drop(cursor: Any, vendor: str, trigger: Trigger) -> None:
    where = "" if vendor == "sqlite" else f" ON {trigger.table}"
    cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{where}")


def after_migration(using: str = "default", **kwargs: Any) -> None:
    install(using)


@register(Tags.database)
def check_triggers(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The system check of all triggers. Like every database check it runs with `check --database
    default`; `up` runs it before each start."""
    return [
        Error(
            f"Trigger {name} is missing or differs: rows could be changed or deleted.",
            hint="Run manage.py protect_tables, which repairs it, then manage.py check_proof, "
            "which says whether anything was changed meanwhile.",
            id="qms.E001",
        )
        for alias in databases or []
        for name in missing(alias)
    ]
