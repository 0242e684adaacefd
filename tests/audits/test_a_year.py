"""An agency's year: programme, audit, checklist, finding, correction that fails once and then
works, closed."""

import pytest

from audits import lifecycle
from audits.models import Audit, Finding, Member, Nonconformity, Programme
from qms.clock import today
from qms.models import Event
from qms.proof import journal
from tests.audits.conftest import agree, days, plan_actions, plan_row

pytestmark = pytest.mark.django_db


def test_a_year_from_the_programme_to_an_action_that_worked(cast, programme, case):
    audit, finding = Audit.objects.get(), Finding.objects.get()
    assert (programme.state, audit.state, finding.state, case.state) == (
        Programme.State.APPROVED,
        Audit.State.CONCLUDED,
        Finding.State.TOLD,
        Nonconformity.State.OPEN,
    )
    assert (audit.version_ids, finding.version_id) == ([cast.version.pk], cast.version.pk)

    lifecycle.reply(finding, accepts=True, by=cast.clerk)
    second = work_and_judge(cast, case, effective=False)
    audit.refresh_from_db()
    assert audit.state == Audit.State.CONCLUDED  # the second round is open
    assert second.follows == case and "chưa hiệu lực" in second.description

    assert work_and_judge(cast, second, effective=True) is None
    audit.refresh_from_db()
    assert audit.state == Audit.State.CLOSED
    assert [c.state for c in Nonconformity.objects.order_by("number")] == ["ineffective", "closed"]
    assert [c.code[-3:] for c in Nonconformity.objects.order_by("number")] == ["-01", "-02"]
    assert journal.broken_links(cast.agency) == []


def work_and_judge(cast, case, *, effective):
    """One round; returns the following round, if any."""
    case = agree(plan_actions(cast, case), cast.head)
    lifecycle.finish_action(case.actions.get(), note="Đã làm", by=cast.clerk)
    lifecycle.judge(case, effective=effective, why="Xem mười hồ sơ", by=cast.auditor)
    return Nonconformity.objects.filter(follows=case).first()


def test_each_act_is_in_the_journal_in_its_order(cast, verifying):
    lifecycle.judge(verifying, effective=True, why="Đủ giấy", by=cast.auditor)
    acts = (
        Event.objects.filter(agency=cast.agency).order_by("number").values_list("kind", flat=True)
    )
    wanted = [
        "programme_created", "programme_approved", "audit_created", "audit_member_added", "audit_plan_changed",
        "audit_plan_fixed", "audit_checklist_made", "audit_started", "finding_raised", "audit_concluded",
        "finding_told", "nonconformity_opened", *["nonconformity_analysed"] * 4, "action_added", "plan_sent", "plan_agreed",
        "action_done", "nonconformity_closed", "audit_closed",
    ]  # fmt: skip
    assert [act for act in acts if act in wanted] == wanted


def test_history_says_who_changed_which_field(cast, verifying):
    states = list(verifying.history.order_by("history_id").values_list("state", flat=True))
    assert list(dict.fromkeys(states)) == ["open", "planned", "agreed", "verifying"]


def test_an_audit_without_nonconformities_closes_with_its_conclusion(cast, under_way):
    item = under_way.items.first()
    lifecycle.answer(item, result="conforms", by=cast.auditor)
    lifecycle.conclude(under_way, conclusion="Phù hợp", by=cast.lead)
    assert Audit.objects.get().state == Audit.State.CLOSED


def test_the_citys_audit_of_an_agency_goes_the_same_way(cast, appoint):
    """No row assumes that an agency audits itself: here nobody of the audited agency audits."""
    guest = appoint("guest", "auditor", cast.other_agency, name="Hồ Khách")
    audit = lifecycle.create_audit(
        cast.agency, body=None, kind="inspection", title="Kiểm tra", lead=guest, by=None,
        starts_on=today(), ends_on=today() + days(1),
    )  # fmt: skip
    lead = audit.members.get(part=Member.Part.LEAD)
    row = plan_row(cast, audit, auditors=[lead], by=guest)
    lifecycle.start(lifecycle.fix_plan(audit, by=guest), by=guest)
    lifecycle.make_checklist(row, by=guest)
    item = audit.items.first()
    lifecycle.answer(item, result="nonconformity", note="Không có", by=guest)
    lifecycle.raise_finding(
        audit, item=item, grade="major", seen="Không có hồ sơ", unit=cast.field, by=guest
    )
    lifecycle.conclude(audit, conclusion="Chưa phù hợp", by=guest)
    case = Nonconformity.objects.get()
    assert (case.agency, case.source) == (cast.agency, Nonconformity.Source.INSPECTION)
    case = agree(plan_actions(cast, case), cast.head)
    lifecycle.finish_action(case.actions.get(), note="Đã làm", by=cast.clerk)
    lifecycle.judge(case, effective=True, why="Đã xem", by=guest)
    audit.refresh_from_db()
    assert audit.state == Audit.State.CLOSED
    assert audit.members.get(person=guest).ends_on is not None
