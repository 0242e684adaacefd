"""Every step of an approval: it works, and is refused to the wrong role, at the wrong moment, in
another agency."""

import pytest
from django.db import DatabaseError, transaction

from qms import access
from qms.approvals import lifecycle, queries, rules
from qms.approvals.lifecycle.advancing import advance_all
from qms.approvals.steps import Step
from qms.errors import Refused
from qms.models import Approval, Event, Notice, Remark, Signature
from qms.proof import store
from tests.qms.approvals.conftest import sealed, state

pytestmark = pytest.mark.django_db

State = Approval.State


def events(approval):
    rows = Event.objects.filter(subject=f"approval:{approval.pk}").order_by("number")
    return [one.kind for one in rows]


# --- sending --------------------------------------------------------------------------------------


def test_sending_seals_the_bytes_and_opens_the_first_step(send, plans):
    approval = send(1)
    item = approval.items.get()
    assert store.read(item.digest) == sealed(1).data
    assert (approval.state, approval.step, approval.round) == (State.OPEN, 0, 1)
    assert queries.open_for("plan:1") == approval
    assert events(approval) == ["approval_sent"] and plans.told == [("sent", approval.pk)]


def test_who_may_not_send_is_refused(send, reader, stranger):
    for user in (reader, stranger):
        with pytest.raises(Refused, match="không có quyền trình"):
            send(1, by=user)
    assert not Approval.objects.exists()


def test_a_thing_is_in_one_open_approval_at_a_time(send, officer):
    send(1)
    with pytest.raises(Refused, match="đang được trình"):
        send(1, by=officer)
    assert Approval.objects.count() == 1


def test_the_same_thing_twice_in_a_set_is_refused(send):
    with pytest.raises(Refused, match="hai lần"):
        send(1, 1)


def test_nothing_to_send_is_refused(plans, agency, author):
    with pytest.raises(Refused, match="Chưa có nội dung"):
        lifecycle.send("plan", [], agency=agency, title="x", by=author)


def test_without_an_approver_nothing_is_sent_and_the_sentence_says_who_can_help(
    plans, agency, author, reviewer
):
    with pytest.raises(Refused, match="Bước 2 .* Quản trị cơ quan giao vai trò"):
        lifecycle.send("plan", [sealed(1)], agency=agency, title="x", by=author)
    assert not Approval.objects.exists()


def test_one_person_for_both_steps_is_not_enough(plans, agency, author, appoint):
    both = appoint("both", "reviewer", agency)
    appoint("both", "approver", agency)
    with pytest.raises(Refused, match="không ai ký hai lần"):
        lifecycle.send("plan", [sealed(1)], agency=agency, title="x", by=author)
    assert both.is_active


def test_the_only_reviewer_may_not_have_drafted_it(send, reviewer):
    with pytest.raises(Refused, match="Bước 1"):
        send(1, excluded=[reviewer])


# --- signing --------------------------------------------------------------------------------------


def test_both_sign_and_it_is_done(send, sign, plans, reviewer, approver):
    approval = send(1)
    sign(approval, reviewer)
    assert (state(approval), approval.step) == (State.OPEN, 1)
    signature = sign(approval, approver)
    assert state(approval) == State.DONE and queries.complete(approval)
    assert (signature.name, signature.post, signature.meaning) == (
        "Đinh Văn Phê Duyệt", "Giám đốc", "approved",
    )  # fmt: skip
    assert signature.sentence.startswith("Tôi đã xem xét")
    assert events(approval) == [
        "approval_sent", "approval_signed", "approval_signed", "approval_approved",
    ]  # fmt: skip
    assert [how for how, _pk in plans.told] == ["sent", "all signed", "done"]
    assert queries.open_for("plan:1") is None


def test_what_its_app_leaves_to_a_clerk_waits_and_is_finished_later(
    send, sign, plans, reviewer, approver, officer
):
    plans.carries_out = False
    approval = send(1)
    sign(approval, reviewer)
    sign(approval, approver)
    assert state(approval) == State.APPROVED and queries.open_for("plan:1") == approval
    lifecycle.finish(approval, by=officer)
    assert state(approval) == State.DONE and events(approval)[-1] == "approval_done"


