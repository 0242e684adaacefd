"""The filters of an agency's registers: findings, and nonconformities with their actions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audits import figures, sources
from audits.models import Audit, Finding, Nonconformity
from audits.programme.coverage import EDITION
from procedures.models import Clause
from qms.clock import today
from qms.models import Agency, Unit
from qms.text.ordering import Alphabetical

Label = str | Promise
GROUPS: list[tuple[str, Label]] = [
    ("unfinished", _("Chưa đóng")),
    ("overdue", _("Có hành động quá hạn")),
]
WEIGHTS: list[tuple[str, Label]] = [("major", _("Nặng")), ("minor", _("Nhẹ"))]


@dataclass(frozen=True)
class Choice:
    """A property by which a register is filtered. `every`: what the list shows without it."""

    name: str
    label: Label
    every: Label
    options: Sequence[tuple[str, Label]]
    condition: Callable[[str], Q]
    value: str = ""

    @property
    def said(self) -> Label:
        """The label of the chosen option."""
        return dict(self.options).get(self.value, "")


def of_findings(
    agency: Agency, asked: Mapping[str, str], grades: Mapping[str, str]
) -> list[Choice]:
    """The filters of findings, with what the address asks for. `grades`: {grade: its name in the
    agency}. Three queries."""
    years = _years(Finding.objects.filter(agency=agency))
    return _asked(
        asked,
        Choice("grade", _("Mức"), _("Mọi mức"), list(grades.items()), lambda v: Q(grade=v)),
        _state(list(Finding.State.choices), lambda v: Q(state=v)),
        _unit(agency),
        _clause("clause"),
        _year("year", _("Năm"), years, lambda v: Q(year=v)),
        _year("told", _("Năm thông báo"), years, lambda v: Q(told_on__year=v)),
        Choice(
            "source", _("Nguồn"), _("Mọi nguồn"), list(Audit.Kind.choices), lambda v: Q(audit__kind=v)
        ),
    )  # fmt: skip


def of_cases(agency: Agency, asked: Mapping[str, str]) -> list[Choice]:
    """The filters of nonconformities, with what the address asks for. Three queries."""
    years = _years(Nonconformity.objects.filter(agency=agency))
    return _asked(
        asked,
        _state([*GROUPS, *Nonconformity.State.choices], in_state),
        Choice("source", _("Nguồn"), _("Mọi nguồn"), sources.choices(), lambda v: Q(source=v)),
        Choice("grade", _("Mức"), _("Mọi mức"), WEIGHTS, lambda v: Q(minor=v == "minor")),
        _unit(agency),
        _clause("finding__clause"),
        _year("year", _("Năm"), years, lambda v: Q(year=v)),
        _year("closed", _("Năm đóng"), years, lambda v: Q(closed_on__year=v)),
    )


def narrowed(rows: "QuerySet[Any]", choices: Sequence[Choice]) -> "QuerySet[Any]":
    """The rows that have everything that was chosen."""
    for one in choices:
        if one.value:
            rows = rows.filter(one.condition(one.value))
    return rows


def chosen(choices: Sequence[Choice], asked: QueryDict) -> list[tuple[Choice, str]]:
    """The choices that narrow the list, each with the query string without it."""
    found = []
    for one in choices:
        if one.value:
            rest = asked.copy()
            for name in (one.name, "page"):
                rest.pop(name, None)
            found.append((one, f"?{rest.urlencode()}"))
    return found


def in_state(state: str) -> Q:
    """The nonconformities in a state, or in a group of states."""
    if state == "unfinished":
        return ~Q(state__in=Nonconformity.ENDED)
    if state == "overdue":
        return Q(pk__in=figures.overdue().values("nonconformity"))
    return Q(state=state)


def _asked(asked: Mapping[str, str], *offered: Choice) -> list[Choice]:
    """The choices with their values; a value that is not offered counts as none."""
    found = []
    for one in offered:
        value = asked.get(one.name, "")
        known = value in (option for option, _label in one.options)
        found.append(replace(one, value=value if known else ""))
    return found


def _state(options: Sequence[tuple[str, Label]], condition: Callable[[str], Q]) -> Choice:
    return Choice("state", _("Tình trạng"), _("Mọi tình trạng"), options, condition)


def _unit(agency: Agency) -> Choice:
    """Every unit that the agency has or had: what was found in it is still in the register."""
    units = Unit.objects.filter(agency=agency).order_by(Alphabetical("name"), "pk")
    options = [(str(pk), name) for pk, name in units.values_list("pk", "name")]
    return Choice("unit", _("Đơn vị"), _("Mọi đơn vị"), options, lambda v: Q(unit=int(v)))


def _clause(field: str) -> Choice:
    """A clause with the clauses below it: 7.5 also finds 7.5.3."""
    clauses = Clause.objects.filter(edition=EDITION).order_by("sort_key")
    options = [(one.number, str(one)) for one in clauses if int(one.number.split(".")[0]) >= 4]
    return Choice(
        "clause", _("Điều khoản"), _("Mọi điều khoản"), options,
        lambda v: Q(**{field: v}) | Q(**{f"{field}__startswith": f"{v}."}),
    )  # fmt: skip


def _years(rows: "QuerySet[Any]") -> list[int]:
    """From this year back to the first one of the register. One query."""
    first = rows.order_by().aggregate(first=Min("year"))["first"] or today().year
    return list(range(today().year, first - 1, -1))


def _year(name: str, label: Label, years: list[int], condition: Callable[[int], Q]) -> Choice:
    options = [(str(year), str(year)) for year in years]
    return Choice(name, label, _("Mọi năm"), options, lambda v: condition(int(v)))
