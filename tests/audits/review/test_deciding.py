"""A management review is written, decided, signed and frozen; its decisions become tasks."""

import datetime
import json

import pytest

from audits import lifecycle, waiting
from audits.models import Decision
from audits.review import kind, readiness, rules
from qms import access
from qms.approvals import lifecycle as approvals
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle import people
from qms.models import Appointment, DueWork, Notice
from tests.audits.conftest import days, sign
from tests.audits.review.conftest import MINUTES, OTHERS

pytestmark = pytest.mark.django_db


# -- writing and deciding


def test_who_prepares(cast, review):
    for name in ("head", *OTHERS):
        by = getattr(cast, name)
        for step in (
            lambda by=by: lifecycle.change_review(review, by=by, **MINUTES),
            lambda by=by: lifecycle.write_input(review, "audits", said="x", by=by),
            lambda by=by: lifecycle.collect_again(review, by=by),
            lambda by=by: kind.send(review, by=by),
            lambda by=by: lifecycle.create_review(
                cast.agency, held_on=today(), since=today(), chair=cast.head, by=by
            ),
        ):
            with pytest.raises(Refused, match="Chỉ thư ký ISO"):
                step()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"what": "  "}, "việc phải làm"),
        ({"due": datetime.date(2020, 1, 1)}, "trước ngày họp"),
        ({"person": "stranger"}, "đang làm việc tại cơ quan"),
        ({"kind": "other"}, "other"),
    ],
)
def test_a_decision_needs_what_who_and_when(cast, review, fields, said):
    given = {"kind": "system", "what": "Sửa", "person": "clerk", "due": today(), **fields}
    given["person"] = getattr(cast, given["person"])
    with pytest.raises(Refused, match=said):
        lifecycle.add_decision(review, by=cast.officer, **given)
    assert not Decision.objects.exists()


def test_who_chairs_is_an_approver_and_who_was_present_works_here(cast, review):
    with pytest.raises(Refused, match="chủ trì"):
        lifecycle.change_review(review, chair=cast.clerk, by=cast.officer)
    with pytest.raises(Refused, match="không làm việc"):
        lifecycle.change_review(review, people=[cast.stranger], by=cast.officer)
    with pytest.raises(Refused, match="bắt đầu trước"):
        lifecycle.change_review(review, since=today() + days(1), by=cast.officer)


# -- signing


def test_each_point_that_is_open_is_named(cast, review):
    lifecycle.change_review(review, held_on=today() + days(3), by=cast.officer)
    review.refresh_from_db()
    found = "\n".join(readiness.points(review))
    for said in ("chưa diễn ra", "ai dự họp", "chưa thu thập xong", "Còn 12 nội dung",
                 "diễn biến", "kết luận của người chủ trì"):  # fmt: skip
        assert said in found


def test_a_meeting_in_the_future_is_not_signed(cast, written):
    lifecycle.change_review(written, held_on=today() + days(1), by=cast.officer)
    with pytest.raises(Refused, match="chưa diễn ra"):
        kind.send(written, by=cast.officer)


def test_nobody_present(cast, written):
    lifecycle.change_review(written, people=[], guests="", by=cast.officer)
    with pytest.raises(Refused, match="ai dự họp"):
        kind.send(written, by=cast.officer)


def test_it_is_not_sent_while_figures_are_collected(cast, written):
    lifecycle.collect_again(written, by=cast.officer)
    with pytest.raises(Refused, match="chưa thu thập xong"):
        kind.send(written, by=cast.officer)


def test_nobody_but_the_head_signs(cast, written):
    approval = kind.send(written, by=cast.officer)
    for name in ("officer", *OTHERS):
        with pytest.raises(Refused):
            sign(approval, getattr(cast, name))
    sign(approval, cast.head)
    written.refresh_from_db()
    assert written.is_signed and written.signed_on == today()


def test_from_sending_on_nothing_changes(cast, written):
    approval = kind.send(written, by=cast.officer)
    decision = written.decisions.first()
    for step in (
        lambda: lifecycle.change_review(written, by=cast.officer, **MINUTES),
        lambda: lifecycle.write_input(written, "audits", said="x", by=cast.officer),
        lambda: lifecycle.collect_again(written, by=cast.officer),
        lambda: lifecycle.remove_decision(decision, by=cast.officer),
    ):
        with pytest.raises(Refused, match="đang được trình"):
            step()
    sign(approval, cast.head)
    with pytest.raises(Refused, match="Đã ký"):
        lifecycle.write_input(written, "audits", said="x", by=cast.officer)


