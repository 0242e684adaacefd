"""Logs questions and opened results without the user (`search.tables.reports`).

A question is logged once, when somebody types it: not for each filter, page or reload, and
not for programs. A cookie remembers for half an hour which question was asked last and
where its results link to. Results are plain links to documents; a request for such a URL
from the search page counts as opening that result, which needs no script, no redirect and
no extra request (`search.page.middleware`)."""

import hashlib
import logging
import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from qms.accounts.adapter import client_ip
from qms.busy import without_waiting
from qms.clock import today
from search.entries import Results
from search.models import QueryLog
from search.page.params import SIZE, SearchParams
from search.tables import reports

log = logging.getLogger("search")
COOKIE, REMEMBERED = "asked", 1800  # seconds
MOST_A_DAY = 200  # questions per user, or per IP address of anonymous users
MOST_KEPT = 200_000  # questions in total
_PROGRAM = re.compile(
    r"bot\b|crawl|spider|slurp|preview|monitor|archiv|validator|facebookexternalhit", re.IGNORECASE
)


@dataclass(frozen=True)
class Remembered:
    """The content of the cookie: the question, its log ID, and where the results of the last page
    link to."""

    question: str  # digest
    number: int
    before: int = 0  # results on earlier pages
    results: tuple[str, ...] = ()  # digests of their URLs; emptied once one was opened
    opened: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> "Remembered | None":
        try:
            question, number, before, results, opened = signing.loads(
                request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=REMEMBERED
            )
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls(question, number, before, tuple(results), opened)

    def keep(self, response: HttpResponseBase) -> None:
        value = signing.dumps(
            [self.question, self.number, self.before, self.results, self.opened], salt=COOKIE
        )
        response.set_cookie(
            COOKIE,
            value,
            max_age=REMEMBERED,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def log_question(
    request: HttpRequest,
    response: HttpResponse,
    question: SearchParams,
    results: Results,
    *,
    agency: int | None,
) -> None:
    """Logs a question if somebody has just typed it, and stores it and the shown results in
    the cookie."""
    if not question.words or results.notice or not _is_a_person(request):
        return
    known = Remembered.of(request)
    if known is None or known.question != _digest(reports.folded(question.words)):
        number = _write(request, question, results, agency) if _is_new(request, question) else None
        if number is None:
            return
        known = Remembered(_digest(reports.folded(question.words)), number)
    if not known.opened:
        links = tuple(_digest(hit.url.partition("#")[0]) for hit in results.hits)
        replace(known, before=(question.page - 1) * SIZE, results=links).keep(response)


def _write(
    request: HttpRequest, question: SearchParams, results: Results, agency: int | None
) -> int | None:
    try:
        with without_waiting():
            return reports.log_query(
                question.words, 0 if results.corrected else results.total, agency=agency
            )
    except (
        DatabaseError
    ) as problem:  # logging a question is not worth a delay, far less an error page
        log.info("a question was not logged: %s", problem)
        return None


def followed_result(request: HttpRequest) -> tuple[Remembered, int] | None:
    """(remembered question, rank of the result) if the request follows a result from the search
    page; else None."""
    if (
        COOKIE not in request.COOKIES
        or _came_from(request) != reverse("search")
        or not _is_a_person(request)
    ):
        return None
    known = Remembered.of(request)
    here = _digest(request.get_full_path())
    return (
        (known, known.before + known.results.index(here) + 1)
        if known and not known.opened and here in known.results
        else None
    )


def log_opened(known: Remembered, place: int, response: HttpResponseBase) -> None:
    """Logs that the result with that rank was opened."""
    try:
        with without_waiting():
            reports.log_opened(known.number, place)
    except DatabaseError as problem:
        log.info("an opened result was not logged: %s", problem)
    else:
        replace(known, results=(), opened=True).keep(response)


def _is_new(request: HttpRequest, question: SearchParams) -> bool:
    """Whether a user has just typed it, rather than tried it from the screens on which officers
    tune the search."""
    return (
        question.is_plain
        and not _came_from(request).startswith(reverse("wagtailadmin_home"))
        and _within_bounds(request)
    )


def _came_from(request: HttpRequest) -> str:
    """The path of the referrer, if it is a page of this site; else empty."""
    try:
        came = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    return came.path if came.netloc == request.get_host() else ""


def _is_a_person(request: HttpRequest) -> bool:
    """Whether a browser is showing the page to a person: no HEAD request, program or prefetch."""
    agent = request.headers.get("User-Agent", "")
    ahead = " ".join(
        request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    ).lower()
    return (
        request.method == "GET"
        and agent.startswith("Mozilla/")
        and not _PROGRAM.search(agent)
        and not re.search("prefetch|prerender|preview", ahead)
    )


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _within_bounds(request: HttpRequest) -> bool:
    """Whether this user or IP address is still below today's limit of logged questions."""
    who = (
        f"person:{request.user.pk}"
        if request.user.is_authenticated
        else f"address:{client_ip(request)}"
    )
    key = "asked:" + hashlib.blake2b(f"{who} {today()}".encode(), digest_size=12).hexdigest()
    cache = caches["memory"]  # counted per process: a bound on rows, not a security measure
    asked_today = cache.get(key, 0) + 1
    cache.set(key, asked_today, 24 * 3600)
    if asked_today > MOST_A_DAY:
        return False
    kept = cache.get_or_set("asked:kept", lambda: QueryLog.objects.count(), 600)
    return kept is not None and kept < MOST_KEPT
