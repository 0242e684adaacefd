"""Our rules for allauth: no self-registration, and lockout of password guessers by account and
IP address."""

import ipaddress
from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from axes.utils import reset as forgive
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms import access
from qms.accounts import addresses, guessing, known_devices
from qms.accounts.names import key_of, name_tried
from qms.models import Agency, User
from qms.text.marks import composed


class Adapter(DefaultAccountAdapter):
    """Allauth's behaviour with our messages, mails and rules."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Tài khoản này đã ngừng hoạt động."),
        "enter_current_password": _("Mật khẩu hiện tại chưa đúng."),
        "incorrect_password": _("Mật khẩu chưa đúng."),
        "invalid_password_reset": _("Liên kết đặt lại mật khẩu không còn dùng được."),
        "too_many_login_attempts": _("Bạn đã nhập sai nhiều lần. Hãy thử lại sau 5 phút."),
        "username_password_mismatch": _("Tên đăng nhập hoặc mật khẩu chưa đúng."),
        "rate_limited": _("Bạn thử quá nhanh. Hãy đợi một phút rồi thử lại."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Allauth's failure counter applies only to codes of the second factor; django-axes counts
        passwords."""

    def set_password(self, user: User, password: str) -> None:
        """A password changed or reset by its owner: clears earlier failures. A change by whoever is
        signed in replaces the password of a one-time link (`qms.lifecycle.gains`); a reset by mail
        doesn't, since an administrator may have proposed the address."""
        signed_in = getattr(self.request, "user", None)
        if signed_in is not None and signed_in.pk == user.pk:
            user.password_link_by = None
        super().set_password(user, password)
        forgive(username=key_of(user.username))

    def send_password_reset_mail(self, user: User, email: str, context: dict) -> None:
        """Mails the account's current address, if confirmed; strangers can't tell
        the difference."""
        if email.casefold() == user.reachable_at.casefold():
            super().send_password_reset_mail(user, email, context)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Uses the installation's URL, whatever host the request named."""
        path = reverse(
            "account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"}
        ).replace("UID-KEY", quote(key))
        return f"{settings.BASE_URL}{path}"

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request) or "127.0.0.1"

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        known_devices.remember(request, response, user.username)
        addresses.ask_at_sign_in(user)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if access.is_system_admin(request.user) and not Agency.objects.exists():
            return reverse("manage")
        return super().get_login_redirect_url(request)

    def render_mail(
        self, template_prefix: str, email: str, context: dict, headers: dict | None = None
    ) -> EmailMessage:
        message = super().render_mail(template_prefix, email, context, headers)
        message.person = context.get("user")
        return message

    def format_email_subject(self, subject: str) -> str:
        return subject


def client_ip(request: HttpRequest) -> str | None:
    """The client's IP address: behind our own TLS proxy the last one in the forwarding header,
    since the client may have sent the others.

    `qms.middleware.ForwardedHeaders` has removed headers from peers other than the proxy."""
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        named = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
        try:
            return str(ipaddress.ip_address(named))
        except ValueError:
            pass
    return request.META.get("REMOTE_ADDR")


def locked_out(
    request: HttpRequest, credentials: dict, *args: object, **kwargs: object
) -> HttpResponse:
    """The page after too many failures; called by django-axes."""
    account = name_tried(request)
    everywhere = (
        account is not None
        and not known_devices.device_of(request, account)
        and guessing.is_locked_everywhere(account)
    )
    return render(
        request,
        "account/locked_out.html",
        {
            "minutes": round(settings.AXES_COOLOFF_TIME * 60),
            "everywhere": round(guessing.PERIOD.total_seconds() / 60) if everywhere else 0,
        },
        status=429,
    )


def clean_username(value: str) -> str:
    """A new user name as stored: lower-case letters, digits, dot, hyphen, underscore.
    Raises ValidationError."""
    name = composed(value).strip().lower()
    if not (
        3 <= len(name) <= 60
        and name.isascii()
        and name[0].isalnum()
        and all(c.isalnum() or c in "._-" for c in name)
    ):
        raise ValidationError(
            _(
                "Tên đăng nhập gồm 3 đến 60 chữ không dấu, chữ số, dấu chấm, gạch ngang hoặc gạch dưới, bắt đầu bằng chữ hoặc số."
            )
        )
    return name