def test_finishing_what_is_not_approved_is_refused(send, officer):
    with pytest.raises(Refused, match="tình trạng"):
        lifecycle.finish(send(1), by=officer)


def test_people_without_a_seat_do_not_sign(send, sign, approver, reader, officer, stranger, author):
    approval = send(1)
    for user in (approver, reader, officer, stranger):
        with pytest.raises(Refused, match="không chờ chữ ký"):
            sign(approval, user)
    with pytest.raises(Refused, match="Người soạn hoặc người trình"):
        sign(approval, author)
    assert not Signature.objects.exists()


def test_who_drafted_signs_nothing_even_with_the_role(send, sign, appoint, agency):
    drafter = appoint("drafter", "reviewer", agency)
    approval = send(1, excluded=[drafter])
    with pytest.raises(Refused, match="Người soạn"):
        sign(approval, drafter)


def test_a_reviewer_of_another_agency_neither_signs_nor_sees(send, sign, appoint, other_agency):
    other = appoint("other", "reviewer", other_agency)
    approval = send(1)
    with pytest.raises(Refused):
        sign(approval, other)
    assert not rules.may_see(other, approval)


def test_nobody_signs_twice(send, sign, appoint, agency, reviewer):
    appoint("reviewer", "approver", agency)
    approval = send(1)
    sign(approval, reviewer)
    with pytest.raises(Refused, match="Bạn đã ký"):
        sign(approval, reviewer)
    assert Signature.objects.count() == 1


def test_another_digest_than_the_page_showed_is_refused(send, sign, reviewer):
    approval = send(1)
    with pytest.raises(Refused, match="tải lại trang"):
        sign(approval, reviewer, manifest="0" * 64)
    with pytest.raises(Refused, match="tải lại trang"):
        sign(approval, reviewer, manifest="")


def test_a_changed_rule_changes_nothing_under_way(send, sign, agency, officer, reviewer, approver):
    from qms.approvals.steps import Step

    approval = send(1)
    lifecycle.save_rule(
        agency, "plan:year", [Step("approved", "role", "approver", quorum=1)], by=officer
    )
    assert [one["meaning"] for one in approval.rule] == ["reviewed", "approved"]
    sign(approval, reviewer)
    sign(approval, approver)
    assert state(approval) == State.DONE


def test_changed_facts_in_the_table_make_signing_impossible(send, sign, reviewer):
    approval = send(1)
    Approval.objects.filter(pk=approval.pk).update(rule=approval.rule[1:])
    with pytest.raises(Refused, match="không khớp"):
        sign(approval, reviewer)


def test_a_changed_digest_of_an_item_is_not_complete(send, sign, plans, reviewer, approver):
    plans.carries_out = False
    approval = send(1)
    sign(approval, reviewer)
    sign(approval, approver)
    approval.refresh_from_db()
    other = store.add(b"another content")
    approval.items.update(digest=other.sha256)
    assert not queries.complete(approval)


def test_a_state_set_by_hand_is_not_complete(send):
    approval = send(1)
    Approval.objects.filter(pk=approval.pk).update(state=State.APPROVED, step=2)
    approval.refresh_from_db()
    assert not queries.complete(approval)


