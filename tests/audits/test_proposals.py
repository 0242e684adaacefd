"""Questions from the procedure itself: its steps, forms, records and changes, and earlier findings,
with their places."""

import copy

import pytest
from django.utils import timezone

from audits import lifecycle, proposals
from audits.models import Audit, Item, Question
from procedures.models import Version
from qms.clock import today
from tests.audits.conftest import STEPS, days, plan_row

pytestmark = pytest.mark.django_db

MORE = {
    "sections": [
        *STEPS["sections"],
        {
            "kind": "forms", "place": "body", "number": "6.", "title": "BIỂU MẪU",
            "blocks": [{
                "type": "grid", "subject": "forms",
                "columns": [{"role": "code", "label": "Mã"}, {"role": "name", "label": "Tên biểu mẫu"}],
                "rows": [{"kind": "row", "cells": ["BM-05-01", "Giấy tiếp nhận"]}],
            }],
        },
        {
            "kind": "records", "place": "body", "number": "7.", "title": "HỒ SƠ",
            "blocks": [{
                "type": "grid", "subject": "records",
                "columns": [{"role": "name", "label": "Tên hồ sơ"}, {"role": "place", "label": "Nơi lưu"}, {"role": "retention", "label": "Thời gian lưu"}],
                "rows": [{"kind": "row", "cells": ["Sổ theo dõi hồ sơ", "Văn phòng", "05 năm"]}],
            }],
        },
    ]
}  # fmt: skip


@pytest.fixture
def rich(cast, make_document):
    """A procedure with steps, a form and a record."""
    return make_document(cast.agency, cast.officer, code="QT-06", title="Cấp thẻ", body=MORE, issued="2026-01-05", unit=cast.field)  # fmt: skip


@pytest.fixture
def line(cast, audit, rich):
    return plan_row(cast, audit, documents=[rich.pk], clauses=[])


def facts(audit, row):
    return proposals.of(Audit.objects.get(pk=audit.pk), row)


def texts(audit, row, source=None):
    return [one["text"] for one in facts(audit, row) if source in (None, one["source"])]


def test_each_step_form_and_record_is_asked_about_at_its_place(cast, audit, rich, line):
    lifecycle.fix_plan(audit, by=cast.lead)
    found = [one for one in facts(audit, line) if one["source"] == "procedure"]
    said = {one["text"]: one for one in found}
    step = next(one for text, one in said.items() if "Thẩm định" in text)
    assert "Người làm: Chuyên viên." in step["text"]
    assert "Thời hạn: 02 ngày; ba hồ sơ gần nhất có đúng hạn không?" in step["text"]
    assert (step["clause"], step["step"], step["anchor"]) == ("8.5.1", "B2", "muc-1")
    form = next(one for text, one in said.items() if "BM-05-01" in text)
    assert (form["clause"], form["anchor"]) == ("7.5.3", "muc-2")
    record = next(one for text, one in said.items() if "Sổ theo dõi" in text)
    assert "lưu tại Văn phòng và giữ 05 năm" in record["text"]
    assert record["anchor"] == "muc-3"
    assert {one["version"].document_id for one in found} == {rich.pk}


def test_a_new_procedure_is_asked_about_as_new(cast, audit, line):
    lifecycle.fix_plan(audit, by=cast.lead)
    (said,) = texts(audit, line, Item.Source.CHANGE)
    assert "chưa lần nào được đánh giá" in said


def audited(cast, page, version):
    """A concluded audit of last year that looked at this version."""
    return Audit.objects.create(
        agency=cast.agency, body=cast.agency, title="Năm trước", starts_on=today() - days(300), ends_on=today() - days(299),
        state=Audit.State.CLOSED, concluded_on=today() - days(290),
        versions=[{"document": page.pk, "version": version.pk, "code": "", "title": ""}],
    )  # fmt: skip


def again(version, content):
    """The next version of the same document with different content, in force since yesterday."""
    later = copy.copy(version)
    later.pk, later.ordinal, later.content = None, version.ordinal + 1, content
    later.issued_on = later.effective_on = today() - days(1)
    later.digest = "0" * 64
    later.made_at = timezone.now()
    later.save(force_insert=True)
    return later


