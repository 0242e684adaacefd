"""The engines behind one interface (``search.engines.interface.Engine``), and the choice of the one
in use."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from search.engines.interface import Engine
from search.engines.tantivy import TantivyEngine
from search.meaning import nearness

_made: dict[tuple[str, str], Engine] = {}


def current() -> Engine:
    """The engine chosen by the settings: Elasticsearch if ``ELASTICSEARCH_URL`` is set,
    else tantivy."""
    key = settings.ELASTICSEARCH_URL, str(settings.QMS_INDEX)
    engine = _made.get(key)
    if engine is None:
        engine = _made[key] = _make(*key)
        engine.nearness = nearness.of_installation()
    return engine


def _make(url: str, folder: str) -> Engine:
    if url:
        from search.engines.elasticsearch import ElasticsearchEngine  # noqa: PLC0415 - its client is loaded only where it is configured

        return ElasticsearchEngine.from_settings()
    return TantivyEngine(Path(folder))


@contextlib.contextmanager
def temporary() -> Iterator[Engine]:
    """A temporary, empty engine of the same kind as the one in use, for evaluation
    and measurements."""
    if settings.ELASTICSEARCH_URL:
        from search.engines.elasticsearch import ElasticsearchEngine  # noqa: PLC0415 - its client is loaded only where it is configured

        with ElasticsearchEngine.from_settings().temporary() as engine:
            yield engine
    else:
        yield TantivyEngine(None)
