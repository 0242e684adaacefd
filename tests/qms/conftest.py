"""More of the cast: agency administrators of two agencies, and canary words in what the other agency keeps."""

import pytest
from django.urls import reverse

from qms.models import Appointment, Unit

CANARY = "Hoàng Yến"


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query)


@pytest.fixture
def admin(appoint, agency):
    """The administrator of the agency."""
    return appoint("quantri.stp", "agency_admin", agency, name="Ngô Thị Quản Trị")


@pytest.fixture
def other_admin(appoint, other_agency):
    return appoint("quantri.snv", "agency_admin", other_agency, name="Bùi Quản Trị Khác")


@pytest.fixture
def unit(agency):
    return Unit.objects.create(agency=agency, name="Phòng Nghiệp vụ", code="NV")


@pytest.fixture
def foreign(appoint, other_agency):
    """A unit, a person, an appointment of another agency, each with the canary word."""
    unit = Unit.objects.create(agency=other_agency, name=f"Phòng {CANARY}", code="HY")
    person = appoint(
        "hoangyen",
        "officer",
        other_agency,
        name=f"Vũ {CANARY}",
        unit=unit,
        post=f"Chuyên viên {CANARY}",
    )
    return {
        "unit": unit,
        "person": person,
        "appointment": Appointment.objects.get(person=person),
        "agency": other_agency,
    }
