"""Shared by the views of the import: access checks, lookups and the page frame."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from procedures.importing import batches
from procedures.models import ImportBatch, ImportItem
from qms import access
from qms.access import Person
from qms.roles import Role

State = ImportItem.State
WAITING = (State.WAITING, State.READING)
LARGEST_ARCHIVE = 10  # times the largest file

View = Callable[..., HttpResponseBase]


def imports(user: Person, **_address: object) -> bool:
    return bool(access.agencies_with(user, Role.OFFICER))


def for_officers(view: View) -> View:
    """404 for users who are ISO officer of no agency today."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not imports(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def batch_or_404(request: HttpRequest, pk: int) -> ImportBatch:
    mine = ImportBatch.objects.filter(agency__in=access.agencies_with(request.user, Role.OFFICER))
    return get_object_or_404(mine.select_related("agency", "by"), pk=pk)


def mine_or_404(request: HttpRequest, pk: int) -> ImportItem:
    """A file of a batch of an agency whose ISO officer the user is; 404 otherwise."""
    mine = ImportItem.objects.filter(
        batch__agency__in=access.agencies_with(request.user, Role.OFFICER)
    )
    return get_object_or_404(
        mine.select_related("batch__agency", "document", "version", "file"), pk=pk
    )


def show(
    request: HttpRequest,
    template: str,
    title: str,
    context: dict[str, Any],
    crumbs: tuple[tuple[str, str], ...] = (),
    status: int = 200,
) -> HttpResponse:
    """A page in Wagtail's frame."""
    above = (
        [(reverse("imports:batches"), _("Nhập từ Word")), *crumbs]
        if title != _("Nhập từ Word")
        else []
    )
    frame = {
        "breadcrumbs_items": [{"url": url, "label": label} for url, label in above]
        + [{"url": "", "label": title}],
        "page_title": title,
        "header_title": title,
        "header_icon": "upload",
    }
    return render(request, f"procedures/admin/{template}", {**frame, **context}, status=status)


def title_of(batch: ImportBatch) -> str:
    return _("Đợt nhập số %(number)s") % {"number": batch.pk}


def upload_limits() -> dict[str, int]:
    largest = settings.QMS_MAX_FILE
    return {
        "file": largest, "archive": largest * LARGEST_ARCHIVE, "files": batches.MOST_FILES, "file_mb": largest // 2**20,
        "archive_mb": largest * LARGEST_ARCHIVE // 2**20,
    }  # fmt: skip
