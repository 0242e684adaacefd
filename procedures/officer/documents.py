"""One document: its state, its versions and their history, its drafts; and the comparison of any
two of them."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Revision

from procedures import lifecycle, rules
from procedures.approval import withdrawing
from procedures.changes import redline, states
from procedures.lifecycle import taking_in
from procedures.models import DocumentPage, Version
from procedures.namesakes import unsaid
from procedures.officer import amendments, sending, texts
from procedures.officer.common import (
    AuthenticatedRequest,
    crumb,
    document_or_404,
    for_drafters,
    show,
)
from procedures.reader import queries
from qms import frame
from qms.errors import Refused
from qms.models import ApprovalItem, Event, Meaning
from qms.screens.history import day_as_read
from qms.text.numbers import whole_number
from qms.work import once

DRAFTS_SHOWN = 30
EVENTS_SHOWN = 100


@for_drafters
@require_safe
def document(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The document's own page: state and next step, versions, journal, drafts."""
    page = document_or_404(request, pk)
    versions = list(
        page.versions.defer("content")
        .select_related("approval")
        .prefetch_related("acts")
        .order_by("-ordinal")
    )
    lives = {life.version.pk: life for life in queries.statuses(page.pk, frozenset({"issued"}))}
    drafts = list(
        page.revisions.select_related("user")
        .defer("content")
        .order_by("-created_at")[: DRAFTS_SHOWN + 1]
    )
    closed = sending.closed(page, request)
    context = {
        "document": page,
        "versions": [_version_row(version, lives.get(version.pk), request) for version in versions],
        "current": next((life for life in lives.values() if life.state == "in_force"), None),
        "texts": texts.rows_of(page, versions),
        "changes": amendments.on_page(request, page),
        "events": _events(page, versions),
        "drafts": drafts[:DRAFTS_SHOWN],
        "more_drafts": len(drafts) > DRAFTS_SHOWN,
        "may_send": rules.may_send(request.user, page),
        "may_record": rules.may_record(request.user, page) and taking_in.is_open(page.agency_id),
        "may_delete": rules.may_delete_draft(request.user, page) and not versions and not closed,
        "closed": closed,
        "namesakes": unsaid(page, request.user) if _in_use(page, lives.values()) else [],
    }
    return show(request, "document.html", page.code or page.full_title, context)


def _in_use(page: DocumentPage, lives: Iterable[queries.VersionStatus]) -> bool:
    """Whether the document has an open draft, or a version in force now or later."""
    return page.has_open_draft or any(life.state in ("in_force", "waiting") for life in lives)


def _events(page: DocumentPage, versions: list[Version]) -> list[tuple[Event, str]]:
    """The newest events of the document, its versions and their approvals, each with its label. Two
    queries."""
    sealed = [f"document:{page.pk}", *(withdrawing.subject(v.pk) for v in versions)]
    approvals = ApprovalItem.objects.filter(subject__in=sealed).values_list("approval", flat=True)
    subjects = [
        f"document:{page.pk}",
        *(f"version:{v.pk}" for v in versions),
        *(f"approval:{pk}" for pk in approvals),
    ]
    rows = Event.objects.filter(agency=page.agency_id, subject__in=subjects).order_by("-number")
    return [(event, _label(event)) for event in rows[:EVENTS_SHOWN]]


def _label(event: Event) -> str:
    """What was done; of a signature also its meaning, of a decision its number; of what the
    demonstration tells of an earlier day, that day."""
    said = frame.event_label(event.kind)
    meaning, number = event.data.get("meaning"), event.data.get("number")
    if event.kind == "approval_signed" and meaning in Meaning.values:
        said = f"{said}: {Meaning(meaning).label}"
    elif event.kind == "decided" and number:
        said = f"{said}: {number}"
    if day := event.data.get("told_day"):
        said = f"{said} ({frame.fact_label('told_day')}: {day_as_read(day)})"
    return said


