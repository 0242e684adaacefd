"""Coverage of units by clauses over one or three years: each cell is planned, done, with findings,
or a gap."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audits import answers, rules
from audits.models import Audit, Finding, Item, PlanRow, Programme
from audits.models.findings import NONCONFORMING
from procedures.models import Clause
from qms.access import Person
from qms.models import Agency, Unit, current

EDITION = "ISO 9001:2015"
EVERYTHING = [str(chapter) for chapter in range(4, 11)]


class Cell(models.TextChoices):
    GAP = "gap", _("chưa có")
    PLANNED = "planned", _("có kế hoạch")
    DONE = "done", _("đã đánh giá")
    FOUND = "found", _("có phát hiện không phù hợp")


RANK = {cell: number for number, cell in enumerate(Cell)}


@dataclass(frozen=True)
class Coverage:
    """`rows`: for each unit its cells, in the order of `clauses`."""

    years: tuple[int, ...]
    clauses: list[Clause]
    rows: list[tuple[Unit, list[Cell]]]

    @property
    def units_without(self) -> list[Unit]:
        """Units in which nothing is planned or done."""
        return [unit for unit, cells in self.rows if set(cells) <= {Cell.GAP}]

    @property
    def clauses_without(self) -> list[Clause]:
        """Clauses that no unit is or will be audited against."""
        columns = zip(*(cells for _unit, cells in self.rows), strict=True) if self.rows else ()
        met = [set(column) > {Cell.GAP} or Cell.GAP not in column for column in columns]
        return [one for one, hit in zip(self.clauses, met, strict=False) if not hit]

    def count(self, *cells: Cell) -> int:
        return sum(cell in cells for _unit, row in self.rows for cell in row)


def of_agency(user: Person, agency: Agency, years: Iterable[int]) -> Coverage:
    """The coverage of the agency, as far as the person may see it. Eight queries, whatever
    the size.

    A line of a concluded audit counts for the clauses of its questions that were answered; one
    without questions (by papers, by an authority) for the clauses that it names."""
    chosen = tuple(sorted(years))
    clauses = _leaves(list(Clause.objects.filter(edition=EDITION).order_by("sort_key")))
    active = current(None, "active_from", "active_to")
    units = list(Unit.objects.filter(active, agency=agency).order_by("name", "pk"))
    audits = rules.audits_of(user).filter(agency=agency, starts_on__year__in=chosen)
    planned = PlanRow.objects.filter(audit__in=audits.exclude(state=Audit.State.CANCELLED))
    met: dict[int, dict[str, Cell]] = defaultdict(dict)
    for unit, numbers in _of_programmes(user, agency, chosen):
        _mark(met[unit], numbers, Cell.PLANNED)
    answered = _answered(audits.filter(state__in=rules.TOLD))
    for row, unit, numbers, state in planned.values_list("pk", "unit", "clauses", "audit__state"):
        if state not in rules.TOLD:
            _mark(met[unit], numbers, Cell.PLANNED)
        elif row not in answered:
            _mark(met[unit], numbers, Cell.DONE)
        else:
            _mark(met[unit], answered[row], Cell.DONE)
    found = rules.findings_of(user).filter(agency=agency, grade__in=NONCONFORMING)
    found = found.exclude(told_on=None).exclude(state=Finding.State.DROPPED)
    for unit, number in (
        found.filter(told_on__year__in=chosen).order_by().values_list("unit", "clause").distinct()
    ):
        _mark(met[unit], [number] if number else [], Cell.FOUND)
    below = {one.number: _above(one.number) for one in clauses}
    return Coverage(
        chosen, clauses, [(unit, _cells(met[unit.pk], clauses, below)) for unit in units]
    )


def _answered(audits: "QuerySet[Audit]") -> dict[int, set[str]]:
    """{line: the clauses of its answered questions}, for lines that have questions. Two queries."""
    items = Item.objects.filter(audit__in=audits.order_by().values("pk")).exclude(row=None)
    items = items.order_by()
    found: dict[int, set[str]] = {
        row: set() for row in items.values_list("row", flat=True).distinct()
    }
    checked = answers.with_newest(items).exclude(answers.OPEN)
    for row, clause in checked.values_list("row", "clause").distinct():
        found[row] |= {clause} - {""}
    return found


def outside(rows: Iterable[dict[str, Any]]) -> list[str]:
    """The clauses that no line of a programme includes, merged if left out entirely: 8.3, not 8.3.1
    to 8.3.6.

    A line without clauses means all of them. One query."""
    named: set[str] = set()
    for row in rows:
        if not row.get("clauses"):
            return []
        named |= set(row["clauses"])
    clauses = _leaves(list(Clause.objects.filter(edition=EDITION).order_by("sort_key")))
    leaves = [one.number for one in clauses]
    missing = {number for number in leaves if not named & set(_above(number))}
    whole = {part for number in missing for part in _above(number)}
    whole = {part for part in whole if not any(_is_in(one, part) and one not in missing for one in leaves)}  # fmt: skip
    largest = (next(part for part in reversed(_above(number)) if part in whole) for number in leaves if number in missing)  # fmt: skip
    return list(dict.fromkeys(largest))


def _is_in(number: str, part: str) -> bool:
    return number == part or number.startswith(f"{part}.")


def _of_programmes(user: Person, agency: Agency, years: Iterable[int]) -> Iterable[tuple[int, list[str]]]:  # fmt: skip
    """Units and clauses of approved programmes whose audit is not planned by the hour yet.
    Two queries."""
    approved = Programme.objects.filter(state=Programme.State.APPROVED, year__in=years)
    programmes = approved.filter(agency=agency, pk__in=rules.programmes_of(user).values("pk"))
    rows = PlanRow.objects.filter(audit__programme__in=programmes.values("pk"))
    rows = rows.exclude(audit__state=Audit.State.CANCELLED).order_by()
    detailed = set(rows.values_list("audit__programme", "unit").distinct())
    for one in programmes:
        for row in one.rows:
            if (one.pk, row["unit"]) not in detailed:
                yield row["unit"], row.get("clauses") or EVERYTHING


def _leaves(clauses: list[Clause]) -> list[Clause]:
    """The clauses without sub-clauses, of the chapters with requirements."""
    divided = {one.number.rpartition(".")[0] for one in clauses}
    return [
        one for one in clauses if one.number not in divided and int(one.number.split(".")[0]) >= 4
    ]


def _above(number: str) -> list[str]:
    """The clause and its parents: 7.5.3 -> 7.5.3, 7.5, 7."""
    parts = number.split(".")
    return [".".join(parts[:length]) for length in range(len(parts), 0, -1)]


def _mark(cells: dict[str, Cell], numbers: Iterable[str], cell: Cell) -> None:
    for number in numbers:
        cells[number] = max(cells.get(number, Cell.GAP), cell, key=RANK.__getitem__)


def _cells(met: dict[str, Cell], clauses: list[Clause], above: dict[str, list[str]]) -> list[Cell]:
    """The cell of each clause; a clause is also covered by its parents: 7.5 includes 7.5.1
    to 7.5.3."""
    return [
        max(
            (met[number] for number in above[one.number] if number in met),
            key=RANK.__getitem__,
            default=Cell.GAP,
        )
        for one in clauses
    ]
