"""Overviews: drawing and table agree, counts leak nothing, the number of queries is constant."""

import csv
import datetime
import io
import re

import pytest
from django.urls import reverse
from lxml import html

from audits import figures, lifecycle, oversight
from audits.models import Action, Finding, Nonconformity, Programme
from qms import charts
from qms.clock import today
from qms.lifecycle.agencies import save_unit
from qms.models import Agency, Unit
from tests.audits.conftest import days

pytestmark = pytest.mark.django_db


def drawn(chart):
    """The numbers in the drawing's tooltips: {(label, series): number}."""
    return {
        tuple(rect.said.rsplit(": ", 1)[0].rsplit(", ", 1)): int(rect.said.rsplit(": ", 1)[1])
        for rect in chart.rects
    }


def tabled(chart):
    """The same from the table."""
    return {
        (row[0], head): value
        for row in chart.rows
        for head, value in zip(chart.heads[1:], row[1:], strict=True)
    }


def test_each_kind_of_chart_says_what_its_table_says():
    two = [("Văn phòng, tầng 2", [3, 0]), ("Phòng Một cửa", [1, 4])]
    bars = charts.bars("a", "A", "a", rows=[("x", 3), ("y", 0)], head="h", unit="n")
    stacked = charts.stacked("b", "B", "b", rows=two, head="h", series=["m", "n"])
    heat = charts.heat("c", "C", "c", rows=two, columns=["7.5", "8.5"], head="h")
    for chart in (bars, stacked):
        assert drawn(chart) == {key: n for key, n in tabled(chart).items() if n}
    assert drawn(heat) == tabled(heat)
    lines = charts.lines("d", "D", "d", steps=["2025", "2026"], series=[("m", [2, 5])], head="h")
    assert {(step, name): n for (name, step), n in drawn(lines).items()} == tabled(lines)


def test_parts_of_a_bar_are_as_long_as_their_numbers():
    chart = charts.stacked(
        "b", "B", "b", rows=[("x", [1, 3]), ("y", [0, 2])], head="h", series=["m", "n"]
    )
    one, three, two = (rect.width for rect in chart.rects)
    assert three == pytest.approx(3 * one, abs=0.2) and two == pytest.approx(2 * one, abs=0.2)
    assert max(rect.x + rect.width for rect in chart.rects) <= chart.width


@pytest.mark.parametrize("rows", [[], [("x", [0, 0])]])
def test_nothing_to_draw_is_said(rows):
    assert charts.stacked("b", "B", "b", rows=rows, head="h", series=["m", "n"]).is_empty
    assert charts.heat("b", "B", "b", rows=rows, columns=["m", "n"], head="h").is_empty


def test_the_agencys_overview_counts_what_there_is(cast, agreed, client):
    Action.objects.update(due=today() - days(40))
    client.force_login(cast.officer)
    page = html.fromstring(client.get(reverse("audit_overview", args=[cast.agency.pk])).content)
    by_age = page.get_element_by_id("hanh-dong-theo-tuoi")
    cells = {row[0].text: [cell.text for cell in row[1:]] for row in by_age.iterfind(".//tbody/tr")}
    assert cells["Quá hạn 31 đến 90 ngày"] == ["0", "1"]
    assert [title.text for title in by_age.iterfind(".//svg/rect/title")] == ["Quá hạn 31 đến 90 ngày, Quá hạn: 1"]  # fmt: skip
    grid = page.get_element_by_id("dieu-khoan-don-vi")
    assert cast.field.name in grid.text_content()
    for svg in page.iterfind(".//svg[@role='img']"):
        named = svg.get("aria-labelledby").split()
        assert [svg.get_element_by_id(one) is not None for one in named] == [True, True]
    assert not page.xpath("//*[@style]")


def test_who_sees_no_nonconformity_counts_none(cast, agreed, client):
    client.force_login(cast.reader)
    page = client.get(reverse("audit_overview", args=[cast.agency.pk])).content.decode()
    assert cast.field.name not in page and "Quá hạn: 1" not in page
    client.force_login(cast.stranger)
    assert client.get(reverse("audit_overview", args=[cast.agency.pk])).status_code == 404


def test_an_agency_without_anything_has_an_overview(cast, client):
    client.force_login(cast.stranger)
    page = client.get(reverse("audit_overview", args=[cast.other_agency.pk])).content.decode()
    assert page.count("Chưa có số liệu.") == 5


