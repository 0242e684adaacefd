"""Which lines of a programme its audits have carried out: an audit of a unit counts for one line, the
one planned nearest to it. The page of the programme, the overview and the review's figures all
tell a line's state from here."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from audits import rules
from audits.models import Audit, Programme
from qms.clock import today

Line = dict[str, Any]
DONE, RUNNING, PLANNED, LATE = "done", "running", "planned", "late"


@dataclass
class Progress:
    """A line and its audits."""

    year: int
    line: Line
    audits: list[tuple[datetime.date, str]] = field(default_factory=list)  # first day, state

    @property
    def state(self) -> str:
        """`DONE`, `RUNNING`, `PLANNED`, or `LATE` if its month has passed without an audit."""
        states = {state for _day, state in self.audits}
        if states & set(rules.TOLD):
            return DONE
        if Audit.State.UNDER_WAY in states:
            return RUNNING
        passed = (self.year, self.line["month"]) < (today().year, today().month)
        return LATE if passed else PLANNED

    @property
    def other_month(self) -> datetime.date | None:
        """The first day of its concluded audit, if in another month than planned."""
        day = min((day for day, state in self.audits if state in rules.TOLD), default=None)
        if day is None or (day.year, day.month) == (self.year, self.line["month"]):
            return None
        return day


def of_lines(programme: Programme) -> list[Progress]:
    """The lines in the programme's order. One query."""
    lines = [Progress(programme.year, line) for line in programme.rows]
    rows = Audit.objects.filter(programme=programme).exclude(state=Audit.State.CANCELLED)
    pairs = rows.order_by("starts_on", "pk").values_list("pk", "starts_on", "state", "rows__unit")
    for _pk, day, state, unit in pairs.distinct():
        mine = [one for one in lines if one.line["unit"] == unit]
        free = [one for one in mine if not one.audits]
        nearest = min(free or mine, key=lambda one: _months(one, day), default=None)
        if nearest is not None:
            nearest.audits.append((day, state))
    return lines


def _months(one: Progress, day: datetime.date) -> int:
    """The distance between the planned month and the audit's."""
    return abs((one.year - day.year) * 12 + one.line["month"] - day.month)
