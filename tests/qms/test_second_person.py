"""Issuing, reviewing and approving need a second person; an administrator's gain of such a role is
reported."""

import datetime

import pytest
from django.core import mail

from qms.clock import today
from qms.errors import Refused
from qms.lifecycle import people
from qms.models import Appointment, Event, Unit
from qms.roles import Role

KEYS = [Role.OFFICER, Role.REVIEWER, Role.APPROVER]


@pytest.fixture
def head(appoint, agency):
    return with_address(appoint("giam.doc", "approver", agency, name="Vương Giám Đốc"))


def with_address(person):
    person.email = person.confirmed_email = f"{person.username}@example.org"
    person.save()
    return person


@pytest.mark.parametrize("role", KEYS)
def test_an_administrator_does_not_give_such_a_role_to_themselves(admin, agency, role):
    with pytest.raises(Refused, match="nhờ một quản trị khác"):
        people.appoint(admin, role, agency, by=admin)
    assert not Appointment.objects.filter(person=admin, role=role).exists()


@pytest.mark.parametrize("role", KEYS)
def test_nor_does_a_system_administrator(system_admin, agency, role):
    with pytest.raises(Refused, match="nhờ một quản trị khác"):
        people.appoint(system_admin, role, agency, by=system_admin)


def test_nor_does_anybody_prolong_their_own(admin, agency, appoint):
    appoint("quantri.stp", "officer", agency, ends_on=today())
    given = Appointment.objects.get(person=admin, role=Role.OFFICER)
    for days in (
        {"ends_on": None},
        {"ends_on": today() + datetime.timedelta(days=1)},
        {"starts_on": datetime.date(2019, 1, 1)},
    ):
        with pytest.raises(Refused):
            people.change_appointment(Appointment.objects.get(pk=given.pk), by=admin, **days)
    people.change_appointment(given, by=admin, post="Thư ký")
    people.end_appointment(given, by=admin)


def test_nobody_moves_to_another_unit_as_its_head_or_takes_a_capacity_to_sign_in(
    admin, agency, appoint
):
    one, two = (Unit.objects.create(agency=agency, name=name) for name in ("Một", "Hai"))
    appoint("quantri.stp", "unit_head", agency, unit=one)
    given = Appointment.objects.get(person=admin, role=Role.UNIT_HEAD)
    for change in ({"unit": two}, {"capacity": "TM."}):
        with pytest.raises(Refused, match="nhờ một quản trị khác"):
            people.change_appointment(given, by=admin, **change)
    given.refresh_from_db()
    people.change_appointment(given, by=admin, unit=one, capacity="", post="Trưởng phòng")
    second = appoint("quantri2.stp", "agency_admin", agency)
    people.change_appointment(given, by=second, unit=two, capacity="TM.")


def test_another_administrator_gives_it_and_head_and_officers_get_a_mail(
    admin, appoint, agency, officer, head, stranger
):
    second = appoint("quantri2.stp", "agency_admin", agency, name="Lý Quản Trị Hai")
    with_address(officer)
    with_address(stranger)
    people.appoint(admin, Role.OFFICER, agency, by=second)
    assert sorted(m.to[0] for m in mail.outbox) == [
        "giam.doc@example.org",
        "officer@example.org",
    ]
    assert "Ngô Thị Quản Trị (quantri.stp)" in mail.outbox[0].body
    assert "Người giao: Lý Quản Trị Hai." in mail.outbox[0].body
    act = Event.objects.get(kind="administrator_gained")
    assert (act.agency, act.by, act.data) == (
        agency,
        second,
        {"role": "officer", "told": "giam.doc, officer"},
    )


def test_a_role_for_somebody_who_does_not_administer_is_not_announced(admin, reader, agency, head):
    people.appoint(reader, Role.OFFICER, agency, by=admin)
    assert mail.outbox == []
    assert not Event.objects.filter(kind="administrator_gained").exists()
