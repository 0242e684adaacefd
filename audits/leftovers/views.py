"""Pages of corrections and audits that closed agencies left open: the lists, and one of them."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from audits.correction_forms import units_of
from audits.forms import LongText
from audits.leftovers import lifecycle, rules
from audits.lifecycle.common import holds_a_post
from audits.models import Audit, Nonconformity
from audits.rules import lead_of
from audits.views.common import allow, did_once, page_of
from qms.access import current_user
from qms.choices import offer
from qms.models import Agency, Unit
from qms.work import once


class TakeOverForm(forms.Form):
    unit = forms.ModelChoiceField(
        Unit.objects.none(), empty_label="–", label=gettext_lazy("Đơn vị của cơ quan kế thừa")
    )
    reason = LongText(label=gettext_lazy("Lý do"), rows=2, max_length=lifecycle.LONGEST)

    def __init__(self, *args: Any, heir: Agency, **kwargs: Any) -> None:
        kwargs["auto_id"] = "giao-%s"
        super().__init__(*args, **kwargs)
        offer(self, "unit", units_of(heir))


class EndForm(forms.Form):
    reason = LongText(label=gettext_lazy("Lý do"), rows=2, max_length=lifecycle.LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "ket-thuc-%s"
        super().__init__(*args, **kwargs)


@login_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    allow(rules.may_list(user))
    rows = rules.leftovers_of(user).order_by("agency__name", "-year", "-number")
    return render(request, "audits/leftovers.html", {"page": page_of(request, rows)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@once.per_form
def leftover(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, with the forms to hand it to the successor or to end it."""
    user = current_user(request)
    one = get_object_or_404(rules.leftovers_of(user), pk=pk)
    settles, heir = rules.may_settle(user, one), rules.heir_of(one.agency)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    found: dict[str, forms.Form] = {}
    if settles:
        found["end"] = EndForm(request.POST if act == "end" else None)
        if heir is not None:
            found["take_over"] = TakeOverForm(
                request.POST if act == "take_over" else None, heir=heir
            )
    if request.method == "POST":
        allow(act in found)
        if found[act].is_valid() and _done(request, one, act, found[act]):
            return redirect("audit_leftovers")
    context = {"case": one, "agency": one.agency, "heir": heir, "forms": found}
    return render(request, "audits/leftover.html", context)


def _done(request: HttpRequest, one: Nonconformity, act: str, form: forms.Form) -> bool:
    by, facts = current_user(request), form.cleaned_data
    step = lifecycle.take_over if act == "take_over" else lifecycle.end
    said = _("Đã giao cho cơ quan kế thừa.") if act == "take_over" else _("Đã kết thúc kèm lý do.")
    return did_once(
        request, lambda: step(one, by=by, **facts), said, form, leads_to=one.get_absolute_url
    )


@login_required
@require_safe
def audits(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    allow(rules.may_list(user))
    rows = rules.audits_left_to(user).order_by("agency__name", "-starts_on", "-pk")
    return render(request, "audits/audits_left_open.html", {"page": page_of(request, rows)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@once.per_form
def audit(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the audits, with the form to end it."""
    user = current_user(request)
    one = get_object_or_404(rules.audits_left_to(user), pk=pk)
    form = EndForm(request.POST or None) if rules.may_end_audit(user, one) else None
    if request.method == "POST":
        allow(form is not None)
        if form is not None and form.is_valid() and _ended(request, one, form):
            return redirect("audits_left_open")
    context = {
        "audit": one,
        "agency": one.agency,
        "form": form,
        "concluded": one.state == Audit.State.CONCLUDED,
        "lead_works": _lead_works(one),
    }
    return render(request, "audits/audit_left_open.html", context)


def _ended(request: HttpRequest, one: Audit, form: forms.Form) -> bool:
    by, facts = current_user(request), form.cleaned_data
    return did_once(
        request,
        lambda: lifecycle.end_audit(one, by=by, **facts),
        _("Đã kết thúc kèm lý do."),
        form,
        leads_to=one.get_absolute_url,
    )


def _lead_works(audit: Audit) -> bool:
    """Whether the lead still holds a post somewhere, so that they may conclude the audit."""
    lead = lead_of(audit)
    return lead is not None and holds_a_post(lead.person)
