"""Lending and inviting submitted six times at once, by both sides, through the pages: one outcome,
no server error."""

import pytest
from django.urls import reverse

from audits.models import Invitation, Loan, Member
from qms.clock import now, today
from qms.models import Event
from tests.audits.conftest import days
from tests.audits.lent import ask, record
from tests.together import TOGETHER, press

pytestmark = TOGETHER


@pytest.fixture
def lender(cast, appoint):
    cast.lent = appoint("lent", "auditor", cast.other_agency, name="Cao Cho Mượn")
    record(cast, cast.lent, agency=cast.other_agency, lendable=True)
    return cast.other_agency


def told(*kinds):
    return Event.objects.filter(kind__in=kinds).count()


def test_an_auditor_is_asked_for_once(own_connections, cast, audit, lender):
    fields = {
        "whom": f"p{cast.lent.pk}-{lender.pk}", "starts_on": audit.starts_on, "ends_on": audit.ends_on,
        "reason": "Thiếu người độc lập",
    }  # fmt: skip
    codes = press(reverse("audit_loan_ask", args=[audit.pk]), *[(cast.lead, fields)] * 3, *[(cast.officer, fields)] * 3)  # fmt: skip
    assert sorted(codes) == [200] * 5 + [302]
    assert (Loan.objects.count(), told("loan_asked")) == (1, 2)  # in both journals


def test_a_loan_is_answered_or_taken_back_once(own_connections, cast, audit, lender):
    loan = ask(cast, audit, lender)
    codes = press(
        loan.get_absolute_url(),
        *[(cast.stranger, {"act": "agree", "answer": "Đồng ý"})] * 2,
        *[(cast.stranger, {"act": "decline", "answer": "Bận"})] * 2,
        *[(cast.officer, {"act": "withdraw"})] * 2,
    )
    assert set(codes) <= {200, 302, 404}, codes
    loan.refresh_from_db()
    assert told("loan_agreed", "loan_declined", "loan_withdrawn") == 2  # in both journals
    members = Member.objects.filter(audit=audit, person=cast.lent).count()
    assert members == int(loan.state == Loan.State.AGREED)


def test_an_invitation_is_answered_once(own_connections, cast, audit, row):
    begins = now() + days(1)
    one = Invitation.objects.create(
        audit=audit, row=row, person=cast.clerk, side=Invitation.Side.AUDITEE, uid="a@example.test",
        summary="Phòng", starts_at=begins, ends_at=begins + days(1),
    )  # fmt: skip
    type(audit).objects.filter(pk=audit.pk).update(state="planned", ends_on=today() + days(9))
    for fields, kind in (
        ({"act": "accept"}, "invitation_accepted"),
        ({"act": "another", "reason": "Họp"}, "another_time_asked"),
    ):
        assert set(press(one.get_absolute_url(), *[(cast.clerk, fields)] * 6)) <= {302, 404}
        assert told(kind) == 1
