"""Runs other search engines on the same generated corpus and the same questions, for comparison;
prints JSON.

    ops/bench_baselines.py [--documents 10000] [--texts DIR]     DATABASE_URL and ELASTICSEARCH_TEST_URL choose the servers

Wagtail's own search in the database (SQLite, or PostgreSQL by DATABASE_URL), and Elasticsearch with
its standard analyser. Both return ten hits and the total, without permissions, facets or snippets;
the product's engine on the same Elasticsearch returns all of these. Each kind of question runs for
a minute at most, and a statement that takes more than 20 seconds is cancelled. Uses a throw-away
data folder; a database given by URL must be empty."""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PATIENCE = 20  # seconds for one statement of a database


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--texts", type=Path)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="qms-baselines-")
    os.environ.update({"QMS_DATA": folder, "DJANGO_SETTINGS_MODULE": "qms.settings"})
    try:
        import django

        django.setup()
        from django.core.management import call_command

        from search.bench.benchmark import Corpus, read_texts

        call_command("migrate", verbosity=0)
        corpus = Corpus(options.documents, texts=read_texts(options.texts))
        found = {"documents": options.documents, "wagtail": wagtail(corpus, options.questions)}
        if os.environ.get("ELASTICSEARCH_TEST_URL"):
            found["elasticsearch_standard"] = elasticsearch(
                corpus, options.questions, os.environ["ELASTICSEARCH_TEST_URL"]
            )
            found["elasticsearch_ours"] = ours(
                corpus, options.questions, os.environ["ELASTICSEARCH_TEST_URL"]
            )
        print(json.dumps(found, indent=1))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def text_of(entry: Any) -> str:
    return "\n".join(f"{p.title}\n{p.text}" for p in entry.passages)


def timed(ask_one: Callable[[str], object], texts: Sequence[str]) -> dict[str, Any]:
    """Asks one question as a warm-up, then each once, for a minute at most. Reports when the
    database cancelled one."""
    from django.db import OperationalError

    from search.bench.benchmark import percentiles

    end = time.perf_counter() + 60
    taken: list[float] = []
    try:
        ask_one(texts[0])
        for text in texts:
            begun = time.perf_counter()
            if begun > end:
                break
            ask_one(text)
            taken.append((time.perf_counter() - begun) * 1000)
    except OperationalError:
        return {"questions": len(taken), "given_up_after_s": PATIENCE}
    return {"questions": len(taken), **percentiles(taken)}


def be_patient(connection: Any) -> None:
    """Makes the database cancel statements that take longer than PATIENCE; they
    raise OperationalError."""
    if connection.vendor == "postgresql":
        connection.cursor().execute(f"SET statement_timeout = {PATIENCE * 1000}")
        return
    begun = [0.0]

    def begins(execute: Any, *arguments: Any) -> Any:
        begun[0] = time.perf_counter()
        return execute(*arguments)

    connection.execute_wrappers.append(begins)
    connection.connection.set_progress_handler(
        lambda: time.perf_counter() - begun[0] > PATIENCE, 100_000
    )


def wagtail(corpus: Any, questions: int) -> dict[str, Any]:
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection
    from wagtail.models import Locale, Page
    from wagtail.search import index
    from wagtail.search.backends import get_search_backend

    Page.search_fields = [*Page.search_fields, index.SearchField("bench_body")]
    backend = get_search_backend()
    kind, language = (
        ContentType.objects.get_for_model(Page),
        Locale.objects.first() or Locale.objects.create(language_code="vi"),
    )
    started = time.perf_counter()
    seconds = 0.0
    for start in range(0, corpus.documents, 500):
        entries = [corpus.entry(n) for n in range(start, min(start + 500, corpus.documents))]
        pages = [
            Page(
                title=e.title,
                draft_title=e.title,
                slug=f"b{start + n}",
                path=f"0001{start + n:08}",
                depth=3,
                url_path=f"/b{start + n}/",
                content_type=kind,
                locale=language,
            )
            for n, e in enumerate(entries)
        ]
        Page.objects.bulk_create(pages)
        for page, entry in zip(pages, entries, strict=True):
            page.bench_body = text_of(entry)
        begun = time.perf_counter()
        backend.add_bulk(Page, pages)
        seconds += time.perf_counter() - begun
    found: dict[str, Any] = {
        "database": connection.vendor,
        "documents_per_second": round(corpus.documents / seconds),
    }

    def ask(text: str) -> None:
        results = Page.objects.all().search(text, operator="or")
        list(results[:10])
        results.count()

    be_patient(connection)
    for name, texts in corpus.questions(questions).items():
        found[name] = timed(ask, texts)
    found["seconds"] = round(time.perf_counter() - started)
    return found


def elasticsearch(corpus: Any, questions: int, url: str) -> dict[str, Any]:
    from elasticsearch import Elasticsearch, helpers

    client, name = Elasticsearch(url, request_timeout=120), "qms-baseline"
    client.indices.delete(index=name, ignore_unavailable=True)
    client.indices.create(index=name, settings={"number_of_shards": 1, "number_of_replicas": 0}, mappings={"properties": {"title": {"type": "text"}, "text": {"type": "text"}}})  # fmt: skip
    try:
        seconds = 0.0
        for start in range(0, corpus.documents, 500):
            entries = [corpus.entry(n) for n in range(start, min(start + 500, corpus.documents))]
            begun = time.perf_counter()
            helpers.bulk(
                client,
                [
                    {"_index": name, "_id": e.key, "title": e.title, "text": text_of(e)}
                    for e in entries
                ],
            )
            seconds += time.perf_counter() - begun
        client.indices.refresh(index=name)
        found: dict[str, Any] = {"documents_per_second": round(corpus.documents / seconds)}

        def ask(text: str) -> None:
            client.search(
                index=name,
                query={"multi_match": {"query": text, "fields": ["title^3", "text"]}},
                size=10,
                track_total_hits=True,
                source=["title"],
            )

        for kind, texts in corpus.questions(questions).items():
            found[kind] = timed(ask, texts)
        return found
    finally:
        client.indices.delete(index=name, ignore_unavailable=True)


def ours(corpus: Any, questions: int, url: str) -> dict[str, Any]:
    """The product's own engine on that server, with the access filter, the total, three facets
    and snippets."""
    import datetime

    from search.engines.elasticsearch import ElasticsearchEngine
    from search.entries import Query
    from search.index.prepared import prepare

    tokens, day = frozenset({"public", "city", "agency:3"}), datetime.date(2026, 1, 1)
    with ElasticsearchEngine(url).temporary() as engine:
        seconds = 0.0
        for start in range(0, corpus.documents, 500):
            entries = [corpus.entry(n) for n in range(start, min(start + 500, corpus.documents))]
            begun = time.perf_counter()
            engine.put([e.origin_or_key for e in entries], [prepare(e) for e in entries])
            seconds += time.perf_counter() - begun
        found: dict[str, Any] = {"documents_per_second": round(corpus.documents / seconds)}
        for kind, texts in corpus.questions(questions).items():
            found[kind] = timed(
                lambda text: engine.find(
                    Query(text, tokens, day, facets=("kind", "agency", "year"))
                ),
                texts,
            )
        return found


if __name__ == "__main__":
    main()
