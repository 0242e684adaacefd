"""The pages of approval rules: officers keep their agency's, system administrators the
city's default."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms import access
from qms.access import current_user
from qms.approvals import lifecycle, queries, steps, subjects
from qms.approvals.rule_forms import StepForms, initial_of
from qms.errors import Refused
from qms.models import Agency, ApprovalRule
from qms.roles import Role
from qms.work import once

CITY = "thanh-pho"


@dataclass(frozen=True)
class Place:
    """The owner of the rules shown: an agency, or the city."""

    agency: Agency | None
    others: list[tuple[str, str]]  # (URL, name) of all that the person may edit

    @property
    def key(self) -> str:
        return str(self.agency.pk) if self.agency else CITY

    @property
    def label(self) -> str:
        return self.agency.label if self.agency else _("Toàn thành phố")

    def address(self, name: str, kind: str = "") -> str:
        return reverse(name) + f"?co-quan={self.key}" + (f"&loai={kind}" if kind else "")


def _place(request: HttpRequest) -> Place:
    """The requested agency among those whose rules the person may edit; the first one by default.
    404 for others."""
    user = current_user(request)
    own = [one for one in access.home_agencies(user) if access.has_role(user, one, Role.OFFICER)]
    kept: dict[str, Agency | None] = {str(one.pk): one for one in own}
    if access.is_system_admin(user):
        kept[CITY] = None
    if not kept:
        raise Http404
    asked = request.GET.get("co-quan", "") or next(iter(kept))
    if asked not in kept:
        raise Http404
    others = [(key, one.label if one else _("Toàn thành phố")) for key, one in kept.items()]
    return Place(kept[asked], others)


def _kind(request: HttpRequest) -> tuple[str, str]:
    """(requested kind of rule, its name)."""
    asked, known = request.GET.get("loai", ""), subjects.rule_kinds()
    if asked not in known:
        raise Http404
    return asked, str(known[asked])


@login_required
@require_safe
def approval_rules(request: HttpRequest) -> HttpResponse:
    """Every kind with its current steps. Two queries for any number of kinds."""
    place = _place(request)
    own = {one.kind: one for one in ApprovalRule.objects.filter(agency=place.agency)}
    city = {one.kind: one for one in ApprovalRule.objects.filter(agency=None)}
    rows = []
    for kind, label in subjects.rule_kinds().items():
        rule = own.get(kind) or city.get(kind)
        found = steps.from_json(rule.steps) if rule else steps.default_steps(kind)
        rows.append(
            {"kind": kind, "label": label, "steps": found, "own": own.get(kind),
             "of_city": kind not in own and kind in city, "edit": place.address("approval_rule", kind)}
        )  # fmt: skip
    names = queries.people_by_id(
        {pk for row in rows for step in row["steps"] for pk in step.people}
    )
    for row in rows:
        row["said"] = [(step, step.described(names)) for step in row["steps"]]
    return render(request, "approvals/rules.html", {"place": place, "rows": rows})


@once.per_form
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def approval_rule(request: HttpRequest) -> HttpResponse:
    """The steps of one kind, as a form of some rows; rows without a meaning are left out."""
    place, (kind, label) = _place(request), _kind(request)
    own = ApprovalRule.objects.filter(agency=place.agency, kind=kind).first()
    forms = StepForms(
        request.POST or None,
        initial=[initial_of(step) for step in _now(place, own, kind)],
        form_kwargs={"agency": place.agency},
        prefix="buoc",
    )
    refused = ""
    if request.method == "POST" and forms.is_valid():
        try:
            _save(request, place, kind, forms)
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("Đã lưu quy tắc. Nội dung đang trình giữ quy tắc cũ."))
            return redirect(place.address("approval_rules"))
    context = {"place": place, "label": label, "forms": forms, "refused": refused, "own": own}
    remove = place.address("approval_rule_remove", kind)
    return render(request, "approvals/rule.html", {**context, "remove": remove})


def _now(place: Place, own: ApprovalRule | None, kind: str) -> list[steps.Step]:
    """The initial steps of the form."""
    if place.agency is not None:
        return steps.for_kind(place.agency, kind)
    return steps.from_json(own.steps) if own else steps.default_steps(kind)


def _save(request: HttpRequest, place: Place, kind: str, forms: Any) -> None:
    found = [step for form in forms if (step := form.step()) is not None]
    with once.only(request) as sent:
        sent.address = place.address("approval_rules")
        lifecycle.save_rule(place.agency, kind, found, by=current_user(request))


@once.per_form
@login_required
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    place, (kind, _label) = _place(request), _kind(request)
    rule = ApprovalRule.objects.filter(agency=place.agency, kind=kind).first()
    if rule is None:
        raise Http404
    try:
        with once.only(request) as sent:
            sent.address = place.address("approval_rules")
            lifecycle.remove_rule(rule, by=current_user(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã bỏ quy tắc riêng; quy tắc chung có hiệu lực."))
    return redirect(place.address("approval_rules"))
