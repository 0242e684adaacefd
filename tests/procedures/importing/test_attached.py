"""Scans and sheets in an import: each becomes a file of the document or form that it belongs to."""

import pytest

from procedures.importing import batches, companions, undoing
from procedures.models import FormPage
from qms.errors import Refused
from tests.procedures.import_files import archive, one, procedure, states

pytestmark = pytest.mark.django_db


def test_an_archive_gives_an_item_a_file_and_bad_ones_say_why(hand_in, agency, officer):
    batch = hand_in(
        {
            "tất cả.zip": archive(
                {
                    "một.docx": procedure("QT-01", "Một"),
                    "hai/hỏng.docx": b"PK\x03\x04 gone",
                    "trống.docx": b"",
                }
            )
        }
    )
    assert states(batch) == {"một.docx": "read", "hỏng.docx": "refused", "trống.docx": "refused"}
    assert all(
        item.error and item.name in item.error for item in batch.items.filter(state="refused")
    )


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>"


def test_a_pdf_named_by_a_code_is_offered_and_becomes_the_signed_scan(hand_in, officer, stranger):
    batch = hand_in(
        {"a.docx": procedure("QT-01/TP", "Việc một"), "QT 01_TP đã ký.pdf": PDF}, as_issued=True
    )
    scan = one(batch, "QT 01_TP đã ký.pdf")
    assert (scan.role, scan.state) == ("companion", "read")
    assert companions.offers(scan, companions.bearers(batch)) == []
    version = batches.accept(one(batch, "a.docx"), by=officer).version
    (offer,) = companions.offers(scan, companions.bearers(batch))
    assert (offer.use, offer.document, offer.found_in) == ("signed", version.document_id, "name")
    with pytest.raises(Refused, match="thư ký ISO"):
        companions.attach(scan, offer, by=stranger)
    companions.attach(scan, offer, by=officer)
    (act,) = version.acts.all()
    assert [(f["role"], f["name"], f["sha256"]) for f in act.files] == [
        ("signed", "QT 01_TP đã ký.pdf", scan.sha256)
    ]
    with pytest.raises(Refused, match="đã được xử lý"):
        companions.attach(scan, offer, by=officer)


def test_a_scan_waits_until_its_document_has_a_version(hand_in, officer):
    batch = hand_in({"a.docx": procedure("QT-01/TP", "Việc một"), "QT-01-TP.pdf": PDF})
    batches.accept(one(batch, "a.docx"), by=officer)
    scan = one(batch, "QT-01-TP.pdf")
    (offer,) = companions.offers(scan, companions.bearers(batch))
    with pytest.raises(Refused, match="chưa có phiên bản"):
        companions.attach(scan, offer, by=officer)
    scan.refresh_from_db()
    assert scan.state == "read"


def test_a_sheet_that_carries_a_forms_code_becomes_the_forms_file(
    hand_in, officer, make_document, agency
):
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = "Mã số: BM-01-02"
    out = io.BytesIO()
    book.save(out)
    form = make_document(agency, officer, kind="form", code="BM.01.02", title="Sổ theo dõi")
    make_document(agency, officer, code="QT-01", title="Việc khác")
    batch = hand_in({"so theo doi.xlsx": out.getvalue()})
    item = one(batch)
    (offer,) = companions.offers(item, companions.bearers(batch))
    assert (offer.use, offer.document, offer.found_in) == ("form", form.pk, "text")
    companions.attach(item, offer, by=officer)
    page = FormPage.objects.get(pk=form.pk)
    assert (page.file_id, page.file_name) == (item.sha256, "so theo doi.xlsx")
    assert undoing.take_back(batch, by=officer) == (1, [])
    page.refresh_from_db()
    assert page.file_id is None


def test_the_file_of_a_form_that_an_earlier_import_named_becomes_a_form_of_that_procedure(
    hand_in, officer
):
    import io

    import openpyxl

    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    procedure_item = batches.accept(
        one(hand_in({"a.docx": procedure("QT-01/TP", "Việc một")})), by=officer
    )
    procedure_item.reading["report"]["forms"] = [{"code": "BM-01-02", "name": "Sổ theo dõi"}]
    procedure_item.save()
    later = hand_in({"BM-01-02.xlsx": out.getvalue()})
    (offer,) = companions.offers(one(later), companions.bearers(later))
    assert (offer.use, offer.title, offer.procedure) == (
        "form",
        "Sổ theo dõi",
        procedure_item.document_id,
    )
    companions.attach(one(later), offer, by=officer)
    form = FormPage.objects.get()
    assert (form.code, form.procedure_id, form.file_name) == (
        "BM-01-02",
        procedure_item.document_id,
        "BM-01-02.xlsx",
    )


@pytest.mark.parametrize(
    ("text", "code", "carried"),
    [
        ("QT-01 Khai sinh", "QT.01", True),
        ("qt01_ký", "QT-01", True),
        ("BM-QT-01-02", "QT-01", False),
        ("QT-011", "QT-01", False),
        ("QT-01.2", "QT-01", False),
        ("QT-01-2026", "QT-01", True),
        ("01 - QT 02_ĐBCL (bản ký)", "QT-02/ĐBCL", True),
        ("BM1-12", "BM-11-2", False),
        ("Kế hoạch năm 2026", "KH", False),
    ],
)
def test_a_code_is_found_whole_however_it_is_written(text, code, carried):
    bearer = companions.CodeHolder(code, "", 1, "procedure")
    assert bool(companions.carried(text, [bearer])) is carried
