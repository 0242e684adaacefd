"""The text inside documents' files: who finds it, and its rank."""

import datetime

import pytest

from procedures import filetext, lifecycle
from procedures.indexing import documents
from procedures.models import FileText
from qms.proof import store
from search.queue import pending
from tests.conftest import content
from tests.issuing import issue as issue_now
from tests.procedures.attached_helpers import LONG, State, found, read_now
from tests.procedures.filetext import build


@pytest.mark.parametrize(
    ("visibility", "finders"),
    [
        ("public", {"nobody", "reader", "stranger", "overseer", "system_admin"}),
        ("city", {"reader", "stranger", "overseer"}),
        ("agency", {"reader", "overseer"}),
    ],
)
def test_a_files_text_is_found_by_exactly_those_who_may_read_the_version(
    request, make_form, visibility, finders
):
    make_form("Zzcanhcut tạm ứng", issued="2026-01-05", visibility=visibility)
    read_now()
    people = {
        name: request.getfixturevalue(name) if name != "nobody" else None
        for name in ("nobody", "reader", "stranger", "overseer", "system_admin")
    }
    assert {name for name, user in people.items() if found("zzcanhcut", user)} == finders


def test_a_drafts_file_is_found_by_officers_of_the_agency_and_its_author(
    make_form, author, officer, reader, stranger
):
    make_form("Zzcanhcut tạm ứng")
    read_now()
    (hit,) = found("zzcanhcut", officer)
    assert (hit.state, hit.section) == ("draft", "Tệp: BM-01.02 Phiếu tiếp nhận.xlsx")
    assert not any(found("zzcanhcut", user) for user in (author, reader, stranger, None))


def test_a_struck_out_version_takes_the_text_of_its_file_along(make_form, officer):
    page = make_form("Zzcanhcut", issued="2026-01-05", visibility="public")
    read_now()
    assert found("zzcanhcut")
    lifecycle.strike_out(page.versions.get(), reason="Nhầm", by=officer)
    pending.flush()
    assert not found("zzcanhcut")


def test_a_file_that_a_later_version_replaced_is_found_among_earlier_ones_alone(make_form, officer):
    page = make_form("Mẫu cũ zzcanhcut", issued="2026-01-05", visibility="public")
    lifecycle.revise_draft(
        page.specific, by=officer, file=store.add(build.excel([("Mẫu mới",)])), file_name="mới.xlsx"
    )
    issue_now(page, issued_on=datetime.date(2026, 2, 1), by=officer)
    read_now()
    assert not found("zzcanhcut", day=datetime.date(2026, 3, 1))
    assert found("zzcanhcut", day=datetime.date(2026, 1, 10))


# -- what is found


def test_a_form_is_found_by_code_and_name_as_a_form(make_form, make_document, agency, officer):
    from tests.procedures.reader_helpers import procedure

    make_document(
        agency,
        officer,
        code="QT-01",
        title="Cấp bản sao",
        body=procedure(),
        issued="2026-01-05",
        visibility="public",
    )
    make_form("x", issued="2026-01-05", visibility="public")
    pending.flush()
    assert [(hit.kind, hit.code) for hit in found("BM-01.02")][0] == ("form", "BM-01.02")
    assert [(hit.kind, hit.code) for hit in found("phiếu tiếp nhận")][0] == ("form", "BM-01.02")
    named = found("BM.01.01")[0]  # a form that a procedure names in its list of forms
    assert (named.kind, named.section) == ("procedure", "6. Biểu mẫu")
    assert found("tờ khai")[0].key == named.key


def test_a_file_is_found_by_its_code_and_name_before_it_is_read(make_document, agency, officer):
    version = make_document(
        agency,
        officer,
        code="QT-05",
        title="Mua sắm",
        body=LONG,
        issued="2026-01-05",
        visibility="public",
    ).versions.get()
    lifecycle.add_file(
        version,
        store.add(build.excel()),
        name="BM-05.07 Bảng kê vật tư.xlsx",
        role="attachment",
        by=officer,
    )
    pending.flush()
    for typed in ("BM-05.07", "bm 05.07", "bang ke vat tu"):
        hit = found(typed)[0]
        assert (hit.code, hit.section) == ("QT-05", "Tệp: BM-05.07 Bảng kê vật tư.xlsx")


def test_title_and_section_come_before_the_same_words_in_a_file(
    make_document, make_form, agency, officer
):
    words = "kiểm kê tài sản"
    make_form(
        f"{words}. {words}. {words}.",
        issued="2026-01-05",
        visibility="public",
        title="Phiếu trong tệp",
    )
    say = {"issued": "2026-01-05", "visibility": "public"}
    make_document(agency, officer, code="QT-1", title="Kiểm kê tài sản", body=LONG, **say)
    make_document(
        agency,
        officer,
        code="QT-2",
        title="Quy trình trong mục",
        body=content("Lời mở đầu dài dòng. " * 200, words),
        **say,
    )
    read_now()
    for typed in (words, "kiem ke tai san"):
        assert [hit.title for hit in found(typed)] == [
            "Kiểm kê tài sản",
            "Quy trình trong mục",
            "Phiếu trong tệp",
        ]


def test_one_huge_file_cannot_fill_the_index(make_form, monkeypatch):
    page = make_form(*(f"dòng {n} " + "chữ " * 30 for n in range(1_000)), issued="2026-01-05")
    read_now()
    row = FileText.objects.get()
    assert row.cut and len(row.text) <= filetext.LONGEST
    monkeypatch.setattr(documents, "MOST_TEXT", 1_000)
    (entry,) = documents.documents([page.pk])
    assert sum(len(p.text) for p in entry.passages if p.attached) == 1_000


def test_texts_are_looked_up_once_for_many_documents(make_form, django_assert_num_queries):
    pages = [make_form(f"Tệp {n}", code=f"BM-{n}", issued="2026-01-05") for n in range(5)]
    with django_assert_num_queries(3):
        assert len(list(documents.documents([page.pk for page in pages]))) == 5


def test_a_draft_with_a_file_can_be_deleted(make_form, officer):
    page = make_form("Zzcanhcut")
    read_now()
    assert found("zzcanhcut", officer)
    lifecycle.delete_draft(page, by=officer)
    pending.flush()
    assert not found("zzcanhcut", officer)
    assert not FileText.objects.get().documents.exists()


@pytest.mark.tesseract
def test_a_scanned_form_is_found_by_its_words(make_form, agency):
    from tests.procedures.filetext.conftest import needs_tesseract

    needs_tesseract()
    make_form(
        data=build.scan(build.page("GIẤY ĐỀ NGHỊ THANH TOÁN", "Kính gửi: Văn phòng Sở Tư pháp")),
        name="mau.pdf",
        issued="2026-01-05",
        visibility="public",
    )
    read_now()
    assert FileText.objects.get().state == State.RECOGNISED
    assert [hit.section for hit in found("de nghi thanh toan")] == ["Tệp: mau.pdf"]
