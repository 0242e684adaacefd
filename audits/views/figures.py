"""An overview of an agency's audits, and the overseer's page of all agencies."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from audits import figures, oversight, rules
from audits.programme import coverage
from audits.views.common import agency_or_404, allow, page_of
from qms import access, frame
from qms.access import current_user
from qms.clock import today
from qms.models import Agency
from qms.text import sheets

HEADS = (
    _("Cơ quan"), _("Chương trình của năm"), _("Cuộc đánh giá đã kết luận"), _("Phát hiện"),
    _("Sự không phù hợp chưa đóng (hiện nay)"), _("Hành động quá hạn (hiện nay)"), _("Hành động khắc phục chưa hiệu lực"),
)  # fmt: skip
WIDTHS = (50, 22, 26, 12, 38, 30, 22)
MOST = 500  # per page
# 40 units by 60 clauses make thousands of cells: each kind is rendered once
CELL = '<td class="cover cover-{}"><span aria-hidden="true">{}</span><span class="hidden">{}</span></td>'


@login_required
@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """Charts of what the user may see of the agency."""
    body, user = agency_or_404(request, pk), current_user(request)
    context = {"agency": body, "tabs": frame.agency_tabs(user, body)}
    context["sees_names"] = rules.may_see_names(user, body)
    context["sees_coverage"] = rules.may_see_coverage(user, body)
    return render(
        request, "audits/overview.html", {**context, "charts": figures.of_agency(user, body)}
    )


@login_required
@require_safe
def covered(request: HttpRequest, pk: int) -> HttpResponse:
    """Units by clauses, over one or three years."""
    body, user = agency_or_404(request, pk), current_user(request)
    allow(rules.may_see_coverage(user, body))
    now = today().year
    offered = [now + 1, now, now - 1, now - 2]
    year = next((one for one in offered if str(one) == request.GET.get("year")), now)
    span = 3 if request.GET.get("span") == "3" else 1
    found = coverage.of_agency(user, body, range(year - span + 1, year + 1))
    programme = rules.programmes_of(user).filter(agency=body, year=year).first()
    marks = {coverage.Cell.GAP: "–", coverage.Cell.PLANNED: "○", coverage.Cell.DONE: "✓", coverage.Cell.FOUND: "!"}  # fmt: skip
    shown = {cell: format_html(CELL, cell.value, mark, cell.label) for cell, mark in marks.items()}
    context = {
        "agency": body,
        "tabs": frame.agency_tabs(user, body),
        "sees_names": rules.may_see_names(user, body),
        "year": year,
        "span": span,
        "offered": offered,
        "marks": marks.items(),
        "clauses": found.clauses,
        "rows": [
            (unit, mark_safe("".join(shown[cell] for cell in cells)))  # noqa: S308 - each is escaped
            for unit, cells in found.rows
        ],
        "units_without": found.units_without,
        "clauses_without": found.clauses_without,
        "reasons": [
            text for text in (programme.left_out, programme.clauses_left_out) if text.strip()
        ]
        if programme is not None and programme.is_approved
        else [],
    }
    return render(request, "audits/coverage.html", context)


@login_required
@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """All agencies with the same figures, filtered and sorted by each, also as a file. For
    overseers."""
    user = current_user(request)
    allow(access.is_overseer(user))
    asked = oversight.asked(request.GET)
    lines = oversight.lines(user, asked)
    if request.GET.get("export") in sheets.KINDS:
        of_year = _("Cơ quan (số liệu năm %(year)d)") % {"year": asked.year}
        return sheets.file_response(
            request.GET["export"],
            f"cac-co-quan-{asked.year}",
            (of_year, *HEADS[1:]),
            map(_cells, lines),
            WIDTHS,
        )
    context = {
        "page": page_of(request, lines, MOST),
        "columns": _columns(asked.sort),
        "labels": dict(zip(figures.SORTS, HEADS, strict=True)),
        "total": oversight.total(lines),
        "asked": asked,
        "orders": oversight.ORDERS,
        "years": oversight.years(),
        "kinds": Agency.Kind.choices,
        "needs": [(name, label) for name, (label, _kept) in oversight.CONDITIONS.items()],
        "charts": oversight.drawn(user, lines, asked.year),
        "exports": sheets.KINDS,
    }
    return render(request, "audits/agencies.html", context)


def _columns(now: str) -> list[dict[str, Any]]:
    """The heads, each with the order that a click on it asks for."""
    return [
        {
            "label": label,
            "sort": f"-{name}" if now == name else name,
            "now": {name: "ascending", f"-{name}": "descending"}.get(now, ""),
        }
        for name, label in zip(figures.SORTS, HEADS, strict=True)
    ]


def _cells(line: figures.Line) -> list[Any]:
    return [
        line.agency.name, str(_("Đã phê duyệt") if line.programme else _("Chưa có")), line.audits, line.findings,
        line.open_cases, line.overdue, line.ineffective,
    ]  # fmt: skip
