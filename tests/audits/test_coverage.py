"""Coverage of units by clauses, compared with a plain count; why a unit should be audited."""

import random

import pytest
from django.urls import reverse
from django.utils import timezone

from audits import lifecycle
from audits.models import Audit, Finding, Nonconformity, PlanRow
from audits.programme import coverage, kind, suggestions
from audits.programme.coverage import Cell
from procedures.models import Clause
from qms.clock import today
from qms.errors import Refused
from qms.models import Unit
from tests.audits.conftest import days

pytestmark = pytest.mark.django_db
STATES = ("planning", "planned", "under_way", "concluded", "closed", "cancelled")


def random_audits(cast, draw):
    """Some units, audits over three years in every state, and findings of the concluded ones."""
    units = [cast.office, cast.field] + [
        Unit.objects.create(agency=cast.agency, name=f"Phòng {number}") for number in range(4)
    ]
    numbers = list(Clause.objects.values_list("number", flat=True))
    for _ in range(12):
        year, state = today().year - draw.randrange(4), draw.choice(STATES)
        day = today().replace(year=year, day=1)
        audit = Audit.objects.create(
            agency=cast.agency, body=cast.agency, title="A", starts_on=day, ends_on=day, state=state
        )
        for _row in range(draw.randrange(3)):
            PlanRow.objects.create(
                audit=audit, unit=draw.choice(units), starts_at=timezone.now(), ends_at=timezone.now() + days(1),
                clauses=draw.sample(numbers, draw.randrange(1, 4)),
            )  # fmt: skip
        if state in ("concluded", "closed"):
            for number in range(draw.randrange(3)):
                Finding.objects.create(
                    audit=audit, agency=cast.agency, year=year, number=audit.pk * 10 + number,
                    unit=draw.choice(units), clause=draw.choice(numbers), told_on=day,
                    grade=draw.choice(("major", "minor", "observation", "strength")), seen="x",
                    state=draw.choice(("told", "dropped")),
                )  # fmt: skip


def plainly(years, unit, clause):
    """The same by checking every row."""

    def covers(number):
        return number == clause or clause.startswith(f"{number}.")

    found = [
        one.clause
        for one in Finding.objects.filter(unit=unit, told_on__year__in=years)
        if one.grade in ("major", "minor") and one.state != "dropped"
    ]
    if any(covers(number) for number in found):
        return Cell.FOUND
    rows = [
        row
        for row in PlanRow.objects.filter(unit=unit).select_related("audit")
        if row.audit.starts_on.year in years and any(covers(number) for number in row.clauses)
    ]
    states = {row.audit.state for row in rows}
    if states & {"concluded", "closed"}:
        return Cell.DONE
    return Cell.PLANNED if states - {"cancelled"} else Cell.GAP


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("span", [1, 3])
def test_every_cell_is_what_a_plain_count_says(cast, seed, span):
    random_audits(cast, random.Random(seed))
    years = range(today().year - span + 1, today().year + 1)
    found = coverage.of_agency(cast.officer, cast.agency, years)
    leaves = [one.number for one in found.clauses]
    assert "7.5.3.2" in leaves and "7.5" not in leaves and len(leaves) > 40
    for unit, cells in found.rows:
        assert cells == [plainly(years, unit, number) for number in leaves], unit
    empty = [unit for unit, cells in found.rows if all(cell == Cell.GAP for cell in cells)]
    assert found.units_without == empty
    without = [
        number
        for place, number in enumerate(leaves)
        if all(cells[place] == Cell.GAP for _unit, cells in found.rows)
    ]
    assert [one.number for one in found.clauses_without] == without


def test_a_clause_includes_its_parts(cast, planned):
    """The line of the plan says 7.5."""
    found = coverage.of_agency(cast.officer, cast.agency, [today().year])
    [cells] = [cells for unit, cells in found.rows if unit == cast.field]
    marked = {
        one.number for one, cell in zip(found.clauses, cells, strict=True) if cell == Cell.PLANNED
    }
    assert {"7.5.1", "7.5.2", "7.5.3.1", "7.5.3.2"} <= marked and "7.4" not in marked


def test_after_the_conclusion_what_was_answered_counts_not_what_was_planned(cast, under_way):
    """The line says 7.5; a question about 7.5.1 is answered, another is left at "not checked"."""
    first, second = under_way.items.order_by("pk")[:2]
    under_way.items.exclude(pk__in=[first.pk, second.pk]).delete()
    for item, clause, result in ((first, "7.5.1", "conforms"), (second, "7.5.2", "not_checked")):
        type(item).objects.filter(pk=item.pk).update(clause=clause)
        lifecycle.answer(item, result=result, by=cast.auditor)
    lifecycle.conclude(Audit.objects.get(pk=under_way.pk), conclusion="Phù hợp", by=cast.lead)
    found = coverage.of_agency(cast.officer, cast.agency, [today().year])
    [cells] = [cells for unit, cells in found.rows if unit == cast.field]
    done = {one.number for one, cell in zip(found.clauses, cells, strict=True) if cell == Cell.DONE}
    assert done == {"7.5.1"}


