"""Figures of the overviews, within what the person may see: one agency, and all agencies side
by side."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from audits import rules
from audits.grades import names
from audits.models import Action, Audit, Finding, Grade, Nonconformity, Programme
from audits.programme import progress
from qms import charts
from qms.access import Person
from qms.charts import Chart
from qms.clock import today
from qms.models import Agency
from qms.text import ordering

State = Nonconformity.State
YEARS = 3
MOST_UNITS, MOST_CLAUSES = 30, 10


def overdue() -> "QuerySet[Action]":
    """Actions of agreed plans whose day has passed."""
    return Action.objects.filter(
        done_on=None, due__lt=today(), nonconformity__state=State.AGREED
    ).order_by()


def told(findings: "QuerySet[Finding]") -> "QuerySet[Finding]":
    """Those of which the agency was told, without those dropped after a dispute."""
    return findings.exclude(told_on=None).exclude(state=Finding.State.DROPPED)


def of_agency(user: Person, agency: Agency) -> list[Chart]:
    """The charts of an agency's overview; a fixed number of queries."""
    cases = rules.nonconformities_in(user, agency).order_by()
    findings = told(rules.findings_of(user).filter(agency=agency)).order_by()
    return [
        programme_progress(user, agency),
        actions_by_age(Action.objects.filter(nonconformity__in=cases.values("pk"))),
        cases_by_state(cases),
        findings_by_year(findings, names(agency.pk)),
        findings_by_clause_and_unit(findings),
    ]


