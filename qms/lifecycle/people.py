"""Steps of people, each one transaction with its event in the journal. `by=None` is the
command line."""

import datetime
from collections.abc import Iterable
from typing import Any

from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from qms import access, locks, rules
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle import gains
from qms.models import Agency, Appointment, OneTimeLink, Unit, User
from qms.proof import journal
from qms.roles import Role
from qms.text.folding import fold
from qms.text.marks import composed


def home_of(person: User) -> Agency | None:
    """The agency whose journal has the account's events: that of the person's appointments, if
    there is exactly one."""
    held = list(Agency.objects.filter(appointments__person=person).distinct()[:2])
    return held[0] if len(held) == 1 else None


def propose_username(name: str, taken: Iterable[str] = ()) -> str:
    """A free user name derived from a Vietnamese name: Nguyễn Thị Hồng Anh -> anhnth, then anhnth2.
    `taken`: names not to use."""
    words = ["".join(c for c in word if c.isascii() and c.isalnum()) for word in fold(name).split()]
    words = [word for word in words if word]
    stem = (words[-1] + "".join(word[0] for word in words[:-1]) if words else "nguoidung")[:40]
    stem = stem if len(stem) >= 3 else f"{stem}.nd"
    used = {n.casefold() for n in taken} | {
        n.casefold()
        for n in User.objects.filter(username__istartswith=stem).values_list("username", flat=True)
    }
    number, found = 1, stem
    while found in used:
        number += 1
        found = f"{stem}{number}"
    return found


def name_key(name: str) -> str:
    """The same for all spellings of a name that differ in case and white space. Diacritics count:
    Lê Hoa is not Lê Hòa."""
    return " ".join(composed(name).casefold().split())


def of_agency(agency: Agency) -> "QuerySet[User]":
    """Everybody who was ever appointed in the agency."""
    return User.objects.filter(pk__in=Appointment.objects.filter(agency=agency).values("person"))


def namesakes(agency: Agency, name: str) -> list[User]:
    """People of the agency with that name."""
    return [person for person in of_agency(agency) if name_key(person.first_name) == name_key(name)]


def namesakes_message(found: list[User]) -> str:
    """Message asking whether a new entry is an existing person with the same name."""
    names = ", ".join(person.username for person in found)
    return _("Cơ quan đã có %(name)s (%(usernames)s). Cùng một người thì ghi đúng tên đăng nhập đó; người khác thì ghi một tên đăng nhập mới.") % {
        "name": found[0].first_name, "usernames": names,
    }  # fmt: skip


@transaction.atomic
def create(
    *, username: str, name: str, email: str = "", by: User | None, agency: Agency | None = None
) -> User:
    """Creates an account that cannot sign in until a one-time link is used. Raises ValidationError;
    Refused without the right."""
    if by is not None and not (
        rules.may_manage_people(by, agency) if agency else rules.may_manage_accounts(by)
    ):
        raise Refused(_("Chỉ quản trị cơ quan hoặc quản trị hệ thống được thêm người."))
    person = User(username=username, first_name=" ".join(name.split()), email=email.strip())
    person.set_unusable_password()
    person.full_clean()
    _save(person)
    journal.append(
        "person_created",
        f"person:{person.pk}",
        agency=agency,
        by=by,
        username=person.username,
        name=person.first_name,
    )
    return person


@transaction.atomic
def change(person: User, *, by: User | None, **fields: Any) -> User:
    """Changes name, e-mail address or user name. Raises Refused if `by` has no power over
    the account."""
    _check_power(by, person)
    before = {name: getattr(person, name) for name in fields}
    for name, value in fields.items():
        setattr(person, name, value)
    saved = list(fields)
    if person.email != before.get("email", person.email):
        person.confirmed_email = ""
        saved.append("confirmed_email")
    person.full_clean()
    _save(person, update_fields=saved)
    changed = {
        name: [before[name], value] for name, value in fields.items() if before[name] != value
    }
    if changed:
        journal.append(
            "person_changed", f"person:{person.pk}", agency=home_of(person), by=by, **changed
        )
    return person


def _save(person: User, **how: Any) -> None:
    """Saves the account. Raises Refused if somebody else takes the user name at this moment."""
    try:
        with transaction.atomic():
            person.save(**how)
    except IntegrityError:
        raise Refused(_("Tên đăng nhập này đã có người dùng.")) from None


