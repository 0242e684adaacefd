"""The page of an invitation to a line or meeting of a plan: the auditee accepts or asks for another time, the
lead moves it or keeps the time."""

import datetime
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from audits import lifecycle
from audits import rules as audit_rules
from audits.audit_plan import rules
from audits.forms import DayField, LongText
from audits.models import Invitation, Meeting, PlanRow
from audits.views.common import allow, audit_or_404, did
from qms.access import current_user
from qms.clock import now

State = Invitation.State


class AnotherTimeForm(forms.Form):
    reason = LongText(
        label=gettext_lazy("Lý do và giờ mong muốn"),
        rows=3,
        max_length=2000,
        error_messages={"required": gettext_lazy("Hãy ghi lý do và giờ mong muốn.")},
    )


class KeepForm(forms.Form):
    answer = LongText(
        label=gettext_lazy("Lý do giữ nguyên giờ"),
        rows=2,
        max_length=2000,
        error_messages={"required": gettext_lazy("Hãy ghi lý do giữ nguyên giờ.")},
    )


class MoveForm(forms.Form):
    """Another time for the line or meeting."""

    day = DayField(label=gettext_lazy("Ngày"))
    starts = forms.TimeField(
        label=gettext_lazy("Từ giờ"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    ends = forms.TimeField(
        label=gettext_lazy("Đến giờ"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    place = forms.CharField(label=gettext_lazy("Địa điểm"), max_length=200, required=False)

    def __init__(self, *args: Any, now_at: PlanRow | Meeting | Invitation, **kwargs: Any) -> None:
        starts, ends = (timezone.localtime(one) for one in (now_at.starts_at, now_at.ends_at))
        kwargs["initial"] = {
            "day": starts.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            "place": now_at.place,
        }
        super().__init__(*args, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of the step."""
        data = self.cleaned_data

        def at(time: datetime.time) -> datetime.datetime:
            return timezone.make_aware(datetime.datetime.combine(data["day"], time))

        return {
            "starts_at": at(data["starts"]),
            "ends_at": at(data["ends"]),
            "place": data["place"],
        }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    user = current_user(request)
    one = get_object_or_404(rules.invitations_of(user), pk=pk)
    coming = one.state != State.CANCELLED and one.starts_at > now()
    going_on = coming and one.audit.state in lifecycle.GOING_ON
    answers = going_on and one.person_id == user.pk and one.is_auditees
    plans = going_on and audit_rules.may_plan(user, one.audit)
    act = request.POST.get("act", "")
    posted = request.POST if request.method == "POST" else None
    found: dict[str, forms.Form] = {}
    if answers:
        found["another"] = AnotherTimeForm(posted if act == "another" else None)
    if plans and (one.row or one.meeting):
        found["move"] = MoveForm(posted if act == "move" else None, now_at=one)
    if plans and one.state == State.ANOTHER_TIME:
        found["keep"] = KeepForm(posted if act == "keep" else None)
    if request.method == "POST":
        allow(act in found or (act == "accept" and answers))
        if _do(request, one, act, found.get(act)):
            return redirect(one)
    context = {
        "invitation": one,
        "agency": one.audit.agency,
        "accepts": answers and one.state != State.ACCEPTED,
        "sees_audit": audit_rules.audits_of(user).filter(pk=one.audit_id).exists(),
        "forms": found,
    }
    return render(request, "audits/invitation.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move_row(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Moves a line of a signed plan, from the page of the audit."""
    one = audit_or_404(request, pk)
    may_plan = audit_rules.may_plan(current_user(request), one)
    allow(may_plan and one.state in lifecycle.GOING_ON)
    found = get_object_or_404(one.rows.select_related("unit"), pk=row)
    form = MoveForm(request.POST if request.method == "POST" else None, now_at=found)
    if request.method == "POST" and _moved(request, found, form):
        return redirect(one)
    heading = _("Đổi giờ: %(unit)s") % {"unit": found.unit}
    context = {"form": form, "agency": one.agency, "audit": one, "heading": heading}
    return render(request, "audits/form.html", {**context, "back": one.get_absolute_url()})


def _moved(request: HttpRequest, at: PlanRow | Meeting, form: MoveForm) -> bool:
    if not form.is_valid():
        return False
    by, facts = current_user(request), form.facts
    said = _("Đã đổi giờ; người được mời nhận lịch mới.")

    def step() -> None:
        if isinstance(at, Meeting):
            lifecycle.move_meeting(at, by=by, **facts)
        else:
            lifecycle.move_row(at, by=by, **facts)

    return did(request, step, said, form)


def _do(request: HttpRequest, one: Invitation, act: str, form: forms.Form | None) -> bool:
    by = current_user(request)
    if form is None:
        said = _("Đã nhận lời.")
        return did(request, lambda: lifecycle.accept_invitation(one, by=by), said)
    if isinstance(form, MoveForm):
        at = one.row or one.meeting
        assert at is not None  # without one of them there is no such form
        return _moved(request, at, form)
    if not form.is_valid():
        return False
    given = form.cleaned_data
    if act == "keep":
        said = _("Đã trả lời: giữ nguyên giờ.")
        return did(
            request, lambda: lifecycle.keep_time(one, answer=given["answer"], by=by), said, form
        )
    said = _("Đã gửi đề nghị đổi giờ cho đoàn đánh giá.")
    return did(
        request, lambda: lifecycle.ask_another_time(one, reason=given["reason"], by=by), said, form
    )
