"""The rows of an uploaded sheet, read by a process with limits on time, memory and rows."""

import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _

from qms.errors import Refused

log = logging.getLogger(__name__)
SECONDS = 6  # of processor time; a list of 2,000 people takes less than one
WALL = 30.0
COLUMNS = 40
LONGEST = 250  # letters of a cell
_at_once = threading.BoundedSemaphore(2)  # in each web process


@dataclass(frozen=True)
class Table:
    """A sheet as texts; with its formula cells ("C5") and merged cells ("A1:C1")."""

    rows: list[list[str]]
    formulas: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


def rows_of(data: bytes, *, most_rows: int) -> list[list[str]]:
    """The first sheet as texts, at most `most_rows` + 1 rows, so that callers notice an excess.
    Raises Refused with advice."""
    return _read(data, most_rows, LONGEST, "list").rows


def table_of(data: bytes, *, most_rows: int, longest: int) -> Table:
    """The first sheet of an XLSX file, or a CSV file, its cells cut after `longest` letters. Rows
    and refusals as `rows_of`."""
    return _read(data, most_rows, longest, "table")


def _read(data: bytes, most_rows: int, longest: int, mode: str) -> Table:
    if not _at_once.acquire(timeout=WALL):
        raise Refused(_("Máy chủ đang đọc nhiều tệp khác. Hãy đợi một phút rồi tải lại."))
    try:
        found = _run(data, (most_rows + 1, COLUMNS, SECONDS, longest, mode))
    finally:
        _at_once.release()
    if "refused" in found:
        raise Refused(_refusal(found["refused"], mode))
    return Table(**found)


def _run(data: bytes, asked: tuple[int | str, ...]) -> dict:
    command = [sys.executable, "-m", "qms.sandbox.sheet_child", *map(str, asked)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=WALL, cwd=settings.BASE_DIR
        )
    except subprocess.TimeoutExpired:
        return {"refused": "timeout"}
    if done.returncode == 0:
        return json.loads(done.stdout)
    log.warning("reading a sheet ended with %s: %s", done.returncode, done.stderr[-500:])
    return {"refused": "timeout" if done.returncode < 0 else "too_complex"}


def _refusal(code: str, mode: str) -> str:
    if code == "too_large":
        return _("Tệp bung ra quá lớn nên không được mở.")
    if code in {"timeout", "too_complex"}:
        return _(
            "Tệp này quá lớn hoặc quá phức tạp để đọc. Hãy chép danh sách sang tệp mẫu mới rồi tải lại."
        )
    if code == "old_excel":
        return _("Tệp .xls kiểu cũ không đọc được. Hãy mở tệp, lưu lại thành .xlsx rồi tải lên.")
    if code == "encoding":
        return _(
            "Tệp này không phải .xlsx, và cũng không phải CSV ghi bằng mã UTF-8 nên chữ tiếng Việt sẽ sai. Trong Excel hãy chọn Lưu thành “CSV UTF-8”, hoặc lưu thành .xlsx, rồi tải lại."
        )
    if mode == "table":
        return _("Không đọc được tệp này. Hãy lưu bảng thành .xlsx hoặc CSV UTF-8 rồi tải lại.")
    return _("Không đọc được tệp này. Hãy dùng tệp .xlsx theo mẫu.")
