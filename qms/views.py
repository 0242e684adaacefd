"""Screens of the ground that everybody may ask for."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from qms import health as parts


def health(request: HttpRequest) -> JsonResponse:
    """Whether web, database, index and background work answer; 503 where one does not. No secrets."""
    found = parts.answers()
    well = set(found.values()) == {"ok"}
    return JsonResponse({"status": "ok" if well else "failed", **found}, status=200 if well else 503, headers={"Cache-Control": "no-store"})


def not_here(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """An address of a library that this product does not use."""
    raise Http404
