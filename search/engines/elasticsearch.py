"""Elasticsearch: the engine for a city that outgrows one machine. Chosen by ``ELASTICSEARCH_URL``.

Uses the same prepared tokens, clauses and weights as the embedded engine. An alias names the index
in use; its name includes the version of schema and analyser, so a rebuild happens next to it and
replaces it atomically. While the server is down nothing is lost: changes wait in the database.
"""

import contextlib
import itertools
import os
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, helpers
from elasticsearch_dsl import Mapping as Fields

from search.engines.answering import AnsweringEngine
from search.engines.elasticsearch_reader import ElasticsearchReader, unavailable_on_error
from search.engines.interface import Rebuilding, Unavailable
from search.entries import Entry
from search.index.prepared import (
    FACET_FIELDS,
    FOLDED,
    SCHEMA_VERSION,
    TITLE,
    TOKEN_FIELDS,
    Prepared,
    day_number,
)
from search.index.preparing import prepared
from search.words.vietnamese import ANALYSER_VERSION

STAMP = f"{SCHEMA_VERSION}-{ANALYSER_VERSION}"
CHUNK = 200
FRESH = 1.0  # seconds for which word counts may lag behind the index
PAUSE_AFTER_FAILURE = 3.0  # seconds without attempts after the server failed to answer
ASK_TIMEOUT, WRITE_TIMEOUT = 10, 120


def _fields() -> dict[str, Any]:
    fields = Fields()
    fields.meta("dynamic", False)
    fields.meta("_source", excludes=[*TOKEN_FIELDS, "words", "title_words"])
    fields.meta(
        "dynamic_templates",
        [{"facets": {"path_match": "x.*", "mapping": {"type": "keyword", "ignore_above": 500}}}],
    )
    for name in TOKEN_FIELDS:
        fields.field(
            name,
            "text",
            analyzer="whitespace",
            index_options="positions" if name == FOLDED else "freqs",
        )
    for name in ("key", "origin", "reader", "code_order", *FACET_FIELDS):
        fields.field(name, "keyword")
    fields.field("x", "object", dynamic=True)
    for name in ("first", "last"):
        fields.field(name, "integer")
    fields.field("date_order", "long")
    for name in ("words", "title_words"):  # completions of a prefix are counted from these
        fields.field(name, "keyword", index=False)
    fields.field("card", "keyword", index=False)
    for name in ("text", "shadow", "parts"):
        fields.field(name, "keyword", index=False, doc_values=False)
    return fields.to_dict()


def _document(one: Prepared) -> dict[str, Any]:
    entry = one.entry
    return {
        **one.tokens,
        **{
            name: str(value)
            for name in FACET_FIELDS
            if (value := getattr(entry, name)) not in (None, "")
        },
        "key": entry.key,
        "origin": entry.origin_or_key,
        "reader": list(entry.readers),
        "x": {name: list(values) for name, values in entry.facets.items() if values},
        "first": day_number(entry.first_day, open_end=False),
        "last": day_number(entry.last_day, open_end=True),
        "date_order": one.date_order,
        "code_order": one.code_order,
        "words": sorted(set(one.tokens[FOLDED].split())),
        "title_words": sorted(set(one.tokens[TITLE].split())),
        "card": one.card,
        "text": one.text,
        "shadow": one.shadow,
        "parts": one.parts,
    }


