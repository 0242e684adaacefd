"""Pages of change requests: the short form for a document, the user's own requests, the officer's
list, one request."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from procedures import files
from procedures.changes import lifecycle, rules
from procedures.changes.forms import DeclineForm, JoinForm, RequestForm
from procedures.models import ChangeRequest, DocumentPage, Version
from procedures.reader import queries
from procedures.rules import may_edit_draft
from qms import access, frame
from qms.access import Person, current_user
from qms.errors import Refused
from qms.models import Agency
from qms.proof.uploads import LARGEST
from qms.text.numbers import page_of, whole_number
from qms.work import once
from qms.work.bodies import takes_files

PER_PAGE = 50
State = ChangeRequest.State
ROW = ("title", "place", "what", "state", "source", "by_name", "by_agency_name", "asked_at", "done_in", "by")  # fmt: skip


def reads(user: Person, pk: int) -> bool:
    """Whether the user may read the document whose version a request would be about."""
    return queries.to_read(queries.statuses(pk, access.tokens_for(user))) is not None


@takes_files(LARGEST, reads)
@login_required
@once.per_form
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """“Đề nghị sửa đổi”: a request about the version that the document's page shows."""
    user = current_user(request)
    life = queries.to_read(queries.statuses(pk, access.tokens_for(user)))
    if life is None:
        raise Http404
    version = Version.objects.get(pk=life.version.pk)
    form = RequestForm(request.POST or None, request.FILES or None, content=version.content)
    if request.method == "POST" and form.is_valid():
        document = DocumentPage.objects.get(pk=pk)
        made: list[ChangeRequest] = []

        def step() -> None:
            with once.only(request) as sent:
                made.append(lifecycle.open(document, by=user, version=version, **form.facts))
                sent.address = made[0].get_absolute_url()

        if did(request, step, _("Đã gửi. Thư ký ISO sẽ trả lời, bạn sẽ được báo."), form):
            return redirect(made[0])
    context = {"form": form, "version": version}
    return render(request, "procedures/changes/ask.html", context)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The user's own requests, newest first."""
    user = current_user(request)
    rows = ChangeRequest.objects.filter(by=user).only(*ROW)
    context = {"page": page_of(rows, request.GET.get("page"), PER_PAGE)}
    return render(request, "procedures/changes/mine.html", context)


@login_required
@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """All requests about an agency's documents, for its officers; by state, or of one document."""
    body = get_object_or_404(Agency, pk=pk)
    if not rules.may_answer(request.user, body):
        raise Http404
    everything = ChangeRequest.objects.filter(agency=body)
    document = whole_number(request.GET.get("tai-lieu"))
    if document is not None:
        everything = everything.filter(document=document)
    counts = dict(
        everything.order_by()
        .values_list("state")
        .annotate(number=Count("pk"))
        .values_list("state", "number")
    )
    state = request.GET.get("state", "") if request.GET.get("state") in State.values else ""
    rows = everything.filter(state=state) if state else everything
    context = {
        "agency": body,
        "page": page_of(rows.only(*ROW), request.GET.get("page"), PER_PAGE),
        "total": sum(counts.values()),
        "states": [(s.value, s.label, counts[s.value]) for s in State if s.value in counts],
        "state": state,
        "document": document,
        "tabs": frame.agency_tabs(request.user, body),
    }
    return render(request, "procedures/changes/agency.html", context)


