"""The editor of each kind of document: its own fields, scoped choices, and messages with advice."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from lxml import html

from procedures import lifecycle
from procedures.content import stream
from procedures.editor.blocks import sign_picture
from procedures.models import FormPage, GeneralPage, ProcedurePage
from qms.models import Unit
from qms.proof import store
from tests.issuing import issue as issue_now
from tests.procedures.test_draft_roundtrip import form_of


@pytest.mark.parametrize(
    "kind",
    ["procedure", "form", "policy", "objectives", "manual", "instruction", "regulation", "other"],
)
def test_every_kind_begins_and_opens_in_the_editor(agency, officer, client, kind):
    client.force_login(officer)
    answer = client.post(
        "/admin/tai-lieu/moi/",
        {"agency": agency.pk, "kind": kind, "title": "Tài liệu thử"},
        follow=True,
    )
    assert answer.status_code == 200
    assert "Lưu bản thảo" in answer.content.decode()


def fields_of(page) -> dict:
    """The form of a document without a procedure's own fields."""
    for name in ("procedure_type", "national_code", "local_tail", "field"):
        if not hasattr(page, name):
            setattr(page, name, "")
    return form_of(page)


def word_file() -> bytes:
    out = io.BytesIO()
    Document().save(out)
    return out.getvalue()


def test_a_form_keeps_its_file_and_its_procedure_and_issues_both(
    make_document, agency, other_agency, officer, stranger, client
):
    procedure = make_document(agency, officer, code="QT-01", title="Quy trình mẹ")
    make_document(other_agency, stranger, title="CANARY")
    page = FormPage.objects.get(
        pk=make_document(agency, officer, code="BM-01", kind="form", title="Tờ khai").pk
    )
    client.force_login(officer)
    assert "CANARY" not in client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    taken = client.post(
        "/admin/tai-lieu/tep/", {"file": SimpleUploadedFile("tờ khai.docx", word_file())}
    ).json()
    sent = fields_of(page) | {
        "procedure": procedure.pk,
        "file": taken["token"],
        "file_name": taken["name"],
    }
    assert client.post(f"/admin/pages/{page.pk}/edit/", sent).status_code == 302
    page = FormPage.objects.get(pk=page.pk)
    assert (page.procedure_id, page.file_name) == (procedure.pk, "tờ khai.docx")
    assert (
        client.get(f"/admin/tai-lieu/tep/{sign_picture(page.file_id, officer.pk)}/").status_code
        == 200
    )

    version = issue_now(page, issued_on=datetime.date(2026, 1, 5), by=officer)
    assert [(f["role"], f["name"]) for f in version.files] == [("form", "tờ khai.docx")]


def test_a_forms_file_is_taken_by_its_bytes_and_by_a_signed_word_alone(
    make_document, agency, officer, client
):
    page = FormPage.objects.get(pk=make_document(agency, officer, code="BM-01", kind="form").pk)
    foreign = store.add(b"%PDF-1.4 of somebody else", "application/pdf").pk
    client.force_login(officer)
    assert (
        client.post(
            "/admin/tai-lieu/tep/", {"file": SimpleUploadedFile("a.docx", b"MZ")}
        ).status_code
        == 400
    )
    answer = client.post(
        f"/admin/pages/{page.pk}/edit/",
        fields_of(page) | {"file": foreign, "file_name": "x", "procedure": ""},
    )
    assert "Hãy tải tệp lên lại" in answer.content.decode()
    assert FormPage.objects.get(pk=page.pk).file is None


def test_a_general_document_changes_its_kind_among_the_general_ones(
    make_document, agency, officer, client
):
    page = GeneralPage.objects.get(
        pk=make_document(agency, officer, kind="policy", code="CSCL-01").pk
    )
    client.force_login(officer)
    assert (
        client.post(
            f"/admin/pages/{page.pk}/edit/", fields_of(page) | {"kind": "manual"}
        ).status_code
        == 302
    )
    assert (
        client.post(
            f"/admin/pages/{page.pk}/edit/", fields_of(page) | {"kind": "procedure"}
        ).status_code
        == 200
    )
    assert GeneralPage.objects.get(pk=page.pk).kind == "manual"


@pytest.mark.parametrize(
    ("typed", "code", "tail"),
    [
        ("1.001193", "1.001193", ""),
        (" 1.001193.000.00.00.H57 ", "1.001193", "000.00.00.H57"),
        ("2.000815", "2.000815", ""),
    ],
)
def test_a_national_code_is_kept_apart_from_its_local_tail(
    make_document, agency, officer, client, typed, code, tail
):
    page = ProcedurePage.objects.get(pk=make_document(agency, officer).pk)
    client.force_login(officer)
    assert (
        client.post(
            f"/admin/pages/{page.pk}/edit/", form_of(page) | {"national_code": typed}
        ).status_code
        == 302
    )
    page = ProcedurePage.objects.get(pk=page.pk)
    assert (page.national_code, page.local_tail) == (code, tail)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"national_code": "abc"}, "một chữ số, dấu chấm và sáu chữ số"),
        ({"issued_on": "31/02/2026"}, "ngày/tháng/năm"),
        ({"title": "   "}, "Hãy ghi tên tài liệu"),
        ({"title": "x" * 501}, "dài nhất 500 ký tự"),
        ({"review_months": "0"}, "từ 1 đến 120 tháng"),
        ({"signers": "[1]"}, "người ký"),
    ],
)
def test_a_mistake_is_named_with_what_to_do(make_document, agency, officer, client, fields, says):
    page = ProcedurePage.objects.get(pk=make_document(agency, officer).pk)
    client.force_login(officer)
    answer = client.post(f"/admin/pages/{page.pk}/edit/", form_of(page) | fields)
    assert answer.status_code == 200
    assert says in answer.content.decode()


