"""A query is recorded once, when a person sends it; opened results are recorded without a redirect;
both within limits."""

import contextlib
import sqlite3

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.cache import caches
from django.db import connections
from django.test import Client
from django.urls import reverse

from search.models import QueryLog
from search.page import query_log
from search.queue import pending
from search.tables import reports
from tests.search.reading import BROWSER, SearchPage


@pytest.fixture
def birth(agency, make_document):
    page = make_document(
        agency, code="QT-01", title="Đăng ký khai sinh", issued="2026-01-05", visibility="public"
    )
    make_document(
        agency,
        code="BM-01",
        title="Tờ khai sinh",
        kind="form",
        issued="2026-01-05",
        visibility="public",
    )
    pending.flush()
    return page


def kept():
    return list(QueryLog.objects.order_by("pk").values_list("text", "total", "agency"))


def test_a_question_is_kept_with_what_it_found_and_without_who_asked(client, birth, reader, agency):
    SearchPage(client, "q=Khai+Sinh")
    SearchPage(client, "q=zzqqxx")
    client.force_login(reader)
    SearchPage(client, "q=to+khai")
    assert kept() == [("Khai Sinh", 2, None), ("zzqqxx", 0, None), ("to khai", 1, agency.pk)]


def test_filters_pages_orders_and_reloads_are_no_new_questions(client, birth):
    page = SearchPage(client, "q=khai+sinh")
    for query in ("kind=form", "sort=date", "page=2", "cu=1", "ngay=05/3/2026", "group=document"):
        SearchPage(client, f"q=khai+sinh&{query}")
        SearchPage(Client(), f"q=khai+sinh&{query}")
    SearchPage(client, "q=khai+sinh")
    SearchPage(client, "q=KHAI++sinh")  # the same words
    SearchPage(client, "kind=form")
    SearchPage(client, "")
    assert len(kept()) == 1
    SearchPage(client, "q=ket+hon")
    page.follow(client, "?q=khai+sinh")
    assert [text for text, _total, _agency in kept()] == ["khai sinh", "ket hon", "khai sinh"]


