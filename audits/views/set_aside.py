"""The lead's decisions about data from devices: conflicting answers, and entries that were set
aside."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import grades, lifecycle, rules
from audits.models import SetAside
from audits.views.common import allow, audit_or_404, did, page_of
from procedures import files
from qms.access import current_user
from qms.text.numbers import whole_number


@login_required
@require_POST
def choose(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """The lead's choice between the answers shown on the page."""
    audit = audit_or_404(request, pk)
    allow(rules.may_settle(current_user(request), audit))
    found = get_object_or_404(audit.items, pk=item)
    number = whole_number(request.POST.get("answer"))
    chosen = get_object_or_404(found.answers, pk=number or 0)
    seen = [whole_number(one) or 0 for one in request.POST.getlist("seen")]
    did(
        request,
        lambda: lifecycle.choose(found, chosen, seen=seen, by=current_user(request)),
        _("Đã chọn câu trả lời. Các câu trả lời khác vẫn được giữ."),
    )
    return redirect(reverse("audit_checklist", args=[audit.pk]) + f"?item={found.pk}")


@login_required
@require_safe
def listed(request: HttpRequest, pk: int) -> HttpResponse:
    """Data that could not join the checklist, newest first."""
    audit = audit_or_404(request, pk)
    allow(rules.may_see_checklist(current_user(request), audit))
    page = page_of(request, audit.set_aside.select_related("item", "file").order_by("-pk"))
    names = grades.names(audit.agency_id)
    context = {
        "audit": audit,
        "agency": audit.agency,
        "page": page,
        "rows": [(one, names.get(one.grade, "")) for one in page],
        "may_decide": rules.may_settle(current_user(request), audit),
        "may_take": audit.takes_answers,
    }
    return render(request, "audits/set_aside.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int, kept: int) -> HttpResponse:
    audit = audit_or_404(request, pk)
    allow(rules.may_settle(current_user(request), audit))
    found = get_object_or_404(audit.set_aside, pk=kept)
    takes = request.POST.get("answer") == "take"
    text = request.POST.get("text", "")[:2000]
    did(
        request,
        lambda: lifecycle.decide_aside(found, takes=takes, text=text, by=current_user(request)),
        _("Đã đưa vào phiếu.") if takes else _("Đã ghi quyết định."),
    )
    return redirect("audit_set_aside", audit.pk)


@login_required
@require_safe
def file(request: HttpRequest, pk: int, kept: int) -> HttpResponseBase:
    """A file that was set aside, for the team."""
    audit = audit_or_404(request, pk)
    allow(rules.may_see_checklist(current_user(request), audit))
    found = get_object_or_404(
        SetAside.objects.select_related("file"), audit=audit, pk=kept, file__isnull=False
    )
    assert found.file is not None
    facts = {"sha256": found.file_id, "name": found.file_name, "mime": found.file.mime}
    return files.send(request, {**facts, "role": "evidence"})