@pytest.mark.parametrize(
    "written", ["05/3/2026", "5/3/2026", "05/03/2026", "2026-03-05", "5-3-2026", "5.3.2026"]
)
def test_days_are_read_as_they_are_written_here(make_document, agency, officer, client, written):
    page = ProcedurePage.objects.get(pk=make_document(agency, officer).pk)
    client.force_login(officer)
    client.post(f"/admin/pages/{page.pk}/edit/", form_of(page) | {"issued_on": written})
    assert ProcedurePage.objects.get(pk=page.pk).issued_on == datetime.date(2026, 3, 5)


def test_a_unit_of_another_agency_cannot_be_chosen(
    make_document, agency, other_agency, officer, client
):
    mine = Unit.objects.create(agency=agency, name="Văn phòng")
    foreign = Unit.objects.create(agency=other_agency, name="CANARY")
    page = ProcedurePage.objects.get(pk=make_document(agency, officer).pk)
    client.force_login(officer)
    shown = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert "Văn phòng" in shown
    assert "CANARY" not in shown
    client.post(f"/admin/pages/{page.pk}/edit/", form_of(page) | {"unit": foreign.pk})
    assert ProcedurePage.objects.get(pk=page.pk).unit is None
    client.post(f"/admin/pages/{page.pk}/edit/", form_of(page) | {"unit": mine.pk})
    assert ProcedurePage.objects.get(pk=page.pk).unit == mine


def test_what_the_text_cites_is_recognised_on_saving(make_document, agency, officer, client):
    from tests.conftest import content

    page = ProcedurePage.objects.get(
        pk=make_document(
            agency,
            officer,
            body=content("Theo Quyết định 19/2014/QĐ-TTg và Nghị định 61/2018/NĐ-CP."),
        ).pk
    )
    client.force_login(officer)
    client.post(f"/admin/pages/{page.pk}/edit/", form_of(page))
    page = ProcedurePage.objects.get(pk=page.pk)
    assert page.legal_basis == ["19/2014/QĐ-TTg", "61/2018/NĐ-CP"]
    assert stream.to_content(page.body)["sections"][0]["blocks"][0]["html"].startswith("<p>Theo")


def choices_of_procedure(client, page):
    """(value, text) of the procedures offered by the editor of a form."""
    root = html.fromstring(client.get(f"/admin/pages/{page.pk}/edit/").content.decode())
    return [
        (option.get("value"), option.text_content())
        for option in root.xpath('//select[@name="procedure"]/option')[1:]
    ]


def test_an_author_is_offered_own_drafts_and_what_was_issued_but_no_drafts_of_colleagues(
    client, make_document, agency, author, officer
):
    own = make_document(agency, author, code="QT-01", title="Của tôi")
    issued = make_document(agency, officer, code="QT-02", title="Đã ban hành", issued="2026-01-05")
    draft = make_document(agency, officer, code="QT-03", title="Dự thảo CANARY")
    lifecycle.revise_draft(issued, by=officer, title="Tên mới CANARY")
    form = make_document(agency, author, code="BM-01", kind="form", title="Tờ khai")
    client.force_login(author)
    seen = [(str(own.pk), "QT-01 Của tôi"), (str(issued.pk), "QT-02 Đã ban hành")]
    assert choices_of_procedure(client, form) == seen
    assert "CANARY" not in client.get(f"/admin/pages/{form.pk}/edit/").content.decode()
    sent = fields_of(FormPage.objects.get(pk=form.pk)) | {"procedure": draft.pk}
    assert client.post(f"/admin/pages/{form.pk}/edit/", sent).status_code == 200
    assert FormPage.objects.get(pk=form.pk).get_latest_revision_as_object().procedure_id is None
    client.force_login(officer)
    assert [text for _value, text in choices_of_procedure(client, form)][
        2
    ] == "QT-03 Dự thảo CANARY"


def test_what_an_officer_chose_stays_chosen_without_its_name(
    client, make_document, agency, author, officer
):
    draft = make_document(agency, officer, code="QT-03", title="Dự thảo CANARY")
    form = make_document(
        agency, author, code="BM-01", kind="form", title="Tờ khai", procedure=draft
    )
    client.force_login(author)
    assert choices_of_procedure(client, form) == [(str(draft.pk), "Bản thảo của người khác")]


def test_a_signed_word_is_worth_nothing_to_anybody_else(
    client, agency, officer, author, stranger, make_document
):
    client.force_login(officer)
    upload = SimpleUploadedFile("mật.docx", word_file())
    word = client.post("/admin/tai-lieu/tep/", {"file": upload}).json()["token"]
    address = f"/admin/tai-lieu/tep/{word}/"
    assert client.get(address).status_code == 200
    for other in (author, stranger):
        client.force_login(other)
        assert client.get(address).status_code == 404
    client.force_login(author)
    form = make_document(agency, author, code="BM-02", kind="form", title="Tờ khai")
    sent = fields_of(FormPage.objects.get(pk=form.pk)) | {"file": word, "file_name": "x.docx"}
    answer = client.post(f"/admin/pages/{form.pk}/edit/", sent)
    assert "Không nhận ra tệp này" in answer.content.decode()
