"""Pages of qms that are open to everybody."""

import sys

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.template import loader
from django.views import defaults, i18n

from qms import busy
from qms.errors import is_write_failure
from qms.models import MailSettings
from qms.work import health as parts


def health(request: HttpRequest) -> JsonResponse:
    """Whether web, database, index and background work respond; 503 if one does not. No secrets."""
    found = parts.states()
    well = "failed" not in found.values()
    return JsonResponse(
        {"status": "ok" if well else "failed", **found},
        status=200 if well else 503,
        headers={"Cache-Control": "no-store"},
    )


def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Where Wagtail redirects users without access: anonymous users sign in; signed-in users are
    refused, since the sign-in page would redirect them back here for ever."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect(f"{resolve_url('account_login')}?{request.GET.urlencode(safe='/')}")


def set_language(request: HttpRequest) -> HttpResponseBase:
    """Django's view, for the browser; for signed-in users the choice also becomes the language of
    mails."""
    language = request.POST.get("language", "")
    if (
        request.method == "POST"
        and request.user.is_authenticated
        and language in dict(settings.LANGUAGES)
    ):
        MailSettings.objects.update_or_create(person=request.user, defaults={"language": language})
    return i18n.set_language(request)


def not_here(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """A URL of a library that this product does not use."""
    raise Http404


def server_error(request: HttpRequest) -> HttpResponse:
    """The page after an uncaught error (logged), also outside views.

    A busy database, and a disk that is full or read-only, have pages of their own."""
    problem = sys.exc_info()[1]
    if busy.is_busy(problem):
        return busy.answer(request)
    if not is_write_failure(problem):
        return defaults.server_error(request)
    answer = HttpResponse(loader.get_template("503_no_writing.html").render(), status=503)
    answer["Retry-After"] = "300"
    return answer
