"""Tells the scripts that store parts of audits in the browser who is using it.

What a device stores belongs to one person. Offline, no server can tell who is using it, so a cookie
readable by scripts names the person who signed in last; signing out clears it. It grants no access
on the server."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

COOKIE = "device_person"
YEAR = 365 * 86_400


class DevicePerson:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        known = request.COOKIES.get(COOKIE, "")
        if request.user.is_authenticated:
            self._say(response, known, str(request.user.pk))
        elif request.method == "POST" and request.path == reverse("account_logout"):
            self._say(response, known, "")
        return response

    def _say(self, response: HttpResponse, known: str, person: str) -> None:
        if known == person:
            return
        if not person:
            response.delete_cookie(COOKIE, samesite="Lax")
            return
        response.set_cookie(
            COOKIE, person, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )
