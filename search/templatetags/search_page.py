"""Template tags and filters of the search page."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from search.entries import Count

register = template.Library()


@register.simple_tag
def options(counts: Iterable[Count]) -> SafeString:
    """Values of a facet as <option>s with counts. Hundreds of them would be too slow in a
    template loop."""
    rows = (
        f'<option value="{escape(c.value)}">{escape(c.label)} ({f"{c.count:,}".replace(",", ".")})</option>'
        for c in counts
    )
    return mark_safe("".join(rows))  # noqa: S308 - every part is escaped


@register.filter
def quoted(question: str) -> str:
    """The question in quotation marks, unless it already has some."""
    return question if set(question) & set('"“”') else f"“{question}”"
