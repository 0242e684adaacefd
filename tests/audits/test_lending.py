"""Auditors lent by another agency."""

import pytest
from django.urls import reverse

from audits import lifecycle, rules
from audits.auditors import rules as register_rules
from audits.models import Loan, Member
from qms.clock import on_day, today
from qms.errors import Refused
from qms.models import Event, Notice
from tests.audits.conftest import days, hour, plan_row
from tests.audits.lent import ask
from tests.audits.test_who_and_when import EVERYBODY

pytestmark = pytest.mark.django_db


def test_an_auditor_is_lent_with_both_sides_consent(cast, audit, row, lender, browser):
    page = browser.do(
        cast.lead, "audit_loan_ask", audit.pk, whom=f"p{cast.lent.pk}-{lender.pk}",
        starts_on=audit.starts_on, ends_on=audit.ends_on, reason="Thiếu người độc lập",
    )  # fmt: skip
    loan = Loan.objects.get()
    assert "Chờ trả lời" in page and not rules.audits_of(cast.lent).exists()
    assert (
        "Trả lời đề nghị mượn Cao Cho Mượn" in browser.see(cast.stranger, "home").content.decode()
    )
    assert browser.see(cast.stranger, "audit", audit.pk).status_code == 404
    page = browser.do(cast.stranger, "audit_loan", loan.pk, act="agree", answer="Đồng ý")
    assert "Đã đồng ý cho mượn" in page
    assert list(rules.audits_of(cast.lent)) == [audit]
    assert browser.see(cast.lent, "audit", audit.pk).status_code == 200
    assert browser.see(cast.lent, "agency_audits", cast.agency.pk).status_code == 404
    assert browser.see(cast.lent, "audit_choices", audit.pk).status_code == 404
    member = audit.members.get(person=cast.lent)
    assert (member.part, member.starts_on) == (Member.Part.AUDITOR, today())
    assert Notice.objects.filter(person=cast.lead, kind="loan_agreed").exists()
    kinds = Event.objects.filter(kind__startswith="loan_").values_list("kind", "agency")
    assert sorted(kinds) == sorted(
        (kind, one.pk) for kind in ("loan_agreed", "loan_asked") for one in (cast.agency, lender)
    )


def test_who_is_lent_audits_within_the_days_alone(cast, audit, lender):
    lifecycle.agree_to_loan(ask(cast, audit, lender, ends_on=today()), by=cast.stranger)
    member = audit.members.get(person=cast.lent)
    plan_row(cast, audit, auditors=[member])
    tomorrow = today() + days(1)
    with pytest.raises(Refused, match="chỉ được cho mượn từ"):
        plan_row(
            cast, audit, auditors=[member], starts_at=hour(tomorrow, 8), ends_at=hour(tomorrow, 9)
        )


def test_with_the_close_of_the_audit_a_guest_leaves_it(cast, audit, lender):
    lifecycle.agree_to_loan(ask(cast, audit, lender), by=cast.stranger)
    waiting = ask(cast, audit, lender, person=None)
    lifecycle.cancel(audit, reason="bão", by=cast.officer)
    assert audit.members.get(person=cast.lent).ends_on == today()
    assert audit.members.get(person=cast.auditor).ends_on is None
    waiting.refresh_from_db()
    assert waiting.state == Loan.State.WITHDRAWN
    with on_day(today() + days(1)):
        assert not rules.audits_of(cast.lent).exists()


def test_an_agency_names_somebody_where_it_was_not_asked_for_one(cast, audit, lender, browser, appoint):  # fmt: skip
    spare = appoint("spare", "auditor", lender, name="Tạ Được Cử")
    browser.do(
        cast.officer, "audit_loan_ask", audit.pk, whom=f"a{lender.pk}", starts_on=audit.starts_on,
        ends_on=audit.ends_on, reason="Đổi chéo", in_return=cast.idle.pk,
    )  # fmt: skip
    loan = Loan.objects.get()
    assert (loan.person, loan.in_return) == (None, cast.idle)
    page = browser.do(cast.stranger, "audit_loan", loan.pk, act="agree")
    assert "Hãy chọn đánh giá viên được cử đi" in page
    browser.do(cast.stranger, "audit_loan", loan.pk, act="agree", person=spare.pk)
    assert audit.members.filter(person=spare, part="auditor").exists()