@login_required
@require_safe
def change_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request with its answer, and the actions available to the user."""
    one, user = _request_or_404(request, pk), current_user(request)
    return _page(request, one, user, DeclineForm(), JoinForm(request=one))


def _page(
    request: HttpRequest, one: ChangeRequest, user: Any, decline: BaseForm, join: BaseForm
) -> HttpResponse:
    officer = rules.may_answer(user, one.agency_id)
    readable = set(rules.readable(user, one.document_id).values_list("pk", flat=True))
    context = {
        "one": one,
        "officer": officer,
        "joined": one.joined.order_by("pk").only(*ROW) if officer else [],
        "joined_to": one.joined_to
        if officer or one.joined_to and one.joined_to.by_id == user.pk
        else None,
        "may_accept": officer and one.state == State.OPEN,
        "may_decline": officer and one.state in {State.OPEN, State.ACCEPTED},
        "may_take_back": one.state == State.OPEN and rules.may_take_back(user, one),
        "decline": decline,
        "join": join,
        "redline": _redline(one, readable),
        "readable": bool(readable),
        "next_step": _next_step(user, one),
    }
    return render(request, "procedures/changes/request.html", context)


def _next_step(user: Any, one: ChangeRequest) -> dict[str, Any]:
    """What an accepted request still needs of who may write it into the draft: {"url", "drafted"};
    {} for others."""
    page = DocumentPage.objects.filter(pk=one.document_id).defer("body").first()
    if one.state != State.ACCEPTED or page is None or not may_edit_draft(user, page):
        return {}
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return {"url": url, "drafted": page.has_open_draft}


def _redline(one: ChangeRequest, readable: set[int]) -> str:
    """The URL of the comparison for the version that made the change, if both sides may be read."""
    if one.done_in is None or one.done_in.pk not in readable:
        return ""
    before = Version.objects.filter(
        document=one.document_id, ordinal__lt=one.done_in.ordinal, pk__in=readable
    )
    old = before.order_by("-ordinal").values_list("pk", flat=True).first()
    if old is None:
        return one.done_in.get_absolute_url()
    query = f"?tu=v{old}&den=v{one.done_in.pk}"
    return reverse("document_comparison", args=[one.document_id]) + query


@login_required
@require_POST
@once.per_form
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Accepts, merges, declines or withdraws a request."""
    one, user = _request_or_404(request, pk), current_user(request)
    decline = DeclineForm(request.POST if name == "khong-nhan" else None)
    join = JoinForm(request.POST if name == "gop" else None, request=one)
    steps: dict[str, tuple[BaseForm | None, Callable[[], Any], str]] = {
        "nhan": (
            None,
            lambda: lifecycle.accept(one, by=user),
            _("Đã nhận. Hãy sửa bản thảo theo yêu cầu."),
        ),
        "gop": (
            join,
            lambda: lifecycle.join(one, to=join.cleaned_data["to"], by=user),
            _("Đã gộp."),
        ),
        "khong-nhan": (
            decline,
            lambda: lifecycle.decline(one, reason=decline.cleaned_data["reason"], by=user),
            _("Đã trả lời là không nhận."),
        ),
        "rut": (None, lambda: lifecycle.take_back(one, by=user), _("Đã rút yêu cầu.")),
    }
    if name not in steps or (name != "rut" and not rules.may_answer(user, one.agency_id)):
        raise Http404
    form, step, said = steps[name]
    if form is not None and not form.is_valid():
        return _page(request, one, user, decline, join)

    def carry_out() -> None:
        with once.only(request) as sent:
            step()
            sent.address = one.get_absolute_url()

    did(request, carry_out, said)
    return redirect(one)


@login_required
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file attached to a request."""
    one = _request_or_404(request, pk)
    if one.file is None:
        raise Http404
    entry = {"sha256": one.file.pk, "name": one.file_name, "mime": one.file.mime}
    return files.send(request, entry)


def _request_or_404(request: HttpRequest, pk: int) -> ChangeRequest:
    rows = rules.requests_of(current_user(request))
    return get_object_or_404(
        rows.select_related("agency", "version", "done_in", "joined_to", "file").defer(
            "version__content", "done_in__content"
        ),
        pk=pk,
    )


def did(
    request: HttpRequest, step: Callable[[], Any], said: str, form: BaseForm | None = None
) -> bool:
    """Performs a step; reports success, or why it was refused (in the form if there is one)."""
    try:
        step()
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(None, str(refusal))
        return False
    messages.success(request, said)
    return True
