"""Alternatives for a line of a plan, and a plan whose auditors changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits import lifecycle
from audits.auditors import finding
from audits.models import Audit, AuditorRecord
from qms.clock import today
from qms.errors import Refused
from qms.models import Appointment, Event, Notice
from tests.audits.conftest import days, hour, plan_row
from tests.audits.lent import record
from tests.audits.test_who_and_when import EVERYBODY

pytestmark = pytest.mark.django_db


def test_each_line_says_who_else_can_and_why_not(cast, audit, row, appoint):
    [choice] = finding.of_plan(audit)
    assert (choice.faults, choice.needs_somebody) == ({}, False)
    assert {one.username for one in choice.own} == {"lead", "idle"}
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    record(cast, cast.idle, valid_until=today() - days(1))
    [choice] = finding.of_plan(audit)
    assert list(choice.faults) == [cast.auditor.pk] and choice.needs_somebody
    assert choice.faults[cast.auditor.pk] == ["đang làm việc tại Phòng Bổ trợ tư pháp"]
    assert {one.username for one in choice.own} == {"lead"}


def test_who_is_busy_at_that_time_is_not_offered(cast, audit, row):
    lead = audit.members.get(person=cast.lead)
    other = plan_row(cast, audit, auditors=[lead], starts_at=hour(today(), 9), ends_at=hour(today(), 11))  # fmt: skip
    by_row = {one.row.pk: one for one in finding.of_plan(audit)}
    assert {one.username for one in by_row[row.pk].own} == {"idle"}
    assert {one.username for one in by_row[other.pk].own} == {"idle"}
    lifecycle.save_row(
        audit, row=other, unit=cast.field, auditors=[lead], by=cast.officer, clauses=["7.5"],
        starts_at=hour(today(), 10), ends_at=hour(today(), 11),
    )  # fmt: skip
    by_row = {one.row.pk: one for one in finding.of_plan(audit)}
    assert {one.username for one in by_row[row.pk].own} == {"idle", "lead"}


def test_lenders_are_offered_and_without_anybody_a_swap(cast, audit, row, lender, browser, appoint):
    [choice] = finding.of_plan(audit)
    assert [(one.person, one.agency) for one in choice.lenders] == [(cast.lent, lender)]
    for name in ("lead", "auditor", "idle"):
        appoint(name, "reader", cast.agency, unit=cast.field)
    AuditorRecord.objects.update(lendable=False)
    [choice] = finding.of_plan(audit)
    assert choice.nobody
    page = browser.see(cast.lead, "audit_choices", audit.pk).content.decode()
    assert "đổi chéo" in page and "đang làm việc tại Phòng Bổ trợ tư pháp" in page
    assert lender.name in page and "Cao Cho Mượn" not in page


def test_a_lender_who_left_or_ended_is_not_offered(cast, audit, row, lender):
    Appointment.objects.filter(person=cast.lent).update(ends_on=today() - days(1))
    assert finding.of_plan(audit)[0].lenders == []
    Appointment.objects.filter(person=cast.lent).update(ends_on=None)
    AuditorRecord.objects.filter(person=cast.lent).update(valid_until=today() - days(1))
    assert finding.of_plan(audit)[0].lenders == []


def test_a_line_is_given_to_somebody_else_at_any_time_of_the_audit(cast, under_way, row, browser, appoint):  # fmt: skip
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    old = under_way.members.get(person=cast.auditor)
    page = browser.do(
        cast.lead, "audit_row_replace", under_way.pk, row.pk, old=old.pk, person=cast.idle.pk
    )
    assert "Đã giao dòng này cho Đặng Chưa Phân Công" in page
    row.refresh_from_db()
    assert [one.person for one in row.auditors.all()] == [cast.idle]
    assert Event.objects.filter(kind="audit_auditor_replaced").count() == 1
    assert Notice.objects.filter(person=cast.idle, kind="audit_assigned").exists()


def test_nobody_overrides_independence(cast, audit, row, browser, appoint):
    appoint("idle", "reader", cast.agency, unit=cast.field)
    with pytest.raises(Refused, match="Đặng Chưa Phân Công không đánh giá được phần này"):
        lifecycle.replace_auditor(row, old=None, person=cast.idle, by=cast.officer)
    assert not audit.members.filter(person=cast.idle).exists()
    page = browser.do(cast.officer, "audit_row_replace", audit.pk, row.pk, person=cast.idle.pk)
    assert "không đánh giá được phần này" in page


@pytest.mark.parametrize("who", sorted(EVERYBODY - {"officer", "lead"}))
def test_who_else_can_is_for_who_plans(cast, audit, row, browser, who):
    person = getattr(cast, who)
    assert browser.see(person, "audit_choices", audit.pk).status_code == 404
    browser.client.force_login(person)
    for name, args in (("audit_row_replace", (audit.pk, row.pk)), ("audit_loan_ask", (audit.pk,))):
        assert browser.client.post(reverse(name, args=args)).status_code == 404


def test_many_auditors_and_lines_take_as_many_queries_as_few(cast, audit, row, lender, appoint):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            finding.of_plan(Audit.objects.get(pk=audit.pk))
        return len(asked)

    few = queries()
    for n in range(8):
        one = appoint(f"many{n}", "auditor", cast.agency, unit=cast.office)
        record(cast, one)
        plan_row(cast, audit, starts_at=hour(today(), 10 + n), ends_at=hour(today(), 11 + n))
    assert queries() == few <= 24


def test_a_line_is_not_carried_out_until_its_auditor_is_changed(cast, planned, row, appoint):
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    for step in (
        lambda: lifecycle.start(planned, by=cast.lead),
        lambda: lifecycle.make_checklist(row, by=cast.lead),
    ):
        with pytest.raises(Refused, match="Bùi Đánh Giá không đánh giá được phần này"):
            step()
    lifecycle.replace_auditor(row, old=planned.members.get(person=cast.auditor), person=cast.idle, by=cast.lead)  # fmt: skip
    lifecycle.make_checklist(row, by=cast.lead)
    lifecycle.start(planned, by=cast.lead)


def test_an_auditor_no_longer_independent_does_not_answer(cast, under_way, appoint):
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    item = under_way.items.filter(row__isnull=False).first()
    with pytest.raises(Refused, match="không còn độc lập với phần này"):
        lifecycle.answer(item, result="conforms", by=cast.auditor)
    lifecycle.answer(item, result="conforms", by=cast.lead)


def test_what_their_device_still_sends_is_set_aside(cast, under_way, appoint):
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    item = under_way.items.filter(row__isnull=False).first()
    entry = {"id": "0b0d9bb2-3b62-4a6c-8c66-0a2b9d7a0b10", "item": item.pk, "result": "conforms", "note": "", "base": "", "at": ""}  # fmt: skip
    [outcome] = lifecycle.take_entries(under_way, [entry], by=cast.auditor)
    assert outcome.outcome == "aside" and "không còn độc lập" in outcome.why
    assert not item.answers.exists() and under_way.set_aside.count() == 1
