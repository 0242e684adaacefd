"""Which lines of a programme its audits have carried out: an audit of a unit counts for one line, the
one planned nearest to it."""

import datetime
from typing import Any

from audits.models import Audit, Programme

Line = dict[str, Any]


def of_lines(programme: Programme) -> list[tuple[Line, set[str]]]:
    """[(line, the states of its audits)], in the programme's order. One query."""
    lines: list[tuple[Line, set[str]]] = [(line, set()) for line in programme.rows]
    rows = Audit.objects.filter(programme=programme).exclude(state=Audit.State.CANCELLED)
    pairs = rows.order_by("starts_on", "pk").values_list("pk", "starts_on", "state", "rows__unit")
    for _pk, day, state, unit in pairs.distinct():
        mine = [one for one in lines if one[0]["unit"] == unit]
        free = [one for one in mine if not one[1]]
        nearest = min(free or mine, key=lambda one: _months(programme, one[0], day), default=None)
        if nearest is not None:
            nearest[1].add(state)
    return lines


def _months(programme: Programme, line: Line, day: datetime.date) -> int:
    """The distance between the planned month and the audit's."""
    return abs((programme.year - day.year) * 12 + line["month"] - day.month)
