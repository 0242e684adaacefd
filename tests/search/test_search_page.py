"""The search page and the suggestions: who finds what, filters, old versions, wrong parameters."""

import datetime
import json
import re

import pytest

from procedures import lifecycle
from procedures.templatetags.qms_site import day
from qms.clock import today
from search import views
from search.page.params import page_number
from search.queue import pending
from tests.issuing import issue as issue_now
from tests.kept import kept
from tests.procedures.reader_helpers import procedure, section, text

DAY = datetime.timedelta(days=1)


@pytest.fixture
@kept
def indexed(agency, other_agency, make_document):
    """Documents of two agencies, in the index: {name: page}."""
    found = {
        "birth": make_document(
            agency,
            code="QT-01/HCTP",
            title="Đăng ký khai sinh",
            body=procedure(),
            issued="2026-01-05",
            visibility="public",
        ),
        "city": make_document(
            other_agency, code="QT-02/VP", title="Đăng ký lịch họp", issued="2026-01-05"
        ),
        "inside": make_document(
            agency,
            code="QT-03/VP",
            title="Đăng ký nghỉ phép",
            issued="2026-01-05",
            visibility="agency",
        ),
        "policy": make_document(
            agency,
            code="CSCL",
            title="Chính sách đăng ký chất lượng",
            kind="policy",
            issued="2026-01-05",
            visibility="public",
        ),
    }
    pending.flush()
    return found


def page(client, query):
    response = client.get(f"/tim-kiem/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def titles(html):
    return [
        re.sub(r"<[^>]+>", "", found)
        for found in re.findall(r'<p class="hit-title"><a [^>]*>(.*?)</a></p>', html)
    ]


def test_words_without_marks_find_and_lead_to_the_section(client, indexed):
    html = page(client, "q=dang+ky+khai+sinh")
    assert titles(html)[0] == "Đăng ký khai sinh"
    assert f'href="/d/{indexed["birth"].pk}/' in html
    assert "<mark>" in html


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (None, {"birth", "policy"}),
        ("stranger", {"birth", "policy", "city"}),
        ("reader", {"birth", "policy", "city", "inside"}),
        ("overseer", {"birth", "policy", "city", "inside"}),
    ],
)
def test_each_finds_what_they_may_read(request, client, indexed, who, expected):
    if who:
        client.force_login(request.getfixturevalue(who))
    found = set(titles(page(client, "q=dang+ky")))
    assert {name for name, document in indexed.items() if document.title in found} == expected


def test_old_versions_are_found_only_when_asked_for_and_are_marked(client, agency, make_document):
    document = make_document(
        agency,
        title="Kiểm kê tài sản",
        body={"sections": [section("content", "A", text("<p>bản xưa cũ</p>"))]},
        issued="2026-01-05",
        visibility="public",
    )
    lifecycle.revise_draft(
        document,
        by=None,
        content={"sections": [section("content", "A", text("<p>bản tân thời</p>"))]},
    )
    issue_now(document, issued_on=today() - DAY, by=None)
    pending.flush()
    first = document.versions.order_by("ordinal").first()
    assert f"/v/{first.pk}/" not in page(client, "q=kiem+ke+tai+san")
    html = page(client, "q=kiem+ke+tai+san&cu=1")
    assert f"/v/{first.pk}/" in html
    assert "Hết hiệu lực" in html
    assert f"đến hết {day(today() - 2 * DAY)}" in html


def test_a_version_to_come_is_found_with_the_earlier_ones_and_marked(client, agency, make_document):
    make_document(
        agency,
        title="Thu hồi đất",
        issued="2026-01-05",
        effective=(today() + 5 * DAY).isoformat(),
        visibility="public",
    )
    pending.flush()
    assert titles(page(client, "q=thu+hoi+dat")) == []
    assert "Chờ hiệu lực" in page(client, "q=thu+hoi+dat&cu=1")


