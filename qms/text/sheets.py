"""Lists as spreadsheet files. Users' input stays text: it never becomes a formula when somebody
opens the file."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

KINDS = ("csv", "xlsx")
# Where a spreadsheet may see the beginning of a formula, even if it takes semicolons, tabs or line
# breaks as separators of cells.
_FORMULA = re.compile(r"(?:^|(?<=[;\t\r\n]))(?=[=+\-@])|^(?=[\t\r])")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2
_GUARD = re.compile(r"(?:^|(?<=[;\t\r\n]))'(?=[=+\-@])|^'(?=[\t\r])")


def unguarded(text: str) -> str:
    """The text without the guards that `file_response` adds to a CSV file, so that exports can be
    imported unchanged."""
    return _GUARD.sub("", text)


def for_xlsx(text: str) -> str:
    """The text without characters that an XLSX file cannot hold."""
    return _NOT_XML.sub("", text)


def file_response(
    kind: str,
    name: str,
    heads: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    widths: Sequence[int] = (),
) -> HttpResponse:
    """The file `name.kind` as a download, with a header and rows of texts and numbers."""
    heads = [str(head) for head in heads]
    response = HttpResponse(
        _xlsx(heads, rows, widths) if kind == "xlsx" else _csv(heads, rows),
        content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows(
        [_FORMULA.sub("'", v) if isinstance(v, str) else v for v in row] for row in rows
    )
    # Spreadsheets detect the encoding by the mark at its beginning
    return out.getvalue().encode("utf-8-sig")


def _xlsx(heads: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[int]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGHIJKLMNOP", widths, strict=False):
        sheet.column_dimensions[column].width = width

    def cell(value: Any, **style: Any) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, for_xlsx(value) if isinstance(value, str) else value)
        if isinstance(value, str):
            made.data_type = "s"
        for key, one in style.items():
            setattr(made, key, one)
        return made

    sheet.append(
        [cell(head, font=Font(bold=True), alignment=Alignment(wrap_text=True)) for head in heads]
    )
    for row in rows:
        sheet.append([cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
