"""The page of a document: who sees what, which version, which banner."""

import datetime

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures import lifecycle
from procedures.models import Version
from qms.clock import today
from tests.procedures.reader_helpers import body, forms, hostile, procedure, section, text

DAY = datetime.timedelta(days=1)


@pytest.fixture
def issue_again(db):
    """issue_again(page, effective, …) -> the next version of a document."""

    def make(page, effective, **fields):
        lifecycle.revise_draft(page, by=None, **fields)
        return lifecycle.record(
            page, issued_on=min(effective, today()), effective_on=effective, by=None
        )

    return make


# -- who sees what


@pytest.mark.parametrize(
    ("visibility", "who", "sees"),
    [
        ("public", None, True),
        ("public", "stranger", True),
        ("city", None, False),
        ("city", "stranger", True),
        ("city", "system_admin", False),
        ("agency", None, False),
        ("agency", "stranger", False),
        ("agency", "reader", True),
        ("agency", "overseer", True),
    ],
)
def test_a_version_is_read_by_those_for_whom_it_is_meant(
    request, client, agency, make_document, visibility, who, sees
):
    page = make_document(
        agency, title="Tài liệu kín đáo", issued="2026-01-05", visibility=visibility
    )
    version = page.versions.get()
    if who:
        client.force_login(request.getfixturevalue(who))
    expected = 200 if sees else 404
    assert client.get(f"/d/{page.pk}/").status_code == expected
    assert client.get(f"/v/{version.pk}/").status_code == expected
    for address in ("/", f"/a/{agency.pk}/"):
        assert ("Tài liệu kín đáo" in body(client.get(address))) is sees


def test_what_was_struck_out_is_nowhere(client, officer, agency, make_document):
    page = make_document(agency, title="Ghi nhầm", issued="2026-01-05", visibility="public")
    version = page.versions.get()
    lifecycle.strike_out(version, reason="Ghi nhầm tệp", by=officer)
    client.force_login(officer)
    assert client.get(f"/d/{page.pk}/").status_code == 404
    assert client.get(f"/v/{version.pk}/").status_code == 404
    assert "Ghi nhầm" not in body(client.get("/")) + body(client.get(f"/a/{agency.pk}/"))


def test_what_was_struck_out_is_named_to_officers_and_the_overseer_alone(
    client, officer, overseer, reader, agency, make_document, issue_again
):
    page = make_document(agency, officer, issued="2026-01-05")
    issue_again(page, today())
    lifecycle.strike_out(page.versions.get(ordinal=2), reason="Ghi nhầm bản nháp", by=officer)
    for person, seen in ((officer, True), (overseer, True), (reader, False)):
        client.force_login(person)
        html = client.get(f"/d/{page.pk}/").content.decode()
        assert ("Ghi nhầm bản nháp" in html) == seen, person


def test_what_was_done_with_a_version_stays_told(client, officer, reader, agency, make_document):
    page = make_document(agency, officer, issued="2026-01-05")
    version = page.versions.get()
    lifecycle.withdraw(version, reason="Chờ hướng dẫn mới", by=officer)
    lifecycle.reinstate(version, reason="Vẫn dùng cách cũ", by=officer)
    client.force_login(reader)
    html = client.get(f"/d/{page.pk}/").content.decode()
    assert "Chờ hướng dẫn mới" in html and "Vẫn dùng cách cũ" in html


def test_a_draft_is_on_no_page_of_the_site(client, officer, agency, make_document):
    page = make_document(agency, title="Mới dự thảo")
    client.force_login(officer)
    assert client.get(f"/d/{page.pk}/").status_code == 404
    assert "Mới dự thảo" not in body(client.get("/")) + body(client.get(f"/a/{agency.pk}/"))


def test_a_newer_version_that_is_not_for_me_is_not_named(
    client, agency, make_document, issue_again
):
    page = make_document(agency, title="Bản công khai", issued="2026-01-05", visibility="public")
    issue_again(page, today() - 5 * DAY, title="Bản nội bộ", visibility="agency")
    html = body(client.get(f"/d/{page.pk}/"))
    assert 'class="strip strip-bad"' in html
    assert "phiên bản 2" not in html
    assert "Bản nội bộ" not in html


# -- which version


def test_the_documents_address_shows_the_version_in_force_and_announces_the_next(
    client, agency, make_document, issue_again
):
    page = make_document(agency, title="Bản một", issued="2026-01-05", visibility="public")
    issue_again(page, today() - DAY, title="Bản hai")
    third = issue_again(page, today() + 10 * DAY, title="Bản ba")
    html = body(client.get(f"/d/{page.pk}/"))
    assert "<h1>Bản hai</h1>" in html
    assert "hết hiệu lực từ" in html
    assert f'href="/v/{third.pk}/"' in html


