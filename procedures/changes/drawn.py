"""A comparison as HTML: changes in place, linked one to the next; long unchanged stretches are
folded."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures.changes.structure import Line, Redline, Row, Section, Table
from procedures.changes.words import Pieces, side

AROUND = 2  # unchanged lines shown before and after a change
_TAGS = {"-": "del", "+": "ins"}


class Numbers:
    """Numbers each run of changes and links it to the next one."""

    def __init__(self, redline: Redline, prefix: str) -> None:
        self.prefix, self.given = prefix, 0
        self.total = redline.count

    def mark(self) -> SafeString:
        self.given += 1
        if self.given == self.total:
            return format_html(
                '<span class="diff-at" id="{}-{}" tabindex="-1"></span>', self.prefix, self.given
            )
        return format_html(
            '<span class="diff-at" id="{0}-{1}" tabindex="-1"></span>'
            '<a class="diff-next" href="#{0}-{2}" aria-label="{3}">↓</a>',
            self.prefix,
            self.given,
            self.given + 1,
            _("Chỗ thay đổi tiếp theo, %(number)d trong %(total)d")
            % {"number": self.given + 1, "total": self.total},
        )


def draw(redline: Redline, *, prefix: str = "thay-doi") -> SafeString:
    """The whole comparison. `prefix` begins the IDs of the changes, for pages with several
    comparisons."""
    numbers = Numbers(redline, prefix)
    if not numbers.total and not redline.each_time:
        return format_html('<p class="diff-none">{}</p>', _("Hai bản giống hệt nhau."))
    changed = [section for section in redline.sections if section.changed]
    same = len(redline.sections) - len(changed)
    shown: list[SafeString] = [_head(numbers), _facts(redline, numbers)]
    shown += [_section(section, numbers) for section in changed]
    if same:
        note = ngettext(
            "%(count)d mục không đổi, không hiện ở đây.",
            "%(count)d mục không đổi, không hiện ở đây.",
            same,
        )
        shown.append(format_html('<p class="diff-same-sections">{}</p>', note % {"count": same}))
    return format_html('<div class="diff" data-diff>{}</div>', _joined(shown))


def pieces_html(pieces: Pieces) -> SafeString:
    """Removed text in <del>, added text in <ins>."""
    return _joined(
        format_html("<{0}>{1}</{0}>", _TAGS[op], text) if op in _TAGS else escape(text)
        for op, text in pieces
    )


def _joined(parts: Iterable[SafeString | str]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _head(numbers: Numbers) -> SafeString:
    if not numbers.total:
        said = _("Nội dung giống hệt nhau, chỉ khác lần ban hành, ngày hoặc người ký.")
        return format_html('<p class="diff-none">{}</p>', said)
    count = ngettext("%(count)d chỗ được đánh dấu", "%(count)d chỗ được đánh dấu", numbers.total)
    return format_html(
        '<p class="diff-head"><strong>{}</strong> <a href="#{}-1">{}</a>'
        ' <span class="diff-keys" hidden>{}</span>'
        " <span><ins>{}</ins> <del>{}</del></span></p>",
        count % {"count": numbers.total},
        numbers.prefix,
        _("Đến chỗ đầu tiên"),
        _("Phím n: chỗ sau, phím p: chỗ trước"),
        _("thêm vào"),
        _("bỏ đi"),
    )


def _facts(redline: Redline, numbers: Numbers) -> SafeString:
    if not redline.facts and not redline.each_time:
        return mark_safe("")
    counted = ((label, pieces, True) for label, pieces in redline.facts)
    others = ((label, pieces, False) for label, pieces in redline.each_time)
    rows = (
        format_html(
            "<div><dt>{}{}</dt><dd>{}</dd></div>",
            label,
            numbers.mark() if counts else "",
            pieces_html(pieces),
        )
        for label, pieces, counts in (*counted, *others)
    )
    return format_html(
        '<section class="diff-facts"><h2>{}</h2><dl>{}</dl></section>',
        _("Thông tin chung"),
        _joined(rows),
    )


def _row_is_same(row: Row) -> bool:
    return row.kind == "same"


def _section(section: Section, numbers: Numbers) -> SafeString:
    renamed = section.renamed
    heading = format_html(
        "<h2>{}{}</h2>",
        pieces_html(section.label) if renamed else section.name,
        numbers.mark() if renamed else "",
    )
    shown: list[SafeString] = [heading]
    for same, tabular, run in section.runs():
        if tabular:
            shown += [_table(part, numbers) for part in run if isinstance(part, Table)]
        elif same:
            shown.append(_folded([_line(part) for part in run if isinstance(part, Line)]))
        else:
            lines = [part for part in run if isinstance(part, Line)]
            shown += [_line(lines[0], numbers.mark()), *map(_line, lines[1:])]
    return format_html('<section class="diff-section">{}</section>', _joined(shown))


def _folded(lines: Sequence[SafeString]) -> SafeString:
    """Unchanged lines, the middle of a long stretch folded."""
    middle = lines[AROUND : len(lines) - AROUND]
    if len(middle) < 3:
        return _joined(lines)
    return format_html(
        '{}<details class="diff-fold"><summary>{}</summary>{}</details>{}',
        _joined(lines[:AROUND]),
        _unchanged(len(middle)),
        _joined(middle),
        _joined(lines[len(lines) - AROUND :]),
    )


def _unchanged(count: int) -> str:
    return ngettext("%(count)d dòng không đổi", "%(count)d dòng không đổi", count) % {
        "count": count
    }


def _line(line: Line, mark: SafeString | str = "") -> SafeString:
    return format_html(
        '<p class="diff-{}{}">{}{}{}</p>',
        line.kind,
        " diff-heading" if line.heading else "",
        pieces_html(line.pieces),
        _moved(line),
        mark,
    )


def _moved(entry: Line | Row) -> SafeString:
    if not entry.moved:
        return mark_safe("")
    told = _("chuyển sang chỗ khác") if entry.kind == "removed" else _("chuyển từ chỗ khác")
    return format_html(' <span class="diff-moved">{}</span>', told)


def _table(table: Table, numbers: Numbers) -> SafeString:
    """The table with what changed in it; on a phone each row is a card whose cells have the names of
    their columns."""
    rows: list[SafeString] = []
    names = _names(table)
    if not table.rows and table.kind != "same":
        rows.append(format_html('<tr role="row"><td role="cell">{}</td></tr>', numbers.mark()))
    for same, group in groupby(table.rows, key=_row_is_same):
        run = list(group)
        if same:
            rows += _folded_rows(run, table, names)
        else:
            rows.append(_row(run[0], table, names, numbers.mark()))
            rows += [_row(row, table, names) for row in run[1:]]
    return format_html(
        '<div class="scroll" tabindex="0" role="group" aria-label="{}">'
        '<table class="diff-table diff-{}" role="table"><tbody role="rowgroup">{}</tbody></table></div>',
        _("Bảng, cuộn ngang để xem hết"),
        table.kind,
        _joined(rows),
    )


def _names(table: Table) -> dict[int, str]:
    """The name of each column in its head row, by the place of its first cell, as it is now."""
    head = next((row for row in table.rows if row.sort == "head"), None)
    names, place = {}, 0
    for cell in head.cells if head is not None else ():
        names[place] = side(cell.pieces, "+") or side(cell.pieces, "-")
        place += cell.span
    return names


def _folded_rows(rows: Sequence[Row], table: Table, names: dict[int, str]) -> list[SafeString]:
    """Unchanged rows, the middle of a long stretch replaced by one row with their number."""
    first = AROUND + 1 if rows[0].sort == "head" else AROUND
    middle = len(rows) - first - AROUND
    if middle < 3:
        return [_row(row, table, names) for row in rows]
    folded = format_html(
        '<tr role="row" class="diff-fold"><td role="cell" colspan="{}">{}</td></tr>',
        max(1, len(table.columns)),
        _unchanged(middle),
    )
    ends = [*rows[:first], *rows[len(rows) - AROUND :]]
    shown = [_row(row, table, names) for row in ends]
    return [*shown[:first], folded, *shown[first:]]


def _row(row: Row, table: Table, names: dict[int, str], mark: SafeString | str = "") -> SafeString:
    cells: list[SafeString] = []
    head, place = row.sort == "head", 0
    for at, cell in enumerate(row.cells):
        last = at == len(row.cells) - 1
        column = table.columns[at] if at < len(table.columns) else "="
        name = "" if head or len(row.cells) == 1 else names.get(place, "")
        place += cell.span
        cells.append(
            format_html(
                '<{0} role="{1}"{2}{3}{4}>{5}{6}</{0}>',
                "th" if head else "td",
                "columnheader" if head else "cell",
                format_html(' colspan="{}"', cell.span) if cell.span > 1 else "",
                format_html(' class="diff-column-{}"', _TAGS[column]) if column in _TAGS else "",
                format_html(' data-label="{}"', name) if name else "",
                pieces_html(cell.pieces),
                format_html("{}{}", _moved(row), mark) if last else "",
            )
        )
    if not cells:
        cells = [format_html('<td role="cell">{}</td>', mark)]
    return format_html(
        '<tr role="row" class="diff-{}{}">{}</tr>',
        row.kind,
        " diff-names" if head else "",
        _joined(cells),
    )
