"""Reads a document's stored content: plain text, steps, cases, records, forms,
amendments, pictures.

Content is the neutral JSON that the Word reader, the editor and versions share (see
docs/architecture.md). All functions are pure, work on any valid content and never raise on
missing keys.
"""

from procedures.content.candidates.amendments import amendments
from procedures.content.candidates.forms import forms
from procedures.content.candidates.records import records
from procedures.content.candidates.steps import steps
from procedures.content.grids import dossier, grids, terms
from procedures.content.steps import cases
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
