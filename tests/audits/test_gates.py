"""The gates of a correction: every step at every stage by everybody. A step succeeds only for the
right people at the right moment."""

import pytest

from audits import lifecycle, reminders, sources, waiting
from audits.lifecycle import keeping_rules
from audits.models import Cause, Extension, Nonconformity
from procedures.models import ChangeRequest, Version
from qms import access
from qms.approvals import lifecycle as approvals
from qms.clock import on_day, today
from qms.errors import Refused
from qms.models import Notice
from qms.work import due
from tests.audits.conftest import agree, analyse, days, hour, plan_actions, sign
from tests.audits.test_who_and_when import EVERYBODY
from tests.issuing import issue
from tests.kept import kept

pytestmark = pytest.mark.django_db

STAGES = (
    "opened", "corrected", "caused", "extended", "assessed", "with action", "sent", "agreed", "longer asked", "done", "closed",
    "ineffective", "dropped",
)  # fmt: skip
UNIT = {"officer", "clerk", "colleague"}
OPEN = STAGES[:6]

# step -> (action, who may, at which stages)
STEPS = {
    "correct": (lambda c, x, by: lifecycle.correct(x, correction="Sửa", by=by), UNIT, OPEN),
    "find cause": (lambda c, x, by: lifecycle.find_cause(x, cause="Vì", by=by), UNIT, OPEN[1:]),
    "ask extent": (lambda c, x, by: lifecycle.ask_extent(
        x, question="Có không?", unit=c.office, by=by), UNIT, OPEN[2:]),
    "judge extent": (lambda c, x, by: lifecycle.judge_extent(x, extent="Không", by=by), UNIT, OPEN[2:]),
    "assess system": (lambda c, x, by: lifecycle.assess_system(
        x, risks="Không", objectives="Không", by=by), UNIT, OPEN[3:]),
    "add action": (lambda c, x, by: lifecycle.add_action(
        x, what="Tập huấn", person=c.clerk, due=today(), by=by), UNIT, OPEN[4:]),
    "remove action": (lambda c, x, by: lifecycle.remove_action(x.actions.first(), by=by), UNIT, ("with action",)),
    "send plan": (lambda c, x, by: lifecycle.send_plan(
        x, measure="x", judge_on=today(), by=by), UNIT, ("with action",)),
    "sign": (lambda c, x, by: sign(x.approval, by), {"head"}, ("sent",)),
    "return": (lambda c, x, by: approvals.return_to_sender(
        x.approval, reason="chưa rõ", by=by), {"head"}, ("sent",)),
    "finish": (lambda c, x, by: lifecycle.finish_action(
        x.actions.first(), note="xong", by=by), {"officer", "clerk"}, ("agreed", "longer asked")),
    "ask longer": (lambda c, x, by: lifecycle.ask_longer(
        x.actions.first(), due=today() + days(9), reason="mưa", by=by), {"officer", "clerk"}, ("agreed",)),
    "answer longer": (lambda c, x, by: lifecycle.answer_longer(
        Extension.objects.get(), grant=True, answer="", by=by), {"head"}, ("longer asked",)),
    "hand over": (lambda c, x, by: lifecycle.hand_over(
        x.actions.first(), person=c.colleague, by=by), {"officer", "unit_head"}, ("agreed", "longer asked")),
    "judge": (lambda c, x, by: lifecycle.judge(
        x, effective=True, why="đủ", by=by), {"officer", "lead", "auditor"}, ("done",)),
}  # fmt: skip
CANNOT_BE_TRIED = {
    # There is no action
    **dict.fromkeys(("remove action", "finish", "ask longer", "hand over"), (*OPEN[:5], "dropped")),
    **dict.fromkeys(("sign", "return"), (*OPEN, "dropped")),  # nothing was sent
    "answer longer": tuple(s for s in STAGES if s != "longer asked"),  # nobody asked
}  # fmt: skip


