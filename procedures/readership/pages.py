"""Shared by the pages of readership."""

from typing import Any

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify

from qms.models import Agency
from qms.text import numbers, sheets
from search.words.vietnamese import fold

PER_PAGE = 50


def allow(allowed: bool) -> None:
    """Raises 404 unless allowed."""
    if not allowed:
        raise Http404


def page_of(request: HttpRequest, rows: Any, size: int = PER_PAGE) -> Page:
    """The page of the list requested in the URL."""
    return numbers.page_of(rows, request.GET.get("page"), size)


def wanted_file(request: HttpRequest) -> str:
    """The requested file type; empty for the page."""
    return request.GET["export"] if request.GET.get("export") in sheets.KINDS else ""


def file_of(
    kind: str, agency: Agency, name: str, heads: Any, lines: Any, widths: Any
) -> HttpResponse:
    return sheets.file_response(
        kind, f"{name}-{slugify(fold(agency.code)) or agency.pk}", heads, lines, widths
    )
