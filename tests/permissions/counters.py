"""Sets the ID counters of tables, so that an ID identifies the owner of a row."""

from django.apps import apps
from django.db import connection, models


def numbered_models() -> list[type[models.Model]]:
    """Every model with a table and a counter of its own."""
    return [
        m
        for m in apps.get_models(include_auto_created=True)
        if isinstance(m._meta.pk, models.AutoField | models.BigAutoField) and m._meta.managed
    ]


def count_from(first: int) -> None:
    """Sets the counter of every table to continue at `first` + 1."""
    with connection.cursor() as cursor:
        for model in numbered_models():
            table = model._meta.db_table
            if connection.vendor == "sqlite":
                cursor.execute(
                    "UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [first, table]
                )
                cursor.execute(
                    "INSERT INTO sqlite_sequence (name, seq) SELECT %s, %s WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = %s)",
                    [table, first, table],
                )
            else:
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                    [f'"{table}"', model._meta.pk.column, first],
                )


def count_as_before() -> None:
    """Sets each counter to continue after the rows of its table: PostgreSQL's counters are not
    transactional."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        for model in numbered_models():
            table, column = model._meta.db_table, model._meta.pk.column
            last = f'SELECT COALESCE(MAX("{column}"), 0) + 1 FROM "{table}"'
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, %s), ({last}), false)",
                [f'"{table}"', column],
            )