def test_changes_since_the_last_audit_are_asked_about(cast, audit, rich, line):
    old = Version.objects.get(document=rich)
    audited(cast, rich, old)
    content = copy.deepcopy(old.content)
    grid = content["sections"][0]["blocks"][0]
    grid["rows"][1]["cells"][3] = "01 ngày"
    new = again(old, content)
    lifecycle.fix_plan(audit, by=cast.lead)
    found = [one for one in facts(audit, line) if one["source"] == Item.Source.CHANGE]
    (said,) = [one for one in found if "02 ngày → 01 ngày" in one["text"]]
    assert (said["clause"], said["anchor"], said["version"]) == ("8.5.6", "muc-1", new)
    assert not any("Ngày hiệu lực" in one["text"] for one in found)


def test_without_a_change_since_then_nothing_is_asked(cast, audit, rich, line):
    audited(cast, rich, Version.objects.get(document=rich))
    lifecycle.fix_plan(audit, by=cast.lead)
    assert texts(audit, line, Item.Source.CHANGE) == []


@pytest.fixture
def following(cast, case):
    """A second audit of the unit after the one with the finding."""
    made = lifecycle.create_audit(
        cast.agency, body=cast.agency, title="Đợt 2", starts_on=today(), ends_on=today(), lead=cast.lead, by=cast.officer,
    )  # fmt: skip
    row = plan_row(cast, made, auditors=[made.members.get(person=cast.lead)])
    lifecycle.fix_plan(made, by=cast.lead)
    return made, row


def test_what_was_found_and_what_is_open_stand_first(cast, case, following):
    made, row = following
    lifecycle.make_checklist(row, by=cast.lead)
    items = list(made.items.order_by("order"))
    assert "Ba trong năm hồ sơ không có giấy tiếp nhận" in items[0].text
    assert items[0].about == f"finding:{case.finding_id}"
    assert case.code in items[1].text and items[1].about == f"nonconformity:{case.pk}"
    assert {one.source for one in items[2:]} == {"bank", "procedure", "change"} - (
        set() if any(one.source == "change" for one in items) else {"change"}
    )


def test_each_open_action_is_asked_about(cast, agreed, following):
    said = texts(*following, Item.Source.EARLIER)
    assert any("Kiểm tra cuối ngày" in one and "đã làm đến đâu" in one for one in said)


def test_made_again_what_is_new_takes_its_place(cast, case, following):
    made, row = following
    lifecycle.make_checklist(row, by=cast.lead)
    lifecycle.add_item(made, text="Câu của đoàn?", row=row, by=cast.lead)
    assert lifecycle.make_checklist(row, by=cast.lead) == 0
    Question.objects.create(agency=cast.agency, clause="7.5", order="07.05", text="Câu mới của ngân hàng?")  # fmt: skip
    assert lifecycle.make_checklist(row, by=cast.lead) == 1
    order = [(one.source, one.text) for one in made.items.order_by("order")]
    assert order[-1] == ("own", "Câu của đoàn?")
    assert order.index(("bank", "Câu mới của ngân hàng?")) < next(
        place for place, (source, _text) in enumerate(order) if source == "procedure"
    )


def test_a_checklist_keeps_its_words_when_the_bank_changes(cast, audit, row):
    asked = Question.objects.create(agency=cast.agency, clause="7.5", order="07.05", text="Lời cũ?", fault="Sổ trống")  # fmt: skip
    lifecycle.fix_plan(audit, by=cast.lead)
    lifecycle.make_checklist(row, by=cast.auditor)
    asked.text = "Lời mới?"
    asked.save()
    kept = audit.items.get(text="Lời cũ?")
    assert kept.fault == "Sổ trống"
    assert not audit.items.filter(text="Lời mới?").exists()


def test_questions_of_another_agency_are_never_asked(cast, planned, row):
    Question.objects.create(agency=cast.other_agency, clause="7.5", order="07.05", text="Của người khác?")  # fmt: skip
    assert "Của người khác?" not in texts(planned, row)


