"""A version takes effect on the day that the clock shows, even if the clock is moved and moved
back."""

import datetime

import pytest
from django.utils import timezone

from procedures.reader import queries
from qms.clock import today

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
ISSUED = frozenset({"issued"})


def test_a_version_waits_holds_and_waits_again(make_document, agency, officer, monkeypatch):
    page = make_document(agency, officer, issued=f"{today()}", effective=f"{today() + 30 * DAY}")
    real = timezone.now
    states = []
    for moved in (0, 29, 30, 400, -400, 0):
        monkeypatch.setattr(timezone, "now", lambda moved=moved: real() + moved * DAY)
        states.append(queries.statuses(page.pk, ISSUED)[0].state)
    assert states == ["waiting", "waiting", "in_force", "in_force", "waiting", "waiting"]


def test_what_is_issued_with_the_clock_set_back_holds_at_once(
    make_document, agency, officer, monkeypatch
):
    page = make_document(agency, officer, issued=f"{today()}")
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() - 30 * DAY)
    other = make_document(agency, officer, code="QT-77", issued=f"{today()}")
    assert queries.statuses(other.pk, ISSUED)[0].state == "in_force"
    assert queries.statuses(page.pk, ISSUED)[0].state == "waiting"
