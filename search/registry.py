"""What can be found: the sources that apps register, and the names of facet values."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from search.entries import Entry

Load = Callable[[Sequence[int]], Iterable[Entry]]
Every = Callable[[], Iterable[Entry]]
Labels = Callable[[Sequence[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Source:
    """Where entries come from: those of some objects, and all of them."""

    name: str
    load: Load
    every: Every


_SOURCES: dict[str, Source] = {}
_LABELS: dict[str, Labels] = {}


def register(name: str, *, load: Load, every: Every) -> None:
    """Adds a source. ``load(ids)`` gives the entries of these objects, each with ``origin`` ``name:id``
    (or with such a key); an object without entries leaves the index. ``every()`` gives all entries, lazily."""
    _SOURCES[name] = Source(name, load, every)


def unregister(name: str) -> None:
    """Takes a source out again (tests of other sources)."""
    _SOURCES.pop(name, None)


def source(name: str) -> Source | None:
    return _SOURCES.get(name)


def every_entry() -> Iterator[Entry]:
    """All entries of all sources."""
    for one in list(_SOURCES.values()):
        yield from one.every()


def label(facet: str, labels: Labels) -> None:
    """Says how the values of a facet are called on a screen: ``labels(values)`` gives a text for each."""
    _LABELS[facet] = labels


def labels_of(facet: str, values: Sequence[str]) -> Mapping[str, str]:
    """The names of facet values; those without one stand for themselves."""
    known = _LABELS[facet](values) if facet in _LABELS and values else {}
    return {value: known.get(value, value) for value in values}
