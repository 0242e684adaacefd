"""The page on which the team arranges the questions of one line of the plan: reordered, assigned,
or omitted."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from audits import lifecycle, rules
from audits.models import Audit, Member, PlanRow
from audits.views.common import allow, audit_or_404, did, page_of
from qms.access import current_user
from qms.text.numbers import whole_number

PER_PAGE = 100
OPEN = frozenset({Audit.State.PLANNED, Audit.State.UNDER_WAY})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    one = audit_or_404(request, pk)
    allow(rules.may_answer(current_user(request), one) and one.state in OPEN)
    rows = list(one.rows.select_related("unit"))
    loose = one.items.filter(row=None).exists()
    asked = request.GET.get("row", "")
    row = next((each for each in rows if str(each.pk) == asked), None)
    if row is None and rows and not (loose and asked == "0"):
        row = rows[0]
    refused = request.method == "POST" and not _arranged(request, one, row)
    if request.method == "POST" and not refused:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(reverse("audit_checklist_arrange", args=[one.pk]) + query)
    items = one.items.filter(row=row).select_related("version", "assigned__person")
    context = {
        "audit": one,
        "agency": one.agency,
        "rows": rows,
        "row": row,
        "loose": loose,
        "page": page_of(request, items, PER_PAGE),
        "team": _team(one),
        "may_leave_out": one.state == Audit.State.PLANNED,
        "chosen": set(_chosen(request)),
        "to": request.POST.get("to", "1"),
    }
    return render(request, "audits/arrange.html", context, status=400 if refused else 200)


def _team(one: Audit) -> list[Member]:
    found = Member.objects.current().filter(audit=one, part__in=rules.AUDITING)
    return list(found.select_related("person"))


def _chosen(request: HttpRequest) -> list[int]:
    return [number for text in request.POST.getlist("item") if (number := whole_number(text))]


def _arranged(request: HttpRequest, one: Audit, row: PlanRow | None) -> bool:
    """Applies the pressed button to the chosen questions. False if it was refused."""
    by, given, chosen = current_user(request), request.POST, _chosen(request)
    to = next((each for each in _team(one) if str(each.pk) == given.get("member")), None)
    allow(to is not None or not given.get("member"))
    acts: dict[str, Callable[[], int]] = {
        "move": lambda: lifecycle.move_items(one, row, chosen, to=whole_number(given.get("to")) or 0, by=by),
        "assign": lambda: lifecycle.assign_items(one, row, chosen, to=to, by=by),
        "leave_out": lambda: lifecycle.leave_out_items(one, row, chosen, by=by),
    }  # fmt: skip
    allow(given.get("act") in acts)
    count = len(chosen)
    said = ngettext("Xong: %(count)s câu hỏi.", "Xong: %(count)s câu hỏi.", count) % {
        "count": count
    }
    return did(request, acts[given["act"]], said)
