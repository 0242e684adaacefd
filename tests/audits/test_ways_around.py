"""Ways around the rules of an audit: independence, gates, and what is nobody else's to read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits import independence, lifecycle, rules
from audits.audit_plan import kind as plans
from audits.lifecycle import keeping_rules
from audits.models import Audit, Member, Nonconformity
from procedures.models import Version
from qms import access
from qms.clock import today
from qms.errors import Refused
from qms.models import Appointment
from tests.audits.conftest import agree, analyse, days, hour, plan_actions
from tests.audits.test_seen import seers
from tests.triggers import lifted

pytestmark = pytest.mark.django_db


# -- findings


def test_a_dropped_finding_is_none_for_the_conclusion(cast, finding):
    audit = finding.audit
    lifecycle.drop_finding(finding, reason="Ghi nhầm hồ sơ", by=cast.auditor)
    with pytest.raises(Refused, match="chưa có phát hiện"):
        lifecycle.conclude(audit, conclusion="Phù hợp", by=cast.lead)
    again = lifecycle.raise_from_answer(
        finding.item, result="nonconformity", note="Thiếu giấy", grade="minor", by=cast.auditor
    )
    assert again.code != finding.code
    lifecycle.conclude(audit, conclusion="Phù hợp", by=cast.lead)
    assert Nonconformity.objects.get().finding == again


def test_a_dropped_finding_leaves_room_for_another_on_each_way(cast, finding, browser):
    audit, item = finding.audit, finding.item
    lifecycle.drop_finding(finding, reason="Ghi nhầm hồ sơ", by=cast.auditor)
    page = browser.see(cast.auditor, "audit_checklist", audit.pk, query=f"?item={item.pk}")
    assert finding.code not in page.content.decode()
    browser.do(cast.auditor, "audit_finding_from_answer", audit.pk, item.pk)
    assert audit.findings.filter(state="draft").count() == 1


def test_a_dropped_draft_stays_the_teams(cast, finding):
    lifecycle.drop_finding(finding, reason="Ghi nhầm hồ sơ", by=cast.auditor)
    lifecycle.answer(finding.item, result="conforms", by=cast.auditor)
    lifecycle.conclude(finding.audit, conclusion="Phù hợp", by=cast.lead)
    assert seers(cast, rules.findings_of, finding.pk) == {"lead", "auditor"}


def test_files_of_a_dropped_draft_stay_the_teams(cast, under_way):
    item = under_way.items.first()
    file = SimpleUploadedFile("so.pdf", b"%PDF-1.4 x")
    lifecycle.answer(item, result="nonconformity", note="Thiếu", files=[file], by=cast.auditor)
    found = lifecycle.raise_from_answer(item, result="nonconformity", note="Thiếu", by=cast.auditor)
    lifecycle.drop_finding(found, reason="Ghi nhầm", by=cast.auditor)
    lifecycle.answer(item, result="conforms", by=cast.auditor)
    lifecycle.conclude(under_way, conclusion="Phù hợp", by=cast.lead)
    kept = under_way.evidence.get()
    for who in (cast.clerk, cast.officer, cast.head):
        access.forget(who)
        assert not rules.may_see_evidence(who, kept)
    assert rules.may_see_evidence(cast.lead, kept)


# -- independence


def test_nobody_writes_findings_about_the_own_unit(cast, under_way, finding, appoint):
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    steps = (
        lambda: lifecycle.raise_finding(
            under_way, grade="minor", seen="x", unit=cast.field, clause="7.5", by=cast.auditor
        ),
        lambda: lifecycle.change_finding(finding, seen="Không sao", by=cast.auditor),
        lambda: lifecycle.drop_finding(finding, reason="Không sao", by=cast.auditor),
    )
    for step in steps:
        with pytest.raises(Refused, match="độc lập"):
            step()
    lifecycle.drop_finding(finding, reason="Ghi nhầm", by=cast.lead)


def test_a_lead_does_not_drop_what_the_own_unit_disputes(cast, case, appoint):
    finding = case.finding
    lifecycle.reply(finding, accepts=False, text="Có giấy", by=cast.clerk)
    appoint("lead", "reader", cast.agency, unit=cast.field)
    with pytest.raises(Refused, match="độc lập"):
        lifecycle.decide(finding, upholds=False, text="Đúng vậy", by=cast.lead)
    lifecycle.decide(finding, upholds=True, text="Vẫn thiếu", by=cast.lead)


def test_a_lead_does_not_choose_between_answers_about_the_own_unit(cast, under_way, appoint):
    item = under_way.items.first()
    one = lifecycle.answer(item, result="conforms", by=cast.auditor, seen="")
    lifecycle.add_member(under_way, cast.idle, Member.Part.AUDITOR, by=cast.lead)
    two = lifecycle.answer(item, result="nonconformity", note="Thiếu", by=cast.idle, seen="")
    appoint("lead", "reader", cast.agency, unit=cast.field)
    with pytest.raises(Refused, match="độc lập"):
        lifecycle.choose(item, one, seen=[one.pk, two.pk], by=cast.lead)
    lifecycle.add_member(under_way, cast.idle, Member.Part.LEAD, by=cast.officer)
    lifecycle.choose(item, one, seen=[one.pk, two.pk], by=cast.idle)


def test_who_had_an_action_to_do_is_tied_also_if_an_officer_reported_it(cast, agreed):
    lifecycle.finish_action(agreed.actions.get(), note="xong", by=cast.officer)
    found = independence.reasons([cast.clerk, cast.officer], units=[cast.field.pk])
    Appointment.objects.filter(person=cast.clerk).update(unit=cast.office)
    found = independence.reasons([cast.clerk, cast.officer], units=[cast.field.pk])
    assert set(found) == {cast.clerk.pk, cast.officer.pk}


def test_who_is_responsible_in_what_is_in_force_is_tied_however_old_it_is(cast):
    with lifted():
        Version.objects.filter(pk=cast.version.pk).update(
            effective_on=today() - days(1200), owner_post="Trưởng phòng", unit=None
        )
    Appointment.objects.filter(person=cast.idle).update(post="Trưởng phòng")
    found = independence.reasons([cast.idle], units=[], documents=[cast.document.pk])
    assert set(found) == {cast.idle.pk}


# -- gates


def test_a_plan_is_not_sent_for_who_left_or_with_a_day_gone_by(cast, case):
    case = analyse(cast, case)
    made = lifecycle.add_action(
        case, what="Kiểm tra", person=cast.colleague, due=today(), by=cast.clerk
    )
    Appointment.objects.filter(person=cast.colleague).update(ends_on=today() - days(1))
    with pytest.raises(Refused, match="không làm việc tại cơ quan"):
        lifecycle.send_plan(case, measure="x", judge_on=today() + days(9), by=cast.clerk)
    Appointment.objects.filter(person=cast.colleague).update(ends_on=None)
    type(made).objects.update(due=today() - days(1))
    with pytest.raises(Refused, match="từ hôm nay"):
        lifecycle.send_plan(case, measure="x", judge_on=today() + days(9), by=cast.clerk)


def test_who_corrected_at_once_does_not_judge_what_another_let_skip_its_plan(cast, appoint):
    second = appoint("second", "officer", cast.agency, name="Thư Ký Hai")
    keeping_rules.set_rule(cast.agency, skips_extent=True, skips_plan=True, by=cast.officer)
    case = lifecycle.report(cast.agency, unit=cast.field, description="x", by=cast.officer)
    case = lifecycle.correct(case, correction="Sửa ngay", by=cast.officer)
    case = lifecycle.find_cause(case, cause="Vì", by=second)
    case = lifecycle.assess_system(case, risks="Không", objectives="Không", by=second)
    case = lifecycle.skip_plan(case, measure="x", judge_on=today(), by=cast.clerk)
    with pytest.raises(Refused, match="không tự đánh giá"):
        lifecycle.judge(case, effective=True, why="đủ", by=cast.officer)
    lifecycle.judge(case, effective=True, why="đủ", by=second)


def test_who_did_the_work_of_an_earlier_round_does_not_judge_the_next(cast, agreed):
    action = agreed.actions.get()
    lifecycle.finish_action(action, note="xong", by=cast.officer)
    lifecycle.judge(agreed, effective=False, why="vẫn thiếu", by=cast.lead)
    again = Nonconformity.objects.get(follows=agreed)
    again = agree(plan_actions(cast, again), cast.head)
    lifecycle.finish_action(again.actions.get(), note="xong", by=cast.clerk)
    with pytest.raises(Refused, match="không tự đánh giá"):
        lifecycle.judge(again, effective=True, why="đủ", by=cast.officer)
    lifecycle.judge(again, effective=True, why="đủ", by=cast.auditor)


# -- locks


STEPS = {
    "judge": lambda c, x: lifecycle.judge(x, effective=False, why="thiếu", by=c.lead),
    "decide": lambda c, x: lifecycle.decide(x.finding, upholds=False, text="Đúng", by=c.lead),
    "cancel": lambda c, x: lifecycle.cancel(x, reason="Bão", by=c.lead),
    "move": lambda c, x: lifecycle.move_row(
        x.rows.get(), starts_at=hour(today(), 14), ends_at=hour(today(), 15), by=c.lead
    ),
}


@pytest.mark.parametrize(
    ("step", "begins"),
    [("judge", "verifying"), ("decide", "disputed"), ("cancel", "plan_sent"), ("move", "planned")],
)
def test_the_journal_is_written_after_everything_that_may_wait(request, cast, step, begins):
    """Its chain is a lock that other steps take last: what locks a row after it may wait in a
    circle."""
    at = request.getfixturevalue(begins)
    with CaptureQueriesContext(connection) as asked:
        STEPS[step](cast, at)
    said = [one["sql"] for one in asked]
    first = next(n for n, sql in enumerate(said) if sql.startswith('INSERT INTO "qms_event"'))
    assert not [sql for sql in said[first:] if '"audits_' in sql]


@pytest.fixture
def disputed(cast, case):
    lifecycle.reply(case.finding, accepts=False, text="Có giấy", by=cast.clerk)
    return case


@pytest.fixture
def plan_sent(cast, audit, row):
    plans.send(audit, by=cast.lead)
    return audit


# -- who left


def test_who_holds_no_post_any_more_has_no_part_in_an_audit(cast, finding):
    Appointment.objects.filter(person=cast.auditor).update(ends_on=today() - days(1))
    access.forget(cast.auditor)
    assert not rules.audits_of(cast.auditor).exists()
    assert not rules.findings_of(cast.auditor).exists()
    audit = Audit.objects.get()
    assert not rules.may_answer(cast.auditor, audit)
    assert f"audit:{audit.pk}" not in access.tokens_for(cast.auditor)
    assert rules.may_hand_in(cast.auditor, audit)


def test_who_left_the_agency_reports_no_action(cast, agreed):
    Appointment.objects.filter(person=cast.clerk).update(ends_on=today() - days(1))
    access.forget(cast.clerk)
    assert not rules.nonconformities_of(cast.clerk).exists()
    with pytest.raises(Refused):
        lifecycle.finish_action(agreed.actions.get(), note="xong", by=cast.clerk)
