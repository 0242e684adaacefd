"""The one place that lifts the triggers of append-only tables: the test runner's flush between transactional tests."""

from django.core.management.commands import flush

from qms import append_only


def lift_for_flush() -> None:
    """Wraps Django's flush so that triggers are away while it empties the tables, and stand again after it."""
    plain = flush.Command.handle

    def handle(self, **options):
        append_only.lift(options["database"])
        try:
            return plain(self, **options)
        finally:
            append_only.install(options["database"])

    flush.Command.handle = handle
