"""The pages of management reviews: an agency's list, one review with its agenda, and
its decisions."""

import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import lifecycle
from audits.lifecycle.meanwhile import INPUT, REVIEW
from audits.models import Decision, ManagementReview
from audits.on_screen import blocks_of
from audits.review import inputs, kind, readiness, rules
from audits.review.agenda import BRING, Topic
from audits.review.sheet import sheet, topic_blocks
from audits.review_forms import (
    DecisionForm,
    DoneForm,
    HandOverForm,
    InputForm,
    NewReviewForm,
    ReviewForm,
)
from audits.views.common import (
    agency_or_404,
    allow,
    did,
    did_once,
    page_of,
)
from qms import frame
from qms.access import current_user
from qms.approvals import queries
from qms.approvals import rules as approval_rules
from qms.clock import today
from qms.models import Agency, Approval
from qms.work import once, paper_files


def _review_or_404(request: HttpRequest, pk: int) -> ManagementReview:
    rows = rules.reviews_of(current_user(request)).select_related("approval__agency")
    return get_object_or_404(rows, pk=pk)


def _prepared_or_404(request: HttpRequest, pk: int) -> ManagementReview:
    """An unsigned review that the user prepares."""
    one = _review_or_404(request, pk)
    allow(rules.may_prepare_review(current_user(request), one.agency) and not one.is_signed)
    return one


@login_required
@require_safe
def listed(request: HttpRequest, pk: int) -> HttpResponse:
    """The agency's reviews that the user may see."""
    user, body = current_user(request), agency_or_404(request, pk)
    allow(rules.may_open_reviews(user, body))
    context = {
        "agency": body,
        "tabs": frame.agency_tabs(user, body),
        "sees_names": True,
        "page": page_of(request, rules.reviews_of(user).filter(agency=body)),
        "may_prepare": rules.may_prepare_review(user, body),
    }
    return render(request, "audits/reviews.html", context)


def _since(body: Agency) -> datetime.date:
    """The first day that no signed review covers; without one, the first of this year."""
    signed = ManagementReview.objects.filter(agency=body, state=ManagementReview.State.SIGNED)
    last = signed.order_by("-held_on").first()
    return last.held_on + datetime.timedelta(days=1) if last else today().replace(month=1, day=1)


@login_required
@once.per_form
def new(request: HttpRequest, pk: int) -> HttpResponse:
    body, user = agency_or_404(request, pk), current_user(request)
    allow(rules.may_prepare_review(user, body))
    initial = {"held_on": today(), "since": min(_since(body), today())}
    form = NewReviewForm(request.POST or None, agency=body, initial=initial)
    made: list[ManagementReview] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and did_once(
            request,
            lambda: made.append(lifecycle.create_review(body, by=user, **form.cleaned_data)),
            _("Đã lập kỳ xem xét. Số liệu đang được thu thập."),
            form,
            leads_to=lambda: made[0].get_absolute_url(),
        )
    ):
        return redirect(made[0])
    context = {
        "heading": _("Kỳ xem xét của lãnh đạo mới"),
        "form": form,
        "agency": body,
        "back": reverse("agency_management_reviews", args=[body.pk]),
    }
    return render(request, "audits/form.html", context)


@login_required
@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The complete review for those who prepare or sign it; for others, the decisions that name
    them."""
    one, user = _review_or_404(request, pk), current_user(request)
    reads = rules.may_read_review(user, one)
    decisions = one.decisions.select_related("person")
    context: dict[str, Any] = {
        "review": one,
        "agency": one.agency,
        "reads": reads,
        "officer": rules.may_prepare_review(user, one.agency),
        "decisions": decisions if reads else decisions.filter(person=user.pk),
        "self": user.pk,
    }
    if reads:
        context |= _whole(request, one)
    return render(request, "audits/review.html", context)


def _whole(request: HttpRequest, one: ManagementReview) -> dict[str, Any]:
    user, approval = current_user(request), one.approval
    on_its_way = queries.open_for(kind.subject(one.pk)) is not None
    changes = not one.is_signed and not on_its_way
    may_change = changes and rules.may_prepare_review(user, one.agency)
    facts = kind.sealed_facts(one)
    return {
        "facts": facts,
        "topics": [_topic(each) for each in facts["inputs"]],
        "asked": len(inputs.sources()),
        "done": max(0, len(inputs.sources()) - len(one.waiting)),
        "approval": approval,
        "on_its_way": on_its_way,
        "sees_approval": approval is not None and approval_rules.may_see(user, approval),
        "returned": approval
        if approval and changes and approval.state in queries.CAME_BACK
        else None,
        "may_change": may_change,
        "points": readiness.points(one) if may_change else [],
        "decision_form": DecisionForm(agency=one.agency) if may_change else None,
    }


def _topic(facts: dict[str, Any]) -> dict[str, Any]:
    topic = Topic(facts["topic"])
    empty = not facts["figures"] and not facts["said"]
    return {
        "topic": topic,
        "blocks": [] if empty else blocks_of(topic_blocks(facts)),
        "bring": BRING[topic],
    }


@login_required
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """For the page's script: the numbers of pending sources and of all sources."""
    one = _review_or_404(request, pk)
    allow(rules.may_read_review(current_user(request), one))
    return JsonResponse({"waiting": len(one.waiting), "total": len(inputs.sources())})


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Date, place, participants, minutes and conclusion."""
    one, user = _prepared_or_404(request, pk), current_user(request)
    form = ReviewForm(request.POST or None, review=one)
    if not form.is_bound:
        form.show(one, REVIEW)
    if (
        request.method == "POST"
        and form.is_valid()
        and did(
            request,
            lambda: lifecycle.change_review(one, by=user, **form.cleaned_data),
            _("Đã lưu biên bản."),
            form,
        )
    ):
        return redirect(one)
    if form.is_bound:
        form.show(_prepared_or_404(request, pk), REVIEW)
    return _form(request, one, form, _("Cuộc họp và biên bản"))


@login_required
def topic(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One topic of the agenda: its figures, what to bring, and the text."""
    one, user = _prepared_or_404(request, pk), current_user(request)
    allow(name in Topic.values)
    row = one.inputs.get(topic=name)
    form = InputForm(request.POST or None, initial={"said": row.said})
    if not form.is_bound:
        form.show(row, INPUT)
    if (
        request.method == "POST"
        and form.is_valid()
        and did(
            request,
            lambda: lifecycle.write_input(one, name, by=user, **form.cleaned_data),
            _("Đã ghi nội dung."),
            form,
        )
    ):
        order = list(Topic.values)
        after = order[order.index(name) + 1 :]
        if "next" in request.POST and after:
            return redirect("review_topic", one.pk, after[0])
        return redirect(f"{one.get_absolute_url()}#nd-{name}")
    if form.is_bound:
        form.show(one.inputs.get(topic=name), INPUT)
    figures = {"topic": name, "figures": row.figures, "said": ""}
    context = {
        "review": one,
        "agency": one.agency,
        "heading": Topic(name).label,
        "bring": BRING[Topic(name)],
        "body": blocks_of(topic_blocks(figures)) if row.figures else "",
        "form": form,
        "back": one.get_absolute_url(),
        "last": name == Topic.values[-1],
    }
    return render(request, "audits/review_topic.html", context)


