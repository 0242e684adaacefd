"""Pages of approvals, on the site: reviewers and approvers do not enter Wagtail's admin."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from qms import access
from qms.access import current_user
from qms.approvals import (
    lifecycle,
    pages,
    queries,
    rules,
    sealing,
    seats,
    sign_box,
    steps,
    subjects,
)
from qms.approvals.forms import AnswerForm, ChooseForm, ReasonForm, RemarkForm
from qms.approvals.lifecycle.choosing import needs_choosing
from qms.approvals.lifecycle.common import State
from qms.approvals.lifecycle.signatures import NotProved
from qms.clock import today
from qms.errors import Refused
from qms.models import Approval, ApprovalItem, Signature, User
from qms.roles import Role
from qms.text import numbers
from qms.work import once

PER_PAGE = 50
LISTS = ("waits", "sent", "signed", "agency")


def approval_or_404(request: HttpRequest, pk: int) -> Approval:
    return get_object_or_404(rules.approvals_of(current_user(request)), pk=pk)


def page_of(request: HttpRequest, rows: Any, size: int = PER_PAGE) -> Page:
    """The requested page of the list."""
    return numbers.page_of(rows, request.GET.get("page"), size)


# --- the list -------------------------------------------------------------------------------------


@login_required
@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """Approvals to sign, sent and signed by me; for officers, also open ones in their agencies."""
    user = current_user(request)
    if not access.home_agencies(user):
        raise Http404
    chosen = request.GET.get("xem", "")
    chosen = chosen if chosen in LISTS else LISTS[0]
    officer = access.agencies_with(user, Role.OFFICER)
    page = page_of(request, _listed(user, chosen, officer))
    context = {
        "page": page,
        "rows": _rows(user, page),
        "chosen": chosen,
        "waiting": queries.to_be_signed_by(user).count(),
        "is_officer": bool(officer),
        "several": len(access.home_agencies(user)) > 1,
        "today": today(),
    }
    return render(request, "approvals/approvals.html", context)


def _listed(user: User, chosen: str, officer: set[int]) -> "QuerySet[Approval]":
    if chosen == "waits":
        return queries.to_be_signed_by(user).order_by("due_on", "pk")
    own = rules.approvals_of(user)
    if chosen == "sent":
        return own.filter(sent_by=user).order_by("-sent_at", "-pk")
    if chosen == "signed":
        mine = Signature.objects.filter(person=user).values("approval")
        return own.filter(pk__in=mine).order_by("-sent_at", "-pk")
    running = Approval.objects.filter(agency__in=officer, state__in=queries.UNFINISHED)
    return running.select_related("agency", "sent_by").order_by("due_on", "pk")


def _rows(user: User, page: Page) -> list[dict[str, Any]]:
    absent = seats.absent_signers(user, page)
    return [_row(one) | {"absent": absent.get(one.pk)} for one in page]


def _row(approval: Approval) -> dict[str, Any]:
    """A line of the list, from the approval's own row. No queries."""
    found = queries.steps_of(approval)
    open_step = approval.state == State.OPEN and approval.step < len(found)
    return {
        "approval": approval,
        "step": found[approval.step] if open_step else None,
        "number": approval.step + 1,
        "steps": len(found),
        "late": bool(approval.due_on and approval.due_on < today()),
    }


# --- one approval ---------------------------------------------------------------------------------


@login_required
@require_safe
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, approval_or_404(request, pk))