def test_the_checklist_leads_to_what_was_found_before(cast, client, case, following):
    made, row = following
    lifecycle.make_checklist(row, by=cast.lead)
    client.force_login(cast.lead)
    html = client.get(f"/danh-gia/{made.pk}/phieu/").content.decode()
    assert f'href="/danh-gia/phat-hien/{case.finding_id}/"' in html
    assert "Mở nội dung lần trước" in html


def test_proposing_takes_the_same_queries_whatever_was_found(cast, case, following, django_assert_max_num_queries):  # fmt: skip
    made, row = following
    with django_assert_max_num_queries(12):
        texts(made, row)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"number": "B1", "action": "Nhận", "responsible": "–", "durations": ["-"], "form": ""}, "Bước 1 “Nhận” có được làm đúng không?"),
        ({"number": "", "action": "Nhận", "responsible": "A", "durations": ["Theo kế hoạch"], "form": ""}, "Thời hạn: Theo kế hoạch."),
    ],
)  # fmt: skip
def test_what_a_step_leaves_open_is_not_asked(step, said):
    assert said in proposals._step(step)
    assert ("đúng hạn" in proposals._step(step)) is False


@pytest.mark.parametrize(
    ("action", "duration", "form", "asked"),
    [
        ("Đóng dấu", "", "–", False),
        ("Đóng dấu", "Ngay sau khi ký", "", False),
        ("Đóng dấu", "02 giờ", "", True),
        ("Đóng dấu", "", "Sổ công văn đi", True),
        ("Đóng dấu, vào sổ", "", "", True),
        ("–", "02 giờ", "Sổ", False),
    ],
)
def test_a_step_with_nothing_to_hold_it_against_is_not_asked(action, duration, form, asked):
    step = {"number": "B6", "action": action, "responsible": "Văn thư", "durations": [duration], "form": form}  # fmt: skip
    assert proposals._can_be_held_against(step) is asked


def test_the_lines_of_a_form_are_no_steps(cast, audit, make_document):
    form = make_document(cast.agency, cast.officer, code="BM-09", title="Phiếu yêu cầu", kind="form", body=STEPS, issued="2026-01-05", unit=cast.field)  # fmt: skip
    row = plan_row(cast, audit, documents=[form.pk], clauses=[])
    lifecycle.fix_plan(audit, by=cast.lead)
    assert texts(audit, row, "procedure") == []


def test_a_time_that_several_steps_share_is_asked_about_once(cast, audit, make_document):
    shared = copy.deepcopy(STEPS)
    grid = shared["sections"][0]["blocks"][0]
    grid["rows"][1] = {**grid["rows"][1], "cells": ["B2", "Thẩm định hồ sơ", "Chuyên viên", ""], "merged": [3]}  # fmt: skip
    page = make_document(cast.agency, cast.officer, code="QT-07", title="Cấp sổ", body=shared, issued="2026-01-05", unit=cast.field)  # fmt: skip
    row = plan_row(cast, audit, documents=[page.pk], clauses=[])
    lifecycle.fix_plan(audit, by=cast.lead)
    first, second = texts(audit, row, "procedure")
    assert "Thời hạn: 15 phút (chung cho các bước 1–2); ba hồ sơ" in first
    assert "Thẩm định hồ sơ" in second and "Thời hạn" not in second


@pytest.mark.pure
def test_times_are_named_briefly_and_with_the_unit_of_their_heading():
    step = {"number": "1", "action": "Nhận", "responsible": "", "durations": ["½ ngày", "01 ngày"], "form": ""}  # fmt: skip
    cases = ["Thời gian không xác minh: 05 ngày làm việc", "Thời gian có xác minh: 25 ngày"]
    assert "½ ngày (không xác minh); 01 ngày (có xác minh); ba hồ sơ" in proposals._step(
        step, cases
    )
    assert "Thời hạn: 01 ngày;" in proposals._step(
        {**step, "durations": ["01"]}, ["Thời gian (ngày)"]
    )
