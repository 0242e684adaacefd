"""The checklist: one card per question, answered by plain forms, on a phone too."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import answers, evidence, lifecycle, rules
from audits.evidence import MOST_BYTES
from audits.models import Answer, Audit, Item, Result, SetAside
from audits.views.common import allow, audit_or_404, did, did_once, fills_in, page_of
from qms.access import current_user
from qms.errors import Refused
from qms.models import User
from qms.text.numbers import whole_number
from qms.work import once
from qms.work.bodies import takes_files

PER_PAGE = 20


@login_required
@require_safe
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    one = audit_or_404(request, pk)
    allow(rules.may_see_checklist(current_user(request), one))
    return _page(request, one)


def _page(request: HttpRequest, one: Audit, refused: dict[int, str] | None = None) -> HttpResponse:
    rows = list(one.rows.select_related("unit"))
    chosen = next((row for row in rows if str(row.pk) == request.GET.get("row")), None)
    items = one.items.select_related(
        "row__unit", "version", "finding", "assigned__person"
    ).prefetch_related(Prefetch("answers", queryset=Answer.objects.order_by("-pk")))
    items = items.filter(row=chosen) if chosen else items
    only = whole_number(request.GET.get("item"))
    items = items.filter(pk=only) if only else items
    conflicts = bool(request.GET.get("conflicts"))
    if conflicts:
        items = items.filter(pk__in=answers.unsettled(one))
    page = page_of(request, items, PER_PAGE)
    files = evidence.of("item", [item.pk for item in page])
    links = _links(current_user(request), {item.about for item in page if item.about})
    typed = (refused or {}).keys()
    context = {
        "audit": one,
        "agency": one.agency,
        "page": page,
        "cards": [
            {
                "item": item,
                "answers": answers.by_turns(item.answers.all()),
                "counting": answers.current(reversed(item.answers.all())),
                "entry": uuid.uuid4(),
                "files": files.get(item.pk, []),
                "about": links.get(item.about, ""),
                "refused": (refused or {}).get(item.pk, ""),
                "result": request.POST.get("result", "")
                if item.pk in typed
                else next((a.result for a in item.answers.all()), ""),
                "note": request.POST.get("note", "")
                if item.pk in typed
                else next((a.note for a in item.answers.all()), ""),
            }
            for item in page
        ],
        "rows": rows,
        "row": chosen,
        "narrowed": bool(only) or conflicts,
        "may_settle": rules.may_settle(current_user(request), one) and one.takes_answers,
        "unsettled": len(answers.unsettled(one)),
        "set_aside": one.set_aside.filter(state=SetAside.State.WAITING).count(),
        "results": Result.choices,
        "may_answer": rules.may_answer(current_user(request), one) and one.takes_answers,
        "may_ask": rules.may_answer(current_user(request), one)
        and one.state in {Audit.State.PLANNED, Audit.State.UNDER_WAY},
    }
    return render(request, "audits/checklist.html", context, status=400 if refused else 200)


def _links(user: User, subjects: set[str]) -> dict[str, str]:
    """The URLs of earlier findings and corrections that the user may open. Two queries at most."""
    found: dict[str, str] = {}
    of: dict[str, Callable[[User], QuerySet[Any]]] = {"finding": rules.findings_of, "nonconformity": rules.nonconformities_of}  # fmt: skip
    for kind, scope in of.items():
        ids = [int(one.partition(":")[2]) for one in subjects if one.startswith(f"{kind}:")]
        rows = scope(user).filter(pk__in=ids) if ids else ()
        found |= {f"{kind}:{row.pk}": row.get_absolute_url() for row in rows}
    return found


@takes_files(MOST_BYTES, fills_in)
@login_required
@require_POST
def answer(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Stores one answer and returns to the next question. Refused input is kept on the page."""
    one = audit_or_404(request, pk)
    allow(rules.may_answer(current_user(request), one))
    found = get_object_or_404(Item, pk=item, audit=one)
    try:
        lifecycle.answer(
            found,
            result=request.POST.get("result", ""),
            note=request.POST.get("note", ""),
            files=evidence.ready(request.FILES.getlist("files")),
            seen=request.POST.get("seen"),
            entry=_own_id(request.POST.get("entry", "")),
            by=current_user(request),
        )
    except Refused as refusal:
        return _page(request, one, {found.pk: str(refusal)})
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("audit_checklist", args=[one.pk]) + f"{query}#cau-{found.pk}")


def _own_id(text: str) -> uuid.UUID | None:
    """The answer's ID as issued by the page, so that a second submission is the same answer."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@login_required
@require_POST
def make(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Adds the questions for a line of the plan."""
    one = audit_or_404(request, pk)
    allow(rules.may_answer(current_user(request), one))
    found = get_object_or_404(one.rows, pk=row)
    did(
        request,
        lambda: lifecycle.make_checklist(found, by=current_user(request)),
        _("Đã lập câu hỏi cho %(unit)s.") % {"unit": found.unit},
    )
    return redirect(reverse("audit_checklist", args=[one.pk]) + f"?row={found.pk}")


@login_required
@require_POST
@once.per_form
def add_item(request: HttpRequest, pk: int) -> HttpResponse:
    one = audit_or_404(request, pk)
    allow(rules.may_answer(current_user(request), one))
    row = next((r for r in one.rows.all() if str(r.pk) == request.POST.get("row")), None)
    where = reverse("audit_checklist", args=[one.pk]) + (f"?row={row.pk}" if row else "")
    did_once(
        request,
        lambda: lifecycle.add_item(
            one, text=request.POST.get("text", ""), row=row, by=current_user(request)
        ),
        _("Đã thêm câu hỏi vào cuối phiếu."),
        leads_to=lambda: where,
    )
    return redirect(where)
