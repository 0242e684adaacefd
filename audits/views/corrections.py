"""The page of a nonconformity, from its analysis to the judgement whether the actions worked."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import evidence, lifecycle, rules
from audits.evidence import MOST_BYTES
from audits.forms import ActionForm, AnalysisForm, JudgeForm, ReportForm, SendPlanForm
from audits.models import Nonconformity
from audits.views.common import agency_or_404, allow, case_or_404, did, did_once, finishes_action
from qms.access import current_user
from qms.clock import today
from qms.work import once
from qms.work.bodies import takes_files

State = Nonconformity.State


@login_required
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, case_or_404(request, pk))


def _page(request: HttpRequest, one: Nonconformity, **forms: Any) -> HttpResponse:
    user = current_user(request)
    actions = list(one.actions.select_related("person"))
    files = evidence.of("action", [action.pk for action in actions])
    analyses = one.state == State.OPEN and rules.may_analyse(user, one)
    verifies = one.state == State.VERIFYING
    context = {
        "case": one,
        "agency": one.agency,
        "actions": [
            {
                "action": action,
                "files": files.get(action.pk, []),
                "may_finish": one.state == State.AGREED
                and action.done_on is None
                and rules.may_finish(user, one, action.person_id),
            }
            for action in actions
        ],
        "sees_names": rules.may_see_names(
            user, one.agency_id, one.finding.audit if one.finding else None
        ),
        "judgements": one.judgements.all(),
        "next_round": Nonconformity.objects.filter(follows=one).first(),
        "sees_finding": one.finding_id is not None
        and rules.findings_of(user).filter(pk=one.finding_id).exists(),
        "may_analyse": analyses,
        "may_agree": one.state == State.PLANNED and rules.may_agree(user, one),
        "may_judge": verifies and rules.may_judge(user, one),
        "not_yet": one.judge_on is not None and one.judge_on > today(),
        "analysis_form": AnalysisForm(instance=one) if analyses else None,
        "action_form": ActionForm(agency=one.agency) if analyses else None,
        "send_form": SendPlanForm(initial={"measure": one.measure, "judge_on": one.judge_on})
        if analyses
        else None,
        "judge_form": JudgeForm(),
        **forms,
    }
    return render(request, "audits/nonconformity.html", context)


@login_required
@once.per_form
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Registers a nonconformity that was seen outside an audit."""
    agency = agency_or_404(request, pk)
    allow(rules.may_report(current_user(request), agency))
    form = ReportForm(request.POST or None, agency=agency)
    kept: list[Nonconformity] = []
    if request.method == "POST" and form.is_valid():

        def step() -> None:
            kept.append(lifecycle.report(agency, by=current_user(request), **form.cleaned_data))

        if did_once(
            request,
            step,
            _("Đã ghi sự không phù hợp."),
            form,
            leads_to=lambda: kept[0].get_absolute_url(),
        ):
            return redirect(kept[0])
    context = {"form": form, "agency": agency, "heading": _("Ghi sự không phù hợp")}
    back = reverse("agency_actions", args=[agency.pk])
    return render(request, "audits/form.html", {**context, "back": back})


@login_required
@require_POST
def analyse(request: HttpRequest, pk: int) -> HttpResponse:
    one = case_or_404(request, pk)
    allow(rules.may_analyse(current_user(request), one))
    form = AnalysisForm(request.POST, instance=Nonconformity.objects.get(pk=one.pk))
    if form.is_valid() and did(
        request,
        lambda: lifecycle.analyse(one, by=current_user(request), **form.cleaned_data),
        _("Đã lưu phân tích."),
        form,
    ):
        return redirect(one)
    return _page(request, one, analysis_form=form)


@login_required
@require_POST
@once.per_form
def add_action(request: HttpRequest, pk: int) -> HttpResponse:
    one = case_or_404(request, pk)
    allow(rules.may_analyse(current_user(request), one))
    form = ActionForm(request.POST, agency=one.agency)
    if form.is_valid() and did_once(
        request,
        lambda: lifecycle.add_action(one, by=current_user(request), **form.cleaned_data),
        _("Đã thêm hành động."),
        form,
        leads_to=one.get_absolute_url,
    ):
        return redirect(one)
    return _page(request, one, action_form=form)


@login_required
@require_POST
def remove_action(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    one = case_or_404(request, pk)
    allow(rules.may_analyse(current_user(request), one))
    found = get_object_or_404(one.actions, pk=action)
    did(
        request,
        lambda: lifecycle.remove_action(found, by=current_user(request)),
        _("Đã bỏ hành động."),
    )
    return redirect(one)


@login_required
@require_POST
def send_plan(request: HttpRequest, pk: int) -> HttpResponse:
    one = case_or_404(request, pk)
    allow(rules.may_analyse(current_user(request), one))
    form = SendPlanForm(request.POST)
    if form.is_valid() and did(
        request,
        lambda: lifecycle.send_plan(one, by=current_user(request), **form.cleaned_data),
        _("Đã gửi kế hoạch khắc phục."),
        form,
    ):
        return redirect(one)
    return _page(request, one, send_form=form)


@login_required
@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agrees to the plan, or sends it back with a reason."""
    one, by = case_or_404(request, pk), current_user(request)
    allow(rules.may_agree(by, one))
    if request.POST.get("answer") == "agree":
        did(
            request,
            lambda: lifecycle.agree(one, by=by),
            _("Đã đồng ý kế hoạch. Người được giao có thể bắt đầu."),
        )
    else:
        reason = request.POST.get("reason", "")[:2000]
        did(
            request,
            lambda: lifecycle.send_back(one, reason=reason, by=by),
            _("Đã trả lại kế hoạch."),
        )
    return redirect(one)


@takes_files(MOST_BYTES, finishes_action)
@login_required
@require_POST
def finish(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    one = case_or_404(request, pk)
    found = get_object_or_404(one.actions, pk=action)
    allow(rules.may_finish(current_user(request), one, found.person_id))
    note, files = request.POST.get("note", "")[:5000], request.FILES.getlist("files")
    did(
        request,
        lambda: lifecycle.finish_action(found, note=note, files=files, by=current_user(request)),
        _("Đã ghi kết quả thực hiện."),
    )
    return redirect(one)


@login_required
@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    one = case_or_404(request, pk)
    allow(rules.may_judge(current_user(request), one))
    form = JudgeForm(request.POST)
    if form.is_valid():
        effective = form.cleaned_data["effective"] == "yes"
        why = form.cleaned_data["why"]
        if did(
            request,
            lambda: lifecycle.judge(one, effective=effective, why=why, by=current_user(request)),
            _("Đã ghi đánh giá hiệu lực."),
            form,
        ):
            return redirect(one)
    return _page(request, one, judge_form=form)
