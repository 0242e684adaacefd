"""The order and the day of the search page, and what it says of each result."""

import pytest

from procedures import lifecycle
from qms.clock import today
from search.queue import pending
from tests.issuing import issue as issue_now
from tests.search.reading import SearchPage

# --- order and day


def test_results_are_ordered_by_date_or_code_where_asked(client, shelf):
    page = SearchPage(client, "q=ke+hoach")
    orders = {_text(a): a.get("href") for a in page.root.xpath('//p[@class="sorts"]/a')}
    assert list(orders) == ["Phù hợp nhất", "Mới nhất", "Mã hiệu"]
    assert page.follow(client, orders["Mã hiệu"]).titles == [
        "Kế hoạch khai sinh",
        "Kế hoạch kết hôn",
        "Kế hoạch văn thư",
        "Kế hoạch họp",
    ]
    assert page.follow(client, orders["Mới nhất"]).titles[2:] == [
        "Kế hoạch kết hôn",
        "Kế hoạch họp",
    ]
    assert (
        page.follow(client, orders["Phù hợp nhất"]).response.wsgi_request.GET.urlencode()
        == "q=ke+hoach"
    )


def _text(node):
    return " ".join(node.text_content().split())


@pytest.fixture
def replaced(product, agency, make_document):
    """A document whose first version held from 05/01/2024 to yesterday."""
    page = make_document(
        agency, code="QT-1", title="Kiểm kê tài sản", issued="2024-01-05", visibility="public"
    )
    lifecycle.revise_draft(page, by=None, title="Kiểm kê tài sản công")
    issue_now(page, issued_on=today(), by=None)
    pending.flush()
    return page


def test_what_was_in_force_on_a_day_is_found_and_leads_to_that_version(client, replaced):
    first = replaced.versions.order_by("ordinal").first()
    page = SearchPage(client, "q=kiem+ke&ngay=5/3/2024")
    assert page.titles == ["Kiểm kê tài sản"]
    assert page.links[0].startswith(f"/v/{first.pk}/")
    assert "Hết hiệu lực" in page.metas[0] and "hiệu lực từ 05/01/2024 đến hết" in page.metas[0]
    assert page.chips["Có hiệu lực vào ngày: 05/03/2024"].link == "?q=kiem+ke"
    assert (
        page.root.xpath('//input[@name="ngay" and not(@type="hidden")]')[0].get("value")
        == "05/03/2024"
    )
    assert SearchPage(client, "q=kiem+ke&ngay=04/01/2024").titles == []
    assert SearchPage(client, "q=kiem+ke").titles == ["Kiểm kê tài sản công"]


def test_an_invalid_day_is_reported_at_its_field_and_today_is_shown(client, replaced):
    page = SearchPage(client, "q=kiem+ke&ngay=31/02/2026")
    assert page.titles == ["Kiểm kê tài sản công"]
    field = page.root.xpath('//input[@id="ngay"]')[0]
    assert (field.get("value"), field.get("aria-invalid")) == ("31/02/2026", "true")
    message = (
        page.root.xpath(f'//*[@id="{field.get("aria-describedby")}"]')[0].text_content().strip()
    )
    assert message.startswith("“31/02/2026” không phải là một ngày.")
    assert page.root.xpath("//details[@class='narrowing-fold' and @open]")


def test_earlier_versions_come_where_asked(client, replaced):
    page = SearchPage(client, "q=kiem+ke")
    everything = page.follow(
        client, page.facet("hieu-luc")["Kể cả phiên bản cũ và chờ hiệu lực"].link
    )
    assert sorted(everything.titles) == ["Kiểm kê tài sản", "Kiểm kê tài sản công"]
    assert everything.follow(
        client, everything.facet("hieu-luc")["Đang có hiệu lực"].link
    ).titles == ["Kiểm kê tài sản công"]


# --- the page


def test_each_result_says_what_it_is_since_when_and_where(client, shelf, agency):
    page = SearchPage(client, "q=khai+sinh+le+phi")
    assert page.metas[:1] == ["QT-01 Quy trình Sở Tư pháp hiệu lực từ 05/01/2026"]
    assert page.texts('//p[@class="hit-section"]') == ["Mục: 1. Nội dung"]
    assert page.links[0].startswith(f"/d/{shelf[0].pk}/#")


def test_a_page_beyond_the_last_leads_back(client, shelf):
    page = SearchPage(client, "q=ke+hoach&page=7")
    assert page.titles == []
    assert "Trang này không còn kết quả." in page.text


def test_the_number_of_queries_depends_neither_on_facets_nor_on_what_is_chosen(
    client, shelf, agency, reader, make_document, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(reader)

    def count(query):
        SearchPage(client, query)
        with CaptureQueriesContext(connection) as seen:
            SearchPage(client, query)
        return len(seen)

    before = (
        count("q=ke+hoach"),
        count(
            f"q=ke+hoach&agency={agency.pk}&kind=procedure&clause=8.5&legal=60%2F2014%2FQH13&year=2026"
        ),
    )
    for number in range(20, 26):
        make_document(
            agency,
            code=f"QT-{number}",
            title=f"Kế hoạch {number}",
            legal_basis=[f"{number}/2020/NĐ-CP", "60/2014/QH13"],
            issued="2026-01-05",
        )
    pending.flush()
    assert (
        count("q=ke+hoach"),
        count(
            f"q=ke+hoach&agency={agency.pk}&kind=procedure&clause=8.5&legal=60%2F2014%2FQH13&year=2026"
        ),
    ) == before
