"""Who is notified of what in an audit: the people concerned, never the acting user, each once."""

import pytest

from audits import lifecycle
from audits.models import Member, Nonconformity
from qms.approvals import lifecycle as approvals
from qms.clock import today, written
from qms.models import Notice
from qms.notices import kinds
from tests.audits.conftest import agree, analyse, days

pytestmark = pytest.mark.django_db


class Told:
    """The notices since the last call: {(recipient, kind)}."""

    def __init__(self):
        self.after = 0

    def __call__(self):
        rows = list(Notice.objects.filter(pk__gt=self.after).order_by("pk"))
        self.after = max([self.after, *(one.pk for one in rows)])
        assert not [one for one in rows if "chưa biết" in kinds.worded(one.kind, one.facts)]
        return {(one.person.username, one.kind) for one in rows}


@pytest.fixture
def told(db):
    return Told()


def test_who_is_put_on_an_audit_is_told_and_told_again_as_its_lead(told, cast, audit):
    assert told() == {("lead", "audit_assigned"), ("auditor", "audit_assigned")}
    lifecycle.add_member(audit, cast.auditor, Member.Part.LEAD, by=cast.officer)
    assert told() == {("auditor", "audit_assigned")}


def test_the_unit_is_told_of_findings_when_the_audit_is_concluded(told, cast, case):
    of_findings = {one for one in told() if one[1] == "finding_told"}
    assert of_findings == {("clerk", "finding_told"), ("colleague", "finding_told")}
    notice = Notice.objects.filter(kind="finding_told").first()
    assert kinds.worded(notice.kind, notice.facts) == (
        f"Phát hiện {case.finding.code} chờ đơn vị bạn trả lời."
    )
    assert notice.url == case.finding.get_absolute_url()


def test_a_finding_says_who_was_told_and_when(cast, case, client):
    def page(user):
        client.force_login(user)
        return " ".join(client.get(case.finding.get_absolute_url()).content.decode().split())

    said = f"<dd>Mai Đồng Nghiệp, Lý Chuyên Viên, {written(today())}</dd>"
    assert said in page(cast.officer) and said in page(cast.clerk)
    assert "Lý Chuyên Viên" not in page(cast.overseer)


def test_each_step_of_a_correction_tells_who_goes_on(told, cast, case):
    case = analyse(cast, case)
    lifecycle.add_action(case, what="Tập huấn", person=cast.colleague, due=today(), by=cast.clerk)
    told()
    case = lifecycle.send_plan(case, measure="x", judge_on=today(), by=cast.clerk)
    assert told() == {("head", "approval_waits")}
    approvals.return_to_sender(case.approval, reason="thiếu", by=cast.head)
    assert told() == {("clerk", "approval_returned")}
    case = lifecycle.send_plan(case, measure="y", judge_on=today(), by=cast.clerk)
    assert told() == {("head", "approval_waits")}
    case = agree(case, cast.head)
    assert told() == {
        ("clerk", "approval_approved"), ("clerk", "plan_agreed"), ("colleague", "action_given"),
    }  # fmt: skip
    lifecycle.finish_action(case.actions.get(), note="xong", by=cast.colleague)
    lifecycle.judge(case, effective=True, why="tốt", by=cast.lead)
    assert told() == {("clerk", "case_closed"), ("colleague", "case_closed")}


def test_what_was_not_effective_is_told_as_such(told, cast, case):
    case = analyse(cast, case)
    lifecycle.add_action(case, what="Tập huấn", person=cast.clerk, due=today(), by=cast.clerk)
    case = lifecycle.send_plan(case, measure="x", judge_on=today(), by=cast.clerk)
    agree(case, cast.head)
    lifecycle.finish_action(case.actions.get(), note="xong", by=cast.clerk)
    told()
    lifecycle.judge(Nonconformity.objects.get(pk=case.pk), effective=False, why="x", by=cast.lead)
    assert told() == {("clerk", "case_ineffective"), ("colleague", "case_ineffective")}


def test_no_fact_of_a_notice_is_free_text_of_the_case(told, cast, case):
    case = analyse(cast, case)
    lifecycle.add_action(
        case, what="Gọi ông X 0912345678", person=cast.clerk, due=today() + days(3), by=cast.clerk
    )
    case = lifecycle.send_plan(case, measure="x", judge_on=today() + days(3), by=cast.clerk)
    agree(case, cast.head)
    assert not Notice.objects.filter(facts__icontains="0912345678").exists()
