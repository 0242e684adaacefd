"""The initial content of a new document: the usual sections of its kind. They are printed in the
document, hence Vietnamese."""

from procedures.content.schema import Block, Content, GridBlock, Section, TextBlock
from procedures.editor.grids import new_grid
from procedures.enums import Kind


def _section(kind: str, number: str, title: str, *blocks: Block) -> Section:
    return {"kind": kind, "place": "body", "number": number, "title": title, "blocks": list(blocks)}


def _text() -> TextBlock:
    return {"type": "text", "html": ""}


def _grid(subject: str) -> GridBlock:
    made = new_grid(subject)
    return {"type": "grid", "subject": subject, "columns": made["columns"], "rows": made["rows"]}


def of(kind: str) -> Content:
    """Neutral content with empty sections for a document of the kind."""
    if kind == Kind.PROCEDURE:
        sections = [
            _section("purpose", "1.", "MỤC ĐÍCH", _text()),
            _section("scope", "2.", "PHẠM VI ÁP DỤNG", _text()),
            _section("references", "3.", "TÀI LIỆU VIỆN DẪN", _text()),
            _section("definitions", "4.", "ĐỊNH NGHĨA, VIẾT TẮT", _grid("definitions")),
            _section("content", "5.", "NỘI DUNG", _grid("steps")),
            _section("forms", "6.", "BIỂU MẪU", _grid("forms")),
            _section("records", "7.", "HỒ SƠ CẦN LƯU", _grid("records")),
        ]
    elif kind in {Kind.INSTRUCTION, Kind.REGULATION}:
        sections = [
            _section("purpose", "1.", "MỤC ĐÍCH", _text()),
            _section("scope", "2.", "PHẠM VI ÁP DỤNG", _text()),
            _section("content", "3.", "NỘI DUNG", _text()),
        ]
    elif kind == Kind.FORM:
        sections = []
    else:
        sections = [_section("content", "", "", _text())]
    return {"sections": sections}