@transaction.atomic
def deactivate(person: User, *, by: User | None) -> None:
    """Revokes all access at once: sessions and links end. Appointments are kept for a later return.

    Raises Refused if no system administrator would be left."""
    locks.hold(locks.Lock.PEOPLE)
    _check_power(by, person)
    if by is not None and by.pk == person.pk:
        raise Refused(_("Bạn không thể tự ngừng tài khoản của mình. Hãy nhờ một quản trị khác."))
    if Appointment.objects.current().filter(person=person, role=Role.SYSTEM_ADMIN).exists():
        _need_another_administrator(person, today())
    person.is_active = False
    person.save(update_fields=["is_active"])
    for session in UserSession.objects.filter(user=person):
        session.end()
    OneTimeLink.objects.filter(person=person).end()
    journal.append("person_deactivated", f"person:{person.pk}", agency=home_of(person), by=by)


@transaction.atomic
def reactivate(person: User, *, by: User | None) -> None:
    _check_power(by, person)
    person.is_active = True
    person.save(update_fields=["is_active"])
    journal.append("person_reactivated", f"person:{person.pk}", agency=home_of(person), by=by)


def _check_power(by: User | None, person: User) -> None:
    if by is not None and (reason := rules.why_not_account(by, person)):
        raise Refused(reason)


@transaction.atomic
def appoint(
    person: User,
    role: str,
    agency: Agency | None,
    *,
    by: User | None,
    unit: Unit | None = None,
    post: str = "",
    capacity: str = "",
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
) -> Appointment:
    """Gives a person a role. Raises Refused without the right to give it, ValidationError for
    invalid days or unit."""
    if by is not None and not rules.may_give_role(by, role, agency):
        raise Refused(
            _(
                "Chỉ quản trị cơ quan giao vai trò trong cơ quan mình; vai trò cấp thành phố do quản trị hệ thống giao."
            )
        )
    _check_second_person(by, person, role)
    if (
        by is not None
        and not rules.people_of(by).filter(pk=person.pk).exists()
        and not _has_no_post(person)
    ):
        raise Refused(
            _("Người này chưa thuộc cơ quan của bạn. Hãy nhờ quản trị hệ thống giao vai trò.")
        )
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # for `check_no_overlap`
    given = Appointment(
        person=person,
        role=role,
        agency=agency,
        unit=unit,
        post=post.strip(),
        capacity=capacity,
        starts_on=starts_on or today(),
        ends_on=ends_on,
    )
    check_unit(given)
    given.full_clean()
    check_no_overlap(given)
    given.save()
    access.forget(person)
    journal.append(
        "appointed", f"person:{person.pk}", agency=agency, by=by, role=role, post=given.post, starts_on=given.starts_on.isoformat(),
        ends_on=given.ends_on.isoformat() if given.ends_on else None,
    )  # fmt: skip
    gains.handle(given, by=by)
    return given


def _check_second_person(by: User | None, person: User, role: str) -> None:
    if by is not None and not rules.may_appoint(by, person, role):
        raise Refused(
            _("Bạn không thể tự giao vai trò “%(role)s” cho chính mình. Hãy nhờ một quản trị khác của cơ quan, hoặc quản trị hệ thống.")
            % {"role": Role(role).label}
        )  # fmt: skip


def _has_no_post(person: User) -> bool:
    return not person.appointments.exists()


def check_unit(given: Appointment) -> None:
    if given.unit is not None and given.unit.agency_id != given.agency_id:
        raise ValidationError({"unit": _("Đơn vị này không thuộc cơ quan đã chọn.")})


def check_no_overlap(given: Appointment) -> None:
    """Raises ValidationError if the person would hold the same role in the same unit twice on
    some day."""
    same = Appointment.objects.filter(
        person=given.person, role=given.role, agency=given.agency, unit=given.unit
    ).exclude(pk=given.pk)
    other = same.during(given.starts_on, given.ends_on).order_by("starts_on").first()
    if other is not None:
        days = {
            "first": f"{other.starts_on:%d/%m/%Y}",
            "last": f"{other.ends_on:%d/%m/%Y}" if other.ends_on else "",
        }
        said = (
            _("Người này đã giữ vai trò này từ %(first)s đến %(last)s.")
            if other.ends_on
            else _("Người này đã giữ vai trò này từ %(first)s.")
        )
        raise ValidationError(
            said % days + " " + _("Hãy sửa phân công đó, hoặc ghi ngày không trùng.")
        )