def test_an_old_version_says_at_the_top_which_one_to_read(
    client, agency, make_document, issue_again
):
    page = make_document(agency, title="Bản một", issued="2026-01-05", visibility="public")
    first = page.versions.get()
    issue_again(page, today() - DAY, title="Bản hai")
    html = body(client.get(f"/v/{first.pk}/"))
    strip = html.index('class="strip strip-bad"')
    assert strip < html.index("Đọc phiên bản 2 đang có hiệu lực") < html.index("<h1>Bản một</h1>")
    assert f'<a href="/d/{page.pk}/">' in html[strip:]
    assert 'role="alert"' in html


def test_a_version_to_come_says_what_holds_until_then(client, agency, make_document, issue_again):
    page = make_document(agency, title="Bản một", issued="2026-01-05", visibility="public")
    second = issue_again(page, today() + 3 * DAY, title="Bản hai")
    html = body(client.get(f"/v/{second.pk}/"))
    assert 'class="strip strip-wait"' in html
    assert "thực hiện theo phiên bản 1 đang có hiệu lực" in html
    assert f'<a href="/d/{page.pk}/">' in html


def test_a_withdrawn_version_gives_the_reason(client, officer, agency, make_document):
    page = make_document(agency, title="Đã bỏ", issued="2026-01-05", visibility="public")
    lifecycle.withdraw(page.versions.get(), reason="Luật đã thay đổi", by=officer)
    html = body(client.get(f"/d/{page.pk}/"))
    assert "Lý do: Luật đã thay đổi" in html
    assert "Đã thu hồi" in html
    assert "Đã bỏ" not in body(client.get(f"/a/{agency.pk}/"))


def test_a_withdrawal_to_come_is_announced(client, officer, agency, make_document):
    page = make_document(agency, issued="2026-01-05", visibility="public")
    lifecycle.withdraw(page.versions.get(), reason="Sáp nhập", by=officer, on_day=today() + 4 * DAY)
    html = body(client.get(f"/d/{page.pk}/"))
    assert "Có hiệu lực" in html
    assert "Phiên bản này hết hiệu lực từ" in html


def test_a_reinstated_version_is_in_force_again(client, officer, agency, make_document):
    page = make_document(agency, issued="2026-01-05", visibility="public")
    version = page.versions.get()
    lifecycle.withdraw(version, reason="Nhầm", by=officer)
    lifecycle.reinstate(version, reason="Thu hồi nhầm", by=officer)
    html = body(client.get(f"/d/{page.pk}/"))
    assert "Có hiệu lực" in html
    assert "strip-bad" not in html


def test_the_states_on_the_page_agree_with_what_is_in_force(
    agency, officer, make_document, issue_again
):
    from procedures.reader import queries as reading

    page = make_document(agency, issued="2026-01-05")
    second = issue_again(page, today() - 9 * DAY, title="Hai")
    third = issue_again(page, today() - 2 * DAY, title="Ba")
    issue_again(page, today() + 5 * DAY, title="Bốn")
    for act in (
        None,
        lambda: lifecycle.withdraw(third, reason="x", by=officer),
        lambda: lifecycle.strike_out(third, reason="x", by=officer),
        lambda: lifecycle.withdraw(second, reason="x", by=officer),
    ):
        if act:
            act()
        for day in (today() - 20 * DAY, today() - 5 * DAY, today(), today() + 20 * DAY):
            lives = reading.statuses(page.pk, frozenset({"issued"}), day)
            assert {life.version.pk for life in lives if life.state == "in_force"} == set(
                Version.objects.filter(document=page).in_force(day).values_list("pk", flat=True)
            )


# -- what the page shows


def test_the_page_shows_facts_steps_chart_signers_versions_and_what_is_left_of_the_file(
    client, agency, make_document
):
    page = make_document(
        agency, title="Cấp bản sao", body=procedure(), issued="2026-01-05", visibility="public", issue_number=2, revision_number=1,
        signers=[{"role": "approved", "name": "Lê Văn Duyệt", "post": "Giám đốc"}], legal_basis=["19/2014/QĐ-TTg"],
    )  # fmt: skip
    html = body(client.get(f"/d/{page.pk}/"))
    for words in (
        "Lần ban hành 02",
        "lần sửa đổi 01",
        "Lê Văn Duyệt",
        "Phê duyệt",
        '<svg class="flow"',
        "8.000 đồng/bản.",
        "Phần ngoài nội dung chính",
        "Các phiên bản",
        "05/01/2026",
    ):
        assert words in html
    assert 'href="#muc-2-3"' in html
    assert "Bản in không kiểm soát, in ngày" in html
    assert f"{settings.BASE_URL}/d/{page.pk}/" in html


