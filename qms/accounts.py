"""Our rules around allauth: nobody signs up by themselves, and who guesses is locked out by account and address together."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def locked_out(request: HttpRequest, credentials: dict, *args: object, **kwargs: object) -> HttpResponse:
    """The page after too many failures (django-axes calls it)."""
    return render(request, "account/locked_out.html", status=429)
