"""What apps put into the index. Each registers its sources once, when it is ready; search knows no content."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from search.entries import Entry


@dataclass(frozen=True)
class Source:
    """Where entries come from: `load(ids)` gives those of some objects (each with `origin="<name>:<id>"`), `every()` all."""

    name: str
    load: Callable[[Iterable[int]], Iterable[Entry]]
    every: Callable[[], Iterable[Entry]]


_SOURCES: dict[str, Source] = {}


def register(name: str, *, load: Callable[[Iterable[int]], Iterable[Entry]], every: Callable[[], Iterable[Entry]]) -> None:
    _SOURCES[name] = Source(name, load, every)


def sources() -> list[Source]:
    return list(_SOURCES.values())


def source(name: str) -> Source | None:
    return _SOURCES.get(name)
