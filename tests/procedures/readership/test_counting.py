"""The count in the header of each page includes reading and reviews, and is right after
every act."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures import lifecycle as documents
from procedures.models import Review
from procedures.readership import counting
from procedures.readership.reading import lifecycle
from procedures.readership.reviews import lifecycle as reviews
from procedures.readership.reviews.due import add_months
from qms import access, frame
from qms.clock import on_day, today
from qms.models import Appointment, User
from tests.issuing import issue as issue_now
from tests.procedures.readership.conftest import days, issue_again, make_rule

pytestmark = pytest.mark.django_db


def counted(person, name="reading"):
    return frame.count_waiting(User.objects.get(pk=person.pk))[name]


def test_what_is_to_be_read_counts_until_it_is_confirmed(cast, rule):
    assert (counted(cast.clerk), counted(cast.reader), counted(cast.elsewhere)) == (1, 0, 0)
    lifecycle.confirm(cast.version, by=cast.clerk)
    assert counted(cast.clerk) == 0
    issue_again(cast)
    assert counted(cast.clerk) == 1


def test_it_follows_rules_withdrawals_and_posts(cast, rule):
    assert counted(cast.clerk) == 1
    documents.withdraw(cast.version, reason="Bỏ", by=cast.officer)
    assert counted(cast.clerk) == 0
    documents.reinstate(cast.version, reason="Lại", by=cast.officer)
    assert counted(cast.clerk) == 1
    second = make_rule(cast, what={"document": cast.form.pk})
    assert counted(cast.clerk) == 2
    lifecycle.end_rule(second, by=cast.officer)
    assert counted(cast.clerk) == 1
    held = Appointment.objects.get(person=cast.clerk)
    held.unit = cast.office
    held.save()
    assert counted(cast.clerk) == 0


def test_what_is_to_be_reviewed_counts_until_the_verdict(cast):
    due = add_months(cast.version.effective_on, 12)
    with on_day(due - days(31)):
        assert counted(cast.owner, "reviews") == 0
    with on_day(due - days(30)):
        assert (counted(cast.owner, "reviews"), counted(cast.clerk, "reviews")) == (1, 0)
        access.forget(cast.owner)
        reviews.review(
            cast.version, verdict=Review.Verdict.KEEP, reason="Còn đúng",
            next_on=reviews.latest_day(cast.version), by=cast.owner,
        )  # fmt: skip
        assert counted(cast.owner, "reviews") == 0


def test_the_numbers_are_those_of_the_lists(cast, rule):
    make_rule(cast, what={"document": cast.form.pk}, audience={"everyone": True})
    for person in (cast.clerk, cast.owner, cast.officer, cast.head, cast.reader):
        for name in counting.NUMBERS:
            source = frame.task_source(name)
            assert source.numbers(person)[name] == len(source.every(person)), (person, name)


def test_one_query_answers_where_nothing_has_changed(cast, rule):
    counting.numbers(cast.clerk)
    with CaptureQueriesContext(connection) as queries:
        assert counting.numbers(cast.clerk)["reading"] == 1
    assert len(queries) == 1


def test_what_others_do_makes_nobody_count_again(cast, rule, make_document):
    for person in (cast.clerk, cast.owner):
        counting.numbers(person)
    lifecycle.confirm(cast.version, by=cast.owner)
    make_document(cast.other_agency, cast.stranger, code="QT-99", issued="2026-01-05")
    with CaptureQueriesContext(connection) as queries:
        assert counting.numbers(cast.clerk)["reading"] == 1
    assert len(queries) == 1
    assert counting.numbers(cast.owner)["reading"] == 0


def test_queries_do_not_grow_with_what_is_to_be_read(cast, make_document):
    asked = []
    for number in range(3):
        page = make_document(cast.agency, cast.officer, code=f"QT-{number}", issued="2026-01-05")
        make_rule(cast, what={"document": page.pk})
        with CaptureQueriesContext(connection) as queries:
            assert counted(cast.clerk) == number + 1
        asked.append(len(queries))
    assert len(set(asked)) == 1


def test_the_next_day_is_counted_again(cast, rule):
    lifecycle.confirm(cast.version, by=cast.clerk)
    coming = today() + days(3)
    page = documents.revise_draft(cast.page.specific, title="Cấp phiếu mới", by=cast.officer)
    issue_now(page, issued_on=today(), effective_on=coming, by=cast.officer)
    assert counted(cast.clerk) == 0
    with on_day(coming):
        assert counted(cast.clerk) == 1
