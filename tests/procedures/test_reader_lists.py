"""The reader's lists: the home page, an agency's documents, and the responses of their URLs."""

import datetime
import re

import pytest

from procedures import lifecycle
from qms.clock import today
from search.queue import pending
from tests.procedures.reader_helpers import body

DAY = datetime.timedelta(days=1)


# -- an agency's documents


def test_an_agencys_list_is_ordered_as_people_count(client, agency, make_document):
    for code in ("QT-10", "QT-2", "QT-1"):
        make_document(
            agency, code=code, title=f"Tên {code}", issued="2026-01-05", visibility="public"
        )
    make_document(
        agency,
        code="CS-01",
        title="Chính sách",
        kind="policy",
        issued="2026-01-05",
        visibility="public",
    )
    html = body(client.get(f"/a/{agency.pk}/"))
    places = [html.index(f"Tên {code}") for code in ("QT-1<", "QT-2<", "QT-10<")]
    assert places == sorted(places)
    assert html.index("Tên QT-10") < html.index(">Chính sách<")


def test_titles_are_ordered_as_a_vietnamese_dictionary_orders_them(client, agency, make_document):
    for number, title in enumerate(("Đăng ký", "Dân số", "Ấn phẩm", "An ninh", "Ăn uống")):
        make_document(
            agency, code=f"QT-{number}", title=title, issued="2026-01-05", visibility="public"
        )
    html = body(client.get(f"/a/{agency.pk}/?sort=title"))
    places = [
        html.index(f">{title}<") for title in ("An ninh", "Ăn uống", "Ấn phẩm", "Dân số", "Đăng ký")
    ]
    assert places == sorted(places)


def test_the_list_is_filtered_by_kind_and_unit(client, agency, make_document):
    from qms.models import Unit

    office = Unit.objects.create(agency=agency, name="Văn phòng")
    field = Unit.objects.create(agency=agency, name="Phòng Nghiệp vụ")
    make_document(
        agency,
        code="QT-1",
        title="Của văn phòng",
        unit=office,
        issued="2026-01-05",
        visibility="public",
    )
    make_document(
        agency, code="QT-2", title="Của phòng", unit=field, issued="2026-01-05", visibility="public"
    )
    make_document(
        agency,
        code="CS-1",
        title="Chính sách chung",
        kind="policy",
        issued="2026-01-05",
        visibility="public",
    )
    assert "Của phòng" not in body(client.get(f"/a/{agency.pk}/?unit={office.pk}"))
    html = body(client.get(f"/a/{agency.pk}/?kind=policy"))
    assert ("Chính sách chung" in html, "Của văn phòng" in html) == (True, False)


def test_a_closed_agency_points_to_its_successor(client, make_agency, make_document):
    heir = make_agency("SXD", "Sở Xây dựng")
    old = make_agency("SGT", "Sở Giao thông", active_to=today() - DAY, successor=heir)
    make_document(old, title="Vẫn còn hiệu lực", issued="2026-01-05", visibility="public")
    html = body(client.get(f"/a/{old.pk}/"))
    assert f'<a href="/a/{heir.pk}/">Sở Xây dựng</a>' in html
    assert "Vẫn còn hiệu lực" in html
    assert "nay là" in body(client.get("/a/"))


@pytest.mark.parametrize(
    "query",
    [
        "page=abc",
        "page=99999999999999999999",
        "page=-1",
        "kind='\"",
        "unit=%27%22",
        "sort=%F0%9F%92%A3",
        "page=²",
        "unit=1e9&kind=procedure&page=0",
    ],
)
def test_wrong_parameters_are_passed_over(client, agency, make_document, query):
    make_document(agency, title="Còn đây", issued="2026-01-05", visibility="public")
    assert "Còn đây" in body(client.get(f"/a/{agency.pk}/?{query}"))


@pytest.mark.parametrize(
    "address",
    [
        "/a/999999999999999999/",
        "/d/0/",
        "/v/123456789012345678901234567890/",
        "/d/abc/",
        "/v/1'/",
        "/v/1/files/zz/x",
    ],
)
def test_addresses_that_lead_nowhere_answer_404_in_vietnamese(client, db, address):
    response = client.get(address)
    assert response.status_code == 404
    assert "Không tìm thấy trang này" in response.content.decode()


