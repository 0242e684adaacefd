"""Queries that are composed once: each person still gets their own rows, and a new day its own."""

import datetime

import pytest
from django.db.models import Q

from qms import access, kept_sql
from qms.clock import on_day, today
from qms.models import Appointment, Unit

pytestmark = pytest.mark.django_db


def held(user):
    access.forget(user)
    return [(a.role, a.agency_id, a.unit_id) for a in access.appointments(user)]


def test_each_person_gets_their_own_appointments(officer, reader, agency, other_agency):
    unit = Unit.objects.create(agency=other_agency, code="VP", name="Văn phòng")
    Appointment.objects.create(person=reader, role="author", agency=other_agency, unit=unit)
    assert held(officer) == [("officer", agency.pk, None)]
    assert sorted(held(reader)) == [
        ("author", other_agency.pk, unit.pk),
        ("reader", agency.pk, None),
    ]
    assert held(officer) == [("officer", agency.pk, None)]


def test_appointments_come_with_agency_and_unit_in_one_query(
    reader, agency, django_assert_num_queries
):
    unit = Unit.objects.create(agency=agency, code="VP", name="Văn phòng")
    Appointment.objects.filter(person=reader).update(unit=unit, post="Chuyên viên")
    for _ in range(2):  # composed, then kept
        access.forget(reader)
        with django_assert_num_queries(1):
            [one] = access.appointments(reader)
            assert (one.agency, one.unit, one.post) == (agency, unit, "Chuyên viên")
            assert one.agency.name == agency.name and one.unit.name == "Văn phòng"


def test_a_new_day_has_its_own_appointments(reader, agency):
    day = today()
    Appointment.objects.filter(person=reader).update(ends_on=day)
    assert held(reader) == [("reader", agency.pk, None)]
    with on_day(day + datetime.timedelta(days=1)):
        assert held(reader) == []
    assert held(reader) == [("reader", agency.pk, None)]


def test_a_query_that_does_not_name_the_id_once_is_refused():
    twice = kept_sql.ANY_ID

    def compose(pk):
        return Appointment.objects.filter(Q(person=pk) | Q(agency=twice))

    for key, query in (("twice", compose), ("never", lambda _: Appointment.objects.all())):
        with pytest.raises(ValueError, match="exactly one place"):
            kept_sql.instances(("test", key), query, 1)
