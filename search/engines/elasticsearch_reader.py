"""Reads the index behind an alias of an Elasticsearch server."""

import contextlib
import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, helpers
from elasticsearch_dsl import Q

from search.engines.interface import Found, Reader, Unavailable
from search.engines.queries import Conditions, Queries, aggregations, facet_counts
from search.index.prepared import COMING, ENDED, FOLDED, OWN_CODE, TITLE, Card, Stored
from search.ranking.needs import Need
from search.ranking.plan import Clause, Plan

# Fields fetched per hit. Without "_none_" a server opens the whole document for its _id, taking six
# times as long as the query.
CARDS: dict[str, Any] = {
    "source": False,
    "stored_fields": "_none_",
    "docvalue_fields": [{"field": "card"}],
}


@contextlib.contextmanager
def unavailable_on_error() -> Iterator[None]:
    """Turns any error of the server or the connection into Unavailable."""
    try:
        yield
    except NotFoundError as missing:
        raise Unavailable("no index", missing=True) from missing
    except (TransportError, ApiError, helpers.BulkIndexError) as problem:
        raise Unavailable(f"{type(problem).__name__}: {problem}"[:300]) from problem


class ElasticsearchReader(Queries[Q], Reader):
    """The index behind the alias; word counts are cached briefly."""

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
            with unavailable_on_error():
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
        return {
            (field, token): answer.get(field, {}).get("terms", {}).get(token, {}).get("doc_freq", 0)
            for field, token in wanted
        }

    # -- queries

    def _any(self, field: str, tokens: Sequence[str]) -> Q:
        return Q("terms", **{field: list(tokens)})

    def _adjacent(self, words: Sequence[str]) -> Q:
        return Q("match_phrase", **{FOLDED: " ".join(words)})

    def _one_of(self, queries: Sequence[Q]) -> Q:
        return Q("bool", should=list(queries), minimum_should_match=1)

    def _at_least(self, number: int, queries: Sequence[Q]) -> Q:
        return Q("bool", should=list(queries), minimum_should_match=number)

    def _all_of(self, queries: Sequence[Q]) -> Q:
        return Q("bool", filter=list(queries))

    def _not_in_force(self, day: datetime.date) -> dict[str, Q]:
        return {
            ENDED: Q("range", last={"lt": day.toordinal()}),
            COMING: Q("range", first={"gt": day.toordinal()}),
        }

    def _scored(self, clause: Clause) -> Q:
        return Q("term", **{clause.field: {"value": clause.token, "boost": clause.weight}})

    def _joined(self, must: Sequence[Q], should: Sequence[Q], must_not: Sequence[Q]) -> Q:
        return Q(
            "bool",
            filter=list(must) or [Q("match_all")],
            should=list(should),
            must_not=list(must_not),
            minimum_should_match=0,
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
        order = {"date": [{"date_order": "desc"}], "code": [{"code_order": "asc"}]}.get(sort)
        query = self._query(plan, need, conditions, scored=order is None).to_dict()
        with unavailable_on_error():
            hits = self.client.search(
                index=self.index,
                query=query,
                from_=start,
                size=limit,
                sort=order,
                track_total_hits=False,
                **CARDS,
            )["hits"]["hits"]
        return [
            ((hit["_score"] or 0.0) if order is None else 0.0, Card(hit["fields"]["card"][0]))
            for hit in hits
        ]

    def count(
        self,
        plan: Plan | None,
        need: Need | None,
        conditions: Conditions,
        *,
        facets: Sequence[str] = (),
    ) -> Found:
        query = self._query(plan, need, conditions, scored=False).to_dict()
        with unavailable_on_error():
            answer = self.client.search(
                index=self.index,
                query=query,
                size=0,
                track_total_hits=True,
                aggs=aggregations(facets, conditions.today) or None,
            )
        total = answer["hits"]["total"]["value"]
        return Found(total, facet_counts(facets, answer.get("aggregations", {}), total))

    def stored(self, keys: Sequence[str]) -> Mapping[str, Stored]:
        if not keys:
            return {}
        with unavailable_on_error():
            # Selecting parts takes a server longer than sending all
            documents = self.client.mget(index=self.index, ids=list(keys))["docs"]
        return {
            d["_id"]: Stored(
                d["_source"]["text"], d["_source"]["shadow"], json.loads(d["_source"]["parts"])
            )
            for d in documents
            if d.get("found")
        }

    def visible(
        self, field: str, tokens: Sequence[str], conditions: Conditions
    ) -> Mapping[str, int]:
        there = [
            token
            for token, number in zip(
                tokens, self.frequencies([(field, t) for t in tokens]), strict=True
            )
            if number
        ]
        if not there:
            return {}
        query = self._query(None, None, conditions, scored=False).to_dict()
        filters = {str(n): {"term": {field: token}} for n, token in enumerate(there)}
        with unavailable_on_error():
            answer = self.client.search(
                index=self.index,
                query=query,
                size=0,
                track_total_hits=False,
                aggs={"of": {"filters": {"filters": filters}}},
            )
        counts = {
            token: answer["aggregations"]["of"]["buckets"][str(n)]["doc_count"]
            for n, token in enumerate(there)
        }
        return {token: count for token, count in counts.items() if count}

    def continuations(
        self, prefix: str, conditions: Conditions, *, titles: bool, limit: int
    ) -> Sequence[str]:
        must, must_not = self._conditions(conditions)
        query = self._joined(
            [*must, Q("prefix", **{TITLE if titles else FOLDED: prefix})], (), must_not
        ).to_dict()
        field = "title_words" if titles else "words"
        aggs = {
            "words": {
                "terms": {
                    "field": field,
                    "include": f"{prefix}.*",
                    "size": limit,
                    "order": [{"_count": "desc"}, {"_key": "asc"}],
                }
            }
        }
        with unavailable_on_error():
            answer = self.client.search(
                index=self.index, query=query, size=0, track_total_hits=False, aggs=aggs
            )
        return [bucket["key"] for bucket in answer["aggregations"]["words"]["buckets"]]

    def titled(
        self,
        words: Sequence[str],
        endings: Sequence[str],
        codes: Sequence[str],
        conditions: Conditions,
        limit: int,
    ) -> list[Card]:
        must, must_not = self._conditions(conditions)
        title = [Q("term", **{TITLE: w}) for w in dict.fromkeys(words)]
        title.append(Q("dis_max", queries=[Q("term", **{TITLE: e}) for e in endings]))
        either = [Q("bool", must=title)] + [
            Q("constant_score", filter=Q("prefix", **{OWN_CODE: code}), boost=20.0)
            for code in codes
        ]
        query = Q("bool", filter=must, must=[self._one_of(either)], must_not=must_not).to_dict()
        with unavailable_on_error():
            hits = self.client.search(
                index=self.index, query=query, size=limit, track_total_hits=False, **CARDS
            )
        return [Card(hit["fields"]["card"][0]) for hit in hits["hits"]["hits"]]
