"""The report of an audit: written by the team, sent, signed by the lead, accepted by the head,
frozen."""

import pytest

from audits import lifecycle
from audits.models import Audit, Finding, HalfFile, Item, Nonconformity
from audits.report import building, kind, readiness, rules
from qms import access
from qms.approvals import lifecycle as approvals
from qms.errors import Refused
from tests.audits.conftest import agree, plan_actions, sign
from tests.audits.report.conftest import WORDS, set_aside

pytestmark = pytest.mark.django_db


# -- the course


def test_the_leads_signature_tells_the_findings_and_the_heads_accepts(cast, report_sent):
    assert Finding.objects.get().state == "draft"
    sign(report_sent, cast.lead)
    audit = Audit.objects.get()
    assert (audit.state, audit.conclusion) == ("concluded", WORDS["conclusion"])
    assert Finding.objects.get().state == "told" and Nonconformity.objects.count() == 1
    assert audit.report.accepted_on is None
    sign(report_sent, cast.head)
    audit.report.refresh_from_db()
    assert audit.report.accepted_on is not None


def test_from_the_leads_signature_on_findings_are_frozen(cast, lead_signed):
    finding = Finding.objects.get()
    with pytest.raises(Refused):
        lifecycle.change_finding(finding, by=cast.lead, seen="Khác")
    with pytest.raises(Refused):
        lifecycle.drop_finding(finding, reason="nhầm", by=cast.lead)
    with pytest.raises(Refused):
        lifecycle.raise_finding(
            finding.audit, grade="minor", seen="Thêm", unit=cast.field, clause="7.5", by=cast.lead
        )


def test_the_audit_closes_with_its_last_action_once_the_report_is_accepted(cast, accepted):
    work(cast)
    accepted.refresh_from_db()
    assert accepted.state == Audit.State.CLOSED


def test_an_audit_whose_report_waits_for_the_head_does_not_close(cast, lead_signed):
    work(cast)
    assert Audit.objects.get().state == Audit.State.CONCLUDED
    sign(lead_signed, cast.head)
    assert Audit.objects.get().state == Audit.State.CLOSED


def work(cast):
    case = agree(plan_actions(cast, Nonconformity.objects.get()), cast.head)
    lifecycle.finish_action(case.actions.get(), note="Đã làm", by=cast.clerk)
    lifecycle.judge(case, effective=True, why="Xem mười hồ sơ", by=cast.auditor)


def test_what_the_head_returns_is_changed_and_sent_again(cast, lead_signed):
    access.forget(cast.head)
    approvals.return_to_sender(lead_signed, by=cast.head, reason="Ghi rõ hơn")
    audit = Audit.objects.get()
    lifecycle.edit_report(audit, by=cast.lead, **{**WORDS, "conclusion": "Phù hợp, trừ một điểm."})
    again = kind.send(audit, by=cast.lead)
    assert again.round == 2
    for one in (cast.lead, cast.head):
        sign(again, one)
    audit.refresh_from_db()
    assert audit.report.accepted_on and Nonconformity.objects.count() == 1


def test_the_lead_takes_it_back_before_signing(cast, report_sent):
    approvals.take_back(report_sent, by=cast.lead)
    assert Audit.objects.get().state == "under_way"
    lifecycle.edit_report(Audit.objects.get(), by=cast.auditor, **WORDS)


# -- who


def test_only_the_lead_sends(cast, written):
    for name in ("officer", "head", "auditor", "idle", "clerk", "reader", "stranger", "overseer"):
        with pytest.raises(Refused):
            kind.send(written, by=getattr(cast, name))


def test_only_the_team_writes(cast, under_way):
    for name in ("officer", "head", "idle", "clerk", "stranger", "overseer"):
        with pytest.raises(Refused, match="trưởng đoàn và đánh giá viên"):
            lifecycle.edit_report(under_way, by=getattr(cast, name), **WORDS)


def test_the_head_signs_after_the_lead_and_nobody_else_does(cast, report_sent):
    for name in ("head", "auditor", "officer"):
        with pytest.raises(Refused):
            sign(report_sent, getattr(cast, name))
    sign(report_sent, cast.lead)
    for name in ("auditor", "officer", "lead"):
        with pytest.raises(Refused):
            sign(report_sent, getattr(cast, name))


