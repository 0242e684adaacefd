"""What the pages share: fetching within what the person may see, doing a step, and pages of lists."""

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

PER_PAGE = 50


def audit_or_404(request: HttpRequest, pk: int) -> Audit:
    return get_object_or_404(rules.audits_of(current_user(request)), pk=pk)


def fills_in(user: Person, pk: int, **_address: object) -> bool:
    """Whether the person fills in the checklist of the audit that an address names."""
    audit = rules.audits_of(user).filter(pk=pk).first()
    return audit is not None and rules.may_answer(user, audit)


def finding_or_404(request: HttpRequest, pk: int) -> Finding:
    return get_object_or_404(rules.findings_of(current_user(request)), pk=pk)


def case_or_404(request: HttpRequest, pk: int) -> Nonconformity:
    return get_object_or_404(rules.nonconformities_of(current_user(request)), pk=pk)


def agency_or_404(request: HttpRequest, pk: int) -> Agency:
    """An agency whose page of audits the person may open."""
    agency = get_object_or_404(Agency, pk=pk)
    allow(rules.may_see_audits_of(current_user(request), agency))
    return agency


def allow(allowed: bool) -> None:
    """What somebody may not do is not there for them."""
    if not allowed:
        raise Http404


def did(
    request: HttpRequest, step: Callable[[], Any], said: str, form: BaseForm | None = None
) -> bool:
    """Does a step; says that it was done, or why it was refused (in the form where there is one)."""
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


def page_of(request: HttpRequest, rows: Any, size: int = PER_PAGE) -> Page:
    """The page of a list that the address asks for."""
    return numbers.page_of(rows, request.GET.get("page"), size)
