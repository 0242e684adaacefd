"""Steps of agencies and their units, each one transaction with its history. `by=None` is the
command line."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from qms import locks, rules
from qms.errors import Refused
from qms.models import Agency, AgencyPage, Unit, User
from qms.proof import journal


@transaction.atomic
def create_agency(
    *,
    code: str,
    name: str,
    kind: str = Agency.Kind.DEPARTMENT,
    by: User | None = None,
    **fields: Any,
) -> Agency:
    """Creates an agency and the folder for its documents. Raises ValidationError for an invalid
    field or code."""
    locks.hold(locks.Lock.AGENCIES)  # codes, and the folders' positions in the tree
    if by is not None and not rules.may_manage_agencies(by):
        raise Refused(_("Chỉ quản trị hệ thống được lập cơ quan."))
    agency = Agency(code=code.strip(), name=" ".join(name.split()), kind=kind, **fields)
    check_code(agency)
    agency.full_clean()
    agency.save()
    root().add_child(
        instance=AgencyPage(
            title=agency.name,
            slug=f"{slugify(agency.code) or 'co-quan'}-{agency.pk}",
            agency=agency,
            live=False,
        )
    )
    journal.append(
        "agency_created",
        f"agency:{agency.pk}",
        agency=agency,
        by=by,
        code=agency.code,
        name=agency.name,
    )
    return agency


def _hold(agency: Agency) -> Agency:
    """Locks the list of agencies and this one, and returns its current row."""
    locks.hold(locks.Lock.AGENCIES)
    return Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)


def check_code(agency: Agency) -> None:
    """Raises ValidationError for a code that differs from another agency's only in case: they would
    be confused on paper."""
    if Agency.objects.filter(code__iexact=agency.code).exclude(pk=agency.pk).exists():
        raise ValidationError(
            {"code": _("Mã “%(code)s” đã có cơ quan dùng.") % {"code": agency.code}}
        )


def root() -> Page:
    """The root of the page tree, created if missing."""
    page = Page.get_first_root_node()
    if page is None:
        Locale.objects.get_or_create(language_code="vi")
        page = Page.add_root(instance=Page(title="Root", slug="root"))
    return page


@transaction.atomic
def change_agency(agency: Agency, *, by: User | None, **fields: Any) -> Agency:
    """Renames it or corrects its other facts; versions keep the text they were issued with.

    Facts not given keep their value in the database, whatever `agency` has. Raises
    ValidationError."""
    kept = _hold(agency)
    if by is not None and not rules.may_manage_agencies(by):
        raise Refused(_("Chỉ quản trị hệ thống được sửa thông tin cơ quan."))
    changed = {
        name: [str(getattr(kept, name) or ""), str(value or "")]
        for name, value in fields.items()
        if getattr(kept, name) != value
    }
    for name, value in fields.items():
        setattr(kept, name, value)
    check_code(kept)
    kept.full_clean()
    kept.save()
    agency.refresh_from_db()
    if "name" in changed:
        AgencyPage.objects.filter(agency=agency).update(title=agency.name, draft_title=agency.name)
    if changed:
        journal.append("agency_changed", f"agency:{agency.pk}", agency=agency, by=by, **changed)
    return agency


@transaction.atomic
def close_agency(
    agency: Agency, *, on_day: datetime.date, successor: Agency | None, by: User | None
) -> Agency:
    """Sets the agency's last day and successor. From the next day its appointments are invalid; its
    documents stay readable.

    Raises Refused for a day before it began, or a successor that is closed by then or has this
    agency among its own successors."""
    kept = _hold(agency)
    if by is not None and not rules.may_manage_agencies(by):
        raise Refused(_("Chỉ quản trị hệ thống được đóng cơ quan."))
    if kept.active_to == on_day and kept.successor == successor:
        raise Refused(_("Cơ quan đã được ghi kết thúc hoạt động vào ngày đó."))
    if kept.active_from and on_day < kept.active_from:
        raise Refused(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."))
    if successor is not None:
        successor = Agency.objects.get(pk=successor.pk)  # it may have been closed meanwhile
        if successor.pk == agency.pk or _leads_to(successor, agency):
            raise Refused(_("Cơ quan không thể kế thừa chính mình."))
        if successor.active_to and successor.active_to <= on_day:
            raise Refused(
                _("“%(name)s” cũng đã kết thúc hoạt động. Hãy chọn cơ quan đang hoạt động.")
                % {"name": successor.name}
            )
    kept.active_to, kept.successor = on_day, successor
    kept.full_clean()
    kept.save()
    agency.refresh_from_db()
    heir = successor.name if successor else ""
    journal.append(
        "agency_closed",
        f"agency:{agency.pk}",
        agency=agency,
        by=by,
        on_day=on_day.isoformat(),
        successor=heir,
    )
    return agency


def _leads_to(start: Agency, goal: Agency) -> bool:
    seen: set[int] = set()
    step: Agency | None = start
    while step is not None and step.pk not in seen:
        if step.pk == goal.pk:
            return True
        seen.add(step.pk)
        step = step.successor
    return False


@transaction.atomic
def reopen_agency(agency: Agency, *, by: User | None) -> Agency:
    """Undoes a closing. Raises Refused if the agency has no last day."""
    kept = _hold(agency)
    if by is not None and not rules.may_manage_agencies(by):
        raise Refused(_("Chỉ quản trị hệ thống được mở lại cơ quan."))
    if kept.active_to is None:
        raise Refused(_("Cơ quan này đang hoạt động, không cần mở lại."))
    kept.active_to = kept.successor = None
    kept.save()
    agency.refresh_from_db()
    journal.append("agency_reopened", f"agency:{agency.pk}", agency=agency, by=by)
    return agency


@transaction.atomic
def save_unit(unit: Unit, *, by: User | None) -> Unit:
    """Creates or updates a unit. Raises ValidationError, and Refused if it was
    deleted meanwhile."""
    locks.hold(locks.Lock.UNITS, unit.agency_id)
    if by is not None and not rules.may_manage_units(by, unit.agency_id):
        raise Refused(_("Chỉ quản trị cơ quan hoặc quản trị hệ thống được sửa đơn vị."))
    new = unit.pk is None
    if not new:
        _need_unit(unit)
    unit.name, unit.code = " ".join(unit.name.split()), unit.code.strip()
    unit.full_clean()
    if not journal.differs(unit):
        return unit
    unit.save()
    journal.append(
        "unit_created" if new else "unit_changed",
        f"unit:{unit.pk}",
        agency=unit.agency,
        by=by,
        name=unit.name,
        code=unit.code,
    )
    return unit


def _need_unit(unit: Unit) -> None:
    if not Unit.objects.select_for_update(no_key=True).filter(pk=unit.pk).exists():
        raise Refused(_("Đơn vị này vừa bị xóa. Hãy tải lại danh sách."))


@transaction.atomic
def add_units(agency: Agency, wanted: list[tuple[str, str]], *, by: User | None) -> list[Unit]:
    """Adds the units that the agency does not have yet, all or none; `wanted`: pairs of code and
    name. Raises ValidationError."""
    locks.hold(locks.Lock.UNITS, agency.pk)
    known = set(agency.units.values_list("name", flat=True))
    return [
        save_unit(Unit(agency=agency, code=code, name=name), by=by)
        for code, name in wanted
        if name not in known
    ]


@transaction.atomic
def delete_unit(unit: Unit, *, by: User | None) -> None:
    """Deletes a unit created by mistake. Raises Refused if anything is in it; it can be given a
    last day instead."""
    locks.hold(locks.Lock.UNITS, unit.agency_id)
    if by is not None and not rules.may_manage_units(by, unit.agency_id):
        raise Refused(_("Chỉ quản trị cơ quan hoặc quản trị hệ thống được xóa đơn vị."))
    _need_unit(unit)
    agency, name, pk = unit.agency, unit.name, unit.pk
    try:
        with transaction.atomic():
            unit.delete()
    except ProtectedError:
        raise Refused(
            _("Đơn vị này đã có người hoặc tài liệu. Hãy ghi ngày kết thúc hoạt động thay vì xóa.")
        ) from None
    journal.append("unit_deleted", f"unit:{pk}", agency=agency, by=by, name=name)
