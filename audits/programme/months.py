"""A programme as a calendar: its units by the twelve months of the year."""

from dataclasses import dataclass

from audits import rules
from audits.models import Audit, Programme
from audits.programme import progress

MONTHS = range(1, 13)
DONE, RUNNING, PLANNED = "done", "running", "planned"


@dataclass(frozen=True)
class Row:
    """A unit's year: for each month `DONE`, `RUNNING`, `PLANNED`, or empty."""

    unit: str
    cells: list[str]


def of(programme: Programme) -> list[Row]:
    """The units in the order of their first month. One query."""
    rows: dict[int, Row] = {}
    for line, states in progress.of_lines(programme):
        row = rows.setdefault(line["unit"], Row(line["unit_name"], [""] * len(MONTHS)))
        row.cells[line["month"] - 1] = _mark(states)
    return list(rows.values())


def _mark(states: set[str]) -> str:
    if states & set(rules.TOLD):
        return DONE
    return RUNNING if Audit.State.UNDER_WAY in states else PLANNED
