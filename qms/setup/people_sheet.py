"""A list of people as a sheet: the empty template, and the rows of one that was filled in."""

import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from qms.errors import Refused
from qms.models import Agency
from qms.roles import CITY_ROLES, Role
from qms.sandbox import sheets
from qms.text.folding import fold
from qms.text.sheets import for_xlsx

MOST_ROWS = 300  # people: importing them in one transaction blocks other writers on SQLite
MOST_LINES = 2000  # rows of the sheet, including empty ones
MOST_BYTES = 5 * 1024 * 1024

COLUMNS = ("name", "username", "email", "unit", "post", "roles", "starts_on", "ends_on", "capacity")


def headings() -> dict[str, str]:
    return {
        "name": _("Họ và tên"), "username": _("Tên đăng nhập"), "email": _("Thư điện tử"), "unit": _("Đơn vị"), "post": _("Chức vụ"),
        "roles": _("Vai trò"), "starts_on": _("Từ ngày"), "ends_on": _("Đến hết ngày"), "capacity": _("Tư cách ký"),
    }  # fmt: skip


# Headings used in agencies' sheets, folded; Vietnamese whatever the screen's language.
NAMES = {
    "name": {"ho va ten", "ho ten", "ten", "full name", "name"},
    "username": {"ten dang nhap", "tai khoan", "username", "user name"},
    "email": {"thu dien tu", "email", "e-mail", "dia chi thu dien tu", "hop thu"},
    "unit": {"don vi", "phong", "phong ban", "phong/don vi", "bo phan", "unit"},
    "post": {"chuc vu", "chuc danh", "vi tri", "post", "position"},
    "roles": {"vai tro", "quyen", "role", "roles"},
    "starts_on": {"tu ngay", "ngay bat dau", "from"},
    "capacity": {"tu cach ky", "tu cach", "ky voi tu cach", "signs as", "capacity"},
    "ends_on": {"den het ngay", "den ngay", "ngay ket thuc", "to", "until"},
}


@dataclass
class Row:
    """One person as typed, and the errors of the row."""

    line: int
    name: str = ""
    username: str = ""
    email: str = ""
    unit: str = ""
    post: str = ""
    roles: str = ""
    starts_on: str = ""
    ends_on: str = ""
    capacity: str = ""
    errors: list[str] = field(default_factory=list)
    note: str = ""

    def typed(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in COLUMNS}

    def is_empty(self) -> bool:
        """Whether nothing was typed; the role is ignored, since every row of the typed list
        has one."""
        return not any(value for name, value in self.typed().items() if name != "roles")


def template(agency: Agency) -> bytes:
    """The empty sheet as XLSX, with the agency's units and the available roles on a
    second sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Người dùng")
    for column, title in enumerate(headings().values(), start=1):
        cell = sheet.cell(row=1, column=column, value=title)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True)
        sheet.column_dimensions[cell.column_letter].width = 24
    sheet.freeze_panes = "A2"
    lists = book.create_sheet(_("Danh mục"))
    units = list(agency.units.values_list("name", flat=True))
    roles = [str(Role(value).label) for value in agency_roles()]
    for row, (unit, role) in enumerate(_pad(units, roles), start=2):
        name = lists.cell(row=row, column=1, value=for_xlsx(unit) if unit else None)
        if unit:
            name.data_type = "s"  # a name that begins with "=" is not a formula
        lists.cell(row=row, column=2, value=role)
    lists["A1"], lists["B1"] = (
        _("Đơn vị"),
        _("Vai trò (nhiều vai trò cách nhau bằng dấu chấm phẩy)"),
    )
    if units:
        choice = DataValidation(
            type="list",
            formula1=f"='{lists.title}'!$A$2:$A${len(units) + 1}",
            allow_blank=True,
            showErrorMessage=False,
        )
        sheet.add_data_validation(choice)
        choice.add("D2:D1000")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _pad(left: list[str], right: list[str]) -> Iterable[tuple[str | None, str | None]]:
    for i in range(max(len(left), len(right))):
        yield (left[i] if i < len(left) else None), (right[i] if i < len(right) else None)


def agency_roles() -> list[str]:
    return [value for value in Role.values if value not in CITY_ROLES]


def read(data: bytes) -> list[Row]:
    """The rows of the sheet as typed. Raises Refused, with advice, if the file is not a sheet of
    people."""
    if len(data) > MOST_BYTES:
        raise Refused(_("Tệp lớn hơn 5 MB. Hãy chia danh sách thành nhiều tệp."))
    lines = sheets.rows_of(data, most_rows=MOST_LINES)
    start, columns = _find_heading(lines)
    rows = []
    for number, line in enumerate(lines[start + 1 :], start=start + 2):
        row = row_of(number, {name: line[i] for name, i in columns.items() if i < len(line)})
        if not row.is_empty():
            rows.append(row)
    if len(rows) > MOST_ROWS or len(lines) > MOST_LINES:
        raise Refused(
            _("Danh sách dài hơn %(most)s người. Hãy chia thành nhiều tệp.") % {"most": MOST_ROWS}
        )
    if not rows:
        raise Refused(_("Tệp không có dòng nào dưới dòng tiêu đề."))
    return rows


def row_of(line: int, typed: dict[str, str]) -> Row:
    """A row from the typed values, by column."""
    row = Row(line=line)
    for name in COLUMNS:
        setattr(row, name, typed.get(name) or "")
    return row


def _find_heading(lines: list[list[str]]) -> tuple[int, dict[str, int]]:
    for number, line in enumerate(lines[:20]):
        columns: dict[str, int] = {}
        for i, cell in enumerate(line):
            known = next((name for name, names in NAMES.items() if fold(cell) in names), None)
            if known and known not in columns:
                columns[known] = i
        if "name" in columns and len(columns) > 1:
            return number, columns
    raise Refused(_("Không thấy dòng tiêu đề có cột “Họ và tên”. Hãy dùng tệp mẫu."))


def as_json(rows: list[Row]) -> list[dict[str, Any]]:
    """The rows as JSON-serializable data, kept between dry run and import."""
    return [asdict(row) for row in rows]


def from_json(data: list[dict[str, Any]]) -> list[Row]:
    """The rows that `as_json` returned."""
    return [Row(**row) for row in data]
