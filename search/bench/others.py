"""Asks other search engines the judged questions, to compare with: Elasticsearch with its standard
analyser and with asciifolding, SQLite's FTS5, and Wagtail's own search in the database. Also counts
how often the product's two engines return the same results.

The others see the same titles and texts and join words by *or*. Titles are weighed as each does by
itself (Wagtail's twice): three times the text was better on one set and far worse on another."""

import contextlib
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Locale, Page
from wagtail.search import index
from wagtail.search.backends import get_search_backend

from search import api
from search.bench import evaluation
from search.bench.evaluation import Judged
from search.engines.interface import Engine
from search.engines.tantivy import TantivyEngine
from search.entries import Entry, Query
from search.words.question import Synonyms
from search.words.vietnamese import fold

Ranked = Callable[[str], Sequence[str]]  # question -> names of results, best first
PATIENCE = 300  # seconds for all questions to one engine
WAYS: Mapping[str, Callable[[str], str]] = {"typed": str, "unmarked": fold}
FOLDING = {
    "analysis": {
        "analyzer": {"default": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}}
    }
}


def measure(
    entries: Iterable[Entry],
    judged: Judged,
    *,
    by_file: bool = False,
    meaning: bool = False,
    elasticsearch: str = "",
) -> dict[str, Any]:
    """{engine: {"typed": {measure: mean}, "unmarked": {…}} or {"given_up_after_s": seconds}} of the
    product, with ``meaning`` also by meaning, and of the others; those on Elasticsearch only with
    its address. With it also "same ten": shares of questions for which both engines of the product
    return the same results in the same order. Raises BadSet without a model."""
    batch = list({entry.key: entry for entry in entries}.values())
    names = [entry.source if by_file else entry.key for entry in batch]
    number = evaluation.asked_for(by_file)
    found: dict[str, Any] = {}
    with TemporaryDirectory() as folder:
        engine, synonyms = TantivyEngine(None), api.synonyms()
        evaluation.fill(engine, batch)
        near = evaluation.nearness_of(batch, Path(folder)) if meaning else None
        found["product"] = evaluation.both_ways(engine, synonyms, judged, by_file)
        engine.nearness = near
        if near:
            found["product, with meaning"] = evaluation.both_ways(engine, synonyms, judged, by_file)
        if elasticsearch:
            found["same ten"] = _same_ten(engine, elasticsearch, batch, synonyms, judged)
    for name, opened in _others(batch, names, number, elasticsearch):
        with opened as ranked:
            found[name] = _ways(ranked, judged, by_file)
    return found


def _others(
    batch: Sequence[Entry], names: Sequence[str], number: int, elasticsearch: str
) -> Iterator[tuple[str, contextlib.AbstractContextManager[Ranked]]]:
    if elasticsearch:
        yield "Elasticsearch, standard", on_elasticsearch(batch, names, number, elasticsearch, {})
        yield "Elasticsearch, asciifolding", on_elasticsearch(batch, names, number, elasticsearch, FOLDING)  # fmt: skip
    yield "SQLite FTS5", on_fts5(batch, names, number)
    yield "Wagtail", on_wagtail(batch, names, number)


class _TooSlow(Exception):
    """An engine took longer than PATIENCE."""


def _ways(ranked: Ranked, judged: Judged, by_file: bool) -> dict[str, Any]:
    """{way of typing: means}, or that the engine was too slow."""
    end = time.monotonic() + PATIENCE

    def in_time(text: str) -> Sequence[str]:
        if time.monotonic() > end:
            raise _TooSlow
        return ranked(text)

    try:
        return {
            way: evaluation.means(evaluation.measured(in_time, judged, change, by_file))
            for way, change in WAYS.items()
        }
    except _TooSlow:
        return {"given_up_after_s": PATIENCE}


