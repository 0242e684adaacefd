"""When a version is in force: computed from the versions of a document and the acts on them, never
stored.

A version waits until its effective date. It ends when a later version takes effect or on the date
of a withdrawal, and is in force again from the date of a reinstatement. A version withdrawn before
its effective date does not replace its predecessor, unless it is reinstated. A struck-out version
never counts, on any day.

This is the rule for versions in memory. `VersionQuerySet` (procedures/models/versions.py) is the
same rule for the database, and tests/procedures/test_standing.py compares the two on random
histories."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy

from procedures.models import Version, VersionAct, VersionQuerySet

Span = tuple[datetime.date, datetime.date | None]  # first and last day; None: no known end
DAY = datetime.timedelta(days=1)
NEEDED = ("pk", "document_id", "effective_on", "ordinal")
TURNS = frozenset({VersionAct.Kind.WITHDRAWN, VersionAct.Kind.REINSTATED})


class State(StrEnum):
    IN_FORCE = "in_force"
    WAITING = "waiting"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    STRUCK_OUT = "struck_out"


STATE_LABELS = {  # one word per state, on every screen (docs/glossary.md)
    "in_force": gettext_lazy("Có hiệu lực"),
    "waiting": gettext_lazy("Chờ hiệu lực"),
    "replaced": gettext_lazy("Hết hiệu lực"),
    "withdrawn": gettext_lazy("Đã thu hồi"),
    "struck_out": gettext_lazy("Đã hủy bỏ"),
    "draft": gettext_lazy("Bản thảo"),
}


@dataclass(frozen=True)
class Standing:
    """One version in relation to the other versions of its document."""

    effective_on: datetime.date
    turns: tuple[VersionAct, ...]  # withdrawals and reinstatements, by day
    struck_out: bool
    replaced_on: datetime.date | None  # the first day on which a later version has taken effect

    def withdrawal_on(self, day: datetime.date) -> VersionAct | None:
        """The withdrawal that applies on the day."""
        last = next((act for act in reversed(self.turns) if act.on_day <= day), None)
        return last if last is not None and last.kind == VersionAct.Kind.WITHDRAWN else None

    def state_on(self, day: datetime.date) -> State:
        if self.struck_out:
            return State.STRUCK_OUT
        if self.withdrawal_on(day) is not None:
            return State.WITHDRAWN
        if self.effective_on > day:
            return State.WAITING
        if self.replaced_on is not None and self.replaced_on <= day:
            return State.REPLACED
        return State.IN_FORCE

    def spans(self) -> list[Span]:
        """The periods in which the version is in force, in order; [] if there are none."""
        if self.struck_out:
            return []
        found: list[Span] = []
        opened: datetime.date | None = self.effective_on
        for on_day, kind in {act.on_day: act.kind for act in self.turns}.items():
            day = max(on_day, self.effective_on)
            if kind == VersionAct.Kind.WITHDRAWN and opened is not None:
                found.append((opened, day - DAY))
                opened = None
            elif kind == VersionAct.Kind.REINSTATED and opened is None:
                opened = day
        if opened is not None:
            found.append((opened, None))
        if self.replaced_on is not None:
            last_day = self.replaced_on - DAY
            found = [(first, min(last or last_day, last_day)) for first, last in found]
        return [(first, last) for first, last in found if last is None or first <= last]

    def has_days_from(self, day: datetime.date) -> bool:
        """Whether it is in force on the day or later."""
        return any(last is None or last >= day for _first, last in self.spans())

    def ended_on(self, day: datetime.date) -> datetime.date | None:
        """The first day on which it was no longer in force, if it has ended by `day`."""
        withdrawal, state = self.withdrawal_on(day), self.state_on(day)
        if state == State.WITHDRAWN and withdrawal is not None:
            return withdrawal.on_day
        return self.replaced_on if state == State.REPLACED else None

    def ends_on(self, day: datetime.date) -> datetime.date | None:
        """The first day on which it will no longer be in force, if it is in force on `day` and its
        end is known."""
        for first, last in self.spans():
            if first <= day and last is not None and day <= last:
                return last + DAY
        return None

    def takes_effect_on(self) -> datetime.date | None:
        """The day from which it replaces earlier versions; None if it was permanently withdrawn
        before that."""
        if self.withdrawal_on(self.effective_on - DAY) is None:
            return self.effective_on
        back = (
            act.on_day
            for act in self.turns
            if act.kind == VersionAct.Kind.REINSTATED and act.on_day >= self.effective_on
        )
        return next(back, None)


def of_documents(versions: Iterable[Version], acts: Iterable[VersionAct]) -> dict[int, Standing]:
    """The standing of each version by ID: all versions of some documents, with all acts on them."""
    acts_on: dict[int, list[VersionAct]] = defaultdict(list)
    for act in acts:
        acts_on[act.version_id].append(act)
    by_document: dict[int, list[Version]] = defaultdict(list)
    for version in versions:
        by_document[version.document_id].append(version)
    found: dict[int, Standing] = {}
    for issued in by_document.values():
        replaced_on: datetime.date | None = None
        for version in sorted(issued, key=lambda v: (v.effective_on, v.ordinal), reverse=True):
            one = _standing(version, acts_on[version.pk], replaced_on)
            found[version.pk] = one
            starts = None if one.struck_out else one.takes_effect_on()
            if starts is not None:
                replaced_on = starts if replaced_on is None else min(starts, replaced_on)
    return found


def _standing(
    version: Version, acts: Sequence[VersionAct], replaced_on: datetime.date | None
) -> Standing:
    turns = sorted((a for a in acts if a.kind in TURNS), key=lambda act: (act.on_day, act.pk))
    return Standing(version.effective_on, tuple(turns), is_struck_out(acts), replaced_on)


def is_struck_out(acts: Iterable[VersionAct]) -> bool:
    return any(act.kind == VersionAct.Kind.STRUCK_OUT for act in acts)


def withdrawal(acts: Iterable[VersionAct]) -> VersionAct | None:
    """The withdrawal of a version that finally applies, today or from a future date."""
    turns = sorted((act for act in acts if act.kind in TURNS), key=lambda a: (a.on_day, a.pk))
    return turns[-1] if turns and turns[-1].kind == VersionAct.Kind.WITHDRAWN else None


def with_days_from(day: datetime.date, versions: VersionQuerySet) -> dict[int, int]:
    """The versions that are in force on the day or later: {ID: ID of the document}.
    Three queries."""
    documents = versions.order_by().values("document")
    issued = list(Version.objects.filter(document__in=documents).only(*NEEDED))
    acts = VersionAct.objects.filter(version__document__in=documents)
    found = of_documents(issued, acts)
    asked = set(versions.order_by().values_list("pk", flat=True))
    return {
        version.pk: version.document_id
        for version in issued
        if version.pk in asked and found[version.pk].has_days_from(day)
    }


def in_force_without(version: Version, day: datetime.date) -> Version | None:
    """The version of its document that would be in force on the day if this one were struck out."""
    others = version.document.versions.exclude(pk=version.pk)
    held = (v for v, one in _each(others) if one.state_on(day) == State.IN_FORCE)
    return next(held, None)


def later_than(day: datetime.date, versions: VersionQuerySet) -> list[Version]:
    """A document's versions with a later effective date that actually take effect, the last one
    first."""
    return [
        version
        for version, one in _each(versions)
        if version.effective_on > day and not one.struck_out and one.takes_effect_on() is not None
    ]


def _each(versions: VersionQuerySet) -> list[tuple[Version, Standing]]:
    """All versions of a document, each with its standing among them; without their content. Two
    queries."""
    issued = list(versions.defer("content"))
    acts = VersionAct.objects.filter(version__in=[version.pk for version in issued])
    found = of_documents(issued, acts)
    return [(version, found[version.pk]) for version in issued]
