"""Irreversible steps: each page shows exactly what will happen, then asks; the lifecycle performs
it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures import lifecycle, rules, standing
from procedures.approval import withdrawing
from procedures.changes import amendments, numbering
from procedures.editor.forms import DayField
from procedures.lifecycle import taking_in
from procedures.models import DocumentPage, Review, SignerRole, Version
from procedures.officer import outlook
from procedures.officer.common import (
    AuthenticatedRequest,
    crumb,
    document_or_404,
    drafts,
    for_drafters,
    show,
    version_or_404,
)
from procedures.officer.uploads import LARGEST_FILE, SCANS, Unusable, take
from qms.clock import today, written
from qms.errors import Refused
from qms.text.numbers import whole_number
from qms.work import once
from qms.work.bodies import takes_files


class RecordForm(forms.Form):
    """The facts on the paper, and its identification: its number and date, or its scan."""

    issue_number = forms.IntegerField(
        label=gettext_lazy("Lần ban hành"), required=False, min_value=0, max_value=999
    )
    revision_number = forms.IntegerField(
        label=gettext_lazy("Lần sửa đổi"), required=False, min_value=0, max_value=999
    )
    issued_on = DayField(label=gettext_lazy("Ngày ban hành"), required=True)
    effective_on = DayField(
        label=gettext_lazy("Ngày hiệu lực"),
        required=False,
        help_text=gettext_lazy("Để trống nếu có hiệu lực từ ngày ban hành."),
    )
    change_summary = forms.CharField(
        label=gettext_lazy("Nội dung sửa đổi"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "data-controller": "w-autosize"}),
    )
    paper_number = forms.CharField(
        label=gettext_lazy("Số, ký hiệu của bản giấy"),
        required=False,
        max_length=100,
        help_text=gettext_lazy(
            "Số quyết định ban hành hoặc số ghi trên bản giấy, ví dụ 15/QĐ-STP."
        ),
    )
    paper_date = DayField(label=gettext_lazy("Ngày ghi trên bản giấy"), required=False)
    scan = forms.FileField(
        label=gettext_lazy("Tệp quét bản giấy đã ký"),
        required=False,
        help_text=gettext_lazy("PDF hoặc ảnh; cần khi không ghi số và ngày."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("issued_on", "issue_number", "revision_number"):
            self.fields[name].error_messages["required"] = _("Hãy ghi ngày ban hành.")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        number, dated = found.get("paper_number", "").strip(), found.get("paper_date")
        if bool(number) != bool(dated) and not self.errors.get("paper_date"):
            missing = "paper_date" if number else "paper_number"
            self.add_error(missing, _("Hãy ghi cả số và ngày của bản giấy."))
        issued_on = found.get("issued_on")
        if issued_on and issued_on > today():
            self.add_error(
                "issued_on", _("Bản giấy chưa được ban hành vào ngày này. Hãy kiểm tra lại ngày.")
            )
        return found

    @property
    def paper(self) -> dict[str, str]:
        """The paper by number and date; empty if it is identified only by its scan."""
        given = self.cleaned_data
        if not given["paper_number"].strip():
            return {}
        return {
            "number": given["paper_number"].strip(),
            "dated": given["paper_date"].isoformat(),
        }


def _proposed(page: DocumentPage) -> dict[str, Any]:
    """The form's initial values: the proposed numbers, and the draft's own dates if they
    are new."""
    last = page.versions.order_by("-ordinal").values_list("issued_on", flat=True).first()
    numbers = numbering.proposed(page)
    fresh = page.issued_on is not None and (last is None or page.issued_on > last)
    return {
        "issue_number": numbers[0],
        "revision_number": numbers[1],
        "issued_on": page.issued_on if fresh else today(),
        "effective_on": page.effective_on if fresh else None,
        "change_summary": amendments.said_newly(page, page.change_summary),
    }


def _into_draft(facts: dict[str, Any]) -> dict[str, Any]:
    """The form's values that are written into the draft before it is copied."""
    about_paper = ("scan", "paper_number", "paper_date")
    return {name: value for name, value in facts.items() if name not in about_paper}


