"""Files of versions: for users who may read the version, under their Vietnamese names, never
executed by the browser."""

import pytest

from procedures import lifecycle
from procedures.word.signs import mime_of
from qms.proof import store
from tests.procedures.reader_helpers import section

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def filed(agency, make_document):
    """filed(bytes, mime, name, visibility) -> (version, sha256): a document whose original is
    that file."""

    def make(
        data=b"PK word", mime=WORD, name="Đăng ký khai sinh (bản 2).docx", visibility="public"
    ):
        stored = store.add(data, mime)
        page = make_document(
            agency, issued="2026-01-05", visibility=visibility, source=stored, source_name=name
        )
        return page.versions.get(), stored.pk

    return make


def test_the_original_is_saved_under_its_vietnamese_name(client, filed):
    version, sha256 = filed()
    response = client.get(f"/v/{version.pk}/files/{sha256}/x.docx")
    assert b"".join(response.streaming_content) == b"PK word"
    assert (
        response["Content-Disposition"]
        == "attachment; filename*=utf-8''%C4%90%C4%83ng%20k%C3%BD%20khai%20sinh%20%28b%E1%BA%A3n%202%29.docx"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "mime", ["image/svg+xml", "text/html", "application/xhtml+xml", "text/xml", ""]
)
def test_what_could_run_is_never_shown_in_the_browser(client, filed, mime):
    version, sha256 = filed(b"<svg onload=alert(1)>", mime, "x.svg")
    assert client.get(f"/v/{version.pk}/files/{sha256}/x.svg")["Content-Disposition"].startswith(
        "attachment"
    )


def test_a_pdf_opens_in_the_browser_and_can_be_saved(client, filed):
    version, sha256 = filed(b"%PDF-1.7", "application/pdf", "Bản ký.pdf")
    assert client.get(f"/v/{version.pk}/files/{sha256}/a.pdf")["Content-Disposition"].startswith(
        "inline"
    )
    assert client.get(f"/v/{version.pk}/files/{sha256}/a.pdf?download")[
        "Content-Disposition"
    ].startswith("attachment")


def test_a_file_known_to_the_browser_is_not_sent_again_but_still_asked_for(client, filed, officer):
    version, sha256 = filed()
    address = f"/v/{version.pk}/files/{sha256}/x.docx"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    lifecycle.strike_out(version, reason="Nhầm", by=officer)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 404


def test_a_stranger_gets_404(client, filed, stranger, reader):
    version, sha256 = filed(visibility="agency")
    address = f"/v/{version.pk}/files/{sha256}/x.docx"
    assert client.get(address).status_code == 404
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    client.force_login(reader)
    assert client.get(address).status_code == 200


def test_a_file_is_reached_only_through_a_version_that_holds_it(
    client, filed, agency, make_document
):
    _version, sha256 = filed(visibility="agency")
    public = make_document(
        agency, code="QT-9", issued="2026-01-05", visibility="public"
    ).versions.get()
    assert client.get(f"/v/{public.pk}/files/{sha256}/x.docx").status_code == 404


def test_pictures_of_the_content_are_shown(client, agency, make_document):
    stored = store.add(PNG, "image/png")
    picture = {
        "type": "picture",
        "sha256": stored.pk,
        "name": "image1.png",
        "description": "Sơ đồ",
        "caption": "",
    }
    page = make_document(
        agency,
        body={"sections": [section("content", "A", picture)]},
        issued="2026-01-05",
        visibility="public",
    )
    address = f"/v/{page.versions.get().pk}/files/{stored.pk}/"
    html = client.get(f"/d/{page.pk}/").content.decode()
    assert f'src="{address}' in html
    response = client.get(address + "hinh.png")
    assert response["Content-Disposition"].startswith("inline")
    assert "private" in response["Cache-Control"]


def test_a_signed_scan_that_came_later_is_offered(client, officer, filed):
    version, _sha256 = filed()
    scan = store.add(b"%PDF-1.7 scan", "application/pdf")
    lifecycle.add_file(version, scan, name="Bản ký.pdf", role="signed", by=officer)
    html = client.get(f"/v/{version.pk}/").content.decode()
    assert "Tải bản quét đính kèm" in html
    assert client.get(f"/v/{version.pk}/files/{scan.pk}/x.pdf").status_code == 200


def test_bytes_that_the_store_lost_answer_404(client, filed):
    version, sha256 = filed()
    store.path_of(sha256).unlink()
    assert client.get(f"/v/{version.pk}/files/{sha256}/x.docx").status_code == 404


def test_names_lose_what_means_something_to_a_file_system():
    from procedures.files import file_name

    assert (
        file_name({"sha256": "a" * 64, "name": '../../etc/pass"wd\r\n.docx'})
        == "-..-etc-pass-wd--.docx"
    )
    assert (
        file_name({"sha256": "a" * 64, "name": "", "mime": "image/png", "role": "picture"})
        == "hinh-aaaaaaaa.png"
    )


@pytest.mark.parametrize("mime", ["image/png", "image/svg+xml", "application/pdf", "text/html"])
def test_a_page_called_a_picture_is_saved_and_never_shown(client, filed, mime):
    version, sha256 = filed(b"<html><script>alert(1)</script>", mime, "anh.png")
    answer = client.get(f"/v/{version.pk}/files/{sha256}/anh.png")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] not in {"image/png", "application/pdf"}


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.html", "a.svg", "a.pdf"])
def test_a_picture_in_word_is_what_its_bytes_are(name):
    page = b"<html><script>alert(1)</script>"
    assert mime_of(page, name, "image/png") == "application/octet-stream"
    assert mime_of(page, name, "") == "application/octet-stream"
