"""Reads a snapshot of an embedded index."""

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import tantivy
from tantivy import Occur, Order

from search.engines.interface import Found, Reader
from search.engines.queries import Conditions, Queries, aggregations, facet_counts
from search.engines.tantivy_index import STORED_TEXTS, Pair, unavailable_if_damaged
from search.index.prepared import (
    ALWAYS,
    COMING,
    ENDED,
    FOLDED,
    NUMBERS,
    OWN_CODE,
    TITLE,
    Card,
    Stored,
)
from search.ranking.needs import Need
from search.ranking.plan import Clause, Plan

_CARDS_KEPT = 20_000
_COUNTS_KEPT = 200_000
_FEW = 16  # access tokens
NUMBER = re.compile(r"[0-9]{1,18}")


class TantivyReader(Queries[tantivy.Query], Reader):
    """A snapshot of the index."""

    def __init__(self, index: Pair) -> None:
        super().__init__()
        self.schema, self.searcher = index.words.schema, index.words.searcher()
        self.texts_schema, self.texts = index.texts.schema, index.texts.searcher()
        self._documents = self.searcher.num_docs
        self._frequencies: dict[tuple[str, str], int] = {}
        self._counted: dict[frozenset[str] | None, dict[tuple[str, str], int]] = {}

    @property
    def documents(self) -> int:
        return self._documents

    def frequencies(self, wanted: Sequence[tuple[str, str]]) -> Sequence[int]:
        known, count = self._frequencies, self.searcher.doc_freq
        if len(known) > 500_000:
            known.clear()
        found = []
        for key in wanted:
            number = known.get(key)
            if number is None:
                number = known[key] = count(*key)
            found.append(number)
        return found

    # -- queries

    def _term(self, field: str, token: str) -> tantivy.Query:
        return tantivy.Query.term_query(self.schema, field, token, "freq")

    def _any(self, field: str, tokens: Sequence[str]) -> tantivy.Query:
        values: Sequence[Any] = (
            [int(t) for t in tokens if NUMBER.fullmatch(t)] if field in NUMBERS else tokens
        )
        if not values:
            return tantivy.Query.empty_query()
        if len(values) == 1:
            return _unscored(tantivy.Query.term_query(self.schema, field, values[0], "basic"))
        return _unscored(tantivy.Query.term_set_query(self.schema, field, list(values)))

    def _adjacent(self, words: Sequence[str]) -> tantivy.Query:
        return tantivy.Query.phrase_query(self.schema, FOLDED, list(words))

    def _one_of(self, queries: Sequence[tantivy.Query]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(Occur.Should, q) for q in queries])

    def _at_least(self, number: int, queries: Sequence[tantivy.Query]) -> tantivy.Query:
        some = [(Occur.Should, q) for q in queries]
        return tantivy.Query.boolean_query(some, minimum_number_should_match=number)

    def _all_of(self, queries: Sequence[tantivy.Query]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(Occur.Must, q) for q in queries])

    def _not_in_force(self, day: datetime.date) -> dict[str, tantivy.Query]:
        number, unsigned = day.toordinal(), tantivy.FieldType.Unsigned
        return {
            ENDED: _unscored(
                tantivy.Query.range_query(self.schema, "last", unsigned, 0, number - 1)
            ),
            COMING: _unscored(
                tantivy.Query.range_query(self.schema, "first", unsigned, number + 1, ALWAYS[1])
            ),
        }

    def _scored(self, clause: Clause) -> tantivy.Query:
        return tantivy.Query.boost_query(self._term(clause.field, clause.token), clause.weight)

    def _joined(
        self,
        must: Sequence[tantivy.Query],
        should: Sequence[tantivy.Query],
        must_not: Sequence[tantivy.Query],
    ) -> tantivy.Query:
        must = must or [_unscored(tantivy.Query.all_query())]
        return tantivy.Query.boolean_query(
            [
                *((Occur.Must, q) for q in must),
                *((Occur.Should, q) for q in should),
                *((Occur.MustNot, q) for q in must_not),
            ]
        )

    # -- answers

    def match(
        self,
        plan: Plan | None,
        need: Need | None,
        conditions: Conditions,
        *,
        sort: str,
        start: int,
        limit: int,
    ) -> list[tuple[float, Card]]:
        with unavailable_if_damaged():
            query = self._query(plan, need, conditions, scored=sort == "relevance")
            orders: dict[str, dict[str, Any]] = {
                "date": {"order_by_field": "date_order"},
                "code": {"order_by_field": "code_order", "order": Order.Asc},
            }
            order = orders.get(sort, {})
            hits = self.searcher.search(query, limit, count=False, offset=start, **order).hits
            cards = self._cards([address for _, address in hits])
            return [
                (float(score) if sort == "relevance" else 0.0, card)
                for (score, _), card in zip(hits, cards, strict=True)
            ]

    def _number(self, query: tantivy.Query) -> int:
        return self.searcher.search(query, 1, count=True).count  # type: ignore[attr-defined]  # missing from its stubs

    def _cards(self, addresses: list[tantivy.DocAddress]) -> list[Card]:
        """The cards of documents; cached between questions by a number derived from
        their content."""
        cards = []
        for value, address in zip(
            self.searcher.fast_field_values("card_number", addresses), addresses, strict=True
        ):
            number = int(value or 0)
            card = _cards.get(number)
            if card is None:
                if len(_cards) > _CARDS_KEPT:
                    _cards.clear()
                card = _cards[number] = Card(self.searcher.doc(address)["card"][0].decode())
            cards.append(card)
        return cards

    def count(
        self,
        plan: Plan | None,
        need: Need | None,
        conditions: Conditions,
        *,
        facets: Sequence[str] = (),
    ) -> Found:
        with unavailable_if_damaged():
            query = self._query(plan, need, conditions, scored=False)
            if not facets:
                return Found(self._number(query))
            wanted = aggregations(facets, conditions.today)
            counted = self.searcher.aggregate(
                query, {**wanted, "_total": {"value_count": {"field": "first"}}}
            )
            total = int(counted["_total"]["value"])
            return Found(total, facet_counts(facets, counted, total))

    def stored(self, keys: Sequence[str]) -> Mapping[str, Stored]:
        if not keys:
            return {}
        with unavailable_if_damaged():
            one = [
                (Occur.Should, tantivy.Query.term_query(self.texts_schema, "key", key, "basic"))
                for key in keys
            ]
            query = tantivy.Query.const_score_query(tantivy.Query.boolean_query(one), 0.0)
            found = {}
            for _, address in self.texts.search(query, 2 * len(keys), count=False).hits:
                document = self.texts.doc(address)
                text, shadow, parts = (
                    document[name][0].decode(coding) for name, coding in STORED_TEXTS.items()
                )
                found[document["key"][0]] = Stored(text, shadow, json.loads(parts))
        return found

    def visible(
        self, field: str, tokens: Sequence[str], conditions: Conditions
    ) -> Mapping[str, int]:
        with unavailable_if_damaged():
            there = [
                token
                for token, number in zip(
                    tokens, self.frequencies([(field, t) for t in tokens]), strict=True
                )
                if number
            ]
            known = self._counted_for(conditions)
            must, must_not = self._seen_by(conditions)
            for token in there:
                if (field, token) not in known:
                    query = self._joined([self._any(field, [token]), *must], (), must_not)
                    known[field, token] = self._number(query)
            return {token: known[field, token] for token in there if known[field, token]}

    def _counted_for(self, conditions: Conditions) -> dict[tuple[str, str], int]:
        """What was counted in this snapshot under these conditions; kept only where they are access
        alone, which many questions share."""
        if conditions != Conditions(conditions.tokens, today=conditions.today):
            return {}
        if sum(map(len, self._counted.values())) > _COUNTS_KEPT:
            self._counted.clear()
        return self._counted.setdefault(conditions.tokens, {})

    def _seen_by(self, conditions: Conditions) -> tuple[list[tantivy.Query], list[tantivy.Query]]:
        """Like `_conditions`, but faster next to a rare token: a set of access tokens is first
        looked up in the whole index, alternatives only in the entries with the token."""
        if not conditions.tokens or len(conditions.tokens) > _FEW:
            return self._conditions(conditions)
        must, must_not = self._conditions(replace(conditions, tokens=None))
        each = [
            tantivy.Query.term_query(self.schema, "reader", token, "basic")
            for token in sorted(conditions.tokens)
        ]
        return [_unscored(self._one_of(each)), *must], must_not

    def continuations(
        self, prefix: str, conditions: Conditions, *, titles: bool, limit: int
    ) -> Sequence[str]:
        with unavailable_if_damaged():
            found = self.searcher.terms_with_prefix(
                TITLE if titles else FOLDED,
                prefix,
                self._query(None, None, conditions, scored=False),
                200,
            )
            return [word for word, _ in sorted(found, key=lambda f: (-f[1], f[0]))[:limit]]

    def titled(
        self,
        words: Sequence[str],
        endings: Sequence[str],
        codes: Sequence[str],
        conditions: Conditions,
        limit: int,
    ) -> list[Card]:
        with unavailable_if_damaged():
            must, must_not = self._conditions(conditions)
            title = [
                *(self._term(TITLE, w) for w in dict.fromkeys(words)),
                tantivy.Query.disjunction_max_query([self._term(TITLE, e) for e in endings]),
            ]
            either = [self._all_of(title)]
            for code in codes:
                begun = [
                    word for word, _ in self.searcher.terms_with_prefix(OWN_CODE, code, None, 20)
                ]
                either += [
                    tantivy.Query.const_score_query(self._term(OWN_CODE, c), 20.0 - len(c) / 10)
                    for c in begun
                ]
            query = self._joined([self._one_of(either), *must], (), must_not)
            return self._cards(
                [address for _, address in self.searcher.search(query, limit, count=False).hits]
            )


def _unscored(query: tantivy.Query) -> tantivy.Query:
    """The same query with a score of 0."""
    return tantivy.Query.const_score_query(query, 0.0)


_cards: dict[int, Card] = {}
