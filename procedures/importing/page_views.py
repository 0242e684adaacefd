"""Page images of an imported file's original, for the officer's review."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from procedures.derived import pages as drawn_pages
from procedures.derived.pages import Drawn
from procedures.importing.pages import for_officers, mine_or_404
from procedures.models import ImportItem

ANCHOR = "#trang-goc"


def can_be_drawn(item: ImportItem) -> bool:
    """Whether pages of this file can be rendered here at all."""
    return (
        item.file_id is not None
        and item.role == ImportItem.Role.DOCUMENT
        and (drawn_pages.of(item.file_id).state == "ready" or drawn_pages.able())
    )


def shown(item: ImportItem) -> dict[str, Any] | None:
    """{"state", "said", "pages": [{"address", "alt"}], "address"} for the review page; None if its
    pages can't be rendered."""
    if not can_be_drawn(item):
        return None
    drawn = drawn_pages.of(str(item.file_id))
    count = drawn.count if drawn.state == "ready" else 0
    return {
        "state": drawn.state,
        "said": _said(drawn),
        "pages": [
            {
                "address": reverse("imports:page", args=[item.pk, number]),
                "alt": _("Trang %(number)s của %(count)s") % {"number": number, "count": count},
            }
            for number in range(1, count + 1)
        ],
        "address": reverse("imports:pages", args=[item.pk]),
    }


def _said(drawn: Drawn) -> str:
    if drawn.state == "waiting":
        return _("Đang vẽ các trang; hình hiện ra tại đây khi xong.")
    if drawn.state == "failed":
        return _(
            "Không vẽ được các trang của tệp này. Hãy xem bố cục chữ, hoặc tải tệp gốc về xem."
        )
    if drawn.more:
        return ngettext(
            "Chỉ vẽ %(count)s trang đầu; tải tệp gốc để xem hết.",
            "Chỉ vẽ %(count)s trang đầu; tải tệp gốc để xem hết.",
            drawn.count,
        ) % {"count": drawn.count}
    return ""


@for_officers
@require_http_methods(["GET", "HEAD", "POST"])
def pages(request: HttpRequest, pk: int) -> HttpResponse:
    """State of the page images; a POST has them rendered. Scripts get JSON, others are redirected
    to the review page."""
    found = mine_or_404(request, pk)
    if not can_be_drawn(found):
        raise Http404
    if request.method == "POST":
        drawn_pages.ask(str(found.file_id), again="again" in request.POST)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(shown(found))
    return redirect(reverse("imports:item", args=[found.pk]) + ANCHOR)


@for_officers
@require_safe
def page(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """The image of one page."""
    found = mine_or_404(request, pk)
    path = drawn_pages.page(found.file_id, int(number)) if found.file_id else None
    if path is None:
        raise Http404
    try:
        response = FileResponse(path.open("rb"), content_type="image/webp")
    except OSError as gone:  # deleted since
        raise Http404 from gone
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, max_age=86_400)
    return response