class ElasticsearchEngine(AnsweringEngine):
    """``alias`` names the index in use on that server."""

    def __init__(
        self,
        url: str,
        *,
        alias: str = "qms",
        user: str = "",
        password: str = "",
        api_key: str = "",
        ca: str = "",
        replicas: int = 0,
    ) -> None:
        options: dict[str, Any] = {
            "request_timeout": ASK_TIMEOUT,
            "max_retries": 1,
            "retry_on_timeout": False,
        }
        if api_key:
            options["api_key"] = api_key
        elif user:
            options["basic_auth"] = (user, password)
        if ca:
            options["ca_certs"] = ca
        self.client = Elasticsearch(url, **options)
        self.slow = self.client.options(
            request_timeout=WRITE_TIMEOUT, max_retries=3, retry_on_timeout=True
        )
        self.alias, self.replicas = alias, replicas
        self._reader: tuple[float, ElasticsearchReader] | None = None
        self._failed = 0.0
        self._lock = threading.Lock()

    @classmethod
    def from_settings(cls) -> "ElasticsearchEngine":
        """The engine for the server given by settings and environment."""
        read = os.environ.get
        return cls(
            settings.ELASTICSEARCH_URL, alias=read("ELASTICSEARCH_INDEX", "qms"), user=read("ELASTICSEARCH_USER", ""),
            password=read("ELASTICSEARCH_PASSWORD", ""), api_key=read("ELASTICSEARCH_API_KEY", ""), ca=read("ELASTICSEARCH_CA", ""),
            replicas=int(read("ELASTICSEARCH_REPLICAS", "0")),
        )  # fmt: skip

    # -- reading

    def reader(self) -> "ElasticsearchReader":
        now = time.monotonic()
        with self._lock:
            if self._reader and now - self._reader[0] < FRESH:
                return self._reader[1]
            if now - self._failed < PAUSE_AFTER_FAILURE:
                raise Unavailable("the server did not answer a moment ago")
        try:
            with unavailable_on_error():
                index = self._current_index()
                reader = ElasticsearchReader(
                    self.client, index, self.client.count(index=index)["count"]
                )
        except Unavailable as problem:
            if not problem.missing:
                self._failed = now
            raise
        with self._lock:
            self._reader = now, reader
        return reader

    def _current_index(self) -> str:
        """The index behind the alias. Raises Unavailable (missing) if there is none of
        this version."""
        names = list(self.client.indices.get_alias(name=self.alias).body)
        if not names or not names[0].startswith(f"{self.alias}-{STAMP}-"):
            raise Unavailable("index of another version", missing=True)
        return names[0]

    def invalidate(self) -> None:
        """Makes the next question fetch fresh counts."""
        with self._lock:
            self._reader = None

    def check(self) -> dict[str, object]:
        try:
            with unavailable_on_error():
                index = self._current_index()
                return {
                    "ok": True,
                    "engine": "elasticsearch",
                    "entries": self.client.count(index=index)["count"],
                }
        except Unavailable as problem:
            return {
                "ok": False,
                "engine": "elasticsearch",
                "entries": 0,
                "problem": str(problem),
                "missing": problem.missing,
            }

    # -- writing

    def put(self, origins: Sequence[str], entries: Sequence[Prepared]) -> Mapping[str, str]:
        with unavailable_on_error():
            refused = self.write(self._current_index(), origins, entries)
        self.invalidate()
        return refused

    def write(
        self, index: str, origins: Sequence[str], entries: Sequence[Prepared]
    ) -> dict[str, str]:
        """Replaces all entries of these origins. Returns {origin: reason} of those that the
        server refused."""
        new = {p.entry.key: p for p in entries}
        old = self._keys_of(index, origins)
        deletions = (
            {"_op_type": "delete", "_index": index, "_id": key} for key in old if key not in new
        )
        additions = (
            {"_op_type": "index", "_index": index, "_id": key, **_document(p)}
            for key, p in new.items()
        )
        refused = self._bulk(itertools.chain(deletions, additions), new)
        self.slow.indices.refresh(index=index)
        return refused

    def _keys_of(self, index: str, origins: Sequence[str]) -> list[str]:
        keys: list[str] = []
        for start in range(0, len(origins), CHUNK):
            query = {
                "query": {"terms": {"origin": list(origins[start : start + CHUNK])}},
                "_source": False,
            }
            keys += [
                hit["_id"] for hit in helpers.scan(self.slow, index=index, query=query, size=1000)
            ]
        return keys

    def _bulk(
        self, actions: Iterable[dict[str, Any]], new: Mapping[str, Prepared]
    ) -> dict[str, str]:
        refused: dict[str, str] = {}
        results = helpers.streaming_bulk(
            self.slow,
            actions,
            chunk_size=CHUNK,
            max_chunk_bytes=20_000_000,
            raise_on_error=False,
            max_retries=5,
            initial_backoff=0.5,
            max_backoff=30,
        )
        for fine, item in results:
            if fine:
                continue
            ((kind, outcome),) = item.items()
            status = outcome.get("status", 500)
            if kind == "delete" and status == 404:
                continue
            reason = str(outcome.get("error", ""))[:300]
            if status != 400:  # not the row's fault: the server is full, blocked or overloaded
                raise Unavailable(f"{status}: {reason}")
            row = new.get(outcome["_id"])
            refused[row.entry.origin_or_key if row else outcome["_id"]] = reason
        return refused

    def rebuild(self, entries: Iterable[Entry]) -> "ElasticsearchRebuilding":
        with unavailable_on_error():
            return ElasticsearchRebuilding(self, entries)

    def create(self) -> str:
        """Creates an empty index of this version, without an alias yet, and returns its name."""
        name = f"{self.alias}-{STAMP}-{secrets.token_hex(4)}"
        shape = {
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "max_result_window": 20_000,
        }
        self.slow.indices.create(index=name, settings=shape, mappings=_fields())
        return name

    @contextlib.contextmanager
    def temporary(self) -> Iterator["ElasticsearchEngine"]:
        """A temporary, empty index on the same server."""
        other = ElasticsearchEngine.__new__(ElasticsearchEngine)
        other.__dict__.update(
            self.__dict__,
            alias=f"{self.alias}-aside-{secrets.token_hex(4)}",
            _reader=None,
            _lock=threading.Lock(),
            nearness=None,
        )
        with unavailable_on_error():
            index = other.create()
            other.client.indices.put_alias(index=index, name=other.alias)
        try:
            yield other
        finally:
            with contextlib.suppress(TransportError, ApiError):
                self.client.indices.delete(index=index)


