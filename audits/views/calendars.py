"""The page on which users create their calendar URL, and the calendar itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits.calendar import addresses, feed
from audits.views.common import allow
from qms import access
from qms.access import current_user


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Whether a URL exists; one button creates or renews it and shows it once, another
    revokes it."""
    user = current_user(request)
    allow(bool(access.appointments(user)))
    made = ""
    if request.method == "POST":
        made = addresses.renew(user)
    context = {"address": addresses.of(user), "made": made}
    answer = render(request, "audits/calendar.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    addresses.end(current_user(request))
    messages.success(request, _("Địa chỉ lịch không dùng được nữa."))
    return redirect("audit_calendar")


@require_safe
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar, for anybody with the URL. 404 for a revoked or unknown one."""
    person = addresses.person_of(token)
    if person is None:
        raise Http404
    with translation.override("vi"):
        answer = HttpResponse(feed.of_person(person), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
