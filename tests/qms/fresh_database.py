"""Migrates the default database, which is empty, and prints its content as JSON: schema, triggers
and rows.

With --one-by-one it uses the migrations that squashed ones replace, as older installations did."""

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "qms.settings"
    import django

    django.setup()

from django.core.management import call_command
from django.db import connection
from django.db.migrations import executor
from django.db.migrations.loader import MigrationLoader

APPS = ("qms", "search", "procedures", "audits")
RANDOM = {"changed_at", "history_date", "translation_key"}  # differ from database to database

POSTGRES = (
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'function', proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'",
    "SELECT table_name, column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default, is_identity,"
    " collation_name) FROM information_schema.columns WHERE table_schema = 'public'",
)


class OneByOne(MigrationLoader):
    """Ignores our squashed migrations."""

    def load_disk(self) -> None:
        super().load_disk()
        for key, migration in [*self.disk_migrations.items()]:
            if key[0] in APPS and migration.replaces:
                del self.disk_migrations[key]


def schema() -> list[Any]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return sorted(_of_sqlite(cursor), key=str)
        return sorted(row for query in POSTGRES for row in cursor.execute(query).fetchall())


def _of_sqlite(cursor: Any) -> Iterator[Any]:
    """Rebuilt tables have their columns and constraints in another order, so their words are
    compared sorted."""
    cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
    for kind, name, table, sql in cursor.fetchall():
        if kind == "table":
            yield table, sorted(re.findall(r"[^\s(),]+", sql))
            columns = cursor.execute(f'PRAGMA table_xinfo("{table}")').fetchall()
            yield table, sorted([column[1:] for column in columns], key=str)
            keys = cursor.execute(f'PRAGMA foreign_key_list("{table}")').fetchall()
            yield table, sorted([key[2:] for key in keys], key=str)
        elif sql:
            yield table, name, sql
        else:  # of a constraint: numbered by its position in the table
            indexed = cursor.execute(f'PRAGMA index_info("{name}")').fetchall()
            yield table, [column for _, _, column in indexed]


def rows() -> dict[str, list[str]]:
    found = {}
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            found[table] = sorted(
                str(sorted((n, str(v)) for n, v in zip(names, row, strict=True) if n not in RANDOM))
                for row in cursor.fetchall()
            )
    return found


if __name__ == "__main__":
    if "--one-by-one" in sys.argv:
        executor.MigrationLoader = OneByOne
    call_command("migrate", verbosity=0)
    json.dump({"schema": schema(), "rows": rows()}, sys.stdout)