def test_the_overseer_sees_all_agencies_sorted_by_any_mark(cast, agreed, client):
    Action.objects.update(due=today() - days(1))
    client.force_login(cast.overseer)
    page = client.get(reverse("audit_agencies") + "?sort=-overdue")
    first = html.fromstring(page.content).xpath("//tbody/tr")[0]
    assert first[0].text_content().strip() == cast.agency.name
    assert [re.sub(r"\s+", "", cell.text_content()) for cell in first[2:6]] == ["1", "1", "1", "1"]
    answer = client.get(reverse("audit_agencies") + "?export=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert sorted(row[0] for row in rows[1:]) == sorted([cast.agency.name, cast.other_agency.name])
    for name in ("officer", "head", "reader", "stranger"):
        client.force_login(getattr(cast, name))
        assert client.get(reverse("audit_agencies")).status_code == 404


def test_many_agencies_take_as_many_queries_as_few(cast, agreed, django_assert_num_queries):
    def add(number):
        one = Agency.objects.create(code=f"CQ{number}", name=f"Cơ quan {number}")
        unit = save_unit(Unit(agency=one, name="Phòng"), by=None)
        lifecycle.report(one, unit=unit, description="x", by=None)

    for number in range(3):
        add(number)
    with django_assert_num_queries(8):
        lines = figures.of_all(cast.overseer)
    assert sum(line.open_cases for line in lines) == Nonconformity.objects.count() == 4


# -- the overseer's page


@pytest.fixture
def city(cast, agreed):
    """Three agencies: one with everything, one with an open nonconformity, one with nothing."""
    Action.objects.update(due=today() - days(1))
    ward = Agency.objects.create(code="PX", name="UBND phường Ân", kind="ward")
    unit = save_unit(Unit(agency=ward, name="Phòng"), by=None)
    lifecycle.report(ward, unit=unit, description="x", by=None)
    return [cast.agency, cast.other_agency, ward]


def over_all(client, cast, **asked):
    client.force_login(cast.overseer)
    return client.get(reverse("audit_agencies"), asked)


def names(page):
    return [line.agency.name for line in page.context["page"]]


def cells(row):
    return [re.sub(r"\s+", " ", cell.text_content()).strip() for cell in row]


def test_the_last_row_sums_up_the_rows_above(cast, city, client):
    tree = html.fromstring(over_all(client, cast).content)
    rows = [
        cells(row)[2:] for row in tree.xpath("//table[contains(@class,'of-agencies')]/tbody/tr")
    ]
    [total] = [cells(row) for row in tree.xpath("//tfoot/tr")]
    assert len(rows) == 3 and total[0] == "Tổng cộng, 3 cơ quan"
    assert [int(one) for one in total[2:]] == [sum(map(int, column)) for column in zip(*rows, strict=True)]  # fmt: skip
    assert total[1:] == ["1", "1", "1", "2", "1", "0"]


@pytest.mark.parametrize(
    "asked,kept",
    [
        ({"need": "overdue"}, [0]),
        ({"need": "open"}, [0, 2]),
        ({"need": "no_programme"}, [1, 2]),
        ({"need": "no_audit"}, [1, 2]),
        ({"need": "ineffective"}, []),
        ({"kind": "ward"}, [2]),
        ({"q": "phuong an"}, [2]),
        ({"q": "phuong an", "need": "overdue"}, []),
        ({"need": "x", "kind": "y", "sort": "z", "year": "1066"}, [0, 1, 2]),
    ],
)
def test_agencies_are_filtered_and_summed_up_by_the_filter(cast, city, client, asked, kept):
    page = over_all(client, cast, **asked)
    assert sorted(names(page)) == sorted(city[n].name for n in kept)
    assert page.context["total"]["agencies"] == len(kept)
    answer = over_all(client, cast, **asked, export="csv").content.decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(answer))][1:] == names(page)


def test_each_order_of_the_select_is_one(cast, city, client):
    for value, label in oversight.ORDERS:
        page = over_all(client, cast, sort=value)
        picked = (
            html.fromstring(page.content).get_element_by_id("sap-xep").xpath("option[@selected]")
        )
        assert [one.text for one in picked] == [str(label)]
        field, lines = value.removeprefix("-"), list(page.context["page"])
        if field != "name":
            given = [getattr(line, field) for line in lines]
            assert given == sorted(given, reverse=value.startswith("-"))
    assert names(over_all(client, cast, sort="-name")) == names(over_all(client, cast))[::-1]


def test_names_are_in_the_order_of_a_dictionary(cast, city, client):
    Agency.objects.create(code="PX2", name="UBND phường Bắc")
    assert [name for name in names(over_all(client, cast)) if "phường" in name] == ["UBND phường Ân", "UBND phường Bắc"]  # fmt: skip


