"""The command line import: what a file becomes, the report, refused files, dry runs."""

import unicodedata

import pytest
from django.core.management import CommandError, call_command

from procedures.importing.run import Run
from procedures.importing.sources import collect
from procedures.models import DocumentPage, ImportBatch, ImportItem, Version
from qms.models import Event, StoredFile
from qms.proof import journal, store
from search.models import Pending
from tests.procedures.import_files import archive, folder_of, procedure
from tests.procedures.importing.conftest import by_file, codes, only

pytestmark = pytest.mark.django_db


def test_a_file_becomes_a_draft_with_all_that_it_says(bring, agency):
    data = procedure(effective="01/02/2026")
    left, report = bring({"Cấp bản sao.docx": data})
    row = only(report)
    assert (left, report["agency"], row["status"], row["error"]) == (0, "STP", "imported", None)
    page = DocumentPage.objects.get()
    assert row["url"] == f"/admin/pages/{page.pk}/edit/"
    assert (
        page.code,
        page.kind,
        page.issue_number,
        str(page.issued_on),
        str(page.effective_on),
    ) == ("QT-01/TP", "procedure", 1, "2026-01-05", "2026-02-01")
    assert page.title.casefold() == "cấp bản sao trích lục hộ tịch"
    assert [(s["role"], s["name"]) for s in page.signers] == [
        ("drafted", "Lê Thị An"),
        ("approved", "Trần Văn Bình"),
    ]
    assert store.read(page.source_id) == data and page.source_name == "Cấp bản sao.docx"
    assert not Version.objects.exists() and page.live is False
    assert [s["action"] for s in row["steps"]] == [
        "Tiếp nhận hồ sơ của công dân",
        "Thẩm định hồ sơ và trình ký",
        "Trả kết quả cho công dân",
    ]
    assert row["kept_characters"] == row["source_characters"] > 200
    event = Event.objects.get(agency=agency, kind="imported")
    assert (event.data["file"], event.data["sha256"], event.subject) == (
        "Cấp bản sao.docx",
        row["sha256"],
        f"document:{page.pk}",
    )
    assert journal.broken_links(agency) == []


def test_the_report_has_exactly_the_promised_fields(bring):
    row = only(bring({"a.docx": procedure()})[1])
    assert set(row) == {
        "file", "sha256", "status", "url", "kind", "code", "title", "issue_number", "revision_number", "issued_on", "effective_on", "signers", "sections",
        "cases", "steps", "records", "forms", "amendments", "legal_basis", "images", "source_characters", "kept_characters", "warnings", "confidence",
        "error",
    }  # fmt: skip
    assert set(row["steps"][0]) == {"number", "action", "responsible", "durations"}
    assert set(row["sections"][0]) == {"kind", "number", "title", "characters"}
    refused = only(bring({"b.docx": b"no Word file"})[1])
    assert set(refused) == set(row)


def test_as_issued_records_what_the_paper_says(bring, agency):
    row = only(
        bring({"a.docx": procedure(issued="05/01/2026", effective="15/01/2026")}, "--as-issued")[1]
    )
    version = Version.objects.get()
    assert (version.origin, str(version.issued_on), str(version.effective_on), version.code) == (
        "recorded",
        "2026-01-05",
        "2026-01-15",
        "QT-01/TP",
    )
    assert version.document.has_open_draft is False
    assert [f["role"] for f in version.files] == ["original"]
    assert row["url"] == f"/d/{version.document_id}/"


def test_without_an_issue_date_it_stays_a_draft_and_says_so(bring):
    row = only(bring({"a.docx": procedure(issued="")}, "--as-issued")[1])
    assert row["status"] == "imported" and "missing_date" in codes(row) and row["issued_on"] is None
    assert not Version.objects.exists() and DocumentPage.objects.get().has_open_draft


@pytest.mark.slow
def test_a_dry_run_writes_nothing_at_all_and_says_the_same(bring, settings):
    bring({"trước.docx": procedure("QT-09", "Việc đã có")})
    tables = (DocumentPage, Version, ImportItem, ImportBatch, Event, StoredFile, Pending)
    before = [model.objects.count() for model in tables]
    kept = sorted(p.name for p in settings.QMS_STORE.rglob("*") if p.is_file())
    files = {
        "một.docx": procedure("QT-01/TP", "Đăng ký khai sinh"),
        "hai.docx": procedure("QT-01/TP", "Đăng ký kết hôn"),
        "ba.docx": procedure("QT-09", "Việc đã có", text="Sửa."),
        "bốn.docx": procedure("QT-01/TP", "Đăng ký kết hôn", text="Bản hai."),
    }
    dry = bring(files, "--dry-run", "--as-issued")[1]
    assert [model.objects.count() for model in tables] == before
    assert sorted(p.name for p in settings.QMS_STORE.rglob("*") if p.is_file()) == kept
    wet = bring(files, "--as-issued")[1]
    for one, other in zip(dry["documents"], wet["documents"], strict=True):
        assert one["url"] is None and other["url"]
        assert {**one, "url": None} == {**other, "url": None}


