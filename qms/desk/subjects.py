"""The kinds of subjects that can be followed, pinned or recently seen. Apps register theirs
in `ready()`."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from qms.access import Person
from qms.models import User
from qms.text.numbers import whole_number

Text = Any  # a text, or a lazy one


@dataclass(frozen=True)
class Named:
    """A subject as one person sees it."""

    subject: str
    label: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of subject. `named` returns {ID: Named} of those that the person may see, with a
    constant number of queries. `readers` returns those of the people who may see the subject."""

    name: str
    label: Text
    named: Callable[[Person, Collection[int]], dict[int, Named]]
    readers: Callable[[int, list[User]], list[User]]


_KINDS: dict[str, Kind] = {}


def add(kind: Kind) -> None:
    _KINDS[kind.name] = kind


def remove(kind: Kind) -> None:
    """Removes a kind (tests)."""
    _KINDS.pop(kind.name, None)


def split(subject: str) -> tuple[str, int] | None:
    """("document", 7) of "document:7"; None if the kind is not registered."""
    name, _colon, number = subject.partition(":")
    pk = whole_number(number)
    return (name, pk) if name in _KINDS and pk is not None else None


def named(user: Person, subjects: Iterable[str]) -> dict[str, Named]:
    """{subject: Named} of those that the person may see now. One call per kind."""
    by_kind: dict[str, set[int]] = {}
    for subject in subjects:
        if found := split(subject):
            by_kind.setdefault(found[0], set()).add(found[1])
    return {
        one.subject: one
        for name, ids in by_kind.items()
        for one in _KINDS[name].named(user, ids).values()
    }


def readers(subject: str, people: list[User]) -> list[User]:
    """Those of the people who may see the subject; empty if it is unknown."""
    found = split(subject)
    return _KINDS[found[0]].readers(found[1], people) if found else []
