"""The name used in a sign-in attempt."""

from typing import Any

from django.http import HttpRequest

from qms.text.marks import composed


def name_tried(
    request: HttpRequest | None, credentials: dict[str, Any] | None = None
) -> str | None:
    """The name that an attempt is counted against, in lower case: sign-in ignores case too."""
    given = credentials or {}
    name = (
        given.get("username")
        or given.get("login")
        or (request.POST.get("login") if request is not None else None)
    )
    return composed(str(name)).strip().casefold()[:255] if name else None