def _version_row(
    version: Version, life: queries.VersionStatus | None, request: AuthenticatedRequest
) -> dict[str, Any]:
    """A version with its state and the actions available to the user."""
    acts = list(version.acts.all())
    may = rules.may_withdraw(request.user, version)
    return {
        "version": version,
        "state": life.state if life else "struck_out",
        "life": life,
        "acts": acts,
        "files": [f for act in acts for f in act.files],
        "may_withdraw": may and life is not None and life.state in {"in_force", "waiting"},
        "may_reinstate": may and life is not None and life.state == "withdrawn",
        "may_strike_out": may and life is not None,
        "may_add_scan": may and life is not None,
        "may_narrow": may and life is not None and bool(life.visibility.narrower()),
    }


@for_drafters
@require_POST
def seen(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Marks import flags as checked: one flag, or all."""
    page = document_or_404(request, pk)
    try:
        lifecycle.clear_flags(
            page, by=request.user, position=whole_number(request.POST.get("position"))
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    if request.POST.get("next") == "document":
        return redirect("procedures_admin:document", page.pk)
    return redirect("wagtailadmin_pages:edit", page.pk)


@for_drafters
@once.per_form
def delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Asks for confirmation, then deletes a document without issued versions; others are refused
    with a message."""
    page = document_or_404(request, pk)
    issued = page.versions.exists()
    if request.method == "POST":
        try:
            with once.only(request) as sent:
                lifecycle.delete_draft(page, by=request.user)
                sent.address = reverse("procedures_admin:documents")
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("procedures_admin:document", page.pk)
        messages.success(request, _("Đã xóa tài liệu “%(title)s”.") % {"title": page.full_title})
        return redirect("procedures_admin:documents")
    return show(
        request,
        "delete.html",
        _("Xóa tài liệu"),
        {"document": page, "issued": issued},
        crumbs=[crumb(page)],
        icon="bin",
    )


# -- comparison


class Side:
    """One of the two compared states: the draft, an earlier draft, or a version."""

    def __init__(self, page: DocumentPage, name: str) -> None:
        self.name = name
        number = whole_number(name[1:])
        if name == "draft":
            self._take(page, _("Bản thảo hiện nay"))
        elif name[:1] == "v" and number is not None:
            self._take(get_object_or_404(page.versions, pk=number), "")
        elif name[:1] == "r" and number is not None:
            revision = get_object_or_404(page.revisions.all(), pk=number)
            self._take(revision.as_object(), _saved_at([revision])[0][1])
        else:
            raise Http404

    def _take(self, source: Any, label: str) -> None:
        self.label = label or _("Phiên bản %(number)d") % {"number": source.ordinal}
        self.state = states.state_of(source)


def _saved_at(revisions: Iterable[Revision]) -> list[tuple[str, str]]:
    """[(name, label)] of earlier drafts by the second when they were saved; a number tells those of one second apart."""
    given: Counter[str] = Counter()
    found = []
    for revision in revisions:
        when = date_format(timezone.localtime(revision.created_at), "H:i:s d/m/Y")
        given[when] += 1
        label = _("Bản thảo lúc %(when)s") % {"when": when}
        again = f" ({given[when]})" if given[when] > 1 else ""
        found.append((f"r{revision.pk}", label + again))
    return found


@for_drafters
@require_safe
def comparison(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Compares any two states of the document; by default the draft with the version in force, or
    with the preceding draft."""
    page = document_or_404(request, pk)
    versions = list(page.versions.defer("content").order_by("-ordinal"))
    drafts = list(page.revisions.defer("content").order_by("-created_at")[:50])
    old = Side(page, request.GET.get("tu") or _default_old(page, versions, drafts))
    new = Side(page, request.GET.get("den") or "draft")
    context = {
        "document": page,
        "old": old,
        "new": new,
        "redline": redline.as_html(old.state, new.state),
        "choices": [("draft", _("Bản thảo hiện nay")), *((f"v{v.pk}", _("Phiên bản %(number)d") % {"number": v.ordinal}) for v in versions),
                    *_saved_at(drafts)],
    }  # fmt: skip
    return show(
        request, "compare.html", _("So sánh"), context, crumbs=[crumb(page)], icon="history"
    )


def _default_old(page: DocumentPage, versions: list[Version], drafts: list[Revision]) -> str:
    current = page.versions.in_force().values_list("pk", flat=True).first() or (
        versions[0].pk if versions else None
    )
    if current is not None:
        return f"v{current}"
    return f"r{drafts[1].pk}" if len(drafts) > 1 else "draft"
