"""Every step is refused to everybody but the right people, and at every moment but the
right one."""

import pytest
from django.apps import apps

from audits import lifecycle
from audits.models import Audit, Finding, Member, Nonconformity, Programme
from qms.clock import on_day, today
from qms.errors import Refused
from qms.models import Event
from tests.audits.conftest import agree, analyse, days, plan_row

# Rules in Python: one database is enough
pytestmark = [pytest.mark.django_db, pytest.mark.pure]

EVERYBODY = {
    "officer", "head", "lead", "auditor", "idle", "clerk", "colleague", "reader", "stranger", "overseer",
}  # fmt: skip

# step -> (the fixture it needs, the action, who may)
STEPS = {
    "create programme": ("cast", lambda c, x, by: lifecycle.create_programme(
        c.agency, year=2031, aims="a", scope="b", rows=[], by=by), {"officer"}),
    "revise programme": ("programme", lambda c, x, by: lifecycle.revise_programme(x, reason="thêm", by=by), {"officer"}),
    "approve programme": ("drafted", lambda c, x, by: lifecycle.approve_programme(x, by=by), {"head"}),
    "create audit": ("cast", lambda c, x, by: lifecycle.create_audit(
        c.agency, body=c.agency, title="Đợt 2", starts_on=today(), ends_on=today(), lead=c.lead, by=by), {"officer"}),
    "add member": ("audit", lambda c, x, by: lifecycle.add_member(x, c.clerk, "auditee", by=by), {"officer", "lead"}),
    "plan a row": ("audit", lambda c, x, by: plan_row(c, x, by=by), {"officer", "lead"}),
    "remove a row": ("row", lambda c, x, by: lifecycle.remove_row(x, by=by), {"officer", "lead"}),
    "add meetings": ("with_row", lambda c, x, by: lifecycle.add_meetings(x, by=by), {"officer", "lead"}),
    "fix plan": ("with_row", lambda c, x, by: lifecycle.fix_plan(x, by=by), {"lead"}),
    "reopen plan": ("planned", lambda c, x, by: lifecycle.reopen_plan(x, reason="đổi giờ", by=by), {"officer", "lead"}),
    "cancel": ("planned", lambda c, x, by: lifecycle.cancel(x, reason="bão", by=by), {"officer", "lead"}),
    "start": ("planned", lambda c, x, by: lifecycle.start(x, by=by), {"lead"}),
    "add question": ("planned", lambda c, x, by: lifecycle.add_item(x, text="Vì sao?", by=by), {"lead", "auditor"}),
    "answer": ("under_way", lambda c, x, by: lifecycle.answer(
        x.items.first(), result="conforms", by=by), {"lead", "auditor"}),
    "raise finding": ("under_way", lambda c, x, by: lifecycle.raise_finding(
        x, grade="minor", seen="Thiếu", unit=c.field, clause="7.5", by=by), {"lead", "auditor"}),
    "confirm finding": ("guessed", lambda c, x, by: lifecycle.confirm_finding(x, by=by), {"lead", "auditor"}),
    "drop finding": ("finding", lambda c, x, by: lifecycle.drop_finding(x, reason="nhầm", by=by), {"lead", "auditor"}),
    "conclude": ("answered", lambda c, x, by: lifecycle.conclude(x, conclusion="Tốt", by=by), {"lead"}),
    "reply": ("told", lambda c, x, by: lifecycle.reply(x, accepts=True, by=by), {"clerk", "colleague"}),
    "decide": ("disputed", lambda c, x, by: lifecycle.decide(x, upholds=False, text="Đúng vậy", by=by), {"lead"}),
    "report": ("cast", lambda c, x, by: lifecycle.report(
        c.agency, unit=c.field, description="Trả trễ", by=by), {"officer"}),
}  # fmt: skip


def rows_written() -> int:
    """The number of rows in the app's tables, their histories and the journal; histories grow with
    each change."""
    kept = [model for model in apps.get_models() if model._meta.app_label == "audits"]
    return sum(model.objects.count() for model in [*kept, Event])


