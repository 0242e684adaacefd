"""Questions as a spreadsheet: possible column headings, rows to export, and rows to import."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audits.bank.wording import LONGEST
from audits.models import Question
from qms.errors import Refused
from qms.sandbox import sheets
from qms.text.folding import fold

MOST_ROWS = 2000
MOST_BYTES = 5 * 1024 * 1024
MOST_LETTERS = 1_500_000
MOST_HEADS = 20  # lines searched for the heading

COLUMNS = ("code", "clause", "text", "text_en", "look_at", "look_at_en", "fault", "fault_en", "is_active")  # fmt: skip
REQUIRED = ("clause", "text")
WIDTHS = (8, 12, 60, 60, 40, 40, 40, 40, 10)
# Headings used in agencies' sheets, folded; in both languages whatever the screen's.
NAMES = {
    "code": {"ma", "ma so", "ma cau hoi", "id", "code"},
    "clause": {"dieu khoan", "dieu", "muc", "yeu cau", "dk", "clause"},
    "text": {"cau hoi", "noi dung", "noi dung cau hoi", "noi dung danh gia", "noi dung kiem tra", "question"},
    "text_en": {"cau hoi (tieng anh)", "cau hoi tieng anh", "tieng anh", "question (english)", "english"},
    "look_at": {"xem o dau", "bang chung", "bang chung can xem", "tai lieu", "ho so", "look at", "evidence"},
    "look_at_en": {"xem o dau (tieng anh)", "bang chung (tieng anh)", "look at (english)"},
    "fault": {"the nao la chua dat", "dau hieu chua dat", "loi thuong gap", "what a fault looks like", "fault"},
    "fault_en": {"the nao la chua dat (tieng anh)", "what a fault looks like (english)"},
    "is_active": {"dang dung", "su dung", "in use", "active"},
}  # fmt: skip


def headings() -> dict[str, str]:
    return {
        "code": _("Mã"), "clause": _("Điều khoản"), "text": _("Câu hỏi"), "text_en": _("Câu hỏi (tiếng Anh)"),
        "look_at": _("Xem ở đâu"), "look_at_en": _("Xem ở đâu (tiếng Anh)"), "fault": _("Thế nào là chưa đạt"),
        "fault_en": _("Thế nào là chưa đạt (tiếng Anh)"), "is_active": _("Đang dùng"),
    }  # fmt: skip


def lines(rows: "QuerySet[Question]") -> Iterable[Sequence[Any]]:
    """The questions as lines below `headings`."""
    yes, no = str(_("có")), str(_("không"))
    for one in rows.order_by("order", "pk").iterator(chunk_size=500):
        texts = [getattr(one, name) for name in COLUMNS[1:-1]]
        yield (one.pk, *texts, yes if one.is_active else no)


@dataclass(frozen=True)
class Choice:
    """How to read a sheet: the line of its heading (from 1), and the column (from 0) of
    each field."""

    head: int
    columns: dict[str, int]


def read(data: bytes) -> sheets.Table:
    """Reads a spreadsheet. Raises Refused, with advice, if it can't be read."""
    if len(data) > MOST_BYTES:
        raise Refused(_("Tệp lớn hơn 5 MB. Hãy chia câu hỏi thành nhiều tệp."))
    table = sheets.table_of(data, most_rows=MOST_ROWS + MOST_HEADS, longest=LONGEST + 1)
    if len(table.rows) > MOST_ROWS + MOST_HEADS:
        raise Refused(
            _("Bảng dài hơn %(most)s dòng. Hãy chia câu hỏi thành nhiều tệp.") % {"most": "2.000"}
        )
    if not any(any(line) for line in table.rows):
        raise Refused(_("Trang tính đầu tiên của tệp không có gì."))
    if sum(len(cell) for line in table.rows for cell in line) > MOST_LETTERS:
        raise Refused(_("Bảng có quá nhiều chữ. Hãy chia câu hỏi thành nhiều tệp."))
    return table


def proposed(table: sheets.Table) -> Choice:
    """The line whose cells best match the headings of the bank, and the likely field of
    each column."""
    choices = [
        Choice(number, _columns(line)) for number, line in enumerate(table.rows[:MOST_HEADS], 1)
    ]
    return max(choices, key=lambda one: len(one.columns))


def _columns(line: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(line):
        name = next((name for name, names in NAMES.items() if fold(cell) in names), None)
        if name is not None:
            found.setdefault(name, place)
    return found


def column_labels(table: sheets.Table, head: int) -> list[tuple[str, str]]:
    """The columns to choose from: ("2", "C – Câu hỏi")."""
    line = table.rows[head - 1] if head <= len(table.rows) else []
    widest = max(len(one) for one in table.rows)
    found = []
    for place in range(widest):
        said = line[place] if place < len(line) else ""
        found.append((str(place), f"{letter(place)} – {said[:40]}" if said else letter(place)))
    return found


def letter(place: int) -> str:
    """The spreadsheet letter of a column: A, B, … Z, AA …"""
    return chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)


def merged_heads(table: sheets.Table) -> list[str]:
    """The merged cells in the first lines, which may have been part of the heading."""
    return [one for one in table.merged if int("".join(filter(str.isdigit, one.split(":")[0]))) <= MOST_HEADS]  # fmt: skip
