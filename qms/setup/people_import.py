"""People from a sheet or a typed list: each row is checked first, with its errors; then all are
imported in one transaction."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import override

from qms import locks, rules
from qms.accounts import links
from qms.accounts.adapter import clean_username
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle import people
from qms.models import Agency, Appointment, Unit, User
from qms.proof import journal
from qms.roles import CITY_ROLES, UNIT_ROLES, Capacity, Role
from qms.setup.people_sheet import Row
from qms.text.folding import fold


@dataclass
class Entry:
    """A checked row, ready to be imported."""

    row: Row
    username: str
    existing: User | None
    unit: Unit | None
    roles: list[str]
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    capacity: str = ""


def check(agency: Agency, rows: list[Row]) -> list[Entry]:
    """Checks every row and sets its errors. Returns the entries of rows without errors. Writes
    nothing."""
    known = ReferenceData(agency)
    found = []
    for row in rows:
        row.errors, row.note = [], ""
        entry = _check_row(row, known)
        if not row.errors:
            found.append(entry)
    return found


class ReferenceData:
    """The data that rows are compared with: the agency's units and people, all accounts, and
    previous rows."""

    def __init__(self, agency: Agency) -> None:
        units = list(agency.units.all())
        self.units = {fold(u.name): u for u in units} | {fold(u.code): u for u in units if u.code}
        self.accounts = {
            u.username.casefold(): u
            for u in User.objects.all().only("pk", "username", "first_name", "is_active")
        }
        here = people.of_agency(agency)
        self.here = {person.pk for person in here}
        self.namesakes: dict[str, list[User]] = {}
        for person in here:
            self.namesakes.setdefault(people.name_key(person.first_name), []).append(person)
        self.taken: set[str] = set()
        self.named: dict[str, Row] = {}


def _check_row(row: Row, known: ReferenceData) -> Entry:
    if not row.name:
        row.errors.append(_("Thiếu họ và tên."))
    if len(row.name) > 150 or len(row.post) > 150:
        row.errors.append(_("Họ và tên, chức vụ dài tối đa 150 ký tự."))
    username, existing = _account(row, known)
    if row.email:
        try:
            validate_email(row.email)
        except ValidationError:
            row.errors.append(_("Địa chỉ thư điện tử không đúng."))
    unit = known.units.get(fold(row.unit)) if row.unit else None
    if row.unit and unit is None:
        row.errors.append(_("Cơ quan chưa có đơn vị “%(unit)s”.") % {"unit": row.unit})
    starts_on, ends_on = _day(row, row.starts_on), _day(row, row.ends_on)
    if starts_on and ends_on and ends_on < starts_on:
        row.errors.append(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."))
    roles = _roles(row)
    if unit is None and not row.unit and UNIT_ROLES & set(roles):
        row.errors.append(_("Vai trò trưởng đơn vị cần ghi đơn vị."))
    return Entry(row, username, existing, unit, roles, starts_on, ends_on, _capacity(row))


def _capacity(row: Row) -> str:
    """TM., KT., TL., TUQ. or Q., in any spelling; empty if none."""
    typed = row.capacity.strip().upper().rstrip(".")
    found = next((one.value for one in Capacity if one.value.rstrip(".") == typed), "")
    if typed and not found:
        row.errors.append(
            _(
                "Tư cách ký “%(capacity)s” không đúng, hãy ghi TM., KT., TL., TUQ., Q. hoặc để trống."
            )
            % {"capacity": row.capacity}
        )
    return found


def _account(row: Row, known: ReferenceData) -> tuple[str, User | None]:
    """The user name of the row, typed or proposed, and the existing account with it."""
    username, existing = row.username.strip(), None
    if username:
        try:
            username = clean_username(username)
        except ValidationError as problem:
            row.errors += problem.messages
        existing = known.accounts.get(username.casefold())
        if existing is not None and existing.pk not in known.here:
            row.errors.append(
                _(
                    "Tên đăng nhập đã có người dùng. Hãy chọn tên khác; nếu người này chuyển từ nơi khác đến, hãy nhờ quản trị hệ thống."
                )
            )
            existing = None
        elif existing is not None and not existing.is_active:
            row.errors.append(
                _("Tài khoản này đã ngừng hoạt động. Hãy cho hoạt động trở lại trước.")
            )
        elif existing is not None and people.name_key(existing.first_name) != people.name_key(
            row.name
        ):
            row.errors.append(
                _(
                    "Tên đăng nhập này là của %(name)s. Hãy sửa tên đăng nhập, hoặc ghi đúng họ và tên."
                )
                % {"name": existing.first_name}
            )
            existing = None
        elif existing is not None:
            row.note = _("Đã có tài khoản: chỉ thêm vai trò còn thiếu.")
    elif row.name:
        username = people.propose_username(row.name, known.taken | set(known.accounts))
        _check_namesakes(row, known)
    if username and username in known.taken:
        row.errors.append(_("Tên đăng nhập lặp lại trong danh sách."))
    known.taken.add(username)
    return username, existing


def _check_namesakes(row: Row, known: ReferenceData) -> None:
    """Without a user name, two people of one name can't be told apart: a list sent twice would
    create everyone twice."""
    key = people.name_key(row.name)
    if key in known.namesakes:
        row.errors.append(people.namesakes_message(known.namesakes[key]))
    elif key in known.named:
        row.errors.append(
            _(
                "Trùng họ tên với dòng %(line)s. Nếu là hai người, hãy ghi tên đăng nhập cho từng người."
            )
            % {"line": known.named[key].line}
        )
    known.named.setdefault(key, row)


def _roles(row: Row) -> list[str]:
    known = _role_names()
    found = []
    for text in row.roles.replace(",", ";").split(";"):
        if not text.strip():
            continue
        role = known.get(fold(text))
        if role is None:
            row.errors.append(_("Không có vai trò “%(role)s”.") % {"role": text.strip()})
        elif role in CITY_ROLES:
            row.errors.append(
                _("Vai trò “%(role)s” do quản trị hệ thống giao riêng.") % {"role": text.strip()}
            )
        elif role not in found:
            found.append(role)
    return found or [Role.READER.value]


def _role_names() -> dict[str, str]:
    """Roles by their names in every language, and by code: the sheet may differ from the screen's
    language."""
    found = {value: value for value in Role.values}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {fold(str(Role(value).label)): value for value in Role.values}
    return found


def fill_row(entry: Entry) -> None:
    """Fills the row with what would be imported: the proposed user name, the matched unit, the
    default role."""
    row = entry.row
    row.username, row.unit = entry.username, entry.unit.name if entry.unit else ""
    row.roles = "; ".join(str(Role(role).label) for role in entry.roles)


def _day(row: Row, text: str) -> datetime.date | None:
    if not text:
        return None
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day without a time
        except ValueError:
            continue
    row.errors.append(_("Ngày “%(day)s” không đúng, hãy ghi ngày/tháng/năm.") % {"day": text})
    return None


@journal.acts()
def carry_out(agency: Agency, rows: list[Row], *, by: User | None) -> list[tuple[User, str]]:
    """Imports all rows, or none. Returns [(new account, one-time token)].

    Raises Refused unless the user manages the agency, and if rows have errors (each row holds
    its own)."""
    locks.hold(locks.Lock.PEOPLE, agency.pk)  # the same list sent twice at once is imported once
    if by is not None and not rules.may_manage_people(by, agency):
        raise Refused(_("Chỉ quản trị cơ quan hoặc quản trị hệ thống được thêm người."))
    entries = check(agency, rows)
    if len(entries) < len(rows):
        raise Refused(_("Danh sách còn lỗi nên chưa nhập ai."))
    made = []
    for entry in entries:
        person = entry.existing or people.create(
            username=entry.username,
            name=entry.row.name,
            email=entry.row.email,
            by=by,
            agency=agency,
        )
        then = Appointment.objects.during(entry.starts_on or today(), entry.ends_on)
        held = (
            set(then.filter(person=person, agency=agency).values_list("role", flat=True))
            if entry.existing
            else set()
        )
        for role in entry.roles:
            if role not in held:
                people.appoint(
                    person,
                    role,
                    agency,
                    by=by,
                    unit=entry.unit,
                    post=entry.row.post,
                    capacity=entry.capacity,
                    starts_on=entry.starts_on,
                    ends_on=entry.ends_on,
                )
        if entry.existing is None:
            made.append((person, links.make(person, by=by)))
    return made
