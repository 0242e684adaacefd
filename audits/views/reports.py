"""The page of a report: its text, its open points, its signatures, its files, and
later additions."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import lifecycle, rules
from audits.forms import AuditReportForm
from audits.lifecycle.meanwhile import REPORT
from audits.models import Audit, LaterFact, Report, SetAside
from audits.on_screen import body_of
from audits.report import building, later, readiness, unanswered
from audits.report import kind as reports
from audits.report import rules as report_rules
from audits.report.sheet import Addition, Additions, addition_text, sheet
from audits.views.common import allow, audit_or_404, did, did_once
from qms.access import current_user
from qms.approvals import queries
from qms.approvals import rules as approval_rules
from qms.models import Approval
from qms.paper import Sheet
from qms.proof import store
from qms.work import once, paper_files


@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    user = current_user(request)
    one = get_object_or_404(report_rules.audits_of(user), pk=pk)
    allow(report_rules.may_see_report(user, one))
    kept = _report_of(one)
    approval = kept.approval if kept else None
    on_its_way = approval is not None and approval.state in (
        Approval.State.OPEN,
        Approval.State.APPROVED,
    )
    open_still = one.state in {Audit.State.UNDER_WAY, Audit.State.CONCLUDED}
    changes = open_still and not on_its_way and not (kept and kept.accepted_on)
    may_edit = changes and report_rules.may_edit_report(user, one)
    form = AuditReportForm(request.POST or None, instance=kept) if may_edit else None
    if form is not None and not form.is_bound:
        form.show(kept or Report(audit=one), REPORT)
    if request.method == "POST":
        allow(form is not None)
        if form is not None and form.is_valid():
            facts = form.cleaned_data
            if did(
                request,
                lambda: lifecycle.edit_report(one, by=user, **facts),
                _("Đã lưu báo cáo."),
                form,
            ):
                return redirect("audit_report", one.pk)
        kept = _report_of(one)
        if form is not None:
            form.show(kept or Report(audit=one), REPORT)
    names = rules.may_see_names(user, one.agency_id, one)
    team = rules.may_see_checklist(user, one)
    late = report_rules.may_see_late_answers(user, one)
    additions = _additions(one, kept, answers=late)
    may_send = changes and report_rules.may_send_report(user, one)
    context: dict[str, Any] = {
        "heading": _("Báo cáo đánh giá: %(title)s") % {"title": one.title},
        "audit": one,
        "agency": one.agency,
        "sees_audit": rules.audits_of(user).filter(pk=one.pk).exists(),
        "report": kept,
        "approval": approval,
        "sees_approval": approval is not None and approval_rules.may_see(user, approval),
        "returned": approval if approval and approval.state in queries.CAME_BACK else None,
        "points": readiness.points(one, kept) if may_edit or may_send else [],
        "unanswered": _unanswered(one) if team else "",
        "later": later.since_sent(one, kept) if team else None,
        "form": form,
        "may_send": may_send,
        "lead_signs": rules.leads_from(one, one.agency_id),
        "body": body_of(
            _paper(one, kept, get_language() or "vi", names, pictures=False, additions=())
        ),
        "additions": [addition_text(each, names) for each in additions] if one.is_told else [],
        "fact_form": one.is_told and report_rules.may_add_later_fact(user, one),
    }
    return render(request, "audits/report.html", context)


def _report_of(audit: Audit) -> Report | None:
    return Report.objects.filter(audit=audit).select_related("approval__agency").first()


def _unanswered(audit: Audit) -> str:
    """The questions without an answer, while the audit is under way."""
    if audit.state != Audit.State.UNDER_WAY:
        return ""
    return unanswered.sentence(unanswered.in_audit(audit))


def _additions(audit: Audit, kept: Report | None, *, answers: bool) -> list[Addition]:
    """Additions to the report as it was sent, by time: facts added by people, and with `answers`
    those that the lead left beside it, and late data of devices, unless the lead left it out."""
    found: list[Addition] = list(LaterFact.objects.filter(audit=audit))
    if answers:
        late = audit.set_aside.filter(reason=SetAside.Reason.ENDED)
        late = late.exclude(state=SetAside.State.LEFT_OUT)
        found += [*late.select_related("item"), *later.beside(audit, kept)]
    return sorted(found, key=lambda one: (one.at, one.pk))


def _paper(
    audit: Audit,
    kept: Report | None,
    language: str,
    names: bool,
    *,
    pictures: bool,
    additions: Additions,
) -> Sheet:
    """The report as sent, or as it would be sent now."""
    facts = reports.sealed_facts(kept) or building.facts(audit, kept or Report(audit=audit))
    return sheet(
        facts,
        audit.agency,
        language=language,
        approval=kept.approval if kept else None,
        additions=additions,
        names=names,
        read=store.read if pictures else None,
    )


@login_required
@require_safe
def file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The report as PDF or Word file, in the language of the screen or `?lang=`."""
    user = current_user(request)
    one = get_object_or_404(report_rules.audits_of(user), pk=pk)
    allow(report_rules.may_see_report(user, one))
    names = rules.may_see_names(user, one.agency_id, one)
    kept = _report_of(one)
    late = report_rules.may_see_late_answers(user, one)
    additions = _additions(one, kept, answers=late) if one.is_told else []
    language = paper_files.language_of(request)
    paper = _paper(one, kept, language, names, pictures=True, additions=additions)
    return paper_files.as_file(paper, kind, f"bao-cao-danh-gia-{one.pk}")


@login_required
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    one, by = audit_or_404(request, pk), current_user(request)
    allow(report_rules.may_send_report(by, one))
    sent: list[Approval] = []
    if did(request, lambda: sent.append(reports.send(one, by=by)), _("Đã trình báo cáo.")):
        return redirect(sent[0])
    return redirect("audit_report", one.pk)


@login_required
@require_POST
@once.per_form
def add_fact(request: HttpRequest, pk: int) -> HttpResponse:
    one, by = audit_or_404(request, pk), current_user(request)
    allow(report_rules.may_add_later_fact(by, one) and one.is_told)
    text = request.POST.get("text", "")[:6000]
    did_once(
        request,
        lambda: lifecycle.add_later_fact(one, text=text, by=by),
        _("Đã bổ sung thông tin bên cạnh báo cáo."),
        leads_to=lambda: reverse("audit_report", args=[one.pk]),
    )
    return redirect("audit_report", one.pk)
