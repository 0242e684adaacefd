"""Tables that only lay out a text, and tables laid out with tabs."""

import re
from collections.abc import Callable

from procedures.content.wording import words
from procedures.word.model import Block, Cell, Paragraph, Run, Table

_SUBTITLE = re.compile(
    r"^(co so phap ly|can cu phap ly|dieu kien|thanh phan ho so|so luong|thoi (gian|han)|noi (tiep nhan|nop)|phi|le phi|quy trinh|doi tuong|ket qua|co quan|muc dich|pham vi|tai lieu"
    r"|dinh nghia|thuat ngu|noi dung|bieu mau|ho so|cach thuc|trinh tu|yeu cau|linh vuc|mau don|luu tru|trach nhiem)\b"
)
_NUMBERED = re.compile(r"^\s*+(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[A-ZĐ])\s*+[.)]?\s*+$")
_LED = re.compile(r"^\s*(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[A-ZĐ])\s*[.)]\s*(\S.*)$", re.S)


def _title_cells(row: list[Cell]) -> int:
    """How many cells of the row are a section's title: 2 for "5.1 | Cơ sở pháp lý", 1 for "5.1. Cơ
    sở pháp lý", else 0."""
    cells = [c for c in row if c.text]
    if not cells or cells[0].column > 0 and not (len(row) and row[0].rows > 1):
        return 0
    if _NUMBERED.match(cells[0].text) and len(cells) >= 2:
        title = cells[1]
        if _SUBTITLE.match(words(title.text)) and len(title.lines) <= 2 and len(title.text) < 160:
            return 2
    title = cells[0]
    led = _LED.match(title.text)
    if led and _SUBTITLE.match(words(led.group(1))):
        return int(len(title.lines) == 1 and len(title.text) < 160)
    return 0


def _says_more(table: Table, starts: dict[int, int]) -> bool:
    """Whether there is text next to the titles; a table of contents has only page numbers."""
    told = [
        c.text
        for r, row in enumerate(table.rows)
        for n, c in enumerate([c for c in row if c.text])
        if r not in starts or n >= starts[r]
    ]
    return sum(len(x) for x in told if not re.fullmatch(r"[\d\s.\-–/]*", x)) >= 15


def _heads_a_table(rest: list[Cell], body: Table) -> bool:
    """Whether a title's row also heads a table: "5.2 | Thành phần hồ sơ | Bản chính | Bản sao"."""
    return (
        bool(rest)
        and any(len([c for c in x if c.text]) > 1 for x in body.rows)
        and all(len(c.text) < 40 for c in rest)
    )


def unfold_layout(table: Table) -> list[Block] | None:
    """A table that only lays out a text (rows "5.1 | Cơ sở pháp lý", then its text) as its blocks;
    None for real tables."""
    starts = {r: count for r, row in enumerate(table.rows) if (count := _title_cells(row))}
    if len(starts) < 3 or min(starts) > 2:
        return None
    order = sorted(starts)
    if not _says_more(table, starts):
        return None
    blocks: list[Block] = []
    for r in range(min(order)):
        blocks += [b for c in table.rows[r] for b in c.blocks]
    for r, following in zip(order, [*order[1:], len(table.rows)], strict=True):
        cells = [c for c in table.rows[r] if c.text]
        blocks.append(_joined_title(cells[: starts[r]]))
        rest = cells[starts[r] :]
        body = Table(rows=[list(x) for x in table.rows[r + 1 : following]], width=table.width)
        if _heads_a_table(rest, body):
            head = [Cell(0, rest[0].column, 1, [])] + [
                Cell(c.column, c.span, 1, c.blocks) for c in rest
            ]
            blocks.append(Table(rows=[head, *body.rows], width=table.width, heads=1))
            continue
        for c in rest:
            blocks += c.blocks
        blocks += _body_blocks(body)
    return blocks


def _joined_title(cells: list[Cell]) -> Paragraph:
    first = cells[0].paragraphs
    number = cells[0].text if len(cells) > 1 else ""
    runs = [
        r
        for c in cells[-1:]
        for n, p in enumerate(p for p in c.paragraphs if not p.empty)
        for r in ([Run(" ", True)] if n else []) + p.runs
    ]
    source = next((p for p in first if not p.empty), None)
    made = Paragraph(
        [Run(r.text, True, r.italic, r.underline, r.position, r.href, r.caps) for r in runs]
    )
    if number:
        made.runs.insert(0, Run(number + " ", True))
    elif source is not None and source.number:
        made.number = source.number
    made.images = [i for c in cells for p in c.paragraphs for i in p.images]
    return made


def _body_blocks(body: Table) -> list[Block]:
    """The blocks of a body: rows with one filled cell become text, rows with several a table."""
    out: list[Block] = []
    group: list[list[Cell]] = []

    def flush() -> None:
        if group:
            out.append(Table(rows=_shifted(group), width=body.width))
            group.clear()

    for row in body.rows:
        filled = [
            c for c in row if c.text or any(isinstance(b, Table) or b.images for b in c.blocks)
        ]
        if len(filled) <= 1 and not group:
            for c in filled:
                out.extend(c.blocks)
        elif len(filled) <= 1 and (not filled or filled[0].span >= body.width - 1):
            flush()
            for c in filled:
                out.extend(c.blocks)
        else:
            group.append(row)
    flush()
    return out


def split(p: Paragraph, sign: str) -> list[Paragraph]:
    """Splits a paragraph at line breaks (or tabs) into paragraphs, without empty ones."""
    groups: list[list[Run]] = [[]]
    for r in p.runs:
        for n, piece in enumerate(r.text.split(sign)):
            if n:
                groups.append([])
            if piece:
                groups[-1].append(Run(piece, *r.look()))
    made = [p.with_runs(g) for g in groups if g]
    for q in made[1:]:
        q.number = ""
    if made:
        made[-1].images = p.images
    return made


def tabbed(
    blocks: list[Block], at: int, known: Callable[[Table], bool]
) -> tuple[Table, int] | None:
    """(table, number of lines) if consecutive lines lay out a table with tabs whose headings
    `known(table)` accepts; else None."""
    head = _tab_cells(blocks[at])
    if head is None or not 3 <= len(head) <= 9:
        return None
    rows, lines = [head], 1
    for n, block in enumerate(blocks[at + 1 :], start=2):
        if isinstance(block, Paragraph) and block.empty and not block.images:
            continue
        cells = _tab_cells(block)
        if (
            cells is None
            or len(cells) != len(head)
            or len(rows) > 1
            and all(c.bold for c in cells)
            and not all(c.bold for c in rows[-1])
        ):
            break  # headings of another table or of signatures
        rows.append(cells)
        lines = n
    table = Table([[Cell(i, 1, 1, [p]) for i, p in enumerate(row)] for row in rows], len(head))
    return (table, lines) if len(rows) > 2 and known(table) else None


def _tab_cells(block: Block) -> list[Paragraph] | None:
    """The parts of a line between its tabs, Word's generated number being one; None if it has
    no tabs."""
    if (
        isinstance(block, Table)
        or block.toc
        or block.images
        or "\t" not in block.text
        or len(block.text) > 600
    ):
        return None
    parts = [p for p in split(block, "\t") if not p.empty]
    if parts and parts[0].number:
        number, parts[0].number = parts[0].number, ""
        parts.insert(0, Paragraph([Run(number)]))
    for p in parts:
        p.bullet = False
    return parts


def _shifted(rows: list[list[Cell]]) -> list[list[Cell]]:
    for i, row in enumerate(rows):
        for c in row:
            c.rows = max(1, min(c.rows, len(rows) - i))
    return [list(r) for r in rows]
