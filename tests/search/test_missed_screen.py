"""The report of failed queries: whose, which of them, as a file, and without names."""

import csv
import datetime
import io
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from search.models import BestBet, QueryLog
from search.tables import reports

URL = "/admin/tim-kiem/khong-thay/"


def ask(text, total=0, *, agency=None, times=1, days=0, opened=None):
    for _ in range(times):
        number = reports.log_query(text, total, agency=agency.pk if agency else None)
        if opened:
            reports.log_opened(number, opened)
        QueryLog.objects.filter(pk=number).update(
            made_at=timezone.now() - datetime.timedelta(days=days)
        )


def found(**wanted):
    return [
        (row["text"], row["asked"], row["vain"], row["none"])
        for row in reports.with_texts(reports.missed(**wanted))
    ]


def texts(response):
    return [row["text"] for row in response.context["rows"]]


def test_what_found_nothing_or_nothing_that_was_opened_is_reported_most_in_vain_first(agency):
    ask("giấy phép bay", 0, agency=agency, times=2)
    ask("trích lục", 7, agency=agency, times=3)
    ask("khai sinh", 9, agency=agency, times=5, opened=1)
    assert found(agencies=[agency.pk]) == [("trích lục", 3, 3, 0), ("giấy phép bay", 2, 2, 2)]
    assert found(agencies=[agency.pk], kind="nothing") == [("giấy phép bay", 2, 2, 2)]
    assert found(agencies=[agency.pk], kind="unopened") == [("trích lục", 3, 3, 0)]


def test_spellings_of_a_question_are_one_and_the_last_is_shown(agency):
    ask("Giấy phép bay", agency=agency, days=2)
    ask("giay phep bay?", agency=agency, days=1)
    assert found() == [("giay phep bay?", 2, 2, 2)]


def test_a_question_leaves_the_report_when_somebody_opens_a_result_and_comes_back_when_it_finds_nothing_again(
    agency,
):
    ask("cmt điện tử", 0, agency=agency, times=2, days=5)
    ask("cmt điện tử", 4, agency=agency, days=3, opened=2)
    assert found() == []
    ask("cmt điện tử", 0, agency=agency, days=1)
    assert found() == [("cmt điện tử", 4, 3, 3)]


def test_the_mean_of_results_and_the_last_day_are_told(agency):
    ask("trích lục", 4, agency=agency, days=9)
    ask("trích lục", 7, agency=agency, days=2)
    [row] = reports.missed()
    assert (row["mean"], timezone.localtime(row["last"]).date()) == (
        5.5,
        (timezone.localtime() - datetime.timedelta(days=2)).date(),
    )


def test_the_period_and_the_agencies_bound_it(agency, other_agency):
    ask("cũ", agency=agency, days=40)
    ask("mới", agency=agency, days=3)
    ask("của nơi khác", agency=other_agency)
    ask("của người dân")
    assert {t for t, *_ in found(agencies=[agency.pk])} == {"cũ", "mới"}
    assert {t for t, *_ in found(agencies=[agency.pk], days=7)} == {"mới"}
    assert {t for t, *_ in found(agencies=[None])} == {"của người dân"}
    assert {t for t, *_ in found(agencies=[])} == set()
    assert {t for t, *_ in found()} == {"cũ", "mới", "của nơi khác", "của người dân"}


def test_nothing_older_than_90_days_is_reported_even_before_it_is_deleted(agency):
    ask("rất cũ", agency=agency, days=91)
    assert found(days=1000) == []


def test_an_officer_reads_only_the_own_agencys_report(client, officer, agency, other_agency):
    ask("của tôi", agency=agency)
    ask("zznoikhac", agency=other_agency)
    ask("zznguoidan")
    client.force_login(officer)
    for query in (
        {},
        {"agency": other_agency.pk},
        {"agency": "0"},
        {"agency": ""},
        {"agency": "-1"},
    ):
        response = client.get(URL, query)
        assert texts(response) == ["của tôi"]
        assert "zzn" not in response.content.decode()
    lists = {
        kind: client.get(URL, {"export": kind, "agency": other_agency.pk}).content
        for kind in ("csv", "xlsx")
    }
    sheet = load_workbook(io.BytesIO(lists["xlsx"])).active  # compressed, so not searched as bytes
    for text in (lists["csv"].decode(), str(list(sheet.values))):
        assert "của tôi" in text and "zzn" not in text


