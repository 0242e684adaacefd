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
        line = _line(text, above)
        if line.count("\t") != cells:
            if not _is_between(line, _line(text, first)) or above <= floor:
                break
            above = text.rfind("\n", floor, above - 1) + 1 or floor
            if _line(text, above).count("\t") != cells:
                break
        first = above
    found = _cells(_line(text, first))
    return found if first < start and _are_headings(found) else ()


def _is_between(line: str, below: str) -> bool:
    """Whether the line is a row that goes across a table (``Sau đánh giá``): the row below it does
    not look like the headings of another table."""
    return "\t" not in line and len(line) <= LONGEST_HEADING and not _are_headings(_cells(below))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("\t"))


def _line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def _are_headings(cells: Sequence[str]) -> bool:
    return len(set(cells)) == len(cells) and all(
        cell and len(cell) <= LONGEST_HEADING and not cell[0].isdigit() for cell in cells
    )


def readable(html: str, text: str, begin: int, floor: int) -> str:
    """The HTML of a piece of the text that begins at ``begin``, with table rows as cells with
    headings and lines joined. The row of headings is left out if a row of its table follows."""
    lines, at, before = list[str](), begin, begin
    names: tuple[str, ...] = ()
    as_html: Sequence[str] = ()
    for line in html.split("\n"):
        if "\t" in line:
            known, names = names, headings(text, at, floor)
            if names != known:
                as_html = list(map(escape, names))
            if names and lines and _is_whole_row(names, text, before, floor):
                as_html = _cells(lines.pop())
            lines.append(_row(line, text, at, floor, as_html) if names else line)
        else:
            lines.append(line)
        before, at = at, text.find("\n", at) + 1
    shown = "\n".join(_row(line, "", 0, 0, ()) if "\t" in line else line for line in lines)
    return _BREAK.sub(" · ", _ENTITY.sub(r"\1 · ", shown))


def _is_whole_row(cells: Sequence[str], text: str, at: int, floor: int) -> bool:
    return (at == floor or text[at - 1] == "\n") and _cells(_line(text, at)) == cells


def _row(html: str, text: str, at: int, floor: int, names: Sequence[str]) -> str:
    start = text.rfind("\n", floor, at) + 1 or floor
    column = text.count("\t", start, at)
    partial = text[at - 1 : at] not in ("", "\t", "\n") and at > start
    shown = []
    for number, cell in enumerate(html.split("\t"), column):
        name = names[number] if number < len(names) else ""
        if not cell.strip() or _NUMBERING.fullmatch(name):
            continue
        bare = not name or (partial and number == column)
        shown.append(cell.strip() if bare else f"{name}: {cell.strip()}")
    return " · ".join(shown)
