"""Absences and substitutes; deadlines, and who is reminded."""

import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from qms import access, clock, frame
from qms.approvals import lifecycle, queries, reminders, rules, seats
from qms.approvals.steps import Step
from qms.clock import today
from qms.errors import Refused
from qms.models import Absence, DueWork, Notice, Unit
from qms.work import due

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture
def away(agency):
    """away(person, substitute) -> the absence, from today on for five days."""

    def record(person, substitute, *, by=None, first=0, last=5, **facts):
        return lifecycle.record_absence(
            agency,
            person,
            by=by or person,
            starts_on=today() + first * DAY,
            ends_on=today() + last * DAY,
            substitute=substitute,
            **{"reason": "Nghỉ phép", **facts},
        )

    return record


def test_a_substitute_with_a_paper_signs_and_both_names_are_kept(
    send, sign, away, reviewer, reader
):
    approval = send(1)
    away(reviewer, reader, paper="QĐ 12/QĐ-STP ngày 01/11/2026")
    access.forget(reader)
    assert list(queries.to_be_signed_by(reader)) == [approval]
    found = sign(approval, reader)
    assert (found.name, found.instead_name) == (str(reader), str(reviewer))
    assert found.instead_post == "Phó phòng" and found.paper.startswith("QĐ 12")


def test_nobody_is_reminded_of_what_a_substitute_has_signed(
    send, sign, away, agency, officer, appoint, approver, reader
):
    second = appoint("second", "approver", agency)
    two = [Step("approved", "role", "approver", quorum=2)]
    lifecycle.save_rule(agency, "plan:year", two, by=officer)
    approval = send(1)
    away(approver, reader, paper="QĐ 12")
    sign(approval, reader)
    assert reminders.waiting_people(approval) == [second]


def test_a_substitute_who_may_not_sign_is_not_told(send, away, reviewer, author):
    approval = send(1, by=author)
    away(reviewer, author, paper="QĐ 12")
    assert reminders.waiting_people(approval) == [reviewer]


def test_the_paper_may_be_a_file(send, sign, away, reviewer, reader, stranger, client):
    approval = send(1)
    scan = SimpleUploadedFile("../QĐ giao ký thay.pdf", PDF)
    absence = away(reviewer, reader, file=scan)
    assert (absence.paper, absence.paper_file_name) == ("QĐ giao ký thay.pdf",) * 2
    access.forget(reader)
    assert sign(approval, reader).paper == "QĐ giao ký thay.pdf"
    address = f"/duyet/vang-mat/{absence.pk}/van-ban/"
    for person in (reviewer, reader):
        client.force_login(person)
        answer = client.get(address)
        assert answer.content == PDF and "attachment" in answer["Content-Disposition"]
        assert address in client.get("/duyet/vang-mat/").content.decode()
    client.force_login(stranger)
    assert client.get(address).status_code == 404


def test_a_number_precedes_the_name_of_the_file(away, reviewer, reader):
    absence = away(reviewer, reader, paper="QĐ 12", file=SimpleUploadedFile("a.pdf", PDF))
    assert (absence.paper, absence.paper_file_name) == ("QĐ 12", "a.pdf")


def test_an_absence_without_a_file_offers_no_download(away, reviewer, reader, client):
    absence = away(reviewer, reader, paper="QĐ 12")
    client.force_login(reviewer)
    assert client.get(f"/duyet/vang-mat/{absence.pk}/van-ban/").status_code == 404


def test_a_file_neither_picture_nor_pdf_is_refused_in_the_form(reviewer, reader, client):
    client.force_login(reviewer)
    typed = {
        "person": reviewer.pk, "substitute": reader.pk, "reason": "Nghỉ phép",
        "starts_on": f"{today():%d/%m/%Y}", "ends_on": f"{today():%d/%m/%Y}",
    }  # fmt: skip
    wrong = SimpleUploadedFile("a.pdf", b"MZ khong phai")
    answer = client.post("/duyet/vang-mat/", {**typed, "file": wrong})
    assert "không phải ảnh JPEG, PNG, WebP hay tệp PDF" in answer.content.decode()
    right = SimpleUploadedFile("a.pdf", PDF)
    assert client.post("/duyet/vang-mat/", {**typed, "file": right}).status_code == 302
    assert Absence.objects.get().paper == "a.pdf"


def test_without_a_paper_the_substitute_must_hold_the_role(away, reviewer, reader, approver):
    for user in (reader, approver):
        with pytest.raises(Refused, match="Hãy ghi văn bản"):
            away(reviewer, user)


