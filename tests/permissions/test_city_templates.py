"""A template of the city whose document only one agency may still read: those who draft there see
why to begin from it, those who keep the list may drop it, nobody else learns of it."""

import pytest

from qms.roles import CITY_ROLES, Role
from tests.permissions.asks import Ask
from tests.permissions.canary import ALPHA, BETA, HIDDEN, OFFERED, City, word
from tests.permissions.walker import Walker

pytestmark = pytest.mark.django_db
LISTS = ("/mau-thanh-pho/", "/admin/tai-lieu/moi/")
DRAFTERS = {Role.OFFICER, Role.AUTHOR}


@pytest.mark.parametrize("role", HIDDEN)
def test_only_drafters_of_the_agency_and_keepers_see_it(city: City, role: str):
    walker = Walker(city, role)
    said = [walker.ask(Ask("", "GET", address)).said for address in LISTS]
    alpha, beta = word(ALPHA, OFFERED, "note"), word(BETA, OFFERED, "note")
    assert (alpha in said[0]) == (role in DRAFTERS | CITY_ROLES)
    assert alpha not in said[1]  # who drafts in the agency alone copies its documents instead
    assert (beta in said[0]) == (role in CITY_ROLES)
    assert beta not in said[1]


@pytest.mark.parametrize("role", HIDDEN)
def test_only_keepers_of_the_list_drop_it(city: City, role: str):
    walker = Walker(city, role)
    walker.harmless = ()
    row = city.beta.ids[0]
    answer = walker.ask(Ask("", "POST", f"/mau-thanh-pho/{row}/bo/"))
    changed = [change.partition(":")[0] for change in answer.changes]
    assert ("procedures.CityTemplate" in changed) == (role in CITY_ROLES)
    assert answer.status in ({302} if role in CITY_ROLES else {302, 403, 404})
