"""Possible auditors for each line of a plan, replacing an auditor, and requesting one from another
agency."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import lifecycle
from audits import rules as audit_rules
from audits.auditors import finding, rules
from audits.auditors.forms import AnswerLoanForm, AskLoanForm
from audits.lifecycle.common import CHANGING
from audits.models import Audit, Loan
from audits.views.common import allow, audit_or_404, did, did_once
from qms.access import current_user
from qms.models import User
from qms.text.numbers import whole_number
from qms.work import once

OFFERED, SHOWN = 50, 8  # people and lenders listed per line; the rest is only counted


def _planned(request: HttpRequest, pk: int) -> Audit:
    one = audit_or_404(request, pk)
    allow(rules.may_see_choice(current_user(request), one))
    allow(one.state in CHANGING)
    return one


@login_required
@require_safe
def choices(request: HttpRequest, pk: int) -> HttpResponse:
    """For each line: problems with the named auditors, possible replacements, and lenders
    to ask."""
    one = _planned(request, pk)
    return _page(request, one)


def _page(request: HttpRequest, one: Audit, form: AskLoanForm | None = None) -> HttpResponse:
    found = finding.of_plan(one)
    rows = [
        {
            "row": choice.row,
            "members": [
                {"member": member, "why": choice.faults.get(member.person_id, [])}
                for member in choice.members
            ],
            "own": choice.own[:OFFERED],
            "more": max(0, len(choice.own) - OFFERED),
            "lenders": choice.lenders[:SHOWN],
            "nobody": choice.nobody,
            "wanting": choice.needs_somebody,
        }
        for choice in found
    ]
    context = {
        "audit": one,
        "agency": one.agency,
        "rows": rows,
        "wanting": sum(choice.needs_somebody for choice in found),
        "loans": one.loans.select_related("lender", "person"),
        "form": form or _ask_form(one, data=None, whom=request.GET.get("whom", "")),
    }
    return render(request, "audits/choices.html", context)


def _ask_form(one: Audit, data: Any, whom: str = "") -> AskLoanForm:
    return AskLoanForm(
        data,
        audit=one,
        lendable=finding.lendable(one),
        agencies=finding.lenders_of(one),
        initial={"whom": whom},
    )


@login_required
@require_POST
def replace(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Assigns a line to another person: `person`, in place of `old` if given."""
    one = _planned(request, pk)
    found = get_object_or_404(one.rows, pk=row)
    old = one.members.filter(pk=whole_number(request.POST.get("old")) or 0).first()
    people = User.objects.filter(pk__in=[p.pk for p in finding.own(one)])
    person = get_object_or_404(people, pk=whole_number(request.POST.get("person")) or 0)
    did(
        request,
        lambda: lifecycle.replace_auditor(found, old=old, person=person, by=current_user(request)),
        _("Đã giao dòng này cho %(name)s.") % {"name": person},
    )
    return redirect("audit_choices", one.pk)


@login_required
@require_POST
@once.per_form
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    one = _planned(request, pk)
    form = _ask_form(one, data=request.POST)
    if form.is_valid():
        kept: list[Loan] = []

        def step() -> None:
            kept.append(lifecycle.ask_loan(one, by=current_user(request), **form.facts))

        said = _("Đã gửi đề nghị. Khi cơ quan kia đồng ý, người được mượn vào đoàn.")
        if did_once(request, step, said, form, leads_to=lambda: kept[0].get_absolute_url()):
            return redirect(kept[0])
    return _page(request, one, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def loan(request: HttpRequest, pk: int) -> HttpResponse:
    """A request for an auditor: the lender's officer answers, the requester may withdraw it."""
    user = current_user(request)
    one = get_object_or_404(rules.loans_of(user), pk=pk)
    answers = one.is_open and rules.may_answer_loan(user, one)
    withdraws = one.is_open and audit_rules.may_plan(user, one.audit)
    form = AnswerLoanForm(request.POST or None, loan=one) if answers else None
    if request.method == "POST":
        act = request.POST.get("act", "")
        allow(withdraws if act == "withdraw" else answers and act in {"agree", "decline"})
        if act == "withdraw":
            did(request, lambda: lifecycle.withdraw_loan(one, by=user), _("Đã rút đề nghị."))
            return redirect(one)
        if form is not None and form.is_valid() and _answer(request, one, form, act):
            return redirect(one)
    context = {
        "loan": one,
        "agency": one.lender,
        "form": form,
        "withdraws": withdraws,
        "sees_audit": audit_rules.audits_of(user).filter(pk=one.audit_id).exists(),
    }
    return render(request, "audits/loan.html", context)


def _answer(request: HttpRequest, one: Loan, form: AnswerLoanForm, act: str) -> bool:
    by, given = current_user(request), form.cleaned_data
    if act == "decline":
        return did(
            request,
            lambda: lifecycle.decline_loan(one, answer=given["answer"], by=by),
            _("Đã trả lời: không cho mượn."),
            form,
        )
    return did(
        request,
        lambda: lifecycle.agree_to_loan(
            one, person=given.get("person"), answer=given["answer"], by=by
        ),
        _("Đã đồng ý cho mượn."),
        form,
    )
