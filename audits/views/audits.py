"""The page of an audit: plan, team, findings, conclusion, and its actions."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import answers, lifecycle, plan_papers, rules, unfinished
from audits.audit_plan import begun
from audits.audit_plan import kind as plan_kind
from audits.audit_plan import rules as plan_rules
from audits.auditors import finding
from audits.forms import (
    AuditForm,
    ConcludeForm,
    MemberForm,
    NewAuditForm,
    PlanRowForm,
    ReasonForm,
)
from audits.leftovers.lifecycle import REPORT_ENDED
from audits.lifecycle.clashes import AUDITING
from audits.models import Audit, Invitation, Item, PlanRow, Report, SetAside
from audits.report import later, unanswered
from audits.report import rules as report_rules
from audits.views import meetings
from audits.views.common import (
    agency_or_404,
    allow,
    audit_or_404,
    did,
    did_once,
)
from procedures.models import Version
from qms.access import Person, current_user
from qms.approvals import queries
from qms.approvals import rules as approval_rules
from qms.clock import today
from qms.models import Approval, Event
from qms.work import once, paper_files

State = Audit.State


@login_required
@require_safe
def audit(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, audit_or_404(request, pk))


def _page(request: HttpRequest, one: Audit, **forms: Any) -> HttpResponse:
    user = current_user(request)
    sees_checklist = rules.may_see_checklist(user, one)
    changes = one.state in {State.PLANNING, State.PLANNED, State.UNDER_WAY}
    may_plan = rules.may_plan(user, one) and changes
    titles = {v["document"]: f"{v['code']} {v['title']}".strip() for v in one.versions}
    lines = one.rows.select_related("unit").prefetch_related("auditors__person", "items")
    rows: list[dict[str, Any]] = [
        {"row": row, "documents": [titles[pk] for pk in row.documents if pk in titles]}
        for row in lines
    ]
    cases = rules.nonconformities_of(user).filter(finding__audit=one).order_by("number")
    findings = rules.findings_of(user).filter(audit=one).order_by("number")
    context = {
        "audit": one,
        "agency": one.agency,
        "rows": rows,
        "plan_lines": sorted(
            [*rows, *({"meeting": meeting} for meeting in one.meetings.all())],
            key=lambda line: (line.get("meeting") or line["row"]).starts_at,
        ),
        "everybody": plan_papers.everybody(),
        "missing_meetings": meetings.missing(one) if rows and may_plan else [],
        "needs_meetings": meetings.needed(one),
        "unplaced_meetings": meetings.without_place(one) if may_plan else [],
        "set_aside": one.set_aside.filter(state=SetAside.State.WAITING).count(),
        "members": one.members.select_related("person"),
        "sees_names": rules.may_see_names(user, one.agency_id, one),
        "findings": findings if rules.may_see_findings(user, one) else [],
        "cases": cases,
        "sees_checklist": sees_checklist,
        "progress": _progress(one) if sees_checklist else None,
        "unfinished": unfinished.of_audit(one) if rules.may_answer(user, one) else [],
        "may_plan": may_plan,
        "may_move": may_plan and one.state in lifecycle.GOING_ON,
        **_signing(user, one, may_plan),
        "outdated": _outdated(one),
        "may_start": rules.may_conclude(user, one) and one.state == State.PLANNED,
        "may_answer": rules.may_answer(user, one),
        "sees_report": report_rules.may_see_report(user, one)
        and one.state in {State.UNDER_WAY, State.CONCLUDED, State.CLOSED},
        **(_later(user, one) if sees_checklist else {}),
        "not_yet": one.starts_on > today(),
        "member_forms": _member_forms(one) if may_plan else [],
        "reason_form": ReasonForm(),
        "report_ended": _report_ended(one),
        **_concluding(user, one),
        **forms,
    }
    return render(request, "audits/audit.html", context)


def _member_forms(
    one: Audit, auditors: MemberForm | None = None, others: MemberForm | None = None
) -> list[tuple[str, MemberForm]]:
    """The two forms with their headings; these instead of empty ones."""
    return [
        (_("Thêm đánh giá viên"), auditors or MemberForm(audit=one, auditing=True)),
        (_("Thêm quan sát viên, đại diện"), others or MemberForm(audit=one, auditing=False)),
    ]


def _signing(user: Person, one: Audit, may_plan: bool) -> dict[str, Any]:
    """The progress of the plan's signing, and the auditors of a signed plan who may no longer audit
    their line."""
    planning = one.state == State.PLANNING
    sent = queries.open_for(lifecycle.plan_subject(one)) if planning else None
    watched = may_plan and one.state in {State.PLANNED, State.UNDER_WAY}
    faulty = finding.of_plan(one, offers=False) if watched else []
    asked = one.invitations.filter(side=Invitation.Side.AUDITEE).exclude(
        state=Invitation.State.CANCELLED
    )
    asked = asked if watched else asked.filter(person=user.pk)
    return {
        "invitations": asked.select_related("person"),
        "plan_sent": sent,
        "begun": begun.warning(one) if may_plan and planning else "",
        "may_change_plan": may_plan and planning and sent is None,
        "may_send_plan": planning and sent is None and plan_rules.may_send_plan(user, one),
        "may_fix": planning and plan_rules.may_fix_here(user, one),
        "faulty": [one for one in faulty if one.faults],
    }


def _report_ended(one: Audit) -> Event | None:
    """Who ended the wait for the report to be accepted, once the agency was closed, and why."""
    if not one.is_told:
        return None
    return Event.objects.filter(subject=f"audit:{one.pk}", kind=REPORT_ENDED).last()


def _report_of(one: Audit) -> Report | None:
    return Report.objects.filter(audit=one).select_related("approval").first()


def _later(user: Person, one: Audit) -> dict[str, Any]:
    """What came after the report was sent, and whether the user may open its approval."""
    came = later.since_sent(one, _report_of(one))
    sees = came is not None and approval_rules.may_see(user, came.approval)
    return {"later": came, "sees_approval": sees}


def _concluding(user: Person, one: Audit) -> dict[str, Any]:
    """The form with which a lead from outside concludes."""
    if not (report_rules.may_conclude_here(user, one) and one.state == State.UNDER_WAY):
        return {"may_conclude_here": False}
    missing = unanswered.in_audit(one)
    form = ConcludeForm(unanswered=unanswered.count(missing))
    said = unanswered.sentence(missing)
    return {"may_conclude_here": True, "conclude_form": form, "unanswered": said}


def _outdated(one: Audit) -> list[dict[str, Any]]:
    """The versions of the plan that are no longer in force, while the audit is still to be carried
    out. One query."""
    if one.state not in {State.PLANNED, State.UNDER_WAY} or not one.versions:
        return []
    still = set(
        Version.objects.in_force().filter(pk__in=one.version_ids).values_list("pk", flat=True)
    )
    return [fixed for fixed in one.versions if fixed["version"] not in still]


def _progress(one: Audit) -> dict[str, int]:
    """The numbers of questions and of answered ones. One query."""
    items = answers.with_newest(Item.objects.filter(audit=one))
    return items.aggregate(total=Count("pk"), answered=Count("pk", filter=~answers.OPEN))


@login_required
@once.per_form
def new_audit(request: HttpRequest, pk: int) -> HttpResponse:
    agency = agency_or_404(request, pk)
    allow(rules.may_set_up(current_user(request), agency=agency.pk, body=agency.pk))
    form = NewAuditForm(request.POST or None, agency=agency)
    kept: list[Audit] = []
    if request.method == "POST" and form.is_valid():

        def step() -> None:
            facts = form.cleaned_data
            kept.append(
                lifecycle.create_audit(agency, body=agency, by=current_user(request), **facts)
            )

        said = _("Đã lập cuộc đánh giá. Hãy thêm người và lập kế hoạch.")
        if did_once(request, step, said, form, leads_to=lambda: kept[0].get_absolute_url()):
            return redirect(kept[0])
    context = {"form": form, "agency": agency, "heading": _("Cuộc đánh giá mới")}
    return render(
        request, "audits/form.html", {**context, "back": reverse("agency_audits", args=[agency.pk])}
    )


@login_required
def edit_audit(request: HttpRequest, pk: int) -> HttpResponse:
    one = audit_or_404(request, pk)
    allow(rules.may_plan(current_user(request), one))
    initial = {name: getattr(one, name) for name in AuditForm.base_fields}
    form = AuditForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def step() -> None:
            lifecycle.change_audit(one, by=current_user(request), **form.cleaned_data)

        if did(request, step, _("Đã lưu cuộc đánh giá."), form):
            return redirect(one)
    context = {"form": form, "agency": one.agency, "audit": one, "back": one.get_absolute_url()}
    return render(request, "audits/form.html", {**context, "heading": _("Sửa cuộc đánh giá")})


@login_required
@require_POST
def add_member(request: HttpRequest, pk: int) -> HttpResponse:
    one = audit_or_404(request, pk)
    allow(rules.may_plan(current_user(request), one))
    auditing = request.POST.get("part") in AUDITING
    form = MemberForm(request.POST, audit=one, auditing=auditing)
    if form.is_valid():
        facts = form.cleaned_data

        def step() -> None:
            lifecycle.add_member(one, facts["person"], facts["part"], by=current_user(request))

        if did(request, step, _("Đã thêm %(name)s.") % {"name": facts["person"]}, form):
            return redirect(one)
    return _page(
        request,
        one,
        member_forms=_member_forms(one, form if auditing else None, None if auditing else form),
    )


@login_required
@require_POST
def end_member(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    one = audit_or_404(request, pk)
    allow(rules.may_plan(current_user(request), one))
    found = get_object_or_404(one.members.select_related("person"), pk=member)
    did(
        request,
        lambda: lifecycle.end_member(found, by=current_user(request)),
        _("%(name)s ngừng tham gia từ ngày mai.") % {"name": found},
    )
    return redirect(one)


@login_required
@once.per_form
def row(request: HttpRequest, pk: int, row: int | None = None) -> HttpResponse:
    """A line of the plan, new or edited."""
    one = audit_or_404(request, pk)
    allow(rules.may_plan(current_user(request), one) and one.state == State.PLANNING)
    found: PlanRow | None = None if row is None else get_object_or_404(one.rows, pk=row)
    form = PlanRowForm(request.POST or None, audit=one, row=found)
    if request.method == "POST" and form.is_valid():

        def step() -> None:
            lifecycle.save_row(one, row=found, by=current_user(request), **form.facts)

        said = _("Đã lưu dòng của kế hoạch.")
        if did_once(request, step, said, form, leads_to=one.get_absolute_url):
            return redirect(one)
    context = {"form": form, "agency": one.agency, "audit": one, "row": found}
    return render(request, "audits/row.html", context)


@login_required
@require_POST
def remove_row(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    one = audit_or_404(request, pk)
    allow(rules.may_plan(current_user(request), one))
    found = get_object_or_404(one.rows, pk=row)
    did(
        request,
        lambda: lifecycle.remove_row(found, by=current_user(request)),
        _("Đã bỏ dòng của kế hoạch."),
    )
    return redirect(one)


@login_required
@require_POST
def send_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends the plan to be signed, first by the lead."""
    one, by = audit_or_404(request, pk), current_user(request)
    allow(plan_rules.may_send_plan(by, one))
    sent: list[Approval] = []
    said = _("Đã trình kế hoạch. Trưởng đoàn ký trước, rồi người phê duyệt.")
    if did(request, lambda: sent.append(plan_kind.send(one, by=by)), said):
        return redirect(sent[0])
    return redirect(one)


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The single-button actions: fix the plan, start, reopen the plan, cancel."""
    one, by = audit_or_404(request, pk), current_user(request)
    reason = request.POST.get("reason", "")[:2000]
    acts: dict[str, tuple[bool, Callable[[], Any], str]] = {
        "chot": (
            plan_rules.may_fix_here(by, one),
            lambda: lifecycle.fix_plan(one, by=by),
            _("Đã chốt kế hoạch và phiên bản tài liệu được đánh giá."),
        ),
        "bat-dau": (
            rules.may_conclude(by, one),
            lambda: lifecycle.start(one, by=by),
            _("Đã bắt đầu. Phiếu đánh giá nhận câu trả lời từ bây giờ."),
        ),
        "sua-ke-hoach": (
            rules.may_plan(by, one),
            lambda: lifecycle.reopen_plan(one, reason=reason, by=by),
            _("Đã mở kế hoạch để sửa."),
        ),
        "huy": (
            rules.may_plan(by, one),
            lambda: lifecycle.cancel(one, reason=reason, by=by),
            _("Đã hủy cuộc đánh giá."),
        ),
    }
    allow(name in acts)
    allowed, step, said = acts[name]
    allow(allowed)
    did(request, step, said)
    return redirect(one)


@login_required
@require_POST
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Conclusion by a lead from outside the audited agency; its own lead concludes by signing the
    report."""
    one = audit_or_404(request, pk)
    allow(report_rules.may_conclude_here(current_user(request), one))
    form = ConcludeForm(request.POST, unanswered=unanswered.count(unanswered.in_audit(one)))
    if form.is_valid():

        def step() -> None:
            lifecycle.conclude(one, by=current_user(request), **form.facts)

        if did(request, step, _("Đã kết luận và thông báo phát hiện cho cơ quan."), form):
            return redirect(one)
    return _page(request, one, conclude_form=form)


@login_required
@require_safe
def plan_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The plan as PDF or Word file, for users who may see the audit."""
    one = audit_or_404(request, pk)
    allow(one.rows.exists())
    names = rules.may_see_names(current_user(request), one.agency_id, one)
    paper = plan_papers.plan(one, language=paper_files.language_of(request), names=names)
    return paper_files.as_file(paper, form, f"ke-hoach-danh-gia-{one.pk}")


@login_required
@require_safe
def decision_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The decision to set up the team, for users who may see its names."""
    one = audit_or_404(request, pk)
    allow(rules.may_see_names(current_user(request), one.agency_id, one))
    paper = plan_papers.decision(one, language=paper_files.language_of(request))
    return paper_files.as_file(paper, form, f"quyet-dinh-thanh-lap-doan-{one.pk}")