def at_stage(cast, case, stage):
    """Leads the case to a stage by the steps themselves."""
    by, number = cast.clerk, STAGES.index(stage)
    if stage == "dropped":
        lifecycle.reply(case.finding, accepts=False, text="Có giấy", by=by)
        lifecycle.decide(case.finding, upholds=False, text="Đúng vậy", by=cast.lead)
    if 1 <= number <= 11:
        case = lifecycle.correct(case, correction="Bổ sung", by=by)
    if 2 <= number <= 11:
        case = lifecycle.find_cause(case, cause="Chưa ai kiểm tra", by=by)
    if 3 <= number <= 11:
        case = lifecycle.judge_extent(case, extent="Không nơi khác", by=by)
    if 4 <= number <= 11:
        case = lifecycle.assess_system(case, risks="Không", objectives="Không", by=by)
    if 5 <= number <= 11:
        lifecycle.add_action(case, what="Kiểm tra", person=cast.clerk, due=today(), by=by)
    if 6 <= number <= 11:
        case = lifecycle.send_plan(case, measure="Đủ giấy", judge_on=today(), by=by)
    if 7 <= number <= 11:
        case = agree(case, cast.head)
    if stage == "longer asked":
        lifecycle.ask_longer(case.actions.get(), due=today() + days(5), reason="bão", by=by)
    if 9 <= number <= 11:
        lifecycle.finish_action(case.actions.get(), note="xong", by=by)
    if stage in {"closed", "ineffective"}:
        lifecycle.judge(case, effective=stage == "closed", why="Đã xem", by=cast.lead)
    return Nonconformity.objects.get(pk=case.pk)


@pytest.fixture
@kept
def everybody(cast, appoint):
    cast.unit_head = appoint("unithead", "unit_head", cast.agency, unit=cast.field)
    return {name: getattr(cast, name) for name in sorted(EVERYBODY | {"unit_head"})}


@pytest.mark.pure  # rules in Python: one database is enough
@pytest.mark.parametrize("stage", STAGES)
def test_each_step_at_each_stage_by_everybody(cast, case, everybody, stage):
    """First everything that is refused, so that the stage stays; then what is allowed, each from
    the same stage again."""
    from django.db import transaction

    here = at_stage(cast, case, stage)
    may_do = set()
    for name, (attempt, may, stages) in STEPS.items():
        if stage in CANNOT_BE_TRIED.get(name, ()):
            continue
        # the head of the unit works in the unit
        allowed = (may | {"unit_head"} if may == UNIT else may) if stage in stages else set()
        for who, person in everybody.items():
            fresh = Nonconformity.objects.get(pk=here.pk)
            done = False
            try:
                with transaction.atomic():
                    attempt(cast, fresh, person)
                    done = True
                    raise Undone
            except (Refused, Undone):
                pass
            assert done == (who in allowed), (stage, name, who)
            may_do |= {name} if done else set()
    assert may_do == {name for name, (_a, _m, stages) in STEPS.items() if stage in stages}


class Undone(Exception):
    """Rolls a trial back."""


# --- what a minor one may skip --------------------------------------------------------------------


def test_a_minor_one_skips_extent_and_plan_by_the_agencys_rule_but_neither_cause_nor_judgement(
    cast,
):
    case = lifecycle.report(
        cast.agency, unit=cast.field, description="Ghi sai ngày", by=cast.officer
    )
    case = lifecycle.correct(case, correction="Đã sửa", by=cast.clerk)
    keeping_rules.set_rule(cast.agency, skips_extent=True, skips_plan=True, by=cast.officer)
    with pytest.raises(Refused, match="còn thiếu bước “Nguyên nhân”"):
        lifecycle.assess_system(case, risks="Không", objectives="Không", by=cast.clerk)
    case = lifecycle.find_cause(case, cause="Mẫu khó ghi", by=cast.clerk)
    case = lifecycle.assess_system(case, risks="Không", objectives="Không", by=cast.clerk)
    case = lifecycle.skip_plan(case, measure="Mười phiếu đúng", judge_on=today(), by=cast.officer)
    assert case.state == Nonconformity.State.VERIFYING
    with pytest.raises(Refused, match="không tự đánh giá"):
        lifecycle.judge(case, effective=True, why="Đúng cả", by=cast.officer)


