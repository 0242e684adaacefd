"""Several documents in one approval, and the decision by which they are issued."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures import lifecycle, rules
from procedures.approval import deciding, issuing, sending
from procedures.approval.deciding import LARGEST_NUMBER
from procedures.editor.forms import DayField
from procedures.models import DocumentPage
from procedures.namesakes import namesakes_of
from procedures.officer.common import AuthenticatedRequest, for_drafters, show
from procedures.officer.register import documents_of, drafting_agencies
from procedures.officer.sending import ON_DAY, SendForm
from qms.approvals import queries
from qms.clock import today
from qms.errors import Refused
from qms.models import Agency, Approval
from qms.text.numbers import whole_number
from qms.work import once

MOST_SHOWN = 300


class SetForm(forms.Form):
    """The details common to all documents of a set; numbers and summary are each document's own."""

    title = forms.CharField(
        label=gettext_lazy("Tên của lần trình"),
        max_length=300,
        help_text=gettext_lazy("Ví dụ: Hệ thống tài liệu của Văn phòng, lần ban hành 03."),
    )
    effective = SendForm.base_fields["effective"]
    effective_days = SendForm.base_fields["effective_days"]
    effective_on = SendForm.base_fields["effective_on"]
    by_decision = SendForm.base_fields["by_decision"]
    note = SendForm.base_fields["note"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("effective") == ON_DAY and not found.get("effective_on"):
            self.add_error("effective_on", _("Hãy ghi ngày hiệu lực."))
        if found.get("effective") == "days" and found.get("effective_days") is None:
            self.add_error("effective_days", _("Hãy ghi số ngày."))
        return found

    def terms(self, page: DocumentPage) -> sending.Terms:
        """The document's own numbers and summary, with the dates of the set."""
        own, given = sending.proposed(page), self.cleaned_data
        return sending.Terms(
            issue_number=own.issue_number,
            revision_number=own.revision_number,
            change_summary=own.change_summary,
            effective_on=given["effective_on"] if given["effective"] == ON_DAY else None,
            effective_days=given["effective_days"] if given["effective"] == "days" else None,
            time_reason=own.time_reason,
            by_decision=bool(given["by_decision"]),
        )


@for_drafters
@once.per_form
def choose(request: AuthenticatedRequest) -> HttpResponse:
    """Chooses drafts of one agency, shows what prevents each, and sends them together."""
    agency = _agency(request)
    pages = _drafts(request, agency)
    chosen = {whole_number(value) for value in request.POST.getlist("document")}
    form = SetForm(request.POST or None)
    posted = request.method == "POST"
    valid = posted and form.is_valid()
    prepared = []
    if valid:
        picked = [page.specific for page in pages if page.pk in chosen]
        prepared = [sending.prepare(page, form.terms(page), by=request.user) for page in picked]
        if not prepared:
            form.add_error(None, _("Hãy chọn ít nhất một tài liệu."))
        elif request.POST.get("act") == "send" and not any(one.points for one in prepared):
            done = _do_send(request, form, prepared)
            if done is not None:
                return done
    points = {one.page.pk: one.points for one in prepared}
    shared = namesakes_of(agency.pk, pages, request.user)
    context = {
        "agency": agency,
        "agencies": drafting_agencies(request.user),
        "form": form,
        "rows": [
            {
                "page": page,
                "chosen": page.pk in chosen,
                "points": points.get(page.pk, []),
                "namesakes": shared[page.pk],
            }
            for page in pages
        ],
        "prepared": prepared,
        "ready": bool(prepared) and not any(points.values()),
    }
    return show(
        request,
        "send_set.html",
        _("Trình nhiều tài liệu"),
        context,
        icon="upload",
        status=400 if posted and form.errors else 200,
    )


def _agency(request: AuthenticatedRequest) -> Agency:
    """The requested agency, among those in which the user drafts."""
    mine = drafting_agencies(request.user)
    wanted = whole_number(request.GET.get("agency"))
    found = next((one for one in mine if one.pk == wanted), mine[0] if wanted is None else None)
    if found is None:
        raise Http404
    return found


def _drafts(request: AuthenticatedRequest, agency: Agency) -> list[DocumentPage]:
    """Drafts of the agency that the user may send and that are in no approval, by code."""
    rows = documents_of(request.user).filter(DocumentPage.OPEN_DRAFT, agency=agency)
    pages = list(
        rows.select_related("agency", "unit").defer("body").order_by("code", "title")[:MOST_SHOWN]
    )
    taken = queries.open_subjects(lifecycle.subject(page.pk) for page in pages)
    return [page for page in pages if lifecycle.subject(page.pk) not in taken]


def _do_send(
    request: AuthenticatedRequest, form: SetForm, prepared: list[sending.Prepared]
) -> HttpResponse | None:
    try:
        with once.only(request) as sent:
            approval = sending.send(
                [(one.page, one.terms) for one in prepared],
                by=request.user,
                note=form.cleaned_data["note"],
                title=form.cleaned_data["title"],
            )
            sent.address = approval.get_absolute_url()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("Đã trình %(count)d tài liệu.") % {"count": len(prepared)})
    return redirect(sent.address)


# -- the decision


class DecisionForm(forms.Form):
    """Number, symbol and date of the decision, as registered by the clerk."""

    number = forms.IntegerField(label=gettext_lazy("Số"), min_value=1, max_value=LARGEST_NUMBER)
    symbol = forms.CharField(label=gettext_lazy("Ký hiệu"), max_length=60)
    dated = DayField(label=gettext_lazy("Ngày quyết định"), required=True)
    title = forms.CharField(label=gettext_lazy("Trích yếu"), max_length=500, required=False)


@for_drafters
@once.per_form
def decide(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Enters the decision and issues everything that was approved."""
    approval = get_object_or_404(Approval.objects.select_related("agency"), pk=pk, kind="document")
    if not rules.may_decide(request.user, approval):
        raise Http404
    if approval.state != Approval.State.APPROVED:
        messages.info(request, _("Lần trình này không chờ quyết định ban hành."))
        return redirect(approval.get_absolute_url())
    form = DecisionForm(
        request.POST or None,
        initial={
            "number": deciding.next_number(approval),
            "symbol": deciding.usual_symbol(approval),
            "dated": today(),
            "title": _("Về việc ban hành %(title)s") % {"title": approval.title},
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            with once.only(request) as sent:
                sent.address = reverse("procedures_admin:documents")
                made = deciding.issue_by_decision(approval, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Đã ban hành %(count)d tài liệu theo Quyết định số %(label)s.")
            count = made.versions.count()
            messages.success(request, said % {"count": count, "label": made.label})
            return redirect(sent.address)
    context = {
        "approval": approval,
        "form": form,
        "items": queries.items_of(approval),
        "signed_on": issuing.last_signature_on(approval),
    }
    return show(
        request,
        "decide.html",
        _("Ghi quyết định ban hành"),
        context,
        icon="doc-full",
        status=400 if form.errors else 200,
    )
