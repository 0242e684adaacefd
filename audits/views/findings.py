"""The page of a finding: written by the team, answered by the unit, decided by the lead. Also files
of evidence."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import evidence, lifecycle, repeats, rules, unfinished
from audits.evidence import MOST_BYTES
from audits.forms import FindingForm
from audits.lifecycle.meanwhile import FINDING
from audits.models import Evidence, Finding, Item
from audits.views.common import (
    allow,
    audit_or_404,
    did,
    did_once,
    edits_finding,
    fills_in,
    finding_or_404,
)
from procedures import files
from qms.access import current_user
from qms.models import Event
from qms.text.numbers import whole_number
from qms.work import once
from qms.work.bodies import takes_files

FIELDS = ("grade", "unit", "clause", "version", "step", "seen")


@login_required
@require_safe
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, finding_or_404(request, pk))


def _page(request: HttpRequest, one: Finding, **typed: str) -> HttpResponse:
    """`typed`: the text of a refused step, so that it is not lost."""
    user = current_user(request)
    drafted = one.state == Finding.State.DRAFT and one.audit.takes_answers
    of_item = evidence.of("item", [one.item_id]) if one.item_id else {}
    context = {
        "finding": one,
        "audit": one.audit,
        "agency": one.agency,
        "notes": one.notes.all(),
        "files": [
            *of_item.get(one.item_id or 0, []),
            *evidence.of("finding", [one.pk]).get(one.pk, []),
        ],
        "cases": rules.nonconformities_of(user).filter(finding=one).order_by("number"),
        "sees_names": rules.may_see_names(user, one.agency_id, one.audit),
        "told": _told(one),
        "repeats": repeats.shown(one, names=rules.may_see_names(user, one.agency_id, one.audit))
        if rules.may_see_repeats(user, one)
        else [],
        "sees_audit": rules.audits_of(user).filter(pk=one.audit_id).exists(),
        "may_change": drafted and rules.may_answer(user, one.audit),
        "is_guessed": drafted and unfinished.is_guessed(one),
        "may_reply": one.state == Finding.State.TOLD and rules.may_reply(user, one),
        "may_decide": one.state == Finding.State.DISPUTED and rules.may_decide(user, one),
        "typed": typed,
    }
    step = {"reply": "may_reply", "decision": "may_decide", "reason": "may_change"}
    gone = [text for name, text in typed.items() if not context[step[name]]]
    context["unwritten"] = "\n".join(gone)
    return render(request, "audits/finding.html", context)


def _told(one: Finding) -> list[str]:
    """The names of those who were told of the finding, as the journal has them."""
    event = Event.objects.filter(subject=f"finding:{one.pk}", kind="finding_told").last()
    return event.data.get("told", []) if event is not None else []


@login_required
@require_POST
def from_answer(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """A finding in one tap: everything is taken from the answer. If something is missing, the form
    asks for it."""
    audit, by = audit_or_404(request, pk), current_user(request)
    allow(rules.may_answer(by, audit))
    found = get_object_or_404(Item.objects.select_related("row__unit"), pk=item, audit=audit)
    form = reverse("audit_finding_new", args=[audit.pk]) + f"?item={found.pk}"
    last = found.answers.order_by("pk").last()
    known = Finding.objects.filter(item=found).first()
    if known is not None:
        return redirect(known)
    if last is None or not last.note or last.result not in lifecycle.GRADES or found.row is None:
        return redirect(form)
    if not did(
        request,
        lambda: lifecycle.raise_from_answer(found, result=last.result, note=last.note, by=by),
        _("Đã ghi phát hiện từ câu trả lời. Hãy xem lại và bổ sung bằng chứng nếu cần."),
    ):
        return redirect(form if audit.takes_answers else audit.get_absolute_url())
    return redirect(Finding.objects.get(item=found))


@takes_files(MOST_BYTES, fills_in)
@login_required
@once.per_form
def new_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """A finding from an answer (`item`) or without one."""
    audit = audit_or_404(request, pk)
    allow(rules.may_answer(current_user(request), audit) and audit.takes_answers)
    item = _item(request, pk)
    known = Finding.objects.filter(item=item).first() if item else None
    if known is not None:
        return redirect(known)
    form = FindingForm(
        request.POST or None, request.FILES or None, audit=audit, initial=_from(item)
    )
    kept: list[Finding] = []
    if request.method == "POST" and form.is_valid():

        def step() -> None:
            facts = {**form.cleaned_data, "anchor": item.anchor if item else ""}
            facts["files"], _was = facts.pop("proof"), facts.pop("was")
            kept.append(
                lifecycle.raise_finding(audit, item=item, by=current_user(request), **facts)
            )

        if did_once(
            request, step, _("Đã ghi phát hiện."), form, leads_to=lambda: kept[0].get_absolute_url()
        ):
            return redirect(kept[0])
    context = {"form": form, "audit": audit, "agency": audit.agency, "item": item}
    context["repeats"] = repeats.shown_for_item(item) if item else []
    context |= {"heading": _("Phát hiện mới"), "back": reverse("audit_checklist", args=[audit.pk])}
    return render(request, "audits/form.html", {**context, "with_files": True})


def _item(request: HttpRequest, audit: int) -> Item | None:
    number = whole_number(request.GET.get("item"))
    if number is None:
        return None
    return get_object_or_404(
        Item.objects.select_related("row", "version", "audit"), pk=number, audit=audit
    )


def _from(item: Item | None) -> dict[str, Any]:
    """Initial values taken from the answer."""
    if item is None:
        return {}
    last = item.answers.order_by("pk").last()
    return {
        "clause": item.clause,
        "version": item.version_id,
        "step": item.step,
        "unit": item.row.unit_id if item.row else None,
        "seen": last.note if last else "",
        "grade": lifecycle.GRADES.get(last.result, "") if last else "",
    }


@takes_files(MOST_BYTES, edits_finding)
@login_required
def edit_finding(request: HttpRequest, pk: int) -> HttpResponse:
    one = finding_or_404(request, pk)
    allow(rules.may_answer(current_user(request), one.audit) and one.state == Finding.State.DRAFT)
    initial = {name: getattr(one, name) for name in FIELDS if name != "version"}
    initial["version"] = one.version_id
    form = FindingForm(
        request.POST or None, request.FILES or None, audit=one.audit, initial=initial
    )
    if not form.is_bound:
        form.show(one, FINDING)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        facts["version_id"], facts["files"] = facts.pop("version"), facts.pop("proof")

        def step() -> None:
            lifecycle.change_finding(one, by=current_user(request), **facts)

        if did(request, step, _("Đã lưu phát hiện."), form):
            return redirect(one)
        form.show(finding_or_404(request, pk), FINDING)
    context = {"form": form, "audit": one.audit, "agency": one.agency, "with_files": True}
    context |= {"heading": _("Sửa phát hiện %(code)s") % {"code": one.code}}
    return render(request, "audits/form.html", {**context, "back": one.get_absolute_url()})


@login_required
@require_POST
def confirm_finding(request: HttpRequest, pk: int) -> HttpResponse:
    one = finding_or_404(request, pk)
    allow(rules.may_answer(current_user(request), one.audit))
    did(
        request,
        lambda: lifecycle.confirm_finding(one, by=current_user(request)),
        _("Đã xác nhận phát hiện."),
    )
    return redirect(one)


@login_required
@require_POST
def drop_finding(request: HttpRequest, pk: int) -> HttpResponse:
    one = finding_or_404(request, pk)
    allow(rules.may_answer(current_user(request), one.audit))
    reason = request.POST.get("reason", "")[:2000]
    done = did(
        request,
        lambda: lifecycle.drop_finding(one, reason=reason, by=current_user(request)),
        _("Đã rút phát hiện."),
    )
    return redirect(one) if done else _page(request, one, reason=reason)


@login_required
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    one = finding_or_404(request, pk)
    allow(rules.may_reply(current_user(request), one))
    accepts = request.POST.get("answer") == "accepts"
    text = request.POST.get("text", "")[:5000]
    done = did(
        request,
        lambda: lifecycle.reply(one, accepts=accepts, text=text, by=current_user(request)),
        _("Đã ghi ý kiến của đơn vị."),
    )
    return redirect(one) if done else _page(request, one, reply=text)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    one = finding_or_404(request, pk)
    allow(rules.may_decide(current_user(request), one))
    upholds = request.POST.get("answer") == "upholds"
    text = request.POST.get("text", "")[:5000]
    done = did(
        request,
        lambda: lifecycle.decide(one, upholds=upholds, text=text, by=current_user(request)),
        _("Đã ghi quyết định."),
    )
    return redirect(one) if done else _page(request, one, decision=text)


@login_required
@require_safe
def evidence_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of evidence, for users who may see what it is evidence for."""
    found = get_object_or_404(Evidence.objects.select_related("file", "audit"), pk=pk)
    allow(rules.may_see_evidence(current_user(request), found))
    return files.send(
        request,
        {"sha256": found.file_id, "name": found.name, "mime": found.file.mime, "role": "evidence"},
    )