@pytest.mark.parametrize(("minor", "skips"), [(True, False), (False, True)])
def test_without_the_rule_or_for_a_major_one_nothing_is_skipped(cast, minor, skips):
    keeping_rules.set_rule(cast.agency, skips_extent=skips, skips_plan=skips, by=cast.officer)
    case = lifecycle.report(
        cast.agency, unit=cast.field, description="x", minor=minor, by=cast.officer
    )
    case = lifecycle.correct(case, correction="Đã sửa", by=cast.clerk)
    case = lifecycle.find_cause(case, cause="Thiếu người", by=cast.clerk)
    with pytest.raises(Refused, match="còn thiếu bước “Phạm vi ảnh hưởng”"):
        lifecycle.assess_system(case, risks="Không", objectives="Không", by=cast.clerk)
    case = analyse(cast, case)
    with pytest.raises(Refused, match="phải có kế hoạch"):
        lifecycle.skip_plan(case, measure="x", judge_on=today(), by=cast.clerk)


# --- sources --------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", sorted(sources.ABOUT_CITIZENS))
def test_what_harmed_citizens_is_corrected_for_them_too(cast, source):
    case = lifecycle.report(
        cast.agency, unit=cast.field, description="Trả muộn", source=source, by=cast.officer
    )
    for missing, asked in (
        ({}, "đã được sửa thế nào"),
        ({"result_corrected": "Cấp lại"}, "thông báo cho người dân"),
        ({"result_corrected": "Cấp lại", "informed": "Gọi điện"}, "chấp nhận kết quả"),
    ):
        with pytest.raises(Refused, match=asked):
            lifecycle.correct(case, correction="Đã sửa", by=cast.clerk, **missing)
    done = {"result_corrected": "Cấp lại", "informed": "Gọi điện", "accepted_by": "Người nộp hồ sơ"}
    case = lifecycle.correct(case, correction="Đã sửa", by=cast.clerk, **done)
    assert lifecycle.gate_of(case) == Nonconformity.Gate.CAUSE


def test_a_later_app_names_its_own_source(cast):
    with pytest.raises(Refused, match="chọn nguồn"):
        lifecycle.report(cast.agency, unit=cast.field, description="x", source="feedback", by=cast.officer)  # fmt: skip
    sources.add("feedback", "Phản ánh của người dân")
    try:
        case = lifecycle.report(
            cast.agency, unit=cast.field, description="x", source="feedback", by=cast.officer
        )
        assert case.source_label == "Phản ánh của người dân"
    finally:
        sources.remove("feedback")


# --- causes and extent ----------------------------------------------------------------------------


def test_the_agency_extends_the_list_of_causes_and_another_agency_does_not_see_it(cast, case):
    group = Cause.objects.get(parent=None, name="Con người")
    own = keeping_rules.add_cause(cast.agency, parent=group, name="Mới nhận việc", by=cast.officer)
    offered = Cause.objects.offered_to(cast.agency)
    assert own in offered and own not in Cause.objects.offered_to(cast.other_agency)
    case = lifecycle.correct(case, correction="x", by=cast.clerk)
    case = lifecycle.find_cause(case, cause="Mới", whys=["Thiếu", " "], causes=[own], by=cast.clerk)
    assert (case.whys, list(case.causes.all())) == (["Thiếu"], [own])
    keeping_rules.end_cause(own, by=cast.officer)
    # Still there where it was chosen
    lifecycle.find_cause(case, cause="Mới", causes=[own], by=cast.clerk)
    with pytest.raises(Refused, match="Chỉ thư ký ISO"):
        keeping_rules.end_cause(own, by=cast.stranger)


