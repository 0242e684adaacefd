"""The name used in a sign-in attempt."""

from typing import Any

from django.http import HttpRequest

from qms.text.marks import composed


def name_tried(
    request: HttpRequest | None, credentials: dict[str, Any] | None = None
) -> str | None:
    """The name that an attempt is counted against."""
    given = credentials or {}
    name = (
        given.get("username")
        or given.get("login")
        or (request.POST.get("login") if request is not None else None)
    )
    return key_of(str(name)) if name else None


def key_of(name: str) -> str:
    """The same for all spellings that sign in to one account. The database compares UPPER(name),
    which takes ı for I and ſ for S, so folding case alone would count them separately."""
    return composed(name).strip().upper().casefold()[:255]
