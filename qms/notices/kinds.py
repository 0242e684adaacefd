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
    """A kind of notice. `text` is a sentence with the facts as %(name)s. One that is not optional
    is mailed even if the person switched off mails of its group."""

    name: str
    text: Text
    group: str
    optional: bool = True


_GROUPS: dict[str, Group] = {}
_KINDS: dict[str, Kind] = {}


def register_group(name: str, label: Text, *, way: str = Way.DAILY, order: int = 50) -> None:
    _GROUPS[name] = Group(name, label, way, order)


def register_kind(name: str, text: Text, group: str, optional: bool = True) -> None:
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
    """Whether mails of the group can be switched off, because some kind in it is optional; the
    others are still mailed."""
    return any(one.optional for one in _KINDS.values() if one.group == name)


def all_optional(name: str) -> bool:
    return all(one.optional for one in _KINDS.values() if one.group == name)


def way_of(one: Kind, chosen: Mapping[str, str]) -> str:
    """How a notice of this kind is mailed to somebody with these settings: {group: way}."""
    default = _GROUPS[one.group].way
    way = chosen.get(one.group, default)
    if way not in Way.values or (way == Way.NONE and not one.optional):
        return default
    return way


def as_stored(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as stored: strings, integers, dates. Raises TypeError for anything else, such as
    a person."""
    return {name: _stored(name, value) for name, value in facts.items()}


def _stored(name: str, value: Any) -> Any:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return {"day": value.isoformat()}
    if isinstance(value, str):
        return " ".join(value.replace("\x00", "").split())[:LONGEST]
    if isinstance(value, int):
        return value
    raise TypeError(f"the fact {name} is neither a string, an integer nor a date")


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
