"""Shared by the pages: lookups within the user's scope, performing a step, and paginated lists."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from audits import rules
from audits.models import Audit, Finding, Nonconformity
from qms.access import Person, current_user
from qms.errors import Refused
from qms.models import Agency
from qms.text import numbers
from qms.work import once

PER_PAGE = 50


def audit_or_404(request: HttpRequest, pk: int) -> Audit:
    return get_object_or_404(rules.audits_of(current_user(request)), pk=pk)


def fills_in(user: Person, pk: int, **_address: object) -> bool:
    """Whether the user may answer the checklist of the audit in the URL."""
    audit = rules.audits_of(user).filter(pk=pk).first()
    return audit is not None and rules.may_answer(user, audit)


def hands_in(user: Person, pk: int) -> bool:
    """Whether the user may submit device entries for the audit in the URL."""
    audit = Audit.objects.filter(pk=pk).first()
    return audit is not None and rules.may_hand_in(user, audit)


def edits_finding(user: Person, pk: int) -> bool:
    """Whether the user may change the finding in the URL."""
    one = rules.findings_of(user).filter(pk=pk).first()
    if one is None or one.state != Finding.State.DRAFT:
        return False
    return rules.may_answer(user, one.audit)


def finishes_action(user: Person, pk: int, action: int) -> bool:
    """Whether the user may finish the action in the URL."""
    case = rules.nonconformities_of(user).filter(pk=pk).first()
    found = case.actions.filter(pk=action).first() if case is not None else None
    if case is None or found is None:
        return False
    return rules.may_finish(user, case, found.person_id)


def finding_or_404(request: HttpRequest, pk: int) -> Finding:
    return get_object_or_404(rules.findings_of(current_user(request)), pk=pk)


def case_or_404(request: HttpRequest, pk: int) -> Nonconformity:
    return get_object_or_404(rules.nonconformities_of(current_user(request)), pk=pk)


def agency_or_404(request: HttpRequest, pk: int) -> Agency:
    """An agency whose page of audits the user may open."""
    agency = get_object_or_404(Agency, pk=pk)
    allow(rules.may_see_audits_of(current_user(request), agency))
    return agency


def allow(allowed: bool) -> None:
    """Raises 404 unless allowed."""
    if not allowed:
        raise Http404


def did(
    request: HttpRequest, step: Callable[[], Any], said: str, form: BaseForm | None = None
) -> bool:
    """Performs a step; reports success, or why it was refused (in the form if there is one)."""
    try:
        step()
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(None, str(refusal))
        return False
    messages.success(request, said)
    return True


def did_once(
    request: HttpRequest,
    step: Callable[[], Any],
    said: str,
    form: BaseForm | None = None,
    *,
    leads_to: Callable[[], str],
) -> bool:
    """Performs a creating step, in a view with `once.per_form`: a second submission leads to the
    result of the first."""

    def carry_out() -> None:
        with once.only(request) as sent:
            step()
            sent.address = leads_to()

    return did(request, carry_out, said, form)


def page_of(request: HttpRequest, rows: Any, size: int = PER_PAGE) -> Page:
    """The page of a list requested in the URL."""
    return numbers.page_of(rows, request.GET.get("page"), size)
