"""*Tiếp nhận bản giấy*: its state in each agency; officers ask to close it, system administrators
reopen it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from procedures import rules
from procedures.approval import closing
from procedures.editor.forms import DayField
from procedures.lifecycle import taking_in
from procedures.models import TakingIn
from procedures.officer.common import AuthenticatedRequest, show
from qms import access
from qms.access import Person
from qms.approvals import queries
from qms.errors import Refused
from qms.models import Agency, AgencyQuerySet
from qms.roles import Role
from qms.text.numbers import page_of
from qms.work import once

PER_PAGE = 50
View = Callable[..., HttpResponseBase]


def opens(user: Person) -> bool:
    """Whether the user has anything to do here."""
    return bool(access.agencies_with(user, Role.OFFICER)) or rules.may_reopen_taking_in(user)


def _agencies(user: Person) -> AgencyQuerySet:
    """All agencies for users who may reopen, their own for officers."""
    every = Agency.objects.all()
    if rules.may_reopen_taking_in(user):
        return every
    return every.filter(pk__in=access.agencies_with(user, Role.OFFICER))


def guarded(view: View) -> View:
    """404 for users who have nothing to do here."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not opens(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return inner


class ReopenForm(forms.Form):
    """Until which date, and why."""

    until = DayField(label=gettext_lazy("Đến hết ngày"))
    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Hãy ghi lý do.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].error_messages["required"] = _("Hãy ghi ngày.")


@guarded
@require_safe
def overview(request: AuthenticatedRequest) -> HttpResponse:
    """Each agency with its state and progress; three queries regardless of their number."""
    agencies: QuerySet[Agency] = _agencies(request.user).order_by("name", "pk")
    page: Any = page_of(agencies, request.GET.get("page"), PER_PAGE)
    shown = list(page.object_list)
    keys = [one.pk for one in shown]
    states = taking_in.of_many(keys)
    asked = queries.open_subjects(closing.subject(pk) for pk in keys)
    acts: dict[int, list[TakingIn]] = {pk: [] for pk in keys}
    for act in TakingIn.objects.filter(agency__in=keys).order_by("-pk"):
        acts[act.agency_id].append(act)
    rows = [
        {
            "agency": one,
            "state": states[one.pk],
            "acts": acts[one.pk],
            "asked": closing.subject(one.pk) in asked,
            "may_close": rules.may_import(request.user, one) and _may_be_closed(states[one.pk]),
            "may_reopen": rules.may_reopen_taking_in(request.user) and not states[one.pk].is_open,
        }
        for one in shown
    ]
    context = {"rows": rows, "page": page}
    return show(request, "taking_in.html", _("Tiếp nhận bản giấy"), context, icon="lock-open")


def _may_be_closed(state: taking_in.Standing) -> bool:
    return state.last is None or state.last.act != TakingIn.Act.CLOSED


def _agency_or_404(request: AuthenticatedRequest, pk: int) -> Agency:
    return get_object_or_404(_agencies(request.user), pk=pk)


@guarded
@require_POST
@once.per_form
def close(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Asks the head of the agency to close it."""
    agency = _agency_or_404(request, pk)
    if not rules.may_import(request.user, agency):
        raise Http404
    try:
        with once.only(request) as sent:
            approval = closing.request(agency, by=request.user)
            sent.address = approval.get_absolute_url()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("procedures_admin:taking_in")
    messages.success(request, _("Đã trình yêu cầu; thực hiện khi đủ chữ ký."))
    return redirect(sent.address)


@guarded
@once.per_form
def reopen(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Reopens it for some days, with a reason."""
    agency = _agency_or_404(request, pk)
    if not rules.may_reopen_taking_in(request.user):
        raise Http404
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with once.only(request) as sent:
                sent.address = reverse("procedures_admin:taking_in")
                taking_in.reopen(agency, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Đã mở lại. Người phê duyệt của cơ quan và giám sát thành phố được báo.")
            )
            return redirect(sent.address)
    return show(
        request,
        "taking_in_reopen.html",
        _("Mở lại tiếp nhận bản giấy"),
        {"agency": agency, "form": form},
        crumbs=[(reverse("procedures_admin:taking_in"), _("Tiếp nhận bản giấy"))],
        icon="lock-open",
    )
