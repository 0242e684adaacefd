"""The opening and the closing meeting of an audit's plan: added, changed, moved, removed."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits import lifecycle, plan_papers, rules
from audits.models import Audit, Meeting
from audits.views.common import allow, audit_or_404, did
from audits.views.invitations import MoveForm
from qms.access import current_user
from qms.errors import Refused


def missing(audit: Audit) -> list[tuple[str, str]]:
    """(kind, name) of the meetings that the plan doesn't have. Only an audit on site lacks them
    (`needed`); one by papers may still hold them."""
    held = {one.kind for one in audit.meetings.all()}
    return [(kind, str(name)) for kind, name in Meeting.Kind.choices if kind not in held]


def needed(audit: Audit) -> bool:
    return audit.way == Audit.Way.ON_SITE


def without_place(audit: Audit) -> list[Meeting]:
    return [one for one in audit.meetings.all() if not one.place]


@login_required
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds what is missing, at the proposed times."""
    one, by = audit_or_404(request, pk), current_user(request)
    allow(rules.may_plan(by, one))
    said = _("Đã thêm họp. Hãy xem lại giờ và ghi địa điểm.")
    did(request, lambda: lifecycle.add_meetings(one, by=by), said)
    return redirect(one)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A meeting of the plan: added or changed in a draft, moved in a signed plan."""
    one, by = audit_or_404(request, pk), current_user(request)
    allow(kind in Meeting.Kind.values)
    signed = one.state in lifecycle.GOING_ON
    allow(rules.may_plan(by, one) and (signed or one.state == Audit.State.PLANNING))
    found = one.meetings.filter(kind=kind).first()
    allow(found is not None or not signed)
    given = request.POST if request.method == "POST" else None
    form = MoveForm(given, now_at=found or _new(one, kind))
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = form.facts

        def step() -> None:
            if signed and found is not None:
                lifecycle.move_meeting(found, by=by, **facts)
            else:
                lifecycle.save_meeting(one, kind=kind, meeting=found, by=by, **facts)

        said = _("Đã đổi giờ; người được mời nhận lịch mới.") if signed else _("Đã lưu cuộc họp.")
        if did(request, step, said, form):
            return redirect(one)
    context = {
        "form": form,
        "agency": one.agency,
        "audit": one,
        "heading": Meeting.Kind(kind).label,
        "meeting": found if not signed else None,
        "everybody": plan_papers.everybody(),
        "back": one.get_absolute_url(),
    }
    return render(request, "audits/meeting.html", context)


def _new(audit: Audit, kind: str) -> Meeting:
    try:
        return lifecycle.proposed_meeting(audit, kind)
    except Refused as problem:  # no line yet: nothing that it could be before or after
        raise Http404 from problem


@login_required
@require_POST
def remove(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    one, by = audit_or_404(request, pk), current_user(request)
    allow(rules.may_plan(by, one))
    found = get_object_or_404(one.meetings, kind=kind)
    did(request, lambda: lifecycle.remove_meeting(found, by=by), _("Đã bỏ cuộc họp."))
    return redirect(one)