@transaction.atomic
def end_appointment(
    given: Appointment, *, by: User | None, on_day: datetime.date | None = None
) -> Appointment:
    """Ends an appointment. `on_day` is its last day (default: yesterday, so that it ends at once).
    One that would never have been valid is deleted.

    Raises Refused without the right to give the role, and if no system administrator would
    be left."""
    _hold(given)
    if by is not None and not rules.may_give_role(by, given.role, given.agency):
        raise Refused(_("Chỉ quản trị cơ quan hoặc quản trị hệ thống được kết thúc vai trò này."))
    last = on_day or today() - datetime.timedelta(days=1)
    if given.ends_on == last:
        raise Refused(_("Vai trò này đã được ghi kết thúc vào ngày đó."))
    if given.role == Role.SYSTEM_ADMIN:
        _need_another_administrator(given.person, last + datetime.timedelta(days=1))
    if last < given.starts_on:  # it was never valid for a whole day; its history is kept
        subject = f"person:{given.person_id}"
        journal.append(
            "appointment_cancelled",
            subject,
            agency=given.agency,
            by=by,
            role=given.role,
            starts_on=given.starts_on.isoformat(),
        )
        given.delete()
        access.forget(given.person)
        return given
    given.ends_on = last
    given.full_clean()
    given.save()
    access.forget(given.person)
    journal.append(
        "appointment_ended",
        f"person:{given.person_id}",
        agency=given.agency,
        by=by,
        role=given.role,
        ends_on=last.isoformat(),
    )
    return given


def _hold(given: Appointment) -> None:
    """Locks and refreshes the appointment, and, for a system administrator, locks the list
    of administrators."""
    if given.role == Role.SYSTEM_ADMIN:
        locks.hold(locks.Lock.PEOPLE)
    User.objects.select_for_update(no_key=True).get(pk=given.person_id)  # for `check_no_overlap`
    if not Appointment.objects.filter(pk=given.pk).exists():
        raise Refused(_("Phân công này vừa bị xóa. Hãy tải lại danh sách."))
    given.refresh_from_db(fields=["unit", "post", "starts_on", "ends_on"])


def _need_another_administrator(person: User, day: datetime.date) -> None:
    """Raises Refused unless another active person with a password is a system administrator on
    that day."""
    others = Appointment.objects.current(day).filter(role=Role.SYSTEM_ADMIN, person__is_active=True)
    if not others.exclude(person=person).exists():
        raise Refused(
            _("Đây là quản trị hệ thống duy nhất. Hãy giao vai trò này cho người khác trước.")
        )
    if not gains.others_who_administer(person, day).exists():
        raise Refused(
            _("Quản trị hệ thống còn lại chưa có mật khẩu. Hãy tạo liên kết cho họ và chờ họ đặt mật khẩu trước.")
        )  # fmt: skip


@transaction.atomic
def change_appointment(given: Appointment, *, by: User | None, **fields: Any) -> Appointment:
    """Changes unit, post title or days. Raises Refused without the right to give the role,
    or ValidationError."""
    _hold(given)
    if by is not None and not rules.may_give_role(by, given.role, given.agency):
        raise Refused(_("Chỉ quản trị cơ quan hoặc quản trị hệ thống được sửa phân công này."))
    before = {name: getattr(given, name) for name in fields}
    days = (given.starts_on, given.ends_on)
    for name, value in fields.items():
        setattr(given, name, value)
    gains_days = _adds_days((given.starts_on, given.ends_on), days)
    if gains_days or _gains_weight(given, before):
        _check_second_person(by, given.person, given.role)
    check_unit(given)
    given.full_clean()
    check_no_overlap(given)
    last = given.ends_on
    if given.role == Role.SYSTEM_ADMIN and last is not None:
        _need_another_administrator(given.person, max(last + datetime.timedelta(days=1), today()))
    given.save()
    access.forget(given.person)
    changed = {
        name: [str(before[name] or ""), str(value or "")]
        for name, value in fields.items()
        if before[name] != value
    }
    if changed:
        journal.append(
            "appointment_changed",
            f"person:{given.person_id}",
            agency=given.agency,
            by=by,
            role=given.role,
            **changed,
        )
    if gains_days:
        gains.handle(given, by=by)
    return given


def _gains_weight(given: Appointment, before: dict[str, Any]) -> bool:
    """Whether the change gives another seat to sign from, or another capacity to sign in."""
    heads = ("unit",) if given.role == Role.UNIT_HEAD else ()
    return any(
        name in before and before[name] != getattr(given, name) for name in (*heads, "capacity")
    )


Days = tuple[datetime.date, datetime.date | None]


def _adds_days(days: Days, before: Days) -> bool:
    """Whether the days include one that was not in the previous ones."""
    (first, last), (first_before, last_before) = days, before
    if first is None or first < first_before:
        return True
    return last_before is not None and (last is None or last > last_before)
