"""The process in which an uploaded sheet is opened: `python -m qms.sandbox.sheet_child ROWS COLUMNS
SECONDS LONGEST MODE`.

It reads the file from stdin and prints `{"rows": [[text, …], …]}` of its first sheet, at most ROWS,
or `{"refused": code}`. It uses no Django and no database. Limits on processor time and memory end
endless work. MODE `list` opens packages (XLSX) only and returns the last results of formulas;
`table` also reads CSV, reports which cells are formulas (`"formulas": ["C5", …]`, empty in the
rows) and which are merged (`"merged": ["A1:C1", …]`, each filled with its text)."""

import csv
import datetime
import io
import json
import re
import resource
import sys
from typing import Any

from qms.text import zips

MOST_MEMORY = 1024**3
MOST_UNPACKED = 60 * 1024**2
MOST_MERGED = 5000
DELIMITERS = (",", ";", "\t")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')


def main() -> None:
    most_rows, most_columns, seconds, longest = map(int, sys.argv[1:5])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    read = table if sys.argv[5] == "table" else package
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read(), most_rows, most_columns, longest)))


def package(data: bytes, rows: int, columns: int, longest: int) -> dict[str, Any]:
    return _guarded(lambda: {"rows": rows_of(data, rows, columns, longest)}, data)


def table(data: bytes, rows: int, columns: int, longest: int) -> dict[str, Any]:
    """The rows of an XLSX package, or of CSV text whose encoding is certain."""
    if data[:4] == b"\xd0\xcf\x11\xe0":
        return {"refused": "old_excel"}
    if data[:2] == b"PK":
        return _guarded(lambda: _read_package(data, rows, columns, longest), data)
    text = _decoded(data)
    if text is None:
        return {"refused": "encoding"}
    return _guarded(lambda: _read_csv(text, rows, columns, longest))


def _guarded(read: Any, data: bytes | None = None) -> dict[str, Any]:
    try:
        if data is not None:
            with zips.open_checked(io.BytesIO(data)) as opened:
                if sum(part.file_size for part in opened.infolist()) > MOST_UNPACKED:
                    return {"refused": "too_large"}
        return read()
    except zips.TooManyEntries:
        return {"refused": "too_large"}
    except (MemoryError, RecursionError):
        return {"refused": "too_complex"}
    except Exception:  # whatever a damaged or hostile package makes the reader raise
        return {"refused": "damaged"}


def rows_of(data: bytes, most_rows: int, most_columns: int, longest: int) -> list[list[str]]:
    import openpyxl  # noqa: PLC0415 - after the limits are set, which apply to its loading too

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    lines = book.worksheets[0].iter_rows(values_only=True, max_row=most_rows, max_col=most_columns)
    return [[text_of(cell, longest) for cell in line] for line in lines]


def _read_package(data: bytes, most_rows: int, most_columns: int, longest: int) -> dict[str, Any]:
    import openpyxl  # noqa: PLC0415 - as above
    from openpyxl.utils import range_boundaries  # noqa: PLC0415

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    sheet = book.worksheets[0]
    rows: list[list[str]] = []
    formulas: list[str] = []
    for line in sheet.iter_rows(max_row=most_rows, max_col=most_columns):
        cells = []
        for cell in line:
            if cell.data_type == "f":
                formulas.append(f"{cell.column_letter}{cell.row}")
            cells.append("" if cell.data_type == "f" else text_of(cell.value, longest))
        rows.append(cells)
    merged = _merged(data, sheet._worksheet_path)
    for one in merged:
        left, top, right, bottom = range_boundaries(one)
        _fill(rows, left - 1, top - 1, right, bottom)
    return {"rows": rows, "formulas": formulas, "merged": merged}


def _merged(data: bytes, path: str) -> list[str]:
    with zips.open_checked(io.BytesIO(data)) as opened:
        found = _MERGED.findall(opened.read(path))
    return [one.decode("ascii") for one in found[:MOST_MERGED]]


def _fill(rows: list[list[str]], left: int, top: int, right: int, bottom: int) -> None:
    """Gives each cell of a merged range the text of its first one, as displayed."""
    if top >= len(rows) or left >= len(rows[top]):
        return
    said = rows[top][left]
    for row in rows[top:bottom]:
        for column in range(left, min(right, len(row))):
            row[column] = said


def _decoded(data: bytes) -> str | None:
    """The text, if a byte order mark or valid UTF-8 determines the encoding. Nothing is guessed: a
    wrong guess corrupts diacritics."""
    coding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(coding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def _read_csv(text: str, most_rows: int, most_columns: int, longest: int) -> dict[str, Any]:
    rows: list[list[str]] = []
    formulas: list[str] = []
    for number, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter_of(text)), 1):  # fmt: skip
        if number > most_rows:
            break
        cells = line[:most_columns]
        formulas += [f"{_letter(i)}{number}" for i, one in enumerate(cells) if one[:1] == "="]
        rows.append(["" if one[:1] == "=" else text_of(one, longest) for one in cells])
    return {"rows": rows, "formulas": formulas, "merged": []}


def _delimiter_of(text: str) -> str:
    """The separator that yields the most cells in the first lines."""

    def cells(delimiter: str) -> int:
        lines = csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=delimiter)
        return sum(len(line) for line, _number in zip(lines, range(5), strict=False))

    return max(DELIMITERS, key=cells)


def _letter(place: int) -> str:
    return chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)


def text_of(cell: Any, longest: int) -> str:
    """A cell as displayed, on one line."""
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime | datetime.date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell)[: 4 * longest].replace("\x00", "").split())[:longest]


if __name__ == "__main__":
    main()
