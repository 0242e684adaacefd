"""The page of a year's programme: its lines, its approval, its new issues."""

import itertools
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import lifecycle, rules
from audits.forms import ProgrammeForm, ProgrammeRowForm, people_of, units_of
from audits.lifecycle.meanwhile import PROGRAMME
from audits.models import Programme
from audits.programme import issues, kind, leads, suggestions
from audits.programme import months as calendar
from audits.views.common import agency_or_404, allow, did
from qms.access import current_user
from qms.approvals import queries
from qms.clock import today
from qms.models import Agency, Approval, Role
from qms.work import paper_files

MOST_EMPTY, MOST_ROWS = 40, 200


def _programme_or_404(request: HttpRequest, pk: int) -> Programme:
    return get_object_or_404(rules.programmes_of(current_user(request)), pk=pk)


def _read_or_404(request: HttpRequest, pk: int) -> Programme:
    """The programme; its approved issue for those who may not read the one being made."""
    return issues.in_force(current_user(request), pk) or _programme_or_404(request, pk)


@login_required
@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    one = _read_or_404(request, pk)
    user = current_user(request)
    may_change = rules.may_plan_programme(user, one.agency)
    months: dict[int, list[dict[str, Any]]] = {}
    for row in one.rows:
        months.setdefault(row["month"], []).append(row)
    context = {
        "programme": one,
        "agency": one.agency,
        "months": months.items(),
        "calendar": calendar.of(one),
        "numbers": calendar.MONTHS,
        "audits": rules.audits_of(user).filter(programme=one).order_by("starts_on", "pk"),
        "sees_names": rules.may_see_names(user, one.agency_id),
        "may_change": may_change,
        "lead_warnings": leads.warnings(one) if may_change and not one.is_approved else [],
        "approval": queries.open_for(kind.subject(one.pk)),
    }
    return render(request, "audits/programme.html", context)


@login_required
def new_programme(request: HttpRequest, pk: int) -> HttpResponse:
    agency = agency_or_404(request, pk)
    allow(rules.may_plan_programme(current_user(request), agency))
    return _edit(request, agency, Programme(agency=agency, year=_next_year(agency)))


def _next_year(agency: Agency) -> int:
    """This year, or the next one that has no programme yet. One query."""
    taken = set(Programme.objects.filter(agency=agency).values_list("year", flat=True))
    return next(year for year in itertools.count(today().year) if year not in taken)


@login_required
def edit_programme(request: HttpRequest, pk: int) -> HttpResponse:
    one = _programme_or_404(request, pk)
    allow(rules.may_plan_programme(current_user(request), one.agency))
    allow(not one.is_approved)
    return _edit(request, one.agency, one)


def _edit(request: HttpRequest, agency: Agency, one: Programme) -> HttpResponse:
    form = ProgrammeForm(request.POST or None, instance=one)
    if one.pk and not form.is_bound:
        form.show(one, PROGRAMME)
    rows = _rows_form(request, agency, one)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        facts = {**form.cleaned_data, "rows": _rows_of(rows)}
        was = facts.pop("was")
        kept: list[Programme] = []

        def step() -> None:
            if one.pk is None:
                kept.append(lifecycle.create_programme(agency, by=current_user(request), **facts))
            else:
                kept.append(
                    lifecycle.change_programme(one, by=current_user(request), was=was, **facts)
                )

        if did(request, step, _("Đã lưu chương trình đánh giá."), form):
            return redirect(kept[0])
        if one.pk:
            form.show(Programme.objects.get(pk=one.pk), PROGRAMME)
    context = {
        "form": form,
        "rows": rows,
        "row_errors": _row_errors(rows),
        "agency": agency,
        "programme": one if one.pk else None,
        "suggestions": suggestions.of_agency(agency),
    }
    return render(request, "audits/programme_form.html", context)


def _rows_form(request: HttpRequest, agency: Agency, one: Programme) -> BaseFormSet:
    units = list(units_of(agency))
    planned = {row["unit"] for row in one.rows}
    missing = sum(unit.pk not in planned for unit in units)
    make = formset_factory(
        ProgrammeRowForm,
        extra=min(max(missing, 1), MOST_EMPTY),
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
    )
    initial = [
        {
            **{name: row[name] for name in ("unit", "month", "lead")},
            "clauses": ", ".join(row.get("clauses", ())),
        }
        for row in one.rows
    ]
    choices = {
        "units": units,
        "leads": list(people_of(agency, Role.AUDITOR)),
    }
    posted = request.POST if request.method == "POST" else None
    return make(posted, initial=initial, form_kwargs=choices, prefix="row")


def _row_errors(rows: BaseFormSet) -> list[tuple[int, str]]:
    """(number of the line, what is wrong with it), to be listed above the form."""
    if not rows.is_bound:
        return []
    return [
        (number, str(error))
        for number, form in enumerate(rows.forms, 1)
        for errors in form.errors.values()
        for error in errors
    ]


def _rows_of(rows: BaseFormSet) -> list[dict[str, Any]]:
    """The non-empty lines."""
    return [
        {
            "unit": int(form.cleaned_data["unit"]),
            "month": form.cleaned_data["month"],
            "lead": int(form.cleaned_data["lead"]) if form.cleaned_data["lead"] else None,
            "clauses": form.cleaned_data["clauses"],
        }
        for form in rows
        if form.cleaned_data.get("unit")
    ]


@login_required
@require_POST
def send_programme(request: HttpRequest, pk: int) -> HttpResponse:
    one = _programme_or_404(request, pk)
    by = current_user(request)
    allow(rules.may_plan_programme(by, one.agency))
    sent: list[Approval] = []
    if did(request, lambda: sent.append(kind.send(one, by=by)), _("Đã trình chương trình.")):
        return redirect(sent[0])
    return redirect(one)


@login_required
@require_safe
def file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The programme as PDF or Word file, in the language of the screen or `?lang=`."""
    one = _read_or_404(request, pk)
    names = rules.may_see_names(current_user(request), one.agency_id)
    paper = kind.paper(one, paper_files.language_of(request), names=names)
    return paper_files.as_file(paper, form, f"chuong-trinh-danh-gia-{one.year}")


@login_required
@require_POST
def revise_programme(request: HttpRequest, pk: int) -> HttpResponse:
    one = _programme_or_404(request, pk)
    allow(rules.may_plan_programme(current_user(request), one.agency))
    reason = request.POST.get("reason", "")[:2000]
    if did(
        request,
        lambda: lifecycle.revise_programme(one, reason=reason, by=current_user(request)),
        _("Đã mở chương trình để sửa. Sửa xong hãy trình phê duyệt lại."),
    ):
        return redirect("audit_programme_edit", one.pk)
    return redirect(one)
