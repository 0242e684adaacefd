"""A small world of entries for the search tests: an in-memory engine, and a source of content."""

import datetime
import os
import secrets

import pytest

from search import engines, registry
from search.engines.tantivy import TantivyEngine
from search.entries import Entry, Passage, Query
from search.index.prepared import prepare
from tests.kept import tool
from tests.search.own_server import RUN, OwnServer

# an engine behaves alike with either database, so a server is tested with one of them
ENGINES = [
    "tantivy",
    pytest.param("elasticsearch", marks=[pytest.mark.elasticsearch, pytest.mark.pure]),
]


def entry(
    key="thing:1", title="Đăng ký khai sinh", text="", *, readers=("public",), passages=(), **fields
):
    values = {"group": "document", "kind": "procedure", "url": f"/{key}", **fields}
    return Entry(
        key=key,
        title=title,
        readers=tuple(readers),
        passages=tuple(passages) or (Passage("noi-dung", "NỘI DUNG", text),),
        **values,
    )


def fill(engine, entries):
    prepared = [prepare(e) for e in entries]
    engine.put([e.origin_or_key for e in entries], prepared)
    return engine


@pytest.fixture(params=ENGINES)
def engine(request):
    """A separate empty engine, of each kind."""
    if request.param == "tantivy":
        yield TantivyEngine(None)
        return
    url = request.getfixturevalue("elasticsearch_url")
    from search.engines.elasticsearch import ElasticsearchEngine

    with ElasticsearchEngine(url).temporary() as empty:
        yield empty


@pytest.fixture(scope="session")
def elasticsearch_url():
    """The URL of a real server; without one these tests are skipped, in CI that is a failure."""
    url = os.environ.get("ELASTICSEARCH_TEST_URL", "")
    if not url:
        if os.environ.get("CI") == "true":
            pytest.fail("ELASTICSEARCH_TEST_URL names no server, and in CI these tests must run")
        pytest.skip("no Elasticsearch: set ELASTICSEARCH_TEST_URL (make elasticsearch starts one)")
    return url


@pytest.fixture
def server(elasticsearch_url, settings, monkeypatch):
    """The product with a real server as its engine, under an alias of its own."""
    settings.ELASTICSEARCH_URL = elasticsearch_url
    monkeypatch.setenv("ELASTICSEARCH_INDEX", f"qms-test-{secrets.token_hex(4)}")
    engines._made.clear()
    engine = engines.current()
    yield engine
    remove_indexes(engine)
    engines._made.clear()


def remove_indexes(engine):
    for name in list(
        engine.client.indices.get(index=f"{engine.alias}-*", ignore_unavailable=True).body
    ):
        engine.client.indices.delete(index=name)


@pytest.fixture(params=ENGINES)
@tool
def product(request, db):
    """The complete product, on each kind of engine."""
    return (
        request.getfixturevalue("server") if request.param == "elasticsearch" else engines.current()
    )


@pytest.fixture(scope="session")
def own_server():
    """A server that a test may kill. Only one file of tests uses it, so that it starts once."""
    if not RUN.with_name("target").is_dir():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "Elasticsearch is not fetched (make elasticsearch)"
        )
    server = OwnServer()
    yield server
    server.remove()


@pytest.fixture
def found(engine):
    """found(entries, "words", **query) -> keys of the hits in their order."""

    def search(entries, text, tokens=frozenset({"public"}), **query):
        fill(engine, entries)
        return [hit.key for hit in engine.find(Query(text, tokens, **query)).hits]

    return search


@pytest.fixture
def things(db):
    """A source "thing" whose objects are the entries of a dict by ID; IDs in `broken` raise when
    loaded."""

    class Things(dict):
        broken: set[int] = set()

        def load(self, ids):
            if set(ids) & self.broken:
                raise RuntimeError("poison")
            return [self[i] for i in ids if i in self]

    world = Things()
    world.broken = set()
    before = dict(registry._SOURCES)
    registry._SOURCES.clear()
    registry.register("thing", load=world.load, ids=lambda: list(world))
    yield world
    registry._SOURCES.clear()
    registry._SOURCES.update(before)


DAY = datetime.date(2026, 3, 1)
