"""Pages of reviews: an agency's upcoming reviews, and the verdict about a document."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from procedures import rules as document_rules
from procedures.models import Review, Version
from procedures.readership import reminders
from procedures.readership.pages import allow, file_of, page_of, wanted_file
from procedures.readership.reviews import due, lifecycle, rules, waiting
from procedures.readership.reviews.forms import VerdictForm
from qms import access, frame
from qms import rules as people_rules
from qms.access import current_user
from qms.clock import today
from qms.errors import Refused
from qms.models import Agency
from qms.text import sheets
from qms.work import once

HEADS = (
    gettext_lazy("Mã hiệu"), gettext_lazy("Tên tài liệu"), gettext_lazy("Đơn vị"), gettext_lazy("Người chịu trách nhiệm quá trình"),
    gettext_lazy("Soát xét trước ngày"), gettext_lazy("Tình trạng"), gettext_lazy("Kết luận gần nhất"), gettext_lazy("Ngày kết luận"),
)  # fmt: skip
WIDTHS = (16, 60, 34, 34, 18, 16, 18, 16)


@login_required
@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """The documents of an agency by their next review date; `export` returns a file."""
    body, user = get_object_or_404(Agency, pk=pk), current_user(request)
    allow(rules.may_see_reviews(user, body))
    day, labels = today(), waiting.labels()
    everything = due.of_agencies([body], day)
    own = {one.version for one in rules.mine(user, everything)}
    state = request.GET.get("state", "") if request.GET.get("state") in labels else ""
    mine = request.GET.get("mine") == "1"
    counted = Counter(one.state(day) for one in everything)
    chosen = [
        one
        for one in everything
        if (not state or one.state(day) == state) and (not mine or one.version in own)
    ]
    if kind := wanted_file(request):
        return file_of(kind, body, "soat-xet", HEADS, _lines(chosen, day), WIDTHS)
    page = page_of(request, chosen)
    context = {
        "agency": body,
        "tabs": frame.agency_tabs(user, body),
        "page": page,
        "rows": _rows(page, day, own),
        "total": len(everything),
        "own": len(own),
        "states": [
            {"value": value, "label": label, "count": counted[value]}
            for value, label in labels.items()
        ],
        "state": state,
        "mine": mine,
        "exports": sheets.KINDS,
    }
    return render(request, "procedures/readership/reviews.html", context)


def _rows(page: Iterable[due.Due], day: datetime.date, own: set[int]) -> list[dict[str, Any]]:
    named = due.named(page)
    last = _last([one.version for one, _version in named])
    return [
        {
            "due": one,
            "version": version,
            "state": one.state(day),
            "last": last.get(one.version),
            "may_review": one.version in own,
        }
        for one, version in named
    ]


def _last(versions: list[int]) -> dict[int, Review]:
    rows = Review.objects.filter(version__in=versions).order_by("pk")
    return {one.version_id: one for one in rows}


def _lines(chosen: list[due.Due], day: datetime.date) -> Iterator[tuple[Any, ...]]:
    labels = waiting.labels()
    for start in range(0, len(chosen), 500):
        for row in _rows(chosen[start : start + 500], day, set()):
            version, last = row["version"], row["last"]
            yield (
                version.code, version.title, version.unit_name, version.owner_post, _day(row["due"].next_on),
                str(labels[row["state"]]), str(last.get_verdict_display()) if last else "", _day(last.on_day if last else None),
            )  # fmt: skip


def _day(value: datetime.date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


@login_required
@once.per_form
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdict about the version in force of a document, and earlier ones."""
    user = current_user(request)
    seen = Version.objects.filter(document=pk).visible_to(access.tokens_for(user))
    seen = seen.defer("content").select_related("agency", "unit")
    version = seen.in_force().first()
    if version is None and request.method == "POST":  # withdrawn meanwhile: reported by the step
        version = seen.standing().first()
    allow(version is not None and rules.may_review(user, version))
    assert version is not None
    last = Review.objects.filter(version=version).order_by("pk").last()
    form = VerdictForm(request.POST or None, about=version, last=last)
    if request.method == "POST" and form.is_valid():
        address = _decide(request, seen, form)
        if address:
            return redirect(address)
    if request.method == "GET" and not version.review_months:
        messages.info(request, _("Tài liệu này không có chu kỳ soát xét."))
        return redirect("document", pk)
    context = {
        "version": version,
        "agency": version.agency,
        "form": form,
        "due": due.of_version(version),
        "verdicts": Review.objects.filter(version__document=pk)
        .select_related("version")
        .defer("version__content")
        .order_by("-pk"),
        "names": people_rules.may_see_people(user, version.agency),
        "latest": lifecycle.latest_day(version),
        "today": today(),
    }
    return render(request, "procedures/readership/review.html", context)


def _decide(request: HttpRequest, seen: Any, form: VerdictForm) -> str:
    """Performs the step for the version that the page showed. Returns the URL to redirect to; empty
    if it was refused."""
    typed = form.cleaned_data
    about = seen.filter(pk=typed["version"]).first()
    allow(about is not None)
    try:
        with once.only(request) as sent:
            made = lifecycle.review(
                about,
                verdict=typed["verdict"],
                reason=typed["reason"],
                next_on=typed["next_on"],
                by=current_user(request),
                after=typed["after"],
            )
            sent.address = f"{reverse('document', args=[about.document_id])}#soat-xet"
            if made.verdict == Review.Verdict.WITHDRAW and document_rules.may_withdraw(
                current_user(request), about
            ):
                sent.address = reminders.withdrawal_address(made)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""
    messages.success(request, _said(typed["verdict"]))
    return sent.address


def _said(verdict: str) -> str:
    if verdict == Review.Verdict.REVISE:
        return _("Đã ghi kết luận soát xét và gửi yêu cầu sửa đổi tới thư ký ISO.")
    if verdict == Review.Verdict.WITHDRAW:
        return _("Đã ghi kết luận soát xét. Thư ký ISO được báo để thu hồi tài liệu.")
    return _("Đã ghi kết luận soát xét.")
