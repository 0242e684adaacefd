"""Periodic reviews: when they are due, who decides, the effect of a verdict, and three years of
them day by day."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from procedures import lifecycle as documents
from procedures.approval import withdrawing
from procedures.models import Review, Version
from procedures.readership import reminders
from procedures.readership.reviews import due, lifecycle
from procedures.readership.reviews.waiting import tasks
from qms import access, frame
from qms.clock import on_day, today
from qms.errors import Refused
from qms.models import Event
from tests.issuing import issue as issue_now
from tests.kept import kept, tool
from tests.procedures.readership.conftest import days, issue_again

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def boss(cast, appoint):
    return appoint("boss", "unit_head", cast.agency, name="Vũ Đầu Phòng", unit=cast.field)


def decide(cast, by=None, version=None, **facts):
    given = {"verdict": "keep", "reason": "Vẫn đúng", "next_on": today() + days(300), **facts}
    return lifecycle.review(version or cast.version, by=by or cast.officer, **given)


def next_day(cast):
    return {one.document: one.next_on for one in due.of_agencies([cast.agency])}.get(cast.page.pk)


# -- when


def test_the_first_review_is_due_by_the_period_and_the_next_by_the_verdict(cast):
    assert next_day(cast) == datetime.date(2027, 1, 5)
    decide(cast, next_on=today() + days(90))
    assert next_day(cast) == today() + days(90)


def test_a_new_version_counts_from_its_own_day(cast):
    decide(cast, next_on=today() + days(90))
    issue_again(cast)
    assert next_day(cast) == due.add_months(today(), 12)


def test_what_is_not_in_force_or_has_no_period_is_not_due(cast, make_document):
    make_document(cast.agency, cast.officer, code="QT-09", issued="2026-01-05", review_months=None)
    documents.withdraw(Version.objects.get(document=cast.form), reason="Bỏ", by=cast.officer)
    assert [one.document for one in due.of_agencies([cast.agency])] == [cast.page.pk]


def test_the_version_in_force_is_due_while_the_next_one_waits(cast):
    documents.withdraw(Version.objects.get(document=cast.form), reason="Bỏ", by=cast.officer)
    page = documents.revise_draft(cast.page.specific, by=cast.officer, change_summary="Sửa")
    later = today() + days(10)
    issue_now(page, issued_on=today(), effective_on=later, by=cast.officer)
    assert next_day(cast) == datetime.date(2027, 1, 5)
    decide(cast, next_on=today() + days(90))
    assert next_day(cast) == today() + days(90)
    with on_day(later):
        assert next_day(cast) == due.add_months(later, 12)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2026-11-30", 12, "2027-11-30"),
        ("9999-06-01", 12, "9999-12-31"),
    ],
)
def test_months_end_on_their_last_day(day, months, then):
    made = due.add_months(datetime.date.fromisoformat(day), months)
    assert made == datetime.date.fromisoformat(then)


# -- who


def test_owner_head_of_unit_and_officer_decide_and_nobody_else(cast, boss):
    last = None
    for who in (cast.owner, boss, cast.officer):
        last = decide(cast, by=who, after=last.pk if last else None)
        assert (last.by, last.by_name) == (who, str(who))
    for other in (cast.head, cast.clerk, cast.reader, cast.stranger, cast.overseer, cast.elsewhere):
        with pytest.raises(Refused, match="Chỉ người chịu trách nhiệm quá trình"):
            decide(cast, by=other, after=last.pk)
    assert Review.objects.count() == 3


def test_the_head_of_another_unit_decides_nothing(cast, appoint):
    other = appoint("other", "unit_head", cast.agency, unit=cast.office)
    with pytest.raises(Refused, match="trưởng đơn vị chủ trì"):
        decide(cast, by=other)


def test_the_owner_decides_only_while_in_the_post(cast):
    with on_day(datetime.date(2019, 12, 31)), pytest.raises(Refused):
        decide(cast, by=cast.owner)


# -- what


def test_a_verdict_is_kept_with_its_event_also_where_nothing_changes(cast):
    made = decide(cast, by=cast.owner, reason="  Căn cứ không đổi  ")
    assert (made.reason, made.on_day, made.by_post) == (
        "Căn cứ không đổi", today(), "Trưởng phòng Bổ trợ tư pháp",
    )  # fmt: skip
    event = Event.objects.filter(agency=cast.agency).last()
    assert (event.kind, event.subject, event.data["verdict"]) == (
        "reviewed", f"version:{cast.version.pk}", "keep",
    )  # fmt: skip
    rows = Review.objects.filter(pk=made.pk)
    for attempt in (lambda: rows.update(reason="Khác"), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert Review.objects.get().reason == "Căn cứ không đổi"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"reason": " \n"}, "ghi lý do"),
        ({"verdict": "burn"}, "chọn một kết luận"),
        ({"next_on": lambda: today()}, "phải sau hôm nay"),
        ({"next_on": lambda: today() - days(1)}, "phải sau hôm nay"),
        ({"next_on": lambda: due.add_months(today(), 12) + days(1)}, "12 tháng, nên lần tới"),
        ({"next_on": lambda: datetime.date.max}, "12 tháng, nên lần tới"),
    ],
)
def test_a_verdict_that_makes_no_sense_is_refused_with_a_sentence(cast, facts, said):
    facts = {name: value() if callable(value) else value for name, value in facts.items()}
    with pytest.raises(Refused, match=said):
        decide(cast, **facts)
    decide(cast, next_on=due.add_months(today(), 12))
    assert Review.objects.count() == 1


def test_a_version_issued_meanwhile_is_named_in_the_refusal(cast):
    new = issue_again(cast)
    with pytest.raises(Refused, match="Phiên bản 2 đã được ban hành ngày"):
        decide(cast)
    decide(cast, version=new)
    page = documents.revise_draft(cast.page.specific, by=cast.officer, change_summary="Sửa nữa")
    issue_now(page, issued_on=today(), effective_on=today() + days(10), by=cast.officer)
    decide(cast, version=new, after=Review.objects.get().pk)


def test_what_is_withdrawn_or_has_no_period_is_not_reviewed(cast, make_document):
    page = make_document(
        cast.agency, cast.officer, code="QT-09", issued="2026-01-05", review_months=None
    )
    with pytest.raises(Refused, match="không có chu kỳ"):
        decide(cast, version=page.versions.get())
    documents.withdraw(cast.version, reason="Bỏ", by=cast.officer)
    with pytest.raises(Refused, match="Chỉ soát xét tài liệu đang có hiệu lực"):
        decide(cast)


def test_of_two_who_decide_at_once_the_second_is_told_of_the_first(cast):
    decide(cast, by=cast.owner)
    with pytest.raises(Refused, match="Hồ Trưởng Phòng vừa ghi kết luận soát xét “Giữ nguyên”"):
        decide(cast)
    assert Review.objects.count() == 1


# -- three years


@pytest.mark.slow
@pytest.mark.pure
def test_three_years_of_days_with_one_verdict_each_time_it_is_due(cast):
    """The owner checks "my work" each day and decides on the first day on which the document is
    there."""
    first, decided = today(), []
    for number in range(3 * 365):
        with on_day(first + days(number)):
            access.forget(cast.owner)
            if any(task.label.startswith("QT-05") for task in tasks(cast.owner)):
                after = decided[-1].pk if decided else None
                decided.append(
                    decide(cast, by=cast.owner, after=after, next_on=due.add_months(today(), 6))
                )
                assert not any(task.label.startswith("QT-05") for task in tasks(cast.owner))
    expected, due_on = [], datetime.date(2027, 1, 5)
    while due_on - days(30) < first + days(3 * 365):
        day = max(due_on - days(30), first)
        expected.append((day, due.add_months(day, 6)))
        due_on = expected[-1][1]
    assert [(one.on_day, one.next_on) for one in decided] == expected
    assert len(expected) == 8


# -- pages


@pytest.fixture
@tool
def see(client):
    def open_(who, name, *args, query=""):
        client.force_login(who)
        return client.get(reverse(name, args=args) + query)

    return open_


@pytest.fixture
@tool
def do(client):
    def post(person, page, **data):
        client.force_login(person)
        answer = client.post(reverse("document_review", args=[page.pk]), data, follow=True)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    return post


def test_the_owner_decides_on_the_page_and_the_document_tells_it(cast, see, do):
    form = see(cast.owner, "document_review", cast.page.pk).context["form"]
    typed = {name: form.initial[name] or "" for name in ("version", "after", "next_on")}
    page = do(cast.owner, cast.page, **typed, verdict="keep", reason="Vẫn đúng với thực tế")
    assert "Đã ghi kết luận soát xét" in page and "Vẫn đúng với thực tế" in page
    assert "Hồ Trưởng Phòng" in page
    for_all = see(cast.elsewhere, "document", cast.page.pk).content.decode()
    assert "Vẫn đúng với thực tế" not in for_all
    overseen = see(cast.overseer, "document", cast.page.pk).content.decode()
    assert "Vẫn đúng với thực tế" in overseen and "Hồ Trưởng Phòng" not in overseen


def test_what_was_typed_stays_where_it_is_refused(cast, do):
    typed = {"version": cast.version.pk, "verdict": "keep", "reason": "Vẫn đúng"}
    far = due.add_months(today(), 13)
    assert "Chu kỳ soát xét là 12 tháng" in do(cast.officer, cast.page, **typed, next_on=far)
    assert "Vẫn đúng</textarea>" in do(cast.officer, cast.page, **typed, next_on="31/02/2027")
    issue_again(cast)
    page = do(cast.officer, cast.page, **typed, next_on=today() + days(30))
    assert "Phiên bản 2 đã được ban hành" in page and "Vẫn đúng</textarea>" in page
    assert not Review.objects.exists()


def test_a_second_press_decides_nothing_more(cast, do):
    typed = {
        "version": cast.version.pk, "verdict": "keep", "reason": "Vẫn đúng",
        "next_on": today() + days(30), "csrfmiddlewaretoken": "a" * 64,
    }  # fmt: skip
    do(cast.officer, cast.page, **typed)
    assert "không làm gì thêm" in do(cast.officer, cast.page, **typed)
    assert Review.objects.count() == 1


def test_pages_of_reviews_are_for_those_whose_they_are(cast, boss, see, client):
    def opened(who):
        return [
            see(who, "agency_reviews", cast.agency.pk).status_code,
            see(who, "document_review", cast.page.pk).status_code,
        ]

    assert {name: opened(getattr(cast, name)) for name in ("officer", "owner", "reader", "overseer", "stranger")} == {
        "officer": [200, 200], "owner": [200, 200], "reader": [200, 404], "overseer": [200, 404],
        "stranger": [404, 404],
    }  # fmt: skip
    assert opened(boss) == [200, 200]
    client.force_login(cast.officer)
    other = {"version": 999_999, "verdict": "keep", "reason": "x", "next_on": today() + days(30)}
    assert client.post(reverse("document_review", args=[cast.page.pk]), other).status_code == 404


def test_the_list_is_by_day_and_takes_constant_queries(
    cast, see, make_document, django_assert_max_num_queries
):
    def counted():
        with django_assert_max_num_queries(75) as counter:
            answer = see(cast.officer, "agency_reviews", cast.agency.pk)
        return len(counter), [row["version"].code for row in answer.context["rows"]]

    decide(cast, next_on=today() + days(1))
    counted()
    before, codes = counted()
    assert codes == ["QT-05", "BM-01"]
    for number in range(3):
        make_document(
            cast.agency, cast.officer, code=f"QT-1{number}", issued=f"2025-0{number + 1}-05"
        )
    counted()  # the numbers of the header are computed once after each write
    after, codes = counted()
    assert codes == ["QT-10", "QT-11", "QT-12", "QT-05", "BM-01"]
    assert after == before


def test_filters_and_files_of_the_list(cast, see, make_document):
    make_document(cast.agency, cast.officer, code="QT-10", issued="2025-01-05")
    late = see(cast.officer, "agency_reviews", cast.agency.pk, query="?state=late")
    assert [row["version"].code for row in late.context["rows"]] == ["QT-10"]
    mine = see(cast.owner, "agency_reviews", cast.agency.pk, query="?mine=1")
    assert [row["version"].code for row in mine.context["rows"]] == ["QT-05"]
    file = see(cast.reader, "agency_reviews", cast.agency.pk, query="?export=csv")
    assert file.content.decode("utf-8-sig").count("\r\n") == 4


def test_a_verdict_to_withdraw_stays_the_officers_work_until_it_is_asked_for(
    cast, see, appoint, agency
):
    appoint("reviewer", "reviewer", agency)
    appoint("approver", "approver", agency)
    decide(cast, by=cast.owner, verdict="withdraw", reason="Không ai dùng nữa.")
    review = Review.objects.get()
    address = reminders.withdrawal_address(review)
    seen = {
        who: address in see(who, "my_work").content.decode() for who in (cast.officer, cast.owner)
    }
    assert seen == {cast.officer: True, cast.owner: False}
    assert frame.count_waiting(cast.officer)["withdrawals"] == 1
    withdrawing.request(cast.version, "withdraw", reason="Theo soát xét", by=cast.officer)
    assert frame.count_waiting(cast.officer)["withdrawals"] == 0
