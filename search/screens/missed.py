"""Report of failed questions for officers, with actions that help."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from qms.models import Agency
from qms.screens.base import require
from qms.text import sheets
from qms.text.numbers import page_of, whole_number
from qms.text.ordering import Alphabetical
from search.models import BestBet
from search.screens.synonyms import cut
from search.tables import reports, rules

PERIODS = {
    7: gettext_lazy("7 ngày qua"),
    30: gettext_lazy("30 ngày qua"),
    90: gettext_lazy("90 ngày qua"),
}
PER_PAGE = 50
MOST_EXPORTED = 10_000  # rows per file, most frequent first
NOBODY = "0"  # in the URL: users without an agency


class ReportParams:
    """Parses the report's query string; unknown values are ignored."""

    def __init__(self, request: HttpRequest) -> None:
        get = request.GET
        mine = rules.missed_agencies(request.user)
        self.agencies = list(
            (Agency.objects.all() if mine is None else Agency.objects.filter(pk__in=mine)).order_by(
                Alphabetical("name")
            )
        )
        self.everybody = mine is None
        days = whole_number(get.get("days", ""))
        self.days = days if days in PERIODS else reports.KEPT.days
        self.kind = get.get("kind", "") if get.get("kind") in reports.Failure.values else ""
        wanted = get.get("agency", "")
        self.agency = next((a for a in self.agencies if str(a.pk) == wanted), None)
        self.nobody = self.everybody and wanted == NOBODY

    @property
    def scope(self) -> list[int | None] | None:
        if self.agency is not None:
            return [self.agency.pk]
        if self.nobody:
            return [None]
        return None if self.everybody else [a.pk for a in self.agencies]

    def address(self, **changes: Any) -> str:
        """The URL of the report with these changes, without default values."""
        agency = NOBODY if self.nobody else self.agency.pk if self.agency else ""
        now = {
            "kind": self.kind,
            "days": self.days if self.days != reports.KEPT.days else "",
            "agency": agency,
            **changes,
        }
        return "?" + urlencode({key: value for key, value in now.items() if value != ""})

    @property
    def narrowed(self) -> bool:
        return bool(self.kind or self.agency or self.nobody or self.days != reports.KEPT.days)


@require_safe
def missed(request: HttpRequest) -> HttpResponse:
    """Recent questions that found nothing, or nothing that anybody opened. A constant
    number of queries."""
    require(rules.may_see_missed(request.user))
    asked = ReportParams(request)
    found = reports.missed(agencies=asked.scope, days=asked.days, kind=asked.kind)
    if request.GET.get("export") in sheets.KINDS:
        return export(request.GET["export"], reports.with_texts(found[:MOST_EXPORTED]))
    page = page_of(found, request.GET.get("p"), PER_PAGE)
    rows = reports.with_texts(page.object_list)
    helped = set(
        BestBet.objects.filter(
            rules.seen_rows(request.user), words__in=[r["words"] for r in rows]
        ).values_list("words", flat=True)
    )
    whose = (
        asked.agency.pk
        if asked.agency and rules.may_edit_tables(request.user, asked.agency)
        else None
    )
    for row in rows:
        row |= {"helped": row["words"] in helped, **actions(row["text"], whose)}
    context = {
        "breadcrumbs_items": [{"url": "", "label": _("Tìm mà không thấy")}], "page_title": _("Tìm mà không thấy"), "header_title": _("Tìm mà không thấy"),
        "header_icon": "no-view", "asked": asked, "rows": rows, "page": page, "periods": PERIODS.items(), "nobody": NOBODY,
        "chips": [
            {"label": label, "address": asked.address(kind=kind) or request.path, "on": kind == asked.kind}
            for kind, label in [("", _("Tất cả")), *reports.Failure.choices]
        ],
        "address": asked.address() + ("&" if asked.narrowed else ""),
        "exports": [(kind, asked.address(export=kind)) for kind in sheets.KINDS],
    }  # fmt: skip
    return render(request, "search/admin/missed.html", context)


def actions(text: str, agency: int | None) -> dict[str, str]:
    """{action: URL} for a question: trying it, and the prefilled forms of both tables."""
    whose: dict[str, Any] = {"agency": agency} if agency else {}
    return {
        "try_url": f"{reverse('search')}?{urlencode({'q': text})}",
        "synonym_url": f"{reverse('synonyms:add')}?{urlencode({'short': cut(text, 60), **whose})}",
        "bet_url": f"{reverse('best_bets:add')}?{urlencode({'text': text, **whose})}",
    }


def export(kind: str, rows: list[dict[str, Any]]) -> HttpResponse:
    heads = [
        _("Câu hỏi"),
        _("Số lần hỏi"),
        _("Không có kết quả"),
        _("Không mở kết quả nào"),
        _("Số kết quả trung bình"),
        _("Hỏi lần cuối"),
    ]
    lines = (
        [
            r["text"],
            r["asked"],
            r["none"],
            r["vain"] - r["none"],
            round(r["mean"], 1),
            f"{timezone.localtime(r['last']):%d/%m/%Y %H:%M}",
        ]
        for r in rows
    )
    return sheets.file_response(
        kind, "tim-ma-khong-thay", heads, lines, widths=(60, 12, 16, 20, 20, 20)
    )


def urls() -> list[URLPattern]:
    return [path("tim-kiem/khong-thay/", missed, name="search_missed")]
