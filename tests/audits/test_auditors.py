"""The register of auditors, and the competence derived from it."""

import datetime

import pytest
from django.urls import reverse

from audits import lifecycle
from audits.auditors import competence
from audits.models import Audit, AuditorRecord, Training
from qms.clock import today
from qms.errors import Refused
from qms.models import Appointment, Event
from tests.audits.conftest import days, plan_row
from tests.audits.lent import record
from tests.audits.test_who_and_when import EVERYBODY

pytestmark = pytest.mark.django_db


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


def test_only_auditors_of_the_agency_are_registered_and_only_once(cast, appoint):
    with pytest.raises(Refused, match="không giữ vai trò đánh giá viên"):
        record(cast, cast.clerk, by=cast.officer)
    guest = appoint("guest", "auditor", cast.other_agency)
    with pytest.raises(Refused, match="không giữ vai trò đánh giá viên"):
        record(cast, guest, by=cast.officer)
    record(cast, cast.auditor, by=cast.officer)
    with pytest.raises(Refused, match="đã có trong sổ"):
        record(cast, cast.auditor, by=cast.officer)


def test_an_unknown_clause_and_a_future_course_are_refused(cast):
    with pytest.raises(Refused, match="không có điều khoản “99”"):
        record(cast, cast.auditor, clauses=["99"], by=cast.officer)
    made = record(cast, cast.auditor, by=cast.officer)
    for fields, said in (
        ({"on_day": today() + days(1)}, "chưa đến"),
        ({"on_day": today(), "course": ""}, "để trống"),
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


def test_a_valid_record_in_another_agency_is_enough(cast, audit, appoint):
    appoint("idle", "auditor", cast.other_agency)
    record(cast, cast.idle, valid_until=today() - days(1))
    record(cast, cast.idle, agency=cast.other_agency)
    lifecycle.add_member(audit, cast.idle, "auditor", by=cast.officer)
    assert audit.members.filter(person=cast.idle, part="auditor").exists()


def test_a_plan_with_somebody_who_left_is_not_fixed(cast, audit, row):
    Appointment.objects.filter(person=cast.auditor).update(ends_on=today() - days(1))
    with pytest.raises(Refused, match="Bùi Đánh Giá.*không còn giữ vai trò"):
        lifecycle.fix_plan(audit, by=cast.lead)


# --- the admin ------------------------------------------------------------------------------------


def test_officers_keep_the_register_on_its_pages(cast, browser, audit, row):
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