def test_extent_waits_for_those_who_were_asked_and_they_read_the_question_alone(cast, case, client):
    case = lifecycle.correct(case, correction="x", by=cast.clerk)
    case = lifecycle.find_cause(case, cause="x", by=cast.clerk)
    row = lifecycle.ask_extent(
        case, agency=cast.other_agency, question="Có thế không?", by=cast.clerk
    )
    with pytest.raises(Refused, match="chưa trả lời"):
        lifecycle.judge_extent(case, extent="Không", by=cast.clerk)
    client.force_login(cast.stranger)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Có thế không?" in page and case.code not in page and case.description not in page
    assert client.get(case.get_absolute_url()).status_code == 404
    client.post(row.get_absolute_url(), {"exists": "yes", "answer": "Hai hồ sơ"})
    row.refresh_from_db()
    assert (row.exists, row.answer, row.answered_by_name) == (True, "Hai hồ sơ", str(cast.stranger))
    case = lifecycle.judge_extent(case, extent="Có ở hai hồ sơ", by=cast.clerk)
    assert lifecycle.gate_of(case) == Nonconformity.Gate.SYSTEM
    for nobody in (cast.reader, cast.overseer):
        client.force_login(nobody)
        assert client.get(row.get_absolute_url()).status_code == (
            200 if nobody == cast.overseer else 404
        )


# --- documents ------------------------------------------------------------------------------------


def test_an_action_that_changes_a_document_waits_for_its_new_version(cast, case):
    case = analyse(cast, case)
    action = lifecycle.add_action(
        case, what="Thêm bước kiểm tra", person=cast.clerk, due=today(), document=cast.document, by=cast.clerk
    )  # fmt: skip
    assert not ChangeRequest.objects.exists()  # no work before the plan is agreed to
    case = agree(lifecycle.send_plan(case, measure="x", judge_on=today(), by=cast.clerk), cast.head)
    asked = ChangeRequest.objects.get()
    assert (asked.source, asked.document_id) == (f"action:{action.pk}", cast.document.pk)
    with pytest.raises(Refused, match="chưa có phiên bản mới"):
        lifecycle.finish_action(action, note="xong", by=cast.clerk)
    later = today() + days(3)
    page = cast.document.specific
    page.change_summary = "Thêm bước"
    page.save_revision(user=cast.officer)
    version = issue(page, issued_on=today(), effective_on=later, by=cast.officer)
    ChangeRequest.objects.filter(pk=asked.pk).update(state="done", done_in=version)
    with pytest.raises(Refused, match="chưa có phiên bản mới"):
        lifecycle.finish_action(action, note="xong", by=cast.clerk)
    with on_day(later):
        assert Version.objects.in_force().get(document=page.pk) == version
        lifecycle.finish_action(action, note="xong", by=cast.clerk)


# --- more time, another doer, the line ------------------------------------------------------------


def test_more_time_is_granted_by_who_signed_the_plan_and_moves_the_reminders(cast, agreed, appoint):
    other = appoint("other", "approver", cast.agency, name="Phó Giám Đốc")
    action, later = agreed.actions.get(), today() + days(40)
    asked = lifecycle.ask_longer(action, due=later, reason="Chờ phần mềm", by=cast.clerk)
    with pytest.raises(Refused, match="Chỉ người đã ký kế hoạch"):
        lifecycle.answer_longer(asked, grant=True, answer="", by=other)
    with pytest.raises(Refused, match="đang chờ trả lời"):
        lifecycle.ask_longer(action, due=later, reason="x", by=cast.clerk)
    lifecycle.answer_longer(asked, grant=True, answer="", by=cast.head)
    with pytest.raises(Refused, match="đã được trả lời"):
        lifecycle.answer_longer(asked, grant=False, answer="Không", by=cast.head)
    action.refresh_from_db()
    agreed.refresh_from_db()
    assert (action.due, agreed.judge_on) == (later, later)
    before = set(Notice.objects.values_list("pk", flat=True))
    due.run_due(hour(today() + days(2), 8))  # the old date has passed: nothing is overdue
    assert not Notice.objects.exclude(pk__in=before).exists()
    due.run_due(hour(today() + days(10), 8))
    assert [n.kind for n in Notice.objects.exclude(pk__in=before)] == ["action_due"]


