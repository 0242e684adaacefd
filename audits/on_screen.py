"""A paper's body as HTML, for pages that show what its files say."""

from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from qms.paper import Block, Sheet, Table


def body_of(paper: Sheet) -> SafeString:
    """Headings, paragraphs, lists and tables of the paper. Pictures are named by their captions."""
    return blocks_of(paper.blocks)


def blocks_of(blocks: Iterable[Block]) -> SafeString:
    """The same of some blocks."""
    named = [
        (type(one).__name__.lower(), _table(one) if isinstance(one, Table) else one)
        for one in blocks
    ]
    return render_to_string("audits/_paper.html", {"blocks": named})


def _table(one: Table) -> dict[str, Any]:
    """Each cell with the label of its column, which stands before it on a phone."""
    labels = [column.label for column in one.columns]
    rows = [list(zip(labels, row, strict=True)) for row in one.rows]
    return {"labels": labels, "rows": rows}
