"""Sheets of administrative papers (Decree 30/2020/NĐ-CP, Annex I): one neutral description,
rendered as Word and PDF files."""

from qms.paper.docx import as_docx
from qms.paper.pdf import TypesettingError, as_pdf
from qms.paper.sheet import (
    Block,
    Column,
    Heading,
    Items,
    Paragraph,
    Picture,
    Sheet,
    Signature,
    Table,
)
from qms.paper.words import signature

__all__ = [
    "Block", "Column", "Heading", "Items", "Paragraph", "Picture", "Sheet", "Signature", "Table",
    "TypesettingError", "as_docx", "as_pdf", "signature",
]  # fmt: skip
