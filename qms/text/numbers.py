"""Parses numbers in URLs and forms, and finds the requested page of a list. Invalid input never
raises."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator

LARGEST = 2**63 - 1  # of an ID, on both databases


def whole_number(
    text: str | None, *, default: int | None = None, most: int = LARGEST
) -> int | None:
    """Parses a non-negative integer in ASCII digits; `default` if invalid or above `most`."""
    if not text or len(text) > 19 or not (text.isascii() and text.isdecimal()):
        return default
    return int(text) if int(text) <= most else default


def page_of(rows: "Sequence[Any] | Any", number: str | None, size: int) -> Page:
    """The requested page; the first for an invalid number, the last for one too high."""
    return Paginator(rows, size).get_page(whole_number(number, default=1, most=10**9))
