"""A programme as a calendar: its units by the twelve months of the year."""

from dataclasses import dataclass

from audits.models import Programme
from audits.programme import progress

MONTHS = range(1, 13)


@dataclass(frozen=True)
class Cell:
    """A month of a unit: the state of its line, empty without one; and the real month ("10",
    "1/2027") of an audit that was carried out in another."""

    state: str = ""
    month: str = ""


@dataclass(frozen=True)
class Row:
    """A unit's year: a cell for each month."""

    unit: str
    cells: list[Cell]


def of(programme: Programme) -> list[Row]:
    """The units in the order of their first month. One query."""
    rows: dict[int, Row] = {}
    for one in progress.of_lines(programme):
        line = one.line
        row = rows.setdefault(line["unit"], Row(line["unit_name"], [Cell()] * len(MONTHS)))
        row.cells[line["month"] - 1] = Cell(one.state, _month(one))
    return list(rows.values())


def _month(one: progress.Progress) -> str:
    day = one.other_month
    if day is None:
        return ""
    return str(day.month) if day.year == one.year else f"{day.month}/{day.year}"
