"""Links for readers: documents by their codes, laws, the procedures that use a form; the state on
every screenful; the overseer's page."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures import lifecycle
from procedures.reader import linking
from qms.text.codes import code_key
from tests.procedures.reader_helpers import forms, procedure, section, text

LATER = datetime.date(2026, 2, 2)
LINK = re.compile(r'<a class="ref" href="([^"]+)"[^>]*>([^<]+)</a>')


def body(response):
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.pure
def test_codes_become_links_and_neither_links_nor_attributes_are_touched():
    html = '<p title="QT-02">Theo QT-02, <a href="/x">QT-02</a> và QT-03.</p>'
    codes = {"qt02": ("/d/2/", 'Tên "khác" <b>')}
    found = linking.linked(html, codes, {})
    assert LINK.findall(found) == [("/d/2/", "QT-02")]
    assert 'title="QT-02"' in found
    assert '<a href="/x">QT-02</a>' in found
    assert "<b>" not in found


@pytest.mark.pure
def test_a_chart_gets_no_links():
    """It is an image to screen readers, so a link in it could take the focus and say nothing."""
    html = '<svg aria-hidden="true"><text>Lập QT-02</text></svg><p>Theo QT-02.</p>'
    found = linking.linked(html, {"qt02": ("/d/2/", "Tên")}, {})
    assert found.count("<a ") == 1
    assert found.startswith('<svg aria-hidden="true"><text>Lập QT-02</text></svg>')


@pytest.mark.pure
def test_a_law_leads_to_its_line_however_its_number_is_written():
    laws = {linking.law_key("5/2020/TT-BTP"): "van-ban-1"}
    assert LINK.findall(linking.linked("<p>Thông tư số 05/2020/TT-BTP.</p>", {}, laws)) == [
        ("#van-ban-1", "05/2020/TT-BTP")
    ]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("Theo QT.TP.03 và BM-HT-05-01.", ["QT.TP.03", "BM-HT-05-01"]),
        ("xem QT-01/QLKH, rồi QT-01/QLKH", ["QT-01/QLKH"]),
        ("Nghị định 123/2015/NĐ-CP, ISO 9001, TCVN", []),
    ],
)
def test_what_looks_like_a_code(said, codes):
    assert linking.codes_in([f"<p>{said}</p>"]) == [code_key(code) for code in codes]


def test_a_code_leads_to_what_is_in_force_and_readable(client, agency, officer, make_document):
    said = section("other", "LIÊN QUAN", text("<p>Xem QT-02 và QT-03, QT-04.</p>"))
    page = make_document(agency, body=procedure(said), issued="2026-01-05", visibility="public")
    shown = make_document(agency, code="QT-02", issued="2026-01-05", visibility="public")
    make_document(agency, code="QT-03", issued="2026-01-05", visibility="agency")
    make_document(agency, code="QT-04")
    html = body(client.get(f"/d/{page.pk}/"))
    assert LINK.findall(html) == [(f"/d/{shown.pk}/", "QT-02")]


def test_a_form_names_the_procedures_that_use_it(client, agency, make_document):
    using = make_document(agency, body=procedure(), issued="2026-01-05", visibility="public")
    hidden = section("forms", "BIỂU MẪU", forms(("BM.01.01", "Tờ khai")))
    make_document(
        agency,
        code="QT-09",
        title="Kín",
        body={"sections": [hidden]},
        issued="2026-01-05",
        visibility="agency",
    )
    form = make_document(
        agency, code="BM.01.01", kind="form", issued="2026-01-05", visibility="public"
    )
    html = body(client.get(f"/d/{form.pk}/"))
    assert "Tài liệu dùng biểu mẫu này" in html
    assert f'href="/d/{using.pk}/"' in html
    assert "Kín" not in html


def test_a_replaced_version_has_one_name_on_every_page(client, agency, officer, make_document):
    page = make_document(agency, officer, code="QT-01", issued="2026-01-05", visibility="public")
    lifecycle.revise_draft(page, title="Lần hai", by=officer)
    lifecycle.record(page, issued_on=LATER, effective_on=LATER, by=officer)
    old = page.versions.get(ordinal=1)
    client.force_login(officer)
    for address in (
        f"/d/{page.pk}/", f"/v/{old.pk}/", f"/admin/tai-lieu/{page.pk}/",
    ):  # fmt: skip
        words = re.sub(r"<[^>]+>", " ", body(client.get(address)))
        assert "Hết hiệu lực" in words, address
        assert "thay thế" not in words.lower(), address


def test_what_is_not_in_force_says_so_in_a_strip_and_on_paper(
    client, agency, officer, make_document
):
    page = make_document(agency, code="QT-01", issued="2026-01-05", visibility="public")
    old = page.versions.get()
    lifecycle.revise_draft(page, title="Lần hai", by=officer)
    lifecycle.record(page, issued_on=LATER, effective_on=LATER, by=officer)
    html = body(client.get(f"/v/{old.pk}/"))
    strip = re.search(r'<div class="strip strip-bad".*?</div>', html, re.DOTALL)[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", strip).split())
    for part in ("Hết hiệu lực từ 02/02/2026", "QT-01", "phiên bản 1", "Đọc phiên bản 2"):
        assert part in words
    assert "state-replaced" in html
    line = re.search(r"data-print-line>(.*?)</p>", html, re.DOTALL)[1]
    assert "Hết hiệu lực" in line
    assert "phiên bản 1" in line
    assert 'class="strip' not in body(client.get(f"/d/{page.pk}/"))


def test_paper_names_the_agency_and_carries_the_address_as_a_picture(client, agency, make_document):
    page = make_document(agency, issued="2026-01-05", visibility="public")
    html = body(client.get(f"/d/{page.pk}/"))
    assert f'<p class="print-agency">{page.versions.get().agency_name}</p>' in html
    assert '<img class="qr" src="data:image/svg+xml' in html


# -- the overseer


def test_only_overseers_open_the_page_over_all_agencies(client, agency, officer):
    assert client.get("/cac-co-quan/").status_code == 302
    client.force_login(officer)
    assert client.get("/cac-co-quan/").status_code == 404


def test_an_overseer_sees_every_agency_with_its_numbers(
    client, overseer, agency, officer, make_document
):
    make_document(agency, officer, code="QT-1", issued="2026-01-05")
    paper = make_document(agency, officer, code="QT-3")
    lifecycle.record(paper, issued_on=LATER, effective_on=LATER, by=officer)
    make_document(agency, officer, code="QT-2", title="Mới soạn")
    client.force_login(overseer)
    page = client.get("/cac-co-quan/?sort=-documents")
    line = page.context["page"][0]
    assert (line.agency, line.documents, line.unreviewed) == (agency, 2, 1)
    assert "Mới soạn" not in body(page)
    assert "Tình hình các cơ quan" in body(client.get("/"))
    table = client.get("/cac-co-quan/?export=csv").content.decode("utf-8-sig")
    assert agency.name in table


def test_the_numbers_take_as_many_queries_for_more_agencies(
    client, overseer, agency, officer, make_document, make_agency
):
    def asked():
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/cac-co-quan/").status_code == 200
        return len(seen)

    make_document(agency, officer, code="QT-1", issued="2026-01-05")
    client.force_login(overseer)
    asked()
    before = asked()
    for number in range(3):
        other = make_agency(code=f"CQ{number}", name=f"Cơ quan {number}")
        make_document(other, code=f"QT-{number}", issued="2026-01-05")
    assert asked() == before