def test_damaged_empty_and_foreign_files_are_refused_by_name_and_the_others_go_on(bring, samples):
    good = procedure()
    files = {
        "rỗng.docx": b"",
        "hỏng.docx": good[: len(good) // 2],
        "ảnh.docx": b"\x89PNG\r\n\x1a\n" + b"0" * 500,
        "chữ.doc": "chỉ là chữ".encode(),
        "bảng.docx": archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}),
        "tốt.docx": good,
        "ghi chú.txt": b"left aside",
        ".ẩn.docx": good,
        "~$tốt.docx": b"lock",
    }
    left, report = bring(files)
    rows = by_file(report)
    assert left == 1
    assert sorted(rows) == sorted(
        ["rỗng.docx", "hỏng.docx", "ảnh.docx", "chữ.doc", "bảng.docx", "tốt.docx"]
    )
    assert rows.pop("tốt.docx")["status"] == "imported"
    for name, row in rows.items():
        assert (
            (row["status"], row["url"]) == ("refused", None)
            and name in row["error"]
            and row["error"].endswith(".")
        ), row


def test_an_archive_is_read_like_a_folder_and_no_path_in_it_counts(bring, tmp_path):
    inner = archive({"x.docx": procedure("QT-05", "Việc năm")})
    data = archive(
        {
            "thư mục/một.docx": procedure("QT-01", "Việc một"),
            "../../hai.docx": procedure("QT-02", "Việc hai"),
            "C:\\mật\\ba.docx": procedure("QT-03", "Việc ba"),
            "__MACOSX/một.docx": b"x",
            "trong.zip": inner,
        }
    )
    path = tmp_path / "đợt 1.zip"
    path.write_bytes(data)
    left, report = bring(path)
    assert left == 1
    assert {name: row["status"] for name, row in by_file(report).items()} == {
        "một.docx": "imported", "hai.docx": "imported", "ba.docx": "imported", "trong.zip": "refused",
    }  # fmt: skip
    assert not (tmp_path.parent / "hai.docx").exists()


@pytest.mark.slow
def test_an_archive_that_unpacks_without_end_is_refused(bring, tmp_path, settings):
    settings.QMS_MAX_FILE = 40 * 2**20
    path = tmp_path / "bom.zip"
    path.write_bytes(
        archive(
            {
                "bom.docx": b"\0" * (30 * 2**20),
                "to.docx": b"\0" * (41 * 2**20),
                "tốt.docx": procedure(),
            }
        )
    )
    left, report = bring(path)
    rows = by_file(report)
    assert left == 1 and {n: r["status"] for n, r in rows.items()} == {
        "bom.docx": "refused",
        "to.docx": "refused",
        "tốt.docx": "imported",
    }
    assert "phá hoại" in rows["bom.docx"]["error"] and "quá lớn" in rows["to.docx"]["error"]


def test_names_and_places_of_files_are_kept_composed(bring):
    name = unicodedata.normalize("NFD", "Đăng ký.docx")
    row = only(bring({f"sâu/hơn/{name}": procedure()})[1])
    assert row["file"] == "Đăng ký.docx"
    assert ImportItem.objects.get().name == "Đăng ký.docx"


@pytest.mark.parametrize(
    "arguments",
    [["x.docx", "--agency", "KHÔNG-CÓ"], ["/khong/co/o/day", "--agency", "STP"], ["x.docx"], ["x.docx", "--agency", "STP", "--as-issued", "--as-draft"],
     ["x.docx", "--agency", "STP", "--dry-run", "--texts", "t"]],
)  # fmt: skip
def test_wrong_arguments_are_refused_with_exit_code_two(arguments, agency, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.docx").write_bytes(procedure())
    with pytest.raises(CommandError) as problem:
        call_command("import_documents", *arguments)
    by_parser = str(problem.value).startswith("Error: ")  # on the command line it leaves with 2
    assert by_parser or problem.value.returncode == 2
    assert not DocumentPage.objects.exists()


def test_texts_are_read_back_from_the_database(bring, tmp_path):
    texts = tmp_path / "texts"
    files = {
        "nháp.docx": procedure("QT-01", "Việc một"),
        "sâu/nháp.docx": procedure("QT-02", "Việc hai", text="Chỗ khác."),
    }
    bring(files, "--texts", str(texts))
    assert sorted(p.name for p in texts.iterdir()) == ["nháp.docx (2).txt", "nháp.docx.txt"]
    assert "Tiếp nhận hồ sơ của công dân" in (texts / "nháp.docx.txt").read_text(encoding="utf-8")
    again = tmp_path / "again"
    bring(files, "--texts", str(again))
    assert [p.read_text("utf-8") for p in sorted(again.iterdir())] == [
        p.read_text("utf-8") for p in sorted(texts.iterdir())
    ]


def test_stopping_ends_after_the_file_in_hand_and_leaves_whole_documents(agency, tmp_path):
    folder = folder_of(
        tmp_path / "f", {f"{n}.docx": procedure(f"QT-0{n}", f"Việc thứ {n}") for n in range(1, 6)}
    )
    run = Run(agency)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    report = run.work(collect([folder], scratch), done=lambda row: run.stop())
    assert [row["status"] for row in report["documents"]] == ["imported"]
    assert DocumentPage.objects.count() == ImportItem.objects.count() == 1
