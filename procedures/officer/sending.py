"""*Trình duyệt*: shows what would be sealed and what prevents it, asks for numbers, summary and
date, then sends."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from procedures import lifecycle, rules
from procedures.approval import readiness, sending
from procedures.approval.sealing import Terms
from procedures.editor.forms import DayField
from procedures.models import DocumentPage, Visibility
from procedures.officer import outlook
from procedures.officer.common import (
    AuthenticatedRequest,
    crumb,
    document_or_404,
    for_drafters,
    show,
)
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.approvals import rules as approval_rules
from qms.approvals.steps import for_kind
from qms.errors import Refused
from qms.work import once

FROM_ISSUE, ON_DAY, AFTER_DAYS = "issue", "day", "days"


class SendForm(forms.Form):
    """The details sent with a draft. `terms` returns them as they are sealed."""

    issue_number = forms.IntegerField(
        label=gettext_lazy("Lần ban hành"), required=False, min_value=0, max_value=999
    )
    revision_number = forms.IntegerField(
        label=gettext_lazy("Lần sửa đổi"), required=False, min_value=0, max_value=999
    )
    change_summary = forms.CharField(
        label=gettext_lazy("Nội dung sửa đổi"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "data-controller": "w-autosize"}),
    )
    effective = forms.ChoiceField(
        label=gettext_lazy("Có hiệu lực"),
        choices=[
            (FROM_ISSUE, gettext_lazy("Từ ngày ban hành")),
            (AFTER_DAYS, gettext_lazy("Sau ngày ban hành một số ngày")),
            (ON_DAY, gettext_lazy("Từ một ngày định trước")),
        ],
        required=False,
    )
    effective_days = forms.IntegerField(
        label=gettext_lazy("Số ngày sau ngày ban hành"),
        required=False,
        min_value=0,
        max_value=readiness.LONGEST_WAIT,
    )
    effective_on = DayField(label=gettext_lazy("Ngày hiệu lực"), required=False)
    time_reason = forms.CharField(
        label=gettext_lazy("Vì sao thời hạn khác tổng thời gian các bước"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Chỉ ghi khi hai số này khác nhau có lý do."),
    )
    by_decision = forms.ChoiceField(
        label=gettext_lazy("Ban hành"),
        choices=[
            ("", gettext_lazy("Ngay khi đủ chữ ký")),
            ("yes", gettext_lazy("Khi văn thư ghi số, ký hiệu và ngày của quyết định ban hành")),
        ],
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("Lời trình"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Gửi tới người xem xét và phê duyệt."),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("effective") == ON_DAY and not found.get("effective_on"):
            self.add_error("effective_on", _("Hãy ghi ngày hiệu lực."))
        if found.get("effective") == AFTER_DAYS and found.get("effective_days") is None:
            self.add_error("effective_days", _("Hãy ghi số ngày."))
        return found

    @property
    def terms(self) -> Terms:
        given = self.cleaned_data
        return Terms(
            issue_number=given["issue_number"],
            revision_number=given["revision_number"],
            change_summary=given["change_summary"].strip(),
            effective_on=given["effective_on"] if given["effective"] == ON_DAY else None,
            effective_days=given["effective_days"] if given["effective"] == AFTER_DAYS else None,
            time_reason=given["time_reason"].strip(),
            by_decision=bool(given["by_decision"]),
        )


def initial(terms: Terms) -> dict[str, Any]:
    """The form's initial values for proposed terms."""
    fixed, wait = terms.effective_on, terms.effective_days
    return {
        "issue_number": terms.issue_number,
        "revision_number": terms.revision_number,
        "change_summary": terms.change_summary,
        "effective": ON_DAY if fixed else AFTER_DAYS if wait is not None else FROM_ISSUE,
        "effective_on": fixed,
        "effective_days": wait,
        "time_reason": terms.time_reason,
        "by_decision": "yes" if terms.by_decision else "",
    }


@for_drafters
@once.per_form
def send(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Shows what sending the draft would seal, then sends it."""
    page = document_or_404(request, pk)
    if not rules.may_send(request.user, page):
        raise Http404
    approval = queries.open_for(lifecycle.subject(page.pk))
    if approval is not None:
        messages.info(request, lifecycle.closed_sentence(approval))
        return redirect("procedures_admin:document", page.pk)
    posted = request.method == "POST"
    proposed = sending.proposed(page)
    form = SendForm(request.POST if posted else None, initial=initial(proposed))
    terms = form.terms if posted and form.is_valid() else None if posted else proposed
    prepared = sending.prepare(page, terms, by=request.user) if terms else None
    seal = sending.fingerprint(page, terms) if terms else ""
    if prepared and not prepared.points and request.POST.get("act") == "send":
        done = _do_send(request, page, prepared.terms, form.cleaned_data["note"])
        if done is not None:
            return done
    context = {
        "document": page,
        "form": form,
        "prepared": prepared,
        "seal": seal,
        "effective": terms and terms.effective_on,
        "visibility": Visibility(page.visibility).label,
        "outlook": outlook.sending(page, terms, request.user) if terms else None,
        "steps": [step.described() for step in for_kind(page.agency, f"document:{page.kind}")],
        "last": queries.last_round(lifecycle.subject(page.pk)),
        "current": page.versions.in_force().defer("content").first(),
    }
    return show(
        request,
        "send.html",
        _("Trình duyệt"),
        context,
        crumbs=[crumb(page)],
        icon="upload",
        status=400 if posted and not form.is_valid() else 200,
    )


def _do_send(
    request: AuthenticatedRequest, page: DocumentPage, terms: Terms, note: str
) -> HttpResponse | None:
    """Performs the step; None if it was refused (the reason is in the messages)."""
    try:
        with once.only(request) as sent:
            approval = sending.send(
                [(page, terms)],
                by=request.user,
                note=note,
                shown={page.pk: request.POST.get("seal") or "-"},
            )
            sent.address = approval.get_absolute_url()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return None
    messages.success(request, _("Đã trình. Bản thảo được giữ nguyên cho tới khi có kết quả."))
    return redirect(sent.address)


@for_drafters
@require_POST
def take_back(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The sender withdraws the draft and goes on editing."""
    page = document_or_404(request, pk)
    approval = queries.open_for(lifecycle.subject(page.pk))
    if approval is None:
        messages.info(request, _("Bản thảo không còn ở trong lần trình nào."))
        return redirect("procedures_admin:document", page.pk)
    try:
        approvals.take_back(approval, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("procedures_admin:document", page.pk)
    messages.success(request, _("Đã rút lại. Bản thảo sửa được trở lại."))
    return redirect("wagtailadmin_pages:edit", page.pk)


def closed(page: DocumentPage, request: AuthenticatedRequest) -> dict[str, Any] | None:
    """What the editor and the document's page show about a draft in an approval; None if it is in
    none."""
    approval = queries.open_for(lifecycle.subject(page.pk))
    if approval is None:
        return None
    return {
        "approval": approval,
        "sentence": lifecycle.closed_sentence(approval),
        "may_take_back": approval.is_open and approval_rules.may_take_back(request.user, approval),
        "take_back_url": reverse("procedures_admin:take_back", args=[page.pk]),
    }