def test_another_year_has_its_own_figures(cast, city, client):
    last = over_all(client, cast, year=today().year - 1)
    assert {key: last.context["total"][key] for key in ("programme", "audits", "findings")} == {
        "programme": 0, "audits": 0, "findings": 0,
    }  # fmt: skip
    assert last.context["total"]["overdue"] == 1  # open today, whatever the year


def test_the_page_and_its_file_say_of_which_day_and_year_figures_are(cast, city, client):
    year = today().year - 1
    page = html.fromstring(over_all(client, cast, year=year).content)
    assert page.findtext(".//h1") == f"Đánh giá ở các cơ quan, năm {year}"
    answer = over_all(client, cast, year=year, export="csv")
    assert f"cac-co-quan-{year}.csv" in answer["Content-Disposition"]
    heads = next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    shown = [one.text_content().strip() for one in page.xpath("//th[@role='columnheader']")]
    assert heads == [f"Cơ quan (số liệu năm {year})", *shown[1:]]
    assert [one for one in heads if "(hiện nay)" in one] == heads[4:6]


def test_next_year_is_offered_once_it_has_an_approved_programme(cast, city, client):
    following = today().year + 1
    programme = Programme.objects.create(agency=cast.agency, year=following, state="drafting")
    asked = over_all(client, cast, year=following).context["asked"]
    assert asked.year == today().year and following not in oversight.years()
    Programme.objects.filter(pk=programme.pk).update(state="approved")
    page = over_all(client, cast, year=following)
    assert page.context["years"][:2] == [following, today().year]
    assert page.context["asked"].year == following and page.context["total"]["programme"] == 1


@pytest.mark.parametrize("ago", [0, 1])
def test_each_figure_of_a_year_leads_to_what_was_counted(cast, city, client, ago):
    """A finding told, and a correction judged ineffective, in the year after it was numbered."""
    year = today().year - ago
    day = datetime.date(year, 1, 1)
    told, case = Finding.objects.get(), Nonconformity.objects.get(agency=cast.agency)
    Finding.objects.filter(pk=told.pk).update(year=year - 1, told_on=day)
    Finding.objects.create(
        audit=told.audit, agency=cast.agency, year=year, number=9, unit=cast.field, clause="7.5",
        grade="minor", seen="x", state="told", told_on=datetime.date(year - 1, 12, 31),
    )  # fmt: skip
    Nonconformity.objects.filter(pk=case.pk).update(
        year=year - 1, state="ineffective", closed_on=day
    )
    Nonconformity.objects.create(
        agency=cast.agency, unit=cast.field, year=year, number=9, source="daily_work", description="x",
        state="ineffective", closed_on=datetime.date(year - 1, 12, 31),
    )  # fmt: skip
    tree = html.fromstring(over_all(client, cast, year=year, sort="-findings").content)
    row = tree.xpath("//table[contains(@class,'of-agencies')]/tbody/tr")[0]
    found = {}
    for link in row.xpath("td[position() > 1]//a"):
        page = client.get(link.get("href"))
        found[page.resolver_match.url_name] = list(page.context["page"])
        assert len(page.context["page"]) == int(link.text_content()) == 1
    assert found == {"agency_findings": [told], "agency_actions": [case]}


def test_each_chart_of_the_city_has_its_table(cast, city, client):
    tree = html.fromstring(over_all(client, cast).content)
    charts_there = tree.find_class("chart-figure")
    assert [one.get("id") for one in charts_there] == ["cac-co-quan", "qua-han", "chua-dong", "phat-hien-theo-nam"]  # fmt: skip
    for one in charts_there:
        said = {title.text.rsplit(": ", 1)[1] for title in one.iterfind(".//svg/rect/title")}
        told = {cell.text for cell in one.iterfind(".//tbody/tr/td")}
        assert said - {"0"} <= told and one.find(".//tbody/tr") is not None
    grades = [head.text for head in tree.get_element_by_id("phat-hien-theo-nam").iterfind(".//th")]
    assert "Không phù hợp nhẹ" in grades


def test_the_page_takes_as_many_queries_for_many_agencies(cast, city, client, django_assert_max_num_queries):  # fmt: skip
    over_all(client, cast)
    for number in range(5):
        Agency.objects.create(code=f"CQ{number}", name=f"Cơ quan {number}")
    with django_assert_max_num_queries(25):
        over_all(client, cast)
