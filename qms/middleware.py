"""What stands between a request and every view."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from qms import groups

Next = Callable[[HttpRequest], HttpResponse]


class RefuseNul:
    """A NUL in an address or query reaches no database: PostgreSQL would answer with an error. Forms refuse it by themselves."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.META.get("QUERY_STRING", ""):
            return HttpResponse(_("Địa chỉ chứa ký tự không hợp lệ. Hãy xóa ký tự đó rồi thử lại."), status=400, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class Appointments:
    """Derived groups that no longer fit today's appointments are mended before the request goes on."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not request.path.startswith(settings.STATIC_URL):
            groups.mend(request.user)
        return self.get_response(request)


class ContentSecurityPolicy:
    """Strict on our own pages; Wagtail's admin needs inline scripts and styles, so it is loosened there alone."""

    LOOSE = re.compile(r"^/admin/")

    def __init__(self, get_response: Next) -> None:
        from csp.middleware import CSPMiddleware

        self.inner = CSPMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.inner(request)
        if self.LOOSE.match(request.path) and "Content-Security-Policy" in response:
            policy = response["Content-Security-Policy"]
            policy = policy.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'").replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
            response["Content-Security-Policy"] = policy + "; frame-src 'self'"
        return response
