"""Pages for officers to extend the list of causes, name grades and set what a minor nonconformity
may skip, and for the city to set its days."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits import reminders, rules
from audits.correction_forms import CityDaysForm, CorrectionRuleForm, GradesForm, NewCauseForm
from audits.lifecycle import keeping_rules
from audits.models import Cause, CorrectionRule
from audits.views.common import agency_or_404, allow, did
from qms import access
from qms.access import current_user


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agency_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """The agency's causes and rule. The field `do` tells which of the three forms was submitted."""
    agency, user = agency_or_404(request, pk), current_user(request)
    allow(rules.may_keep_rules(user, agency))
    rule = CorrectionRule.objects.filter(agency=agency).first() or CorrectionRule(agency=agency)
    what = request.POST.get("do", "") if request.method == "POST" else ""
    rule_form = CorrectionRuleForm(request.POST if what == "rule" else None, instance=rule)
    cause_form = NewCauseForm(request.POST if what == "cause" else None)
    grades_form = GradesForm(
        request.POST if what == "grades" else None, initial=GradesForm.initial_of(agency.pk)
    )
    here = reverse("audit_rules", args=[agency.pk])
    if what == "grades" and grades_form.is_valid():
        named = grades_form.facts()
        if did(
            request,
            lambda: keeping_rules.name_grades(agency, by=user, **named),
            _("Đã lưu mức của phát hiện."),
            grades_form,
        ):
            return redirect(here)
    if what == "rule" and rule_form.is_valid():
        facts = rule_form.cleaned_data
        if did(
            request,
            lambda: keeping_rules.set_rule(agency, by=user, **facts),
            _("Đã lưu quy tắc."),
            rule_form,
        ):
            return redirect(here)
    if what == "cause" and cause_form.is_valid():
        added = cause_form.cleaned_data
        if did(
            request,
            lambda: keeping_rules.add_cause(agency, by=user, **added),
            _("Đã thêm nguyên nhân."),
            cause_form,
        ):
            return redirect(here)
    groups: dict[Cause | None, list[Cause]] = {}
    for cause in Cause.objects.offered_to(agency).select_related("parent"):
        groups.setdefault(cause.parent, []).append(cause)
    context = {"agency": agency, "rule_form": rule_form, "cause_form": cause_form}
    context["grades_form"] = grades_form
    return render(request, "audits/rules.html", {**context, "groups": list(groups.items())})


@login_required
@require_POST
def end_cause(request: HttpRequest, pk: int, cause: int) -> HttpResponse:
    agency, user = agency_or_404(request, pk), current_user(request)
    allow(rules.may_keep_rules(user, agency))
    found = get_object_or_404(Cause, pk=cause, agency=agency)
    did(request, lambda: keeping_rules.end_cause(found, by=user), _("Đã ngừng dùng nguyên nhân."))
    return redirect("audit_rules", pk=agency.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def city_days(request: HttpRequest) -> HttpResponse:
    """When the city's overseers are notified of delays: maintained by a system administrator."""
    user = current_user(request)
    allow(access.is_system_admin(user))
    now = ", ".join(str(days) for days in reminders.city_days())
    form = CityDaysForm(request.POST or None, initial={"days": now})
    if (
        request.method == "POST"
        and form.is_valid()
        and did(
            request,
            lambda: keeping_rules.set_city_days(form.cleaned_data["days"], by=user),
            _("Đã lưu quy tắc."),
            form,
        )
    ):
        return redirect("audit_city_days")
    return render(request, "audits/city_days.html", {"form": form})
