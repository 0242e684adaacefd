"""The registry of what is searchable and its names on screens: apps register sources, groups of
results and facets."""

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
Ends = Callable[[Sequence[str]], Mapping[str, str]]
Failed = Callable[[str, Exception], None]

CHUNK = 50  # objects loaded at once


@dataclass(frozen=True)
class Source:
    """A source of entries: functions for the entries of some objects, and for the IDs of
    all objects."""

    name: str
    load: Load
    ids: Ids


@dataclass(frozen=True)
class Group:
    """Results under one heading and tab: those whose ``Entry.group`` is one of ``members``.

    ``in_force``: they are in force between two days, which each result shows. ``drafts``: they are
    work in progress, left out of mails about new results unless the search asks for them."""

    name: str
    label: Any  # a lazy text
    members: tuple[str, ...]
    order: int = 50
    in_force: bool = False
    drafts: bool = False


@dataclass(frozen=True)
class Facet:
    """A property by which results can be filtered: a field of entries (kind, agency, unit, state)
    or one of their ``facets``."""

    name: str
    title: Any  # a lazy text
    order: int = 50
    sort: str = "count"  # the order of the values: by "count", by "name", "newest" first
    # Another facet without whose choice this one is meaningless: units of which agency?
    under: str = ""
    at_any_time: bool = False  # meaningful only if entries not in force today are included


_SOURCES: dict[str, Source] = {}
_GROUPS: dict[str, Group] = {}
_FACETS: dict[str, Facet] = {}
_LABELS: dict[str, list[Labels]] = {}
_GUARDED: set[str] = set()
_NAMES: dict[str, Names] = {}
_ENDS: dict[str, Ends] = {}


def register(name: str, *, load: Load, ids: Ids) -> None:
    """Adds a source. ``load(ids)`` returns the entries of these objects, each with ``origin``
    ``name:id`` (or such a key); an object without entries is removed from the index. ``ids()``
    yields the IDs of all objects, lazily."""
    _SOURCES[name] = Source(name, load, ids)


def unregister(name: str) -> None:
    """Removes a source (for tests of other sources)."""
    _SOURCES.pop(name, None)


def source(name: str) -> Source | None:
    return _SOURCES.get(name)


def every_entry(failed: Failed | None = None) -> Iterator[Entry]:
    """All entries of all sources. An object that can't be loaded is skipped and its origin passed
    to ``failed``; without ``failed``, and for database errors, the error is raised."""
    for one in list(_SOURCES.values()):
        ids = iter(one.ids())
        while chunk := list(itertools.islice(ids, CHUNK)):
            yield from _entries(one, chunk, failed)


def entries_of(name: str, ids: Sequence[int], failed: Failed) -> Iterator[Entry]:
    """The entries of some objects of a source, with errors handled as in ``every_entry``; empty for
    an unknown source."""
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


def register_group(
    name: str,
    label: Any,
    *,
    members: Sequence[str] = (),
    order: int = 50,
    in_force: bool = False,
    drafts: bool = False,
) -> None:
    """Registers a group of results; without ``members`` it has the entries whose ``Entry.group`` is
    its name."""
    _GROUPS[name] = Group(name, label, tuple(members) or (name,), order, in_force, drafts)


def groups() -> list[Group]:
    """The registered groups, in tab order."""
    return sorted(_GROUPS.values(), key=lambda g: g.order)


def group_of(name: str) -> Group:
    """The group with this name or with this ``Entry.group`` among its members; an unregistered one
    gets its own group, last."""
    known = _GROUPS.get(name) or next((g for g in _GROUPS.values() if name in g.members), None)
    return known or Group(name, gettext_lazy("Kết quả khác"), (name,), 99)


def register_facet(
    name: str,
    title: Any,
    *,
    order: int = 50,
    sort: str = "count",
    under: str = "",
    at_any_time: bool = False,
) -> None:
    """Registers a filter of the search page."""
    _FACETS[name] = Facet(name, title, order, sort, under, at_any_time)


def facets() -> list[Facet]:
    """The filters of the search page, in order."""
    return sorted(_FACETS.values(), key=lambda f: f.order)


def register_labels(facet: str, labels: Labels, *, guarded: bool = False) -> None:
    """Registers names for values of a facet: ``labels(values)`` returns {value: text} for those
    that it knows and tolerates any input; several apps may contribute. ``guarded``: a name is shown
    only to users who may see an entry with the value."""
    _LABELS.setdefault(facet, []).append(labels)
    if guarded:
        _GUARDED.add(facet)


def labels_of(facet: str, values: Sequence[str]) -> Mapping[str, str]:
    """{value: name} of facet values; those without a name map to themselves."""
    known: dict[str, str] = {}
    for labels in _LABELS.get(facet, ()) if values else ():
        known.update(labels(values))
    return {value: known.get(value, value) for value in values}


def has_names(facet: str) -> bool:
    """Whether names are registered for values of the facet."""
    return facet in _LABELS


def is_guarded(facet: str) -> bool:
    return facet in _GUARDED


def register_ends(name: str, ends: Ends) -> None:
    """Registers how entries ended: ``ends(keys)`` returns {key: state} for those of these entries, no
    longer in force, that nothing replaced: "withdrawn"."""
    _ENDS[name] = ends


def ends_of(keys: Sequence[str]) -> Mapping[str, str]:
    """{key: state} of entries that are no longer in force; those not named were replaced."""
    found: dict[str, str] = {}
    for ends in _ENDS.values() if keys else ():
        found.update(ends(keys))
    return found


def register_names(source: str, names: Names) -> None:
    """Registers names of a source's objects for administrators: ``names(ids)`` returns {ID: text},
    by number and owner, without anything confidential."""
    _NAMES[source] = names


def names_of(source: str, ids: Sequence[int]) -> Mapping[int, str]:
    """{ID: name} of these objects; those without a name by source and number."""
    known = _NAMES[source](ids) if source in _NAMES else {}
    return {pk: known.get(pk, f"{source} {pk}") for pk in ids}
