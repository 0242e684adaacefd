"""Devices from which an account has signed in, known by a signed cookie, so that a stranger's
guesses don't lock the owner out."""

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from qms.accounts.names import key_of

COOKIE = "known_device"
SALT = "qms.accounts.known_devices"
LASTS = 180 * 86_400  # seconds without signing in there
MOST_ACCOUNTS = 10  # a machine at a counter is shared


def device_of(request: HttpRequest, account: str | None) -> str:
    """The device's ID if the account has signed in from it; else empty."""
    kept = _read(request)
    return kept["device"] if account and _mark(account) in kept["accounts"] else ""


def remember(request: HttpRequest, response: HttpResponseBase, account: str) -> None:
    """Sets the cookie saying that the account has signed in from this browser."""
    kept = _read(request)
    others = [mark for mark in kept["accounts"] if mark != _mark(account)]
    value = {
        "device": kept["device"] or secrets.token_hex(16),
        "accounts": [*others, _mark(account)][-MOST_ACCOUNTS:],
    }
    response.set_cookie(
        COOKIE,
        signing.dumps(value, salt=SALT),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        return dict(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS))
    except signing.BadSignature:
        return {"device": "", "accounts": []}


def _mark(account: str) -> str:
    """A mark of the account that hides its name: others use the machine too."""
    return salted_hmac(SALT, key_of(account)).hexdigest()[:16]
