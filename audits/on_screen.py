"""A paper's body as HTML, for pages that show what its files say."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from qms.paper import Sheet


def body_of(paper: Sheet) -> SafeString:
    """Headings, paragraphs, lists and tables of the paper. Pictures are named by their captions."""
    blocks = [(type(one).__name__.lower(), one) for one in paper.blocks]
    return render_to_string("audits/_paper.html", {"blocks": blocks, "paper": paper})
