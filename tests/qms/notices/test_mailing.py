"""Mails about notices: each event by each way, once, in the language of its reader."""

import datetime

import pytest
from django.utils import timezone

from qms.models import Mail, MailSettings, Notice, Way
from qms.notices import mailing

pytestmark = pytest.mark.django_db
SUNDAY = timezone.make_aware(datetime.datetime(2026, 11, 29, 12))
DAY = datetime.timedelta(days=1)


@pytest.fixture
def post(settings, reader, officer):
    """A mail server is set up and two people have addresses."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "qms.work.mail.StoringBackend", "mail.example.org"
    for person in (reader, officer):
        person.email = person.confirmed_email = f"{person.username}@example.org"
        person.save()


@pytest.fixture
def told(post, rain, reader):
    """told("rain", "daily"): the reader, with this setting, was notified on Sunday at noon."""

    def tell(kind="rain", way="now", people=(reader,), key="1"):
        MailSettings.objects.update_or_create(person=reader, defaults={"ways": {"sky": way}})
        facts = {"place": "Huế", "day": "nay", "number": 7}
        rain(people, kind=kind, key=key, facts=facts)
        Notice.objects.filter(key=key).update(at=SUNDAY)

    return tell


def written_at(now):
    """The number of mails written at that moment, by setting."""
    return (mailing.write_now(), mailing.write_digests(now))


# event, way -> mails written: at once, on Sunday at 20:00, on Monday at 6:59, on Monday at 7:00, on
# Tuesday at 7:00
TABLE = [
    ("rain", "now", [(1, 0), (0, 0), (0, 0), (0, 0)]),
    ("rain", "daily", [(0, 0), (0, 0), (0, 1), (0, 0)]),
    ("rain", "weekly", [(0, 0), (0, 0), (0, 1), (0, 0)]),
    ("rain", "none", [(0, 0), (0, 0), (0, 0), (0, 0)]),
    ("storm", "now", [(1, 0), (0, 0), (0, 0), (0, 0)]),
    ("storm", "daily", [(0, 0), (0, 0), (0, 1), (0, 0)]),
    ("storm", "weekly", [(0, 0), (0, 0), (0, 1), (0, 0)]),
    ("storm", "none", [(0, 0), (0, 0), (0, 1), (0, 0)]),  # can't be switched off: its default
]
MOMENTS = [datetime.datetime(2026, 11, 29, 20), datetime.datetime(2026, 11, 30, 6, 59),
           datetime.datetime(2026, 11, 30, 7), datetime.datetime(2026, 12, 1, 7)]  # fmt: skip


@pytest.mark.parametrize(("kind", "way", "mails"), TABLE)
def test_each_event_is_mailed_in_each_way_when_its_time_has_come(told, kind, way, mails):
    told(kind, way)
    assert [written_at(timezone.make_aware(moment)) for moment in MOMENTS] == mails


def test_what_was_told_on_a_monday_waits_a_week_where_that_is_wanted(told):
    told("rain", "weekly")
    Notice.objects.update(at=SUNDAY + DAY)
    days = [mailing.write_digests(SUNDAY + DAY * n) for n in range(1, 10)]
    assert days == [0, 0, 0, 0, 0, 0, 0, 1, 0]


def test_a_background_that_rested_catches_up_at_any_hour_and_on_any_day(told):
    told("rain", "weekly", key="1")
    told("rain", "daily", key="2")
    assert mailing.write_digests(SUNDAY + 3 * DAY) == 1
    assert Mail.objects.get().subject == "2 thông báo mới đến ngày 02/12/2026"


def test_one_mail_tells_all_that_waited_in_both_parts(told):
    told(key="1")
    told("storm", key="2")
    assert mailing.write_now() == 1
    mail = Mail.objects.get()
    assert mail.subject == "2 thông báo mới" and mail.private and mail.key.startswith("notice:")
    for part in (mail.body, mail.html):
        assert "Mưa ở Huế" in part and "Bão số 7" in part and "/viec/thu/" in part
    assert "http" in mail.html and "/mua/" in mail.html


def test_of_very_many_the_number_is_said(told, monkeypatch):
    monkeypatch.setattr(mailing, "SHOWN", 1)
    told(key="1")
    told("storm", key="2")
    mailing.write_now()
    assert "và 1 thông báo khác" in Mail.objects.get().body


def test_the_mail_is_in_the_language_of_its_reader(told, reader):
    told()
    MailSettings.objects.filter(person=reader).update(language="en")
    mailing.write_now()
    mail = Mail.objects.get()
    assert "Dear" in mail.body and '<html lang="en">' in mail.html


def test_what_was_read_in_the_product_is_not_mailed_any_more(told, reader):
    told("rain", "daily")
    Notice.objects.update(read_at=timezone.now())
    assert mailing.write_digests(SUNDAY + DAY) == 0
    assert not Notice.objects.to_mail().exists()


@pytest.mark.parametrize("address", ["", "none", "a@b\nc@d"])
def test_who_has_no_address_is_told_in_the_product_alone(told, reader, address):
    told()
    reader.email = reader.confirmed_email = address
    reader.save()
    assert mailing.write_now() == 0
    assert Notice.objects.filter(person=reader).unread().count() == 1
    assert not Notice.objects.to_mail().exists()


def test_who_left_or_holds_no_post_gets_no_mail(told, reader, officer):
    told(people=(reader, officer))
    reader.appointments.update(ends_on=datetime.date(2021, 1, 1))
    officer.is_active = False
    officer.save()
    assert mailing.write_now() == 0
    assert mailing.write_digests(SUNDAY + DAY) == 0


def test_without_a_mail_server_nothing_piles_up(told, settings):
    settings.EMAIL_HOST = ""
    told()
    assert mailing.write_now() == 0
    settings.EMAIL_HOST = "mail.example.org"
    assert mailing.write_now() == 0
    assert not Mail.objects.exists()


def test_a_notice_written_after_the_digest_of_its_morning_gets_one_of_its_own(told):
    told("rain", "daily", key="1")
    assert mailing.write_digests(SUNDAY + DAY) == 1
    told("storm", "daily", key="2")
    assert mailing.write_digests(SUNDAY + DAY) == 1
    assert Mail.objects.count() == 2


def test_the_morning_is_seven_in_the_city():
    utc = datetime.UTC
    before = datetime.datetime(2026, 11, 29, 23, 59, tzinfo=utc)  # 6:59 on Monday in Huế
    assert mailing.last_seven(before) == datetime.datetime(2026, 11, 29, 0, tzinfo=utc)
    after = before + datetime.timedelta(minutes=1)
    assert mailing.last_seven(after) == datetime.datetime(2026, 11, 30, 0, tzinfo=utc)


def test_private_mails_of_notices_are_in_no_list(client, told, system_admin):
    told()
    mailing.write_now()
    client.force_login(system_admin)
    assert "Mưa ở" not in client.get("/admin/mails/").content.decode()


def test_many_people_are_written_to_in_pieces(told, reader, officer, monkeypatch):
    monkeypatch.setattr(mailing, "AT_A_TIME", 1)
    told("storm", "daily", people=(reader, officer))
    assert mailing.write_digests(SUNDAY + DAY) == 2
    assert sorted(Mail.objects.values_list("person", flat=True)) == sorted([reader.pk, officer.pk])


def test_ways_cover_what_the_table_covers():
    assert {way for _kind, way, _mails in TABLE} == set(Way.values)
