"""The registers of findings and nonconformities: filtered by what people look for, under the
agency's own names of grades."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from audits import grades, lifecycle, repeats
from audits.lifecycle import keeping_rules
from audits.models import Audit, Finding, Nonconformity
from audits.review import collecting, counted, sheet
from audits.review.inputs import Period
from qms.clock import today
from tests.audits.conftest import days

pytestmark = pytest.mark.django_db
OWN = {"minor": "Lỗi nhỏ"}


def call(cast, names):
    keeping_rules.name_grades(cast.agency, names=names, needing_file=(), by=cast.officer)


def listed(client, who, name, agency, **asked):
    client.force_login(who)
    return client.get(reverse(name, args=[agency.pk]), asked)


def codes(page):
    return [one.code for one in page.context["page"]]


def exported(client, who, name, agency, **asked):
    answer = listed(client, who, name, agency, export="csv", **asked)
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


@pytest.fixture
def told(cast, case):
    """Two findings of one audit that the agency was told of, in two units."""
    audit = Audit.objects.get(pk=case.finding.audit_id)
    other = Finding.objects.create(
        audit=audit, agency=cast.agency, year=today().year - 1, number=7, unit=cast.office, clause="7.5.3",
        grade="observation", seen="Tủ hồ sơ chưa khóa", state="accepted", told_on=today(),
    )  # fmt: skip
    Finding.objects.filter(pk=case.finding_id).update(clause="8.5.1")
    return Finding.objects.get(pk=case.finding_id), other


@pytest.mark.parametrize(
    "asked,first,second",
    [
        ({}, True, True),
        ({"grade": "minor"}, True, False),
        ({"state": "accepted"}, False, True),
        ({"unit": "field"}, True, False),
        ({"unit": "office"}, False, True),
        ({"clause": "7.5"}, False, True),
        ({"clause": "8.5.1"}, True, False),
        ({"clause": "8.5"}, True, False),
        ({"clause": "9.2"}, False, False),
        ({"year": "last"}, False, True),
        ({"told": "last"}, False, False),
        ({"told": "this"}, True, True),
        ({"source": "internal"}, True, True),
        ({"source": "external"}, False, False),
        ({"unit": "office", "clause": "8.5"}, False, False),
        ({"grade": "nothing", "unit": "x", "clause": "99", "year": "1066", "state": "'"}, True, True),
    ],
)  # fmt: skip
def test_findings_by_each_property(cast, told, client, asked, first, second):
    named = {"field": cast.field.pk, "office": cast.office.pk, "last": today().year - 1}
    named["this"] = today().year
    asked = {name: named.get(value, value) for name, value in asked.items()}
    page = listed(client, cast.officer, "agency_findings", cast.agency, **asked)
    expected = [one.code for one, kept in zip(told, (first, second), strict=True) if kept]
    assert codes(page) == expected
    rows = exported(client, cast.officer, "agency_findings", cast.agency, **asked)
    assert [row[0] for row in rows] == expected


def test_a_condition_is_taken_away_by_itself(cast, told, client):
    page = listed(client, cast.officer, "agency_findings", cast.agency, unit=cast.office.pk, clause="7.5")  # fmt: skip
    links = {choice.name: without for choice, without in page.context["chosen"]}
    assert links == {"unit": "?clause=7.5", "clause": f"?unit={cast.office.pk}"}
    assert page.content.decode().count('class="filter" aria-current="true" href="?') == 2


def test_the_filters_show_nobody_what_they_may_not_see(cast, told, client):
    page = listed(client, cast.clerk, "agency_findings", cast.agency, unit=cast.office.pk)
    assert codes(page) == []
    client.force_login(cast.stranger)
    assert client.get(reverse("agency_findings", args=[cast.agency.pk])).status_code == 404


@pytest.mark.parametrize(
    "asked,kept",
    [
        ({"unit": "field"}, ["audit"]),
        ({"unit": "office"}, ["daily"]),
        ({"grade": "major"}, ["daily"]),
        ({"grade": "minor"}, ["audit"]),
        ({"clause": "8.5"}, ["audit"]),
        ({"source": "daily_work"}, ["daily"]),
        ({"year": "last"}, ["daily"]),
        ({"closed": "last"}, ["daily"]),
        ({"state": "unfinished"}, ["audit", "daily"]),
        ({"state": "closed"}, []),
    ],
)
def test_nonconformities_by_each_property(cast, told, case, client, asked, kept):
    daily = lifecycle.report(cast.agency, unit=cast.office, description="Trả chậm", by=cast.officer)
    last = today().year - 1
    Nonconformity.objects.filter(pk=daily.pk).update(
        minor=False, year=last, closed_on=datetime.date(last, 12, 31)
    )
    daily.refresh_from_db()
    for one in (case, daily):
        one.actions.create(what=f"Việc của {one.code}", person=cast.clerk, due=today())
    named = {"field": cast.field.pk, "office": cast.office.pk, "last": today().year - 1}
    asked = {name: named.get(value, value) for name, value in asked.items()}
    cases = {"audit": case.code, "daily": daily.code}
    page = listed(client, cast.officer, "agency_actions", cast.agency, **asked)
    assert codes(page) == [cases[name] for name in kept]
    rows = exported(client, cast.officer, "agency_actions", cast.agency, **asked)
    assert sorted(row[0] for row in rows) == sorted(cases[name] for name in kept)


def test_a_register_asks_the_same_however_long_it_is(cast, told, client, django_assert_max_num_queries):  # fmt: skip
    listed(client, cast.officer, "agency_findings", cast.agency)
    with django_assert_max_num_queries(40):
        listed(client, cast.officer, "agency_findings", cast.agency, unit=cast.field.pk)


# -- files


def test_a_nonconformity_without_an_action_is_in_the_file(cast, case, client):
    """Its line has everything of the case, and nothing of an action."""
    daily = lifecycle.report(cast.agency, unit=cast.office, description="Trả chậm", by=cast.officer)
    for number in (1, 2):
        case.actions.create(what=f"Việc {number}", person=cast.clerk, due=today())
    rows = exported(client, cast.officer, "agency_actions", cast.agency)
    assert [(row[0], row[8]) for row in rows] == [
        (daily.code, ""), (case.code, "Việc 1"), (case.code, "Việc 2"),
    ]  # fmt: skip
    assert rows[0][1:5] == ["Văn phòng", "Công việc hằng ngày", "Nhẹ", "Trả chậm"]
    assert {row[9] for row in exported(client, cast.overseer, "agency_actions", cast.agency)} == {
        ""
    }


def test_the_audits_of_an_agency_come_as_a_file(cast, case, client):
    [row] = exported(client, cast.officer, "agency_audits", cast.agency)
    audit = Audit.objects.get()
    assert row[0] == audit.title and row[1] == "Đánh giá nội bộ"
    assert (row[6], row[8]) == (str(audit.get_state_display()), "1")
    assert exported(client, cast.reader, "agency_audits", cast.agency) == []


def test_files_take_the_same_queries_however_many_rows(cast, case, client):
    def counted():
        counts = []
        for name in ("agency_actions", "agency_audits", "agency_findings"):
            exported(client, cast.officer, name, cast.agency)  # what is kept for later requests
            with CaptureQueriesContext(connection) as queries:
                assert exported(client, cast.officer, name, cast.agency)
            counts.append(len(queries))
        return counts

    before = counted()
    for number in range(6):
        one = lifecycle.report(cast.agency, unit=cast.office, description="x", by=cast.officer)
        one.actions.create(what=f"Việc {number}", person=cast.clerk, due=today())
    assert counted() == before


# -- names of grades


def test_filter_rows_legend_and_file_of_an_agency_have_one_name(cast, told, client):
    """The finding was told before the grade was renamed: its own page keeps the name of that day."""
    call(cast, OWN)
    page = listed(client, cast.officer, "agency_findings", cast.agency)
    tree = html.fromstring(page.content)
    options = [one.text for one in tree.get_element_by_id("loc-grade")]
    assert "Lỗi nhỏ" in options and "Không phù hợp nhẹ" not in options
    chips = [
        one.text_content().strip() for one in tree.find_class("entry-meta")[0].find_class("chip")
    ]
    assert chips == ["Lỗi nhỏ (Không phù hợp nhẹ)"]
    [row, _other] = exported(client, cast.officer, "agency_findings", cast.agency)
    assert row[1] == "Lỗi nhỏ (Không phù hợp nhẹ)"
    overview = listed(client, cast.officer, "audit_overview", cast.agency)
    chart = html.fromstring(overview.content).get_element_by_id("phat-hien-theo-nam")
    legend = [one.text_content() for one in chart.find_class("legend")[0]]
    heads = [one.text for one in chart.iterfind(".//thead/tr/th")]
    assert "Lỗi nhỏ" in legend and "Lỗi nhỏ" in heads and "Không phù hợp nhẹ" not in legend
    own = listed(client, cast.officer, "audit_finding", told[0]).content.decode()
    assert "Không phù hợp nhẹ" in own


def test_a_finding_written_under_the_present_name_has_no_brackets(cast, told, client):
    call(cast, OWN)
    Finding.objects.filter(pk=told[0].pk).update(grade_name="Lỗi nhỏ")
    page = listed(client, cast.officer, "agency_findings", cast.agency, grade="minor")
    chips = html.fromstring(page.content).find_class("entry-meta")[0].find_class("chip")
    assert [one.text_content().strip() for one in chips] == ["Lỗi nhỏ"]


def test_among_several_agencies_the_usual_name_comes_first(cast, told, under_way):
    one = told[0]
    one.grade_name = "Lỗi nhỏ"
    assert grades.in_city(one) == "Không phù hợp nhẹ (Lỗi nhỏ)"
    one.grade_name = ""
    assert grades.in_city(one) == "Không phù hợp nhẹ"
    one.grade_name = "Lỗi nhỏ"
    [elsewhere] = repeats._shown([one], cast.other_agency.pk, "", "", names=False)
    [here] = repeats._shown([one], cast.agency.pk, "", "", names=True)
    assert (elsewhere.grade, here.grade) == ("Không phù hợp nhẹ (Lỗi nhỏ)", "Lỗi nhỏ")


def test_the_figures_of_a_review_have_the_agencys_names(cast, told):
    period = Period(today() - days(30), today())
    assert counted.audits(cast.agency, period).labels == {}
    call(cast, OWN)
    review = lifecycle.create_review(
        cast.agency, held_on=today(), since=today() - days(90), chair=cast.head, by=cast.officer
    )
    collecting.all_now(review)
    topic = review.inputs.get(topic="audits")
    blocks = sheet.topic_blocks({"figures": topic.figures, "said": ""})
    cells = [row[0] for block in blocks if hasattr(block, "rows") for row in block.rows]
    assert "Lỗi nhỏ" in cells and "Không phù hợp nhẹ" not in cells
    assert "Không phù hợp nặng" in cells


# -- faults


def test_the_lists_answer_while_the_index_is_away(cast, told, client, monkeypatch):
    def away(*args, **kwargs):
        raise OSError("no index")

    monkeypatch.setattr("search.api.find", away)
    monkeypatch.setattr("search.engines.answering.Answer.__init__", away)
    for name in ("agency_audits", "agency_findings", "agency_actions", "audit_overview", "audit_coverage"):  # fmt: skip
        assert listed(client, cast.officer, name, cast.agency).status_code == 200
    client.force_login(cast.overseer)
    assert client.get(reverse("audit_agencies")).status_code == 200
