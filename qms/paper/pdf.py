"""A sheet as an archivable, accessible PDF: PDF/A-2a and PDF/UA-1, set by typst."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from qms.paper import sizes
from qms.paper.sheet import (
    Block,
    Heading,
    Items,
    Paragraph,
    Picture,
    Sheet,
    Table,
    printable,
)
from qms.paper.words import words_of

TEMPLATE = Path(__file__).with_name("sheet.typ")
# Times and metric-compatible fonts; the last one comes with typst. All have every Vietnamese
# letter.
FONTS = ["Times New Roman", "Liberation Serif", "Tinos", "TeX Gyre Termes", "Libertinus Serif"]


class TypesettingError(Exception):
    """The sheet can't be typeset; only a damaged picture causes this. The message gives the
    reason."""


def as_pdf(sheet: Sheet) -> bytes:
    """The sheet as PDF. Raises TypesettingError for a picture that can't be read."""
    sheet = printable(sheet)
    with tempfile.TemporaryDirectory(prefix="sheet-") as folder:
        place = Path(folder)
        (place / "sheet.typ").write_bytes(TEMPLATE.read_bytes())
        (place / "sheet.json").write_text(json.dumps(_data(sheet, place)), encoding="utf8")
        try:
            return typst.compile(
                str(place / "sheet.typ"), root=folder, format="pdf", pdf_standards=["a-2a", "ua-1"]
            )
        except RuntimeError as problem:
            raise TypesettingError(str(problem)) from problem


def _data(sheet: Sheet, place: Path) -> dict[str, Any]:
    """Data of the template; pictures are written next to it."""
    return {
        "agency": sheet.agency.upper(),
        "governing_body": sheet.governing_body.upper(),
        "kind": sheet.kind.upper(),
        "title": sheet.title,
        "authority": sheet.authority.upper(),
        "bases": sheet.bases,
        "day": [sheet.day.year, sheet.day.month, sheet.day.day] if sheet.day else None,
        "blocks": _blocks(sheet.blocks, place, "body"),
        "annex": _blocks(sheet.annex, place, "annex"),
        "signatures": [asdict(one) for one in sheet.signatures[:2]],
        "language": sheet.language,
        "words": asdict(words_of(sheet)),
        "fonts": FONTS,
        "sizes": {
            name.lower(): value
            for name, value in vars(sizes).items()
            if name.isupper() and not name.startswith("_")
        },
    }


def _blocks(blocks: tuple[Block, ...], place: Path, part: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    level = 0
    for number, block in enumerate(blocks):
        if isinstance(block, Heading):
            level = min(block.level, level + 1, 3)  # screen readers need every level in between
            found.append({"type": "heading", "level": level, "text": block.text})
        elif isinstance(block, Paragraph):
            found.append({"type": "paragraph", **asdict(block)})
        elif isinstance(block, Items):
            found.append({"type": "items", "texts": block.texts})
        elif isinstance(block, Table):
            found.append({"type": "table", **asdict(block)})
        else:
            found.append(_picture(block, f"{part}-{number}", place))
    return found


def _picture(block: Picture, name: str, place: Path) -> dict[str, Any]:
    kind = "png" if block.data.startswith(b"\x89PNG") else "jpg"
    file = f"{name}.{kind}"
    (place / file).write_bytes(block.data)
    return {
        "type": "picture",
        "file": file,
        "description": block.description,
        "caption": block.caption,
        "width": block.width_mm,
    }
