"""Auditing on site: the page that works offline, and the JSON exchanged with devices.

Former team members may submit what they wrote even after their part has ended; everything else is
limited to current members."""

import json
import uuid
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from csp.constants import SELF
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import lifecycle, package, rules, unfinished
from audits.lifecycle.entries import read_time
from audits.models import Audit, HalfFile, Result
from audits.views.common import allow, audit_or_404, hands_in
from audits.views.on_site_texts import texts
from qms.access import current_user
from qms.errors import Refused
from qms.middleware import IdleSessions
from qms.proof import uploads
from qms.text.numbers import whole_number
from qms.work.bodies import takes_text

LARGEST_BODY = 4 * 1024 * 1024
View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Devices get a message and 401 instead of a redirect to the sign-in page."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        said = _("Phiên làm việc đã hết. Hãy đăng nhập lại; những gì đã ghi vẫn ở trên máy.")
        return JsonResponse({"error": said}, status=401)

    return wrapper


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Served from here since a worker controls only URLs below its own."""
    found = finders.find("onsite/worker.js")
    if not isinstance(found, str):
        raise Http404
    script = Path(found).read_text(encoding="utf-8")
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone puts on its home screen: the list of audits on the device, which opens without a
    network, while the site's first page does not."""
    facts = {
        "name": _("Đánh giá ISO 9001"),
        "short_name": _("Đánh giá ISO"),
        "start_url": reverse("audit_device"),
        "id": reverse("audit_device"),
        "scope": "/",  # signing in is outside of /danh-gia/
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b4f5c",
        "icons": [
            {"src": static(f"onsite/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
            for size in (192, 512)
        ],
    }  # fmt: skip
    answer = JsonResponse(facts, json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = "application/manifest+json"
    return answer


@login_required
@require_safe
def device(request: HttpRequest) -> HttpResponse:
    """The data stored on this device, listed by its own scripts; also shown offline instead of a
    page that needs the network."""
    answer = render(request, "audits/device.html", {"texts": texts()})
    return _with_policy(answer, {"manifest-src": [SELF]})


@login_required
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist for a phone. The page itself contains no audit data, since the device caches
    it."""
    audit = audit_or_404(request, pk)
    allow(rules.may_answer(current_user(request), audit))
    context = {
        "number": audit.pk,
        "texts": texts(),
        "results": Result.choices,
        "largest": uploads.LARGEST,
    }
    answer = render(request, "audits/on_site.html", context)
    # photos that exist only on the device are displayed from there; on this page, and nowhere else
    return _with_policy(answer, {"img-src": ["blob:"], "manifest-src": [SELF]})


def _with_policy(answer: HttpResponse, more: dict[str, list[str]]) -> HttpResponse:
    answer._csp_update = more  # type: ignore[attr-defined]  # as csp_update does
    return answer


def _of_team(request: HttpRequest, pk: int) -> Audit:
    audit = audit_or_404(request, pk)
    allow(rules.may_answer(current_user(request), audit))
    return audit


def _handed_in_to(request: HttpRequest, pk: int) -> Audit:
    audit = get_object_or_404(Audit.objects.select_related("agency"), pk=pk)
    allow(rules.may_hand_in(current_user(request), audit))
    return audit


@signed_in
@require_safe
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """All data of the audit that the device stores, and all answers."""
    audit = _of_team(request, pk)
    facts = {**package.package(audit), "usual": lifecycle.GRADES, "news": package.news(audit, 0)}
    return _said(request, audit, facts)


@signed_in
@require_safe
def news(request: HttpRequest, pk: int) -> HttpResponse:
    """The others' new answers since."""
    audit = _of_team(request, pk)
    since = whole_number(request.GET.get("since"), default=0) or 0
    return _said(request, audit, package.news(audit, since))


def _said(request: HttpRequest, audit: Audit, facts: dict[str, Any]) -> HttpResponse:
    user = current_user(request)
    own = {
        "lead": rules.may_settle(user, audit),
        "person": user.pk,
        "token": get_token(request),
        "session": _session(request),
        "unfinished": unfinished.for_device(audit),
        "aside": package.set_aside(audit, user),
    }
    return JsonResponse({**facts, **own})


def _session(request: HttpRequest) -> dict[str, Any]:
    """Until when the session lasts without a further request (milliseconds since 1970), and whether
    it ends with the browser too."""
    seen = request.session.get(IdleSessions.SEEN)
    until = int((seen + settings.SESSION_COOKIE_AGE) * 1000) if seen else None
    return {"until": until, "closes": request.session.get_expire_at_browser_close()}


@takes_text(LARGEST_BODY, hands_in)
@signed_in
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Processes entries in order and returns the outcome of each. GET returns a token for sending,
    after signing in again."""
    audit = _handed_in_to(request, pk)
    if request.method == "GET":
        return JsonResponse({"token": get_token(request), "person": current_user(request).pk})
    sent = _read(request)
    if sent is None:
        return _refused(_("Máy gửi nội dung không đọc được."))
    if sent.get("person") != current_user(request).pk:
        return _of_another()
    try:
        outcomes = lifecycle.take_entries(
            audit, sent["entries"], by=current_user(request), clock=read_time(sent.get("clock"))
        )
    except Refused as refusal:
        return _refused(str(refusal))
    off = lifecycle.clock_off(read_time(sent.get("clock")))
    wrong = off is not None and abs(off) > lifecycle.ORDINARY_CLOCK
    return JsonResponse(
        {
            "outcomes": [{"id": o.id, "outcome": o.outcome, "why": o.why} for o in outcomes],
            "aside": package.set_aside(audit, current_user(request)),
            "clock": _("Đồng hồ của máy sai. Giờ ghi được tính lại theo máy chủ.") if wrong else "",
        }
    )


def _read(request: HttpRequest) -> dict[str, Any] | None:
    try:
        sent = json.loads(_body(request) or b"")
    except (ValueError, RecursionError):
        return None
    if not isinstance(sent, dict) or not isinstance(sent.get("entries"), list):
        return None
    return sent


@signed_in
@require_http_methods(["GET", "POST"])
def piece(request: HttpRequest, pk: int, entry: uuid.UUID) -> HttpResponse:
    """GET: the number of bytes received of a file. POST: the next piece, as the body; its
    parameters are in the URL."""
    audit, user = _handed_in_to(request, pk), current_user(request)
    if request.method == "GET":
        half = HalfFile.objects.filter(pk=entry, audit=audit, by=user).first()
        return JsonResponse({"arrived": half.arrived if half else 0})
    numbers = {name: whole_number(request.GET.get(name)) for name in ("item", "size", "start")}
    data = _body(request)
    if data is None or None in numbers.values():
        return _refused(_("Máy gửi nội dung không đọc được."))
    if request.GET.get("person") != str(user.pk):
        return _of_another()
    try:
        arrived = lifecycle.take_piece(
            audit,
            entry,
            item=numbers["item"] or 0,
            size=numbers["size"] or 0,
            start=numbers["start"] or 0,
            name=request.GET.get("name", ""),
            data=data,
            by=user,
        )
    except Refused as refusal:
        return _refused(str(refusal))
    whole = arrived.kept is not None or arrived.aside
    return JsonResponse({"arrived": arrived.arrived, "whole": whole, "aside": arrived.aside})


def _body(request: HttpRequest) -> bytes | None:
    """The body as sent; None if it was a multipart form, which is parsed before any view."""
    try:
        return request.body
    except RawPostDataException:
        return None


def _of_another() -> JsonResponse:
    """Rejects entries written by another person than the signed-in user."""
    said = _("Những gì đã ghi là của người khác. Hãy đăng nhập bằng tài khoản của người đã ghi.")
    return JsonResponse({"error": said}, status=409)


def _refused(said: str) -> JsonResponse:
    return JsonResponse({"error": said}, status=400)
