"""An agency's audits at a glance, and the overseer's page over all agencies."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from audits import figures, rules
from audits.views.common import agency_or_404, allow, page_of
from qms import access, frame
from qms.access import current_user
from qms.text import sheets

HEADS = (
    _("Cơ quan"), _("Chương trình năm nay"), _("Cuộc đánh giá đã kết luận"), _("Phát hiện"),
    _("Sự không phù hợp chưa đóng"), _("Hành động quá hạn"), _("Vòng chưa hiệu lực"),
)  # fmt: skip
WIDTHS = (50, 22, 26, 12, 28, 20, 22)
MOST = 500  # on a page


@login_required
@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """Charts of what the person may see of the agency."""
    body, user = agency_or_404(request, pk), current_user(request)
    context = {"agency": body, "tabs": frame.agency_tabs(user, body)}
    context["sees_names"] = rules.may_see_names(user, body)
    return render(
        request, "audits/overview.html", {**context, "charts": figures.of_agency(user, body)}
    )


@login_required
@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """All agencies with the same marks, sorted by any of them, also as a file. For overseers."""
    user = current_user(request)
    allow(access.is_overseer(user))
    asked = request.GET.get("sort", "name")
    down, sort = asked.startswith("-"), asked.removeprefix("-")
    lines = figures.of_all(user, sort=sort, down=down)
    if request.GET.get("export") in sheets.KINDS:
        return sheets.answer(
            request.GET["export"], "cac-co-quan", HEADS, map(_cells, lines), WIDTHS
        )
    columns = [
        {
            "label": label,
            "sort": name if down or name != sort else f"-{name}",
            "now": ("descending" if down else "ascending") if name == sort else "",
        }
        for name, label in zip(figures.SORTS, HEADS, strict=True)
    ]
    context = {"page": page_of(request, lines, MOST), "columns": columns, "exports": sheets.KINDS}
    return render(request, "audits/agencies.html", context)


def _cells(line: figures.Line) -> list[Any]:
    return [
        line.agency.name, str(_("Đã phê duyệt") if line.programme else _("Chưa có")), line.audits, line.findings,
        line.open_cases, line.overdue, line.ineffective,
    ]  # fmt: skip
