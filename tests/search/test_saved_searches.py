"""Searches that a person saves: private, opened, renamed, deleted; limited in number."""

import datetime

import pytest
from lxml import html

from qms.clock import today
from qms.errors import Refused
from qms.models import Unit
from search.models import SavedSearch
from search.page.params import SearchParams
from search.queue import pending
from search.saved import lifecycle, rules
from tests.search.reading import SearchPage

QUERY = "q=khai+sinh&kind=form&sort=date"
LIST = "/tim-kiem/da-luu/"
NEW = f"/tim-kiem/da-luu/moi/?{QUERY}"


@pytest.fixture
def kept(reader):
    return lifecycle.save(SearchParams.of(QUERY), name="Tờ khai", mails=False, by=reader)


def body(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_present_search_is_saved_under_a_name_and_opens_again(
    client, reader, agency, make_document
):
    make_document(agency, code="BM-1", title="Tờ khai sinh", kind="form", issued="2026-01-05")
    pending.flush()
    client.force_login(reader)
    page = SearchPage(client, f"page=1&{QUERY}&zzz=1")
    link = page.root.xpath('//p[@class="save"]/a/@href')[0]
    assert link == NEW
    form = html.fromstring(body(client.get(link))).xpath('//form[@class="form"]')[0]
    assert form.xpath('.//input[@name="name"]/@value') == ["khai sinh"]
    assert client.post(form.get("action"), {"name": "  Tờ   khai "}).headers["Location"] == LIST
    saved = SavedSearch.objects.get()
    assert (saved.person, saved.name, saved.query, saved.mails) == (reader, "Tờ khai", QUERY, False)
    listed = html.fromstring(body(client.get(LIST)))
    assert listed.xpath('//ul[@class="saved"]//h2/a/@href') == [f"/tim-kiem/?{QUERY}"]
    assert [node.text_content() for node in listed.xpath("//dd")] == [
        "khai sinh",
        "Biểu mẫu",
        "Mới nhất",
    ]
    assert "Đã lưu: Tờ khai" in SearchPage(client, QUERY).text


def test_a_saved_search_is_changed_and_deleted_and_leaves_its_history(client, reader, kept):
    client.force_login(reader)
    assert client.post(f"{LIST}{kept.pk}/", {"name": "Giấy tờ"}).headers["Location"] == LIST
    assert SavedSearch.objects.get().name == "Giấy tờ"
    assert client.post(f"{LIST}{kept.pk}/xoa/").headers["Location"] == LIST
    assert not SavedSearch.objects.exists()
    assert [(h.history_type, h.name, h.history_user) for h in SavedSearch.history.order_by("history_id")] == [
        ("+", "Tờ khai", None), ("~", "Giấy tờ", reader), ("-", "Giấy tờ", reader),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["officer", "stranger", "overseer", "system_admin"])
def test_nobody_else_sees_or_touches_it(request, client, kept, who):
    client.force_login(request.getfixturevalue(who))
    assert "Tờ khai" not in body(client.get(LIST))
    assert client.get(f"{LIST}{kept.pk}/").status_code == 404
    for address, data in (
        (f"{LIST}{kept.pk}/", {"name": "Của tôi"}),
        (f"{LIST}{kept.pk}/thu/", {"mails": "1"}),
        (f"{LIST}{kept.pk}/xoa/", {}),
    ):
        assert client.post(address, data).status_code == 404
    kept.refresh_from_db()
    assert (kept.name, kept.mails) == ("Tờ khai", False)


def test_who_has_not_signed_in_is_asked_to_and_comes_back(client, kept):
    for address in (LIST, f"{LIST}{kept.pk}/"):
        assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    assert (
        client.get(NEW).headers["Location"]
        == "/accounts/login/?next=/tim-kiem/da-luu/moi/%3Fq%3Dkhai%2Bsinh%26kind%3Dform%26sort%3Ddate"
    )
    assert client.post(NEW, {"name": "x"}).status_code == 302
    assert client.post(f"{LIST}{kept.pk}/xoa/").status_code == 302
    assert SavedSearch.objects.count() == 1
    assert "Lưu tìm kiếm này" not in SearchPage(client, QUERY).text


def test_looking_never_writes(client, reader, kept):
    client.force_login(reader)
    for address in (f"{LIST}{kept.pk}/thu/?mails=1", f"{LIST}{kept.pk}/xoa/"):
        assert client.get(address).url == f"{LIST}{kept.pk}/"
    client.get(f"{LIST}{kept.pk}/?name=zzz")
    client.get(NEW)
    assert list(SavedSearch.objects.values_list("name", "mails")) == [("Tờ khai", False)]


def test_a_persons_name_is_listed_once(client, reader, stranger, kept):
    lifecycle.save(SearchParams.of(QUERY), name="Tờ khai", mails=False, by=stranger)
    client.force_login(reader)
    page = body(client.post("/tim-kiem/da-luu/moi/?q=ket+hon", {"name": "Tờ khai"}))
    assert "Bạn đã có một tìm kiếm tên “Tờ khai”. Hãy đặt tên khác." in page
    assert 'value="Tờ khai"' in page  # nothing typed is lost
    other = lifecycle.save(SearchParams.of("q=b"), name="Khác", mails=False, by=reader)
    with pytest.raises(Refused):
        lifecycle.change(other, name="Tờ khai", mails=False, by=reader)
    other.refresh_from_db()
    assert other.name == "Khác"


def test_fifty_are_the_most(client, reader, kept):
    SavedSearch.objects.bulk_create(
        SavedSearch(person=reader, name=f"Số {n}", query=f"q={n}") for n in range(rules.MOST - 1)
    )
    with pytest.raises(Refused):
        lifecycle.save(SearchParams.of("q=a"), name="Quá nhiều", mails=False, by=reader)
    client.force_login(reader)
    assert "Bạn đã lưu 50 tìm kiếm, là số nhiều nhất có thể lưu." in body(client.get(NEW))
    lifecycle.delete(kept, by=reader)
    lifecycle.save(SearchParams.of("q=a"), name="Vừa đủ", mails=False, by=reader)


def test_nothing_and_too_much_are_not_saved(client, reader):
    for query, reason in (("sort=date", "Chưa có gì để lưu"), ("q=" + "ạ" * 300, "quá dài để lưu")):
        with pytest.raises(Refused, match=reason):
            lifecycle.save(SearchParams.of(query), name="x", mails=False, by=reader)
    client.force_login(reader)
    assert "Chưa có gì để lưu" in body(client.get("/tim-kiem/da-luu/moi/"))
    assert "Chưa có tìm kiếm nào" in body(client.get(LIST))


def test_the_list_has_pages_and_a_fixed_number_of_queries(client, reader, kept):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(reader)

    def count():
        client.get(LIST)
        with CaptureQueriesContext(connection) as seen:
            body(client.get(LIST))
        return len(seen)

    rows = [
        SavedSearch(person=reader, name=f"Số {n:02}", query=f"kind=form&agency={n}&clause=8.{n}")
        for n in range(30)
    ]
    rows[0].save()
    before = count()
    SavedSearch.objects.bulk_create(rows[1:])
    assert count() == before
    assert (
        len(html.fromstring(body(client.get(f"{LIST}?page=2"))).xpath('//ul[@class="saved"]/li'))
        == 11
    )
    assert (
        client.get(f"{LIST}?page=zzz").status_code
        == client.get(f"{LIST}?page=99999999").status_code
        == 200
    )


def test_names_of_what_one_may_no_longer_see_are_not_told(client, reader, agency, make_document):
    unit = Unit.objects.create(agency=agency, name="Phòng Mật")
    make_document(agency, title="Kế hoạch", unit=unit, visibility="agency", issued="2026-01-05")
    pending.flush()
    lifecycle.save(
        SearchParams.of(f"agency={agency.pk}&unit={unit.pk}&kind=form"),
        name="Một",
        mails=False,
        by=reader,
    )
    client.force_login(reader)
    assert "Phòng Mật" in body(client.get(LIST))
    reader.appointments.update(ends_on=today() - datetime.timedelta(days=1))
    listed = body(client.get(LIST))
    assert "Phòng Mật" not in listed and "không rõ" in listed