def _page(request: HttpRequest, one: Approval, **typed: Any) -> HttpResponse:
    user = current_user(request)
    every = list(one.items.select_related("unit"))
    items = [item for item in every if not item.is_taken_out]
    item = _chosen(request, every)
    html, damaged = pages.shown(item) if item else (None, "")
    sections = pages.sections_of(html or "")
    seat = rules.seat_of(user, one)
    rows = pages.step_rows(one)
    found = pages.threads(one, item)
    left = queries.unanswered(one).count() if one.state == State.OPEN else 0
    is_sender = rules.is_sender(user, one)
    is_officer = rules.may_void(user, one)
    context = {
        "approval": one,
        "agency": one.agency,
        "items": [{"item": each, "digest": sealing.in_fours(each.digest)} for each in every],
        "is_set": len(every) > 1,
        "present": len(items),
        "taken_out": len(every) - len(items),
        "item": item,
        "html": html,
        "damaged": damaged,
        "manifest": sealing.in_fours(one.manifest),
        "rows": rows,
        "rounds": _rounds(user, one),
        "threads": pages.anchors_named(found, sections),
        "unanswered": left,
        "seat": seat,
        "why_not": "" if seat else rules.why_not_sign(user, one),
        "may_take_back": is_sender and one.state == State.OPEN,
        "may_answer": is_sender and one.state in (State.OPEN, State.RETURNED, State.TAKEN_BACK),
        "carry_out": subjects.get(one.kind).carry_out_url(one, user)
        if one.state == State.APPROVED
        else "",
        "again": subjects.get(one.kind).send_again_url(one, user)
        if one.state in queries.CAME_BACK
        else "",
        "may_void": is_officer and one.state in queries.UNFINISHED,
        "may_remark": item is not None and not item.is_taken_out and rules.may_remark(user, one),
        "may_take_out": seat is not None and len(items) > 1,
        "url": subjects.get(one.kind).url(item.subject) if item and is_sender else "",
        "late": bool(one.due_on and one.due_on < today()),
        "return_form": ReasonForm(auto_id="tra-lai-%s"),
        "void_form": ReasonForm(auto_id="huy-%s"),
        "remark_form": RemarkForm(sections=sections),
        "answer_form": AnswerForm(),
        **sign_box.context(user, one, seat, items),
        **_choosing(one, is_officer),
        **typed,
    }
    return render(request, "approvals/approval.html", context)


def _rounds(user: User, one: Approval) -> list[dict[str, Any]]:
    """The rounds of the thread, with a link to those that the user may open."""
    seen = set(rules.approvals_of(user).filter(queries.rounds_of(one)).values_list("pk", flat=True))
    return [
        {"round": each, "url": each.get_absolute_url() if each.pk in seen else ""}
        for each in queries.thread_of(one)
    ]


def _chosen(request: HttpRequest, items: list[ApprovalItem]) -> ApprovalItem | None:
    asked = request.GET.get("noi-dung", "")
    found = next((item for item in items if str(item.pk) == asked), None)
    return found or (items[0] if items else None)


def _choosing(one: Approval, is_officer: bool) -> dict[str, Any]:
    """The officer's form to name other people, if the current step lacks them."""
    if not is_officer or one.state != State.OPEN or not needs_choosing(one, one.step):
        return {}
    able = steps.able_people(one.agency, queries.steps_of(one)[one.step].meaning)
    able -= set(one.barred.values_list("pk", flat=True))
    return {"choose_form": ChooseForm(able=able, auto_id="chon-lai-%s"), "lacks_people": True}


# --- acts -----------------------------------------------------------------------------------------


