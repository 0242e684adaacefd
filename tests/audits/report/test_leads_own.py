"""Whoever sits in the lead's place: the first signature of a plan and of a report is the lead's own,
and nothing is carried out without it."""

import pytest

from audits import lifecycle
from audits.audit_plan import kind as plans
from audits.models import Audit, Member
from audits.report import kind
from qms.approvals import lifecycle as approvals
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle import people
from qms.models import Absence, Appointment
from tests.audits.conftest import days, sign
from tests.audits.lent import ask
from tests.audits.report.conftest import WORDS

pytestmark = pytest.mark.django_db


def stands_in(cast, person, substitute):
    """A paper lets the substitute sign for the person these days."""
    Absence.objects.create(
        agency=cast.agency, person=person, substitute=substitute, starts_on=today(),
        ends_on=today() + days(3), reason="Nghỉ phép", paper="12/GUQ ngày 01/11/2026",
    )  # fmt: skip


def test_a_report_sent_by_an_earlier_lead_is_not_signed_by_them(cast, report_sent):
    audit = Audit.objects.get()
    lifecycle.add_member(audit, cast.auditor, Member.Part.LEAD, by=cast.officer)
    with pytest.raises(Refused, match="trưởng đoàn"):
        sign(report_sent, cast.lead)
    approvals.take_back(report_sent, by=cast.lead)
    again = kind.send(Audit.objects.get(), by=cast.auditor)
    sign(again, cast.auditor)
    assert Audit.objects.get().state == "concluded"


def test_nobody_signs_the_report_in_the_leads_place(cast, report_sent, appoint):
    stands_in(cast, cast.lead, cast.colleague)
    with pytest.raises(Refused, match="trưởng đoàn"):
        sign(report_sent, cast.colleague)
    assert Audit.objects.get().state == "under_way"
    sign(report_sent, cast.lead)
    assert Audit.objects.get().state == "concluded"


def test_whom_the_officer_names_for_a_lead_who_left_does_not_sign_the_report(
    cast, report_sent, appoint
):
    Appointment.objects.filter(person=cast.lead).update(ends_on=today() - days(1))
    other = appoint("second", "approver", cast.agency, name="Phó Giám Đốc")
    approvals.choose_other_signers(
        report_sent, 0, by=cast.officer, people=[other.pk], reason="Trưởng đoàn đã chuyển đi"
    )
    with pytest.raises(Refused, match="trưởng đoàn"):
        sign(report_sent, other)


def test_nobody_declares_independence_in_the_leads_place(cast, audit, row):
    sent = plans.send(audit, by=cast.lead)
    stands_in(cast, cast.lead, cast.colleague)
    with pytest.raises(Refused, match="trưởng đoàn"):
        sign(sent, cast.colleague)
    sign(sent, cast.lead)
    sign(sent, cast.head)
    audit.refresh_from_db()
    assert audit.state == "planned"


def test_who_sends_for_a_lead_from_outside_does_not_approve(cast, audit, row, lender, appoint):
    """One person who is officer and approver does not send and approve alone."""
    both = appoint("both", "officer", cast.agency, name="Hai Vai")
    appoint("both", "approver", cast.agency)
    audit.members.filter(person=cast.lead).update(ends_on=today(), part="auditor")
    ask(cast, audit, lender)
    lifecycle.agree_to_loan(audit.loans.get(), by=cast.stranger)
    lifecycle.add_member(audit, cast.lent, Member.Part.LEAD, by=cast.officer)
    sent = plans.send(audit, by=both)
    with pytest.raises(Refused):
        sign(sent, both)
    sign(sent, cast.head)
    audit.refresh_from_db()
    assert audit.state == "planned"


def test_a_plan_whose_lead_has_no_account_any_more_needs_another_lead(cast, audit, row):
    people.deactivate(cast.lead, by=None)
    with pytest.raises(Refused, match="Hãy chọn trưởng đoàn khác"):
        plans.send(audit, by=cast.officer)
    lifecycle.add_member(audit, cast.idle, Member.Part.LEAD, by=cast.officer)
    assert plans.send(audit, by=cast.idle)


def test_a_report_whose_lead_has_no_account_any_more_is_sent_by_the_officer(cast, lead_signed):
    approvals.return_to_sender(lead_signed, by=cast.head, reason="Ghi rõ hơn")
    people.deactivate(cast.lead, by=None)
    lifecycle.edit_report(Audit.objects.get(), by=cast.auditor, **WORDS)
    again = kind.send(Audit.objects.get(), by=cast.officer)
    sign(again, cast.head)
    assert Audit.objects.get().report.accepted_on is not None
