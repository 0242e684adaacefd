"""Pages of reading: what the user must read, who has read what in an agency, and its rules."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from procedures.models import Confirmation, Kind, ReadingRule, Version
from procedures.readership.pages import allow, file_of, page_of, wanted_file
from procedures.readership.reading import duties as reading
from procedures.readership.reading import lifecycle, lists, rules
from procedures.readership.reading.forms import RuleForm
from qms import access, frame
from qms.access import current_user
from qms.approvals.lifecycle.signatures import NotProved
from qms.errors import Refused
from qms.models import Agency, Role, Unit, User
from qms.text import sheets
from qms.work import once

CONFIRMED = 50


# -- mine


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the user must read, and their last confirmations."""
    user = current_user(request)
    given = Confirmation.objects.filter(person=user).order_by("-pk")
    rows = given.select_related("version").defer("version__content")[:CONFIRMED]
    context = {
        "page": page_of(request, reading.of_person(user.pk, access.home_agencies(user))),
        "confirmed": rows,
    }
    return render(request, "procedures/readership/mine.html", context)


@sensitive_post_parameters("signing_password")
@once.per_form
@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirms that the user has read and understood a version. A wrong secret is counted and
    recorded, so the form counts as processed."""
    tokens = access.tokens_for(request.user)
    seen = Version.objects.standing().visible_to(tokens).defer("content").select_related("agency")
    version = get_object_or_404(seen, pk=pk)
    address = f"{version.get_absolute_url()}#da-doc"
    problem = ""
    try:
        with once.only(request) as sent:
            sent.address = address
            try:
                lifecycle.confirm(
                    version,
                    by=current_user(request),
                    secret=request.POST.get("signing_password", ""),
                    way=request.POST.get("way", ""),
                )
            except NotProved as wrong:
                problem = str(wrong)
    except Refused as refusal:
        problem = str(refusal)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, _("Đã ghi nhận bạn đã đọc và hiểu tài liệu này."))
    return redirect(address)


# -- an agency's


def _scoped(request: HttpRequest, pk: int) -> tuple[Agency, rules.Scope]:
    agency = get_object_or_404(Agency, pk=pk)
    scope = rules.scope(current_user(request), agency)
    allow(scope is not None)
    assert scope is not None
    return agency, scope


def _unit(request: HttpRequest, offered: list[dict[str, Any]]) -> int | None:
    return next(
        (one["value"] for one in offered if str(one["value"]) == request.GET.get("unit")), None
    )


def _frame(request: HttpRequest, agency: Agency, scope: rules.Scope, part: str) -> dict[str, Any]:
    user = current_user(request)
    return {
        "agency": agency,
        "tabs": frame.agency_tabs(user, agency),
        "scope": scope,
        "part": part,
        "sees_rules": rules.may_see_rules(user, agency),
        "may_set": rules.may_set_rules(user, agency),
        "exports": sheets.KINDS,
    }


@login_required
@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """The agency's documents that must be read, each with its number of readers; `export` returns a
    file."""
    body, scope = _scoped(request, pk)
    found = reading.Duties(body)
    units = lists.units_offered(found, scope)
    unit = _unit(request, units)
    rows = lists.by_document(found, scope, unit)
    if kind := wanted_file(request):
        lines = lists.document_lines(rows)
        return file_of(kind, body, "doc-hieu", lists.DOCUMENT_HEADS, lines, lists.DOCUMENT_WIDTHS)
    context = {
        **_frame(request, body, scope, "documents"),
        "page": page_of(request, rows),
        "totals": lists.totals(rows),
        "units": units,
        "unit": unit,
        "any_rule": bool(found.rules),
    }
    return render(request, "procedures/readership/agency.html", context)


@login_required
@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """The people of an agency, each with their unread documents; `export` returns a file."""
    body, scope = _scoped(request, pk)
    allow(scope.names)
    found = reading.Duties(body)
    units = lists.units_offered(found, scope)
    unit = _unit(request, units)
    everybody = lists.members(found, scope, unit)
    if kind := wanted_file(request):
        lines = lists.open_lines(found, everybody)
        return file_of(kind, body, "chua-doc", lists.OPEN_HEADS, lines, lists.OPEN_WIDTHS)
    page = page_of(request, everybody)
    found.look_at(people=[one.pk for one in page])
    context = {
        **_frame(request, body, scope, "people"),
        "page": page,
        "rows": lists.of_people(found, page),
        "units": units,
        "unit": unit,
    }
    return render(request, "procedures/readership/people.html", context)


@login_required
@require_safe
def readers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who must read a version and who has; `export` returns a file."""
    user = current_user(request)
    seen = Version.objects.standing().visible_to(access.tokens_for(user))
    version = get_object_or_404(seen.defer("content").select_related("agency"), pk=pk)
    scope = rules.scope(user, version.agency)
    allow(scope is not None and scope.names)
    assert scope is not None
    found = reading.Duties(version.agency)
    units = lists.units_offered(found, scope)
    unit = _unit(request, units)
    everybody = lists.readers_of(version, found, scope, unit)
    state = request.GET.get("state", "") if request.GET.get("state") in lists.STATES else ""
    rows = [row for row in everybody if not state or row.state == state]
    if kind := wanted_file(request):
        lines = lists.reader_lines(rows)
        name = f"nguoi-doc-{version.pk}"
        return file_of(kind, version.agency, name, lists.READER_HEADS, lines, lists.READER_WIDTHS)
    context = {
        **_frame(request, version.agency, scope, ""),
        "version": version,
        "page": page_of(request, rows),
        "total": len(everybody),
        "states": [
            {"value": value, "label": label, "count": sum(r.state == value for r in everybody)}
            for value, label in lists.STATES.items()
        ],
        "state": state,
        "units": units,
        "unit": unit,
    }
    return render(request, "procedures/readership/readers.html", context)


