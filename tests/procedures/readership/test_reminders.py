"""Morning notices: reading that is new, late or left, and reviews escalated upwards."""

import datetime

import pytest
from django.utils import timezone

from procedures.models import ChangeRequest
from procedures.readership import reminders
from procedures.readership.reading import lifecycle as reading
from procedures.readership.reviews import lifecycle as reviews
from qms.clock import on_day, today
from qms.models import DueWork, Notice
from qms.work import due
from tests.kept import kept
from tests.procedures.readership.conftest import days, make_rule

pytestmark = pytest.mark.django_db
DUE = datetime.date(2027, 1, 5)  # of the procedure's first review


@pytest.fixture
@kept
def boss(cast, appoint):
    return appoint("boss", "unit_head", cast.agency, name="Vũ Đầu Phòng", unit=cast.field)


def told(cast, day):
    """{(kind, person)} of the new notices on that day."""
    before = set(Notice.objects.values_list("pk", flat=True))
    with on_day(day):
        reminders.remind({"agency": cast.agency.pk})
    rows = Notice.objects.exclude(pk__in=before).select_related("person")
    return {(row.kind, row.person.username) for row in rows}


def test_readers_are_told_what_is_new_what_became_late_and_on_mondays_what_is_left(cast, rule):
    reading.confirm(cast.version, by=cast.owner)
    both = {"clerk", "colleague"}
    assert told(cast, today()) == {("reading_new", one) for one in both}
    assert told(cast, today()) == set()
    assert told(cast, today() + days(1)) == {("reading_week", one) for one in both}  # a Monday
    assert told(cast, today() + days(2)) == set()
    assert told(cast, today() + days(8)) == {
        (kind, one) for one in both for kind in ("reading_late", "reading_week")
    }
    assert Notice.objects.filter(kind="reading_week").first().facts == {"count": 1, "late": 1}


def test_nothing_is_said_where_there_is_no_rule(cast):
    assert told(cast, today()) == set()


def test_a_review_is_told_ten_days_before_and_then_up_the_line(cast, boss):
    def procedure(day):  # the form has neither owner nor unit: its officers are notified
        return {one for one in told(cast, day) if one[1] != "officer"}

    assert procedure(DUE - days(11)) == set()
    assert procedure(DUE - days(10)) == {("review_soon", "owner")}
    assert procedure(DUE - days(9)) == set()
    assert procedure(DUE) == set()
    assert procedure(DUE + days(1)) == {("review_late", "boss")}
    officers = {("review_late", "officer")}
    assert told(cast, DUE + days(8)) == officers
    assert procedure(DUE + days(15)) == {("review_late", "head")}
    assert procedure(DUE + days(40)) == set()


def test_what_was_missed_is_told_within_a_week_and_what_was_decided_is_not(cast, boss):
    assert ("review_late", "boss") in told(cast, DUE + days(3))
    with on_day(DUE + days(4)):
        reviews.review(
            cast.version, verdict="keep", reason="Vẫn đúng", next_on=DUE + days(300), by=boss
        )
    form = {("review_late", "officer")}
    assert told(cast, DUE + days(8)) <= form


def test_each_agency_is_looked_at_once_a_morning(cast):
    early, seven = (timezone.make_aware(datetime.datetime(2026, 11, 30, hour)) for hour in (6, 7))
    assert reminders.plan_today(early) == 0
    assert reminders.plan_today(seven) == 2
    assert reminders.plan_today(seven) == 0
    due.run_due(seven)
    rows = DueWork.objects.filter(kind=reminders.WORK)
    assert [(row.done_at is not None, row.error) for row in rows] == [(True, "")] * 2


# -- consequences of a verdict


def decide(cast, verdict, by):
    return reviews.review(
        cast.version, verdict=verdict, reason="Căn cứ pháp lý đã thay", by=by,
        next_on=today() + days(60),
    )  # fmt: skip


def test_revise_opens_a_change_request(cast):
    made = decide(cast, "revise", cast.owner)
    request = ChangeRequest.objects.get()
    assert (request.source, request.what, request.by, request.version) == (
        f"review:{made.pk}", "Căn cứ pháp lý đã thay", cast.owner, cast.version,
    )  # fmt: skip


def test_withdraw_tells_the_officers_and_keep_tells_nobody(cast):
    decide(cast, "withdraw", cast.owner)
    (row,) = Notice.objects.filter(kind="review_withdraw")
    assert (row.person, row.facts) == (cast.officer, {"title": "QT-05 Cấp phiếu"})
    assert not ChangeRequest.objects.exists()


def test_a_new_rule_for_thousands_needs_no_row_of_its_own(cast):
    make_rule(cast, audience={"everyone": True})
    assert not Notice.objects.exists()
