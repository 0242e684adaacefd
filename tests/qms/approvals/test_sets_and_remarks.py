"""Approvals of several things at once, and remarks on what is to be signed."""

import pytest

from qms.approvals import lifecycle, pages, queries, reminders
from qms.approvals.lifecycle.choosing import needs_choosing
from qms.approvals.steps import Step
from qms.errors import Refused
from qms.models import Approval, Notice, Unit
from tests.qms.approvals.conftest import sealed, state

pytestmark = pytest.mark.django_db
State = Approval.State


# --- a set ----------------------------------------------------------------------------------------


def test_a_set_is_signed_as_one_list(send, sign, reviewer, approver):
    approval = send(1, 2, 3)
    sign(approval, reviewer)
    signature = sign(approval, approver)
    assert state(approval) == State.DONE and len(signature.covers) == 3
    assert "3 nội dung" in signature.sentence


def test_taking_one_out_seals_the_list_again(send, sign, plans, reviewer, approver, author):
    approval = send(1, 2, 3)
    sign(approval, reviewer)
    before = approval.manifest
    item = approval.items.get(subject="plan:2")
    lifecycle.take_out(item, by=approver, reason="Chưa rõ hạn")
    approval.refresh_from_db()
    assert approval.manifest != before and approval.step == 1
    assert plans.told[-1] == ("taken_out:plan:2", approval.pk)
    assert queries.open_for("plan:2") is None and queries.open_for("plan:1") == approval
    assert len(sign(approval, approver).covers) == 2 and state(approval) == State.DONE


def test_an_approval_over_the_old_list_counts_no_longer(
    send, sign, agency, officer, appoint, approver
):
    second = appoint("second", "approver", agency)
    two = [Step("approved", "role", "approver", quorum=2)]
    lifecycle.save_rule(agency, "plan:year", two, by=officer)
    approval = send(1, 2)
    sign(approval, approver)
    lifecycle.take_out(approval.items.get(subject="plan:2"), by=second, reason="Sai")
    approval.refresh_from_db()
    assert queries.signatures_over(approval) == []
    sign(approval, second)
    assert state(approval) == State.OPEN and list(queries.to_be_signed_by(approver)) == [approval]
    sign(approval, approver)
    assert state(approval) == State.DONE


def test_taking_out_needs_a_seat_a_reason_and_something_left(send, reviewer, author):
    approval = send(1, 2)
    one, two = approval.items.all()
    with pytest.raises(Refused):
        lifecycle.take_out(one, by=author, reason="x")
    with pytest.raises(Refused, match="lý do"):
        lifecycle.take_out(one, by=reviewer, reason="")
    lifecycle.take_out(one, by=reviewer, reason="x")
    with pytest.raises(Refused, match="đã được đưa ra"):
        lifecycle.take_out(one, by=reviewer, reason="x")
    with pytest.raises(Refused, match="duy nhất"):
        lifecycle.take_out(two, by=reviewer, reason="x")


# --- remarks --------------------------------------------------------------------------------------


def test_nobody_signs_over_an_unanswered_must(send, sign, reviewer, author):
    approval = send(1)
    remark = lifecycle.remark(
        approval.items.get(), by=reviewer, anchor="muc-1", weight="must", text="Sai hạn"
    )
    with pytest.raises(Refused, match="1 ý kiến phải sửa"):
        sign(approval, reviewer)
    lifecycle.answer(remark, by=author, text="Đúng theo Quyết định 12")
    assert sign(approval, reviewer).step == 0


def test_a_suggestion_does_not_hold_up_anybody(send, sign, reviewer):
    approval = send(1)
    item = approval.items.get()
    lifecycle.remark(item, by=reviewer, anchor="", weight="suggestion", text="Nên ngắn hơn")
    assert sign(approval, reviewer)


def test_the_next_round_is_sent_once_what_must_be_was_answered(send, sign, reviewer, author):
    approval = send(1)
    remark = lifecycle.remark(
        approval.items.get(), by=reviewer, anchor="", weight="must", text="Sai"
    )
    lifecycle.return_to_sender(approval, by=reviewer, reason="Sửa đi")
    with pytest.raises(Refused, match="Hãy trả lời rồi trình lại"):
        send(1, before=approval)
    lifecycle.answer(remark, by=author, text="Đã sửa")
    assert send(1, before=approval).round == 2


def test_who_remarks_and_who_answers(send, reviewer, approver, author, reader, officer, stranger):
    approval = send(1)
    item = approval.items.get()
    for user in (reader, author, stranger, officer):
        with pytest.raises(Refused, match="Chỉ người được giao"):
            lifecycle.remark(item, by=user, anchor="", weight="must", text="x")
    remark = lifecycle.remark(item, by=approver, anchor="", weight="must", text="x")
    for user in (reviewer, approver, officer, stranger):
        with pytest.raises(Refused, match="Chỉ người trình"):
            lifecycle.answer(remark, by=user, text="x")
    with pytest.raises(Refused, match="Phải sửa"):
        lifecycle.remark(item, by=reviewer, anchor="", weight="grave", text="x")
    with pytest.raises(Refused, match="ghi ý kiến"):
        lifecycle.remark(item, by=reviewer, anchor="", weight="must", text=" ")
    with pytest.raises(Refused, match="quá dài"):
        lifecycle.remark(item, by=reviewer, anchor="", weight="must", text="x" * 6000)


def test_whoever_must_sign_again_is_told_and_reminded(
    send, sign, agency, officer, appoint, approver
):
    second = appoint("second", "approver", agency)
    two = [Step("approved", "role", "approver", quorum=2)]
    lifecycle.save_rule(agency, "plan:year", two, by=officer)
    approval = send(1, 2)
    sign(approval, approver)
    lifecycle.take_out(approval.items.get(subject="plan:2"), by=second, reason="Sai")
    approval.refresh_from_db()
    assert Notice.objects.get(kind="approval_sign_again").person == approver
    assert {one.pk for one in reminders.waiting_people(approval)} == {approver.pk, second.pk}