def test_an_agency_declines_with_a_reason(cast, audit, lender, browser):
    loan = ask(cast, audit, lender)
    page = browser.do(cast.stranger, "audit_loan", loan.pk, act="decline", answer=" ")
    assert "Hãy ghi lý do không cho mượn" in page
    browser.do(cast.stranger, "audit_loan", loan.pk, act="decline", answer="Đang bận kiểm tra")
    loan.refresh_from_db()
    assert (loan.state, loan.answer) == (Loan.State.DECLINED, "Đang bận kiểm tra")
    assert not audit.members.filter(person=cast.lent).exists()
    with pytest.raises(Refused, match="tình trạng"):
        lifecycle.agree_to_loan(loan, by=cast.stranger)
    ask(cast, audit, lender)  # it may be asked again


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (lambda c: {"of": c.agency}, "Hãy chọn một cơ quan khác"),
        (lambda c: {"starts_on": today() - days(1)}, "Ngày mượn phải nằm trong"),
        (lambda c: {"ends_on": today() + days(2)}, "Ngày mượn phải nằm trong"),
        (lambda c: {"starts_on": today() + days(1), "ends_on": today()}, "Ngày kết thúc"),
        (lambda c: {"reason": " "}, "Hãy ghi lý do"),
        (lambda c: {"person": c.stranger}, "không phải đánh giá viên của"),
        (lambda c: {"person": c.idle}, "không phải đánh giá viên của"),
        (lambda c: {"in_return": c.lent}, "không phải đánh giá viên của cơ quan mình"),
        (lambda c: {"by": c.auditor}, "Chỉ thư ký ISO"),
        (lambda c: {"by": c.stranger}, "Chỉ thư ký ISO"),
    ],
)
def test_what_cannot_be_asked_for(cast, audit, lender, fields, said):
    with pytest.raises(Refused, match=said):
        ask(cast, audit, lender, **fields(cast))
    assert not Loan.objects.exists()


def test_who_is_not_offered_is_not_asked_for_by_name(cast, audit, lender, appoint):
    hidden = appoint("hidden", "auditor", lender, name="Kín Đáo")
    with pytest.raises(Refused, match="không giới thiệu người này"):
        ask(cast, audit, lender, person=hidden)


def test_nobody_is_asked_for_twice_or_named_without_consent(cast, audit, lender):
    ask(cast, audit, lender)
    with pytest.raises(Refused, match="Đã đề nghị mượn người này"):
        ask(cast, audit, lender)
    ask(cast, audit, lender, person=None)
    with pytest.raises(Refused, match="Đã hỏi cơ quan này"):
        ask(cast, audit, lender, person=None)
    with pytest.raises(Refused, match="là người của cơ quan khác"):
        lifecycle.add_member(audit, cast.lent, "auditor", by=cast.officer)


@pytest.mark.parametrize("who", sorted(EVERYBODY - {"stranger"}))
def test_a_loan_is_answered_by_the_lenders_officer(cast, audit, lender, browser, who):
    loan, person = ask(cast, audit, lender), getattr(cast, who)
    for step in (
        lambda: lifecycle.agree_to_loan(loan, by=person),
        lambda: lifecycle.decline_loan(loan, answer="x", by=person),
    ):
        with pytest.raises(Refused, match="Chỉ thư ký ISO của cơ quan được hỏi"):
            step()
    sees = who in {"officer", "lead"}
    assert register_rules.loans_of(person).exists() == sees
    assert browser.see(person, "audit_loan", loan.pk).status_code == (200 if sees else 404)
    browser.client.force_login(person)
    answer = browser.client.post(reverse("audit_loan", args=[loan.pk]), {"act": "agree"})
    assert answer.status_code == 404


def test_who_asked_takes_the_question_back(cast, audit, lender, browser):
    loan = ask(cast, audit, lender)
    with pytest.raises(Refused):
        lifecycle.withdraw_loan(loan, by=cast.stranger)
    browser.do(cast.lead, "audit_loan", loan.pk, act="withdraw")
    loan.refresh_from_db()
    assert loan.state == Loan.State.WITHDRAWN
