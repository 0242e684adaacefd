"""The process in which an uploaded sheet is opened: `python -m qms.sandbox.sheet_child ROWS COLUMNS SECONDS`.

The package comes in on stdin; out goes `{"rows": [[text, …], …]}` of its first sheet, at most ROWS, or `{"refused": code}`. It knows
no Django and no database. Endless work ends with the processor time, greed with the memory."""

import datetime
import io
import json
import resource
import sys
import zipfile
from typing import Any

MOST_MEMORY = 1024**3
MOST_UNPACKED = 60 * 1024**2
LONGEST_CELL = 250


def main() -> None:
    most_rows, most_columns, seconds = map(int, sys.argv[1:4])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer.read(), most_rows, most_columns)))


def answer(data: bytes, most_rows: int, most_columns: int) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
                return {"refused": "too_large"}
        return {"rows": rows_of(data, most_rows, most_columns)}
    except (MemoryError, RecursionError):
        return {"refused": "too_complex"}
    except Exception:  # whatever a damaged or hostile package makes the reader raise
        return {"refused": "damaged"}


def rows_of(data: bytes, most_rows: int, most_columns: int) -> list[list[str]]:
    import openpyxl  # noqa: PLC0415 - after the limits are set: its own work counts

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    lines = book.worksheets[0].iter_rows(values_only=True, max_row=most_rows, max_col=most_columns)
    return [[text_of(cell) for cell in line] for line in lines]


def text_of(cell: Any) -> str:
    """A cell as people see it, on one line."""
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime | datetime.date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell)[: 4 * LONGEST_CELL].replace("\x00", "").split())[:LONGEST_CELL]


if __name__ == "__main__":
    main()
