"""Our URLs inside /admin/, ahead of Wagtail's, and replacements for some of Wagtail's page views.

`qms.admin_urls` closes Wagtail's other page views: they show pages of other agencies, publish, or
search in a way that does not find Vietnamese (docs/architecture.md)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, re_path
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.urls import display_custom_404
from wagtail.admin.views import editing_sessions
from wagtail.utils.urlpatterns import decorate_urlpatterns

from procedures.officer import (
    amendments,
    documents,
    editor,
    links,
    listing,
    narrowing,
    sending,
    sets,
    steps,
    taking_in,
    uploads,
)
from procedures.officer.common import document_or_404, edits
from qms.text.numbers import whole_number
from qms.work.bodies import MB, takes_text

own = [
    path("", listing.documents, name="documents"),
    path("moi/", listing.new, name="new"),
    path("mau-ma-hieu/", listing.code_templates, name="code_templates"),
    path("anh/", uploads.picture_upload, name="picture_upload"),
    path("anh/<str:token>/", uploads.picture, name="picture"),
    path("tep/", uploads.file_upload, name="file_upload"),
    path("tep/<str:token>/", uploads.file, name="file"),
    path("tiep-nhan/", taking_in.overview, name="taking_in"),
    path("tiep-nhan/<int:pk>/dong/", taking_in.close, name="taking_in_close"),
    path("tiep-nhan/<int:pk>/mo-lai/", taking_in.reopen, name="taking_in_reopen"),
    path("<int:pk>/", documents.document, name="document"),
    path("<int:pk>/trinh-duyet/", sending.send, name="send"),
    path("trinh-nhieu/", sets.choose, name="send_set"),
    path("quyet-dinh/<int:pk>/", sets.decide, name="decide"),
    path("<int:pk>/rut-lai/", sending.take_back, name="take_back"),
    path("<int:pk>/ghi-nhan/", steps.record, name="record"),
    path("<int:pk>/so-sanh/", documents.comparison, name="compare"),
    path("<int:pk>/theo-doi-sua-doi/", amendments.line, name="amendment"),
    path("<int:pk>/da-xem/", documents.seen, name="seen"),
    path("<int:pk>/xoa/", documents.delete, name="delete"),
    path("<int:pk>/tep-goc/", uploads.source, name="source"),
    path("<int:pk>/ma-tiep-theo/", listing.next_code, name="next_code"),
    path("phien-ban/<int:pk>/ban-ky/", steps.add_scan, name="add_scan"),
    path("phien-ban/<int:pk>/thu-hep/", narrowing.narrow, name="narrow"),
    path("phien-ban/<int:pk>/<slug:name>/", steps.act, name="act"),
]


whole_draft = takes_text(30 * MB, edits)  # the editor sends all of a document at once


def to_register(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirects Wagtail's page tree and page search to the register."""
    query = request.GET.get("q", "").strip()[:200]
    response = redirect("procedures_admin:documents")
    if query:
        response["Location"] += "?" + urlencode({"q": query})
    return response


def to_new(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return redirect("procedures_admin:new")


def to_document(request: HttpRequest, page_id: int) -> HttpResponse:
    return redirect("procedures_admin:document", document_or_404(request, page_id).pk)


def to_delete(request: HttpRequest, page_id: int) -> HttpResponse:
    return redirect("procedures_admin:delete", document_or_404(request, page_id).pk)


def to_comparison(request: HttpRequest, page_id: str, old: str, new: str) -> HttpResponse:
    """Redirects Wagtail's comparison links; `live` is the version in force, `earliest` and `latest`
    the first and last draft."""
    if len(page_id) > 11:
        raise Http404
    page = document_or_404(request, int(page_id))
    earliest = page.revisions.order_by("created_at").values_list("pk", flat=True).first()
    names = {"live": "", "latest": "draft", "earliest": f"r{earliest}"}
    chosen = {"tu": names.get(old, f"r{old}"), "den": names.get(new, f"r{new}")}
    response = redirect("procedures_admin:compare", page.pk)
    response["Location"] += "?" + urlencode({key: value for key, value in chosen.items() if value})
    return response


def who_edits(request: HttpRequest, object_id: str, session_id: str) -> HttpResponse:
    """Who else has the document open: the editor polls it every few seconds. Wagtail's view fails
    on malformed IDs."""
    page = document_or_404(request, whole_number(object_id, default=0) or 0)
    if whole_number(request.POST.get("revision_id", "0")) is None:
        raise Http404
    return editing_sessions.ping(
        request, "wagtailcore", "page", str(page.pk), whole_number(session_id) or 0
    )


pages = [
    path("", to_register),
    path("<int:page_id>/", to_register),
    path("search/", to_register),
    path("<int:page_id>/edit/", whole_draft(editor.EditView.as_view())),
    path("<int:page_id>/edit/preview/", whole_draft(editor.PreviewOnEdit.as_view())),
    path("<int:page_id>/view_draft/", editor.view_draft),
    path("<int:page_id>/delete/", to_delete),
    path("<int:page_id>/history/", to_document),
    path("<int:page_id>/revisions/", to_document),
    path("<int:page_id>/revisions/<int:revision_id>/view/", editor.view_revision),
    path(
        "<int:page_id>/revisions/<int:revision_id>/revert/",
        whole_draft(editor.RevertView.as_view()),
    ),
    re_path(
        r"^(?P<page_id>\d+)/revisions/compare/(?P<old>live|earliest|\d+)\.\.\.(?P<new>live|latest|\d+)/$",
        to_comparison,
    ),
    path("<int:parent_page_id>/add_subpage/", to_new),
    path("add/<slug:app>/<slug:model>/<int:parent_page_id>/", to_new),
]

urlpatterns: list[Any] = [
    path("tai-lieu/", include((own, "procedures_admin"))),
    path("nhap-tep/", include("procedures.importing.urls")),
    path("pages/", include(pages)),
    path("choose-external-link/", links.ExternalLink.as_view()),
    path("choose-anchor-link/", links.AnchorLink.as_view()),
    path("choose-email-link/", links.EmailLink.as_view()),
    path("choose-phone-link/", links.PhoneLink.as_view()),
    # Links take a URL; drafts of other agencies are not offered
    path("choose-page/", links.ExternalLink.as_view()),
    path("editing-sessions/ping/wagtailcore/page/<str:object_id>/<str:session_id>/", who_edits),
]
for decorator in (require_admin_access, display_custom_404, never_cache):
    urlpatterns = decorate_urlpatterns(urlpatterns, decorator)
