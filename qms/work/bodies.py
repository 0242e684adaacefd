"""Limits the size of request bodies. The limits are applied to the headers, before a large body is
received."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

MB = 2**20
ADMISSION = "qms.admission"  # in the environ if the web server asks before receiving the body
ANONYMOUS_BODY = MB  # signing in, searching
FORM = MB  # allowance for the other fields of a form with files
WITHOUT_FILES = 2 * MB  # for a view without a limit of its own
View = TypeVar("View", bound=Callable[..., Any])


class BodyLimit(NamedTuple):
    """The limit of a view."""

    most: int  # bytes of the whole body
    may: Callable[..., bool] | None  # called with the user and the URL arguments


def takes_text(most: int, may: Callable[..., bool]) -> Callable[[View], View]:
    """Marks a view without files that accepts up to ``most`` bytes, more than the default only from
    users whom ``may`` allows."""

    def mark(view: View) -> View:
        view.takes_text = BodyLimit(most, may)  # type: ignore[attr-defined]
        return view

    return mark


def takes_files(most: int, may: Callable[..., bool] | None = None) -> Callable[[View], View]:
    """Marks a view that accepts up to ``most`` bytes of files from users whom ``may`` allows;
    others get 404 before they send any."""

    def mark(view: View) -> View:
        view.takes_files = BodyLimit(most + FORM, may)  # type: ignore[attr-defined]
        return view

    return mark


def refusal(
    request: HttpRequest, view: Callable[..., Any], given: dict[str, Any]
) -> HttpResponse | None:
    """The answer to a body that is too large, or larger than an anonymous user may send; None if it
    is accepted.

    Raises Http404 for a large body from a user who may not use the view."""
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = 0
    if size <= ANONYMOUS_BODY:
        return None
    limit: BodyLimit | None = getattr(view, "takes_files", None) or getattr(
        view, "takes_text", None
    )
    most = limit.most if limit else WITHOUT_FILES
    if not request.user.is_authenticated:
        return too_large(request, size, ANONYMOUS_BODY)
    if limit and limit.may and not limit.may(request.user, **given):
        raise Http404
    return too_large(request, size, most) if size > most else None


def too_large(request: HttpRequest, size: int, most: int) -> HttpResponse:
    """413 with the limit; for scripts the same as JSON. Does not read the body."""
    said = _(
        "Dữ liệu gửi lên quá lớn: %(size)s MB, trong khi ở đây mỗi lần gửi tối đa %(most)s MB."
    )
    said %= {"size": -(-size // MB), "most": most // MB}
    stranger = not request.user.is_authenticated
    if "application/json" in (request.content_type, *request.headers.get("Accept", "").split(",")):
        response: HttpResponse = JsonResponse({"error": said}, status=413)
    else:
        context = {"said": said, "stranger": stranger}
        response = HttpResponse(render_to_string("413.html", context), status=413)
    add_never_cache_headers(response)
    return response