def test_a_lead_from_outside_concludes_and_the_officer_sends(cast, under_way, appoint):
    guest = appoint("guest", "auditor", cast.other_agency, name="Hồ Khách")
    lifecycle.add_member(under_way, guest, "lead", by=None)
    lifecycle.answer(under_way.items.first(), result="conforms", by=cast.auditor)
    lifecycle.edit_report(under_way, by=guest, **WORDS)
    with pytest.raises(Refused):
        kind.send(under_way, by=guest)
    assert rules.may_conclude_here(guest, Audit.objects.get())
    lifecycle.raise_finding(
        under_way, grade="minor", seen="Thiếu", unit=cast.field, clause="7.5", by=guest
    )
    lifecycle.conclude(under_way, conclusion="Tốt", by=guest)
    approval = kind.send(Audit.objects.get(), by=cast.officer)
    assert [step["meaning"] for step in approval.rule] == ["approved"]
    sign(approval, cast.head)
    assert Audit.objects.get().report.accepted_on


# -- what prevents it


def test_each_point_that_is_open_is_named(cast, under_way):
    assert readiness.points(under_way, None) == [
        "Phiếu đánh giá chưa có câu trả lời nào.",
        "Chưa ghi kết luận. Hãy ghi kết luận của cuộc đánh giá.",
    ]
    item = under_way.items.first()
    lifecycle.answer(item, result="nonconformity", note="Thiếu", by=cast.auditor)
    HalfFile.objects.create(
        id="6fa459ea-ee8a-3ca4-894e-db77e160355e", audit=under_way, item=item.pk, by=cast.auditor,
        name="a.jpg", size=5,
    )  # fmt: skip
    set_aside(cast, under_way, "no_item")
    found = readiness.points(under_way, None)
    assert "chưa có phát hiện" in found[0] and item.text[:20] in found[0]
    assert "Máy của Bùi Đánh Giá đang gửi dở 1 tệp" in found[1]
    assert "Còn 1 nội dung từ máy để riêng" in found[2]


def test_answers_in_conflict_are_named(cast, written):
    item = written.items.exclude(finding__isnull=False).first()
    lifecycle.answer(item, result="conforms", by=cast.lead, seen="")
    lifecycle.answer(item, result="not_checked", by=cast.auditor, seen="")
    [point] = readiness.points(written, written.report)
    assert "hai câu trả lời khác nhau" in point and item.text[:20] in point
    with pytest.raises(Refused, match="hai câu trả lời"):
        kind.send(written, by=cast.lead)


def test_an_answer_given_after_sealing_stops_the_leads_signature(cast, report_sent):
    audit = Audit.objects.get()
    item = Item.objects.filter(audit=audit, finding=None).first()
    shown = [one.name for one in kind.effect(report_sent).ticks]
    lifecycle.answer(item, result="conforms", by=cast.auditor)
    with pytest.raises(Refused, match="đến sau khi trình báo cáo"):
        sign(report_sent, cast.lead, confirmed=shown)
    assert Audit.objects.get().state == "under_way" and not report_sent.signatures.exists()


def test_an_older_correction_that_opens_or_closes_meanwhile_stops_nothing(cast, report_sent):
    """The list of open corrections dates from the day of sending; the lead signs that."""
    case = lifecycle.report(
        cast.agency, unit=cast.field, description="Trả chậm", source="daily_work", by=cast.officer
    )
    audit = Audit.objects.get()
    assert building.facts(audit, audit.report)["open_before"][0]["code"] == case.code
    sign(report_sent, cast.lead)
    audit.refresh_from_db()
    assert audit.state == "concluded"
    assert kind.sealed_facts(audit.report)["open_before"] == []


@pytest.mark.parametrize("moment", ["sent", "accepted"])
def test_a_report_on_its_way_or_accepted_is_not_changed(request, cast, moment):
    request.getfixturevalue("report_sent" if moment == "sent" else "accepted")
    with pytest.raises(Refused, match="trình|chấp nhận"):
        lifecycle.edit_report(Audit.objects.get(), by=cast.lead, **WORDS)