PROGRAMS = (
    {"User-Agent": ""}, {"User-Agent": "curl/8.5"}, {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, {"User-Agent": f"{BROWSER} bingbot/2"},
    {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}, {"X-Purpose": "preview"},
)  # fmt: skip


def test_programs_and_what_is_fetched_in_advance_are_not_kept(client, birth):
    for headers in PROGRAMS:
        page = SearchPage(client, "q=khai+sinh", **headers)
        assert (len(page.titles), kept(), query_log.COOKIE in page.response.cookies) == (
            2,
            [],
            False,
        ), headers


def test_an_officers_trial_search_is_not_logged_as_a_question(client, birth, officer):
    client.force_login(officer)
    page = SearchPage(client, "q=khai+sinh", Referer="http://testserver" + reverse("search_missed"))
    assert (len(page.titles), kept()) == (2, [])
    SearchPage(client, "q=khai+sinh", Referer="http://elsewhere.example" + reverse("search_missed"))
    assert len(kept()) == 1


def test_a_head_request_is_not_kept(client, birth):
    assert client.head("/tim-kiem/?q=khai+sinh", headers={"User-Agent": BROWSER}).status_code == 200
    assert kept() == []


def test_words_that_were_corrected_were_not_found(client, birth):
    page = SearchPage(client, "q=khaii")
    assert page.titles
    assert kept() == [("khaii", 0, None)]


def test_answers_without_the_index_are_not_kept(client, birth, settings):
    import shutil

    shutil.rmtree(settings.QMS_INDEX)
    assert "Chỉ mục tìm kiếm đang được dựng lại" in SearchPage(client, "q=khai+sinh").text
    assert kept() == []


# --- opening a result


def go(client, page, place, **headers):
    """Follows a result as a browser does: only the URL, and where it was found."""
    where = f"http://testserver/tim-kiem/?{page.response.request['QUERY_STRING']}"
    return client.get(
        page.links[place - 1].partition("#")[0],
        headers={"User-Agent": BROWSER, "Referer": where, **headers},
    )


def opened():
    return list(QueryLog.objects.order_by("pk").values_list("words", "opened"))


def test_opening_a_result_is_noted_at_the_documents_own_address(client, birth):
    page = SearchPage(client, "q=khai+sinh")
    assert all(link.startswith("/d/") for link in page.links)
    assert go(client, page, 2).status_code == 200
    assert opened() == [("khai sinh", 2)]
    go(client, page, 1)
    assert opened() == [("khai sinh", 2)]  # the first one counts
    assert list(reports.missed()) == []


def test_a_result_opened_under_a_filter_counts_for_the_question(client, birth):
    page = SearchPage(client, "q=khai+sinh")
    narrowed = page.follow(client, page.facet("kind")["Biểu mẫu"].link)
    go(client, narrowed, 1)
    assert opened() == [("khai sinh", 1)]
    SearchPage(client, "q=khai+sinh")
    assert len(kept()) == 1


def test_results_of_later_pages_have_their_places(client, agency, make_document):
    for number in range(12):
        make_document(
            agency,
            code=f"QT-{number}",
            title=f"Kế hoạch {number}",
            issued="2026-01-05",
            visibility="public",
        )
    pending.flush()
    page = SearchPage(client, "q=ke+hoach")
    go(client, page.follow(client, "?q=ke+hoach&page=2"), 2)
    assert opened() == [("ke hoach", 12)]


def test_what_was_not_opened_from_the_results_does_not_count(client, birth):
    page = SearchPage(client, "q=khai+sinh")
    # A URL that somebody was given
    client.get(page.links[0].partition("#")[0], headers={"User-Agent": BROWSER})
    go(client, page, 1, Referer="https://evil.example/tim-kiem/")
    go(client, page, 1, Referer="http://[")
    go(client, page, 1, **{"Sec-Purpose": "prefetch"})
    client.get(
        "/a/", headers={"User-Agent": BROWSER, "Referer": "http://testserver/tim-kiem/?q=khai+sinh"}
    )
    go(Client(), page, 1)
    assert opened() == [("khai sinh", None)]


def test_what_the_reader_was_refused_does_not_count(client, birth, reader, agency, make_document):
    make_document(
        agency, code="QT-9", title="Chi tiêu nội bộ", issued="2026-01-05", visibility="agency"
    )
    pending.flush()
    client.force_login(reader)
    page = SearchPage(client, "q=chi+tieu")
    cookie = client.cookies[query_log.COOKIE]
    client.logout()
    client.cookies[query_log.COOKIE] = cookie.value
    assert go(client, page, 1).status_code == 404
    assert opened() == [("chi tieu", None)]


def test_a_forged_cookie_is_ignored(client, birth):
    SearchPage(client, "q=khai+sinh")
    page = SearchPage(client, "q=to+khai")
    real = client.cookies[query_log.COOKIE].value
    first = QueryLog.objects.order_by("pk").first().pk
    known = signing.loads(real, salt=query_log.COOKIE)
    forged = [known[0], first, *known[2:]]
    for value in (
        "x",
        real[:-1] + ("A" if real[-1] != "A" else "B"),
        signing.dumps(forged),
        signing.dumps(forged, key=settings.SECRET_KEY + "x", salt=query_log.COOKIE),
    ):
        client.cookies[query_log.COOKIE] = value
        assert go(client, page, 1).status_code == 200
    assert opened() == [("khai sinh", None), ("to khai", None)]


# --- bounds


def test_one_address_has_so_many_questions_kept_a_day(client, birth, monkeypatch):
    monkeypatch.setattr(query_log, "MOST_A_DAY", 3)
    for number in range(6):
        client.cookies.clear()
        assert SearchPage(client, f"q=khai+sinh+{number}").titles
    assert len(kept()) == 3
    other = Client(REMOTE_ADDR="10.0.0.9")
    SearchPage(other, "q=khai+sinh")
    assert len(kept()) == 4


def test_people_who_share_an_address_are_counted_each(client, birth, reader, officer, monkeypatch):
    monkeypatch.setattr(query_log, "MOST_A_DAY", 1)
    for person in (reader, officer):
        client.force_login(person)
        SearchPage(client, f"q=khai+sinh+{person.username}")
        SearchPage(client, "q=khai+sinh")
    assert len(kept()) == 2


def test_all_together_fill_no_more_than_so_much(client, birth, monkeypatch):
    monkeypatch.setattr(query_log, "MOST_KEPT", 2)
    for number in range(4):
        caches["memory"].delete("asked:kept")
        SearchPage(client, f"q=khai+sinh+{number}")
    assert len(kept()) == 2


def test_the_cookie_holds_a_number_and_digests(client, birth):
    response = SearchPage(client, "q=khai+sinh").response
    cookie = response.cookies[query_log.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        True,
        "Lax",
        query_log.REMEMBERED,
    )
    question, number, before, results, opened_one = signing.loads(
        cookie.value, salt=query_log.COOKIE
    )
    assert ({len(d) for d in (question, *results)}, number, before, len(results), opened_one) == (
        {12},
        QueryLog.objects.get().pk,
        0,
        2,
        False,
    )


@pytest.fixture
def in_a_file(db, installation):
    """The database is one that other processes write to as well (SQLite)."""
    plain = connections["default"]
    connections["default"] = plain.__class__(
        {**plain.settings_dict, "NAME": str(installation / "qms.sqlite3")}, "default"
    )
    ContentType.objects.clear_cache()  # IDs differ from database to database
    yield connections["default"]
    connections["default"].close()
    connections["default"] = plain
    ContentType.objects.clear_cache()


@pytest.mark.pure
def test_nobody_waits_for_the_database_to_have_a_question_kept(in_a_file, client, birth):
    """SQLite has one writer at a time; a search meanwhile gets its results, and the query is not
    recorded."""
    with contextlib.closing(
        sqlite3.connect(in_a_file.settings_dict["NAME"], isolation_level=None)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        assert SearchPage(client, "q=khai+sinh").titles
    assert kept() == []
    SearchPage(client, "q=khai+sinh")
    assert len(kept()) == 1