def _same_ten(
    engine: Engine, url: str, batch: Sequence[Entry], synonyms: Synonyms, judged: Judged
) -> dict[str, float]:
    """{way of typing: share of questions with the same ten in the same order}."""
    from search.engines.elasticsearch import ElasticsearchEngine  # noqa: PLC0415 - its client is loaded only where it is needed

    def ten(engine: Engine, text: str) -> list[str]:
        hits = engine.find(Query(text, None, size=evaluation.DEPTH), synonyms).hits
        return [hit.key for hit in hits]

    with ElasticsearchEngine(url).temporary() as other:
        evaluation.fill(other, batch)
        other.nearness = engine.nearness
        found = {}
        for way, change in WAYS.items():
            texts = [change(text) for text in judged.questions.values()]
            same = sum(ten(engine, text) == ten(other, text) for text in texts)
            found[way] = round(same / len(texts), 4)
    return found


def _text(entry: Entry) -> str:
    return "\n".join(f"{passage.title}\n{passage.text}" for passage in entry.passages)


@contextlib.contextmanager
def on_elasticsearch(
    batch: Sequence[Entry], names: Sequence[str], number: int, url: str, settings: dict[str, Any]
) -> Iterator[Ranked]:
    """An index of Elasticsearch with its own analyser, deleted afterwards."""
    from elasticsearch import Elasticsearch, helpers  # noqa: PLC0415 - loaded only where it is needed

    client, name = Elasticsearch(url, request_timeout=120), "qms-compared"
    client.indices.delete(index=name, ignore_unavailable=True)
    fields = {"title": {"type": "text"}, "text": {"type": "text"}}
    single = {"number_of_shards": 1, "number_of_replicas": 0}
    client.indices.create(index=name, settings={**single, **settings}, mappings={"properties": fields})  # fmt: skip
    try:
        rows = (
            {"_index": name, "_id": str(n), "title": entry.title, "text": _text(entry)}
            for n, entry in enumerate(batch)
        )
        helpers.bulk(client, rows)
        client.indices.refresh(index=name)

        def ranked(text: str) -> list[str]:
            query = {"multi_match": {"query": text, "fields": ["title", "text"]}}
            answer = client.search(index=name, query=query, size=number, source=False)
            return [names[int(hit["_id"])] for hit in answer["hits"]["hits"]]

        yield ranked
    finally:
        client.indices.delete(index=name, ignore_unavailable=True)


@contextlib.contextmanager
def on_fts5(batch: Sequence[Entry], names: Sequence[str], number: int) -> Iterator[Ranked]:
    """A full-text table of SQLite in memory, marks removed by its own tokenizer."""
    table = sqlite3.connect(":memory:")
    table.execute("CREATE VIRTUAL TABLE t USING fts5(title, text, tokenize='unicode61 remove_diacritics 2')")  # fmt: skip
    rows = ((n, entry.title, _text(entry)) for n, entry in enumerate(batch))
    table.executemany("INSERT INTO t(rowid, title, text) VALUES (?, ?, ?)", rows)

    def ranked(text: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", text))
        if not words:
            return []
        found = table.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT ?", (words, number))  # fmt: skip
        return [names[row] for (row,) in found]

    with contextlib.closing(table):
        yield ranked


@contextlib.contextmanager
def on_wagtail(batch: Sequence[Entry], names: Sequence[str], number: int) -> Iterator[Ranked]:
    """Pages in Wagtail's own search in the database, rolled back afterwards."""
    before, slug = Page.search_fields, "qms-compared-"
    Page.search_fields = [*before, index.SearchField("compared")]
    try:
        with transaction.atomic():
            kind = ContentType.objects.get_for_model(Page)
            language = Locale.objects.first() or Locale.objects.create(language_code="vi")
            pages = [
                Page(
                    title=entry.title or "-",
                    slug=f"{slug}{n}",
                    path=f"zzzz{n:08}",
                    depth=3,
                    url_path=f"/{slug}{n}/",
                    content_type=kind,
                    locale=language,
                )
                for n, entry in enumerate(batch)
            ]
            Page.objects.bulk_create(pages)
            for page, entry in zip(pages, batch, strict=True):
                page.compared = _text(entry)
            get_search_backend().add_bulk(Page, pages)

            def ranked(text: str) -> list[str]:
                ours = Page.objects.filter(depth=3, path__startswith="zzzz")
                found = ours.search(text, operator="or")[:number]
                return [names[int(page.slug.removeprefix(slug))] for page in found]

            yield ranked
            transaction.set_rollback(True)
    finally:
        Page.search_fields = before
