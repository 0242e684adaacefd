"""What nobody could finish, what was lost unsaid, and what was counted wrongly."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from audits import figures, lifecycle, waiting
from audits.lifecycle import keeping_rules
from audits.models import Audit, Cause, Finding, HalfFile, LaterFact, SetAside
from audits.report import kind as reports
from audits.report.sheet import addition_text
from audits.review import counted
from audits.review.inputs import Period
from procedures.changes import lifecycle as changes
from qms import access
from qms.clock import today
from qms.errors import Refused
from qms.models import Appointment, Approval
from tests.audits.conftest import agree, analyse, days, sign
from tests.audits.report.conftest import WORDS
from tests.audits.test_plan_chain import reissue

pytestmark = pytest.mark.django_db


def entry(item, **facts):
    given = {"id": str(uuid.uuid4()), "item": item.pk, "base": "", "result": "conforms", "note": ""}
    return {**given, **facts}


# -- devices


def test_a_question_that_a_device_answered_too_early_can_be_left_out(cast, planned, row):
    lifecycle.make_checklist(row, by=cast.auditor)
    item = planned.items.first()
    [said] = lifecycle.take_entries(planned, [entry(item)], by=cast.auditor)
    assert said.outcome == "aside" and "chưa bắt đầu" in said.why
    lifecycle.leave_out_items(planned, row, [item.pk], by=cast.auditor)
    kept = planned.set_aside.get()
    assert (kept.item, kept.result) == (None, "conforms")


def test_what_came_before_the_audit_began_is_nothing_late_of_its_report(
    cast, planned, row, browser
):
    lifecycle.make_checklist(row, by=cast.auditor)
    items = list(planned.items.all()[:2])
    early = entry(items[0], note="Sổ thiếu chữ ký")
    lifecycle.take_entries(planned, [early], by=cast.auditor)
    lifecycle.start(planned, by=cast.lead)
    lifecycle.answer(items[1], result="conforms", by=cast.auditor)
    lifecycle.decide_aside(SetAside.objects.get(), takes=False, text="Đã hỏi lại", by=cast.lead)
    lifecycle.conclude(planned, conclusion="Phù hợp", by=cast.lead)
    page = browser.see(cast.head, "audit_report", planned.pk).content.decode()
    assert "Sổ thiếu chữ ký" not in page


def test_before_the_audit_begins_a_device_keeps_its_share(cast, planned, browser):
    said = browser.see(cast.auditor, "audit_news", planned.pk).json()
    assert (said["open"], said["over"]) == (False, False)
    lifecycle.start(planned, by=cast.lead)
    assert browser.see(cast.auditor, "audit_news", planned.pk).json()["open"]
    lifecycle.cancel(planned, reason="Bão", by=cast.lead)
    assert browser.see(cast.auditor, "audit_news", planned.pk).json()["over"]


# -- nobody could finish


def test_a_question_about_extent_that_nobody_answers_is_taken_back(cast, case, browser):
    case = lifecycle.correct(case, correction="Sửa", by=cast.clerk)
    case = lifecycle.find_cause(case, cause="Vì", by=cast.clerk)
    asked = lifecycle.ask_extent(
        case, question="Có không?", agency=cast.other_agency, by=cast.clerk
    )
    Appointment.objects.filter(agency=cast.other_agency).update(ends_on=today() - days(1))
    with pytest.raises(Refused, match="chưa trả lời"):
        lifecycle.judge_extent(case, extent="Không", by=cast.clerk)
    for who in (cast.lead, cast.stranger):
        with pytest.raises(Refused):
            lifecycle.take_back_extent(asked, reason="Không còn ai", by=who)
    page = browser.do(
        cast.clerk, "extent_take_back", case.pk, asked.pk, reason="Cơ quan không còn ai trả lời"
    )
    assert "Đã rút câu hỏi" in page
    lifecycle.judge_extent(case, extent="Đã xem hồ sơ chung", by=cast.clerk)


def test_an_answered_question_about_extent_is_not_taken_back(cast, case):
    case = lifecycle.correct(case, correction="Sửa", by=cast.clerk)
    case = lifecycle.find_cause(case, cause="Vì", by=cast.clerk)
    asked = lifecycle.ask_extent(case, question="Có không?", unit=cast.office, by=cast.clerk)
    lifecycle.answer_extent(asked, exists=True, answer="Có ba hồ sơ", by=cast.officer)
    with pytest.raises(Refused):
        lifecycle.take_back_extent(asked, reason="Không thích", by=cast.clerk)


def test_a_cause_that_was_ended_comes_back(cast):
    group = Cause.objects.filter(parent=None).first()
    made = keeping_rules.add_cause(cast.agency, parent=group, name="Thiếu máy", by=cast.officer)
    keeping_rules.end_cause(made, by=cast.officer)
    again = keeping_rules.add_cause(cast.agency, parent=group, name="Thiếu máy", by=cast.officer)
    assert again.pk == made.pk and again.ended_on is None
    with pytest.raises(Refused):
        keeping_rules.add_cause(cast.agency, parent=group, name="Thiếu máy", by=cast.officer)


def test_a_cancelled_audit_leaves_no_report_waiting(cast, finding):
    audit = finding.audit
    lifecycle.edit_report(audit, by=cast.lead, **WORDS)
    sent = reports.send(audit, by=cast.lead)
    lifecycle.cancel(audit, reason="Bão", by=cast.officer)
    sent.refresh_from_db()
    assert sent.state == Approval.State.VOID


def test_the_officer_is_led_to_what_waits_to_be_judged(cast):
    case = lifecycle.report(cast.agency, unit=cast.field, description="x", by=cast.officer)
    keeping_rules.set_rule(cast.agency, skips_extent=True, skips_plan=True, by=cast.officer)
    case = lifecycle.correct(case, correction="Sửa ngay", by=cast.clerk)
    case = lifecycle.find_cause(case, cause="Vì", by=cast.clerk)
    case = lifecycle.assess_system(case, risks="Không", objectives="Không", by=cast.clerk)
    lifecycle.skip_plan(case, measure="x", judge_on=today(), by=cast.clerk)
    assert [one.pk for one in waiting.judgements_of(cast.officer)] == [case.pk]


def test_the_lead_is_led_to_a_dispute(cast, case):
    lifecycle.reply(case.finding, accepts=False, text="Có giấy", by=cast.clerk)
    access.forget(cast.lead)
    assert [one.pk for one in waiting.disputes_of(cast.lead)] == [case.finding_id]
    assert not waiting.disputes_of(cast.auditor)


def test_a_phone_that_is_lost_does_not_hold_the_report_up(cast, finding):
    """What it began to send is waited for one day; what still comes stands beside the report."""
    audit = finding.audit
    lifecycle.edit_report(audit, by=cast.lead, **WORDS)
    half = HalfFile.objects.create(
        pk=uuid.uuid4(), audit=audit, item=finding.item_id, by=cast.auditor, name="a.jpg", size=9
    )
    with pytest.raises(Refused, match="đang gửi dở"):
        reports.send(audit, by=cast.lead)
    HalfFile.objects.update(at=timezone.now() - days(1) - datetime.timedelta(minutes=1))
    sign(reports.send(audit, by=cast.lead), cast.lead)
    assert HalfFile.objects.filter(pk=half.pk).exists() and Audit.objects.get().is_told


# -- gates


def test_a_change_that_an_action_waits_for_is_not_taken_back_by_its_doer(cast, case):
    case = analyse(cast, case)
    lifecycle.add_action(
        case, what="Thêm bước", person=cast.clerk, due=today(), document=cast.document, by=cast.clerk
    )  # fmt: skip
    case = agree(lifecycle.send_plan(case, measure="x", judge_on=today(), by=cast.clerk), cast.head)
    action = case.actions.get()
    with pytest.raises(Refused):
        changes.take_back(action.change_request, by=cast.clerk)
    with pytest.raises(Refused, match="chưa có phiên bản mới"):
        lifecycle.finish_action(action, note="xong", by=cast.clerk)
    changes.decline(action.change_request, reason="Hướng dẫn riêng là đủ", by=cast.officer)
    lifecycle.finish_action(action, note="đã có hướng dẫn", by=cast.clerk)


def test_a_question_asked_after_the_extent_was_judged_holds_the_plan_up(cast, case):
    case = analyse(cast, case)
    lifecycle.add_action(case, what="x", person=cast.clerk, due=today(), by=cast.clerk)
    asked = lifecycle.ask_extent(case, question="Có không?", unit=cast.office, by=cast.clerk)
    with pytest.raises(Refused, match="Phạm vi"):
        lifecycle.send_plan(case, measure="x", judge_on=today(), by=cast.clerk)
    lifecycle.answer_extent(asked, exists=False, answer="Đã xem", by=cast.officer)
    lifecycle.send_plan(case, measure="x", judge_on=today(), by=cast.clerk)


# -- unsaid


def test_who_plans_the_year_second_sees_what_changed(cast, browser):
    made = lifecycle.create_programme(
        cast.agency, year=today().year + 1, aims="x", scope="x", by=cast.officer,
        rows=[{"unit": cast.field.pk, "month": 5, "lead": cast.lead.pk}],
    )  # fmt: skip
    page = browser.see(cast.officer, "audit_programme_edit", made.pk)
    was = page.context["form"]["was"].value()
    lifecycle.change_programme(
        made, by=cast.officer, aims="Mục đích mới",
        rows=[
            {"unit": cast.field.pk, "month": 5, "lead": cast.lead.pk},
            {"unit": cast.office.pk, "month": 9, "lead": cast.idle.pk},
        ],
    )  # fmt: skip
    typed = {
        "year": made.year, "aims": "Mục đích của tôi", "scope": "x", "criteria": "ISO", "was": was,
        "row-TOTAL_FORMS": 1, "row-INITIAL_FORMS": 0, "row-0-unit": cast.field.pk, "row-0-month": 6, "row-0-lead": cast.lead.pk,
    }  # fmt: skip
    browser.client.force_login(cast.officer)
    address = reverse("audit_programme_edit", args=[made.pk])
    refused = browser.client.post(address, typed)
    said = refused.content.decode()
    assert "vừa được sửa" in said and "thêm Văn phòng, tháng 9" in said and "Mục đích mới" in said
    assert "Mục đích của tôi" in said and "phạm vi: “" not in said
    made.refresh_from_db()
    assert (made.aims, len(made.rows)) == ("Mục đích mới", 2)
    typed["was"] = refused.context["form"]["was"].value()
    browser.client.post(address, typed)
    made.refresh_from_db()
    assert (made.aims, len(made.rows)) == ("Mục đích của tôi", 1)


def test_a_version_that_changed_since_the_plan_was_signed_is_named(cast, planned, browser):
    assert "đã có phiên bản mới" not in browser.see(cast.auditor, "audit", planned.pk).content.decode()  # fmt: skip
    reissue(cast)
    page = browser.see(cast.auditor, "audit", planned.pk).content.decode()
    assert "đã có phiên bản mới" in page


@pytest.mark.parametrize("year", ["0001", "1999", "2101", "9999"])
def test_a_day_beyond_reckoning_is_refused(cast, browser, year):
    """The end of such an audit has no day after it: each calendar with it was a server error."""
    day = f"{year}-12-31"
    page = browser.do(
        cast.officer, "audit_new", cast.agency.pk, title="x", way="on_site", starts_on=day, ends_on=day, lead=cast.lead.pk
    )  # fmt: skip
    assert "Năm phải từ 2000 đến 2100" in page and not Audit.objects.exists()


# -- counted


def test_no_finding_is_missing_from_the_grid_however_many_clauses(cast, under_way):
    clauses = ["4.1", "4.2", "4.3", "4.4", "5.1", "5.2", "5.3", "6.1", "6.2", "7.1", "7.2", "10.2"]
    for clause in [*clauses, "10.2"]:
        lifecycle.raise_finding(
            under_way, grade="minor", seen="x", unit=cast.field, clause=clause, by=cast.auditor
        )
    lifecycle.answer(under_way.items.first(), result="conforms", by=cast.auditor)
    lifecycle.conclude(under_way, conclusion="x", by=cast.lead)
    grid = {c.name: c for c in figures.of_agency(cast.officer, cast.agency)}["dieu-khoan-don-vi"]
    assert sum(grid.rows[0][1:]) == len(clauses) + 1
    assert "10.2" in grid.heads and len(grid.heads) == figures.MOST_CLAUSES + 2


def test_a_finding_that_was_dropped_is_in_no_chart(cast, case):
    def counts():
        found = {chart.name: chart.rows for chart in figures.of_agency(cast.officer, cast.agency)}
        lines = {one.agency.pk: one for one in figures.of_all(cast.overseer)}
        year = found["phat-hien-theo-nam"][-1]
        return year[2], len(found["dieu-khoan-don-vi"]), lines[cast.agency.pk].findings

    assert counts() == (1, 1, 1)
    lifecycle.reply(case.finding, accepts=False, text="Có giấy", by=cast.clerk)
    lifecycle.decide(case.finding, upholds=False, text="Đúng vậy", by=cast.lead)
    assert counts() == (0, 0, 0)


def test_a_finding_counts_in_the_year_in_which_it_was_told(cast, case):
    Finding.objects.update(told_on=datetime.date(today().year - 1, 12, 30))
    rows = {c.name: c for c in figures.of_agency(cast.officer, cast.agency)}["phat-hien-theo-nam"]
    assert [row[2] for row in rows.rows] == [0, 1, 0]


def test_one_audit_is_one_line_of_the_programme(cast, programme, case):
    """A unit that is planned twice a year is not done after the first audit."""
    more = {"unit": cast.field.pk, "month": 12, "lead": cast.lead.pk, "unit_name": cast.field.name}
    programme.rows = [*programme.rows, {**more, "lead_name": ""}]
    programme.save()
    chart = figures.programme_progress(cast.officer, cast.agency)
    assert sum(row[1] for row in chart.rows) == 1
    found = counted.programme(cast.agency, Period(today() - days(300), today())).figures
    assert (found["planned"], found["audited"]) == (2, 1)


def test_what_was_added_after_midnight_is_of_that_day(cast, case):
    at = timezone.make_aware(datetime.datetime(2026, 5, 2, 0, 30))
    made = LaterFact(audit=case.finding.audit, text="x", by=cast.lead, by_name="y", at=at.astimezone(datetime.UTC))  # fmt: skip
    with translation.override("vi"):
        assert addition_text(made).startswith("02/05/2026")
