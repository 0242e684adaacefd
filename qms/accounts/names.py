"""The name that a sign-in was tried with."""

from typing import Any

from django.http import HttpRequest

from qms.text.marks import composed


def name_tried(
    request: HttpRequest | None, credentials: dict[str, Any] | None = None
) -> str | None:
    """The account that a sign-in is counted against, whatever its case: sign-in does not mind the case either."""
    given = credentials or {}
    name = (
        given.get("username")
        or given.get("login")
        or (request.POST.get("login") if request is not None else None)
    )
    return composed(str(name)).strip().casefold()[:255] if name else None
