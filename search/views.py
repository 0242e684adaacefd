"""The search page and the suggestions while typing."""

import html
import re
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from qms import access
from qms.clock import today
from search import api
from search.entries import Hit

SIZE = 10
LAST_PAGE = 100
LONGEST = 300  # letters of a question that are read
FACETS = ("kind", "agency")
SHOWN_VALUES = 12  # values of a facet shown as chips


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What a person may see and what answers their words, in force today; with `cu=1` earlier versions too."""
    text = words(request.GET.get("q", ""))
    old = request.GET.get("cu") == "1"
    page = page_number(request.GET.get("page", ""))
    chosen = {name: tuple(dict.fromkeys(v[:80] for v in request.GET.getlist(name) if v))[:20] for name in FACETS}
    context: dict[str, Any] = {"q": text, "old": old, "chosen": chosen, "today": today()}
    if text:
        results = api.find(
            text,
            tokens=access.tokens_for(request.user),
            day=None if old else today(),
            filters={name: values for name, values in chosen.items() if values},
            facets=FACETS,
            page=page,
            size=SIZE,
            agency=own_agency(request),
        )
        context |= {"results": results, "groups": grouped(results.hits), "page": Pages(page, results.total), "facets": chips(results, chosen)}
    return render(request, "search/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """{"suggestions": [{"text", "pieces": [[text, whether it is marked]], "note", "url"}], "said"} for the search box."""
    text = words(request.GET.get("q", ""))
    found = api.suggest(text, tokens=access.tokens_for(request.user), day=today(), agency=own_agency(request)) if len(text) > 1 else ()
    answer = [
        {"text": one.text, "pieces": pieces(one.html or html.escape(one.text)), "note": " · ".join(x for x in (one.code, one.agency_name) if x), "url": one.url}
        for one in found
    ]
    said = ngettext("%(count)s gợi ý", "%(count)s gợi ý", len(answer)) % {"count": len(answer)}
    response = JsonResponse({"suggestions": answer, "said": said})
    response["Cache-Control"] = "private, max-age=30"
    return response


def own_agency(request: HttpRequest) -> int | None:
    """The asker's first agency, whose abbreviations count."""
    agencies = access.home_agencies(request.user)
    return agencies[0].pk if agencies else None


def grouped(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    """The hits of a page by what they are, the group of the best one first."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault("place" if hit.group in {"agency", "unit"} else hit.group, []).append(hit)
    labels = {"document": _("Tài liệu"), "draft": _("Bản dự thảo"), "place": _("Cơ quan, đơn vị")}
    return [{"name": name, "label": labels.get(name, ""), "hits": rows} for name, rows in found.items()]


def words(text: str) -> str:
    """What was typed, on one line, without signs that mean nothing, and no longer than can be read."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[: LONGEST * 2]).split())[:LONGEST]


def page_number(text: str) -> int:
    """The number of the page asked for; 1 for what is none."""
    return min(max(int(text), 1), LAST_PAGE) if re.fullmatch(r"[0-9]{1,4}", text) else 1


def pieces(marked: str) -> list[tuple[str, bool]]:
    """Escaped HTML with <mark> as plain pieces, so that the browser never reads it as HTML."""
    found: list[tuple[str, bool]] = []
    inside = False
    for part in re.split(r"(</?mark>)", marked):
        if part in {"<mark>", "</mark>"}:
            inside = part == "<mark>"
        elif part:
            found.append((html.unescape(re.sub(r"<[^>]*>", "", part)), inside))
    return found


class Pages:
    """What the page navigation asks of a list of results."""

    def __init__(self, number: int, total: int) -> None:
        self.number = number
        self.total = total
        self.num_pages = min(-(-total // SIZE), LAST_PAGE)
        self.first = (number - 1) * SIZE + 1

    @property
    def paginator(self) -> "Pages":
        return self

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.num_pages

    @property
    def previous_page_number(self) -> int:
        return min(self.number - 1, max(self.num_pages, 1))

    @property
    def next_page_number(self) -> int:
        return self.number + 1


def chips(results: Any, chosen: dict[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    """The facets worth showing: those with a choice, or with something chosen."""
    labels = {"kind": _("Loại tài liệu"), "agency": _("Cơ quan")}
    shown = []
    for name in FACETS:
        counts = results.facets.get(name, ())
        if len(counts) > 1 or chosen[name]:
            missing = [{"value": v, "label": v, "count": 0} for v in chosen[name] if v not in {c.value for c in counts}]
            values = [{"value": c.value, "label": c.label or c.value, "count": c.count, "on": c.value in chosen[name]} for c in counts]
            kept = [v for n, v in enumerate(values) if n < SHOWN_VALUES or v["on"]]
            shown.append({"name": name, "label": labels[name], "values": kept + [{**m, "on": True} for m in missing]})
    return shown