def test_hostile_titles_and_content_stay_text(client, agency, make_document):
    bad = '<script>alert("x")</script>'
    page = make_document(
        agency,
        code=bad[:50],
        title=bad,
        body=hostile(),
        issued="2026-01-05",
        visibility="public",
        change_summary=bad,
        signers=[{"role": bad, "name": bad, "post": bad}],
        legal_basis=[bad],
    )
    for address in ("/", f"/a/{agency.pk}/", f"/d/{page.pk}/"):
        html = body(client.get(address))
        assert "<script>alert" not in html
        assert "onerror=alert(1)>" not in html.replace("&gt;", "")


def test_no_page_needs_what_the_content_policy_forbids(client, agency, make_document):
    page = make_document(agency, body=procedure(), issued="2026-01-05", visibility="public")
    for address in ("/", "/a/", f"/a/{agency.pk}/", f"/d/{page.pk}/", "/khong-co/"):
        response = client.get(address)
        html = response.content.decode()
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert " style=" not in html
        assert "<style" not in html
        assert "<script>" not in html
        assert '<html lang="vi">' in html


def test_forms_in_force_are_offered_by_their_code(client, agency, make_document):
    from qms.proof import store

    further = section("forms", "BIỂU MẪU KHÁC", forms(("BM.01.02", "Tờ khai nội bộ")))
    page = make_document(agency, body=procedure(further), issued="2026-01-05", visibility="public")
    stored = store.add(
        b"PK\x03\x04 bieu mau",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    form = make_document(
        agency,
        code="BM-01-01",
        title="Tờ khai",
        kind="form",
        issued="2026-01-05",
        visibility="public",
        file=stored,
        file_name="Tờ khai đăng ký.docx",
    )
    hidden = make_document(
        agency,
        code="BM.01.02",
        title="Tờ khai nội bộ",
        kind="form",
        issued="2026-01-05",
        visibility="agency",
        file=stored,
        file_name="kín.docx",
    )
    html = body(client.get(f"/d/{page.pk}/"))
    assert f"/v/{form.versions.get().pk}/files/{stored.pk}/" in html
    assert f"/v/{hidden.versions.get().pk}/" not in html


def test_a_title_of_300_letters_and_a_document_without_content_are_shown(
    client, agency, make_document
):
    long = "Tiếp nhận, giải quyết hồ sơ " * 11
    page = make_document(
        agency,
        title=long[:250].strip(),
        body={"sections": []},
        issued="2026-01-05",
        visibility="public",
    )
    html = body(client.get(f"/d/{page.pk}/"))
    assert "Phiên bản này không có nội dung." in html


# -- queries


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("who", [None, "reader"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    request, client, agency, make_document, issue_again, who
):
    if who:
        client.force_login(request.getfixturevalue(who))
    many = section(
        "forms", "BIỂU MẪU KHÁC", forms(*((f"BM.01.0{number}", "Mẫu") for number in range(2, 5)))
    )
    page = make_document(
        agency, code="QT-0", body=procedure(many), issued="2026-01-05", visibility="public"
    )
    make_document(
        agency, code="BM.01.01", kind="form", title="Mẫu", issued="2026-01-05", visibility="public"
    )
    addresses = ("/", "/a/", f"/a/{agency.pk}/", f"/d/{page.pk}/")
    first = [queries(client, address) for address in addresses]
    for number in range(1, 4):
        make_document(
            agency,
            code=f"QT-{number}",
            title=f"Khác {number}",
            issued="2026-01-05",
            visibility="public",
        )
        make_document(
            agency,
            code=f"QX-{number}",
            title=f"Chờ {number}",
            issued="2026-01-05",
            effective=(today() + DAY).isoformat(),
            visibility="public",
        )
        make_document(
            agency,
            code=f"BM.01.0{number + 1}",
            kind="form",
            title="Mẫu",
            issued="2026-01-05",
            visibility="public",
        )
    issue_again(page, today() - DAY)
    assert [queries(client, address) for address in addresses] == first
    assert max(first) <= 19


def test_lists_never_load_the_content(client, agency, make_document):
    make_document(agency, body=procedure(), issued="2026-01-05", visibility="public")
    page = make_document(
        agency,
        code="X",
        body={"sections": [section("content", "A", text("<p>b</p>"))]},
        issued="2026-01-05",
        visibility="public",
    )
    client.get(f"/d/{page.pk}/")
    with CaptureQueriesContext(connection) as seen:
        for address in ("/", "/a/", f"/a/{agency.pk}/", f"/d/{page.pk}/"):
            client.get(address)
    assert not [query["sql"] for query in seen if '"procedures_version"."content"' in query["sql"]]