@takes_files(LARGEST_FILE, drafts)
@for_drafters
@once.per_form
def record(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Records a version that was issued on paper: shows what will happen, then does it."""
    page = document_or_404(request, pk)
    if not rules.may_record(request.user, page):
        raise Http404
    try:
        taking_in.need_open(page.agency)
    except Refused as refusal:
        messages.info(request, str(refusal))
        return redirect("procedures_admin:send", page.pk)
    posted = request.method == "POST"
    proposed = _proposed(page)
    form = RecordForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial=proposed,
    )
    facts = form.cleaned_data if posted and form.is_valid() else None if posted else proposed
    seen = outlook.recording(page, facts, request.user) if facts else None
    seal = lifecycle.fingerprint(page, _into_draft(facts)) if facts else ""
    if posted and facts and seen and not seen.blockers and request.POST.get("act") == "issue":
        done = _do_record(request, page, facts, form)
        if done is not None:
            return done
    context = {
        "document": page,
        "form": form,
        "facts": facts,
        "effective": facts and (facts["effective_on"] or facts["issued_on"]),
        "outlook": seen,
        "seal": seal,
        "signers": [
            {**s, "label": dict(SignerRole.choices).get(s.get("role"), "")} for s in page.signers
        ],
        "files": [
            file for file in lifecycle.files_of(page) if file["role"] in {"original", "form"}
        ],
        "current": page.versions.in_force().defer("content").first(),
    }
    return show(
        request,
        "record.html",
        _("Ghi nhận bản đã ban hành trên giấy"),
        context,
        crumbs=[crumb(page)],
        icon="upload",
        status=400 if posted and form.errors else 200,
    )


def _do_record(
    request: AuthenticatedRequest, page: DocumentPage, facts: dict[str, Any], form: RecordForm
) -> HttpResponse | None:
    """Performs the step; None if it was refused (the reason is in the form or in the messages)."""
    if not form.paper and not facts.get("scan"):
        form.add_error(
            "paper_number", _("Hãy ghi số và ngày của bản giấy, hoặc đính kèm tệp quét của nó.")
        )
        return None
    try:
        scan = take(facts["scan"], SCANS, LARGEST_FILE) if facts.get("scan") else None
        with once.only(request) as sent:
            sent.address = reverse("procedures_admin:document", args=[page.pk])
            version = lifecycle.record(
                page,
                issued_on=facts["issued_on"],
                effective_on=facts["effective_on"],
                by=request.user,
                paper=form.paper or {"file": scan[0].pk if scan else ""},
                changes=_into_draft(facts),
                shown=request.POST.get("seal") or "-",
            )
            if scan:
                lifecycle.add_file(version, scan[0], name=scan[1], role="signed", by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return None
    except Unusable as problem:
        form.add_error("scan", str(problem))
        return None
    messages.success(request, _("Đã ghi nhận phiên bản %(number)d.") % {"number": version.ordinal})
    return redirect(sent.address)


# -- later acts on a version


class ReasonForm(forms.Form):
    """The reason and the effective date."""

    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Hãy ghi lý do.")},
    )
    on_day = DayField(label=gettext_lazy("Kể từ ngày"), required=True)

    def __init__(self, *args: Any, dated: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on_day"].error_messages["required"] = _("Hãy ghi ngày.")
        if not dated:
            del self.fields["on_day"]


class ScanForm(forms.Form):
    """The signed paper, scanned."""

    scan = forms.FileField(
        label=gettext_lazy("Tệp quét bản giấy"),
        help_text=gettext_lazy("PDF hoặc ảnh, nhiều nhất 50 MB."),
        error_messages={"required": gettext_lazy("Hãy chọn tệp.")},
    )


@dataclass(frozen=True)
class Act:
    """The texts of an act that may be requested for a version."""

    act: str
    title: Any
    button: Any
    what: Any
    dated: bool
    danger: bool


ACTS = {
    "thu-hoi": Act(
        withdrawing.Act.WITHDRAW, gettext_lazy("Thu hồi phiên bản"), gettext_lazy("Trình thu hồi"),
        gettext_lazy("Từ ngày ghi dưới đây phiên bản hết hiệu lực. Người đọc vẫn mở được bản cũ, có dải báo “Đã thu hồi” và lý do. Có thể khôi phục sau."),
        dated=True, danger=True,
    ),
    "khoi-phuc": Act(
        withdrawing.Act.REINSTATE, gettext_lazy("Khôi phục hiệu lực"), gettext_lazy("Trình khôi phục hiệu lực"),
        gettext_lazy("Từ ngày ghi dưới đây phiên bản có hiệu lực trở lại. Việc thu hồi trước đó vẫn còn trong lịch sử."),
        dated=True, danger=False,
    ),
    "huy-bo": Act(
        withdrawing.Act.STRIKE_OUT, gettext_lazy("Hủy bỏ phiên bản ghi nhầm"), gettext_lazy("Trình hủy bỏ"),
        gettext_lazy("Chỉ dùng khi phiên bản được ban hành hoặc ghi nhận nhầm. Phiên bản hết hiệu lực và người đọc không thấy nữa; trong lịch sử vẫn còn. Không khôi phục được."),
        dated=False, danger=True,
    ),
}  # fmt: skip


@for_drafters
@once.per_form
def act(request: AuthenticatedRequest, pk: int, name: str) -> HttpResponse:
    """Requests to withdraw, reinstate or strike out a version, with a reason; performed once
    everybody has signed."""
    version = version_or_404(request, pk)
    chosen = ACTS.get(name)
    if chosen is None or not rules.may_withdraw(request.user, version):
        raise Http404
    begins = {"on_day": today(), "reason": _verdict(request, version)}
    form = ReasonForm(request.POST or None, dated=chosen.dated, initial=begins)
    if request.method == "POST" and form.is_valid():
        dated = {"on_day": form.cleaned_data["on_day"]} if chosen.dated else {}
        try:
            with once.only(request) as sent:
                approval = withdrawing.request(
                    version,
                    chosen.act,
                    reason=form.cleaned_data["reason"],
                    by=request.user,
                    **dated,
                )
                sent.address = approval.get_absolute_url()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã trình yêu cầu; thực hiện khi đủ chữ ký."))
            return redirect(sent.address)
    context = {
        "document": version.document,
        "version": version,
        "form": form,
        "act": chosen,
        "previous": _previous(version) if name == "huy-bo" else None,
    }
    return show(
        request,
        "act.html",
        str(chosen.title),
        context,
        crumbs=[crumb(version.document)],
        icon="warning",
    )


def _verdict(request: AuthenticatedRequest, version: Version) -> str:
    """The reason given by a review for withdrawing the version, if the page was opened from that
    review."""
    asked = whole_number(request.GET.get("soat-xet"))
    rows = version.reviews.filter(verdict=Review.Verdict.WITHDRAW)
    found = rows.filter(pk=asked).first() if asked is not None else None
    if found is None:
        return ""
    return _("Theo kết luận soát xét ngày %(day)s của %(name)s: %(reason)s") % {
        "day": written(found.on_day),
        "name": found.by_name,
        "reason": found.reason,
    }


def _previous(version: Version) -> Version | None:
    """The version that returns to force when this one is struck out."""
    is_current = version.document.versions.in_force().filter(pk=version.pk).exists()
    return standing.in_force_without(version, today()) if is_current else None


@takes_files(LARGEST_FILE, drafts)
@for_drafters
@once.per_form
def add_scan(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Adds the scan of the signed paper to a version."""
    version = version_or_404(request, pk)
    if not rules.may_withdraw(request.user, version):
        raise Http404
    form = ScanForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            stored, name = take(form.cleaned_data["scan"], SCANS, LARGEST_FILE)
            with once.only(request) as sent:
                sent.address = reverse("procedures_admin:document", args=[version.document_id])
                lifecycle.add_file(version, stored, name=name, role="signed", by=request.user)
        except (Unusable, Refused) as problem:
            form.add_error("scan", str(problem))
        else:
            messages.success(
                request,
                _("Đã đính kèm bản quét vào phiên bản %(number)d.") % {"number": version.ordinal},
            )
            return redirect("procedures_admin:document", version.document_id)
    context = {
        "document": version.document,
        "version": version,
        "form": form,
        "back": reverse("procedures_admin:document", args=[version.document_id]),
    }
    return show(
        request,
        "scan.html",
        _("Đính kèm bản quét"),
        context,
        crumbs=[crumb(version.document)],
        icon="upload",
    )