def test_an_officer_of_two_agencies_chooses_between_them(
    client, officer, agency, other_agency, appoint
):
    appoint("officer", "officer", other_agency)
    ask("một", agency=agency)
    ask("hai", agency=other_agency)
    client.force_login(officer)
    assert sorted(texts(client.get(URL))) == ["hai", "một"]
    response = client.get(URL, {"agency": other_agency.pk})
    assert texts(response) == ["hai"]
    assert f"agency={other_agency.pk}" in response.context["rows"][0]["bet_url"]


def test_a_system_administrator_reads_all_reports_and_visitors_queries(
    client, system_admin, agency
):
    ask("của cơ quan", agency=agency)
    ask("của người dân")
    client.force_login(system_admin)
    assert sorted(texts(client.get(URL))) == ["của cơ quan", "của người dân"]
    assert texts(client.get(URL, {"agency": "0"})) == ["của người dân"]
    response = client.get(URL, {"agency": agency.pk})
    assert texts(response) == ["của cơ quan"]
    # They write the table of everybody
    assert "agency=" not in response.context["rows"][0]["synonym_url"]


def test_others_are_refused(client, author, reader, overseer, appoint, agency):
    for person in (author, appoint("admin", "agency_admin", agency)):
        client.force_login(person)
        assert client.get(URL).status_code == 302
    for person in (reader, overseer):
        client.force_login(person)
        assert client.get(URL, follow=True).status_code == 403
    client.logout()
    assert client.get(URL).url.startswith(reverse("admin_sign_in"))


def test_each_question_leads_to_its_trial_and_to_filled_in_forms(client, officer, agency):
    ask('sổ "hộ nghèo" & cận nghèo', agency=agency)
    client.force_login(officer)
    html = client.get(URL).content.decode()
    [row] = client.get(URL).context["rows"]
    asked = {
        name: parse_qs(urlsplit(row[name]).query) for name in ("try_url", "synonym_url", "bet_url")
    }
    assert asked == {
        "try_url": {"q": ['sổ "hộ nghèo" & cận nghèo']},
        "synonym_url": {"short": ['sổ "hộ nghèo" & cận nghèo']},
        "bet_url": {"text": ['sổ "hộ nghèo" & cận nghèo']},
    }
    assert client.get(row["bet_url"]).context["form"]["text"].value() == 'sổ "hộ nghèo" & cận nghèo'
    assert (
        client.get(row["synonym_url"]).context["form"]["short"].value()
        == 'sổ "hộ nghèo" & cận nghèo'
    )
    assert client.get(row["try_url"]).status_code == 200
    assert "Tìm thử" in html


def test_a_question_that_was_helped_already_says_so(client, officer, agency, other_agency):
    ask("nghỉ ốm", agency=agency)
    client.force_login(officer)
    BestBet.objects.create(
        agency=other_agency, text="nghỉ ốm", words="nghi om", origin="document:1"
    )
    assert "đã có kết quả ưu tiên" not in client.get(URL).content.decode()
    BestBet.objects.create(agency=agency, text="nghỉ ốm", words="nghi om", origin="document:1")
    assert "đã có kết quả ưu tiên" in client.get(URL).content.decode()


def test_the_report_and_its_table_name_nobody(client, officer, agency):
    ask("giấy phép bay", agency=agency)
    client.force_login(officer)
    client.get("/tim-kiem/?q=giay+phep+bay")
    kept = {f.name for f in QueryLog._meta.get_fields()}
    assert kept == {"id", "agency", "text", "words", "total", "opened", "made_at"}
    assert [client.get(URL, {"export": kind}).status_code for kind in ("csv", "xlsx")] == [200, 200]