def test_who_sees_coverage(cast, client, planned):
    address = reverse("audit_coverage", args=[cast.agency.pk])
    for name in ("officer", "head", "overseer", "lead", "clerk", "reader", "stranger"):
        client.force_login(getattr(cast, name))
        sees = name in {"officer", "head", "overseer"}
        assert client.get(address).status_code == (200 if sees else 404), name
    client.force_login(cast.officer)
    for asked in ("?year=1&span=9", "?year=x", "?span=3", f"?year={today().year + 1}"):
        assert client.get(address + asked).status_code == 200


def test_coverage_asks_as_often_for_many_units_as_for_few(cast, client, planned, django_assert_max_num_queries):  # fmt: skip
    client.force_login(cast.officer)
    address = reverse("audit_coverage", args=[cast.agency.pk])
    client.get(address)
    for number in range(12):
        Unit.objects.create(agency=cast.agency, name=f"Phòng {number}")
    with django_assert_max_num_queries(30):
        client.get(address)


# -- suggestions


def reasons(cast, unit):
    found = {one.unit: one.reasons for one in suggestions.of_agency(cast.agency)}
    return " ".join(found.get(unit, []))


def test_each_reason_is_said(cast, case):
    said = reasons(cast, cast.field)
    assert "Chưa được đánh giá" not in said
    assert "1 sự không phù hợp chưa đóng" in said and "1 phát hiện không phù hợp" in said
    assert "1 tài liệu mới" in said
    assert reasons(cast, cast.office) == "Chưa được đánh giá trong 12 tháng qua."
    lifecycle.report(
        cast.agency,
        unit=cast.office,
        description="Trả chậm",
        source="wrong_result",
        by=cast.officer,
    )
    Nonconformity.objects.filter(unit=cast.office).update(state="ineffective", closed_on=today())
    said = reasons(cast, cast.office)
    assert "1 lần hành động khắc phục chưa hiệu lực" in said and "1 việc trả sai" in said
    assert [one.unit for one in suggestions.of_agency(cast.agency)] == [cast.office, cast.field]


def test_the_distant_past_is_not_a_reason(cast, case):
    Finding.objects.update(told_on=today() - days(400))
    Nonconformity.objects.update(state="closed")
    assert "phát hiện không phù hợp" not in reasons(cast, cast.field)


def test_the_form_shows_them(cast, client):
    client.force_login(cast.officer)
    page = client.get(reverse("audit_programme_new", args=[cast.agency.pk])).content.decode()
    assert "Đơn vị nên đánh giá và lý do" in page and "Chưa được đánh giá trong 12 tháng" in page


# -- what is left out


def test_a_unit_that_is_left_out_needs_a_reason_that_is_signed(cast):
    row = {"unit": cast.field.pk, "month": 5, "lead": cast.lead.pk}
    made = lifecycle.create_programme(
        cast.agency, year=2027, aims="A", scope="B", rows=[row], by=cast.officer
    )
    with pytest.raises(Refused, match="Văn phòng"):
        kind.send(made, by=cast.officer)
    lifecycle.change_programme(made, left_out="Đang chuyển trụ sở", by=cast.officer)
    approval = kind.send(made, by=cast.officer)
    assert "Đang chuyển trụ sở" in kind.show(
        approval.items.get(), kind.queries.bytes_of(approval.items.get()), None
    )


def test_with_every_unit_in_it_no_reason_is_needed(cast):
    rows = [{"unit": u.pk, "month": 5, "lead": cast.lead.pk} for u in (cast.field, cast.office)]
    made = lifecycle.create_programme(
        cast.agency, year=2027, aims="A", scope="B", rows=rows, by=cast.officer
    )
    assert kind.send(made, by=cast.officer)
    assert "left_out" not in kind.facts(made)


def made(cast, *clauses, **fields):
    """A programme with all units, each line with the clauses given for it."""
    units = (cast.field, cast.office)
    rows = [
        {"unit": unit.pk, "month": 5, "lead": cast.lead.pk, "clauses": named}
        for unit, named in zip(units, clauses, strict=True)
    ]
    facts = {"year": 2027, "aims": "A", "scope": "B", **fields}
    return lifecycle.create_programme(cast.agency, rows=rows, by=cast.officer, **facts)


