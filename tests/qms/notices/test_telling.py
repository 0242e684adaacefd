"""Notices: once per person, in the transaction of the act, worded when shown; whole audiences by
the background process."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from qms import notices
from qms.models import DueWork, MailSettings, Notice, User, Way
from qms.notices import kinds, telling
from qms.work import due

pytestmark = pytest.mark.django_db


def test_each_is_told_once_under_a_key_and_who_did_it_is_not(rain, reader, officer, author):
    rain([reader, officer, author], exclude=author)
    rain([reader, officer])
    assert sorted(Notice.objects.values_list("person", flat=True)) == sorted(
        [reader.pk, officer.pk]
    )


def test_a_notice_goes_with_an_act_that_is_undone(rain, reader):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        rain([reader])
        _ = 1 / 0
    assert not Notice.objects.exists()


def test_a_deactivated_account_is_told_nothing(rain, reader):
    reader.is_active = False
    rain([reader])
    assert not Notice.objects.exists()


def test_the_sentence_is_worded_from_kind_and_facts_with_days_as_officials_write_them(rain, reader):
    rain([reader], facts={"place": "Phú\n Xuân", "day": datetime.date(2026, 9, 5)})
    one = Notice.objects.get()
    assert one.facts == {"place": "Phú Xuân", "day": {"day": "2026-09-05"}}
    assert kinds.worded(one.kind, one.facts) == "Mưa ở Phú Xuân từ 05/09/2026"


@pytest.mark.parametrize(("kind", "facts"), [("gone", {}), ("rain", {}), ("rain", {"place": "%s"})])
def test_an_unknown_sentence_says_that_there_is_something_new(sky, kind, facts):
    assert kinds.worded(kind, facts) == "Có thông báo mới."


def test_a_person_or_a_moment_is_not_a_fact(rain, reader):
    for value in (reader, timezone.now(), None, {"email": "a@example.org"}):
        with pytest.raises(TypeError):
            rain([reader], facts={"place": value})


def test_an_unknown_kind_or_audience_is_a_fault_of_the_program(rain, reader):
    with pytest.raises(KeyError):
        rain([reader], kind="snow")
    with pytest.raises(KeyError):
        notices.announce("nobody", {}, "rain", key="1", url="/", facts={})
    with pytest.raises(KeyError):
        notices.announce("named", {}, "snow", key="1", url="/", facts={})


@pytest.mark.parametrize(
    ("kind", "chosen", "way"),
    [
        ("rain", {}, Way.DAILY),
        ("rain", {"sky": "none"}, Way.NONE),
        ("rain", {"sky": "now"}, Way.NOW),
        ("rain", {"sky": "by pigeon"}, Way.DAILY),
        ("rain", {"sea": "now"}, Way.DAILY),
        ("storm", {"sky": "none"}, Way.DAILY),
        ("storm", {"sky": "weekly"}, Way.WEEKLY),
    ],
)
def test_the_way_is_the_persons_choice_unless_it_would_silence_what_must_be_told(
    rain, reader, kind, chosen, way
):
    MailSettings.objects.create(person=reader, ways=chosen)
    rain([reader], kind=kind, facts={"place": "Huế", "day": "nay", "number": 5})
    assert Notice.objects.get().mail == way


def test_an_announcement_reaches_thousands_in_pieces_each_of_them_once(sky, agency, monkeypatch):
    User.objects.bulk_create(User(username=f"dân {number:02}") for number in range(12))
    monkeypatch.setattr(telling, "AT_A_TIME", 5)
    facts = {"place": "Huế", "day": "nay"}
    with transaction.atomic():
        notices.announce(
            "named", {"begins": "dân"}, "rain", key="r", url="/", facts=facts, agency=agency
        )
    assert not Notice.objects.exists()
    assert due.run_due() == 3
    assert Notice.objects.filter(agency=agency).count() == 12
    for work in DueWork.objects.all():
        telling.expand(work.data)  # a batch that is repeated after a kill
    assert Notice.objects.count() == 12


def test_an_announcement_tells_only_those_who_may_see_what_it_is_about(sky, reader, officer):
    notices.register_audience(
        "named",
        lambda about: User.objects.all(),
        lambda about, people: [one for one in people if one.pk != officer.pk],
    )
    notices.announce("named", {}, "storm", key="s", url="/", facts={"number": 1}, exclude=None)
    due.run_due()
    assert list(Notice.objects.values_list("person", flat=True)) == [reader.pk]


def test_notices_are_forgotten_after_90_days(rain, reader):
    rain([reader])
    now = timezone.now()
    telling.tidy(now + datetime.timedelta(days=89))
    assert Notice.objects.count() == 1
    telling.tidy(now + datetime.timedelta(days=91))
    assert not Notice.objects.exists()
