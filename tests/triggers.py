"""The one place that drops the triggers of append-only tables: for the test runner's flush between
transactional tests, and for tests that tamper with the database."""

import contextlib
from collections.abc import Iterator

from django.core.management.commands import flush
from django.db import connection

from qms.proof import append_only


@contextlib.contextmanager
def lifted() -> Iterator[None]:
    """Drops the triggers inside this context, as the owner of the database could."""
    # PostgreSQL drops no trigger of a table while checks are pending
    connection.check_constraints()
    append_only.lift()
    try:
        yield
    finally:
        connection.check_constraints()
        append_only.install()


def lift_for_flush() -> None:
    """Wraps Django's flush so that triggers are dropped while it empties the tables, and recreated
    afterwards.

    Rows that migrations insert are restored too, so that no test depends on those before it."""
    plain = flush.Command.handle

    def handle(self, **options):
        append_only.lift(options["database"])
        try:
            return plain(self, **options)
        finally:
            append_only.install(options["database"])
            _put_back()

    flush.Command.handle = handle


def _put_back() -> None:
    from simple_history.utils import bulk_create_with_history

    from procedures.models import Clause
    from procedures.standard import load_clauses
    from search.models import Synonym
    from search.tables.starter_synonyms import rows

    load_clauses(Clause)
    put = [
        Synonym(short=short, long=long, both_ways=both)
        for short, long, both in dict.fromkeys(rows())
    ]
    bulk_create_with_history(put, Synonym)
