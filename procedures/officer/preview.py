"""A draft as readers will see it: a version that is never saved."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from procedures import lifecycle
from procedures.editor.blocks import sign_picture
from procedures.models import DocumentPage, Version
from procedures.reader import linking, queries
from procedures.reader import render as drawing
from qms.clock import today


def preview_version(page: DocumentPage) -> Version:
    """The version that issuing this draft today would create, unsaved."""
    issued_on = page.issued_on or today()
    return lifecycle.version_of(
        page, issued_on=issued_on, effective_on=page.effective_on or issued_on
    )


def picture_url(sha256: str) -> str:
    """The URL at which drafters get a picture that no version holds yet."""
    return reverse("procedures_admin:picture", args=[sign_picture(sha256)])


def serve_preview(request: HttpRequest, page: DocumentPage) -> HttpResponse:
    """The reader's page of the draft."""
    version = preview_version(page)
    drawn = drawing.document(version.content, picture_url)
    context = {
        "life": queries.VersionStatus(version, "draft"),
        "version": version,
        "drawn": drawn,
        "sections": drawn["sections"],
        "laws": linking.basis(version.legal_basis, drawn["where"]),
        "forms": [],
        "lives": [],
        "downloads": [],
        "copy_base": "",
        "permanent": settings.BASE_URL + reverse("document", args=[page.pk]),
        "print_day": today(),
        "previewing": True,
        "written": {"issued_on": page.issued_on, "effective_on": page.effective_on},
    }
    return render(request, "procedures/version.html", context)
