"""Screens of the ground that everybody may ask for."""

from django.http import HttpRequest, JsonResponse

from qms import health as parts


def health(request: HttpRequest) -> JsonResponse:
    """Whether web, database, index and background work answer; 503 where one does not. No secrets."""
    found = parts.answers()
    well = set(found.values()) == {"ok"}
    return JsonResponse({"status": "ok" if well else "failed", **found}, status=200 if well else 503, headers={"Cache-Control": "no-store"})