def test_a_named_person_is_stood_in_for_by_somebody_with_the_role(
    plans, send, sign, away, appoint, agency, officer, reviewer, approver
):
    second = appoint("second", "reviewer", agency)
    steps = [
        Step("reviewed", "people", people=(reviewer.pk,)), Step("approved", "role", "approver"),
    ]  # fmt: skip
    lifecycle.save_rule(agency, "plan:year", steps, by=officer)
    approval = send(1)
    assert not rules.may_sign(second, approval)
    away(reviewer, second)
    assert rules.may_sign(second, approval) and list(queries.to_be_signed_by(second)) == [approval]
    assert sign(approval, second).instead_of == reviewer


def test_prohibitions_hold_for_substitutes(send, away, author, reviewer, reader, appoint, agency):
    drafter = appoint("drafter", "reviewer", agency)
    approval = send(1, excluded=[drafter])
    away(reviewer, drafter, paper="QĐ 1")
    away(drafter, reader, paper="QĐ 2")
    for user in (drafter, reader):
        access.forget(user)
        assert not rules.may_sign(user, approval)
        assert not seats.waiting_for(user).filter(pk=approval.pk).exists()


def test_who_stood_in_does_not_sign_a_second_time(send, sign, away, reviewer, approver):
    approval = send(1)
    away(reviewer, approver, paper="QĐ 1")
    sign(approval, approver)
    approval.refresh_from_db()
    assert approval.step == 1 and not rules.may_sign(approver, approval)
    assert not queries.to_be_signed_by(approver).exists()


def test_who_was_stood_in_for_counts_as_having_signed(
    send, sign, away, reviewer, reader, approver, appoint, agency
):
    appoint("reviewer", "approver", agency)
    approval = send(1)
    absence = away(reviewer, reader, paper="QĐ 1")
    sign(approval, reader)
    lifecycle.end_absence(absence, by=reviewer)
    approval.refresh_from_db()
    access.forget(reviewer)
    assert (approval.step, rules.may_sign(approver, approval)) == (1, True)
    assert not rules.may_sign(reviewer, approval)
    assert not queries.to_be_signed_by(reviewer).exists()
    with pytest.raises(Refused):
        sign(approval, reviewer)


def test_a_substitute_only_signs_on_the_days_and_in_the_agency(
    send, away, reviewer, reader, appoint, other_agency
):
    approval = send(1)
    away(reviewer, reader, first=2, last=3, paper="QĐ 1")
    access.forget(reader)
    assert not rules.may_sign(reader, approval)
    with clock.on_day(today() + 2 * DAY):
        access.forget(reader)
        assert rules.may_sign(reader, approval)
    with clock.on_day(today() + 4 * DAY):
        access.forget(reader)
        assert not rules.may_sign(reader, approval)


def test_whoever_comes_back_signs_again(send, away, reviewer, reader, author):
    approval = send(1)
    absence = away(reviewer, reader, paper="QĐ 1")
    with pytest.raises(Refused, match="Chỉ người vắng mặt"):
        lifecycle.end_absence(absence, by=author)
    lifecycle.end_absence(absence, by=reviewer)
    access.forget(reader)
    assert not rules.may_sign(reader, approval) and rules.may_sign(reviewer, approval)


@pytest.mark.parametrize(
    "days, said",
    [((5, 2), "từ ngày bắt đầu"), ((-3, -1), "đã qua"), ((-1, 5), "đã qua"), ((0, 900), "một năm")],
)
def test_days_that_make_no_sense_are_refused(away, reviewer, appoint, agency, days, said):
    second = appoint("second", "reviewer", agency)
    with pytest.raises(Refused, match=said):
        away(reviewer, second, first=days[0], last=days[1])


def test_circles_are_refused(away, appoint, agency):
    one, two, three = (appoint(name, "reviewer", agency) for name in ("r1", "r2", "r3"))
    away(one, two)
    away(two, three)
    with pytest.raises(Refused, match="vòng tròn"):
        away(three, one)
    with pytest.raises(Refused, match="người khác"):
        away(three, three)
    assert away(three, one, first=10, last=12)


def test_two_absences_of_one_person_do_not_overlap(away, reviewer, appoint, agency):
    second = appoint("second", "reviewer", agency)
    away(reviewer, second)
    with pytest.raises(Refused, match="Đã ghi vắng mặt"):
        away(reviewer, second, first=3, last=9)


def test_who_may_enter_whose_absence(away, reviewer, reader, officer, stranger, appoint, agency):
    second = appoint("second", "reviewer", agency)
    for user in (reader, stranger):
        with pytest.raises(Refused, match="của mình"):
            away(reviewer, second, by=user)
    with pytest.raises(Refused, match="không tự nhận"):
        away(reviewer, officer, by=officer, paper="QĐ 1")
    with pytest.raises(Refused, match="không làm việc trong cơ quan"):
        away(reviewer, stranger, paper="QĐ 1")
    away(reviewer, second, by=officer)
    told = Notice.objects.filter(kind="absence_recorded").values_list("person", flat=True)
    assert set(told) == {reviewer.pk, second.pk} and Absence.objects.count() == 1


