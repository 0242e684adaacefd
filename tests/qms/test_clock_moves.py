"""The machine's clock is set back or forward: the journal keeps its order, due work is done once,
sessions end by their own time."""

import datetime
import time
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse
from django.utils import timezone

from qms import access
from qms.accounts import addresses, links
from qms.models import Appointment, DueWork, Event
from qms.proof import journal
from qms.work import due

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def set_clock(monkeypatch):
    """set_clock(timedelta) -> shifts the clock by that much."""
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


def page_of(client, token: str) -> int:
    return client.get(reverse("one_time_link", args=[token])).status_code


def test_a_link_ends_with_a_clock_set_forward_and_a_used_one_stays_used_with_one_set_back(
    client, reader, set_clock
):
    token = links.make(reader, by=None)
    set_clock(8 * DAY)
    assert page_of(client, token) == 410
    set_clock(0 * DAY)
    links.use(token, password="mot-cau-de-nho-that-dai")
    set_clock(-30 * DAY)
    assert page_of(client, token) == 410


def test_a_link_that_a_newer_one_replaced_stays_dead_with_a_clock_set_back(
    client, reader, set_clock
):
    older = links.make(reader, by=None)
    newer = links.make(reader, by=None)
    set_clock(-30 * DAY)
    assert (page_of(client, older), page_of(client, newer)) == (410, 200)


def test_no_more_confirmations_are_mailed_with_a_clock_set_back(reader, set_clock, settings):
    settings.EMAIL_HOST = "mail.example.org"
    reader.email = "can.bo@example.org"
    reader.save()
    for _time in range(addresses.MOST_A_DAY):
        addresses.ask(reader, by=reader)
    set_clock(-30 * DAY)
    assert "ngày mai" in addresses.why_not_asked(reader)
    set_clock(DAY)
    assert addresses.why_not_asked(reader) == ""


def test_a_code_of_the_second_factor_is_good_for_its_half_minute_and_once(reader, monkeypatch):
    secret = totp.generate_totp_secret()
    factor = totp.TOTP.activate(reader, secret)
    now = time.time()

    def clock_shows(seconds: float) -> None:
        monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: seconds))

    clock_shows(now)
    code = totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )
    for moved in (-3600, 3600):
        clock_shows(now + moved)
        assert not factor.validate_code(code)
    clock_shows(now)
    assert factor.validate_code(code)
    assert not factor.validate_code(code)


def test_an_appointment_holds_on_the_days_that_the_clock_shows(appoint, agency, set_clock):
    person = appoint("tam", "officer", agency)
    day = timezone.localdate()
    Appointment.objects.filter(person=person).update(starts_on=day, ends_on=day + 9 * DAY)
    held = []
    for moved in (0, -1, 9, 10, 0):
        set_clock(moved * DAY)
        access.forget(person)
        held.append(access.has_role(person, agency, "officer"))
    assert held == [True, False, True, False, True]
