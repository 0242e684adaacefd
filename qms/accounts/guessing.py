"""Stops password guessing: failures are counted by account and IP address, and with a higher limit
by account alone.

On a device known to the account, only that device's failures count, so that no stranger can
lock it."""

import datetime
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from qms.accounts import known_devices
from qms.accounts.names import name_tried
from qms.models import FailedSignIn

FROM_EVERYWHERE = 20  # failures of one account within PERIOD, on unknown devices
PERIOD = datetime.timedelta(hours=1)


def failures(account: str, device: str, within: datetime.timedelta) -> int:
    """Number of failed sign-ins to the account: on that device, or, if empty, on all
    unknown ones."""
    since = timezone.now() - within
    return FailedSignIn.objects.filter(account=account, device=device, at__gt=since).count()


def cool_off() -> datetime.timedelta:
    return datetime.timedelta(hours=settings.AXES_COOLOFF_TIME)


def is_locked_everywhere(account: str) -> bool:
    """Whether sign-in to the account is locked on unknown devices."""
    return failures(account, "", PERIOD) >= FROM_EVERYWHERE


class Handler(AxesDatabaseHandler):
    """Adds our counts by account and device to those of django-axes by account and address."""

    def is_locked(self, request: HttpRequest, credentials: dict | None = None) -> bool:
        account = name_tried(request, credentials)
        if account is None:
            return bool(super().is_locked(request, credentials))
        if device := known_devices.device_of(request, account):
            return failures(account, device, cool_off()) >= settings.AXES_FAILURE_LIMIT
        return super().is_locked(request, credentials) or is_locked_everywhere(account)

    def user_login_failed(
        self, sender: Any, credentials: dict, request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        account = name_tried(request, credentials) if request is not None else None
        if request is None or account is None:
            super().user_login_failed(sender, credentials, request, **kwargs)
            return
        device = known_devices.device_of(request, account)
        if not request.axes_locked_out:  # type: ignore[attr-defined]  # which axes sets
            FailedSignIn.objects.create(account=account, device=device)
        if not device:
            super().user_login_failed(sender, credentials, request, **kwargs)
        if self.is_locked(request, credentials):
            request.axes_locked_out = True  # type: ignore[attr-defined]  # the middleware answers
            request.axes_credentials = credentials  # type: ignore[attr-defined]  # likewise

    def reset_attempts(self, *, username: str | None = None, **kwargs: Any) -> int:
        """Unlocks the account everywhere after a new password."""
        if username:
            FailedSignIn.objects.filter(account=username).delete()
        return int(super().reset_attempts(username=username, **kwargs))

    def reset_user_attempts(self, request: HttpRequest, credentials: dict | None = None) -> int:
        """Clears the failures of the signed-in address or device; a stranger's elsewhere
        still count."""
        account = name_tried(request, credentials)
        if account and (device := known_devices.device_of(request, account)):
            FailedSignIn.objects.filter(account=account, device=device).delete()
        return int(super().reset_user_attempts(request, credentials))
