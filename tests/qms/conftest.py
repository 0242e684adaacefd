"""More of the cast: agency administrators of two agencies, and canary words in the other agency's
data."""

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from qms import notices
from qms.models import Appointment, Unit, User, Way
from qms.notices import kinds, telling

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


@pytest.fixture
def code_of(monkeypatch):
    """The code that an app shows for a secret, on a clock that stands still: it does not expire
    between being typed and being checked."""
    moment = time.time()
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: moment))
    return lambda secret: totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )


# -- notices of a made-up app


@pytest.fixture
def sky():
    """A group with two kinds: `rain` can be switched off, `storm` can't; an audience: users
    whose user names begin with given letters."""
    notices.register_group("sky", "Thời tiết", way=Way.DAILY)
    notices.register_kind("rain", "Mưa ở %(place)s từ %(day)s", "sky")
    notices.register_kind("storm", "Bão số %(number)s", "sky", optional=False)
    notices.register_audience(
        "named", lambda about: User.objects.filter(username__startswith=about["begins"])
    )
    yield
    kinds.forget("rain")
    kinds.forget("storm")
    kinds._GROUPS.pop("sky")
    telling._AUDIENCES.pop("named")


@pytest.fixture
def rain(sky, agency):
    """rain(people, key="1", …) notifies them of rain."""

    def tell(people, key="rain:1", kind="rain", url="/mua/", facts=None, **more):
        facts = facts or {"place": "Huế", "day": "hôm nay"}
        notices.tell(people, kind, key=key, url=url, facts=facts, agency=agency, **more)

    return tell
