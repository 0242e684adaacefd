"""An overview of all agencies for the city's overseers: what is in force, pending or overdue.
Versions only, no drafts."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from procedures.models import Review, Version, VersionQuerySet
from procedures.reader import queries
from procedures.readership.reviews import due
from qms import access
from qms.clock import today
from qms.models import Agency
from search.words.vietnamese import sort_key

ON_HOME = 8
HEADS = (
    gettext_lazy("Cơ quan"), gettext_lazy("Có hiệu lực"), gettext_lazy("Chờ hiệu lực"), gettext_lazy("Quá hạn soát xét"),
    gettext_lazy("Nhận từ bản giấy, chưa soát xét"),
)  # fmt: skip
SORTS = ("name", "documents", "waiting", "overdue", "unreviewed")
WIDTHS = (50, 14, 14, 18, 30)


@dataclass(frozen=True)
class Line:
    """An active agency and its figures. `unreviewed`: recorded from paper, in force, and never
    reviewed since."""

    agency: Agency
    documents: int
    waiting: int
    overdue: int
    unreviewed: int


def lines(user: access.Person, *, sort: str = "name", down: bool = False) -> list[Line]:
    """Every active agency. A constant number of queries."""
    tokens = access.tokens_for(user)
    day = today()
    seen = Version.objects.visible_to(tokens)
    bodies = queries.agency_list()
    documents = queries.counts_by_agency(tokens)
    waiting = _counted(Version.objects.waiting(day).visible_to(tokens))
    held = seen.in_force(day).filter(origin=Version.Origin.RECORDED)
    unreviewed = _counted(held.exclude(pk__in=Review.objects.order_by().values("version")))
    late = Counter(one.agency for one in due.of_agencies(bodies, day) if one.state(day) == "late")
    found = [
        Line(body, documents[body.pk], waiting[body.pk], late[body.pk], unreviewed[body.pk])
        for body in bodies
    ]
    return sorted(found, key=_KEYS.get(sort, _KEYS["name"]), reverse=down)


def _counted(versions: VersionQuerySet) -> Counter[int]:
    rows = versions.order_by().values_list("agency_id").annotate(number=Count("pk"))
    return Counter(dict(rows))


_KEYS: dict[str, Callable[[Line], Any]] = {
    "name": lambda line: sort_key(line.agency.name),
    "documents": lambda line: line.documents,
    "waiting": lambda line: line.waiting,
    "overdue": lambda line: line.overdue,
    "unreviewed": lambda line: line.unreviewed,
}


def totals(found: Sequence[Line]) -> dict[str, int]:
    """The totals of all agencies, and the number of those that have issued nothing yet."""
    sums = {name: sum(getattr(line, name) for line in found) for name in SORTS[1:]}
    return sums | {"agencies": len(found), "empty": sum(not line.documents for line in found)}


def cells(line: Line) -> list[Any]:
    """The row of an export file."""
    return [line.agency.name, line.documents, line.waiting, line.overdue, line.unreviewed]


def on_home(request: HttpRequest) -> dict[str, Any] | None:
    """The overseer's home page: the totals, and the agencies with the most overdue items."""
    if not access.is_overseer(request.user):
        return None
    found = lines(request.user)
    pressing = sorted(
        (line for line in found if line.overdue or line.unreviewed),
        key=lambda line: (-line.overdue, -line.unreviewed),
    )
    heads = [{"label": label} for label in HEADS]
    return {"totals": totals(found), "rows": pressing[:ON_HOME], "columns": heads}
