"""Shared by the officer's pages: the access check on the first line, and Wagtail's frame around the
content."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from procedures import rules
from procedures.models import DocumentPage, Version
from procedures.officer.register import drafting_agencies
from qms.access import Person
from qms.models import User

View = Callable[..., HttpResponseBase]


class AuthenticatedRequest(HttpRequest):
    """A request of a signed-in user, as passed to every view behind `for_drafters`."""

    user: User


def drafts(user: Person, **_address: object) -> bool:
    return bool(drafting_agencies(user))


def edits(user: Person, page_id: int, **_address: object) -> bool:
    """Whether the user may change the draft named in an editor URL."""
    page = DocumentPage.objects.filter(pk=page_id).first()
    return page is not None and rules.may_edit_draft(user, page)


def for_drafters(view: View) -> View:
    """404 for users who draft in no agency today."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not drafts(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def document_or_404(request: HttpRequest, pk: int) -> Any:
    """The document, as its specific class, for users who may see its draft."""
    page = get_object_or_404(
        DocumentPage.objects.select_related("agency", "unit", "latest_revision"), pk=pk
    )
    if not rules.may_see_draft(request.user, page):
        raise Http404
    return page.specific


def version_or_404(request: HttpRequest, pk: int) -> Version:
    """A version of a document that the user works on."""
    version = get_object_or_404(Version.objects.select_related("document", "agency"), pk=pk)
    if not rules.may_see_draft(request.user, version.document):
        raise Http404
    return version


def show(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, crumbs: list[tuple[str, str]] | None = None, icon: str = "doc-full-inverse",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """A page in Wagtail's frame: breadcrumbs from the register of documents to `title`."""
    items = [(reverse("procedures_admin:documents"), _("Tài liệu")), *(crumbs or [])]
    frame = {
        "breadcrumbs_items": [{"url": url, "label": label} for url, label in items]
        + [{"url": "", "label": title}],
        "page_title": title,
        "header_title": title,
        "header_icon": icon,
        "import_url": reverse("imports:batches"),
    }
    return render(request, f"procedures/admin/{template}", {**frame, **context}, status=status)


def crumb(page: DocumentPage) -> tuple[str, str]:
    return reverse("procedures_admin:document", args=[page.pk]), page.code or page.full_title
