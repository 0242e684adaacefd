"""The clock of the machine is set back or forward: the journal keeps its order, due work is done once, sessions end by their own time."""

import datetime

import pytest
from django.utils import timezone

from qms.models import DueWork, Event
from qms.proof import journal
from qms.work import due

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def set_clock(monkeypatch):
    """set_clock(timedelta) -> the clock shows so much more (or less) than it should."""
    real = timezone.now

    def to(difference: datetime.timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + difference)

    return to


def test_the_journal_keeps_its_order_when_the_clock_is_set_back_and_forward(agency, set_clock):
    for number, moved in enumerate((DAY, -30 * DAY, 400 * DAY)):
        set_clock(moved)
        journal.append("trial", f"x:{number}", agency=agency, by=None)
    said = Event.objects.filter(agency=agency, kind="trial").order_by("number")
    assert [event.subject for event in said] == ["x:0", "x:1", "x:2"]
    assert said[1].at < said[0].at
    assert list(journal.faults()) == []


def test_due_work_is_done_once_whatever_the_clock_does(set_clock, monkeypatch):
    done = []
    monkeypatch.setattr(due, "_KINDS", {"trial": done.append})
    due.plan("trial:1", "trial", {"n": 1}, timezone.now() + DAY)
    assert due.run_due() == 0
    set_clock(2 * DAY)
    assert due.run_due() == 1
    set_clock(-2 * DAY)
    assert due.run_due() == 0
    due.plan("trial:1", "trial", {"n": 1}, timezone.now() - DAY)
    set_clock(5 * DAY)
    assert due.run_due() == 0
    assert done == [{"n": 1}]
    assert DueWork.objects.get().done_at is not None


def test_a_session_ends_with_a_clock_set_forward_and_lives_with_one_set_back(
    client, reader, set_clock
):
    client.force_login(reader)
    set_clock(-30 * DAY)
    assert client.get("/").wsgi_request.user.is_authenticated
    set_clock(DAY)
    assert not client.get("/").wsgi_request.user.is_authenticated
