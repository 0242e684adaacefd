"""Unordered querysets return their rows in an unexpected order.

A database may answer an unordered query in any order, and PostgreSQL does as soon as a row was
updated. Under the tests the rows of every such query are reversed, so code that relies on an order
it never requested fails on every run and not only on some days."""

from django.db.models import QuerySet


def turn_round() -> None:
    fetch = QuerySet._fetch_all

    def fetch_all(self: QuerySet) -> None:
        fresh = self._result_cache is None
        fetch(self)
        if fresh and not self.ordered and not self.query.is_sliced and not self.query.combinator:
            self._result_cache.reverse()

    QuerySet._fetch_all = fetch_all