# --- days -----------------------------------------------------------------------------------------


def later(days):
    """The background process's work that many days later."""
    day = today() + days * DAY
    with clock.on_day(day):
        due.run_due(timezone.make_aware(datetime.datetime.combine(day, datetime.time(12))))


def told(kind):
    return {one.person for one in Notice.objects.filter(kind=kind).select_related("person")}


def test_those_who_may_sign_are_told_when_a_step_begins(send, sign, reviewer, approver):
    approval = send(1)
    assert told("approval_waits") == {reviewer}
    sign(approval, reviewer)
    assert told("approval_waits") == {reviewer, approver}


def test_reminders_at_half_and_at_the_end_then_up_the_line(
    send, reviewer, approver, officer, appoint, agency
):
    unit = Unit.objects.create(agency=agency, name="Phòng Một")
    head = appoint("head", "unit_head", agency, unit=unit)
    send(1, unit_id=unit.pk)
    later(2)
    assert told("approval_due") == set()
    later(3)
    assert (
        told("approval_due") == {reviewer}
        and Notice.objects.filter(kind="approval_due").count() == 1
    )
    later(5)
    assert Notice.objects.filter(kind="approval_due").count() == 2
    later(6)
    assert (told("approval_late"), told("approval_late_of_others")) == ({reviewer}, {head})
    later(7)
    assert told("approval_late_of_others") == {head, officer}
    later(8)
    assert told("approval_late_of_others") == {head, officer, approver}


def test_no_reminder_once_it_was_signed_or_ended(send, sign, reviewer, approver, author):
    signed, back = send(1), send(2)
    sign(signed, reviewer)
    sign(signed, approver)
    lifecycle.take_back(back, by=author)
    assert not DueWork.objects.filter(kind=reminders.WORK, done_at=None).exists()
    later(9)
    assert told("approval_late") == set()


def test_where_nobody_is_left_the_officer_is_told(send, reviewer, officer):
    send(1)
    reviewer.appointments.update(ends_on="2020-02-01")
    later(5)
    assert told("approval_without_people") == {officer} and told("approval_due") == set()


def test_the_substitute_is_reminded_too(send, away, reviewer, reader):
    send(1)
    away(reviewer, reader, last=20, paper="QĐ 1")
    later(3)
    assert told("approval_due") == {reviewer, reader}


def test_the_sender_is_told_of_what_happens(send, sign, reviewer, approver, author):
    first, second = send(1), send(2)
    lifecycle.remark(first.items.get(), by=reviewer, anchor="", weight="must", text="Sai")
    lifecycle.return_to_sender(first, by=reviewer, reason="Sửa lại")
    sign(second, reviewer)
    sign(second, approver)
    kinds = set(Notice.objects.filter(person=author).values_list("kind", flat=True))
    assert kinds == {"approval_remarked", "approval_returned", "approval_approved"}


def test_the_page_header_counts_work_done_as_a_substitute(
    send, sign, away, reviewer, reader, appoint, agency
):
    second = appoint("second", "reviewer", agency)
    approval = send(1)
    away(reviewer, reader, paper="QĐ 1")
    away(second, reviewer)

    def counted(person):
        access.forget(person)
        return frame.count_waiting(person)["approvals"]

    assert (counted(reader), counted(reviewer)) == (1, 1)
    sign(approval, reader)
    assert counted(reader) == 0


def test_work_as_a_substitute_is_listed_with_ones_own(send, away, reviewer, reader, client):
    for number in range(3):
        send(number)
    away(reviewer, reader, paper="QĐ 1")
    access.forget(reader)
    source = frame.task_source("approvals")
    for load in (source.load, source.every):
        assert [one.note.endswith(f", ký thay {reviewer}") for one in load(reader)] == [True] * 3
    client.force_login(reader)
    work, listed = (client.get(page).content.decode() for page in ("/viec/", "/duyet/"))
    assert re.search(r'Chờ bạn ký\s*<span class="count">3<', work)
    assert re.search(r'Chờ tôi ký\s*<span class="count">3<', listed)
    assert (work.count(f"ký thay {reviewer}"), listed.count(f"ký thay {reviewer}")) == (3, 3)
    assert 'class="badge">' in work


def test_the_work_of_a_substitute_takes_constant_queries(send, away, reviewer, reader, client):
    away(reviewer, reader, paper="QĐ 1")
    client.force_login(reader)
    asked = []
    for number in range(3):
        send(number)
        found = []
        for page in ("/viec/", "/duyet/"):
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            found.append(len(queries))
        asked.append(found)
    assert asked[0] == asked[2]
