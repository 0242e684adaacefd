"""The register of an agency's issued documents: its content, who may open it, and the file."""

import csv
import datetime
import io

import openpyxl
import pytest
from django.urls import reverse

from procedures import lifecycle
from qms.clock import today
from tests.issuing import issue as issue_now
from tests.kept import kept

DAY = datetime.timedelta(days=1)


@pytest.fixture
def register(agency):
    return reverse("agency_register", args=[agency.pk])


@pytest.fixture
@kept
def documents(agency, officer, make_document):
    """One in force with a second issue, one future, one withdrawn, one struck out, one draft."""
    first = make_document(
        agency,
        officer,
        code="QT-10",
        title="Tiếp công dân",
        issued="2026-01-05",
        visibility="agency",
        issue_number=1,
    )
    lifecycle.revise_draft(first, title="Tiếp công dân, lần hai", issue_number=2, by=officer)
    issue_now(first, issued_on=datetime.date(2026, 2, 2), by=officer)
    make_document(
        agency,
        officer,
        code="QT-2",
        title="Sắp áp dụng",
        issued="2026-01-05",
        effective=(today() + 9 * DAY).isoformat(),
    )
    gone = make_document(agency, officer, code="QT-3", title="Đã bỏ", issued="2026-01-05")
    lifecycle.withdraw(
        gone.versions.get(), reason="Luật đã thay đổi", by=officer, on_day=datetime.date(2026, 3, 1)
    )
    wrong = make_document(agency, officer, code="QT-4", title="Ghi nhầm", issued="2026-01-05")
    lifecycle.strike_out(wrong.versions.get(), reason="Ghi nhầm tệp", by=officer)
    make_document(agency, officer, code="QT-5", title="Mới dự thảo")


LINES = [
    ["QT-2", "Sắp áp dụng", "Quy trình", "", "", "", "05/01/2026", None, "Chờ hiệu lực", ""],
    [
        "QT-3",
        "Đã bỏ",
        "Quy trình",
        "",
        "",
        "",
        "05/01/2026",
        "05/01/2026",
        "Đã thu hồi",
        "01/03/2026",
    ],
    [
        "QT-10",
        "Tiếp công dân, lần hai",
        "Quy trình",
        "",
        "02",
        "",
        "02/02/2026",
        "02/02/2026",
        "Có hiệu lực",
        "",
    ],
]


def test_each_document_is_listed_once_with_its_numbers_dates_and_state(
    client, register, reader, documents
):
    client.force_login(reader)
    response = client.get(register, {"export": "csv"})
    assert response["Content-Disposition"] == 'attachment; filename="danh-muc-tai-lieu-stp.csv"'
    head, *lines = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    wanted = [
        [f"{today() + 9 * DAY:%d/%m/%Y}" if value is None else value for value in line]
        + ["", "", "Ban hành trên hệ thống"]
        for line in LINES
    ]
    assert (len(head), lines) == (13, wanted)
    book = openpyxl.load_workbook(io.BytesIO(client.get(register, {"export": "xlsx"}).content))
    assert [
        [cell or "" for cell in row] for row in book.active.iter_rows(min_row=2, values_only=True)
    ] == wanted


def test_the_page_shows_the_same_and_filters_by_state(client, register, reader, documents):
    client.force_login(reader)
    html = client.get(register).content.decode()
    assert [
        title in html
        for title in ("Tiếp công dân, lần hai", "Sắp áp dụng", "Đã bỏ", "Ghi nhầm", "Mới dự thảo")
    ] == [True, True, True, False, False]
    html = client.get(register, {"state": "withdrawn"}).content.decode()
    assert [title in html for title in ("Tiếp công dân, lần hai", "Sắp áp dụng", "Đã bỏ")] == [
        False,
        False,
        True,
    ]
    assert client.get(register, {"state": "'\"", "page": "x", "export": "exe"}).status_code == 200


def test_it_opens_for_the_agency_and_the_overseer_alone(
    client,
    register,
    agency,
    other_agency,
    documents,
    reader,
    officer,
    overseer,
    stranger,
    system_admin,
):
    found = {}
    for person in (reader, officer, overseer, stranger, system_admin):
        client.force_login(person)
        found[person.username] = (
            client.get(register).status_code,
            register in client.get(agency.get_absolute_url()).content.decode(),
        )
    client.logout()
    found["nobody"] = (
        client.get(register).status_code,
        register in client.get(agency.get_absolute_url()).content.decode(),
    )
    shown, closed = (200, True), (404, False)
    assert found == {
        "reader": shown,
        "officer": shown,
        "overseer": shown,
        "stranger": closed,
        "sysadmin": closed,
        "nobody": closed,
    }


def test_an_empty_register_says_so(client, register, reader):
    client.force_login(reader)
    assert "Cơ quan chưa ban hành tài liệu nào" in client.get(register).content.decode()


