"""The amendment log of both sides of a comparison as one table, for the Word file: accepting all
changes gives the log of the new side, rejecting all that of the old one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from procedures.changes import amendments
from procedures.changes.structure import Cell, Row, Section, Table
from procedures.changes.words import Op
from procedures.models import DocumentPage, Version
from qms.clock import written

DRAFT = "draft"
Texts = tuple[str, ...]
KINDS: dict[Op, str] = {"=": "same", "-": "removed", "+": "added"}


def of_side(version: Version | None, versions: Iterable[Version], page: DocumentPage) -> set[Any]:
    """The lines in the log of one side: of the version and those before it, or, for the draft
    (None), of all and its own. IDs of versions, and DRAFT."""
    if version is not None:
        return {one.pk for one in versions if one.ordinal <= version.ordinal}
    return {one.pk for one in versions} | ({DRAFT} if page.has_open_draft else set())


def section(old: set[Any], new: set[Any], texts: Mapping[Any, Texts]) -> Section:
    """The log as a section. `texts`: {line: its cells} in the order of the log."""
    heads = (_("Lần ban hành"), _("Lần sửa đổi"), _("Ngày"), _("Chỗ sửa"), _("Nội dung sửa đổi"))
    rows = [_row("=", heads, "head")]
    rows += [_row(_op(key, old, new), cells) for key, cells in texts.items() if key in old | new]
    kind = "same" if all(row.kind == "same" for row in rows) else "changed"
    table = Table(kind, "amendments", ["="] * len(heads), rows)
    return Section(kind, (("=", _("Theo dõi sửa đổi")),), parts=[table])


def _op(key: Any, old: set[Any], new: set[Any]) -> Op:
    if key in old and key in new:
        return "="
    return "+" if key in new else "-"


def _row(op: Op, cells: Texts, sort: str = "row") -> Row:
    return Row(KINDS[op], sort, [Cell(((op, text),)) for text in cells])


def texts_of(versions: list[Version], page: DocumentPage, *, draft: bool) -> dict[Any, Texts]:
    """The cells of every line: of each version, oldest first, and (`draft`) of the draft."""
    found: dict[Any, Texts] = {}
    log = amendments.log(versions)
    for version in sorted(versions, key=lambda one: one.ordinal):
        found[version.pk] = _cells(version.issue_number, log[version.pk], str(version.ordinal))
    if draft and page.has_open_draft:
        found[DRAFT] = _cells(page.issue_number, amendments.line_for(page))
    return found


def _cells(issue: int | None, line: amendments.Line, ordinal: str = "") -> Texts:
    return (
        _number(issue),
        _number(line.number) or ordinal,
        written(line.day) if line.day else "",
        line.place,
        line.summary,
    )


def _number(number: int | None) -> str:
    return "" if number is None else f"{number:02}"
