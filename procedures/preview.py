"""A draft as its reader will see it: a version that is never saved."""

import functools

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from procedures import draft, reading
from procedures import render as drawing
from procedures.blocks import sign_picture
from procedures.models import DocumentPage, Version
from qms.clock import today


def preview_version(page: DocumentPage) -> Version:
    """The version that issuing this draft today would make, unsaved."""
    from procedures.lifecycle import COPIED, files_of

    content = draft.to_content(page.body)
    issued_on = page.issued_on or today()
    return Version(
        document_id=page.pk,
        ordinal=0,
        agency=page.agency,
        agency_name=page.agency.name,
        title=page.full_title,
        unit=page.unit,
        unit_name=page.unit.name if page.unit else "",
        clauses=[clause.number for clause in page.clauses.all()],
        content=content,
        files=files_of(page, content),
        issued_on=issued_on,
        effective_on=page.effective_on or issued_on,
        made_at=timezone.now(),
        **{name: getattr(page, name) for name in COPIED},
        **{name: getattr(page, name, "") for name in ("procedure_type", "field", "national_code", "local_tail")},
    )


@functools.lru_cache(maxsize=4096)
def picture_url(sha256: str) -> str:
    """Where a drafter's browser gets a picture that no version holds yet."""
    return reverse("procedures_admin:picture", args=[sign_picture(sha256)])


def serve_preview(request: HttpRequest, page: DocumentPage) -> HttpResponse:
    """The reader's page for the draft."""
    version = preview_version(page)
    context = {
        "life": reading.Life(version, "draft"),
        "version": version,
        "drawn": drawing.document(version.content, picture_url),
        "forms": [],
        "lives": [],
        "downloads": [],
        "permanent": request.build_absolute_uri(reverse("document", args=[page.pk])),
        "print_day": today(),
        "previewing": True,
    }
    return render(request, "procedures/version.html", context)