@pytest.fixture
def guessed(cast, finding):
    """A finding begun with one tap."""
    item = finding.audit.items.exclude(pk=finding.item_id).exclude(clause="", version=None).first()
    return lifecycle.raise_from_answer(item, result="observation", note="Sổ ghi chậm", by=cast.lead)


@pytest.fixture
def drafted(cast, programme):
    return lifecycle.revise_programme(programme, reason="thêm đơn vị", by=cast.officer)


@pytest.fixture
def with_row(audit, row):
    return audit


@pytest.fixture
def answered(cast, under_way):
    lifecycle.answer(under_way.items.first(), result="conforms", by=cast.auditor)
    return under_way


@pytest.fixture
def told(case):
    return case.finding


@pytest.fixture
def disputed(cast, told):
    return lifecycle.reply(told, accepts=False, text="Có giấy, để nơi khác", by=cast.clerk)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("group", ["may", "may not"])
def test_each_step_is_for_its_own_people_alone(request, cast, step, group):
    needs, attempt, may = STEPS[step]
    thing = request.getfixturevalue(needs)
    if group == "may":
        attempt(cast, thing, getattr(cast, sorted(may)[0]))
        return
    for name in sorted(EVERYBODY - may):
        with pytest.raises(Refused):
            attempt(cast, thing, getattr(cast, name))


@pytest.mark.parametrize("step", [s for s in STEPS if len(STEPS[s][2]) > 1])
def test_the_others_whose_step_it_is_may_too(request, cast, step):
    needs, attempt, may = STEPS[step]
    thing, before = request.getfixturevalue(needs), rows_written()
    attempt(cast, thing, getattr(cast, sorted(may)[-1]))
    assert rows_written() > before


AUDIT_STEPS = {
    "plan a row": (lambda c, a: plan_row(c, a), {"planning"}),
    "change": (lambda c, a: lifecycle.change_audit(a, title="Khác", by=c.lead), {"planning"}),
    "fix": (lambda c, a: lifecycle.fix_plan(a, by=c.lead), {"planning"}),
    "reopen": (lambda c, a: lifecycle.reopen_plan(a, reason="x", by=c.lead), {"planned"}),
    "start": (lambda c, a: lifecycle.start(a, by=c.lead), {"planned"}),
    "ask": (lambda c, a: lifecycle.add_item(a, text="Sao?", by=c.lead), {"planned", "under_way"}),
    "find": (
        lambda c, a: lifecycle.raise_finding(
            a, grade="minor", seen="x", unit=c.field, clause="7.5", by=c.lead
        ),
        {"under_way"},
    ),
    "conclude": (lambda c, a: lifecycle.conclude(a, conclusion="x", by=c.lead), {"under_way"}),
    "cancel": (
        lambda c, a: lifecycle.cancel(a, reason="x", by=c.lead),
        {"planning", "planned", "under_way"},
    ),
}


@pytest.mark.parametrize("step", AUDIT_STEPS)
def test_each_step_of_an_audit_has_its_moment(cast, audit, row, step):
    attempt, moments = AUDIT_STEPS[step]
    for state in set(Audit.State.values) - moments:
        Audit.objects.filter(pk=audit.pk).update(state=state)
        with pytest.raises(Refused, match="tình trạng"):
            attempt(cast, audit)


def test_findings_are_frozen_once_the_audit_is_concluded(cast, case):
    finding = Finding.objects.get()
    with pytest.raises(Refused):
        lifecycle.change_finding(finding, seen="khác", by=cast.auditor)
    with pytest.raises(Refused):
        lifecycle.drop_finding(finding, reason="khác", by=cast.auditor)


def test_a_dispute_is_decided_by_the_lead_and_both_words_stay(cast, disputed):
    lifecycle.decide(disputed, upholds=False, text="Đã thấy giấy", by=cast.lead)
    finding, case = Finding.objects.get(), Nonconformity.objects.get()
    assert (finding.state, case.state) == (Finding.State.DROPPED, Nonconformity.State.DROPPED)
    assert [note.kind for note in finding.notes.all()] == ["disputes", "drops"]
    assert Audit.objects.get().state == Audit.State.CLOSED


