"""The document of a file: never joined by title alone, two of one batch stay two, other agencies
and near copies are reported."""

import io
import json

import pytest
from django.core.management import call_command
from docx import Document

from procedures.importing.known import stored_text
from procedures.importing.strangers import other_agency
from procedures.models import DocumentPage
from tests.procedures.import_files import folder_of

pytestmark = pytest.mark.django_db


def paper(*lines, head=()):
    document = Document()
    for line in (*head, *lines):
        document.add_paragraph(line).runs[0].bold = line.upper() == line
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def procedure(code, title, *words):
    return paper(
        f"Mã hiệu: {code}", "Ngày ban hành: 01/02/2024", "QUY TRÌNH", title, "1. MỤC ĐÍCH", *words
    )


ONE = (
    "Cơ quan thống nhất cách tiếp nhận, xử lý, chuyển và lưu đơn của công dân gửi đến trong năm qua tại bộ phận một cửa. "
    * 3
)
OTHER = (
    "Kho giữ vật tư, thiết bị đo, hóa chất; thủ kho kiểm kê hằng quý, lập thẻ, báo mất và đề nghị thanh lý theo lô. "
    * 3
)


def run(agency, folder, tmp_path, *options):
    out = tmp_path / "report.json"
    call_command(
        "import_documents", str(folder), "--agency", agency.code, "--json", str(out), *options
    )
    return {row["file"]: row for row in json.loads(out.read_text())["documents"]}


def flags(row):
    return {w["code"] for w in row["warnings"]}


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_two_files_of_one_batch_with_one_code_and_other_texts_stay_two(agency, tmp_path, dry):
    files = {
        "a.docx": procedure("QT-1", "TIẾP CÔNG DÂN", ONE),
        "b.docx": procedure("QT-1", "TIẾP CÔNG DÂN", OTHER),
    }
    rows = run(agency, folder_of(tmp_path / "in", files), tmp_path, *dry)
    assert [rows[n]["status"] for n in ("a.docx", "b.docx")] == ["imported", "imported"]
    assert all("duplicate_code" in flags(row) for row in rows.values())


def test_two_issues_of_one_document_in_one_batch_are_one_document(agency, tmp_path):
    files = {
        "a.docx": procedure("QT-1", "TIẾP CÔNG DÂN", ONE),
        "b.docx": procedure("QT-1", "TIẾP CÔNG DÂN", ONE, "Thêm một câu."),
    }
    rows = run(agency, folder_of(tmp_path / "in", files), tmp_path)
    assert rows["b.docx"]["status"] == "updated"


def test_two_papers_without_a_code_are_two_and_each_names_the_other(agency, tmp_path):
    files = {
        f"{name}.docx": paper("BIÊN BẢN", "Họp giao ban", text)
        for name, text in (("mot", ONE), ("hai", OTHER))
    }
    rows = run(agency, folder_of(tmp_path / "in", files), tmp_path)
    assert [row["status"] for row in rows.values()] == ["imported", "imported"]
    assert all("same_title" in flags(row) for row in rows.values())
    kept = DocumentPage.objects.filter(agency=agency)
    assert all("same_title" in {f["code"] for f in page.flags} for page in kept)


def test_a_file_taken_in_before_a_later_draft_says_whose_the_draft_is(agency, tmp_path):
    files = {
        "a.docx": procedure("QT-1", "TIẾP CÔNG DÂN", ONE),
        "b.docx": procedure("QT-1", "TIẾP CÔNG DÂN", ONE, "Câu mới."),
    }
    for name, data in files.items():
        run(agency, folder_of(tmp_path / name, {name: data}), tmp_path)
    again = run(agency, tmp_path / "a.docx", tmp_path)["a.docx"]
    assert again["status"] == "unchanged"
    assert next(w["values"] for w in again["warnings"] if w["code"] == "later_draft") == ["b.docx"]
    page = DocumentPage.objects.get(agency=agency)
    assert "Câu mới." in stored_text(page.pk)
    latest = run(agency, tmp_path / "b.docx", tmp_path)["b.docx"]
    assert "later_draft" not in flags(latest)