# -- rules


@login_required
@require_safe
def agency_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """The reading rules of an agency; ended ones last."""
    body, scope = _scoped(request, pk)
    allow(rules.may_see_rules(current_user(request), body))
    rows = ReadingRule.objects.filter(agency=body).order_by("ended_on", "-pk")
    page = page_of(request, sorted(rows, key=lambda rule: (rule.ended_on is not None, -rule.pk)))
    context = {**_frame(request, body, scope, "rules"), "page": page, "rows": in_words(body, page)}
    return render(request, "procedures/readership/rules.html", context)


def in_words(agency: Agency, found: Any) -> list[dict[str, Any]]:
    """Rules with their documents and people in words: [{"rule", "what", "who"}]. Three queries."""
    chosen = list(found)
    documents = [rule.what["document"] for rule in chosen if "document" in rule.what]
    newest = Version.objects.filter(document__in=documents, agency=agency).order_by("ordinal")
    titles = {
        document: f"{code} {title}".strip()
        for document, code, title in newest.values_list("document", "code", "title")
    }
    units = dict(
        Unit.objects.filter(
            agency=agency, pk__in={pk for rule in chosen for pk in rule.audience.get("units", ())}
        ).values_list("pk", "name")
    )
    ids = {pk for rule in chosen for pk in rule.audience.get("people", ())}
    names = {person.pk: str(person) for person in User.objects.filter(pk__in=ids)}
    return [
        {"rule": rule, "what": _what(rule, titles), "who": _who(rule, units, names)}
        for rule in chosen
    ]


def _what(rule: ReadingRule, titles: dict[int, str]) -> str:
    if "document" in rule.what:
        return titles.get(rule.what["document"], "")
    if "kind" in rule.what:
        return _("Mọi tài liệu loại “%(kind)s”") % {"kind": Kind(rule.what["kind"]).label}
    return ", ".join(rule.what["codes"])


def _who(rule: ReadingRule, units: dict[int, str], names: dict[int, str]) -> str:
    audience = rule.audience
    if "units" in audience:
        return ", ".join(units[pk] for pk in audience["units"] if pk in units)
    if "roles" in audience:
        return ", ".join(str(Role(role).label) for role in audience["roles"] if role in Role.values)
    if "people" in audience:
        return ", ".join(names[pk] for pk in audience["people"] if pk in names)
    return _("Mọi người của cơ quan")


@login_required
@once.per_form
def new_rule(request: HttpRequest, pk: int) -> HttpResponse:
    body = get_object_or_404(Agency, pk=pk)
    allow(rules.may_set_rules(current_user(request), body))
    return _edit(request, body, None)


@login_required
@once.per_form
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(ReadingRule.objects.select_related("agency"), pk=pk)
    allow(rules.may_change_rule(current_user(request), one) and one.ended_on is None)
    return _edit(request, one.agency, one)


def _edit(request: HttpRequest, body: Agency, one: ReadingRule | None) -> HttpResponse:
    form = RuleForm(request.POST or None, instance=one, agency=body)
    if request.method == "POST" and form.is_valid():
        try:
            with once.only(request) as sent:
                lifecycle.save_rule(
                    body,
                    what=form.what(),
                    audience=form.audience(),
                    days=form.cleaned_data["days"],
                    each_version=form.cleaned_data["each_version"],
                    signed=form.cleaned_data["signed"],
                    by=current_user(request),
                    rule=one,
                )
                sent.address = reverse("agency_reading_rules", args=[body.pk])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã lưu quy tắc đọc."))
            return redirect("agency_reading_rules", body.pk)
    context = {"form": form, "agency": body, "rule": one}
    return render(request, "procedures/readership/rule_form.html", context)


@login_required
@require_POST
def end_rule(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(ReadingRule.objects.select_related("agency"), pk=pk)
    allow(rules.may_change_rule(current_user(request), one))
    try:
        lifecycle.end_rule(one, by=current_user(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Quy tắc đã ngừng áp dụng. Các xác nhận đã có vẫn được giữ."))
    return redirect("agency_reading_rules", one.agency_id)
