"""The overseer's page over all agencies: filtered, sorted, summed up, and as charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import figures, rules
from audits.figures import Line
from audits.models import Grade, Programme
from qms import charts
from qms.access import Person
from qms.charts import Chart
from qms.clock import today
from qms.models import Agency
from qms.text.folding import fold

COUNTS = ("audits", "findings", "open_cases", "overdue", "ineffective")
MOST_DRAWN = 15
YEARS = 5  # that can be looked at
# What an overseer looks for, and the agencies that it keeps
CONDITIONS: dict[str, tuple[Any, Any]] = {
    "no_programme": (gettext_lazy("Chưa có chương trình"), lambda line: not line.programme),
    "no_audit": (gettext_lazy("Chưa kết luận cuộc đánh giá nào"), lambda line: not line.audits),
    "open": (gettext_lazy("Có sự không phù hợp chưa đóng"), lambda line: line.open_cases),
    "overdue": (gettext_lazy("Có hành động quá hạn"), lambda line: line.overdue),
    "ineffective": (
        gettext_lazy("Có hành động khắc phục chưa hiệu lực"),
        lambda line: line.ineffective,
    ),
}
ORDERS: list[tuple[str, Any]] = [
    ("name", gettext_lazy("Tên cơ quan, A đến Z")),
    ("-name", gettext_lazy("Tên cơ quan, Z đến A")),
    ("programme", gettext_lazy("Chưa có chương trình trước")),
    ("-programme", gettext_lazy("Có chương trình trước")),
    ("-audits", gettext_lazy("Nhiều cuộc đánh giá nhất trước")),
    ("audits", gettext_lazy("Ít cuộc đánh giá nhất trước")),
    ("-findings", gettext_lazy("Nhiều phát hiện nhất trước")),
    ("findings", gettext_lazy("Ít phát hiện nhất trước")),
    ("-open_cases", gettext_lazy("Nhiều sự không phù hợp chưa đóng nhất trước")),
    ("open_cases", gettext_lazy("Ít sự không phù hợp chưa đóng nhất trước")),
    ("-overdue", gettext_lazy("Nhiều hành động quá hạn nhất trước")),
    ("overdue", gettext_lazy("Ít hành động quá hạn nhất trước")),
    ("-ineffective", gettext_lazy("Nhiều hành động khắc phục chưa hiệu lực nhất trước")),
    ("ineffective", gettext_lazy("Ít hành động khắc phục chưa hiệu lực nhất trước")),
]


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything that is not offered counts as not asked."""

    year: int
    sort: str = "name"
    kind: str = ""
    condition: str = ""
    text: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.kind or self.condition or self.text)


def years() -> list[int]:
    """The years that can be looked at, newest first; next year once it has an approved programme.
    One query."""
    now = today().year
    planned = Programme.objects.filter(year=now + 1, state=Programme.State.APPROVED).exists()
    return [*([now + 1] if planned else []), *range(now, now - YEARS, -1)]


def asked(address: Any) -> Asked:
    """Reads a query string."""
    sort, kind, condition = (address.get(name, "") for name in ("sort", "kind", "need"))
    year = next((one for one in years() if str(one) == address.get("year")), today().year)
    return Asked(
        year,
        sort if sort in dict(ORDERS) else "name",
        kind if kind in Agency.Kind.values else "",
        condition if condition in CONDITIONS else "",
        address.get("q", "").strip()[:100],
    )


def lines(user: Person, what: Asked) -> list[Line]:
    """The agencies that have what was asked, in order."""
    every = figures.of_all(
        user, year=what.year, sort=what.sort.removeprefix("-"), down=what.sort.startswith("-")
    )
    words = fold(what.text).split()
    return [
        one
        for one in every
        if (not what.kind or one.agency.kind == what.kind)
        and (not what.condition or CONDITIONS[what.condition][1](one))
        and (not words or all(word in fold(one.agency.name) for word in words))
    ]


def total(shown: Sequence[Line]) -> dict[str, int]:
    """The sums over the agencies shown; `programme`: how many have one."""
    found = {name: sum(getattr(one, name) for one in shown) for name in COUNTS}
    return {**found, "agencies": len(shown), "programme": sum(one.programme for one in shown)}


def drawn(user: Person, shown: Sequence[Line], year: int) -> list[Chart]:
    """Charts of the agencies shown, and of the findings of all agencies by their usual grades."""
    told = figures.told(rules.findings_of(user)).order_by()
    names = {grade.value: str(grade.label) for grade in Grade}
    return [
        _programmes(shown, year),
        _most("qua-han", _("Cơ quan có nhiều hành động quá hạn nhất"), shown, "overdue"),
        _most("chua-dong", _("Cơ quan có nhiều sự không phù hợp chưa đóng nhất"), shown, "open_cases"),
        figures.findings_by_year(told, names),
    ]  # fmt: skip


def _programmes(shown: Sequence[Line], year: int) -> Chart:
    rows = [
        (_("Cơ quan trong danh sách"), len(shown)),
        (_("Có chương trình đã phê duyệt"), sum(one.programme for one in shown)),
        (_("Đã kết luận ít nhất một cuộc đánh giá"), sum(bool(one.audits) for one in shown)),
        (_("Có sự không phù hợp chưa đóng"), sum(bool(one.open_cases) for one in shown)),
        (_("Có hành động quá hạn"), sum(bool(one.overdue) for one in shown)),
        (_("Có hành động khắc phục chưa hiệu lực"), sum(bool(one.ineffective) for one in shown)),
    ]
    return charts.bars(
        "cac-co-quan",
        _("Các cơ quan trong năm %(year)d") % {"year": year},
        _("Số cơ quan trong danh sách, và số có từng đặc điểm."),
        rows=rows,
        head=_("Đặc điểm"),
        unit=_("Số cơ quan"),
    )  # fmt: skip


def _most(name: str, title: str, shown: Sequence[Line], field: str) -> Chart:
    most = sorted(
        (one for one in shown if getattr(one, field)), key=lambda one: -getattr(one, field)
    )
    return charts.bars(
        name,
        title,
        _("Tối đa %(count)d cơ quan, nhiều nhất ở trên.") % {"count": MOST_DRAWN},
        rows=[(one.agency.name, getattr(one, field)) for one in most[:MOST_DRAWN]],
        head=_("Cơ quan"),
        unit=_("Số lượng"),
    )