def test_a_clause_that_is_left_out_needs_a_reason_that_is_signed(cast):
    named = ["4", "5", "6", "7", "8.1", "8.2", "8.4", "8.5", "8.6", "8.7", "9"]
    one = made(cast, named, ["10.2"])
    with pytest.raises(Refused, match="8.3, 10.1, 10.3"):
        kind.send(one, by=cast.officer)
    lifecycle.change_programme(one, left_out="Lý do của đơn vị", by=cast.officer)
    with pytest.raises(Refused, match="điều khoản"):  # a reason for units is none for clauses
        kind.send(one, by=cast.officer)
    lifecycle.change_programme(one, clauses_left_out="Không thiết kế dịch vụ", by=cast.officer)
    approval = kind.send(one, by=cast.officer)
    item = approval.items.get()
    assert "Không thiết kế dịch vụ" in kind.show(item, kind.queries.bytes_of(item), None)


def test_a_line_without_clauses_means_all_of_them(cast):
    one = made(cast, ["7.5"], [])
    assert coverage.outside(one.rows) == []
    assert kind.send(one, by=cast.officer)
    assert "clauses_left_out" not in kind.facts(one)


@pytest.mark.parametrize(
    ("named", "outside"),
    [
        (["4", "5", "6", "7", "8", "9", "10"], []),
        (["4", "5", "6", "7.1", "7.2", "7.3", "7.4", "8", "9", "10"], ["7.5"]),
        (["4", "5", "6", "7", "8", "9.1", "9.3", "10"], ["9.2"]),
        (["5", "6", "7", "8", "9", "10"], ["4"]),
        (["4", "5", "6", "7.1", "7.2", "7.3", "7.4", "7.5.1", "7.5.3", "8", "9", "10"], ["7.5.2"]),
    ],
)
def test_what_is_left_out_is_named_by_its_largest_part(db, named, outside):
    assert coverage.outside([{"clauses": named}]) == outside


def cells_of(cast, unit):
    found = coverage.of_agency(cast.officer, cast.agency, [2027])
    [cells] = [cells for one, cells in found.rows if one == unit]
    numbers = [one.number for one in found.clauses]
    return {number for number, cell in zip(numbers, cells, strict=True) if cell != Cell.GAP}


def test_an_approved_programme_plans_until_the_audit_itself_is_planned(cast):
    one = made(cast, ["7.5", "9"], [])
    assert cells_of(cast, cast.field) == set()  # not approved yet
    lifecycle.approve_programme(one, by=cast.head)
    assert {"7.5.1", "9.2.1"} <= cells_of(cast, cast.field)
    assert "4.1" not in cells_of(cast, cast.field)
    assert "4.1" in cells_of(cast, cast.office)
    day = today().replace(year=2027, month=5, day=3)
    audit = Audit.objects.create(agency=cast.agency, body=cast.agency, programme=one, title="A", starts_on=day, ends_on=day)  # fmt: skip
    PlanRow.objects.create(audit=audit, unit=cast.field, starts_at=timezone.now(), ends_at=timezone.now() + days(1), clauses=["9.2"])  # fmt: skip
    assert "7.5.1" not in cells_of(cast, cast.field)
    assert "9.2.1" in cells_of(cast, cast.field)


def test_the_page_shows_the_signed_reasons(cast, client):
    one = made(cast, ["7.5"], ["9"], clauses_left_out="Đánh giá năm sau")
    address = reverse("audit_coverage", args=[cast.agency.pk]) + "?year=2027"
    client.force_login(cast.officer)
    assert "Đánh giá năm sau" not in client.get(address).content.decode()
    lifecycle.approve_programme(one, by=cast.head)
    assert "Đánh giá năm sau" in client.get(address).content.decode()


def test_the_form_takes_clauses_and_refuses_unknown_ones(cast, client):
    client.force_login(cast.officer)
    address = reverse("audit_programme_new", args=[cast.agency.pk])
    send = {
        "year": 2027, "aims": "A", "scope": "B", "criteria": "TCVN ISO 9001:2015", "left_out": "", "clauses_left_out": "",
        "row-TOTAL_FORMS": 1, "row-INITIAL_FORMS": 0, "row-0-unit": cast.field.pk, "row-0-month": 5, "row-0-lead": cast.lead.pk,
    }  # fmt: skip
    wrong = client.post(address, {**send, "row-0-clauses": "7.5, 99"}).content.decode()
    assert "không có điều khoản “99”" in wrong
    page = client.post(address, {**send, "row-0-clauses": "7.5, 9.2"}, follow=True).content.decode()
    assert "7.5, 9.2" in page