class ElasticsearchRebuilding(Rebuilding):
    """A fresh index without an alias yet."""

    def __init__(self, engine: ElasticsearchEngine, entries: Iterable[Entry]) -> None:
        super().__init__()
        self.engine = engine
        self.index = engine.create()
        try:
            for chunk in _chunks(prepared(entries), CHUNK):
                self.refused.update(
                    engine._bulk(self._actions(chunk), {p.entry.key: p for p in chunk})
                )
                self.entries += len(chunk)
            engine.slow.indices.refresh(index=self.index)
        except BaseException:
            with contextlib.suppress(TransportError, ApiError):
                engine.client.indices.delete(index=self.index)
            raise

    def _actions(self, chunk: Iterable[Prepared]) -> Iterator[dict[str, Any]]:
        for one in chunk:
            yield {
                "_op_type": "index",
                "_index": self.index,
                "_id": one.entry.key,
                **_document(one),
            }

    def put(self, origins: Sequence[str], entries: Sequence[Prepared]) -> None:
        with unavailable_on_error():
            self.engine.write(self.index, origins, entries)

    def finish(self) -> None:
        with unavailable_on_error():
            client, alias = self.engine.slow, self.engine.alias
            client.indices.put_settings(
                index=self.index,
                settings={"refresh_interval": "1s", "number_of_replicas": self.engine.replicas},
            )
            old = (
                list(client.indices.get_alias(name=alias).body)
                if client.indices.exists_alias(name=alias)
                else []
            )
            swap: list[dict[str, Any]] = [
                {"remove": {"index": name, "alias": alias}} for name in old
            ]
            client.indices.update_aliases(
                actions=[*swap, {"add": {"index": self.index, "alias": alias}}]
            )
            for name in old:
                client.indices.delete(index=name, ignore_unavailable=True)
        self.engine.invalidate()


def _chunks(ready: Iterable[Prepared], size: int) -> Iterator[list[Prepared]]:
    walk = iter(ready)
    while chunk := list(itertools.islice(walk, size)):
        yield chunk