@pytest.mark.parametrize(
    ("own", "kind", "printed", "flagged"),
    [
        ("UBND phường Sông Hương", "ward", "SỞ TƯ PHÁP", True),
        ("UBND phường Sông Hương", "ward", "UBND PHƯỜNG NÚI NGỰ", True),
        ("UBND phường Sông Hương", "ward", "ỦY BAN NHÂN DÂN PHƯỜNG SÔNG HƯƠNG", False),
        ("UBND phường Sông Hương", "ward", "UBND THÀNH PHỐ", False),
        (
            "UBND phường Sông Hương",
            "ward",
            "Trung tâm Phục vụ hành chính công phường Núi Ngự",
            True,
        ),
        ("UBND phường Sông Hương", "ward", "TRUNG TÂM PHỤC VỤ PHƯỜNG SÔNG HƯƠNG", False),
        ("Sở Tư pháp thành phố Ví Dụ", "department", "SỞ TƯ PHÁP", False),
        ("Sở Tư pháp", "department", "SỞ NỘI VỤ", True),
        ("Sở Tư pháp", "department", "", False),
        ("Sở Tư pháp", "department", "PHÒNG HỘ TỊCH", False),
    ],
)
def test_a_paper_of_another_agency(agency, own, kind, printed, flagged):
    agency.name, agency.kind = own, kind
    assert (other_agency(agency, printed) is not None) == flagged


@pytest.mark.parametrize(
    ("head", "flagged"),
    [
        (("Ủy ban nhân dân phường Núi Ngự",), True),
        (("Sở Nông nghiệp và Môi trường", "Chi cục Chăn nuôi"), True),
        (("UBND thành phố", "UBND phường Sông Hương"), False),
        (("UBND phường Sông Hương", "Trường Tiểu học Núi Ngự"), False),
        (("Sổ theo dõi văn bản đến",), False),
    ],
)
def test_a_letterhead_in_small_letters_is_read_too(agency, tmp_path, head, flagged):
    agency.name, agency.kind = "UBND phường Sông Hương", "ward"
    agency.save()
    paper_of_it = paper(
        "Mã hiệu: QT-1", "Ngày ban hành: 01/02/2024", "QUY TRÌNH", "TIẾP CÔNG DÂN", ONE, head=head
    )
    rows = run(agency, folder_of(tmp_path / "in", {"a.docx": paper_of_it}), tmp_path)
    assert ("other_agency" in flags(rows["a.docx"])) == flagged


def test_the_title_of_a_document_in_force_under_another_code(agency, tmp_path):
    first = folder_of(tmp_path / "in", {"a.docx": procedure("QT-1", "TIẾP CÔNG DÂN", ONE)})
    run(agency, first, tmp_path, "--as-issued")
    files = {
        "same.docx": procedure("QT-2", "TIẾP CÔNG DÂN", OTHER),
        "new.docx": procedure("QT-1", "TIẾP CÔNG DÂN", ONE, "Một câu."),
    }
    rows = run(agency, folder_of(tmp_path / "again", files), tmp_path)
    said = next(w for w in rows["same.docx"]["warnings"] if w["code"] == "title_taken")
    assert "QT-1" in said["values"][0] and said["values"][0] in said["message"]
    assert "title_taken" not in flags(rows["new.docx"])


def test_nearly_a_document_in_force_under_another_code(agency, tmp_path):
    first = procedure("QT-1", "TIẾP CÔNG DÂN", ONE)
    run(agency, folder_of(tmp_path / "one", {"a.docx": first}), tmp_path, "--as-issued")
    files = {
        "near.docx": procedure("QT-77", "TIẾP CÔNG DÂN", ONE),
        "far.docx": procedure("QT-78", "TIẾP CÔNG DÂN", OTHER),
    }
    rows = run(agency, folder_of(tmp_path / "two", files), tmp_path)
    said = next(w for w in rows["near.docx"]["warnings"] if w["code"] == "near_duplicate")
    assert said["values"][0].startswith("QT-1 ")
    assert "near_duplicate" not in flags(rows["far.docx"])
