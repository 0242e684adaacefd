"""Approvals of several things at once, and remarks on what is to be signed."""

import pytest

from qms.approvals import lifecycle, queries
from qms.errors import Refused
from qms.models import Approval
from tests.qms.approvals.conftest import state

pytestmark = pytest.mark.django_db
State = Approval.State


# --- a set ----------------------------------------------------------------------------------------


def test_a_set_is_signed_as_one_list(send, sign, reviewer, approver):
    approval = send(1, 2, 3)
    sign(approval, reviewer)
    signature = sign(approval, approver)
    assert state(approval) == State.DONE and len(signature.covers) == 3
    assert "3 nội dung" in signature.sentence


def test_taking_one_out_seals_the_list_anew(send, sign, plans, reviewer, approver, author):
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
    from qms.approvals.steps import Step

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