def test_an_officers_drafts_stand_apart_and_nobody_else_sees_them(
    client, officer, reader, agency, make_document
):
    make_document(agency, officer, title="Dự thảo quy trình mật mã", code="QT-77")
    make_document(agency, title="Quy trình mật mã", code="QT-78", issued="2026-01-05")
    pending.flush()
    client.force_login(reader)
    assert titles(page(client, "q=mat+ma")) == ["Quy trình mật mã"]
    client.force_login(officer)
    html = page(client, "q=mat+ma")
    assert set(titles(html)) == {"Quy trình mật mã", "Dự thảo quy trình mật mã"}
    assert '<h3 class="group">Bản thảo</h3>' in html
    assert "hiệu lực từ 05/01/2026" in html


def test_drafts_come_after_what_is_in_force_unless_their_code_was_asked(
    client, officer, agency, make_document
):
    make_document(agency, officer, title="Kiểm soát mật mã", code="QT-77")
    make_document(
        agency, title="Lưu trữ, kiểm soát mật mã và khóa", code="QT-78", issued="2026-01-05"
    )
    pending.flush()
    client.force_login(officer)
    force, draft = "Lưu trữ, kiểm soát mật mã và khóa", "Kiểm soát mật mã"
    assert titles(page(client, "q=kiem+soat+mat+ma")) == [force, draft]
    assert titles(page(client, "q=qt77")) == [draft]
    naming = {"sections": [section("content", "A", text("<p>Theo QT-77.</p>"))]}
    make_document(agency, title="Sổ tay", code="QT-79", issued="2026-01-05", body=naming)
    pending.flush()
    assert titles(page(client, "q=QT-77"))[0] == draft


def test_nothing_found_gives_advice(client, indexed):
    html = page(client, "q=zzzqqq+xxyy")
    assert "Không tìm thấy tài liệu nào cho “zzzqqq xxyy”" in html
    assert "Tìm cả trong phiên bản cũ" in html
    assert "Đăng nhập" in html
    quoted = page(client, "q=%22zzzqqq+xxyy%22")
    assert "cho &quot;zzzqqq xxyy&quot;" in quoted


def withdrawn(found, by):
    lifecycle.withdraw(found.versions.get(), reason="Không còn thủ tục này", by=by)
    pending.flush()


def names_ended(client, queries):
    """Those of the queries that name something no longer valid."""
    return [query for query in queries if "Đã thu hồi:" in page(client, query)]


def test_what_is_called_so_and_no_longer_holds_is_named_to_who_may_read_it(
    client, officer, stranger, indexed
):
    called = [
        "q=QT-03%2FVP",
        "q=qt03vp",
        "q=dang+ky+nghi+phep",
        "q=nghỉ+phép",
        "q=Đăng+ký+nghỉ+phép",
    ]
    assert names_ended(client, called) == []
    client.force_login(officer)
    assert names_ended(client, called) == []
    withdrawn(indexed["inside"], officer)
    assert names_ended(client, called) == called
    said = page(client, called[-1])
    assert (
        said.count("Đã thu hồi:"),
        f'href="{indexed["inside"].versions.get().get_absolute_url()}"' in said,
    ) == (1, True)
    assert f"đến hết {day(today() - DAY)}" in said
    client.force_login(stranger)
    assert names_ended(client, called) == []


def test_what_was_withdrawn_and_what_was_replaced_have_their_own_words(client, officer, indexed):
    client.force_login(officer)
    withdrawn(indexed["inside"], officer)

    def chips():
        html = page(client, "q=Đăng+ký&cu=1")
        found = re.findall(r'class="chip [^"]*">.*?</svg>\s*([^<]+)</span>', html)
        return sorted(said.strip() for said in found)

    assert chips() == ["Đã thu hồi"]
    lifecycle.revise_draft(indexed["city"], by=None, issue_number=2)
    issue_now(indexed["city"], issued_on=today() - DAY, by=None)
    pending.flush()
    assert chips() == ["Hết hiệu lực", "Đã thu hồi"]


def test_a_document_no_longer_in_force_is_not_named_with_a_valid_namesake_or_unasked(
    client, officer, indexed
):
    client.force_login(officer)
    withdrawn(indexed["inside"], officer)
    name = "q=Đăng+ký+nghỉ+phép"
    assert (
        names_ended(
            client,
            [
                "q=đăng+ký",
                "q=nghi",
                "q=phép+nghỉ",
                f"{name}&page=2",
                f"{name}&kind=policy",
                f"{name}&cu=1",
            ],
        )
        == []
    )


