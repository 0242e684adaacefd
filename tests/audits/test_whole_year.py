"""The year of one agency: programme, four audits with signed reports, two repeats, a correction
that failed once, the management review, and the programme of the next year."""

import datetime

import pytest

from audits import lifecycle, repeats
from audits.models import Audit, Decision, Member, Nonconformity, Programme
from audits.programme import coverage, suggestions
from audits.programme import kind as programmes
from audits.report import kind as reports
from audits.review import collecting
from audits.review import kind as reviews
from audits.review.agenda import Topic
from qms.clock import on_day, today
from qms.proof import journal
from tests.audits.conftest import analyse, days, plan_row, sign

pytestmark = pytest.mark.django_db
WEEK = datetime.timedelta(days=7)


class Year:
    """The steps of the year, each on its day by the right person."""

    def __init__(self, cast):
        self.cast, self.first = cast, datetime.date(today().year - 1, 1, 10)

    def day(self, number):
        return on_day(self.first + days(number))

    def programme(self, year, **fields):
        cast = self.cast
        rows = [
            {"unit": unit.pk, "month": month, "lead": cast.lead.pk}
            for unit, month in (
                (cast.field, 3),
                (cast.office, 5),
                (cast.field, 8),
                (cast.office, 10),
            )
        ]
        made = lifecycle.create_programme(
            cast.agency, year=year, aims="Hiệu lực", scope="Các đơn vị", rows=rows, by=cast.officer, **fields
        )  # fmt: skip
        sign(programmes.send(made, by=cast.officer), cast.head)
        return Programme.objects.get(pk=made.pk)

    def audit(self, number, programme, unit, clause):
        """One audit with one finding, reported, signed by the lead, accepted by the head."""
        cast = self.cast
        who = cast.auditor if unit == cast.field else cast.idle  # nobody audits their own unit
        with self.day(number):
            audit = lifecycle.create_audit(
                cast.agency, body=cast.agency, programme=programme, title=f"Đợt ngày {number}",
                starts_on=today(), ends_on=today(), lead=cast.lead, by=cast.officer,
            )  # fmt: skip
            lifecycle.add_member(audit, who, Member.Part.AUDITOR, by=cast.officer)
            row = plan_row(
                cast, audit, unit=unit, auditors=[audit.members.get(person=who)], clauses=["7.5", "8.5.1"],
                documents=[],
            )  # fmt: skip
            audit = lifecycle.fix_plan(audit, by=cast.lead)
            lifecycle.make_checklist(row, by=who)
            audit = lifecycle.start(audit, by=cast.lead)
            for item in audit.items.all():
                lifecycle.answer(item, result="conforms", by=who)
            finding = lifecycle.raise_finding(
                audit, grade="minor", seen=f"Thiếu giấy, {clause}", unit=unit, clause=clause, by=who
            )
            lifecycle.edit_report(audit, conclusion="Phù hợp, trừ một điểm.", by=cast.lead)
            report = reports.send(audit, by=cast.lead)
            sign(report, cast.lead)
            sign(report, cast.head)
        finding.refresh_from_db()
        return finding

    def correct(self, number, case, *, effective):
        cast = self.cast
        doer = cast.clerk if case.unit == cast.field else cast.auditor
        with self.day(number):
            case = analyse(cast, case, by=doer)
            lifecycle.add_action(
                case, what="Kiểm tra cuối ngày", person=doer, due=today() + WEEK, by=doer
            )
            case = lifecycle.send_plan(
                case, measure="Mười hồ sơ đủ giấy", judge_on=today() + 2 * WEEK, by=doer
            )
            sign(case.approval, cast.head)
        with self.day(number + 7):
            lifecycle.finish_action(case.actions.get(), note="Đã làm", by=doer)
        with self.day(number + 14):
            lifecycle.judge(case, effective=effective, why="Xem mười hồ sơ", by=cast.officer)

    def review(self, number):
        cast = self.cast
        with self.day(number):
            made = lifecycle.create_review(
                cast.agency, held_on=today(), since=self.first, chair=cast.head, by=cast.officer
            )
            collecting.all_now(made)
            for topic in Topic:
                lifecycle.write_input(made, topic, said="Đã xem", by=cast.officer)
            lifecycle.change_review(
                made, people=[cast.head, cast.officer, cast.lead], minutes="Bàn", conclusion="Còn phù hợp",
                by=cast.officer,
            )  # fmt: skip
            lifecycle.add_decision(
                made, kind="system", what="Viết lại quy trình", person=cast.clerk,
                due=today() + 4 * WEEK, by=cast.officer,
            )  # fmt: skip
            sign(reviews.send(made, by=cast.officer), cast.head)
        made.refresh_from_db()
        return made


def case_of(finding):
    return Nonconformity.objects.filter(finding=finding).latest("pk")


def test_a_year_of_an_agency(cast):
    year = Year(cast)
    with year.day(0):
        programme = year.programme(today().year)
        assert {one.unit for one in suggestions.of_agency(cast.agency)} == {cast.field, cast.office}
    assert programme.is_approved

    first = year.audit(20, programme, cast.field, "7.5.1")
    assert repeats.of(first) == []
    year.correct(25, case_of(first), effective=False)
    year.correct(60, case_of(first), effective=True)
    second = year.audit(90, programme, cast.office, "8.5.1")
    year.correct(95, case_of(second), effective=True)
    third = year.audit(150, programme, cast.field, "7.5.1")
    fourth = year.audit(200, programme, cast.office, "8.5.1")
    assert repeats.of(third) == [first]
    assert repeats.of(fourth) == [second]
    year.correct(210, case_of(third), effective=True)
    assert sorted(Audit.objects.values_list("state", flat=True)) == ["closed"] * 3 + ["concluded"]

    review = year.review(260)
    found = {
        one["source"]: one["figures"] for point in review.inputs.all() for one in point.figures
    }
    assert found["audits"]["concluded"] == 4 and found["audits"]["minor"] == 4
    assert found["corrections"] == {
        "opened": 5, "closed": 3, "ineffective": 1, "open": 1, "overdue": 0,
    }  # fmt: skip
    assert found["programme"] == {"planned": 4, "audited": 4, "late": 0}
    year.correct(270, case_of(fourth), effective=True)
    assert set(Audit.objects.values_list("state", flat=True)) == {"closed"}

    with year.day(280):
        decision = Decision.objects.get(review=review)
        lifecycle.finish_decision(decision, note="Đã ban hành", by=cast.clerk)
    with year.day(290):
        why = {one.unit: " ".join(one.reasons) for one in suggestions.of_agency(cast.agency)}
        assert "1 lần hành động khắc phục chưa hiệu lực" in why[cast.field]
        assert (
            "chưa hiệu lực" not in why[cast.office]
            and "2 phát hiện không phù hợp" in why[cast.office]
        )
        after = year.programme(today().year + 1)
    years = {one.starts_on.year for one in Audit.objects.all()}
    covered = coverage.of_agency(cast.officer, cast.agency, years)
    assert covered.units_without == [] and covered.count(coverage.Cell.FOUND) == 2
    assert after.is_approved and journal.broken_links(cast.agency) == []
