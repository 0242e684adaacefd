"""The role of a head of unit, and the capacity of a signer."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import Workbook

from qms import access
from qms.errors import Refused
from qms.lifecycle import people
from qms.models import Appointment
from qms.setup import people_import, people_sheet

pytestmark = pytest.mark.django_db


def test_a_head_of_unit_is_appointed_to_a_unit(agency, unit, admin, reader):
    given = people.appoint(reader, "unit_head", agency, by=admin, unit=unit, capacity="KT.")
    assert (given.unit, given.capacity) == (unit, "KT.")
    assert access.has_role(reader, agency, "unit_head")


def test_without_a_unit_nobody_is_head_of_one(agency, admin, reader):
    with pytest.raises(ValidationError, match="cần chọn đơn vị"):
        people.appoint(reader, "unit_head", agency, by=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(person=reader, role="unit_head", agency=agency)


def test_a_unit_of_another_agency_is_refused(agency, admin, reader, foreign):
    with pytest.raises(ValidationError):
        people.appoint(reader, "unit_head", agency, by=admin, unit=foreign["unit"])


def test_nobody_makes_themselves_head(agency, unit, admin):
    with pytest.raises(Refused, match="chính mình"):
        people.appoint(admin, "unit_head", agency, by=admin, unit=unit)


def test_an_unknown_capacity_is_refused(agency, admin, reader):
    with pytest.raises(ValidationError):
        people.appoint(reader, "approver", agency, by=admin, capacity="XX.")


def test_the_form_asks_for_the_unit_and_keeps_the_capacity(client, agency, unit, admin, reader):
    client.force_login(admin)
    typed = {
        "person": reader.pk, "role": "unit_head", "agency": agency.pk, "post": "Trưởng phòng",
        "capacity": "TL.", "starts_on": "01/01/2026",
    }  # fmt: skip
    answer = client.post(reverse("appointments:add"), typed)
    assert "Hãy chọn đơn vị mà người này phụ trách" in answer.content.decode()
    client.post(reverse("appointments:add"), {**typed, "unit": unit.pk})
    given = Appointment.objects.get(role="unit_head")
    assert (given.unit, given.capacity) == (unit, "TL.")
    edit = {"unit": unit.pk, "post": "Trưởng phòng", "capacity": "", "starts_on": "01/01/2026"}
    client.post(reverse("appointments:edit", args=[given.pk]), edit)
    given.refresh_from_db()
    assert given.capacity == ""


def sheet(*rows):
    book = Workbook()
    head = ["Họ và tên", "Đơn vị", "Chức vụ", "Vai trò", "Tư cách ký"]
    for row in (head, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return people_sheet.read(file.getvalue())


def test_heads_and_capacities_come_with_a_sheet(agency, unit, admin):
    name = unit.name
    found = sheet(["Lê Thị Trưởng", name, "Trưởng phòng", "Trưởng đơn vị", "tl"])
    people_import.carry_out(agency, found, by=admin)
    given = Appointment.objects.get(role="unit_head")
    assert (given.unit, given.capacity, str(given.person)) == (unit, "TL.", "Lê Thị Trưởng")


def test_a_sheet_says_what_is_missing_of_a_head(agency, admin):
    found = sheet(["Lê Thị Trưởng", "", "Trưởng phòng", "Trưởng đơn vị", "XYZ"])
    assert people_import.check(agency, found) == []
    assert [error.partition(" ")[0] for error in found[0].errors] == ["Vai", "Tư"]
