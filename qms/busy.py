"""Handles a busy database: users whose request timed out on a lock get a page saying so, and keep
their input.

SQLite has one writer at a time; on PostgreSQL somebody may hold the same row. Either gives up after
a while (settings)."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of the field
RETRY_AFTER = 10  # seconds
SQLITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
POSTGRESQL = {"55P03", "40P01", "40001"}  # lock timeout, deadlock, serialization failure


def is_busy(problem: BaseException | None) -> bool:
    """Whether the error is a lock timeout, deadlock or conflict of the database."""
    return any(
        getattr(one, "sqlite_errorcode", 0) & 0xFF in SQLITE
        or getattr(one, "sqlstate", "") in POSTGRESQL
        for one in _chain(problem)
    )


def _chain(problem: BaseException | None) -> Iterator[BaseException]:
    if isinstance(problem, OperationalError):
        yield problem
        if problem.__cause__ is not None:
            yield problem.__cause__


def answer(request: HttpRequest) -> HttpResponse:
    """The page that reports it, with the form to be sent again unchanged; for scripts the same as
    JSON. Runs no queries."""
    said = _(
        "Hệ thống đang bận ghi dữ liệu khác nên chưa làm được việc này. Hãy thử lại sau ít giây."
    )
    if "application/json" in request.headers.get("Accept", ""):
        response: HttpResponse = JsonResponse(
            {"success": False, "error": said, "error_code": "busy", "error_message": said},
            status=503,
        )
    else:
        typed = [
            (name, value, _is_secret(name))
            for name, values in request.POST.lists()
            if name != TOKEN
            for value in values
        ]
        context = {
            "said": said,
            "post": request.method == "POST",
            "address": request.get_full_path(),
            "typed": typed,
            "csrf_token": request.POST.get(TOKEN) or get_token(request),  # the same form as before
            "files": list(request.FILES),
        }
        response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    add_never_cache_headers(response)
    return response


def _is_secret(name: str) -> bool:
    """Passwords are typed again rather than sent back inside a page; codes of the second factor
    have expired by then."""
    return "password" in name


@contextmanager
def without_waiting() -> Iterator[None]:
    """Gives up quickly when SQLite's write lock is taken."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 50")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before}")