@pytest.mark.parametrize("table", ["signature", "remark"])
def test_signatures_and_remarks_are_never_changed(send, sign, reviewer, approver, table):
    approval = send(1)
    lifecycle.remark(
        approval.items.get(), by=reviewer, anchor="", weight="suggestion", text="Xem lại"
    )
    sign(approval, reviewer)
    rows = Signature.objects if table == "signature" else Remark.objects
    for act in (lambda: rows.all().delete(), lambda: rows.update(at="2020-01-01T00:00Z")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert rows.count() == 1


# --- ends -----------------------------------------------------------------------------------------


def test_a_reviewer_returns_it_and_the_next_round_follows(send, reviewer, author, plans):
    approval = send(1)
    lifecycle.return_to_sender(approval, by=reviewer, reason="Thiếu biểu mẫu")
    assert state(approval) == State.RETURNED and approval.reason == "Thiếu biểu mẫu"
    again = send(1, before=approval, text="Nội dung mới")
    assert (again.round, again.first, again.before) == (2, approval, approval)
    assert list(queries.thread_of(again)) == [approval, again]
    assert queries.before_of(again.items.get()).digest == approval.items.get().digest


def test_returning_needs_a_seat_a_reason_and_an_open_approval(send, reviewer, approver, author):
    approval = send(1)
    for user in (approver, author):
        with pytest.raises(Refused):
            lifecycle.return_to_sender(approval, by=user, reason="x")
    with pytest.raises(Refused, match="lý do"):
        lifecycle.return_to_sender(approval, by=reviewer, reason="  \x00")
    lifecycle.take_back(approval, by=author)
    with pytest.raises(Refused, match="tình trạng"):
        lifecycle.return_to_sender(approval, by=reviewer, reason="x")


def test_the_sender_takes_it_back(send, author, reviewer, officer, stranger):
    approval = send(1)
    for user in (reviewer, officer, stranger):
        with pytest.raises(Refused, match="Chỉ người trình"):
            lifecycle.take_back(approval, by=user)
    lifecycle.take_back(approval, by=author)
    assert state(approval) == State.TAKEN_BACK and queries.open_for("plan:1") is None
    with pytest.raises(Refused, match="tình trạng"):
        lifecycle.take_back(approval, by=author)
    assert events(approval) == ["approval_sent", "approval_taken_back"]


def test_an_officer_takes_back_for_a_sender_who_left(send, author, officer):
    approval = send(1)
    author.appointments.update(ends_on="2020-02-01")
    lifecycle.take_back(approval, by=officer)
    assert state(approval) == State.TAKEN_BACK


def test_an_officer_makes_it_void_with_a_reason(send, officer, author, stranger):
    approval = send(1)
    for user in (author, stranger):
        with pytest.raises(Refused, match="thư ký ISO"):
            lifecycle.void(approval, by=user, reason="x")
    with pytest.raises(Refused, match="lý do"):
        lifecycle.void(approval, by=officer, reason="")
    lifecycle.void(approval, by=officer, reason="Trình nhầm")
    assert state(approval) == State.VOID


def test_what_is_returned_to_somebody_who_left_comes_to_the_officers(
    send, agency, author, officer, reviewer
):
    approval = send(1, by=author)
    agency.appointments.filter(person=author).delete()
    access.forget(author)
    lifecycle.remark(
        approval.items.get(), by=reviewer, anchor="", weight="must", text="Sai thời hạn"
    )
    lifecycle.return_to_sender(approval, by=reviewer, reason="Sai")
    told = Notice.objects.filter(person=officer).values_list("kind", flat=True)
    assert set(told) == {"approval_remarked", "approval_returned"}
    assert list(queries.returned_to(officer)) == [approval]
    assert list(queries.returned_to(reviewer)) == []


def of_all(agency, officer, appoint):
    """Two reviewers who must both sign."""
    second = appoint("second", "reviewer", agency)
    steps = [Step("reviewed", "role", "reviewer", quorum=0), Step("approved", "role", "approver")]
    lifecycle.save_rule(agency, "plan:year", steps, by=officer)
    return second


def test_it_goes_on_when_the_one_who_had_not_signed_has_left(
    send, sign, agency, officer, appoint, reviewer, approver
):
    second = of_all(agency, officer, appoint)
    approval = send(1)
    sign(approval, reviewer)
    assert advance_all() == 0
    agency.appointments.filter(person=second).delete()
    assert (advance_all(), advance_all()) == (1, 0)
    approval.refresh_from_db()
    assert approval.step == 1 and list(queries.to_be_signed_by(approver)) == [approval]


def test_the_last_step_ends_it_the_same_way(send, sign, plans, agency, officer, appoint, approver):
    second = appoint("second", "approver", agency)
    every = [Step("approved", "role", "approver", quorum=0)]
    lifecycle.save_rule(agency, "plan:year", every, by=officer)
    approval = send(1)
    sign(approval, approver)
    agency.appointments.filter(person=second).delete()
    assert advance_all() == 1 and state(approval) == State.DONE
    assert plans.told[-2:] == [("all signed", approval.pk), ("done", approval.pk)]