def programme_progress(user: Person, agency: Agency) -> Chart:
    """This year's programme: lines per quarter that are audited, under way, upcoming, or late."""
    year = today().year
    programme = rules.programmes_of(user).filter(agency=agency, year=year).first()
    rows = [[0, 0, 0, 0] for _quarter in range(4)]
    kinds = (progress.DONE, progress.RUNNING, progress.PLANNED, progress.LATE)
    for one in progress.of_lines(programme) if programme else ():
        rows[(one.line["month"] - 1) // 3][kinds.index(one.state)] += 1
    return charts.stacked(
        "tien-do",
        _("Tiến độ chương trình đánh giá năm %(year)d") % {"year": year},
        _("Mỗi thanh là một quý: số đơn vị đã đánh giá, đang đánh giá, sắp tới và đã quá tháng dự định."),
        rows=[(_("Quý %(number)d") % {"number": n + 1}, row) for n, row in enumerate(rows)],
        head=_("Quý"),
        series=[_("Đã đánh giá"), _("Đang đánh giá"), _("Sắp tới"), _("Quá tháng dự định")],
        kinds=["chart-good", "chart-wait", "chart-draft", "chart-bad"],
    )  # fmt: skip


def actions_by_age(actions: "QuerySet[Action]") -> Chart:
    """Open actions of agreed plans, by time until their due day."""
    now = today()

    def day(count: int) -> datetime.date:
        return now + datetime.timedelta(days=count)

    spans = {
        "later": Q(due__gt=day(30)),
        "soon": Q(due__range=(now, day(30))),
        "late": Q(due__range=(day(-30), day(-1))),
        "later_still": Q(due__range=(day(-90), day(-31))),
        "worst": Q(due__lt=day(-90)),
    }
    waiting = actions.filter(done_on=None, nonconformity__state=State.AGREED)
    found = waiting.aggregate(**{name: Count("pk", filter=span) for name, span in spans.items()})
    late = [False, False, True, True, True]
    names = [
        _("Còn hơn 30 ngày"), _("Còn tới 30 ngày"), _("Quá hạn tới 30 ngày"), _("Quá hạn 31 đến 90 ngày"),
        _("Quá hạn trên 90 ngày"),
    ]  # fmt: skip
    rows = [
        (name, [0, found[key]] if over else [found[key], 0])
        for name, key, over in zip(names, spans, late, strict=True)
    ]
    return charts.stacked(
        "hanh-dong-theo-tuoi",
        _("Hành động đang mở theo hạn"),
        _("Số hành động của các kế hoạch đã ký mà chưa xong, theo số ngày còn lại hoặc đã quá hạn."),
        rows=rows,
        head=_("Hạn"),
        series=[_("Trong hạn"), _("Quá hạn")],
        kinds=["chart-1", "chart-bad"],
    )  # fmt: skip


def cases_by_state(cases: "QuerySet[Nonconformity]") -> Chart:
    found = dict(cases.values_list("state").annotate(number=Count("pk")))
    return charts.bars(
        "theo-tinh-trang",
        _("Sự không phù hợp theo tình trạng"),
        _("Số sự không phù hợp của cơ quan ở mỗi tình trạng."),
        rows=[(str(state.label), found.get(state.value, 0)) for state in State],
        head=_("Tình trạng"),
        unit=_("Số lượng"),
    )


def findings_by_year(findings: "QuerySet[Finding]", grades: Mapping[str, str]) -> Chart:
    """Major, minor and observations over the last years. `grades`: {grade: its name}."""
    drawn = (Grade.MAJOR, Grade.MINOR, Grade.OBSERVATION)
    years = list(range(today().year - YEARS + 1, today().year + 1))
    # Not grouped by year: SQLite would call Python for the year of each row
    each = {f"in_{year}": Count("pk", filter=Q(told_on__year=year)) for year in years}
    since = datetime.date(years[0], 1, 1)
    counted = findings.filter(told_on__gte=since).order_by().values_list("grade").annotate(**each)
    found = {
        (year, grade): number
        for grade, *numbers in counted
        for year, number in zip(years, numbers, strict=True)
    }
    return charts.lines(
        "phat-hien-theo-nam",
        _("Phát hiện đánh giá qua các năm"),
        _("Số phát hiện đã thông báo mỗi năm, theo mức."),
        steps=[str(year) for year in years],
        series=[
            (grades[grade.value], [found.get((y, grade.value), 0) for y in years])
            for grade in drawn
        ],
        head=_("Năm"),
    )


def findings_by_clause_and_unit(findings: "QuerySet[Finding]") -> Chart:
    """Nonconforming findings of the last years: clauses of the second level by units. Where there
    are too many for a drawing, those with the fewest findings are counted together."""
    since = today().year - YEARS + 1
    rows = findings.filter(told_on__year__gte=since, grade__in=(Grade.MAJOR, Grade.MINOR))
    every: Counter[tuple[str, str]] = Counter()
    for unit, clause, number in rows.values_list("unit__name", "clause").annotate(n=Count("pk")):
        every[unit, ".".join(clause.split(".")[:2]) or "–"] += number
    other_units, other_clauses = _("Các đơn vị khác"), _("Khác")
    units = _largest((unit, n) for (unit, _clause), n in every.items())[:MOST_UNITS]
    clauses = _largest((clause, n) for (_unit, clause), n in every.items())[:MOST_CLAUSES]
    found: Counter[tuple[str, str]] = Counter()
    for (unit, clause), number in every.items():
        unit = unit if unit in units else other_units
        found[unit, clause if clause in clauses else other_clauses] += number
    units = sorted(units) + [other_units] * any(unit == other_units for unit, _c in found)
    clauses = sorted(clauses, key=_by_number) + [other_clauses] * any(
        clause == other_clauses for _u, clause in found
    )
    return charts.heat(
        "dieu-khoan-don-vi",
        _("Phát hiện không phù hợp theo điều khoản và đơn vị, %(years)d năm") % {"years": YEARS},
        _("Ô càng đậm thì càng nhiều phát hiện; số ghi trong ô."),
        rows=[(unit, [found[unit, clause] for clause in clauses]) for unit in units],
        columns=clauses,
        head=_("Đơn vị"),
    )


def _largest(counted: Iterable[tuple[str, int]]) -> list[str]:
    """The names, those with the greatest sums first."""
    sums: Counter[str] = Counter()
    for name, number in counted:
        sums[name] += number
    return [name for name, _number in sorted(sums.items(), key=lambda one: (-one[1], one[0]))]


def _by_number(clause: str) -> list[int]:
    return [int(part) for part in clause.split(".") if part.isdecimal()]


# -- all agencies


@dataclass
class Line:
    """An agency in the overseer's table."""

    agency: Agency
    programme: bool = False
    audits: int = 0
    findings: int = 0
    open_cases: int = 0
    overdue: int = 0
    ineffective: int = 0


def audits_going_on(agency: Agency) -> int:
    """How many audits of the agency are neither closed nor cancelled."""
    ended = (Audit.State.CLOSED, Audit.State.CANCELLED)
    return Audit.objects.filter(agency=agency).exclude(state__in=ended).count()


def corrections_going_on(agency: Agency) -> int:
    return (
        Nonconformity.objects.filter(agency=agency).exclude(state__in=Nonconformity.ENDED).count()
    )


SORTS = ("name", "programme", "audits", "findings", "open_cases", "overdue", "ineffective")


def of_all(
    user: Person, *, year: int | None = None, sort: str = "name", down: bool = False
) -> list[Line]:
    """Every active agency with the figures of a year (this one if None); what is open or overdue is
    of today. Six queries, whatever their number."""
    year = year or today().year
    agencies = list(Agency.objects.active().only("name", "kind").order_by("pk"))
    agencies.sort(
        key=lambda one: ordering.key(one.name)
    )  # in SQL each comparison would call Python
    found = {one.pk: Line(one) for one in agencies}
    approved = rules.programmes_of(user).filter(year=year, state=Programme.State.APPROVED)
    for pk in approved.order_by().values_list("agency", flat=True):
        if pk in found:
            found[pk].programme = True
    concluded = rules.audits_of(user).filter(state__in=rules.TOLD, concluded_on__year=year)
    cases = rules.nonconformities_of(user)
    late = overdue().filter(nonconformity__in=cases.order_by().values("pk"))
    counted = {
        "audits": _by_agency(concluded),
        "findings": _by_agency(told(rules.findings_of(user)).filter(told_on__year=year)),
        "open_cases": _by_agency(cases.exclude(state__in=Nonconformity.ENDED)),
        "ineffective": _by_agency(cases.filter(state=State.INEFFECTIVE, closed_on__year=year)),
        "overdue": _by_agency(late, "nonconformity__agency"),
    }
    for name, numbers in counted.items():
        for pk, number in numbers.items():
            if pk in found:
                setattr(found[pk], name, number)
    lines = list(found.values())
    if sort in SORTS[1:]:
        lines.sort(key=lambda line: getattr(line, sort), reverse=down)
    elif down:
        lines.reverse()
    return lines


def _by_agency(rows: "QuerySet[Audit] | QuerySet[Finding] | QuerySet[Nonconformity] | QuerySet[Action]", of: str = "agency") -> dict[int, int]:  # fmt: skip
    """How many rows each agency has. None of `rules`' rows comes twice: they join nothing that has
    several of one."""
    return dict(rows.order_by().values_list(of).annotate(number=Count("pk")))
