"""While tests run, a view of ours without a declared upload limit may not read any files, not even
through a helper."""

import sys
from typing import Any

from django.core.handlers.wsgi import WSGIRequest

OURS = frozenset({"audits", "procedures", "qms", "search"})
EVERY_FORM = frozenset({"qms.work.once", "qms.busy"})  # they read everything that a form contains


def guard_files() -> None:
    """Wraps `request.FILES`."""
    plain = WSGIRequest.FILES.fget

    def files(request: WSGIRequest) -> Any:
        found = plain(request)
        reader = sys._getframe(1).f_globals.get("__name__", "")
        match = getattr(request, "resolver_match", None)
        if match is None or hasattr(match.func, "takes_files") or reader in EVERY_FORM:
            return found
        if found or reader.partition(".")[0] in OURS:
            raise AssertionError(
                f"{match.func} reads files without takes_files (qms/work/bodies.py)"
            )
        return found

    WSGIRequest.FILES = property(files)