def test_it_asks_the_same_however_long_it_is(client, register, reader, agency, make_document):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(reader)
    asked = []
    for number in range(3):
        make_document(agency, code=f"QT-{number}", issued="2026-01-05")
        client.get(register)
        with CaptureQueriesContext(connection) as queries:
            client.get(register)
        asked.append(len(queries))
    assert asked[0] == asked[2]


def test_what_was_recorded_from_paper_says_so_everywhere(
    client, register, reader, officer, agency, make_document
):
    paper = {"number": "15/QĐ-STP", "dated": "2026-02-05"}
    pages = [make_document(agency, officer, code=f"QT-{n}") for n in (1, 2)]
    day = datetime.date(2026, 2, 5)
    lifecycle.record(pages[0], issued_on=day, by=officer, paper=paper)
    lifecycle.record(pages[1], issued_on=day, by=None, paper={"file": "0" * 64})
    said = [
        f"Ghi nhận từ bản giấy số 15/QĐ-STP ngày 05/02/2026, do {officer}",
        "Ghi nhận từ bản giấy, do người quản trị máy chủ",
    ]
    client.force_login(reader)
    html = client.get(register).content.decode()
    assert all(sentence in html for sentence in said)
    exported = client.get(register, {"export": "csv"}).content.decode("utf-8-sig")
    assert [line[-3:] for line in csv.reader(io.StringIO(exported))][1:] == [
        ["15/QĐ-STP", "05/02/2026", said[0]],
        ["", "", said[1]],
    ]
    for page, sentence in zip(pages, said, strict=True):
        assert sentence in client.get(reverse("document", args=[page.pk])).content.decode()


def test_it_is_filtered_by_kind_and_sorted_by_any_column(
    client, register, reader, agency, officer, documents, make_document
):
    make_document(agency, officer, code="BM-1", title="Ảnh", kind="form", issued="2026-01-06")
    client.force_login(reader)

    def codes(query):
        return [life.version.code for life in client.get(register + query).context["page"]]

    assert codes("?kind=form") == ["BM-1"]
    assert codes("?kind=form&state=withdrawn") == []
    assert codes("?sort=title")[0] == "BM-1"
    assert codes("?sort=-code") == list(reversed(codes("?sort=code")))
    assert codes("?kind=khong&unit=x&sort=khong&state=1") == codes("")
    html = client.get(register + "?sort=-issued").content.decode()
    assert 'aria-sort="descending"' in html


def test_a_version_that_waits_behind_one_in_force_is_found_by_its_state(
    client, register, reader, agency, officer, make_document
):
    page = make_document(agency, officer, code="QT-7", title="Bản đang dùng", issued="2026-01-05")
    make_document(agency, officer, code="QT-8", title="Chỉ có một bản", issued="2026-01-05")
    lifecycle.revise_draft(page, title="Bản sắp dùng", by=officer)
    issue_now(page, issued_on=today(), effective_on=today() + 5 * DAY, by=officer)
    client.force_login(reader)
    html = client.get(register, {"state": "waiting"}).content.decode()
    new = page.versions.get(ordinal=2)
    assert f'href="{new.get_absolute_url()}">Bản sắp dùng</a>' in html
    assert "Bản đang dùng" not in html
    assert "1 tài liệu đã ban hành" in " ".join(html.split())
    html = client.get(register).content.decode()
    assert "2 tài liệu đã ban hành" in " ".join(html.split())
    file = client.get(register, {"export": "csv"}).content.decode("utf-8-sig")
    rows = [(line[0], line[1], line[8]) for line in csv.reader(io.StringIO(file))][1:]
    assert rows == [
        ("QT-7", "Bản đang dùng", "Có hiệu lực"),
        ("QT-7", "Bản sắp dùng", "Chờ hiệu lực"),
        ("QT-8", "Chỉ có một bản", "Có hiệu lực"),
    ]


def test_each_figure_of_the_overseer_leads_to_what_it_counts(
    client, agency, officer, overseer, make_document
):
    page = make_document(agency, officer, code="QT-7", title="Bản đang dùng", issued="2025-01-05")
    lifecycle.revise_draft(page, title="Bản sắp dùng", by=officer)
    issue_now(page, issued_on=today(), effective_on=today() + 5 * DAY, by=officer)
    client.force_login(overseer)
    html = client.get(reverse("oversight")).content.decode()
    place = reverse("agency_register", args=[agency.pk])
    for state in ("in_force", "waiting"):
        assert f'{place}?state={state}">1</a>' in html
        listed = client.get(place, {"state": state}).context["page"]
        assert [life.state for life in listed] == [state]
    late = f"{reverse('agency_reviews', args=[agency.pk])}?state=late"
    assert late in html
    assert [row["version"].code for row in client.get(late).context["rows"]] == ["QT-7"]