def test_what_was_signed_is_what_was_sealed(cast, written):
    approval = kind.send(written, by=cast.officer)
    written.inputs.filter(topic="audits").update(said="Khác")
    with pytest.raises(Refused, match="đã thay đổi sau khi trình"):
        sign(approval, cast.head)
    written.refresh_from_db()
    assert not written.is_signed


def test_a_signed_record_stays_as_it_was(cast, signed):
    sealed = json.dumps(kind.sealed_facts(signed), sort_keys=True)
    lifecycle.finish_decision(signed.decisions.first(), note="Đã mua", by=cast.officer)
    signed.inputs.update(said="Sửa lén")
    assert json.dumps(kind.sealed_facts(signed), sort_keys=True) == sealed


def test_what_the_head_returns_is_changed_and_sent_again(cast, written):
    approval = kind.send(written, by=cast.officer)
    access.forget(cast.head)
    approvals.return_to_sender(approval, by=cast.head, reason="Ghi rõ hơn")
    lifecycle.write_input(written, "audits", said="Rõ hơn", by=cast.officer)
    again = kind.send(written, by=cast.officer)
    assert again.round == 2
    sign(again, cast.head)
    written.refresh_from_db()
    [audits] = [one for one in kind.sealed_facts(written)["inputs"] if one["topic"] == "audits"]
    assert audits["said"] == "Rõ hơn"


# -- follow-up of decisions


def test_decisions_become_work_with_the_signature(cast, written):
    assert not waiting.decisions(cast.clerk)
    with pytest.raises(Refused, match="sau khi biên bản đã ký"):
        lifecycle.finish_decision(written.decisions.last(), note="x", by=cast.clerk)
    sign(kind.send(written, by=cast.officer), cast.head)
    [task] = waiting.decisions(cast.clerk)
    assert task.label == "Sửa quy trình cấp phiếu"
    assert Notice.objects.filter(person=cast.clerk, kind="decision_given").count() == 1
    planned = DueWork.objects.filter(kind="audits.remind_decision", done_at=None)
    assert planned.count() == 5 + 4  # forty days away: all five; ten days away: not the thirtieth


def test_the_doer_says_what_was_done_and_nobody_else(cast, signed):
    decision = signed.decisions.get(person=cast.clerk)
    for name in ("lead", "colleague", "head", "stranger", "overseer"):
        with pytest.raises(Refused):
            lifecycle.finish_decision(decision, note="Xong", by=getattr(cast, name))
    with pytest.raises(Refused, match="kết quả"):
        lifecycle.finish_decision(decision, note=" ", by=cast.clerk)
    lifecycle.finish_decision(decision, note="Đã ban hành bản mới", by=cast.clerk)
    assert not waiting.decisions(cast.clerk)
    with pytest.raises(Refused, match="đã hoàn thành"):
        lifecycle.finish_decision(decision, note="Nữa", by=cast.clerk)
    kept = DueWork.objects.filter(kind="audits.remind_decision", done_at=None)
    assert {one.data["decision"] for one in kept} == {signed.decisions.exclude(pk=decision.pk).get().pk}  # fmt: skip


def test_an_officer_hands_over_what_somebody_who_left_had_to_do(cast, signed):
    decision = signed.decisions.get(person=cast.clerk)
    for post in Appointment.objects.filter(person=cast.clerk):
        people.end_appointment(post, on_day=today() - days(1), by=None)
    access.forget(cast.clerk)
    assert not rules.reviews_of(cast.clerk).exists() and not waiting.decisions(cast.clerk)
    with pytest.raises(Refused):
        lifecycle.finish_decision(decision, note="Xong", by=cast.clerk)
    with pytest.raises(Refused):
        lifecycle.hand_over_decision(decision, person=cast.lead, by=cast.head)
    with pytest.raises(Refused, match="đang làm việc"):
        lifecycle.hand_over_decision(decision, person=cast.stranger, by=cast.officer)
    lifecycle.hand_over_decision(decision, person=cast.lead, by=cast.officer)
    assert [task.label for task in waiting.decisions(cast.lead)] == [decision.what]
