"""The reader's pages: home, agency, document, version, files. They read versions alone."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from procedures.models import Version
from qms import access, store
from qms.models import Agency


def home(request: HttpRequest) -> HttpResponse:
    seen = Version.objects.in_force().visible_to(access.tokens_for(request.user))
    return render(request, "procedures/home.html", {"recent": seen.order_by("-issued_on", "-pk")[:10]})


def agency(request: HttpRequest, pk: int) -> HttpResponse:
    body = get_object_or_404(Agency, pk=pk)
    seen = Version.objects.in_force().visible_to(access.tokens_for(request.user)).filter(agency=body)
    return render(request, "procedures/agency.html", {"agency": body, "versions": seen.order_by("kind", "code")[:200]})


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The version in force; where there is none, the newest that the person may see."""
    seen = Version.objects.standing().visible_to(access.tokens_for(request.user)).filter(document=pk)
    version = Version.objects.in_force().filter(pk__in=seen.values("pk")).first() or seen.first()
    if version is None:
        raise Http404
    return render(request, "procedures/version.html", {"version": version})


def version(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Version.objects.standing().visible_to(access.tokens_for(request.user)), pk=pk)
    return render(request, "procedures/version.html", {"version": found})


def version_file(request: HttpRequest, pk: int, sha256: str, name: str) -> FileResponse:
    found = get_object_or_404(Version.objects.standing().visible_to(access.tokens_for(request.user)), pk=pk)
    file = next((f for f in found.files if f["sha256"] == sha256), None)
    if file is None:
        raise Http404
    return FileResponse(store.path_of(sha256).open("rb"), filename=file["name"], content_type=file["mime"])