def test_pages_answer_only_reading(client, agency, make_document):
    page = make_document(agency, issued="2026-01-05", visibility="public")
    assert {
        client.post(address).status_code
        for address in ("/", "/a/", f"/a/{agency.pk}/", f"/d/{page.pk}/")
    } == {405}


# -- home


def test_home_shows_mine_what_is_new_and_what_is_soon(
    client, reader, agency, other_agency, make_document
):
    make_document(agency, title="Của cơ quan tôi", issued="2026-01-05", visibility="agency")
    make_document(other_agency, title="Của cơ quan khác", issued="2026-02-05")
    make_document(
        other_agency,
        code="QT-02",
        title="Sắp áp dụng",
        issued="2026-02-05",
        effective=(today() + 2 * DAY).isoformat(),
    )
    client.force_login(reader)
    html = body(client.get("/"))
    assert [
        words in html
        for words in ("Của cơ quan tôi", "Của cơ quan khác", "Sắp áp dụng", "Xem cả 1 tài liệu")
    ] == [True] * 4
    assert "Quản lý tài liệu" not in html


def test_the_way_into_the_admin_is_shown_to_who_may_go_it(client, officer):
    client.force_login(officer)
    assert "Quản lý tài liệu" in body(client.get("/"))


def test_an_empty_home_offers_each_role_its_own_first_act(
    client, db, appoint, make_agency, system_admin
):
    def said(user):
        client.force_login(user)
        return client.get("/").content.decode()

    founder = said(system_admin)
    assert "Lập cơ quan đầu tiên" in founder
    assert (founder.count("Quản lý tài liệu"), "Quản trị</span>" in founder) == (0, True)
    agency = make_agency()
    offers = {"officer": "Nhập từ Word", "agency_admin": "Thêm đơn vị và người dùng", "reader": ""}
    for role, own in offers.items():
        page = said(appoint(role, role, agency))
        assert [words for words in offers.values() if words and words in page] == (
            [own] if own else []
        )


def test_the_menu_leads_to_the_own_account_and_who_manages_to_agencies_and_people(
    client, officer, appoint, agency
):
    for user, manages in ((officer, False), (appoint("quan", "agency_admin", agency), True)):
        client.force_login(user)
        page = client.get("/").content.decode()
        assert 'href="/accounts/me/"' in page
        assert ("Cơ quan và người dùng" in page) is manages


def test_an_empty_site_says_what_will_stand_there(client, db):
    html = body(client.get("/")) + body(client.get("/a/"))
    assert "Chưa có tài liệu công khai nào." in html
    assert "Chưa có cơ quan nào trên hệ thống." in html


def test_the_home_of_who_belongs_to_no_agency_offers_those_with_something_to_read(
    client, agency, other_agency, make_document
):
    assert [
        name in body(client.get("/")) for name in (agency.name, other_agency.name, "Xem cả")
    ] == [True, True, False]
    make_document(agency, issued="2026-01-05", visibility="public")
    assert [
        name in body(client.get("/"))
        for name in (agency.name, other_agency.name, "Xem cả 2 cơ quan")
    ] == [True, False, True]


def test_what_was_withdrawn_before_its_day_is_not_announced(client, officer, agency, make_document):
    page = make_document(
        agency,
        title="Không tới ngày",
        issued="2026-02-05",
        effective=(today() + 2 * DAY).isoformat(),
        visibility="public",
    )
    lifecycle.withdraw(page.versions.get(), reason="Hủy", by=officer)
    assert "Không tới ngày" not in body(client.get("/"))


def test_english_is_a_choice(client, db):
    client.post("/i18n/setlang/", {"language": "en", "next": "/a/"})
    assert '<html lang="en">' in body(client.get("/a/"))


# -- headings


def test_headings_go_down_one_level_at_a_time(client, agency, make_document):
    make_document(agency, code="QT-1", title="Khai sinh", issued="2026-01-05", visibility="public")
    pending.flush()
    found = "/tim-kiem/?q=khai+sinh"
    for address in ("/", "/a/", f"/a/{agency.pk}/", found, "/tim-kiem/?q=zzqq"):
        html = body(client.get(address))
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", html)]
        assert levels[0] == 1, address
        assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False)), (address, levels)
        assert not re.search(r"<h[1-6][^>]*\srole=", html), address
