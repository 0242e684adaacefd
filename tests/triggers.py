"""The one place that lifts the triggers of append-only tables: the test runner's flush between transactional tests, and what a
test has to do behind the product's back."""

import contextlib
from collections.abc import Iterator

from django.core.management.commands import flush
from django.db import connection

from qms.proof import append_only


@contextlib.contextmanager
def lifted() -> Iterator[None]:
    """The triggers are away while this lasts, as they would be for somebody who owns the database."""
    connection.check_constraints()  # PostgreSQL drops no trigger of a table while checks are pending
    append_only.lift()
    try:
        yield
    finally:
        connection.check_constraints()
        append_only.install()


def lift_for_flush() -> None:
    """Wraps Django's flush so that triggers are away while it empties the tables, and stand again after it.

    What migrations put into tables is put back too, so that no test depends on those before it."""
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
