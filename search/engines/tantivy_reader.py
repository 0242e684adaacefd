"""A snapshot of an embedded index, and what it answers."""

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import tantivy
from tantivy import Occur, Order

from search.document import ALWAYS, COMING, DRAFT, ENDED, FACET_FIELDS, FOLDED, HOLDS, NUMBERS, OWN_CODE, STANDING, TITLE, Card, Stored
from search.engines.base import Conditions, Found, Reader, aggregations, facet_counts
from search.engines.tantivy_index import KEPT, Pair, harm_contained
from search.ranking import Need, Plan

_CARDS_KEPT = 20_000
NUMBER = re.compile(r"[0-9]{1,18}")


class TantivyReader(Reader):
    """A snapshot of the index."""

    def __init__(self, index: Pair) -> None:
        super().__init__()
        self.schema, self.searcher = index.words.schema, index.words.searcher()
        self.texts_schema, self.texts = index.texts.schema, index.texts.searcher()
        self._documents = self.searcher.num_docs
        self._frequencies: dict[tuple[str, str], int] = {}

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
        values: Sequence[Any] = [int(t) for t in tokens if NUMBER.fullmatch(t)] if field in NUMBERS else tokens
        if not values:
            return tantivy.Query.empty_query()
        if len(values) == 1:
            return tantivy.Query.const_score_query(tantivy.Query.term_query(self.schema, field, values[0], "basic"), 0.0)
        return tantivy.Query.const_score_query(tantivy.Query.term_set_query(self.schema, field, list(values)), 0.0)

    def _alternatives(self, group: Sequence[tuple[str, str]]) -> tantivy.Query:
        by_field: dict[str, list[str]] = {}
        for field, token in group:
            by_field.setdefault(field, []).append(token)
        queries = [self._any(field, tokens) for field, tokens in by_field.items()]
        return queries[0] if len(queries) == 1 else tantivy.Query.boolean_query([(Occur.Should, q) for q in queries])

    def _phrase(self, terms: Sequence[Any]) -> list[tantivy.Query]:
        """Folded words in their order and, where marks were typed, each word and pair with them."""
        folded, marked = [t.folded for t in terms], [t.marked for t in terms]
        if len(terms) == 1:
            return [self._any("m", marked)] if marked != folded else [self._any(FOLDED, folded)]
        needed = [tantivy.Query.phrase_query(self.schema, FOLDED, list(folded))]
        if marked != folded:
            needed += [self._any("m", [word]) for word in dict.fromkeys(marked)]
        return needed

    def _conditions(self, conditions: Conditions) -> tuple[list[tantivy.Query], list[tantivy.Query]]:
        must: list[tantivy.Query] = []
        must_not: list[tantivy.Query] = []
        if conditions.tokens is not None:
            must.append(self._any("reader", sorted(conditions.tokens) or [""]))
        if conditions.groups:
            must.append(self._any("group", list(conditions.groups)))
        for name, values in conditions.filters.items():
            if name != STANDING:
                must.append(self._any(name if name in (*FACET_FIELDS, "key") else f"x.{name}", [str(v) for v in values]))
        if conditions.day is not None:
            # Few entries begin later or ended earlier, so leaving those out is quicker than asking every one.
            must_not += self._out_of(conditions.day).values()
        if standing := conditions.filters.get(STANDING):
            out = self._out_of(conditions.today)
            must_not += [self._any("state", [DRAFT]), *(query for name, query in out.items() if name not in standing)]
            if HOLDS not in standing:
                must.append(tantivy.Query.const_score_query(tantivy.Query.boolean_query([(Occur.Should, query) for query in out.values()]), 0.0))
        return must, must_not

    def _out_of(self, day: datetime.date) -> dict[str, tantivy.Query]:
        """What does not hold on the day: what ended before, what begins later."""
        number, unsigned = day.toordinal(), tantivy.FieldType.Unsigned
        return {
            ENDED: tantivy.Query.range_query(self.schema, "last", unsigned, 0, number - 1),
            COMING: tantivy.Query.range_query(self.schema, "first", unsigned, number + 1, ALWAYS[1]),
        }

    def _query(self, plan: Plan | None, need: Need | None, conditions: Conditions, scored: bool) -> tantivy.Query:
        must, must_not = self._conditions(conditions)
        should: list[tantivy.Query] = []
        if plan is not None:
            if need and need.all:
                must += [self._alternatives(group) for group in need.groups]
            elif need:
                must.append(self._alternatives([choice for group in need.groups for choice in group]))
            for phrase in plan.phrases:
                must += self._phrase(phrase)
            for phrase in plan.left_out:
                must_not.append(tantivy.Query.boolean_query([(Occur.Must, q) for q in self._phrase(phrase)]))
            if scored:
                should = [tantivy.Query.boost_query(self._term(c.field, c.token), c.weight) for c in plan.clauses]
        if not must:
            must.append(tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0))
        return tantivy.Query.boolean_query([*((Occur.Must, q) for q in must), *((Occur.Should, q) for q in should), *((Occur.MustNot, q) for q in must_not)])

    # -- answers

    def match(self, plan: Plan | None, need: Need | None, conditions: Conditions, *, sort: str, start: int, limit: int) -> list[tuple[float, Card]]:
        with harm_contained():
            query = self._query(plan, need, conditions, scored=sort == "relevance")
            orders: dict[str, dict[str, Any]] = {"date": {"order_by_field": "date"}, "code": {"order_by_field": "code_order", "order": Order.Asc}}
            order = orders.get(sort, {})
            hits = self.searcher.search(query, limit, count=False, offset=start, **order).hits
            cards = self._cards([address for _, address in hits])
            return [(float(score) if sort == "relevance" else 0.0, card) for (score, _), card in zip(hits, cards, strict=True)]

    def _number(self, query: tantivy.Query) -> int:
        return self.searcher.search(query, 1, count=True).count  # type: ignore[attr-defined]  # missing in its stubs

    def _cards(self, addresses: list[tantivy.DocAddress]) -> list[Card]:
        """The cards of documents; kept between questions by the number that their content gives them."""
        cards = []
        for value, address in zip(self.searcher.fast_field_values("card_number", addresses), addresses, strict=True):
            number = int(value or 0)
            card = _cards.get(number)
            if card is None:
                if len(_cards) > _CARDS_KEPT:
                    _cards.clear()
                card = _cards[number] = Card(self.searcher.doc(address)["card"][0].decode())
            cards.append(card)
        return cards

    def count(self, plan: Plan | None, need: Need | None, conditions: Conditions, *, facets: Sequence[str] = ()) -> Found:
        with harm_contained():
            query = self._query(plan, need, conditions, scored=False)
            if not facets:
                return Found(self._number(query))
            wanted = aggregations(facets, conditions.today)
            counted = self.searcher.aggregate(query, {**wanted, "_total": {"value_count": {"field": "first"}}})
            total = int(counted["_total"]["value"])
            return Found(total, facet_counts(facets, counted, total))

    def stored(self, keys: Sequence[str]) -> Mapping[str, Stored]:
        if not keys:
            return {}
        with harm_contained():
            one = [(Occur.Should, tantivy.Query.term_query(self.texts_schema, "key", key, "basic")) for key in keys]
            query = tantivy.Query.const_score_query(tantivy.Query.boolean_query(one), 0.0)
            found = {}
            for _, address in self.texts.search(query, 2 * len(keys), count=False).hits:
                document = self.texts.doc(address)
                text, shadow, parts = (document[name][0].decode(coding) for name, coding in KEPT.items())
                found[document["key"][0]] = Stored(text, shadow, json.loads(parts))
        return found

    def visible(self, field: str, tokens: Sequence[str], conditions: Conditions) -> Mapping[str, int]:
        with harm_contained():
            there = [token for token, number in zip(tokens, self.frequencies([(field, t) for t in tokens]), strict=True) if number]
            must, must_not = self._conditions(conditions)
            found = {}
            for token in there:
                clauses = [(Occur.Must, self._any(field, [token])), *((Occur.Must, q) for q in must), *((Occur.MustNot, q) for q in must_not)]
                number = self._number(tantivy.Query.boolean_query(clauses))
                if number:
                    found[token] = number
            return found

    def continuations(self, prefix: str, conditions: Conditions, *, titles: bool, limit: int) -> Sequence[str]:
        with harm_contained():
            must, must_not = self._conditions(conditions)
            clauses = [*((Occur.Must, q) for q in must or [tantivy.Query.all_query()]), *((Occur.MustNot, q) for q in must_not)]
            found = self.searcher.terms_with_prefix(TITLE if titles else FOLDED, prefix, tantivy.Query.boolean_query(clauses), 200)
            return [word for word, _ in sorted(found, key=lambda f: (-f[1], f[0]))[:limit]]

    def titled(self, words: Sequence[str], endings: Sequence[str], codes: Sequence[str], conditions: Conditions, limit: int) -> list[Card]:
        with harm_contained():
            must, must_not = self._conditions(conditions)
            title = [(Occur.Must, self._term(TITLE, w)) for w in dict.fromkeys(words)]
            title.append((Occur.Must, tantivy.Query.disjunction_max_query([self._term(TITLE, e) for e in endings])))
            either = [(Occur.Should, tantivy.Query.boolean_query(title))]
            for code in codes:
                begun = [word for word, _ in self.searcher.terms_with_prefix(OWN_CODE, code, None, 20)]
                either += [(Occur.Should, tantivy.Query.const_score_query(self._term(OWN_CODE, c), 20.0 - len(c) / 10)) for c in begun]
            query = tantivy.Query.boolean_query(
                [(Occur.Must, tantivy.Query.boolean_query(either)), *((Occur.Must, q) for q in must), *((Occur.MustNot, q) for q in must_not)]
            )
            return self._cards([address for _, address in self.searcher.search(query, limit, count=False).hits])


_cards: dict[int, Card] = {}
