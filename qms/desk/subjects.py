"""What can be followed, kept or seen last, by kind. Apps register theirs in `ready()`: qms knows no documents."""

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
    """`named` gives what of the ids the person may see: {id: Named}, by a number of queries that doesn't grow with them.
    `readers` filters people by whether they may see one of them."""

    name: str
    label: Text
    named: Callable[[Person, Collection[int]], dict[int, Named]]
    readers: Callable[[int, list[User]], list[User]]


_KINDS: dict[str, Kind] = {}


def add(kind: Kind) -> None:
    _KINDS[kind.name] = kind


def remove(kind: Kind) -> None:
    """Takes a kind out again (tests)."""
    _KINDS.pop(kind.name, None)


def parted(subject: str) -> tuple[str, int] | None:
    """("document", 7) of "document:7"; None for what names nothing that is registered."""
    name, _colon, number = subject.partition(":")
    pk = whole_number(number)
    return (name, pk) if name in _KINDS and pk is not None else None


def named(user: Person, subjects: Iterable[str]) -> dict[str, Named]:
    """Those of the subjects that the person may see now. One call for each kind."""
    by_kind: dict[str, set[int]] = {}
    for subject in subjects:
        if found := parted(subject):
            by_kind.setdefault(found[0], set()).add(found[1])
    return {
        one.subject: one
        for name, ids in by_kind.items()
        for one in _KINDS[name].named(user, ids).values()
    }


def readers(subject: str, people: list[User]) -> list[User]:
    """The people who may see the subject; nobody where it is unknown."""
    found = parted(subject)
    return _KINDS[found[0]].readers(found[1], people) if found else []
