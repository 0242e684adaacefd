"""State on a given day: the document and the register of an earlier day, with a note on what was
recorded later."""

import datetime

import pytest
from django.utils.html import strip_tags

from procedures import lifecycle
from qms.clock import on_day, today
from tests.issuing import issue as issue_now

DAY = datetime.date.fromisoformat


@pytest.fixture
def page(make_document, agency, officer):
    """One version from January on, known then; a second one since March, recorded today."""
    with on_day(DAY("2026-01-05")):
        made = make_document(agency, officer, title="Tên cũ", issued="2026-01-05")
    lifecycle.revise_draft(made, title="Tên mới", by=officer)
    issue_now(made, issued_on=DAY("2026-03-01"), by=officer)
    return made


@pytest.mark.parametrize(
    ("day", "title", "says"),
    [
        ("15/01/2026", "Tên cũ", "Theo ngày 15/01/2026"),
        ("2026-01-15", "Tên cũ", "Theo ngày 15/01/2026"),
        ("28/02/2026", "Tên cũ", "Theo ngày 28/02/2026"),
        ("01/03/2026", "Tên mới", "được ghi vào hệ thống sau ngày đó"),
        ("04/01/2026", "Tên mới", "Ngày đó không có phiên bản nào có hiệu lực"),
        ("31/02/2026", "Tên mới", "Không có ngày này"),
        ("01/01/20026", "Tên mới", "Không có ngày này"),
        ("<b>", "Tên mới", "Không có ngày này"),
        ("01/01/2999", "Tên mới", "Ngày này chưa tới"),
    ],
)
def test_the_document_of_a_day(page, reader, client, day, title, says):
    client.force_login(reader)
    answer = client.get(f"/d/{page.pk}/", {"ngay": day})
    html = answer.content.decode()
    assert answer.context["version"].title == title
    assert says in html


def test_what_replaced_it_since_is_said_of_an_old_version_too(page, reader, client):
    client.force_login(reader)
    html = client.get(f"/d/{page.pk}/", {"ngay": "15/01/2026"}).content.decode()
    assert 'class="strip strip-bad"' in html


def test_the_register_of_a_day(page, make_document, agency, officer, reader, client):
    make_document(agency, officer, code="QT-02", title="Mới có hôm nay", issued=today().isoformat())
    client.force_login(reader)
    address = f"/a/{agency.pk}/danh-muc/"
    html = client.get(address, {"ngay": "15/01/2026"}).content.decode()
    assert "Tên cũ" in html and "Tên mới" not in html and "Mới có hôm nay" not in html
    html = client.get(address, {"ngay": "31/02/2026"}).content.decode()
    assert "Không có ngày này" in html and "Mới có hôm nay" in html
    file = client.get(address, {"ngay": "15/01/2026", "export": "csv"}).content.decode()
    assert "Tên cũ" in file and "Mới có hôm nay" not in file


def test_a_withdrawal_of_that_time_holds_and_others_see_nothing(
    page, officer, stranger, client, agency
):
    first = page.versions.get(ordinal=1)
    lifecycle.withdraw(first, reason="Bãi bỏ", by=officer, on_day=DAY("2026-02-01"))
    client.force_login(officer)
    answer = client.get(f"/d/{page.pk}/", {"ngay": "15/02/2026"})
    assert "Ngày đó không có phiên bản nào có hiệu lực" in answer.content.decode()
    client.logout()
    assert client.get(f"/d/{page.pk}/", {"ngay": "15/01/2026"}).status_code == 404


def test_the_page_of_a_day_agrees_with_the_register_of_that_day(page, reader, client):
    def state_line(**query):
        html = client.get(f"/d/{page.pk}/", query).content.decode()
        head = html[html.index('class="doc-state"') :]
        return " ".join(strip_tags(head[: head.index("</p>")]).split()), html

    client.force_login(reader)
    line, html = state_line(ngay="15/01/2026")
    assert line.index("Có hiệu lực") < line.index("ngày 15/01/2026") < line.index("Hết hiệu lực")
    assert "Ngày đó phiên bản 1 có hiệu lực" in html
    assert "Hôm nay: Hết hiệu lực" in html
    line, html = state_line(ngay="04/01/2026")
    assert "Hết hiệu lực" not in line and "Trang này cho thấy tài liệu theo hôm nay" in html
    assert "Hôm nay" not in state_line()[0]
