"""Nothing of an agency is told to a stranger, at any address, by GET or POST, whatever ids stand in path, query or form."""

import os
import re

import pytest

from qms.roles import Role
from tests.permissions.canary import BETA, DRAFT, HIDDEN, ISSUED, OWN, PEOPLE, City, word
from tests.permissions.walker import Ask, Walker, fillings, patterns, walk

pytestmark = pytest.mark.django_db

SAMPLED = ("officer", "author", "agency_admin", "reader", "nobody")
EXTRA = int(os.environ.get("QMS_WALK_EXTRA", "150"))  # further requests for each person, drawn by a seed


@pytest.fixture(scope="module")
def told(city: City) -> set[str]:
    """The canaries that Beta's own people are told, each by what is theirs."""
    found: set[str] = set()
    for role in (Role.OFFICER, Role.AUTHOR, Role.AGENCY_ADMIN):
        walker = Walker(city, role, person=city.beta.people[role])
        walker.pattern = re.compile(r"zzcanarybeta[a-z0-9]*")
        for pattern in patterns():
            for whose, url in fillings(pattern, city, every=False):
                if whose in {"alpha", "mixed"}:
                    continue
                found |= set(walker.leaks(walker.ask(Ask(pattern.route, "GET", url))))
    return found


def test_every_address_can_be_filled(city: City):
    assert [p.route for p in patterns() if not list(fillings(p, city, every=False))] == []


def test_the_words_would_be_found_if_they_were_told(told: set[str]):
    """Beta's own people are told what strangers must not be: a walk that could find nothing would prove nothing."""
    assert {word(BETA, kind, place) for kind, place in PLAIN_TO_SEE} - told == set()


PLAIN_TO_SEE = [
    (DRAFT, "title"), (DRAFT, "code"), (DRAFT, "body"), (DRAFT, "cell"), (DRAFT, "signername"), (DRAFT, "flagmessage"), (DRAFT, "changesummary"),
    (DRAFT, "picturedescription"), (DRAFT, "picturecaption"), (DRAFT, "importname"), (DRAFT, "readingtitle"), (DRAFT, "importerror"),
    (DRAFT, "sourcename"), (DRAFT, "sourcebytes"), (OWN, "title"), (ISSUED, "title"), (ISSUED, "body"), (ISSUED, "scanname"), (ISSUED, "scanbytes"),
    (ISSUED, "picturebytes"), (ISSUED, "unitname0"), (ISSUED, "strikingreason"), (PEOPLE, "nameofficer"), (PEOPLE, "usernameofficer"),
    (PEOPLE, "post"), (PEOPLE, "unitname1"), (PEOPLE, "mailsubject"),
]  # fmt: skip


@pytest.mark.parametrize("role", SAMPLED)
def test_nothing_of_a_stranger_is_told_or_changed(city: City, told: set[str], role: str):
    report = walk(Walker(city, role), every=False, extra=EXTRA)
    assert {p.route for p in patterns()} - report.visited == set()
    if report.complaints():
        pytest.fail(report.complaints(), pytrace=False)


@pytest.mark.torture
@pytest.mark.parametrize("role", HIDDEN)
def test_nothing_of_a_stranger_is_told_or_changed_whatever_is_asked(city: City, role: str):
    """The whole matrix: every role and state of an account, every address, every query and form."""
    report = walk(Walker(city, role), every=True)
    if report.complaints():
        pytest.fail(report.complaints(), pytrace=False)


@pytest.mark.parametrize("role", [r for r in HIDDEN if r not in SAMPLED])
def test_the_others_are_told_nothing_either(city: City, role: str):
    """The remaining roles, by a smaller sample."""
    report = walk(Walker(city, role), every=False, extra=0, share=0.15 if not os.environ.get("QMS_TORTURE") else 1)
    if report.complaints():
        pytest.fail(report.complaints(), pytrace=False)
