"""Our middleware."""

import ipaddress
import re
import time
from collections.abc import Callable
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from qms import busy, groups, views
from qms.work import bodies

Next = Callable[[HttpRequest], HttpResponse]


class Health:
    """Answers /health before anything asks for a host name, a session or HTTPS: monitoring uses the
    IP address."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return views.health(request) if request.path == "/health" else self.get_response(request)


class ForwardedHeaders:
    """Removes forwarding headers unless the peer is the proxy given in the settings."""

    NAMES = (
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_X_FORWARDED_HOST",
        "HTTP_X_FORWARDED_PORT",
        "HTTP_X_REAL_IP",
        "HTTP_FORWARDED",
    )

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_proxy(request.META.get("REMOTE_ADDR", "")):
            for name in self.NAMES:
                request.META.pop(name, None)
        return self.get_response(request)


def is_proxy(peer: str) -> bool:
    """Whether the peer's forwarding headers are trusted."""
    if "*" in settings.FORWARDED_ALLOW_IPS:
        return True
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(entry) for entry in settings.FORWARDED_ALLOW_IPS)


class IdleSessions:
    """Ends idle sessions; the time of the last request is saved only now and then."""

    SEEN = "seen_at"
    WRITTEN_EVERY = 300  # seconds

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            idle = time.time() - request.session.get(self.SEEN, 0)
            if self.SEEN in request.session and idle > settings.SESSION_COOKIE_AGE:
                logout(request)
            elif idle > self.WRITTEN_EVERY:
                self._note(request)
        return self.get_response(request)

    def _note(self, request: HttpRequest) -> None:
        """Saves the time of this request. Skipped if the database is busy, so that reading is
        never delayed."""
        before = request.session.get(self.SEEN, 0)
        self.begin(request)
        try:
            with busy.without_waiting():
                request.session.save()
        except (UpdateError, DatabaseError):
            request.session[self.SEEN] = before
            request.session.modified = False

    @classmethod
    def begin(cls, request: HttpRequest, **_: object) -> None:
        """Also called when somebody signs in."""
        request.session[cls.SEEN] = int(time.time())


class NoStore:
    """Keeps pages for signed-in users out of all caches, including the browser's: the machine
    may be shared."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class ChosenLanguage:
    """Vietnamese, unless the person chose otherwise in a page's footer. The browser's language is
    ignored: many officials' machines are set to English."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]  # as Django's own middleware does
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class RequestBodyLimits:
    """Refuses bodies that are too large or that the person may not send, before anything reads
    them (qms/work/bodies.py)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., object],
        args: object,
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        answer = bodies.refusal(request, view, kwargs)
        if answer is None and request.META.get(bodies.ADMISSION):
            return HttpResponse(status=204)
        return answer


class RefuseInvalidAddresses:
    """Answers requests that would cause database errors: a NUL in a path, a query string or a
    cookie (PostgreSQL accepts none), and a path with a number too large for an ID."""

    NUMBER = re.compile(r"/\d{19,63}(?:/|$)")  # a digest has 64

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            "\x00" in request.path
            or "%00" in request.META.get("QUERY_STRING", "")
            or "\x00" in request.META.get("QUERY_STRING", "")
            or any("\x00" in value for value in request.COOKIES.values())
        ):
            return HttpResponse(
                _("Địa chỉ chứa ký tự không hợp lệ. Hãy xóa ký tự đó rồi thử lại."),
                status=400,
                content_type="text/plain; charset=utf-8",
            )
        if self.NUMBER.search(request.path):
            return HttpResponse(
                _("Không tìm thấy trang này."), status=404, content_type="text/plain; charset=utf-8"
            )
        return self.get_response(request)


class RefuseNul:
    """Refuses a NUL in anything that is posted: nobody types one, PostgreSQL stores none, and not
    every text goes through a form.

    Runs after `RequestBodyLimits` and after the CSRF check, which has read the body."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        if not any(
            "\x00" in text for name, texts in request.POST.lists() for text in (name, *texts)
        ):
            return None
        return HttpResponse(
            _("Nội dung gửi lên chứa ký tự không hợp lệ. Hãy quay lại, xóa ký tự đó rồi gửi lại."),
            status=400,
            content_type="text/plain; charset=utf-8",
        )


class SyncGroups:
    """Syncs the user's derived groups with today's appointments before the view runs."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not request.path.startswith(settings.STATIC_URL):
            groups.sync(request.user)
        return self.get_response(request)


class Busy:
    """Turns a view's lock timeout into a page that says so, instead of an error."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        return busy.answer(request) if busy.is_busy(problem) else None


class RedirectToPageAbove:
    """Redirects a GET of a URL that only accepts POST to the nearest page above it, which has the
    form: for users who reload a refused form, or return to it by signing in. That page checks who
    may see it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.method in {"GET", "HEAD"}:
            return redirect(page_above(request.path))
        return response


def page_above(path: str) -> str:
    """The nearest path above this one that has a page: /duyet/5/y-kien/7/ -> /duyet/5/."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            found = resolve(path)
        except Resolver404:
            continue
        if found.url_name:  # Wagtail answers the rest of /admin/ by a nameless 404
            break
    return path


class ContentSecurityPolicy(CSPMiddleware):
    """The policy of the settings, relaxed below /admin/: Wagtail needs inline scripts and
    styles."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if request.path.startswith("/admin/"):
            inline = [UNSAFE_INLINE]
            response._csp_update = {"script-src": inline, "style-src": inline, "frame-src": [SELF]}  # type: ignore[attr-defined]  # as csp_update does
        return super().process_response(request, response)