def _form(request: HttpRequest, one: ManagementReview, form: Any, heading: str) -> HttpResponse:
    context = {
        "heading": heading,
        "form": form,
        "agency": one.agency,
        "review": one,
        "back": one.get_absolute_url(),
    }
    return render(request, "audits/form.html", context)


@login_required
@require_POST
def collect(request: HttpRequest, pk: int) -> HttpResponse:
    one, by = _prepared_or_404(request, pk), current_user(request)
    did(
        request,
        lambda: lifecycle.collect_again(one, by=by),
        _("Số liệu đang được thu thập lại; nội dung đã ghi giữ nguyên."),
    )
    return redirect(one)


@login_required
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    one, by = _prepared_or_404(request, pk), current_user(request)
    sent: list[Approval] = []
    if did(request, lambda: sent.append(kind.send(one, by=by)), _("Đã trình biên bản.")):
        return redirect(sent[0])
    return redirect(one)


@login_required
@require_safe
def file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The record as PDF or Word file, in the language of the screen or `?lang=`."""
    one = _review_or_404(request, pk)
    allow(rules.may_read_review(current_user(request), one))
    paper = sheet(
        kind.sealed_facts(one),
        one.agency,
        paper_files.language_of(request),
        approval=one.approval,
    )
    return paper_files.as_file(paper, form, f"xem-xet-cua-lanh-dao-{one.year}-{one.number:02}")


# -- decisions


@login_required
@once.per_form
def add_decision(request: HttpRequest, pk: int) -> HttpResponse:
    one, user = _prepared_or_404(request, pk), current_user(request)
    form = DecisionForm(request.POST or None, agency=one.agency)
    if (
        request.method == "POST"
        and form.is_valid()
        and did_once(
            request,
            lambda: lifecycle.add_decision(one, by=user, **form.cleaned_data),
            _("Đã thêm việc phải làm."),
            form,
            leads_to=lambda: f"{one.get_absolute_url()}#viec",
        )
    ):
        return redirect(f"{one.get_absolute_url()}#viec")
    return _form(request, one, form, _("Thêm việc phải làm"))


@login_required
@require_POST
def remove_decision(request: HttpRequest, pk: int, decision: int) -> HttpResponse:
    one, user = _prepared_or_404(request, pk), current_user(request)
    row = get_object_or_404(one.decisions, pk=decision)
    did(request, lambda: lifecycle.remove_decision(row, by=user), _("Đã bỏ việc này."))
    return redirect(f"{one.get_absolute_url()}#viec")


def _decision_or_404(request: HttpRequest, pk: int, decision: int) -> Decision:
    one = _review_or_404(request, pk)
    allow(one.is_signed)
    rows = one.decisions.select_related("review__agency", "person")
    return get_object_or_404(rows, pk=decision)


@login_required
def finish_decision(request: HttpRequest, pk: int, decision: int) -> HttpResponse:
    row, user = _decision_or_404(request, pk, decision), current_user(request)
    allow(rules.may_finish_decision(user, row) and row.done_on is None)
    form = DoneForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and did(
            request,
            lambda: lifecycle.finish_decision(row, by=user, **form.cleaned_data),
            _("Đã ghi kết quả thực hiện."),
            form,
        )
    ):
        return redirect(row.review)
    return _form(request, row.review, form, _("Báo hoàn thành: %(what)s") % {"what": row})


@login_required
def hand_over(request: HttpRequest, pk: int, decision: int) -> HttpResponse:
    row, user = _decision_or_404(request, pk, decision), current_user(request)
    allow(rules.may_prepare_review(user, row.review.agency) and row.done_on is None)
    form = HandOverForm(request.POST or None, agency=row.review.agency)
    if (
        request.method == "POST"
        and form.is_valid()
        and did(
            request,
            lambda: lifecycle.hand_over_decision(row, by=user, **form.cleaned_data),
            _("Đã giao lại việc."),
            form,
        )
    ):
        return redirect(row.review)
    return _form(request, row.review, form, _("Giao lại: %(what)s") % {"what": row})
