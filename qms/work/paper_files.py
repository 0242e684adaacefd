"""Papers as downloads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from qms.paper import Sheet, as_docx, as_pdf
from qms.paper.sheet import DOCX, PDF

KINDS = {"pdf": (as_pdf, PDF), "docx": (as_docx, DOCX)}
LANGUAGES = frozenset({"vi", "en"})


def language_of(request: HttpRequest) -> str:
    """The language of a paper: `?lang=`, or that of the screen."""
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else get_language() or "vi"


def as_file(paper: Sheet, kind: str, name: str) -> HttpResponse:
    """The paper as a download. 404 for an unknown kind."""
    if kind not in KINDS:
        raise Http404
    draw, mime = KINDS[kind]
    answer = HttpResponse(draw(paper), content_type=mime)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
