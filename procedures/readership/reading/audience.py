"""The scope of a reading rule: the versions it covers, and the day from which it applies to each
person.

A person's day is the first of an unbroken period of appointments that match the rule: a move to
another post of the same unit does not restart it, a return after a gap does."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Q

from procedures.models import ReadingRule
from qms.models import Agency, Appointment
from qms.text.codes import code_key

DAY = datetime.timedelta(days=1)
ALWAYS = datetime.date.max
Starts = dict[int, datetime.date]  # person -> the first day of the current period


# -- documents


def covers(what: Mapping[str, Any], *, document: int, kind: str, key: str) -> bool:
    """Whether a rule about `what` covers a document of this id, kind and code key."""
    if "document" in what:
        return bool(what["document"] == document)
    if "kind" in what:
        return bool(what["kind"] == kind)
    return bool(key) and key in {code_key(code) for code in what.get("codes", ())}


def covered(rules: Iterable[ReadingRule]) -> Q:
    """The versions that any of the rules covers, as a query condition."""
    documents: set[int] = set()
    kinds: set[str] = set()
    keys: set[str] = set()
    for rule in rules:
        documents.update([rule.what["document"]] if "document" in rule.what else ())
        kinds.update([rule.what["kind"]] if "kind" in rule.what else ())
        keys.update(code_key(code) for code in rule.what.get("codes", ()))
    return Q(document__in=documents) | Q(kind__in=kinds) | Q(code_key__in=keys - {""})


# -- people


@dataclass
class Member:
    """A member of the agency's staff on the day, as listed by name."""

    pk: int
    name: str
    post: str = ""
    unit: int | None = None
    unit_name: str = ""
    units: set[int] = field(default_factory=set)  # every unit in which they hold a post that day


class Held(NamedTuple):
    """The relevant facts of one appointment."""

    person: int
    role: str
    unit: int | None
    first: datetime.date
    last: datetime.date


class Staff:
    """An agency's staff by their appointments up to a day. One query."""

    FIELDS = (
        "person_id", "role", "unit_id", "starts_on", "ends_on", "post", "unit__name",
        "person__first_name", "person__last_name", "person__username",
    )  # fmt: skip

    def __init__(self, agency: Agency, day: datetime.date, person: int | None = None) -> None:
        self.day = day
        self.members: dict[int, Member] = {}
        self.held: list[Held] = []
        self._by: dict[str, dict[Any, list[Held]]] = {
            name: defaultdict(list) for name in ("units", "roles", "people")
        }
        self._kept: dict[str, Starts] = {}
        opened, closed = agency.active_from, agency.active_to
        if (opened and day < opened) or (closed and day > closed):
            return
        rows = Appointment.objects.filter(
            agency=agency, starts_on__lte=day, person__is_active=True
        ).order_by("starts_on", "pk")
        rows = rows.filter(person=person) if person is not None else rows
        for values in rows.values_list(*self.FIELDS):
            self._add(values, opened)

    def _add(self, values: tuple[Any, ...], opened: datetime.date | None) -> None:
        person, role, unit, first, last, post, unit_name, *names = values
        one = Held(person, role, unit, max(first, opened or first), last or ALWAYS)
        self.held.append(one)
        self._by["roles"][role].append(one)
        self._by["people"][person].append(one)
        if unit is not None:
            self._by["units"][unit].append(one)
        if one.last >= self.day:
            self._name(one, post, unit_name or "", names)

    def _name(self, one: Held, post: str, unit_name: str, names: list[str]) -> None:
        first, last, username = names
        name = " ".join(f"{first} {last}".split()) or username
        member = self.members.setdefault(one.person, Member(one.person, name))
        member.post = member.post or post
        if one.unit is not None:
            member.units.add(one.unit)
            if member.unit is None:
                member.unit, member.unit_name = one.unit, unit_name

    def starts(self, audience: Mapping[str, Any]) -> Starts:
        """The people in the audience on the day, each with the day since when. Cached
        by audience."""
        key = repr(sorted(audience.items()))
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = since(self._rows(audience), self.day)
        return kept

    def _rows(self, audience: Mapping[str, Any]) -> list[Held]:
        if audience.get("everyone"):
            return self.held
        return [
            row
            for name, rows in self._by.items()
            for value in audience.get(name, ())
            for row in rows.get(value, ())
        ]


def since(rows: Iterable[Held], day: datetime.date) -> Starts:
    """For everyone who holds one of the appointments on the day: the first day of the unbroken
    period up to it."""
    by_person: dict[int, list[Held]] = defaultdict(list)
    for row in rows:
        by_person[row.person].append(row)
    found: Starts = {}
    for person, held in by_person.items():
        first: datetime.date | None = None
        for row in sorted(held, key=lambda row: row.last, reverse=True):
            if row.last >= (day if first is None else first - DAY):
                first = row.first if first is None else min(first, row.first)
        if first is not None:
            found[person] = first
    return found