def test_a_finding_whose_correction_was_agreed_to_is_not_dropped(cast, agreed):
    lifecycle.reply(agreed.finding, accepts=False, text="Không đúng", by=cast.colleague)
    with pytest.raises(Refused, match="đã được đồng ý"):
        lifecycle.decide(agreed.finding, upholds=False, text="Rút", by=cast.lead)
    assert Finding.objects.get().state == Finding.State.DISPUTED


def test_who_did_the_work_does_not_judge_it(cast, agreed):
    lifecycle.finish_action(agreed.actions.get(), note="làm thay", by=cast.officer)
    with pytest.raises(Refused, match="không tự đánh giá"):
        lifecycle.judge(agreed, effective=True, why="đủ", by=cast.officer)


def test_an_action_is_done_once(cast, case):
    case = analyse(cast, case)
    for what in ("Làm", "Kiểm tra"):
        lifecycle.add_action(case, what=what, person=cast.clerk, due=today(), by=cast.clerk)
    case = agree(lifecycle.send_plan(case, measure="Đủ", judge_on=today(), by=cast.clerk), cast.head)  # fmt: skip
    action = case.actions.get(what="Làm")
    lifecycle.finish_action(action, note="xong", by=cast.clerk)
    with pytest.raises(Refused, match="đã hoàn thành"):
        lifecycle.finish_action(action, note="xong lần nữa", by=cast.clerk)
    action.refresh_from_db()
    assert action.done_note == "xong"


def test_effectiveness_is_not_judged_before_its_day(cast, case):
    case = analyse(cast, case)
    lifecycle.add_action(case, what="Làm", person=cast.clerk, due=today(), by=cast.clerk)
    later = today() + days(30)
    case = lifecycle.send_plan(case, measure="Đủ giấy", judge_on=later, by=cast.clerk)
    case = agree(case, cast.head)
    lifecycle.finish_action(case.actions.get(), note="xong", by=cast.clerk)
    with pytest.raises(Refused, match="định đánh giá hiệu lực từ"):
        lifecycle.judge(case, effective=True, why="đủ", by=cast.lead)
    with on_day(later):
        lifecycle.judge(case, effective=True, why="đủ", by=cast.lead)
        with pytest.raises(Refused, match="tình trạng"):
            lifecycle.judge(case, effective=False, why="thêm lần nữa", by=cast.lead)
    assert Nonconformity.objects.get().closed_on == later


def test_a_part_in_an_audit_ends_with_its_day(cast, planned, row):
    row.auditors.clear()
    member = planned.members.get(person=cast.auditor)
    lifecycle.end_member(member, by=cast.officer)
    lifecycle.add_item(planned, text="Hôm nay còn được", by=cast.auditor)
    with on_day(today() + days(1)), pytest.raises(Refused):
        lifecycle.add_item(planned, text="Mai thì không", by=cast.auditor)


def test_a_new_lead_takes_the_place_of_the_old_one(cast, audit):
    lifecycle.add_member(audit, cast.auditor, Member.Part.LEAD, by=cast.officer)
    parts = dict(audit.members.values_list("person__username", "part"))
    assert parts == {"lead": "auditor", "auditor": "lead"}


def test_a_programme_is_not_approved_without_lines_or_leads(cast):
    made = lifecycle.create_programme(
        cast.agency, year=2030, aims="a", scope="b", rows=[], by=cast.officer
    )
    with pytest.raises(Refused, match="chưa có dòng nào"):
        lifecycle.approve_programme(made, by=cast.head)
    row = {"unit": cast.field.pk, "month": 3, "lead": None}
    made = lifecycle.change_programme(made, rows=[row], by=cast.officer)
    with pytest.raises(Refused, match="Chưa phân công trưởng đoàn cho Phòng Bổ trợ tư pháp"):
        lifecycle.approve_programme(made, by=cast.head)
    assert Programme.objects.get().state == Programme.State.DRAFTING