# --- a set of several owners ----------------------------------------------------------------------


@pytest.fixture
def heads(agency, officer, appoint, plans, reviewer, approver):
    """Two units with a head each, and a rule that begins with the head of the owning unit."""
    units = [Unit.objects.create(agency=agency, name=name) for name in ("Phòng Một", "Phòng Hai")]
    found = [(unit, appoint(f"head-{unit.pk}", "unit_head", agency, unit=unit)) for unit in units]
    steps = [Step("reviewed", "unit_head"), Step("approved", "role", "approver")]
    lifecycle.save_rule(agency, "plan:year", steps, by=officer)
    return found


def of_units(agency, by, *units):
    items = [sealed(n, unit_id=unit.pk if unit else None) for n, unit in enumerate(units, 1)]
    return lifecycle.send("plan", items, agency=agency, title="Kế hoạch", by=by)


def test_the_head_of_each_owning_unit_signs(heads, sign, agency, author, approver):
    (one, first), (two, second) = heads
    approval = of_units(agency, author, one, two)
    sign(approval, first)
    approval.refresh_from_db()
    assert approval.step == 0 and list(queries.to_be_signed_by(second)) == [approval]
    sign(approval, second)
    sign(approval, approver)
    assert state(approval) == State.DONE


def test_one_signature_counts_for_both_units_of_a_head(
    heads, sign, agency, author, appoint, approver
):
    (one, first), (two, second) = heads
    agency.appointments.filter(person=second).update(person=first)
    approval = of_units(agency, author, one, two)
    sign(approval, first)
    approval.refresh_from_db()
    assert approval.step == 1


def test_a_unit_whose_document_is_taken_out_is_no_longer_waited_for(heads, sign, agency, author):
    (one, first), (two, _second) = heads
    approval = of_units(agency, author, one, one, two)
    lifecycle.take_out(approval.items.get(subject="plan:3"), by=first, reason="Sai")
    sign(approval, first)
    approval.refresh_from_db()
    assert approval.step == 1


def test_when_the_last_unit_waited_for_is_taken_out_the_next_step_is_told(
    heads, sign, agency, author, approver
):
    (one, first), (two, second) = heads
    approval = of_units(agency, author, one, two)
    sign(approval, first)
    lifecycle.take_out(approval.items.get(subject="plan:2"), by=second, reason="Sai")
    approval.refresh_from_db()
    assert approval.step == 1
    assert Notice.objects.filter(person=approver, kind="approval_waits").count() == 1


def test_the_officer_names_somebody_for_the_unit_whose_head_left(
    heads, sign, agency, author, officer, reviewer, approver
):
    (one, first), (two, second) = heads
    approval = of_units(agency, author, one, two)
    assert not needs_choosing(approval, 0)
    agency.appointments.filter(person=second).delete()
    assert needs_choosing(approval, 0)
    lifecycle.choose_other_signers(approval, 0, by=officer, people=[reviewer.pk], reason="Khuyết")
    sign(approval, reviewer)
    approval.refresh_from_db()
    assert approval.step == 0  # whoever was named stands in for that unit alone
    sign(approval, first)
    approval.refresh_from_db()
    assert approval.step == 1


def test_a_set_with_an_item_of_no_unit_or_of_one_without_a_head_is_not_sent(
    heads, agency, author, plans
):
    (one, _first), (two, second) = heads
    with pytest.raises(Refused, match="chưa ghi đơn vị chủ trì"):
        of_units(agency, author, one, None)
    agency.appointments.filter(person=second).delete()
    with pytest.raises(Refused, match="không đủ người ký được"):
        of_units(agency, author, one, two)


def test_what_was_taken_out_keeps_its_remarks_when_it_is_sent_again(
    send, sign, author, officer, reviewer, approver
):
    approval = send(1, 2)
    item = approval.items.get(subject="plan:2")
    remark = lifecycle.remark(item, by=reviewer, anchor="", weight="must", text="Sai thời hạn")
    lifecycle.take_out(item, by=reviewer, reason="Chưa xong")
    sign(approval, reviewer)
    sign(approval, approver)
    again = send(2, by=officer, text="Đã sửa")
    assert queries.before_of(again.items.get()) == item
    assert [one.remark for one in pages.threads(again, again.items.get())] == [remark]
    with pytest.raises(Refused, match="1 ý kiến phải sửa"):
        sign(again, reviewer)
    with pytest.raises(Refused, match="Chỉ người trình"):
        lifecycle.answer(remark, by=author, text="Xong", approval=again)
    lifecycle.answer(remark, by=officer, text="Đã sửa thời hạn", approval=again)
    assert sign(again, reviewer).step == 0


def test_a_remark_on_something_else_is_not_answered_here(send, reviewer, author):
    approval, other = send(1), send(2)
    remark = lifecycle.remark(
        approval.items.get(), by=reviewer, anchor="", weight="must", text="Sai thời hạn"
    )
    with pytest.raises(Refused, match="nội dung khác"):
        lifecycle.answer(remark, by=author, text="Xong", approval=other)


def test_once_it_was_issued_nothing_of_the_set_is_continued(send, sign, reviewer, approver):
    approval = send(1, 2)
    lifecycle.take_out(approval.items.get(subject="plan:2"), by=reviewer, reason="Chưa xong")
    alone = send(2)
    sign(alone, reviewer)
    sign(alone, approver)
    assert queries.continued(send(2)) == []
