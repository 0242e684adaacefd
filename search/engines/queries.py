"""Builds queries identically for every engine, out of the few pieces whose syntax differs."""

import abc
import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from qms.clock import today
from search.entries import Query
from search.index.prepared import (
    COMING,
    DRAFT,
    ENDED,
    FACET_FIELDS,
    FOLDED,
    HOLDS,
    MARKED,
    NUMBERS,
    STANDING,
)
from search.ranking.needs import Need
from search.ranking.plan import Clause, Plan
from search.words.question import Term

MOST_VALUES = 200  # values counted per facet
Q = TypeVar("Q")


@dataclass(frozen=True)
class Conditions:
    """What every result must meet apart from the words: access tokens, day, filters."""

    tokens: frozenset[str] | None
    day: datetime.date | None = None
    groups: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    today: datetime.date = field(default_factory=today)
    only: tuple[str, ...] = ()  # keys: only these, if any
    excluded: tuple[str, ...] = ()  # keys: not these

    @classmethod
    def of(cls, query: Query) -> "Conditions":
        return cls(
            query.tokens,
            query.day,
            query.groups,
            {k: v for k, v in query.filters.items() if v},
            query.today,
        )

    def without(self, name: str) -> "Conditions":
        return replace(self, filters={k: v for k, v in self.filters.items() if k != name})


class Queries(abc.ABC, Generic[Q]):
    """Builds queries of type Q. Clauses that select results don't score, and those that score
    don't select."""

    @abc.abstractmethod
    def _any(self, field: str, tokens: Sequence[str]) -> Q:
        """One of the tokens occurs in the field."""

    @abc.abstractmethod
    def _adjacent(self, words: Sequence[str]) -> Q:
        """The folded words occur one after another."""

    @abc.abstractmethod
    def _one_of(self, queries: Sequence[Q]) -> Q:
        """At least one of the queries matches."""

    @abc.abstractmethod
    def _at_least(self, number: int, queries: Sequence[Q]) -> Q:
        """At least `number` of the queries match."""

    @abc.abstractmethod
    def _all_of(self, queries: Sequence[Q]) -> Q:
        """All of the queries match."""

    @abc.abstractmethod
    def _not_in_force(self, day: datetime.date) -> Mapping[str, Q]:
        """Entries not in force on the day: ENDED before it, COMING later."""

    @abc.abstractmethod
    def _scored(self, clause: Clause) -> Q:
        """A token that adds to the score."""

    @abc.abstractmethod
    def _joined(self, must: Sequence[Q], should: Sequence[Q], must_not: Sequence[Q]) -> Q:
        """All of `must` (everything if empty) and none of `must_not`; `should` adds to
        the score."""

    def _alternatives(self, group: Sequence[tuple[str, str]]) -> Q:
        """One of the (field, token) pairs occurs."""
        by_field: dict[str, list[str]] = {}
        for name, token in group:
            by_field.setdefault(name, []).append(token)
        queries = [self._any(name, tokens) for name, tokens in by_field.items()]
        return queries[0] if len(queries) == 1 else self._one_of(queries)

    def _phrase(self, terms: Sequence[Term]) -> list[Q]:
        """Folded words in order and, if marks were typed, each word with its marks."""
        folded, marked = [t.folded for t in terms], [t.marked for t in terms]
        if len(terms) == 1:
            return [self._any(MARKED, marked)] if marked != folded else [self._any(FOLDED, folded)]
        return [
            self._adjacent(folded),
            *(self._any(MARKED, [word]) for word in dict.fromkeys(marked) if marked != folded),
        ]

    def _conditions(self, conditions: Conditions) -> tuple[list[Q], list[Q]]:
        """(queries that must match, queries that must not)."""
        must: list[Q] = []
        must_not: list[Q] = []
        if conditions.tokens is not None:
            must.append(self._any("reader", sorted(conditions.tokens)))
        if conditions.groups:
            must.append(self._any("group", conditions.groups))
        for name, values in conditions.filters.items():
            if name != STANDING:
                must.append(
                    self._any(
                        name if name == "key" else facet_field(name), [str(v) for v in values]
                    )
                )
        if conditions.only:
            must.append(self._any("key", conditions.only))
        if conditions.excluded:
            must_not.append(self._any("key", conditions.excluded))
        if conditions.day is not None:
            # Few entries begin later or ended earlier, so excluding those is faster than
            # checking each.
            must_not += self._not_in_force(conditions.day).values()
        if standing := conditions.filters.get(STANDING):
            out = self._not_in_force(conditions.today)
            must_not += [
                self._any("state", [DRAFT]),
                *(query for name, query in out.items() if name not in standing),
            ]
            if HOLDS not in standing:
                must.append(self._one_of(list(out.values())))
        return must, must_not

    def _chosen(self, need: Need) -> list[Q]:
        """Queries that select results. (An intersection next to few others is faster than
        alternatives in each of its parts.)"""
        if need.least > 1:
            groups = [self._alternatives(group) for group in need.groups]
            most = self._at_least(need.least, groups)
            return [self._one_of([most, self._alternatives(need.always)]) if need.always else most]
        if not need.all:
            return [
                self._alternatives(
                    [choice for group in (*need.groups, need.always) for choice in group]
                )
            ]
        every = [self._alternatives(group) for group in need.groups]
        return (
            [self._one_of([self._all_of(every), self._alternatives(need.always)])]
            if need.always
            else every
        )

    def _query(
        self, plan: Plan | None, need: Need | None, conditions: Conditions, *, scored: bool
    ) -> Q:
        """The query for the plan under the conditions; without a plan, everything that
        meets them."""
        must, must_not = self._conditions(conditions)
        should: list[Q] = []
        if plan is not None:
            must += self._chosen(need) if need else ()
            for phrase in plan.phrases:
                must += self._phrase(phrase)
            must_not += [self._all_of(self._phrase(phrase)) for phrase in plan.left_out]
            if scored:
                should = [self._scored(clause) for clause in plan.clauses]
        return self._joined(must, should, must_not)


