"""Text inside files, and people in their posts, are found by nobody else, by whatever words and
ways."""

import re

import pytest

from procedures.models import FileText
from qms.roles import Role
from tests.permissions.asks import Ask
from tests.permissions.canary import (
    BETA,
    DRAFT,
    FILE_BAIT,
    HIDDEN,
    ISSUED,
    NAME_BAIT,
    PEOPLE,
    City,
    word,
)
from tests.permissions.test_roles_table import ROWS, listed
from tests.permissions.walker import Walker

pytestmark = pytest.mark.django_db

ADDRESSES = [
    address.format(bait)
    for bait in (FILE_BAIT, NAME_BAIT)
    for address in (
        "/tim-kiem/?q={}", "/tim-kiem/?q={}&cu=1", "/tim-kiem/?q={}&kind=person&kind=form&kind=procedure", "/tim-kiem/?q={}&page=2",
        "/tim-kiem/goi-y/?q={}", "/admin/tai-lieu/?q={}",
    )
]  # fmt: skip
PLACES = [(DRAFT, "formbytes"), (ISSUED, "attachedbytes"), (PEOPLE, "nameofficer")]


def told(city: City, role: str, person=None) -> set[str]:
    walker = Walker(city, role, person=person)
    walker.pattern = re.compile(r"zzcanary[a-z0-9]*") if person else walker.pattern
    return {
        canary
        for address in ADDRESSES
        for canary in walker.leaks(walker.ask(Ask("", "GET", address)))
    }


def test_the_files_were_read(city: City):
    texts = FileText.objects.values_list("text", flat=True)
    assert [word(BETA, kind, place) in " ".join(texts) for kind, place in PLACES[:2]] == [
        True,
        True,
    ]


def test_those_whose_it_is_are_told(city: City):
    own = told(city, Role.OFFICER, city.beta.people[Role.OFFICER])
    assert [place for kind, place in PLACES if word(BETA, kind, place) not in own] == []


@pytest.mark.parametrize("role", HIDDEN)
def test_nobody_else_is_told(city: City, role: str):
    assert told(city, role) == set()


@pytest.mark.parametrize("role", HIDDEN)
def test_people_are_listed_and_found_exactly_where_the_table_of_roles_says(city: City, role: str):
    walker, sees = Walker(city, role), listed(role, "sees") if role in ROWS else set()
    expected = [bool(sees & {"people", "all people"}), "all people" in sees]
    lists = [
        walker.ask(Ask("", "GET", f"/a/{tenant.agency.pk}/can-bo/")).status
        for tenant in (city.alpha, city.beta)
    ]
    assert lists == [200 if may else 404 for may in expected]
    for tenant, may in zip((city.alpha, city.beta), expected, strict=True):
        said = walker.ask(
            Ask("", "GET", f"/tim-kiem/?q={NAME_BAIT}&agency={tenant.agency.pk}")
        ).said
        assert (word(tenant.key, PEOPLE, "namereader") in said) == may
