"""The amendment log's line for the next version, and the requests behind it, on the pages of a
draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from procedures.changes import amendments, rules
from procedures.changes.forms import LineForm
from procedures.models import ChangeRequest, DocumentPage
from procedures.officer.common import (
    AuthenticatedRequest,
    crumb,
    document_or_404,
    for_drafters,
    show,
)
from qms.errors import Refused

SHOWN = 20


@for_drafters
def line(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Shows the line of the next version and saves an edited one."""
    page = document_or_404(request, pk)
    now = amendments.line_for(page)
    form = LineForm(request.POST or None, initial={"place": now.place, "summary": now.summary})
    if request.method == "POST" and form.is_valid():
        try:
            amendments.edit(page, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã lưu dòng theo dõi sửa đổi."))
            return redirect("procedures_admin:document", page.pk)
    context = {"document": page, "form": form, "line": now}
    title = _("Theo dõi sửa đổi")
    return show(request, "amendment.html", title, context, crumbs=[crumb(page)], icon="history")


def on_page(request: AuthenticatedRequest, page: DocumentPage) -> dict[str, Any]:
    """For the document's page: the line of the next version, and for its officers the open
    requests."""
    waiting = ChangeRequest.objects.none()
    if rules.may_answer(request.user, page.agency_id):
        states = (ChangeRequest.State.OPEN, ChangeRequest.State.ACCEPTED)
        waiting = ChangeRequest.objects.filter(document=page.pk, state__in=states).order_by("pk")
    return {
        "line": amendments.line_for(page) if page.has_open_draft else None,
        "requests": waiting[:SHOWN],
    }
