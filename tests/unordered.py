"""Rows that were asked for in no order come in an order that nobody expects.

A database may answer such a question in any order, and PostgreSQL does as soon as a row was updated. Under the tests every such
answer is turned round, so what depends on an order that was never asked for fails at every run and not on some days."""

from django.db.models import QuerySet


def turn_round() -> None:
    fetch = QuerySet._fetch_all

    def fetch_all(self: QuerySet) -> None:
        fresh = self._result_cache is None
        fetch(self)
        if fresh and not self.ordered and not self.query.is_sliced and not self.query.combinator:
            self._result_cache.reverse()

    QuerySet._fetch_all = fetch_all
