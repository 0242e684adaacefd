"""The search page and the suggestions while typing."""

import html
import re
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from qms import access
from qms.clock import today
from qms.text.codes import code_key
from search import api, registry
from search.entries import Results
from search.page import narrowing, query_log, withdrawn_match
from search.page.params import LAST_PAGE, SIZE, SearchParams, words
from search.saved import rules as saved_rules

ENDED = "replaced"  # the state of what is no longer in force, unless an app knows better


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search results that the user may see, with their filters: in force today, on a day, or at
    any time."""
    asked = SearchParams.read(request.GET)
    context: dict[str, Any] = {"asked": asked, "q": asked.words, "today": today()}
    if not asked.has_criteria:
        return render(request, "search/search.html", context)
    try:
        return _answer(request, asked, context)
    except DatabaseError:
        raise
    except Exception:
        api.log_failure(asked.words)
        return _failed(request, context)


def _failed(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page that asks to try again, with the question as typed."""
    return render(request, "search/failed.html", context | {"notice": api.failure()}, status=503)


def _answer(request: HttpRequest, asked: SearchParams, context: dict[str, Any]) -> HttpResponse:
    tokens, agency = access.tokens_for(request.user), own_agency(request)
    results = asked.find(tokens, agency=agency, facets=narrowing.facets_to_count(asked))
    if results.failed:
        return _failed(request, context)
    filters = narrowing.filters(asked, results, tokens)
    ended = withdrawn_match.namesake(asked, results, tokens)
    context |= {
        "results": results,
        "groups": grouped(results, asked.words),
        "page": Pages(asked, results.total),
        "tabs": narrowing.tabs(asked, results),
        "filters": filters,
        "chips": narrowing.chips(asked, filters),
        "sorts": narrowing.sorts(asked),
        "instead": asked.changed(words=results.did_you_mean).link if results.did_you_mean else "",
        "ended": ended,
        "ended_as": registry.ends_of([ended.key]).get(ended.key, ENDED) if ended else "",
        "saved": saved_rules.same_question(request.user, asked),
    }
    response = render(request, "search/search.html", context)
    query_log.log_question(request, response, asked, results, agency=agency)
    return response


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """{"suggestions": [{"text", "pieces": [[text, whether it is marked]], "note", "url"}], "said"}
    for the search box."""
    text = words(request.GET.get("q", ""))
    found = (
        api.suggest(
            text, tokens=access.tokens_for(request.user), day=today(), agency=own_agency(request)
        )
        if len(text) > 1
        else ()
    )
    answer = [
        {
            "text": one.text,
            "pieces": pieces(one.html or html.escape(one.text)),
            "note": " · ".join(x for x in (one.code, one.agency_name) if x and x != one.text),
            "url": one.url,
        }
        for one in found
    ]
    said = ngettext("%(count)s gợi ý", "%(count)s gợi ý", len(answer)) % {"count": len(answer)}
    response = JsonResponse({"suggestions": answer, "said": said})
    response["Cache-Control"] = "private, max-age=30"
    return response


def own_agency(request: HttpRequest) -> int | None:
    """ID of the user's first agency, whose abbreviations apply; None without one."""
    agencies = access.home_agencies(request.user)
    return agencies[0].pk if agencies else None


def grouped(results: Results, asked: str = "") -> list[dict[str, Any]]:
    """The hits of a page by group, the group of the best one first; but drafts come after what is in
    force, unless a draft alone has the code that was `asked`."""
    kinds = registry.labels_of("kind", list({hit.kind for hit in results.hits}))
    ends = registry.ends_of([hit.key for hit in results.hits if hit.ended])
    found: dict[registry.Group, list[dict[str, Any]]] = {}
    for hit in results.hits:
        found.setdefault(registry.group_of(hit.group), []).append(
            {
                "hit": hit,
                "kind": "" if kinds[hit.kind] == hit.kind else kinds[hit.kind],
                "ended_as": ends.get(hit.key, ENDED),
            }
        )
    order = list(found)
    if not _names_a_draft(results, asked):
        last = max((n for n, group in enumerate(order) if group.in_force), default=-1)
        drafts = [group for group in order[: last + 1] if group.drafts]
        order = [*(g for g in order[: last + 1] if not g.drafts), *drafts, *order[last + 1 :]]
    return [
        {
            "name": group.name,
            "label": group.label,
            "in_force": group.in_force,
            "rows": found[group],
        }
        for group in order
    ]


def _names_a_draft(results: Results, asked: str) -> bool:
    """Whether the question is a code that only drafts among the hits have."""
    key = code_key(asked)
    groups = [registry.group_of(hit.group) for hit in results.hits if code_key(hit.code) == key]
    return bool(key) and bool(groups) and all(group.drafts for group in groups)


def pieces(marked: str) -> list[tuple[str, bool]]:
    """[(plain text, is marked)] of escaped HTML with <mark>, so that the browser never parses
    it as HTML."""
    found: list[tuple[str, bool]] = []
    inside = False
    for part in re.split(r"(</?mark>)", marked):
        if part in {"<mark>", "</mark>"}:
            inside = part == "<mark>"
        elif part:
            found.append((html.unescape(re.sub(r"<[^<>]*>", "", part)), inside))
    return found


class Pages:
    """Results as the page object that the navigation expects."""

    def __init__(self, asked: SearchParams, total: int) -> None:
        self.number = asked.page
        self.num_pages = min(-(-total // SIZE), LAST_PAGE)

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
