"""Which document an imported file belongs to, and what becomes of the versions that it has."""

import json

import pytest

from procedures import lifecycle
from procedures.models import DocumentPage, ImportBatch, ImportItem, Version
from qms.models import Event
from tests.procedures.import_files import procedure
from tests.procedures.importing.conftest import by_file, codes, only

pytestmark = pytest.mark.django_db


def test_the_same_file_again_changes_nothing_and_says_so(bring, agency, other_agency):
    files = {"a.docx": procedure()}
    first = only(bring(files)[1])
    before = (
        DocumentPage.objects.get().latest_revision_id,
        Event.objects.count(),
        ImportItem.objects.count(),
        ImportBatch.objects.count(),
    )
    left, report = bring({"khác tên.docx": files["a.docx"]})
    again = only(report)
    assert (left, again["status"], again["file"], again["url"]) == (
        0,
        "unchanged",
        "khác tên.docx",
        first["url"],
    )
    assert {k: v for k, v in again.items() if k not in {"file", "status"}} == {
        k: v for k, v in first.items() if k not in {"file", "status"}
    }
    assert (
        DocumentPage.objects.get().latest_revision_id,
        Event.objects.count(),
        ImportItem.objects.count(),
        ImportBatch.objects.count(),
    ) == before
    assert only(bring(files, code="SNV")[1])["status"] == "imported"
    assert DocumentPage.objects.filter(agency=other_agency).count() == 1


def test_the_same_file_twice_in_one_folder_is_one_document(bring):
    data = procedure()
    rows = by_file(bring({"a.docx": data, "b.docx": data})[1])
    assert [rows["a.docx"]["status"], rows["b.docx"]["status"]] == ["imported", "unchanged"]
    assert DocumentPage.objects.count() == 1 and codes(rows["a.docx"]) == codes(rows["b.docx"])


def test_the_same_code_with_nearly_the_same_title_becomes_a_new_draft(bring):
    bring({"a.docx": procedure("QT-01/TP", "Cấp bản sao trích lục hộ tịch")})
    left, report = bring(
        {
            "b.docx": procedure(
                "qt.01 tp", "Cấp bản sao, trích lục hộ tịch.", text="Áp dụng cho cả phường."
            )
        }
    )
    assert (left, only(report)["status"], codes(only(report))) == (0, "updated", [])
    page = DocumentPage.objects.get()
    assert "cả phường" in json.dumps(page.body.get_prep_value(), ensure_ascii=False)
    assert page.revisions.count() == 2 and page.source_name == "b.docx"


def test_the_same_code_with_another_title_is_another_document_flagged_on_both(bring, agency):
    left, report = bring(
        {
            "một.docx": procedure("QT-01/TP", "Đăng ký khai sinh"),
            "hai.docx": procedure("QT 01/TP", "Đăng ký lại khai sinh"),
        },
        "--as-issued",
    )
    rows = by_file(report)
    assert left == 0
    assert {
        name: [w["values"] for w in row["warnings"] if w["code"] == "duplicate_code"]
        for name, row in rows.items()
    } == {
        "một.docx": [["hai.docx"]],
        "hai.docx": [["một.docx"]],
    }
    assert Version.objects.in_force().count() == 2
    flags = {
        page.source_name: [f["values"] for f in page.flags if f["code"] == "duplicate_code"]
        for page in DocumentPage.objects.all()
    }
    assert flags == {"một.docx": [["hai.docx"]], "hai.docx": [["một.docx"]]}


def test_a_later_import_flags_the_document_that_was_there_before(bring):
    bring({"một.docx": procedure("QT-01/TP", "Đăng ký khai sinh")}, "--as-issued")
    draft = DocumentPage.objects.get().latest_revision_id
    bring({"hai.docx": procedure("QT-01/TP", "Đăng ký kết hôn")})
    first = DocumentPage.objects.get(source_name="một.docx")
    assert [f["values"] for f in first.flags if f["code"] == "duplicate_code"] == [["hai.docx"]]
    assert first.latest_revision_id == draft and not first.has_open_draft


def test_without_a_code_the_title_tells_which_document_it_is(bring):
    assert "missing_code" in codes(only(bring({"a.docx": procedure("", "Đăng ký khai sinh")})[1]))
    row = only(bring({"b.docx": procedure("", "Đăng ký khai sinh", text="Nội dung mới.")})[1])
    assert row["status"] == "updated" and DocumentPage.objects.count() == 1
    assert only(bring({"c.docx": procedure("", "Đăng ký khai tử")})[1])["status"] == "imported"


def test_a_changed_file_recorded_again_makes_a_further_version(bring):
    bring({"a.docx": procedure(issue="01", issued="05/01/2025")}, "--as-issued")
    row = only(
        bring(
            {"a.docx": procedure(issue="02", issued="10/02/2026", text="Đã sửa.")}, "--as-issued"
        )[1]
    )
    assert row["status"] == "updated" and codes(row) == []
    assert [(v.ordinal, v.issue_number) for v in Version.objects.order_by("ordinal")] == [
        (1, 1),
        (2, 2),
    ]
    assert Version.objects.in_force().get().issue_number == 2
    assert DocumentPage.objects.get().has_open_draft is False


def test_an_older_issue_recorded_after_a_newer_one_goes_into_the_history(bring):
    bring(
        {"mới.docx": procedure(issue="02", issued="10/02/2026", text="Nội dung mới.")},
        "--as-issued",
    )
    row = only(
        bring(
            {"cũ.docx": procedure(issue="01", issued="05/01/2024", text="Nội dung cũ.")},
            "--as-issued",
        )[1]
    )
    assert codes(row) == ["older_issue"]
    assert Version.objects.in_force().get().issue_number == 2
    assert sorted((v.ordinal, v.issue_number) for v in Version.objects.all()) == [(1, 2), (2, 1)]
    page = DocumentPage.objects.get()
    assert (page.issue_number, page.source_name, page.has_open_draft) == (2, "mới.docx", False)
    assert "Nội dung mới" in str(page.specific.body.get_prep_value())


def test_a_draft_that_somebody_works_on_survives_what_is_recorded(bring, officer):
    bring({"a.docx": procedure(issue="01", issued="05/01/2025")}, "--as-issued")
    page = DocumentPage.objects.get().specific
    lifecycle.revise_draft(
        page, title="Cấp bản sao trích lục hộ tịch", owner_post="Trưởng phòng", by=officer
    )
    bring({"a.docx": procedure(issue="02", issued="10/02/2026", text="Giấy mới.")}, "--as-issued")
    page.refresh_from_db()
    assert page.has_open_draft and page.owner_post == "Trưởng phòng" and page.issue_number == 1
    assert Version.objects.in_force().get().issue_number == 2


def test_files_of_another_agency_are_never_matched(bring, agency, other_agency):
    bring({"a.docx": procedure()}, code="SNV")
    row = only(bring({"b.docx": procedure(text="Khác.")})[1])
    assert row["status"] == "imported" and codes(row) == []
    assert {p.agency_id for p in DocumentPage.objects.all()} == {agency.pk, other_agency.pk}