def facet_field(name: str) -> str:
    """The field of the index that holds a facet."""
    return name if name in FACET_FIELDS else f"x.{name}"


def aggregations(facets: Collection[str], day: datetime.date) -> dict[str, dict[str, Any]]:
    """Aggregations that count the facets, in the syntax shared by both engines."""
    wanted: dict[str, dict[str, Any]] = {
        name: {"terms": {"field": facet_field(name), "size": MOST_VALUES}}
        for name in facets
        if name != STANDING
    }
    for name in wanted.keys() & NUMBERS:
        # Numbers are cheap: each segment counts all of them
        wanted[name]["terms"]["shard_size"] = 10_000
    if STANDING in facets:
        wanted[ENDED] = {"range": {"field": "last", "ranges": [{"to": day.toordinal()}]}}
        wanted[COMING] = {"range": {"field": "first", "ranges": [{"from": day.toordinal() + 1}]}}
        wanted[DRAFT] = {"terms": {"field": "state"}}
    return wanted


def facet_counts(
    facets: Sequence[str], answer: Mapping[str, Any], total: int
) -> dict[str, Sequence[tuple[str, int]]]:
    """The counts in an engine's answer to ``aggregations``, most frequent first."""
    values: dict[str, Sequence[tuple[str, int]]] = {
        name: [(str(b["key"]), b["doc_count"]) for b in answer[name]["buckets"]]
        for name in facets
        if name != STANDING
    }
    if STANDING in facets:
        ended, coming = (
            next((b["doc_count"] for b in answer[name]["buckets"] if edge in b), 0)
            for name, edge in ((ENDED, "to"), (COMING, "from"))
        )
        drafts = next((b["doc_count"] for b in answer[DRAFT]["buckets"] if b["key"] == DRAFT), 0)
        values[STANDING] = [
            (name, number)
            for name, number in (
                (HOLDS, total - ended - coming - drafts),
                (ENDED, ended),
                (COMING, coming),
            )
            if number
        ]
    return values
