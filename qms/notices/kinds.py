"""The kinds of notices, each with its sentence. Apps register theirs in `ready()`."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from qms.clock import written
from qms.models import Way

Text = Any  # a text, or a lazy one
LONGEST = 300  # characters of one fact


@dataclass(frozen=True)
class Group:
    """Kinds that share a mail setting."""

    name: str
    label: Text
    way: str = Way.DAILY  # default if the person chose none
    order: int = 50


@dataclass(frozen=True)
class Kind:
    """`text` is a sentence with the facts as %(name)s. One that is not optional is mailed whatever
    the person's settings."""

    name: str
    text: Text
    group: str
    optional: bool = True


_GROUPS: dict[str, Group] = {}
_KINDS: dict[str, Kind] = {}


def group(name: str, label: Text, *, way: str = Way.DAILY, order: int = 50) -> None:
    _GROUPS[name] = Group(name, label, way, order)


def kind(name: str, text: Text, group: str, optional: bool = True) -> None:
    _KINDS[name] = Kind(name, text, group, optional)


def forget(name: str) -> None:
    """Removes a kind (tests)."""
    _KINDS.pop(name, None)


def groups() -> list[Group]:
    return sorted(_GROUPS.values(), key=lambda one: (one.order, one.name))


def kinds() -> list[Kind]:
    return list(_KINDS.values())


def get(name: str) -> Kind:
    """The kind. Raises KeyError for an unregistered one."""
    return _KINDS[name]


def may_be_switched_off(name: str) -> bool:
    """Whether some kind of the group is optional; the others are mailed all the same."""
    return any(one.optional for one in _KINDS.values() if one.group == name)


def all_optional(name: str) -> bool:
    return all(one.optional for one in _KINDS.values() if one.group == name)


def way_of(one: Kind, chosen: Mapping[str, str]) -> str:
    """How a notice of this kind is mailed to somebody with these settings: {group: way}."""
    usual = _GROUPS[one.group].way
    way = chosen.get(one.group, usual)
    if way not in Way.values or (way == Way.NONE and not one.optional):
        return usual
    return way


def kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as stored: strings, numbers, dates. Raises TypeError for anything else, such as
    a person."""
    return {name: _kept(name, value) for name, value in facts.items()}


def _kept(name: str, value: Any) -> Any:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return {"day": value.isoformat()}
    if isinstance(value, str):
        return " ".join(value.replace("\x00", "").split())[:LONGEST]
    if isinstance(value, int):
        return value
    raise TypeError(f"the fact {name} is neither a word, a number nor a day")


def worded(name: str, facts: Mapping[str, Any]) -> str:
    """The sentence of a notice, in the active language; a generic one if its kind or a fact is no
    longer known."""
    try:
        return str(_KINDS[name].text) % {fact: _said(value) for fact, value in facts.items()}
    except (KeyError, ValueError, TypeError):
        return _("Có thông báo mới.")


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return written(datetime.date.fromisoformat(value["day"]))
    return str(value)
