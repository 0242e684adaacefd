"""Issuing and later acts, on the officer's pages: each shows what will happen, then asks."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from procedures import lifecycle
from procedures.models import Version, VersionAct
from qms.models import Event
from tests.conftest import content
from tests.issuing import issue as issue_now

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def record_page(page) -> str:
    return f"/admin/tai-lieu/{page.pk}/ghi-nhan/"


def asked(client, address, **fields) -> dict:
    """Uses the page as a person does: reads it, then submits what it showed."""
    form = {
        "issue_number": "1",
        "revision_number": "0",
        "issued_on": "05/01/2026",
        "effective_on": "",
        "change_summary": "",
        "paper_number": "15/QĐ-STP",
        "paper_date": "05/01/2026",
        **fields,
    }
    shown = client.post(address, form | {"act": "review"})
    return form | {"act": "issue", "seal": shown.context["seal"]}


def test_the_page_says_what_will_happen_and_the_button_does_it(
    make_document, agency, officer, client
):
    page = make_document(agency, officer, code="QT-05", issued="2026-01-05")
    lifecycle.revise_draft(page, title="Tên lần hai", visibility="agency", by=officer)
    client.force_login(officer)
    form = asked(
        client,
        record_page(page),
        issued_on="1/3/2026",
        revision_number="1",
        change_summary="Rút ngắn thời gian",
    )
    shown = client.post(record_page(page), form | {"act": "review"}).content.decode()
    for said in (
        "Phiên bản 2 sẽ được ghi nhận",
        "01/03/2026",
        "Phiên bản 1 hết hiệu lực",
        "Tên lần hai",
        "Rút ngắn thời gian",
        "QT-05",
        "Phạm vi xem đổi từ “Mọi cơ quan của thành phố” thành “Chỉ cơ quan này”",
    ):
        assert said in shown, said
    assert Version.objects.count() == 1
    assert client.post(record_page(page), form).url == f"/admin/tai-lieu/{page.pk}/"
    version = page.versions.get(ordinal=2)
    assert (version.issued_on, version.effective_on, version.revision_number, version.change_summary, version.origin) == (
        datetime.date(2026, 3, 1), datetime.date(2026, 3, 1), 1, "Rút ngắn thời gian", "recorded",
    )  # fmt: skip
    assert version.paper == {"number": "15/QĐ-STP", "dated": "2026-01-05"}
    page.refresh_from_db()
    assert (page.live, page.has_open_draft, page.issued_on) == (
        False,
        False,
        datetime.date(2026, 3, 1),
    )


def test_what_changed_since_the_page_was_shown_is_shown_again_first(
    make_document, agency, officer, client
):
    page = make_document(agency, officer)
    client.force_login(officer)
    form = asked(client, record_page(page))
    assert (
        "vừa thay đổi"
        in client.post(record_page(page), form | {"issued_on": "06/01/2026"}).content.decode()
    )
    lifecycle.revise_draft(page, title="Người khác vừa sửa", by=officer)
    assert "vừa thay đổi" in client.post(record_page(page), form).content.decode()
    assert not Version.objects.exists()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"paper_number": "", "paper_date": ""}, "số và ngày của bản giấy, hoặc đính kèm"),
        ({"paper_date": ""}, "cả số và ngày của bản giấy"),
        ({"paper_number": " "}, "cả số và ngày của bản giấy"),
        ({"issued_on": "05/01/2036"}, "Bản giấy chưa được ban hành vào ngày này"),
        ({"issued_on": "31/02/2026"}, "31/02/2026"),
    ],
)
def test_recording_asks_for_the_paper(make_document, agency, officer, client, fields, says):
    page = make_document(agency, officer)
    client.force_login(officer)
    form = asked(client, record_page(page))
    answer = client.post(record_page(page), form | fields)
    assert answer.status_code == 400 and says in answer.content.decode()
    assert not Version.objects.exists()


def test_the_editor_says_that_another_document_holds_the_code(
    make_document, agency, officer, client
):
    kept = make_document(agency, officer, code="qt 77", title="Tài liệu <kia>", issued="2026-01-01")
    page = make_document(agency, officer, code="QT-77")
    client.force_login(officer)
    said = "Mã hiệu QT-77 đang được dùng cho “Tài liệu &lt;kia&gt;”"
    assert said in client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert "đang được dùng" not in client.get(f"/admin/pages/{kept.pk}/edit/").content.decode()


def test_paper_is_recorded_as_it_says_with_its_scan(make_document, agency, officer, client):
    page = make_document(agency, officer, code="")
    client.force_login(officer)
    address = f"/admin/tai-lieu/{page.pk}/ghi-nhan/"
    without = {"paper_number": "", "paper_date": ""}
    form = asked(client, address, issued_on="05/01/2020", effective_on="01/01/2020", **without)
    assert (
        client.post(address, form | {"scan": SimpleUploadedFile("bản ký.pdf", PDF)}).status_code
        == 302
    )
    version = page.versions.get()
    assert (version.origin, version.effective_on) == ("recorded", datetime.date(2020, 1, 1))
    assert version.paper == {"file": version.acts.get().files[0]["sha256"]}
    assert [(f["name"], f["role"]) for f in version.acts.get().files] == [("bản ký.pdf", "signed")]


def test_an_unusable_scan_leaves_nothing_recorded(make_document, agency, officer, client):
    page = make_document(agency, officer)
    client.force_login(officer)
    address = f"/admin/tai-lieu/{page.pk}/ghi-nhan/"
    answer = client.post(
        address, asked(client, address) | {"scan": SimpleUploadedFile("x.pdf", b"khong phai pdf")}
    )
    assert "Bản quét cần là tệp PDF" in answer.content.decode()
    assert not page.versions.exists()


def test_recording_is_closed_to_authors_and_strangers(
    make_document, agency, author, stranger, reader, client
):
    page = make_document(agency, author)
    for person in (author, stranger, reader):
        client.force_login(person)
        answer = client.post(
            record_page(page), {"issued_on": "05/01/2026", "paper_number": "1", "act": "issue"}
        )
        assert answer.status_code in {302, 404}
        assert not Version.objects.exists()


def test_each_act_asks_for_a_reason_and_what_was_done_is_shown(
    make_document, agency, officer, client
):
    page = make_document(agency, officer, issued="2026-01-05")
    version = page.versions.get()
    client.force_login(officer)
    for name, step in (
        ("thu-hoi", lifecycle.withdraw),
        ("khoi-phuc", lifecycle.reinstate),
        ("huy-bo", lifecycle.strike_out),
    ):
        address = f"/admin/tai-lieu/phien-ban/{version.pk}/{name}/"
        assert client.get(address).status_code == 200
        assert (
            "Hãy ghi lý do"
            in client.post(address, {"reason": " ", "on_day": "05/02/2036"}).content.decode()
        )
        step(version, reason="Vì vậy", by=officer)
    shown = client.get(f"/admin/tai-lieu/{page.pk}/").content.decode()
    assert "Đã hủy bỏ" in shown
    assert "Vì vậy" in shown


def test_a_step_at_the_wrong_moment_says_why(make_document, agency, officer, client):
    version = make_document(agency, officer, issued="2026-01-05").versions.get()
    client.force_login(officer)
    answer = client.post(
        f"/admin/tai-lieu/phien-ban/{version.pk}/khoi-phuc/",
        {"reason": "x", "on_day": "05/02/2036"},
    )
    assert "Chỉ khôi phục được phiên bản đã thu hồi" in answer.content.decode()
    assert client.get(f"/admin/tai-lieu/phien-ban/{version.pk}/la-lung/").status_code == 404


def test_steps_with_versions_are_closed_to_authors_and_strangers(
    make_document, agency, officer, author, stranger, client
):
    version = make_document(agency, officer, issued="2026-01-05").versions.get()
    for person in (author, stranger):
        client.force_login(person)
        for name in ("thu-hoi", "khoi-phuc", "huy-bo", "ban-ky"):
            assert (
                client.post(
                    f"/admin/tai-lieu/phien-ban/{version.pk}/{name}/",
                    {"reason": "x", "on_day": "05/02/2036"},
                ).status_code
                == 404
            )
    assert not VersionAct.objects.exists()


def test_a_signed_scan_is_added_to_a_version(make_document, agency, officer, client):
    version = make_document(agency, officer, issued="2026-01-05").versions.get()
    client.force_login(officer)
    address = f"/admin/tai-lieu/phien-ban/{version.pk}/ban-ky/"
    assert (
        client.post(address, {"scan": SimpleUploadedFile("../../ký.pdf", PDF)}).status_code == 302
    )
    assert version.acts.get().files[0]["name"] == "ký.pdf"


def test_a_document_with_versions_answers_deletion_with_a_message(
    make_document, agency, officer, client
):
    page = make_document(agency, officer, issued="2026-01-05")
    client.force_login(officer)
    assert client.get(f"/admin/pages/{page.pk}/delete/").url == f"/admin/tai-lieu/{page.pk}/xoa/"
    assert "không xóa được" in client.get(f"/admin/tai-lieu/{page.pk}/xoa/").content.decode()
    answer = client.post(f"/admin/tai-lieu/{page.pk}/xoa/", follow=True)
    assert "đã có phiên bản ban hành" in answer.content.decode()
    page.refresh_from_db()


def test_a_draft_of_which_nothing_was_issued_is_deleted_and_the_journal_remembers(
    make_document, agency, author, client
):
    page = make_document(agency, author, code="QT-66")
    client.force_login(author)
    assert client.post(f"/admin/tai-lieu/{page.pk}/xoa/").status_code == 302
    assert type(page).objects.filter(pk=page.pk).count() == 0
    assert Event.objects.get(kind="draft_deleted").data["code"] == "QT-66"


def test_flags_are_seen_one_by_one_without_making_a_new_draft(
    make_document, agency, officer, stranger, client
):
    flags = [{"code": c, "message": c, "values": []} for c in ("a", "b", "c")]
    page = make_document(agency, officer, flags=flags, issued="2026-01-05")
    client.force_login(stranger)
    assert client.post(f"/admin/tai-lieu/{page.pk}/da-xem/", {"position": "1"}).status_code == 404
    client.force_login(officer)
    client.post(f"/admin/tai-lieu/{page.pk}/da-xem/", {"position": "1"})
    page.refresh_from_db()
    assert ([f["code"] for f in page.flags], page.has_open_draft) == (["a", "c"], False)
    client.post(f"/admin/tai-lieu/{page.pk}/da-xem/", {"next": "document"})
    page.refresh_from_db()
    assert page.flags == []


def test_an_earlier_draft_is_used_again_without_bringing_back_old_flags_or_issue_marks(
    make_document, agency, officer, client
):
    page = make_document(
        agency, officer, title="Tên cũ", flags=[{"code": "a", "message": "a", "values": []}]
    )
    first = page.latest_revision_id
    lifecycle.revise_draft(page, title="Tên mới", content=content("Khác"), by=officer)
    issue_now(page, issued_on=datetime.date(2026, 1, 5), by=officer)
    lifecycle.clear_flags(page, by=officer)
    page.refresh_from_db()
    issued = page.issued_revision_id
    client.force_login(officer)
    assert client.get(f"/admin/pages/{page.pk}/revisions/{first}/revert/").status_code == 200
    earlier = page.revisions.get(pk=first).as_object()
    assert (earlier.title, earlier.flags, earlier.issued_revision_id) == ("Tên cũ", [], issued)


def test_the_preview_is_the_readers_page(make_document, agency, officer, stranger, client):
    page = make_document(agency, officer, title="Xem thử", body=content("Chưa ban hành"))
    client.force_login(officer)
    shown = client.get(f"/admin/pages/{page.pk}/view_draft/").content.decode()
    assert "Chưa ban hành" in shown
    assert "Bản thảo" in shown and "Bản thảo chưa ghi ngày ban hành" in shown
    lifecycle.revise_draft(
        page,
        issued_on=datetime.date(2023, 3, 12),
        effective_on=datetime.date(2023, 4, 1),
        by=officer,
    )
    shown = " ".join(client.get(f"/admin/pages/{page.pk}/view_draft/").content.decode().split())
    assert "Ngày ban hành ghi ở bản thảo: 12/03/2023 · ngày hiệu lực: 01/04/2023" in shown
    assert not Version.objects.exists()
    client.force_login(stranger)
    assert client.get(f"/admin/pages/{page.pk}/view_draft/").status_code == 404


def test_a_section_that_nobody_wrote_is_named_before_sending(agency, officer, client):
    from procedures.officer import register

    client.force_login(officer)
    client.post(
        "/admin/tai-lieu/moi/", {"agency": agency.pk, "kind": "procedure", "title": "Còn trống"}
    )
    (row,) = register.rows_of(officer)
    assert (
        "Mục còn trống: MỤC ĐÍCH; PHẠM VI ÁP DỤNG"
        in client.get(f"/admin/tai-lieu/{row.pk}/trinh-duyet/").content.decode()
    )
