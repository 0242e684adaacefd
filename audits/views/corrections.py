"""The page of a nonconformity: its gates in order, its plan, its actions, and the judgement of
their effectiveness."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import correction_forms as forms
from audits import evidence, fishbone, lifecycle, rules
from audits.evidence import MOST_BYTES
from audits.lessons import rules as lesson_rules
from audits.models import Action, Extension, Lesson, Nonconformity
from audits.views.common import agency_or_404, allow, case_or_404, did, did_once, finishes_action
from audits.views.correction_steps import STEPS, Step
from qms.access import Person, current_user
from qms.approvals import rules as approval_rules
from qms.clock import today
from qms.errors import Refused
from qms.models import Event
from qms.work import once
from qms.work.bodies import takes_files

State, Gate = Nonconformity.State, Nonconformity.Gate
GATES = list(Gate)
ENDINGS = ("nonconformity_taken_over", "nonconformity_ended")
PLACES = {
    Gate.CORRECTION: "khac-phuc",
    Gate.CAUSE: "nguyen-nhan",
    Gate.EXTENT: "pham-vi",
    Gate.SYSTEM: "he-thong",
    Gate.PLAN: "hanh-dong",
}


@login_required
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, case_or_404(request, pk))


def _page(
    request: HttpRequest,
    one: Nonconformity,
    refused: dict[str, BaseForm] | None = None,
    **more: Any,
) -> HttpResponse:
    """`refused`: forms of refused steps, with their errors."""
    user = current_user(request)
    causes = list(one.causes.select_related("parent"))
    works = one.state == State.OPEN and rules.may_analyse(user, one)
    gate = lifecycle.gate_of(one) if one.state == State.OPEN else ""
    finding, rows = one.finding, _actions(user, one)
    context = {
        "case": one,
        "agency": one.agency,
        "gate": gate,
        "works": works,
        "forms": _forms(one, gate, refused or {}) if works else {},
        "written": _written(one, gate) if works else {},
        "causes": causes,
        "drawing": fishbone.drawing_of(one, causes),
        "questions": one.extent_questions.select_related("unit", "agency"),
        "actions": rows,
        "unwritten": _unwritten(rows, more.get("typed", {})),
        "sees_names": rules.may_see_names(user, one.agency_id, finding.audit if finding else None),
        "judgements": one.judgements.all(),
        **_rounds(user, one),
        "sees_finding": finding is not None
        and rules.findings_of(user).filter(pk=finding.pk).exists(),
        "sees_approval": one.approval is not None and approval_rules.may_see(user, one.approval),
        "signs": one.approval is not None
        and one.state == State.PLANNED
        and approval_rules.may_sign(user, one.approval),
        "may_judge": one.state == State.VERIFYING and rules.may_judge(user, one),
        "not_yet": one.judge_on is not None and one.judge_on > today(),
        "judge_form": forms.JudgeForm(),
        "lesson": Lesson.objects.filter(nonconformity=one, withdrawn_on=None).first(),
        "may_offer": one.state == State.CLOSED and lesson_rules.may_offer(user, one),
        **more,
    }
    return render(request, "audits/nonconformity.html", context)


def _rounds(user: Person, one: Nonconformity) -> dict[str, Any]:
    """The rounds before and after it, each with its address if the user may open it (a successor
    continues what a closed agency left), and why it ended without one."""
    following = Nonconformity.objects.filter(follows=one).select_related("agency").first()
    near = [each for each in (one.follows, following) if each is not None]
    seen = rules.nonconformities_of(user).filter(pk__in=[each.pk for each in near]) if near else ()
    urls = {each.pk: each.get_absolute_url() for each in seen}
    ended = Event.objects.filter(subject=f"nonconformity:{one.pk}", kind__in=ENDINGS)
    return {
        "rounds": [(each, each == following, urls.get(each.pk, "")) for each in near],
        "ending": ended.last() if one.state == State.DROPPED else None,
    }


def _forms(one: Nonconformity, gate: str, refused: dict[str, Any]) -> dict[str, Any]:
    """The forms of the open gates, under names that a template can use."""
    open_gates = GATES[: GATES.index(Gate(gate)) + 1]
    return {
        name.replace("-", "_"): refused.get(name) or _opened(step, one)
        for name, step in STEPS.items()
        if step.gate in open_gates and step.shown(one)
    }


def _opened(step: Step, one: Nonconformity) -> Any:
    form = step.form(_fresh(one), None)
    if step.texts:
        form.show(_fresh(one), step.texts)
    return form


def _unwritten(rows: list[dict[str, Any]], typed: dict[str, Any]) -> str:
    """Input about an action whose form the page no longer offers, since somebody else was first."""
    row = next((row for row in rows if row["action"].pk == typed.get("action")), {})
    offered = {"note": "may_finish", "reason": "longer_form", "answer": "to_grant"}
    return "\n".join(
        typed[name] for name in offered if typed.get(name) and not row.get(offered[name])
    )


def _written(one: Nonconformity, gate: str) -> dict[str, bool]:
    """The completed steps before the open gate: the page shows their texts, with the
    forms folded."""
    earlier = GATES[: GATES.index(Gate(gate))]
    done = {name.replace("-", "_"): step.gate in earlier for name, step in STEPS.items()}
    # The gate may have been skipped
    return done | {"pham_vi": done["pham_vi"] and bool(one.extent)}


def _next_gate(one: Nonconformity) -> str:
    """The page, at the next part to fill in."""
    one.refresh_from_db()
    if one.state != State.OPEN:
        return one.get_absolute_url()
    return f"{one.get_absolute_url()}#{PLACES[Gate(lifecycle.gate_of(one))]}"


def _fresh(one: Nonconformity) -> Nonconformity:
    """A copy for a form to modify, so that the page keeps the database state."""
    return Nonconformity.objects.select_related("agency", "unit").get(pk=one.pk)


def _actions(user: Person, one: Nonconformity) -> list[dict[str, Any]]:
    actions = list(one.actions.select_related("person", "document", "change_request__done_in"))
    files = evidence.of("action", [action.pk for action in actions])
    asked: dict[int, list[Extension]] = {}
    for row in Extension.objects.filter(action__in=actions).select_related("by"):
        asked.setdefault(row.action_id, []).append(row)
    going_on = one.state == State.AGREED
    hands_over = going_on and rules.may_hand_over(user, one)
    rows = []
    for action in actions:
        todo = going_on and action.done_on is None
        waiting = [row for row in asked.get(action.pk, ()) if row.state == Extension.State.ASKED]
        rows.append({
            "action": action,
            "files": files.get(action.pk, []),
            "extensions": asked.get(action.pk, []),
            "waits": todo and lifecycle.waits_for_version(action),
            "own": action.person_id == user.pk,
            "may_finish": todo and rules.may_finish(user, one, action.person_id),
            "longer_form": forms.LongerForm() if todo and not waiting else None,
            "to_grant": next((row for row in waiting if rules.may_grant(user, one, row)), None),
            "hand_over_form": forms.HandOverForm(agency=one.agency) if hands_over and todo else None,
        })  # fmt: skip
    return rows


@login_required
@once.per_form
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Registers a nonconformity found outside an audit."""
    agency = agency_or_404(request, pk)
    allow(rules.may_report(current_user(request), agency))
    form = forms.ReportForm(request.POST or None, agency=agency)
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
@once.per_form
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One of the steps up to the plan."""
    one, by = case_or_404(request, pk), current_user(request)
    if name not in STEPS:
        raise Http404
    allow(rules.may_analyse(by, one))
    found = STEPS[name]
    form = found.form(_fresh(one), request.POST)
    if form.is_valid() and did_once(
        request,
        lambda: found.do(one, form, by),
        str(found.said),
        form,
        leads_to=lambda: _next_gate(one),
    ):
        return redirect(_next_gate(one))
    one.refresh_from_db()
    if one.state != State.OPEN:  # the form is no longer on the page: the input is shown instead
        for error in form.non_field_errors():
            messages.error(request, str(error))
        texts = (request.POST.get(field, "").strip()[:5000] for field in form.fields)
        return _page(request, one, unwritten="\n".join(text for text in texts if text))
    if found.texts:
        form.show(_fresh(one), found.texts)
    return _page(request, one, {name: form})


@login_required
@require_POST
def remove_action(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    one, by = case_or_404(request, pk), current_user(request)
    allow(rules.may_analyse(by, one))
    found = get_object_or_404(one.actions, pk=action)
    did(request, lambda: lifecycle.remove_action(found, by=by), _("Đã bỏ hành động."))
    return redirect(one)


@takes_files(MOST_BYTES, finishes_action)
@login_required
@require_POST
def finish(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    one, found = _action_or_404(request, pk, action)
    allow(rules.may_finish(current_user(request), one, found.person_id))
    note, by = request.POST.get("note", "")[:5000], current_user(request)

    def step() -> None:
        files = evidence.ready(request.FILES.getlist("files"))
        lifecycle.finish_action(found, note=note, files=files, by=by)

    if did(request, step, _("Đã ghi kết quả thực hiện.")):
        return redirect(f"{one.get_absolute_url()}#hanh-dong-{found.pk}")
    return _page(request, one, typed={"action": found.pk, "note": note})


@login_required
@require_POST
def ask_longer(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    one, found = _action_or_404(request, pk, action)
    by = current_user(request)
    allow(rules.may_finish(by, one, found.person_id))
    form = forms.LongerForm(request.POST)
    return _done(
        request, one, found, form,
        lambda: lifecycle.ask_longer(found, by=by, **form.cleaned_data),
        _("Đã gửi đề nghị lùi hạn."),
    )  # fmt: skip


@login_required
@require_POST
def answer_longer(request: HttpRequest, pk: int, asked: int) -> HttpResponse:
    one, by = case_or_404(request, pk), current_user(request)
    row = get_object_or_404(Extension, pk=asked, action__nonconformity=one)
    allow(rules.may_grant(by, one, row))
    grant, answer = request.POST.get("grant") == "yes", request.POST.get("answer", "")[:2000]
    done = did(
        request,
        lambda: lifecycle.answer_longer(row, grant=grant, answer=answer, by=by),
        _("Đã trả lời đề nghị lùi hạn."),
    )
    if done:
        return redirect(f"{one.get_absolute_url()}#hanh-dong-{row.action_id}")
    return _page(request, one, typed={"action": row.action_id, "answer": answer})


@login_required
@require_POST
def hand_over(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    one, found = _action_or_404(request, pk, action)
    by = current_user(request)
    allow(rules.may_hand_over(by, one))
    form = forms.HandOverForm(request.POST, agency=one.agency)
    return _done(
        request, one, found, form,
        lambda: lifecycle.hand_over(found, by=by, **form.cleaned_data),
        _("Đã giao lại việc."),
    )  # fmt: skip


@login_required
@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    one = case_or_404(request, pk)
    allow(rules.may_judge(current_user(request), one))
    form = forms.JudgeForm(request.POST)
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


def _action_or_404(request: HttpRequest, pk: int, action: int) -> tuple[Nonconformity, Action]:
    one = case_or_404(request, pk)
    return one, get_object_or_404(one.actions, pk=action)


def _done(
    request: HttpRequest,
    one: Nonconformity,
    action: Action,
    form: BaseForm,
    act: Callable[[], object],
    said: str,
) -> HttpResponse:
    """Performs a step whose form is folded below an action; errors are shown above the page, which
    keeps the input."""

    def whole() -> None:
        if not form.is_valid():
            raise Refused(" ".join(str(e) for some in form.errors.values() for e in some))
        act()

    if did(request, whole, said):
        return redirect(f"{one.get_absolute_url()}#hanh-dong-{action.pk}")
    typed = {name: request.POST.get(name, "")[:2000] for name in ("due", "reason")}
    return _page(request, one, typed={"action": action.pk, **typed})
