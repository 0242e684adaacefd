"""What is stored is in the language of the documents, whichever language the screen was in."""

import pytest
from django.utils import translation

from audits import lifecycle
from audits.audit_plan import kind as plans
from audits.leftovers import lifecycle as leftovers
from audits.models import Extension
from audits.programme import kind as programmes
from audits.report import kind as reports
from qms.clock import today
from qms.lifecycle.agencies import save_unit
from qms.models import Unit
from tests.audits.conftest import days, plan_actions
from tests.audits.report.conftest import WORDS
from tests.audits.test_leftovers import close

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """Everybody's screen is in English."""
    with translation.override("en"):
        yield


def test_what_is_sent_is_titled_in_vietnamese(cast, audit, row):
    assert plans.send(audit, by=cast.lead).title.startswith("Kế hoạch đánh giá: ")


def test_a_report_and_a_plan_of_corrections(cast, finding):
    lifecycle.edit_report(finding.audit, by=cast.lead, **WORDS)
    assert reports.send(finding.audit, by=cast.lead).title.startswith("Báo cáo đánh giá: ")
    lifecycle.cancel(finding.audit, reason="Bão", by=cast.lead)
    assert finding.audit.report.approval.reason == "Cuộc đánh giá đã hủy."


def test_a_plan_of_corrections(cast, case):
    title = plan_actions(cast, case).approval.title
    assert title.startswith("Kế hoạch hành động khắc phục ")


def test_a_programme(cast, programme):
    lifecycle.revise_programme(programme, reason="Thêm đơn vị", by=cast.officer)
    said = {"left_out": "Văn phòng: năm sau", "clauses_left_out": "Năm sau"}
    lifecycle.change_programme(programme, by=cast.officer, **said)
    programme.refresh_from_db()
    title = programmes.send(programme, by=cast.officer).title
    assert "Chương trình đánh giá năm" in title and "lần ban hành" in title


def test_the_next_round(cast, verifying):
    lifecycle.judge(verifying, effective=False, why="Còn thiếu", by=cast.officer)
    made = type(verifying).objects.get(follows=verifying)
    assert "chưa hiệu lực: Còn thiếu" in made.description


def test_who_was_at_a_review(cast):
    review = lifecycle.create_review(
        cast.agency, held_on=today(), since=today() - days(90), chair=cast.head, by=cast.officer
    )
    lifecycle.change_review(review, people=[cast.auditor], by=cast.officer)
    review.refresh_from_db()
    assert [one["post"] for one in review.present] == ["Đánh giá viên nội bộ"]


def test_an_answer_to_more_time_for_what_is_done(cast, agreed):
    action = agreed.actions.get()
    lifecycle.ask_longer(action, due=today() + days(9), reason="Bão", by=cast.clerk)
    lifecycle.finish_action(action, note="Đã làm", by=cast.clerk)
    assert Extension.objects.get().answer == "Việc đã hoàn thành."


def test_what_a_successor_takes_over(cast, agreed, appoint):
    unit = save_unit(Unit(agency=cast.other_agency, code="P1", name="Phòng Một"), by=None)
    admin = appoint("sysadmin", "system_admin", name="Quản Trị")
    close(cast)
    made = leftovers.take_over(agreed, unit=unit, reason="Sáp nhập", by=admin)
    assert "Tiếp nhận từ" in made.description
    assert "Hành động khắc phục chưa hoàn thành:" in made.description
