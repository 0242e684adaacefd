"""The index behind an alias of an Elasticsearch server, and what it answers."""

import contextlib
import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, helpers
from elasticsearch_dsl import Q

from search.document import COMING, DRAFT, ENDED, FACET_FIELDS, FOLDED, HOLDS, OWN_CODE, STANDING, TITLE, Card, Stored
from search.engines.base import Conditions, Found, Reader, Unavailable, aggregations, facet_counts
from search.ranking import Need, Plan


@contextlib.contextmanager
def away() -> Iterator[None]:
    """Makes whatever a server or the way to it answers one error."""
    try:
        yield
    except NotFoundError as missing:
        raise Unavailable("no index", missing=True) from missing
    except (TransportError, ApiError, helpers.BulkIndexError) as problem:
        raise Unavailable(f"{type(problem).__name__}: {problem}"[:300]) from problem


class ElasticsearchReader(Reader):
    """The index behind the alias; counts of words are kept for a moment."""

    def __init__(self, client: Elasticsearch, index: str, documents: int) -> None:
        super().__init__()
        self.client, self.index = client, index
        self._documents = documents
        self._frequencies: dict[tuple[str, str], int] = {}

    @property
    def documents(self) -> int:
        return self._documents

    def frequencies(self, wanted: Sequence[tuple[str, str]]) -> Sequence[int]:
        new = [key for key in dict.fromkeys(wanted) if key not in self._frequencies]
        if new:
            with away():
                self._frequencies.update(self._ask_frequencies(new))
        return [self._frequencies[key] for key in wanted]

    def _ask_frequencies(self, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        texts: dict[str, list[str]] = {}
        for field, token in wanted:
            texts.setdefault(field, []).append(token)
        answer = self.client.termvectors(
            index=self.index, doc={field: " ".join(tokens) for field, tokens in texts.items()}, fields=list(texts), term_statistics=True,
            field_statistics=False, positions=False, offsets=False, payloads=False,
        )["term_vectors"]  # fmt: skip
        return {(field, token): answer.get(field, {}).get("terms", {}).get(token, {}).get("doc_freq", 0) for field, token in wanted}

    # -- queries

    def _any(self, field: str, tokens: Sequence[str]) -> Q:
        return Q("terms", **{field: list(tokens)})

    def _alternatives(self, group: Sequence[tuple[str, str]]) -> Q:
        by_field: dict[str, list[str]] = {}
        for field, token in group:
            by_field.setdefault(field, []).append(token)
        return Q("bool", should=[self._any(field, tokens) for field, tokens in by_field.items()], minimum_should_match=1)

    def _phrase(self, terms: Sequence[Any]) -> list[Q]:
        folded, marked = [t.folded for t in terms], [t.marked for t in terms]
        if len(terms) == 1:
            return [self._any("m", marked)] if marked != folded else [self._any(FOLDED, folded)]
        needed = [Q("match_phrase", **{FOLDED: " ".join(folded)})]
        if marked != folded:
            needed += [self._any("m", [word]) for word in dict.fromkeys(marked)]
        return needed

    def _conditions(self, conditions: Conditions) -> tuple[list[Q], list[Q]]:
        must: list[Q] = []
        must_not: list[Q] = []
        if conditions.tokens is not None:
            must.append(self._any("reader", sorted(conditions.tokens)))
        if conditions.groups:
            must.append(self._any("group", conditions.groups))
        for name, values in conditions.filters.items():
            if name != STANDING:
                must.append(self._any(name if name in (*FACET_FIELDS, "key") else f"x.{name}", [str(v) for v in values]))
        if conditions.day is not None:
            must_not += self._out_of(conditions.day).values()
        if standing := conditions.filters.get(STANDING):
            out = self._out_of(conditions.today)
            must_not += [self._any("state", [DRAFT]), *(query for name, query in out.items() if name not in standing)]
            if HOLDS not in standing:
                must.append(Q("bool", should=list(out.values())))
        return must, must_not

    def _out_of(self, day: datetime.date) -> dict[str, Q]:
        """What does not hold on the day: what ended before, what begins later."""
        return {ENDED: Q("range", last={"lt": day.toordinal()}), COMING: Q("range", first={"gt": day.toordinal()})}

    def _query(self, plan: Plan | None, need: Need | None, conditions: Conditions, scored: bool) -> Q:
        must, must_not = self._conditions(conditions)
        should: list[Q] = []
        if plan is not None:
            if need and need.all:
                must += [self._alternatives(group) for group in need.groups]
            elif need:
                must.append(self._alternatives([choice for group in need.groups for choice in group]))
            for phrase in plan.phrases:
                must += self._phrase(phrase)
            must_not += [Q("bool", filter=self._phrase(phrase)) for phrase in plan.left_out]
            if scored:
                should = [Q("term", **{c.field: {"value": c.token, "boost": c.weight}}) for c in plan.clauses]
        return Q("bool", filter=must or [Q("match_all")], should=should, must_not=must_not, minimum_should_match=0)

    # -- answers

    def match(self, plan: Plan | None, need: Need | None, conditions: Conditions, *, sort: str, start: int, limit: int) -> list[tuple[float, Card]]:
        order = {"date": [{"date": "desc"}], "code": [{"code_order": "asc"}]}.get(sort)
        query = self._query(plan, need, conditions, scored=order is None).to_dict()
        with away():
            hits = self.client.search(
                index=self.index, query=query, from_=start, size=limit, sort=order, source=False, docvalue_fields=[{"field": "card"}], track_total_hits=False
            )["hits"]["hits"]
        return [((hit["_score"] or 0.0) if order is None else 0.0, Card(hit["fields"]["card"][0])) for hit in hits]

    def count(self, plan: Plan | None, need: Need | None, conditions: Conditions, *, facets: Sequence[str] = ()) -> Found:
        query = self._query(plan, need, conditions, scored=False).to_dict()
        with away():
            answer = self.client.search(index=self.index, query=query, size=0, track_total_hits=True, aggs=aggregations(facets, conditions.today) or None)
        total = answer["hits"]["total"]["value"]
        return Found(total, facet_counts(facets, answer.get("aggregations", {}), total))

    def stored(self, keys: Sequence[str]) -> Mapping[str, Stored]:
        if not keys:
            return {}
        with away():
            documents = self.client.mget(index=self.index, ids=list(keys), source_includes=["text", "shadow", "parts"])["docs"]
        return {d["_id"]: Stored(d["_source"]["text"], d["_source"]["shadow"], json.loads(d["_source"]["parts"])) for d in documents if d.get("found")}

    def visible(self, field: str, tokens: Sequence[str], conditions: Conditions) -> Mapping[str, int]:
        there = [token for token, number in zip(tokens, self.frequencies([(field, t) for t in tokens]), strict=True) if number]
        if not there:
            return {}
        must, must_not = self._conditions(conditions)
        query = Q("bool", filter=must or [Q("match_all")], must_not=must_not).to_dict()
        filters = {str(n): {"term": {field: token}} for n, token in enumerate(there)}
        with away():
            answer = self.client.search(index=self.index, query=query, size=0, track_total_hits=False, aggs={"of": {"filters": {"filters": filters}}})
        counts = {token: answer["aggregations"]["of"]["buckets"][str(n)]["doc_count"] for n, token in enumerate(there)}
        return {token: count for token, count in counts.items() if count}

    def continuations(self, prefix: str, conditions: Conditions, *, titles: bool, limit: int) -> Sequence[str]:
        must, must_not = self._conditions(conditions)
        query = Q("bool", filter=[*must, Q("prefix", **{TITLE if titles else FOLDED: prefix})], must_not=must_not).to_dict()
        field = "title_words" if titles else "words"
        aggs = {"words": {"terms": {"field": field, "include": f"{prefix}.*", "size": limit, "order": [{"_count": "desc"}, {"_key": "asc"}]}}}
        with away():
            answer = self.client.search(index=self.index, query=query, size=0, track_total_hits=False, aggs=aggs)
        return [bucket["key"] for bucket in answer["aggregations"]["words"]["buckets"]]

    def titled(self, words: Sequence[str], endings: Sequence[str], codes: Sequence[str], conditions: Conditions, limit: int) -> list[Card]:
        must, must_not = self._conditions(conditions)
        title = [Q("term", **{TITLE: w}) for w in dict.fromkeys(words)]
        title.append(Q("dis_max", queries=[Q("term", **{TITLE: e}) for e in endings]))
        either = [Q("bool", must=title)] + [Q("constant_score", filter=Q("prefix", **{OWN_CODE: code}), boost=20.0) for code in codes]
        query = Q("bool", filter=must, must=[Q("bool", should=either, minimum_should_match=1)], must_not=must_not).to_dict()
        with away():
            hits = self.client.search(index=self.index, query=query, size=limit, source=False, docvalue_fields=[{"field": "card"}], track_total_hits=False)
        return [Card(hit["fields"]["card"][0]) for hit in hits["hits"]["hits"]]
