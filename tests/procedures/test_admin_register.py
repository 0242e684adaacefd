"""The register of documents in the admin: what an officer finds there, and other users don't."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures import lifecycle
from procedures.officer import register
from qms.models import Unit
from tests.issuing import issue as issue_now
from tests.kept import kept

REGISTER = "/admin/tai-lieu/"


def titles(answer) -> list[str]:
    return [row.title for row in answer.context["page"]]


@pytest.fixture
@kept
def shelf(make_document, agency, other_agency, officer, author, stranger):
    """Documents in every state, and one of another agency."""
    make_document(agency, officer, code="QT-01", title="Đăng ký khai sinh", issued="2026-01-05")
    make_document(agency, officer, code="QT-02", title="Chứng thực bản sao")
    make_document(agency, author, code="QT-10", title="Hộ tịch lưu động")
    waiting = make_document(agency, officer, code="BM-01", title="Tờ khai", kind="form")
    issue_now(
        waiting,
        issued_on=datetime.date(2026, 1, 5),
        effective_on=datetime.date(2999, 1, 1),
        by=officer,
    )
    gone = make_document(agency, officer, code="QT-03", title="Thủ tục bãi bỏ", issued="2026-01-05")
    lifecycle.withdraw(gone.versions.get(), reason="Bãi bỏ", by=officer)
    make_document(
        agency,
        officer,
        code="",
        title="Có cảnh báo",
        flags=[{"code": "missing_code", "message": "Thiếu mã hiệu", "values": []}],
    )
    make_document(
        other_agency, stranger, code="QT-01", title="CANARY của cơ quan khác", issued="2026-01-05"
    )


def test_an_officer_sees_all_documents_of_the_agency_by_code_as_people_count(
    shelf, officer, client
):
    client.force_login(officer)
    answer = client.get(REGISTER)
    assert titles(answer) == [
        "Tờ khai",
        "Đăng ký khai sinh",
        "Chứng thực bản sao",
        "Thủ tục bãi bỏ",
        "Hộ tịch lưu động",
        "Có cảnh báo",
    ]
    assert "CANARY" not in answer.content.decode()


def test_an_author_sees_own_drafts_alone(shelf, author, client):
    client.force_login(author)
    assert titles(client.get(REGISTER)) == ["Hộ tịch lưu động"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("drafting", ["Chứng thực bản sao", "Hộ tịch lưu động", "Có cảnh báo"]),
        ("in_force", ["Đăng ký khai sinh"]),
        ("waiting", ["Tờ khai"]),
        ("withdrawn", ["Thủ tục bãi bỏ"]),
        ("flagged", ["Có cảnh báo"]),
    ],
)
def test_each_state_shows_its_own(shelf, officer, client, state, expected):
    client.force_login(officer)
    assert titles(client.get(REGISTER, {"state": state})) == expected


@pytest.mark.parametrize(
    "query", ["dang ky", "Đăng ký", "ĐĂNG KÝ", "khai sinh dang", "qt01", "QT-01"]
)
def test_words_without_marks_and_codes_without_separators_find_the_document(
    shelf, officer, client, query
):
    client.force_login(officer)
    assert titles(client.get(REGISTER, {"q": query}))[:1] == ["Đăng ký khai sinh"]


def test_filters_sort_and_pages_can_be_combined_and_nonsense_is_left_out(shelf, officer, client):
    client.force_login(officer)
    assert (
        titles(client.get(REGISTER, {"kind": "procedure", "sort": "title"}))[0]
        == "Chứng thực bản sao"
    )
    assert titles(client.get(REGISTER, {"sort": "-code"}))[-1] == "Tờ khai"
    for nonsense in ("'", '"', "\\", "%", "x" * 500, "999999999999999999999", "-1", "[]", "\ud7ff"):
        for name in ("q", "kind", "state", "sort", "agency", "unit", "page"):
            assert client.get(REGISTER, {name: nonsense}).status_code == 200, (name, nonsense)


def test_the_register_asks_the_same_few_queries_with_one_and_with_many_documents(
    shelf, agency, officer, make_document, client
):
    client.force_login(officer)
    client.get(REGISTER)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(REGISTER)
    for number in range(20, 30):
        make_document(
            agency,
            officer,
            code=f"QT-{number}",
            title=f"Thêm {number}",
            unit=Unit.objects.create(agency=agency, name=f"Đơn vị {number}"),
            issued="2026-01-05",
        )
    with CaptureQueriesContext(connection) as many:
        client.get(REGISTER)
    assert len(many) == len(few)


@pytest.mark.parametrize("role", ["reader", "reviewer", "approver", "auditor", "agency_admin"])
def test_who_does_not_draft_has_no_register(shelf, agency, appoint, client, role):
    client.force_login(appoint("khac", role, agency))
    answer = client.get(REGISTER)
    assert answer.status_code in {302, 403, 404}
    assert "Chứng thực" not in answer.content.decode()


def test_the_citys_own_roles_have_no_register(shelf, overseer, system_admin, client):
    for person in (overseer, system_admin):
        client.force_login(person)
        assert client.get(REGISTER).status_code in {302, 403, 404}


def test_an_empty_register_says_what_will_stand_there(officer, client):
    client.force_login(officer)
    assert "Chưa có tài liệu nào" in client.get(REGISTER).content.decode()


def test_wagtails_tree_and_search_lead_to_the_register_with_the_question(shelf, officer, client):
    client.force_login(officer)
    for address in ("/admin/pages/", "/admin/pages/1/", "/admin/pages/search/"):
        answer = client.get(address, {"q": 'dang "ky'})
        assert (answer.status_code, answer.url) == (302, "/admin/tai-lieu/?q=dang+%22ky")


def test_the_first_page_says_what_to_do_next(shelf, officer, client):
    client.force_login(officer)
    page = client.get("/admin/").content.decode()
    assert "bản thảo đang soạn" in page
    assert "CANARY" not in page


def test_a_new_document_begins_with_its_code_and_sections(agency, officer, client):
    unit = Unit.objects.create(agency=agency, name="Hành chính tư pháp", code="HCTP")
    client.force_login(officer)
    answer = client.post(
        "/admin/tai-lieu/moi/",
        {"agency": agency.pk, "kind": "procedure", "title": "  Nuôi   con nuôi ", "unit": unit.pk},
    )
    (row,) = register.rows_of(officer)
    assert answer.url == f"/admin/pages/{row.pk}/edit/"
    assert (row.code, row.title, row.states) == ("QT-01/HCTP", "Nuôi con nuôi", ["drafting"])


def test_a_new_document_in_another_agency_or_for_its_unit_is_refused(
    agency, other_agency, officer, client
):
    foreign = Unit.objects.create(agency=other_agency, name="CANARY")
    client.force_login(officer)
    for fields in ({"agency": other_agency.pk}, {"agency": agency.pk, "unit": foreign.pk}):
        answer = client.post("/admin/tai-lieu/moi/", {"kind": "procedure", "title": "x", **fields})
        assert answer.status_code == 200
        assert "CANARY" not in answer.content.decode()
    assert register.rows_of(officer) == []


def test_a_title_longer_than_wagtails_is_kept_whole(agency, officer, make_document, client):
    title = "Thủ tục " + "rất dài " * 40
    page = make_document(agency, officer, title=title.strip(), issued="2026-01-05")
    assert page.full_title == title.strip()
    assert len(page.title) <= 255
    assert page.versions.get().title == title.strip()


def test_remarks_on_how_a_file_was_read_are_no_warnings(make_document, agency, officer):
    make_document(
        agency,
        officer,
        code="QT-01",
        title="Một",
        flags=[{"code": "picture_without_description", "message": "2 hình", "values": []}],
    )
    make_document(
        agency,
        officer,
        code="QT-02",
        title="Hai",
        flags=[
            {"code": "converted", "message": "x", "values": []},
            {"code": "date_conflict", "message": "y", "values": []},
        ],
    )
    assert sorted(
        (row.code, row.flags, "flagged" in row.states) for row in register.rows_of(officer)
    ) == [("QT-01", 0, False), ("QT-02", 1, True)]


def test_a_dash_has_a_label_where_the_list_shows_no_headings(
    make_document, agency, officer, client
):
    make_document(agency, officer, code="", title="Chưa có mã")
    issued = make_document(agency, officer, code="QT-01", title="Đã ban hành", issued="2026-01-05")
    client.force_login(officer)
    found = []
    for address in (REGISTER, f"{REGISTER}{issued.pk}/"):
        shown = client.get(address).content.decode()
        dashes = re.findall(r"<td([^>]*)>\s*(?:<a[^>]*>)?—", shown)
        assert all("data-label=" in attributes for attributes in dashes)
        found += dashes
    assert len(found) == 3
