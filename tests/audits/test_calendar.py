"""A person's audits at a personal URL: parsed by a calendar library, renewed, invalid once account,
appointment or audit ends."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from audits.calendar import addresses, feed
from audits.models import Audit, CalendarAddress, Member
from qms import access
from qms.clock import today
from qms.models import Appointment, User
from tests.audits.conftest import days, plan_row

pytestmark = pytest.mark.django_db


def path_of(person):
    return "/" + addresses.renew(person).partition("://")[2].partition("/")[2]


def events(client, path):
    answer = client.get(path)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer["Cache-Control"]
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_library_reads_audits_and_own_lines(cast, client, audit, row):
    found = events(client, path_of(cast.auditor))
    day, hour = found
    assert (str(day["summary"]), day.decoded("dtstart")) == (audit.title, audit.starts_on)
    assert day.decoded("dtend") == audit.ends_on + days(1)
    assert str(hour["summary"]) == cast.field.name
    assert hour.decoded("dtstart") == row.starts_at and hour.decoded("dtend") == row.ends_at
    assert len({str(one["uid"]) for one in found}) == 2
    assert str(day["url"]).endswith(audit.get_absolute_url())


def test_moved_it_keeps_its_uid(cast, client, audit, row):
    path = path_of(cast.auditor)
    before = {str(one["uid"]) for one in events(client, path)}
    plan_row(cast, audit, row=row, starts_at=row.starts_at + datetime.timedelta(hours=1),
             ends_at=row.ends_at + datetime.timedelta(hours=1))  # fmt: skip
    after = events(client, path)
    assert {str(one["uid"]) for one in after} == before
    assert after[1].decoded("dtstart") == row.starts_at + datetime.timedelta(hours=1)


def test_everybody_sees_their_own(cast, client, audit, row):
    number = {
        name: len(events(client, path_of(getattr(cast, name))))
        for name in ("auditor", "lead", "officer", "head", "idle", "clerk", "stranger", "overseer")
    }
    assert number == {
        "auditor": 2, "lead": 1, "officer": 1, "head": 1, "idle": 0, "clerk": 0, "stranger": 0, "overseer": 0,
    }  # fmt: skip


def test_the_ended_and_the_cancelled_are_left_out(cast, client, audit, row):
    path = path_of(cast.auditor)
    Member.objects.filter(person=cast.auditor).update(
        starts_on=today() - days(3), ends_on=today() - days(1)
    )
    assert events(client, path) == []
    path = path_of(cast.officer)
    Audit.objects.update(state="cancelled")
    assert events(client, path) == []


def test_a_new_address_kills_the_old_one(cast, client, audit):
    old, new = path_of(cast.lead), path_of(cast.lead)
    assert client.get(old).status_code == 404 and client.get(new).status_code == 200
    addresses.end(cast.lead)
    assert client.get(new).status_code == 404
    assert client.get("/lich-danh-gia/abc.ics").status_code == 404


@pytest.mark.parametrize("ended", ["account", "appointment"])
def test_it_dies_with_account_and_appointment(cast, client, audit, ended):
    path = path_of(cast.lead)
    if ended == "account":
        User.objects.filter(pk=cast.lead.pk).update(is_active=False)
    else:
        Appointment.objects.filter(person=cast.lead).update(ends_on=today() - days(1))
    assert client.get(path).status_code == 404


def test_only_a_hash_is_kept(cast):
    token = path_of(cast.lead).rpartition("/")[2].removesuffix(".ics")
    kept = CalendarAddress.objects.get(person=cast.lead)
    assert token not in kept.hash and len(kept.hash) == 64


def test_the_page_shows_an_address_once(cast, client, audit):
    address = reverse("audit_calendar")
    client.force_login(cast.lead)
    assert "Lập địa chỉ lịch" in client.get(address).content.decode()
    assert "/lich-danh-gia/" in client.post(address).content.decode()
    again = client.get(address).content.decode()
    assert "/lich-danh-gia/" not in again and "Lập địa chỉ mới" in again
    assert client.post(reverse("audit_calendar_end")).status_code == 302
    assert not CalendarAddress.objects.exists()


def test_many_audits_take_as_many_queries_as_one(cast, audit, row):
    def queries():
        access.forget(cast.officer)
        with CaptureQueriesContext(connection) as found:
            feed.of_person(cast.officer)
        return len(found)

    before = queries()
    for number in range(20):
        Audit.objects.create(
            agency=cast.agency, body=cast.agency, title=f"A{number}", starts_on=today(), ends_on=today()
        )  # fmt: skip
    assert queries() == before
    assert len(Calendar.from_ical(feed.of_person(cast.officer)).walk("VEVENT")) == 21


def test_what_changes_is_in_the_next_reading(cast, client, audit):
    path = path_of(cast.officer)

    def read():
        (one,) = events(client, path)
        return str(one["summary"]), one["dtstart"].dt, str(one["status"]), one["dtstamp"].dt

    name, starts, status, stamped = read()
    assert (name, starts, status) == (audit.title, audit.starts_on, "TENTATIVE")
    assert stamped <= timezone.now()
    Audit.objects.update(title="Đợt bổ sung", starts_on=starts - days(1), state=Audit.State.PLANNED)
    assert read()[:3] == ("Đợt bổ sung", starts - days(1), "CONFIRMED")