def test_who_signed_the_plan_grants_no_time_to_themselves(cast, agreed):
    action = lifecycle.hand_over(agreed.actions.get(), person=cast.head, by=cast.officer)
    asked = lifecycle.ask_longer(action, due=today() + days(40), reason="Chờ", by=cast.head)
    with pytest.raises(Refused, match="không phải người đề nghị"):
        lifecycle.answer_longer(asked, grant=True, answer="", by=cast.head)
    asked.refresh_from_db()
    assert asked.state == Extension.State.ASKED


def test_an_action_whose_doer_left_goes_back_to_the_head_of_the_unit(cast, agreed, appoint):
    head = appoint("unithead", "unit_head", cast.agency, unit=cast.field)
    appoint("clerk", "reader", cast.agency, unit=cast.field).appointments.update(
        ends_on=today() - days(1)
    )
    access.forget(cast.clerk)
    for _again in range(2):
        reminders.look_for_doers()
    told = Notice.objects.filter(kind="action_without_doer")
    assert sorted(one.person.username for one in told) == ["officer", "unithead"]
    lifecycle.hand_over(agreed.actions.get(), person=cast.colleague, by=head)
    assert agreed.actions.get().person == cast.colleague


@pytest.mark.parametrize("way", ["ended", "withdrawn", "deactivated", "elsewhere"])
def test_an_action_of_who_left_waits_for_the_head_and_the_officer(cast, agreed, appoint, way):
    head = appoint("unithead", "unit_head", cast.agency, unit=cast.field)
    held = cast.clerk.appointments.get()
    assert not waiting.orphans_of(cast.officer).exists()
    if way == "withdrawn":
        held.delete()
    elif way == "deactivated":
        cast.clerk.is_active = False
        cast.clerk.save()
    else:
        cast.clerk.appointments.update(ends_on=today() - days(1))
    if way == "elsewhere":
        appoint("clerk", "reader", cast.other_agency)
    for who in (cast.officer, head):
        assert list(waiting.orphans_of(who)) == [agreed.actions.get()]
    assert not waiting.orphans_of(cast.stranger).exists()


def test_overseers_are_told_on_the_days_that_the_city_sets(cast, sent, system_admin):
    with pytest.raises(Refused, match="Chỉ quản trị hệ thống"):
        keeping_rules.set_city_days([30], by=cast.officer)
    keeping_rules.set_city_days([30], by=system_admin)
    agree(sent, cast.head)
    with on_day(today() + days(30)):
        due.run_due(hour(today(), 8))
    late = Notice.objects.filter(kind="action_late", person=cast.overseer)
    assert [one.url for one in late] == [sent.get_absolute_url()]


def test_a_plan_that_was_changed_behind_the_signature_is_not_agreed_to(cast, sent):
    sent.actions.update(what="Việc khác")
    with pytest.raises(Refused, match="không đúng với nội dung đã ký"):
        agree(sent, cast.head)


def test_two_rounds_that_failed_are_linked_and_the_third_closes(cast, case):
    for effective in (False, False, True):
        case = agree(plan_actions(cast, case), cast.head)
        lifecycle.finish_action(case.actions.get(), note="xong", by=cast.clerk)
        lifecycle.judge(case, effective=effective, why="Đã xem", by=cast.lead)
        case = Nonconformity.objects.order_by("pk").last()
    rounds = list(Nonconformity.objects.order_by("pk").values_list("state", "follows"))
    first, second = Nonconformity.objects.order_by("pk").values_list("pk", flat=True)[:2]
    assert rounds == [("ineffective", None), ("ineffective", first), ("closed", second)]