def test_files_hold_text_and_never_formulas(client, officer, agency):
    for text in ("=HYPERLINK(1)", "@SUM(A1)", "-bỏ cái này", "+84", "Đăng ký", "a;=1"):
        QueryLog.objects.create(agency=agency, text=text, words=text, total=0)
    client.force_login(officer)
    answer = client.get(URL, {"export": "csv"})
    assert answer["Content-Disposition"] == 'attachment; filename="tim-ma-khong-thay.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    heads, *lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert heads[0] == "Câu hỏi"
    assert {line[0] for line in lines} == {
        "'=HYPERLINK(1)",
        "'@SUM(A1)",
        "'-bỏ cái này",
        "'+84",
        "Đăng ký",
        "a;'=1",
    }
    sheet = load_workbook(io.BytesIO(client.get(URL, {"export": "xlsx"}).content)).active
    assert {(row[0].value, row[0].data_type) for row in sheet.iter_rows(min_row=2)} == {
        (text, "s")
        for text in ("=HYPERLINK(1)", "@SUM(A1)", "-bỏ cái này", "+84", "Đăng ký", "a;=1")
    }
    assert [type(row[1].value) for row in sheet.iter_rows(min_row=2)] == [int] * 6


def test_a_question_that_no_xlsx_can_hold_spoils_no_file(client, officer, agency):
    for text in ("bay\ufffe\uffff\x07", "lượn"):
        QueryLog.objects.create(agency=agency, text=text, words=text, total=0)
    client.force_login(officer)
    sheet = load_workbook(io.BytesIO(client.get(URL, {"export": "xlsx"}).content)).active
    assert {row[0].value for row in sheet.iter_rows(min_row=2)} == {"bay", "lượn"}


def test_a_file_holds_what_is_shown(client, officer, agency):
    ask("giấy phép bay", 0, agency=agency, times=2)
    ask("trích lục", 7, agency=agency, days=20)
    client.force_login(officer)
    lines = list(
        csv.reader(
            io.StringIO(
                client.get(URL, {"export": "csv", "kind": "nothing", "days": "7"}).content.decode(
                    "utf-8-sig"
                )
            )
        )
    )
    assert [line[:5] for line in lines[1:]] == [["giấy phép bay", "2", "2", "0", "0.0"]]


def test_long_reports_have_pages_and_keep_their_filters(client, officer, agency):
    for number in range(120):
        ask(f"câu {number}", agency=agency)
    client.force_login(officer)
    first, last = client.get(URL, {"kind": "nothing"}), client.get(URL, {"kind": "nothing", "p": 3})
    assert (len(texts(first)), len(texts(last))) == (50, 20)
    assert not set(texts(first)) & set(texts(last))
    assert "?kind=nothing&amp;p=2" in first.content.decode()
    assert "120 câu hỏi" in first.content.decode()


def test_the_same_few_queries_for_many_questions_as_for_few(
    client, officer, agency, django_assert_num_queries
):
    client.force_login(officer)
    ask("một", agency=agency)
    client.get(URL)
    for query in ({}, {"export": "csv"}):
        with CaptureQueriesContext(connection) as few:
            client.get(URL, query)
        for number in range(40):
            ask(f"câu {number}", agency=agency)
        with django_assert_num_queries(len(few)):
            client.get(URL, query)


def test_the_report_reads_the_indexes_alone(agency):
    """200,000 rows a quarter: the rows themselves must not be read."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's plan depends on its statistics")
    for scope, index in (
        (None, "search_asked"),
        ([agency.pk], "search_asked_in_agency"),
        ([None], "search_asked_in_agency"),
    ):
        plan = reports.missed(agencies=scope)[:50].explain()
        assert f"COVERING INDEX {index}" in plan, plan


@pytest.mark.parametrize("query", ["p=abc", "p=-1", "p=" + "9" * 40, "days=7.5", "days=%22", "days=0", "kind=%27", "kind=nothing&days=7&agency=x", "agency=" + "9" * 40,
                                   "export=pdf", "export=%00", "agency=%FF%FE", "q=%22"])  # fmt: skip
def test_no_parameter_breaks_the_page(client, officer, agency, query):
    ask("một", agency=agency)
    client.force_login(officer)
    assert client.get(f"{URL}?{query}").status_code in (200, 400)


def test_an_empty_report_says_what_it_will_show(client, officer):
    client.force_login(officer)
    html = client.get(URL).content.decode()
    assert "Chưa có câu hỏi nào tìm mà không thấy." in html
    assert "Không có câu hỏi nào khớp." in client.get(URL, {"days": "7"}).content.decode()


def test_it_is_only_read(client, officer):
    client.force_login(officer)
    assert client.post(URL, {}).status_code == 405
