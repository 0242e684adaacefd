"""The register of auditors, who else can audit a line, and auditors lent by another agency."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits import lifecycle, rules
from audits.auditors import competence, finding
from audits.auditors import rules as register_rules
from audits.models import Audit, AuditorRecord, Loan, Member, Training
from qms.clock import on_day, today
from qms.errors import Refused
from qms.models import Appointment, Event, Notice
from tests.audits.conftest import days, hour, plan_row
from tests.audits.test_pages import Browser
from tests.audits.test_who_and_when import EVERYBODY

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client):
    return Browser(client)


def record(cast, person, *, agency=None, by=None, **fields):
    made = AuditorRecord(agency=agency or cast.agency, person=person, **fields)
    return lifecycle.save_auditor(made, by=by)


@pytest.fixture
def lender(cast, appoint):
    """An agency that offers an auditor: its officer is the stranger."""
    cast.lent = appoint("lent", "auditor", cast.other_agency, name="Cao Cho Mượn")
    record(cast, cast.lent, agency=cast.other_agency, lendable=True)
    return cast.other_agency


def ask(cast, audit, lender, of=None, **fields):
    given = {
        "lender": of or lender,
        "starts_on": audit.starts_on,
        "ends_on": audit.ends_on,
        "reason": "Không còn ai độc lập",
        "person": cast.lent,
        "by": cast.officer,
    }
    return lifecycle.ask_loan(audit, **{**given, **fields})


# --- the register ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", sorted(EVERYBODY - {"officer"}))
def test_the_register_is_the_officers(cast, who):
    with pytest.raises(Refused, match="Chỉ thư ký ISO"):
        record(cast, cast.auditor, by=getattr(cast, who))
    made = record(cast, cast.auditor, by=cast.officer)
    training = Training(auditor=made, course="9001", body="Quatest 3", on_day=today())
    with pytest.raises(Refused, match="Chỉ thư ký ISO"):
        lifecycle.save_training(training, by=getattr(cast, who))
    lifecycle.save_training(training, by=cast.officer)
    with pytest.raises(Refused, match="Chỉ thư ký ISO"):
        lifecycle.remove_training(training, by=getattr(cast, who))


def test_only_auditors_of_the_agency_stand_in_it_once(cast, appoint):
    with pytest.raises(Refused, match="không giữ vai trò đánh giá viên"):
        record(cast, cast.clerk, by=cast.officer)
    guest = appoint("guest", "auditor", cast.other_agency)
    with pytest.raises(Refused, match="không giữ vai trò đánh giá viên"):
        record(cast, guest, by=cast.officer)
    record(cast, cast.auditor, by=cast.officer)
    with pytest.raises(Refused, match="đã có trong sổ"):
        record(cast, cast.auditor, by=cast.officer)


def test_a_clause_that_there_is_not_and_a_course_to_come(cast):
    with pytest.raises(Refused, match="không có điều khoản “99”"):
        record(cast, cast.auditor, clauses=["99"], by=cast.officer)
    made = record(cast, cast.auditor, by=cast.officer)
    for fields, said in (
        ({"on_day": today() + days(1)}, "chưa đến"),
        ({"on_day": today(), "course": ""}, "."),
    ):
        given = {"course": "Đánh giá viên", "body": "Quatest 3", **fields}
        with pytest.raises(Refused, match=said):
            lifecycle.save_training(Training(auditor=made, **given), by=cast.officer)


def test_each_act_on_the_register_is_told_once(cast):
    made = record(cast, cast.auditor, by=cast.officer)
    lifecycle.save_auditor(AuditorRecord.objects.get(), by=cast.officer)  # nothing changed
    made.fields = "hộ tịch"
    lifecycle.save_auditor(made, by=cast.officer)
    kinds = Event.objects.filter(subject=f"auditor:{made.pk}").values_list("kind", flat=True)
    assert sorted(kinds) == ["auditor_changed", "auditor_registered"]


@pytest.mark.parametrize(
    ("known", "clause", "covers"),
    [
        ([], "7.5", True), (["7.5"], "7.5", True), (["7.5"], "7.5.3", True), (["7.5"], "7.51", False),
        (["7.5"], "7", False), (["7"], "7.5.3.2", True), (["8", "9"], "7.5", False), (["8", "7.5.3"], "7.5.3", True),
    ],
)  # fmt: skip
def test_which_clauses_a_record_covers(known, clause, covers):
    assert competence.covers(known, clause) == covers


@pytest.mark.parametrize(("left", "refused"), [(0, True), (1, False), (None, False)])
def test_competence_must_last_to_the_end_of_the_audit(cast, audit, left, refused):
    """The audit ends tomorrow."""
    until = None if left is None else today() + days(left)
    record(cast, cast.idle, valid_until=until)
    if refused:
        with pytest.raises(Refused, match="Đặng Chưa Phân Công: năng lực đánh giá chỉ có giá trị"):
            lifecycle.add_member(audit, cast.idle, "auditor", by=cast.officer)
        with pytest.raises(Refused, match="năng lực đánh giá"):
            lifecycle.add_member(audit, cast.idle, "lead", by=cast.officer)
        lifecycle.add_member(audit, cast.idle, "observer", by=cast.officer)
    else:
        lifecycle.add_member(audit, cast.idle, "auditor", by=cast.officer)


def test_competence_is_asked_for_each_line_and_again_when_the_plan_is_fixed(cast, audit):
    made = record(cast, cast.auditor, clauses=["8"])
    with pytest.raises(Refused, match="chưa đánh giá được điều khoản 7.5"):
        plan_row(cast, audit)
    plan_row(cast, audit, clauses=["8.5.1"])
    made.clauses = ["9"]
    lifecycle.save_auditor(made, by=cast.officer)
    with pytest.raises(Refused, match="Bùi Đánh Giá.*chưa đánh giá được điều khoản 8.5.1"):
        lifecycle.fix_plan(audit, by=cast.lead)


def test_a_record_that_holds_elsewhere_is_enough(cast, audit, appoint):
    appoint("idle", "auditor", cast.other_agency)
    record(cast, cast.idle, valid_until=today() - days(1))
    record(cast, cast.idle, agency=cast.other_agency)
    lifecycle.add_member(audit, cast.idle, "auditor", by=cast.officer)
    assert audit.members.filter(person=cast.idle, part="auditor").exists()


def test_who_left_is_not_on_a_plan_that_is_fixed(cast, audit, row):
    Appointment.objects.filter(person=cast.auditor).update(ends_on=today() - days(1))
    with pytest.raises(Refused, match="Bùi Đánh Giá.*không còn giữ vai trò"):
        lifecycle.fix_plan(audit, by=cast.lead)


# --- the admin -------------------------------------------------------------------------------------


def test_officers_tend_the_register_on_its_pages(cast, browser, audit, row):
    page = browser.do(
        cast.officer, "auditors:add", agency=cast.agency.pk, person=cast.auditor.pk,
        fields="hộ tịch", clauses="7.5; 8", valid_until="31/12/2027",
    )  # fmt: skip
    made = AuditorRecord.objects.get()
    assert made.clauses == ["7.5", "8"] and f"{made.valid_until:%Y-%m-%d}" == "2027-12-31"
    page = browser.do(
        cast.officer, "auditor_trainings:add", auditor=made.pk, course="Đánh giá viên nội bộ",
        body="Quatest 3", on_day=f"{today():%d/%m/%Y}", certificate="ĐGV-12",
    )  # fmt: skip
    assert "ĐGV-12" in page
    Audit.objects.update(state="closed")
    page = browser.see(cast.officer, "auditors:index").content.decode()
    assert "Bùi Đánh Giá" in page and "31/12/2027" in page and "7.5, 8" in page
    [shown] = browser.see(cast.officer, "auditors:index").context["object_list"]
    assert (shown.trained, shown.taken_part) == (1, 1)
    browser.do(
        cast.officer, "auditors:edit", made.pk, fields="hộ tịch, đất đai", clauses="7.5",
        valid_until="31/12/2027",
    )  # fmt: skip
    assert AuditorRecord.objects.get().fields == "hộ tịch, đất đai"
    training = Training.objects.get()
    browser.do(cast.officer, "auditor_trainings:remove", training.pk)
    assert not Training.objects.exists() and Training.history.filter(history_type="-").exists()


def test_the_register_tells_what_was_changed_in_it(cast, lender, browser):
    made = record(cast, cast.auditor, clauses=["7.5", "8"], by=cast.officer)
    made.valid_until, made.clauses = datetime.date(2027, 12, 31), ["7.5"]
    lifecycle.save_auditor(made, by=cast.officer)
    assert reverse("auditors:acts", args=[made.pk]) in browser.see(cast.officer, "auditors:edit", made.pk).content.decode()  # fmt: skip
    for address in (("auditors:history",), ("auditors:acts", made.pk)):
        page = browser.see(cast.officer, *address).content.decode()
        assert "Sửa: Bùi Đánh Giá" in page and "Thêm: Bùi Đánh Giá" in page
        assert "7.5, 8 → 7.5" in page and "– → 31/12/2027" in page and "Cao" not in page
    browser.client.force_login(cast.stranger)
    assert browser.client.get(reverse("auditors:acts", args=[made.pk])).status_code == 404


def test_the_register_of_another_agency_is_not_there(cast, browser):
    made = record(cast, cast.auditor)
    training = Training.objects.create(auditor=made, course="x", body="y", on_day=today())
    assert "Bùi" not in browser.see(cast.stranger, "auditors:index").content.decode()
    for name, pk in (("auditors:edit", made.pk), ("auditor_trainings:edit", training.pk), ("auditor_trainings:remove", training.pk)):  # fmt: skip
        assert browser.see(cast.stranger, name, pk).status_code in {302, 404}, name
    for who in (cast.auditor, cast.head, cast.overseer):
        assert browser.see(who, "auditors:index").status_code in {302, 403, 404}


def test_bad_input_of_the_register_is_said_on_its_form(cast, browser):
    page = browser.do(
        cast.officer, "auditors:add", agency=cast.agency.pk, person=cast.auditor.pk, clauses="77"
    )
    assert "Tiêu chuẩn không có điều khoản" in page and not AuditorRecord.objects.exists()


# --- who else can ----------------------------------------------------------------------------------


def test_each_line_says_who_else_can_and_why_not(cast, audit, row, appoint):
    [choice] = finding.of_plan(audit)
    assert (choice.faults, choice.needs_somebody) == ({}, False)
    assert {one.username for one in choice.own} == {"lead", "idle"}
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    record(cast, cast.idle, valid_until=today() - days(1))
    [choice] = finding.of_plan(audit)
    assert list(choice.faults) == [cast.auditor.pk] and choice.needs_somebody
    assert choice.faults[cast.auditor.pk] == ["đang làm việc tại Phòng Bổ trợ tư pháp"]
    assert {one.username for one in choice.own} == {"lead"}


def test_who_is_busy_at_that_time_is_not_offered(cast, audit, row):
    lead = audit.members.get(person=cast.lead)
    other = plan_row(cast, audit, auditors=[lead], starts_at=hour(today(), 9), ends_at=hour(today(), 11))  # fmt: skip
    by_row = {one.row.pk: one for one in finding.of_plan(audit)}
    assert {one.username for one in by_row[row.pk].own} == {"idle"}
    assert {one.username for one in by_row[other.pk].own} == {"idle"}
    lifecycle.save_row(
        audit, row=other, unit=cast.field, auditors=[lead], by=cast.officer, clauses=["7.5"],
        starts_at=hour(today(), 10), ends_at=hour(today(), 11),
    )  # fmt: skip
    by_row = {one.row.pk: one for one in finding.of_plan(audit)}
    assert {one.username for one in by_row[row.pk].own} == {"idle", "lead"}


def test_lenders_are_offered_and_without_anybody_a_swap(cast, audit, row, lender, browser, appoint):
    [choice] = finding.of_plan(audit)
    assert [(one.person, one.agency) for one in choice.lenders] == [(cast.lent, lender)]
    for name in ("lead", "auditor", "idle"):
        appoint(name, "reader", cast.agency, unit=cast.field)
    AuditorRecord.objects.update(lendable=False)
    [choice] = finding.of_plan(audit)
    assert choice.nobody
    page = browser.see(cast.lead, "audit_choices", audit.pk).content.decode()
    assert "đổi chéo" in page and "đang làm việc tại Phòng Bổ trợ tư pháp" in page
    assert lender.name in page and "Cao Cho Mượn" not in page


def test_a_lender_who_left_or_ended_is_not_offered(cast, audit, row, lender):
    Appointment.objects.filter(person=cast.lent).update(ends_on=today() - days(1))
    assert finding.of_plan(audit)[0].lenders == []
    Appointment.objects.filter(person=cast.lent).update(ends_on=None)
    AuditorRecord.objects.filter(person=cast.lent).update(valid_until=today() - days(1))
    assert finding.of_plan(audit)[0].lenders == []


def test_a_line_is_given_to_somebody_else_at_any_time_of_the_audit(cast, under_way, row, browser, appoint):  # fmt: skip
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    old = under_way.members.get(person=cast.auditor)
    page = browser.do(
        cast.lead, "audit_row_replace", under_way.pk, row.pk, old=old.pk, person=cast.idle.pk
    )
    assert "Đã giao dòng này cho Đặng Chưa Phân Công" in page
    row.refresh_from_db()
    assert [one.person for one in row.auditors.all()] == [cast.idle]
    assert Event.objects.filter(kind="audit_auditor_replaced").count() == 1
    assert Notice.objects.filter(person=cast.idle, kind="audit_assigned").exists()


def test_there_is_no_override(cast, audit, row, browser, appoint):
    appoint("idle", "reader", cast.agency, unit=cast.field)
    with pytest.raises(Refused, match="Đặng Chưa Phân Công không đánh giá được phần này"):
        lifecycle.replace_auditor(row, old=None, person=cast.idle, by=cast.officer)
    assert not audit.members.filter(person=cast.idle).exists()
    page = browser.do(cast.officer, "audit_row_replace", audit.pk, row.pk, person=cast.idle.pk)
    assert "không đánh giá được phần này" in page


@pytest.mark.parametrize("who", sorted(EVERYBODY - {"officer", "lead"}))
def test_who_else_can_is_for_who_plans(cast, audit, row, browser, who):
    person = getattr(cast, who)
    assert browser.see(person, "audit_choices", audit.pk).status_code == 404
    browser.client.force_login(person)
    for name, args in (("audit_row_replace", (audit.pk, row.pk)), ("audit_loan_ask", (audit.pk,))):
        assert browser.client.post(reverse(name, args=args)).status_code == 404


def test_many_auditors_and_lines_take_as_many_queries_as_few(cast, audit, row, lender, appoint):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            finding.of_plan(Audit.objects.get(pk=audit.pk))
        return len(asked)

    few = queries()
    for n in range(8):
        one = appoint(f"many{n}", "auditor", cast.agency, unit=cast.office)
        record(cast, one)
        plan_row(cast, audit, starts_at=hour(today(), 10 + n), ends_at=hour(today(), 11 + n))
    assert queries() == few <= 24


# --- lending ---------------------------------------------------------------------------------------


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


# --- a plan whose auditors changed -----------------------------------------------------------------


def test_a_line_is_not_carried_out_until_its_auditor_is_changed(cast, planned, row, appoint):
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    for step in (
        lambda: lifecycle.start(planned, by=cast.lead),
        lambda: lifecycle.make_checklist(row, by=cast.lead),
    ):
        with pytest.raises(Refused, match="Bùi Đánh Giá không đánh giá được phần này"):
            step()
    lifecycle.replace_auditor(row, old=planned.members.get(person=cast.auditor), person=cast.idle, by=cast.lead)  # fmt: skip
    lifecycle.make_checklist(row, by=cast.lead)
    lifecycle.start(planned, by=cast.lead)


def test_who_is_no_longer_independent_does_not_answer(cast, under_way, appoint):
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    item = under_way.items.filter(row__isnull=False).first()
    with pytest.raises(Refused, match="không còn độc lập với phần này"):
        lifecycle.answer(item, result="conforms", by=cast.auditor)
    lifecycle.answer(item, result="conforms", by=cast.lead)


def test_what_their_device_still_sends_is_set_aside(cast, under_way, appoint):
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    item = under_way.items.filter(row__isnull=False).first()
    entry = {"id": "0b0d9bb2-3b62-4a6c-8c66-0a2b9d7a0b10", "item": item.pk, "result": "conforms", "note": "", "base": "", "at": ""}  # fmt: skip
    [outcome] = lifecycle.take_entries(under_way, [entry], by=cast.auditor)
    assert outcome.outcome == "aside" and "không còn độc lập" in outcome.why
    assert not item.answers.exists() and under_way.set_aside.count() == 1