@sensitive_post_parameters("signing_password")
@once.per_form
@login_required
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Signs. A wrong secret is counted and recorded, so the form counts as processed."""
    one = approval_or_404(request, pk)
    user = current_user(request)
    seat = rules.seat_of(user, one)
    chosen = request.POST.get("appointment", "")
    held = seat.appointments if seat else []
    found = next((a for a in held if str(a.pk) == chosen), None)
    problem = wrong = ""
    try:
        if chosen and seat is not None and found is None:  # never in another post than was shown
            raise Refused(lifecycle.no_appointment())
        with once.only(request) as sent:
            sent.address = one.get_absolute_url()
            try:
                sign_box.sign(one, user, found, request.POST)
            except NotProved as refusal:
                wrong = str(refusal)
    except Refused as refusal:
        problem = str(refusal)
    typed = sign_box.without_secret(request.POST)
    if wrong and (again := sign_box.form_with_refusal(user, one, typed, wrong)):
        return _page(request, one, sign_form=again)
    if problem := problem or wrong:
        messages.error(request, problem)
        return redirect(f"{one.get_absolute_url()}#ky")
    messages.success(request, _("Đã ký. Chữ ký của bạn được ghi cùng mã băm đã hiển thị."))
    return redirect(one)


def _run_step(
    request: HttpRequest,
    one: Approval,
    form: forms.Form,
    name: str,
    step: Callable[[dict[str, Any]], Any],
    said: str,
) -> HttpResponse:
    """Runs a step with the input; if refused, shows the page again with it."""
    if form.is_valid():
        try:
            with once.only(request) as sent:
                step(form.cleaned_data)
                sent.address = one.get_absolute_url()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect(one)
    one.refresh_from_db()
    typed = form.data.get("reason", "") or form.data.get("text", "")
    refused = {"errors": _errors_of(form), "typed": typed}
    return _page(request, one, **{name: form, "opened": name, "refused": refused})


def _errors_of(form: forms.Form) -> list[str]:
    """The errors of a form, for the top of the page; those of fields with their names."""
    return [
        str(error) if field == NON_FIELD_ERRORS else f"{form.fields[field].label}: {error}"
        for field, errors in form.errors.items()
        for error in errors
    ]


@once.per_form
@login_required
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    one, user = approval_or_404(request, pk), current_user(request)
    return _run_step(
        request,
        one,
        ReasonForm(request.POST),
        "return_form",
        lambda data: lifecycle.return_to_sender(one, by=user, reason=data["reason"]),
        _("Đã trả lại người trình."),
    )


@once.per_form
@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    one, user = approval_or_404(request, pk), current_user(request)
    try:
        with once.only(request) as sent:
            sent.address = one.get_absolute_url()
            lifecycle.take_back(one, by=user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã rút lại. Nội dung sửa được và trình lại được."))
    return redirect(one)


@once.per_form
@login_required
@require_POST
def void(request: HttpRequest, pk: int) -> HttpResponse:
    one, user = approval_or_404(request, pk), current_user(request)
    return _run_step(
        request,
        one,
        ReasonForm(request.POST),
        "void_form",
        lambda data: lifecycle.void(one, by=user, reason=data["reason"]),
        _("Đã hủy lần trình."),
    )


@once.per_form
@login_required
@require_POST
def take_out(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    one, user = approval_or_404(request, pk), current_user(request)
    found = get_object_or_404(one.items, pk=item)
    return _run_step(
        request,
        one,
        ReasonForm(request.POST),
        "out_form",
        lambda data: lifecycle.take_out(found, by=user, reason=data["reason"]),
        _("Đã đưa “%(title)s” ra khỏi lần trình.") % {"title": found.title},
    )


@once.per_form
@login_required
@require_POST
def remark(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    one, user = approval_or_404(request, pk), current_user(request)
    found = get_object_or_404(one.items.select_related("approval"), pk=item)
    html, _damaged = pages.shown(found)
    return _run_step(
        request,
        one,
        RemarkForm(request.POST, sections=pages.sections_of(html or "")),
        "remark_form",
        lambda data: lifecycle.remark(found, by=user, **data),
        _("Đã ghi ý kiến."),
    )


@once.per_form
@login_required
@require_POST
def answer(request: HttpRequest, pk: int, remark: int) -> HttpResponse:
    """Answers a remark, of this round or an earlier one of the thread."""
    one, user = approval_or_404(request, pk), current_user(request)
    rows = queries.remarks_of(one).filter(answers=None)
    found = get_object_or_404(rows.select_related("item", "approval"), pk=remark)
    return _run_step(
        request,
        one,
        AnswerForm(request.POST),
        "answer_form",
        lambda data: lifecycle.answer(
            found,
            by=user,
            text=data["text"],
            approval=None if found.approval.thread_id == one.thread_id else one,
        ),
        _("Đã trả lời ý kiến."),
    )


@once.per_form
@login_required
@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer names other people for the present step."""
    one, user = approval_or_404(request, pk), current_user(request)
    if not rules.may_choose_other_signers(user, one):
        raise Http404
    able = set(one.agency.appointments.values_list("person", flat=True))
    return _run_step(
        request,
        one,
        ChooseForm(request.POST, able=able),
        "choose_form",
        lambda data: lifecycle.choose_other_signers(
            one,
            one.step,
            by=user,
            people=[person.pk for person in data["people"]],
            reason=data["reason"],
        ),
        _("Đã chọn lại người ký."),
    )
