"""The rows of an uploaded sheet, read by a process with limits on time, memory and rows."""

import json
import logging
import subprocess
import sys
import threading

from django.conf import settings
from django.utils.translation import gettext as _

from qms.errors import Refused

log = logging.getLogger(__name__)
SECONDS = 6  # of processor time; a list of 2,000 people takes less than one
WALL = 30.0
COLUMNS = 40
_at_once = threading.BoundedSemaphore(2)  # in each process of the web


def rows_of(data: bytes, *, most_rows: int) -> list[list[str]]:
    """The first sheet as texts, one row more than `most_rows` where there are more. Raises Refused with what to do."""
    if not _at_once.acquire(timeout=WALL):
        raise Refused(_("Máy chủ đang đọc nhiều tệp khác. Hãy đợi một phút rồi tải lại."))
    try:
        found = _run(data, most_rows + 1)
    finally:
        _at_once.release()
    if "refused" in found:
        raise Refused(_refusal(found["refused"]))
    return found["rows"]


def _run(data: bytes, most_rows: int) -> dict:
    command = [sys.executable, "-m", "qms.sandbox.sheet_child"]
    command += [str(number) for number in (most_rows, COLUMNS, SECONDS)]
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


def _refusal(code: str) -> str:
    if code == "too_large":
        return _("Tệp bung ra quá lớn nên không được mở.")
    if code in {"timeout", "too_complex"}:
        return _(
            "Tệp này quá lớn hoặc quá phức tạp để đọc. Hãy chép danh sách sang tệp mẫu mới rồi tải lại."
        )
    return _("Không đọc được tệp này. Hãy dùng tệp .xlsx theo mẫu.")
