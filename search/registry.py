"""What can be found, and how it is named on screens: apps register their sources, their groups of results and their facets."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import Error, transaction
from django.utils.translation import gettext_lazy

from search.entries import Entry

Load = Callable[[Sequence[int]], Iterable[Entry]]
Ids = Callable[[], Iterable[int]]
Names = Callable[[Sequence[int]], Mapping[int, str]]
Labels = Callable[[Sequence[str]], Mapping[str, str]]
Failed = Callable[[str, Exception], None]

CHUNK = 50  # objects whose entries are in memory at once


@dataclass(frozen=True)
class Source:
    """Where entries come from: those of some objects, and the numbers of all objects."""

    name: str
    load: Load
    ids: Ids


@dataclass(frozen=True)
class Group:
    """Results that stand under one heading and behind one tab: those whose ``Entry.group`` is one of ``members``.

    ``in_force``: they hold from a day to a day, which each result says. ``drafts``: they are work in progress, of which
    nobody is told unless they asked for it."""

    name: str
    label: Any  # a lazy text
    members: tuple[str, ...]
    order: int = 50
    in_force: bool = False
    drafts: bool = False


@dataclass(frozen=True)
class Facet:
    """A property by which results can be filtered: a field of entries (kind, agency, unit, state) or one of their ``facets``."""

    name: str
    title: Any  # a lazy text
    order: int = 50
    sort: str = "count"  # the order of the values: by "count", by "name", "newest" first
    under: str = (
        ""  # another facet, without a choice in which this one says nothing: units of which agency?
    )
    at_any_time: bool = (
        False  # it says something only where what does not hold today is asked for too
    )


_SOURCES: dict[str, Source] = {}
_GROUPS: dict[str, Group] = {}
_FACETS: dict[str, Facet] = {}
_LABELS: dict[str, list[Labels]] = {}
_GUARDED: set[str] = set()
_NAMES: dict[str, Names] = {}


def register(name: str, *, load: Load, ids: Ids) -> None:
    """Adds a source. ``load(ids)`` gives the entries of these objects, each with ``origin`` ``name:id``
    (or with such a key); an object without entries leaves the index. ``ids()`` gives the numbers of all objects, lazily."""
    _SOURCES[name] = Source(name, load, ids)


def unregister(name: str) -> None:
    """Takes a source out again (tests of other sources)."""
    _SOURCES.pop(name, None)


def source(name: str) -> Source | None:
    return _SOURCES.get(name)


def every_entry(failed: Failed | None = None) -> Iterator[Entry]:
    """All entries of all sources. An object that can't be loaded is told to ``failed`` by its origin and left out; without
    that, and where the database itself fails, the error is raised."""
    for one in list(_SOURCES.values()):
        ids = iter(one.ids())
        while chunk := list(itertools.islice(ids, CHUNK)):
            yield from _entries(one, chunk, failed)


def entries_of(name: str, ids: Sequence[int], failed: Failed) -> Iterator[Entry]:
    """The entries of some objects of a source, as ``every_entry`` gives them; none where nobody registered it."""
    if one := _SOURCES.get(name):
        yield from _entries(one, ids, failed)


def _entries(one: Source, ids: Sequence[int], failed: Failed | None) -> Iterator[Entry]:
    try:
        with transaction.atomic():
            found = list(one.load(ids))
    except Error:
        raise
    except Exception as problem:
        if failed is None:
            raise
        if len(ids) == 1:
            failed(f"{one.name}:{ids[0]}", problem)
            return
        found = [entry for pk in ids for entry in _entries(one, [pk], failed)]
    yield from found


def group(
    name: str,
    label: Any,
    *,
    members: Sequence[str] = (),
    order: int = 50,
    in_force: bool = False,
    drafts: bool = False,
) -> None:
    """Names a group of results; without ``members`` it holds the entries of that one ``Entry.group``."""
    _GROUPS[name] = Group(name, label, tuple(members) or (name,), order, in_force, drafts)


def groups() -> list[Group]:
    """The groups that have a name, in the order of their tabs."""
    return sorted(_GROUPS.values(), key=lambda g: g.order)


def group_of(name: str) -> Group:
    """The group with this name, or the one in which the entries of this ``Entry.group`` stand; what nobody named stands for
    itself, at the end."""
    known = _GROUPS.get(name) or next((g for g in _GROUPS.values() if name in g.members), None)
    return known or Group(name, gettext_lazy("Kết quả khác"), (name,), 99)


def facet(
    name: str,
    title: Any,
    *,
    order: int = 50,
    sort: str = "count",
    under: str = "",
    at_any_time: bool = False,
) -> None:
    """Offers a filter on the search page."""
    _FACETS[name] = Facet(name, title, order, sort, under, at_any_time)


def facets() -> list[Facet]:
    """The filters of the search page, in their order."""
    return sorted(_FACETS.values(), key=lambda f: f.order)


def label(facet: str, labels: Labels, *, guarded: bool = False) -> None:
    """Says how values of a facet are called on a screen: ``labels(values)`` gives a text for those that it knows, whatever stands
    in ``values``; several apps may know some. ``guarded``: a name is told only to who may see something that has the value."""
    _LABELS.setdefault(facet, []).append(labels)
    if guarded:
        _GUARDED.add(facet)


def labels_of(facet: str, values: Sequence[str]) -> Mapping[str, str]:
    """The names of facet values; those without one stand for themselves."""
    known: dict[str, str] = {}
    for labels in _LABELS.get(facet, ()) if values else ():
        known.update(labels(values))
    return {value: known.get(value, value) for value in values}


def has_names(facet: str) -> bool:
    """Whether values of the facet have names, or stand for themselves."""
    return facet in _LABELS


def is_guarded(facet: str) -> bool:
    return facet in _GUARDED


def name(source: str, names: Names) -> None:
    """Says how an administrator is told of the objects of a source: ``names(ids)`` gives a text for each, by number and owner,
    without anything that only some may read."""
    _NAMES[source] = names


def names_of(source: str, ids: Sequence[int]) -> Mapping[int, str]:
    """How these objects are called; those without a name by source and number."""
    known = _NAMES[source](ids) if source in _NAMES else {}
    return {pk: known.get(pk, f"{source} {pk}") for pk in ids}
