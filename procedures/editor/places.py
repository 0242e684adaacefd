"""Details of an imported draft for the editor's page: the place of a warning, the facts on its
cover. Pure functions."""

from collections.abc import Iterator, Mapping
from typing import Any

import lxml.html

from procedures.content import one_line, paragraphs, section_text
from procedures.content.outline import place_of
from procedures.content.schema import (
    Block,
    Content,
    Section,
    is_grid,
    is_heading,
    is_picture,
    is_table,
    is_text,
)

LONGEST_LABEL = 60  # characters before a colon, or in the first of two cells
MOST_FACTS = 40
_LISTS = {"steps_exceed_time_limit": ("steps",)}  # code of a warning -> subjects of its lists
_QUOTING = frozenset({"garbled_text", "legacy_encoding"})  # their values are words of the text


def sections_of(flag: Mapping[str, Any], content: Content) -> list[int]:
    """Indexes of the sections that a warning concerns; [] if it concerns the whole document, or its
    fields."""
    sections = content.get("sections", ())
    return [at for at, section in enumerate(sections) if _concerns(flag, section)]


def _concerns(flag: Mapping[str, Any], section: Section) -> bool:
    code, values = flag.get("code"), [str(value) for value in flag.get("values") or ()]
    if code == "unknown_section":
        return _label(section) in values
    if code == "picture_without_description":
        return any(
            is_picture(block) and block.get("described_by") in {"caption", "place"}
            for block in section.get("blocks", ())
        )
    lists = _LISTS.get(str(code), values if code == "low_confidence" else ())
    if lists:
        return any(is_grid(b) and b.get("subject") in lists for b in section.get("blocks", ()))
    if code in _QUOTING:
        text = section_text(section)
        return any(value and value in text for value in values)
    return False


def _label(section: Section) -> str:
    return f"{section.get('number', '')} {section.get('title', '')}".strip()


def cover(content: Content) -> list[tuple[str, str]]:
    """[(label, value)] from covers and margins, without duplicates; the label is empty for a line
    without one."""
    found: dict[tuple[str, str], None] = {}
    for section in content.get("sections", ()):
        if place_of(section) in {"front", "margin"}:
            for block in section.get("blocks", ()):
                found.update(dict.fromkeys(_facts(block)))
    return list(found)[:MOST_FACTS]


def _facts(block: Block) -> Iterator[tuple[str, str]]:
    if is_heading(block):
        yield "", f"{block.get('number', '')} {block.get('title', '')}".strip()
    elif is_text(block):
        for line in paragraphs(block.get("html", "")):
            yield _split(line)
    elif is_table(block):
        for cells in _rows(block.get("html", "")):
            yield from _of_row(cells)
    elif is_grid(block):
        labels = [one_line(column.get("label", "")) for column in block.get("columns", ())]
        for row in block.get("rows", ()):
            said = [one_line(cell) for cell in row.get("cells", ())]
            shown = [f"{a}: {b}" if a else b for a, b in zip(labels, said, strict=False) if b]
            if shown:
                yield "", " · ".join(shown)


def _rows(html: str) -> Iterator[list[str]]:
    """The non-empty cells of each row; a cell with a nested table is represented by that table's
    rows."""
    if not html.strip():
        return
    for row in lxml.html.fragment_fromstring(html, create_parent=True).iter("tr"):
        cells = [cell for cell in row.iterchildren("td", "th") if cell.find(".//table") is None]
        said = [one_line(lxml.html.tostring(cell, encoding="unicode")) for cell in cells]
        if any(said):
            yield [text for text in said if text]


def _of_row(cells: list[str]) -> Iterator[tuple[str, str]]:
    if len(cells) == 2 and ":" not in cells[0].rstrip(": ") and ":" not in cells[1]:
        label = cells[0].rstrip(": ")
        yield (label, cells[1]) if len(label) <= LONGEST_LABEL else ("", " · ".join(cells))
    elif any(":" in cell for cell in cells):
        for cell in cells:
            yield _split(cell)
    else:
        yield "", " · ".join(cells)


def _split(line: str) -> tuple[str, str]:
    """The two parts of a line "label: value"."""
    label, colon, value = line.partition(":")
    if colon and value.strip() and len(label) <= LONGEST_LABEL:
        return label.strip(), value.strip()
    return "", " ".join(line.split())
