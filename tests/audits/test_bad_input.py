"""Invalid input is refused with a message that gives advice; everything that the database can hold
is stored."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q
from PIL import Image, ImageFile

from audits import lifecycle
from audits.models import (
    Answer,
    Evidence,
    Finding,
    FindingNote,
    Judgement,
    Meeting,
    Nonconformity,
    Question,
)
from procedures.models import Clause
from qms.clock import today, written
from qms.errors import Refused
from qms.lifecycle.agencies import save_unit
from qms.models import Unit
from qms.proof import append_only, store, uploads
from tests.audits.conftest import STEPS, analyse, days, hour, plan_row
from tests.issuing import issue as issue_now

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"month": 13}, "Tháng phải từ 1 đến 12"),
        ({"unit": 999_999}, "không thuộc cơ quan"),
        ({"lead": "reader"}, "vai trò đánh giá viên"),
    ],
)
def test_a_line_of_the_programme_that_does_not_fit(cast, change, said):
    row = {"unit": cast.field.pk, "month": 5, "lead": cast.lead.pk, **change}
    if row["lead"] == "reader":
        row["lead"] = cast.reader.pk
    with pytest.raises(Refused, match=said):
        lifecycle.create_programme(
            cast.agency, year=2030, aims="a", scope="b", rows=[row], by=cast.officer
        )


def test_one_programme_a_year(cast, programme):
    with pytest.raises(Refused, match="đã có chương trình"):
        lifecycle.create_programme(
            cast.agency, year=programme.year, aims="a", scope="b", rows=[], by=cast.officer
        )


def test_a_unit_twice_in_one_month(cast):
    row = {"unit": cast.field.pk, "month": 5, "lead": None}
    with pytest.raises(Refused, match="hai lần"):
        lifecycle.create_programme(
            cast.agency, year=2030, aims="a", scope="b", rows=[row, row], by=cast.officer
        )


def test_an_audit_whose_days_are_out_of_order(cast):
    with pytest.raises(Refused, match="Ngày kết thúc"):
        lifecycle.create_audit(
            cast.agency, body=cast.agency, title="x", starts_on=today(), ends_on=today() - days(1),
            lead=cast.lead, by=cast.officer,
        )  # fmt: skip


def test_a_lead_who_is_not_an_auditor(cast):
    with pytest.raises(Refused, match="không giữ vai trò đánh giá viên"):
        lifecycle.create_audit(
            cast.agency, body=cast.agency, title="x", starts_on=today(), ends_on=today(),
            lead=cast.reader, by=cast.officer,
        )  # fmt: skip


def test_the_audit_of_another_agency_is_not_an_officers_to_order(cast):
    with pytest.raises(Refused):
        lifecycle.create_audit(
            cast.other_agency, body=cast.agency, title="x", starts_on=today(), ends_on=today(),
            lead=cast.lead, by=cast.officer,
        )  # fmt: skip


def test_nobody_is_in_two_places_at_one_time(cast, audit, row):
    said = f"Bùi Đánh Giá đã được phân công việc khác trùng giờ này: Phòng Bổ trợ tư pháp, 08:00–10:00 {written(today())}."
    with pytest.raises(Refused, match=re.escape(said)):
        plan_row(cast, audit, starts_at=hour(today(), 9), ends_at=hour(today(), 11))
    plan_row(cast, audit, starts_at=hour(today(), 10), ends_at=hour(today(), 11))


def test_a_clash_with_another_audit_is_named_to_who_may_see_it(cast, audit, row):
    other = lifecycle.create_audit(
        cast.agency, body=cast.agency, title="Đợt 2", starts_on=today(), ends_on=today(),
        lead=cast.idle, by=cast.officer,
    )  # fmt: skip
    lifecycle.add_member(other, cast.auditor, "auditor", by=cast.officer)
    member = other.members.get(person=cast.auditor)
    for by, said in (
        (cast.officer, "trùng giờ này: Đánh giá nội bộ đợt 1, Phòng Bổ trợ tư pháp, 08:00–10:00"),
        (cast.idle, "Bùi Đánh Giá đã được phân công việc khác trùng giờ này: một cuộc đánh giá khác."),
    ):  # fmt: skip
        with pytest.raises(Refused, match=re.escape(said)):
            plan_row(cast, other, auditors=[member], by=by)
    row.delete()
    Meeting.objects.create(
        audit=audit, kind="opening", starts_at=hour(today(), 8), ends_at=hour(today(), 9)
    )
    with pytest.raises(Refused, match="đợt 1, Họp khai mạc, 08:00–09:00"):
        plan_row(cast, other, auditors=[member])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: {"starts_at": hour(today() - days(3), 8)}, "trong các ngày đánh giá"),
        (lambda c: {"ends_at": hour(today(), 7)}, "Giờ kết thúc"),
        (lambda c: {"clauses": ["77.7"]}, "không có trong tiêu chuẩn"),
        (lambda c: {"documents": [999_999]}, "không thuộc cơ quan được đánh giá"),
        (lambda c: {"auditors": []}, "ít nhất một đánh giá viên"),
    ],
)
def test_a_line_of_the_plan_that_does_not_fit(cast, audit, change, said):
    fields = change(cast)
    member = audit.members.get(person=cast.auditor)
    with pytest.raises(Refused, match=said):
        lifecycle.save_row(
            audit,
            **{
                "unit": cast.field,
                "starts_at": hour(today(), 8),
                "ends_at": hour(today(), 10),
                "auditors": [member],
                "by": cast.officer,
                **fields,
            },
        )


def test_a_unit_of_another_agency_is_not_audited(cast, audit):
    unit = save_unit(Unit(agency=cast.other_agency, name="Phòng lạ"), by=None)
    with pytest.raises(Refused, match="không thuộc cơ quan được đánh giá"):
        plan_row(cast, audit, unit=unit)


def test_a_plan_whose_document_is_no_longer_in_force_is_not_fixed(cast, audit, make_document):
    draft = make_document(cast.agency, cast.officer, code="QT-09", title="Chưa ban hành")
    plan_row(cast, audit, documents=[draft.pk])
    with pytest.raises(Refused, match="Chưa ban hành.*không còn phiên bản có hiệu lực"):
        lifecycle.fix_plan(audit, by=cast.lead)


def test_a_finding_needs_requirement_evidence_and_unit(cast, under_way):
    def raise_with(**fields):
        given = {"grade": "minor", "seen": "Thiếu", "unit": cast.field, "clause": "7.5"}
        return lifecycle.raise_finding(under_way, by=cast.lead, **{**given, **fields})

    for fields, said in (
        ({"clause": ""}, "Hãy ghi yêu cầu"),
        ({"clause": "77"}, "không có trong tiêu chuẩn"),
        ({"seen": "  "}, "điều đã thấy"),
        ({"grade": "terrible"}, "Hãy chọn mức"),
        ({"version": 999_999}, "kế hoạch đã chốt"),
    ):
        with pytest.raises(Refused, match=said):
            raise_with(**fields)
    assert Finding.objects.count() == 0
    assert raise_with().code == f"PH-{today().year}-01"


def test_one_finding_from_one_answer(cast, finding):
    with pytest.raises(Refused, match="đã có phát hiện"):
        lifecycle.raise_finding(
            finding.audit, item=finding.item, grade="minor", seen="x", unit=cast.field, by=cast.lead
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.create(
            audit=finding.audit, agency=cast.agency, year=2020, number=1, item=finding.item,
            unit=cast.field, clause="7.5", grade="minor", seen="x",
        )  # fmt: skip


def test_the_database_refuses_a_finding_without_a_requirement(cast, under_way):
    with pytest.raises(IntegrityError, match="finding_names_a_requirement"), transaction.atomic():
        Finding.objects.create(
            audit=under_way, agency=cast.agency, year=2020, number=1, unit=cast.field, grade="minor"
        )


def test_an_answer_that_finds_fault_says_what_was_seen(cast, under_way):
    item = under_way.items.first()
    for result in ("nonconformity", "observation"):
        with pytest.raises(Refused, match="điều đã thấy"):
            lifecycle.answer(item, result=result, by=cast.auditor)
    with pytest.raises(Refused, match="Hãy chọn một kết quả"):
        lifecycle.answer(item, result="perhaps", by=cast.auditor)


def test_an_audit_is_not_concluded_without_answers_nor_over_a_fault_without_a_finding(
    cast, under_way
):
    with pytest.raises(Refused, match="chưa có câu trả lời"):
        lifecycle.conclude(under_way, conclusion="Tốt", by=cast.lead)
    item = under_way.items.first()
    lifecycle.answer(item, result="nonconformity", note="Thiếu", by=cast.auditor)
    with pytest.raises(Refused, match="Còn 1 câu trả lời"):
        lifecycle.conclude(under_way, conclusion="Tốt", by=cast.lead)
    lifecycle.answer(item, result="conforms", note="Đã tìm thấy", by=cast.auditor)
    lifecycle.conclude(under_way, conclusion="Tốt", by=cast.lead)


def test_a_plan_is_not_sent_before_it_is_whole(cast, case):
    def send(**fields):
        given = {"measure": "Đủ giấy", "judge_on": today() + days(9), "by": cast.clerk}
        return lifecycle.send_plan(case, **{**given, **fields})

    with pytest.raises(Refused, match="Khắc phục ngay"):
        send()
    analyse(cast, case)
    with pytest.raises(Refused, match="chưa có hành động"):
        send()
    due = today() + days(10)
    lifecycle.add_action(case, what="Tập huấn", person=cast.clerk, due=due, by=cast.clerk)
    with pytest.raises(Refused, match="từ hạn của hành động cuối cùng"):
        send()
    with pytest.raises(Refused, match="thước đo"):
        send(measure=" ", judge_on=due)
    assert send(judge_on=due).state == "planned"


def test_a_nonconformity_of_a_closed_unit_is_not_registered(cast):
    Unit.objects.filter(pk=cast.field.pk).update(active_to=today() - days(1))
    cast.field.refresh_from_db()
    with pytest.raises(Refused, match="đã kết thúc hoạt động"):
        lifecycle.report(
            cast.agency,
            unit=cast.field,
            description="Trả chậm",
            source="daily_work",
            by=cast.officer,
        )


def test_the_database_refuses_a_round_that_follows_itself(cast, case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Nonconformity.objects.filter(pk=case.pk).update(follows=case.pk)


def test_an_action_for_who_left_or_a_day_gone_by(cast, case):
    case = analyse(cast, case)
    with pytest.raises(Refused, match="không làm việc tại cơ quan"):
        lifecycle.add_action(case, what="x", person=cast.stranger, due=today(), by=cast.clerk)
    with pytest.raises(Refused, match="từ hôm nay"):
        lifecycle.add_action(
            case, what="x", person=cast.clerk, due=today() - days(1), by=cast.clerk
        )


@pytest.mark.parametrize("table", ["answer", "evidence", "findingnote", "judgement"])
def test_what_is_proof_is_only_ever_added_to(table):
    assert f"audits_{table}" in append_only.tables()
    assert append_only.missing() == []


def test_answers_notes_and_judgements_are_never_changed(cast, verifying):
    lifecycle.reply(verifying.finding, accepts=True, by=cast.clerk)
    lifecycle.judge(verifying, effective=True, why="đủ", by=cast.lead)
    for model in (Answer, FindingNote, Judgement):
        assert model.objects.exists()
        for act in (
            lambda rows: rows.update(by=cast.reader),
            lambda rows: rows._raw_delete("default"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                act(model.objects.all())


# --- files ----------------------------------------------------------------------------------------


def photo(form="JPEG", size=(3000, 1000)):
    image, out = Image.new("RGB", size, "teal"), io.BytesIO()
    exif = image.getexif()
    exif[0x0110] = "Máy ảnh của tôi"
    exif[0x0112] = 6  # to be rotated
    image.save(out, form, exif=exif)
    return out.getvalue()


def test_a_photo_is_upright_small_and_says_nothing_of_the_device(cast, under_way):
    item = under_way.items.first()
    file = SimpleUploadedFile("../IMG 1.jpg", photo())
    lifecycle.answer(item, result="conforms", by=cast.auditor, files=[file])
    kept = Evidence.objects.get()
    data = store.read(kept.file_id)
    with Image.open(io.BytesIO(data)) as shown:
        assert (shown.size, dict(shown.getexif())) == ((683, 2048), {})
    assert (kept.name, "Máy ảnh".encode() in data) == ("IMG 1.jpg", False)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.jpg", b"<script>alert(1)</script>", "không phải ảnh"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50, "bị hỏng"),
        ("a.exe", b"MZ" + b"0" * 50, "không phải ảnh"),
        ("a.pdf", b"", "không phải ảnh"),
    ],
)
def test_a_file_that_cannot_be_taken_changes_nothing(cast, under_way, name, data, said):
    item = under_way.items.first()
    with pytest.raises(Refused, match=said):
        lifecycle.answer(
            item, result="conforms", by=cast.auditor, files=[SimpleUploadedFile(name, data)]
        )
    assert (Answer.objects.count(), Evidence.objects.count()) == (0, 0)


@pytest.mark.parametrize(("form", "side", "most"), [("PNG", 6400, 40), ("JPEG", 10_100, 100)])
def test_a_photo_of_few_bytes_and_many_points_is_refused_unread(form, side, most, monkeypatch):
    out = io.BytesIO()
    Image.new("L" if form == "JPEG" else "1", (side, side)).save(out, form)
    assert len(out.getvalue()) < uploads.LARGEST
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(Refused, match=f"trên {most} triệu điểm ảnh"):
        uploads.store_upload(SimpleUploadedFile("a", out.getvalue()))


def test_a_file_that_is_too_large(cast, under_way, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST", 10)
    with pytest.raises(Refused, match="lớn hơn"):
        uploads.store_upload(SimpleUploadedFile("a.jpg", photo()))


# --- questions ------------------------------------------------------------------------------------


def test_the_bank_asks_about_every_clause_in_both_languages():
    """About every clause from 4 to 10 that has no clauses below it."""
    bank = Question.objects.filter(agency=None)
    numbers = set(Clause.objects.values_list("number", flat=True))
    wanted = {
        one
        for one in numbers
        if int(one.split(".")[0]) >= 4 and not any(n.startswith(f"{one}.") for n in numbers)
    }
    assert wanted and wanted - set(bank.values_list("clause", flat=True)) == set()
    assert bank.count() >= 150 and not bank.exclude(clause__in=numbers).exists()
    missing = Q(text_en="") | Q(look_at="") | Q(look_at_en="") | Q(fault="") | Q(fault_en="")
    assert not bank.filter(missing).exists()
    assert bank.values("text").distinct().count() == bank.count()


def test_a_checklist_has_the_banks_questions_and_the_procedures_steps(cast, planned, row):
    assert lifecycle.make_checklist(row, by=cast.lead) == planned.items.count()
    steps = planned.items.filter(version=cast.version, source="procedure")
    assert [i.step for i in steps] == ["B1", "B2"]
    assert "Tiếp nhận hồ sơ" in steps[0].text and "15 phút" in steps[0].text
    bank = planned.items.filter(source="bank")
    assert {i.clause for i in bank} == {"7.5.1", "7.5.2", "7.5.3.1", "7.5.3.2"}
    assert lifecycle.make_checklist(row, by=cast.lead) == 0  # run again, it adds nothing twice


def test_a_checklist_keeps_its_words_and_the_versions_of_the_plan(
    cast, planned, row, make_document
):
    from procedures import lifecycle as documents

    lifecycle.make_checklist(row, by=cast.lead)
    words = list(planned.items.values_list("text", flat=True))
    Question.objects.update(text="Đổi hết")
    cast.document.refresh_from_db()
    documents.revise_draft(cast.document.specific, content=STEPS, title="Tên mới", by=cast.officer)
    issue_now(cast.document.specific, issued_on=today(), by=cast.officer)
    assert list(planned.items.values_list("text", flat=True)) == words
    planned.refresh_from_db()
    assert planned.version_ids == [cast.version.pk]
