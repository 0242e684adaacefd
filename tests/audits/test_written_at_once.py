"""Forms of audits, corrections and management reviews submitted six times at once through the
pages: one state, one line of the journal, no server error."""

from django.db import transaction
from django.urls import reverse

from audits import lifecycle
from audits.lessons import lifecycle as lessons
from audits.lifecycle import keeping_rules
from audits.models import (
    AuditorRecord,
    Cause,
    Decision,
    Extension,
    Finding,
    Judgement,
    LaterFact,
    ManagementReview,
    Nonconformity,
    Programme,
)
from audits.review import collecting, kind
from audits.review.agenda import Topic
from qms.clock import today
from qms.errors import Refused
from qms.models import Event
from tests.audits.conftest import analyse, days, sign
from tests.audits.test_lent_at_once import press
from tests.together import TOGETHER, at_once

pytestmark = TOGETHER
ANSWERS = {200, 302, 404}


def told(kind):
    return Event.objects.filter(kind=kind).count()


def no_error(results):
    assert not [x for x in results if isinstance(x, Exception) and not isinstance(x, Refused)], (
        results
    )


def test_what_is_unique_in_an_agency_is_created_once(own_connections, cast):
    group = Cause.objects.create(name="Con người")
    steps = {
        "programme_created": lambda: lifecycle.create_programme(
            cast.agency, year=2031, aims="Xem", scope="Các đơn vị", rows=[], by=cast.officer
        ),
        "auditor_registered": lambda: lifecycle.save_auditor(
            AuditorRecord(agency=cast.agency, person=cast.auditor), by=cast.officer
        ),
        "cause_added": lambda: keeping_rules.add_cause(
            cast.agency, parent=group, name="Thiếu người", by=cast.officer
        ),
    }
    for event, step in steps.items():
        results = at_once(*[step] * 6)
        no_error(results)
        assert (told(event), sum(isinstance(x, Refused) for x in results)) == (1, 5), results
    assert Programme.objects.filter(year=2031).count() == 1


def test_a_line_and_an_action_are_removed_once(own_connections, cast, audit, row):
    address = reverse("audit_row_remove", args=[audit.pk, row.pk])
    before = told("audit_plan_changed")
    assert set(press(address, *[(cast.officer, {})] * 3, *[(cast.lead, {})] * 3)) <= ANSWERS
    assert told("audit_plan_changed") == before + 1


def test_an_action_is_removed_once(own_connections, cast, case):
    analyse(cast, case)
    action = lifecycle.add_action(
        case, what="Kiểm tra", person=cast.clerk, due=today(), by=cast.clerk
    )
    address = reverse("nonconformity_action_remove", args=[case.pk, action.pk])
    assert set(press(address, *[(cast.clerk, {})] * 3, *[(cast.officer, {})] * 3)) <= ANSWERS
    assert (told("action_removed"), case.actions.count()) == (1, 0)


def test_a_finding_from_an_answer_is_one(own_connections, cast, under_way):
    item = under_way.items.filter(source="procedure").first()
    lifecycle.answer(item, result="nonconformity", note="Thiếu giấy", by=cast.auditor)
    address = reverse("audit_finding_from_answer", args=[under_way.pk, item.pk])
    assert set(press(address, *[(cast.auditor, {})] * 3, *[(cast.lead, {})] * 3)) <= ANSWERS
    assert (Finding.objects.filter(item=item).count(), told("finding_raised")) == (1, 1)


def test_more_time_is_asked_for_and_answered_once(own_connections, cast, agreed):
    action = agreed.actions.get()
    fields = {"due": f"{today() + days(5):%d/%m/%Y}", "reason": "Chờ máy"}
    address = reverse("nonconformity_ask_longer", args=[agreed.pk, action.pk])
    assert set(press(address, *[(cast.clerk, fields)] * 6)) <= ANSWERS
    asked = Extension.objects.get()
    address = reverse("nonconformity_answer_longer", args=[agreed.pk, asked.pk])
    yes, no = {"grant": "yes"}, {"grant": "no", "answer": "Không"}
    assert set(press(address, *[(cast.head, yes)] * 3, *[(cast.head, no)] * 3)) <= ANSWERS
    assert (told("action_longer_asked"), told("action_longer_answered")) == (1, 1)
    asked.refresh_from_db(), action.refresh_from_db()
    assert action.due == (asked.due if asked.state == Extension.State.GRANTED else asked.due_before)


def test_effectiveness_is_judged_once(own_connections, cast, verifying):
    address = reverse("nonconformity_judge", args=[verifying.pk])
    yes, no = {"effective": "yes", "why": "Đủ"}, {"effective": "no", "why": "Còn thiếu"}
    assert set(press(address, *[(cast.lead, yes)] * 3, *[(cast.officer, no)] * 3)) <= ANSWERS
    verifying.refresh_from_db()
    assert Judgement.objects.count() == 1
    assert Nonconformity.objects.filter(follows=verifying).count() == int(
        verifying.state == "ineffective"
    )


def test_a_lesson_and_a_later_fact_are_told_once(own_connections, cast, verifying):
    form = {"csrfmiddlewaretoken": "a" * 64, "text": "Sổ đã tìm thấy"}
    address = reverse("audit_report_fact", args=[verifying.finding.audit_id])
    assert set(press(address, *[(cast.lead, form)] * 6)) <= ANSWERS
    assert (LaterFact.objects.count(), told("audit_fact_added")) == (1, 1)
    case = lifecycle.judge(verifying, effective=True, why="Đủ", by=cast.lead).nonconformity
    texts = lessons.proposed(case)
    no_error(at_once(*[lambda: lessons.offer(case, by=cast.officer, **texts)] * 6))
    assert (told("lesson_offered"), told("lesson_changed")) == (1, 0)


def test_a_review_is_written_and_signed_once(own_connections, cast):
    review = lifecycle.create_review(
        cast.agency, held_on=today(), since=today() - days(9), chair=cast.head, by=cast.officer
    )
    with transaction.atomic():
        collecting.all_now(review)
    facts = {"people": [cast.head], "guests": "Hồ Khách", "minutes": "Họp", "conclusion": "Tốt"}
    for _again in range(2):
        no_error(at_once(*[lambda: lifecycle.change_review(review, by=cast.officer, **facts)] * 6))
        for topic in Topic:
            lifecycle.write_input(review, topic, said="Đã xem", by=cast.officer)
    assert (told("review_changed"), told("review_input_written")) == (1, len(Topic))
    lifecycle.add_decision(
        review, kind="improvement", what="Sửa", person=cast.clerk, due=today() + days(9), by=cast.officer
    )  # fmt: skip
    approval = kind.send(review, by=cast.officer)
    no_error(at_once(*[lambda: sign(type(approval).objects.get(pk=approval.pk), cast.head)] * 6))
    assert (told("review_signed"), told("approval_signed")) == (1, 1)
    assert ManagementReview.objects.get(pk=review.pk).is_signed
    assert Decision.objects.count() == 1