def test_an_empty_question_explains_the_box(client, db):
    assert "Tìm trong tên, mã hiệu và toàn bộ nội dung" in page(client, "q=")


ODD = (
     "q=%22", "q='", "q=%22%22%22+OR+*", "q=%5B%28%7B", "q=a&page=abc", "q=dang+ky&page=99999", "q=dang+ky&page=-3", "q=dang&kind='%22&agency=abc", "q=dang&agency=99999999999999999999",
     "q=" + "a" * 5000, "q=%F0%9F%98%80", "q=%E2%80%AE%CC%81", "q=%0D%0A", "q=a%3Ab&cu=%27", "q=AND", "q=NOT+a", "q=status:draft", "page=2", "q=%ED%A0%80",
)  # fmt: skip


def test_no_question_breaks_the_page(client, indexed):
    for query in ODD:
        page(client, query)
        assert client.get(f"/tim-kiem/goi-y/?{query}").status_code == 200, query


def test_nul_is_refused(client, db):
    assert client.get("/tim-kiem/?q=a%00b").status_code == 400


def test_what_was_typed_comes_back_as_text(client, indexed):
    html = page(client, "q=%3Cscript%3Ealert(1)%3C/script%3E%22%3E")
    assert "<script>alert" not in html
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;&quot;&gt;"' in html


def test_hostile_titles_stay_text_in_results_and_suggestions(client, agency, make_document):
    bad = "<img src=x onerror=alert(1)> khai báo"
    make_document(
        agency,
        title=bad,
        body={
            "sections": [
                section(
                    "content", bad, text("<p>khai báo &lt;script&gt;alert(2)&lt;/script&gt;</p>")
                )
            ]
        },
        issued="2026-01-05",
        visibility="public",
    )
    pending.flush()
    html = page(client, "q=khai+bao")
    assert titles(html)
    assert "<img" not in html
    assert "<script>alert" not in html
    offered = client.get("/tim-kiem/goi-y/?q=khai+bao").json()["suggestions"]
    assert "".join(text for text, _marked in offered[0]["pieces"]) == bad


def test_suggestions_name_only_what_one_may_read(client, indexed, reader):
    def offered():
        return {
            one["text"] for one in client.get("/tim-kiem/goi-y/?q=dang+ky").json()["suggestions"]
        }

    assert "Đăng ký nghỉ phép" not in offered()
    client.force_login(reader)
    assert "Đăng ký nghỉ phép" in offered()


def test_suggestions_say_where_they_lead_in_plain_pieces(client, indexed):
    answer = client.get("/tim-kiem/goi-y/?q=khai+s").json()
    first = answer["suggestions"][0]
    assert (first["text"], first["url"]) == ("Đăng ký khai sinh", f"/d/{indexed['birth'].pk}/")
    assert "".join(text for text, _marked in first["pieces"]) == "Đăng ký khai sinh"
    assert "QT-01/HCTP" in first["note"]
    assert json.dumps(answer)
    assert client.get("/tim-kiem/goi-y/?q=k").json()["suggestions"] == []


@pytest.mark.pure
def test_marked_html_is_read_as_pieces():
    assert views.pieces("a &lt;b&gt; <mark>c &amp; d</mark>") == [
        ("a <b> ", False),
        ("c & d", True),
    ]


@pytest.mark.pure
def test_page_numbers():
    assert [page_number(text) for text in ("", "abc", "0", "-1", "7", "²", "99999", "101")] == [
        1,
        1,
        1,
        1,
        7,
        1,
        1,
        100,
    ]


def test_the_number_of_queries_does_not_grow_with_the_results(
    client, reader, agency, make_document, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count():
        client.get("/tim-kiem/?q=nghiep+vu")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/tim-kiem/?q=nghiep+vu").status_code == 200
        return len(seen)

    client.force_login(reader)
    make_document(agency, code="QT-1", title="Nghiệp vụ", issued="2026-01-05")
    pending.flush()
    first = count()
    for number in range(2, 5):
        make_document(agency, code=f"QT-{number}", title=f"Nghiệp vụ {number}", issued="2026-01-05")
    pending.flush()
    assert count() == first
