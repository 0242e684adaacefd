"""Table rows in snippets: each cell is shown with the heading of its column, ``Thời gian: 02 giờ``.

In stored texts a row is a line with tabs between its cells; the first row of a table counts as its
headings if it looks like headings."""

import re
from collections.abc import Sequence
from html import escape

LONGEST_HEADING = 60  # characters
FARTHEST = 200  # maximum rows between a row and the headings of its table
_NUMBERING = re.compile(r"(?:s?tt|số tt|số thứ tự|#|no\.?)", re.IGNORECASE)  # a column not shown
_BREAK = re.compile(r"(?<=[^\s.,:;!?…]) *\n\s*")
_ENTITY = re.compile(r"(&\w+;) *\n\s*")  # its semicolon is not punctuation at the end of a line


def headings(text: str, at: int, floor: int) -> tuple[str, ...]:
    """The headings of the table with the row at offset ``at``; empty outside tables and in the
    headings themselves. The text is examined from offset ``floor`` on."""
    start = text.rfind("\n", floor, at) + 1 or floor
    row = _line(text, start)
    if "\t" not in row:
        return ()
    cells, first = row.count("\t"), start
    for _ in range(FARTHEST):
        if first <= floor:
            break
        above = text.rfind("\n", floor, first - 1) + 1 or floor
        if _line(text, above).count("\t") != cells:
            break
        first = above
    found = tuple(cell.strip() for cell in _line(text, first).split("\t"))
    return found if first < start and _are_headings(found) else ()


def _line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def _are_headings(cells: Sequence[str]) -> bool:
    return len(set(cells)) == len(cells) and all(
        cell and len(cell) <= LONGEST_HEADING and not cell[0].isdigit() for cell in cells
    )


def readable(html: str, text: str, begin: int, floor: int) -> str:
    """The HTML of a piece of the text that begins at ``begin``, with table rows as cells with
    headings and lines joined."""
    lines, at = [], begin
    for line in html.split("\n"):
        lines.append(_row(line, text, at, floor) if "\t" in line else line)
        at = text.find("\n", at) + 1
    return _BREAK.sub(" · ", _ENTITY.sub(r"\1 · ", "\n".join(lines)))


def _row(html: str, text: str, at: int, floor: int) -> str:
    named = headings(text, at, floor)
    start = text.rfind("\n", floor, at) + 1 or floor
    column = text.count("\t", start, at)
    partial = text[at - 1 : at] not in ("", "\t", "\n") and at > start
    shown = []
    for number, cell in enumerate(html.split("\t"), column):
        name = named[number] if number < len(named) else ""
        if not cell.strip() or _NUMBERING.fullmatch(name):
            continue
        bare = not name or (partial and number == column)
        shown.append(cell.strip() if bare else f"{escape(name)}: {cell.strip()}")
    return " · ".join(shown)
