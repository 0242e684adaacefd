"""What reading the files of a batch again changed: how many, which, and which rules did nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_datetime

from procedures.importing import meanings, teaching
from procedures.models import ImportBatch, ImportItem, ImportRule
from procedures.word.rules import Rule

MOST_NAMED = 20


@dataclass
class Idle:
    """A rule that changed nothing in `files` files. `pk`: None if it is not kept any more."""

    sentence: str
    files: int
    pk: int | None


@dataclass
class Reread:
    """The last time that files of a batch were read again."""

    at: Any
    files: int
    changed: list[tuple[int, str]]  # ID and name
    idle: list[Idle] = field(default_factory=list)

    @property
    def named(self) -> list[tuple[int, str]]:
        return self.changed[:MOST_NAMED]

    @property
    def further(self) -> int:
        return max(0, len(self.changed) - MOST_NAMED)


def last(batch: ImportBatch) -> Reread | None:
    """The last round of a batch; None if no file was read again, or while some still wait for it.
    Two queries at most."""
    states = ImportItem.State
    rows = list(
        batch.items.filter(reading__has_key="round").values_list(
            "pk", "name", "state", "reading__round", "reading__changed", "reading__taught"
        )
    )
    newest = max((row[3] for row in rows), default="")
    rows = [row for row in rows if row[3] == newest]
    if not rows or any(row[2] in (states.WAITING, states.READING) for row in rows):
        return None
    changed = [(pk, name) for pk, name, _state, _round, changes, _taught in rows if changes]
    effects = _effects((taught or [], changes or []) for *_row, changes, taught in rows)
    found = Reread(parse_datetime(newest), len(rows), changed)
    if idle := [rule for rule, done in effects.items() if not any(done)]:
        kept = _kept(batch, idle)
        found.idle = [
            Idle(meanings.sentence(rule), len(effects[rule]), kept.get(rule)) for rule in idle
        ]
    return found


def _effects(rows: Iterable[tuple[list[Any], list[Any]]]) -> dict[Rule, list[bool]]:
    """{rule: whether it changed one of its facts, for each file that it applied to}."""
    found: dict[Rule, list[bool]] = {}
    for taught, changes in rows:
        names = {name for name, _was, _now in changes}
        for kind, meant, phrase in taught:
            rule = Rule(kind, meant, phrase)
            found.setdefault(rule, []).append(bool(names & teaching.affected(rule)))
    return found


def _kept(batch: ImportBatch, idle: list[Rule]) -> dict[Rule, int]:
    rules = ImportRule.objects.filter(
        agency=batch.agency_id, phrase__in=[rule.phrase for rule in idle]
    )
    return {Rule(one.kind, one.meaning, one.phrase): one.pk for one in rules}
