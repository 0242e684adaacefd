"""People appointed by the steps of the product, and a search for them."""

import datetime

import pytest

from qms import access
from qms.clock import today
from qms.lifecycle import agencies, people
from qms.models import Unit, User
from search import api
from search.queue import pending

DAY = datetime.timedelta(days=1)

LONG_AGO = datetime.date(2020, 1, 1)


@pytest.fixture
def hire(agency):
    """hire("Trần Thị Hồng", "Chánh Văn phòng", unit) -> the account, appointed by the product's
    steps."""

    def make(name, post="", unit=None, *, where=None, role="reader", person=None, **days):
        if person is None:
            person = people.create(
                username=people.propose_username(name),
                name=name,
                email=f"zzmail{User.objects.count()}@example.test",
                by=None,
            )
        people.appoint(
            person,
            role,
            where or agency,
            by=None,
            unit=unit,
            post=post,
            **{"starts_on": LONG_AGO, **days},
        )
        return person

    return make


@pytest.fixture
def office(agency):
    return agencies.save_unit(Unit(agency=agency, code="VP", name="Văn phòng"), by=None)


def found(text, user=None, day=None):
    pending.flush()
    tokens = access.tokens_for(user) if user else frozenset({"public"})
    return [
        hit
        for hit in api.find(text, tokens=tokens, day=day or today()).hits
        if hit.group == "person"
    ]


def names(*args, **more):
    return [hit.title.partition(" – ")[0] for hit in found(*args, **more)]
