"""Reading a document's stored content: plain text, steps, cases, records, forms, amendments, pictures.

Content is the neutral JSON that the Word reader, the editor and versions share (see docs/architecture.md). All
functions are pure, work on any valid content and never raise on missing keys.
"""

from procedures.content.forms import forms
from procedures.content.grids import amendments, dossier, grids, records, terms
from procedures.content.steps import cases, steps
from procedures.content.text import (
    block_text,
    blocks,
    one_line,
    paragraphs,
    pictures_of,
    plain,
    section_text,
    sections_outline,
    text_of,
)

__all__ = [
    "amendments",
    "block_text",
    "blocks",
    "cases",
    "dossier",
    "forms",
    "grids",
    "one_line",
    "paragraphs",
    "pictures_of",
    "plain",
    "records",
    "section_text",
    "sections_outline",
    "steps",
    "terms",
    "text_of",
]
