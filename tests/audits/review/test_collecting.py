"""The figures of a management review: collected in the background, source by source."""

import pytest

from audits import lifecycle
from audits.models import Nonconformity
from audits.review import collecting, counted, inputs, kind
from audits.review.agenda import Topic
from audits.review.inputs import Collected, Period, Source
from qms.clock import today
from qms.models import DueWork
from qms.work import due

pytestmark = pytest.mark.django_db


def test_the_whole_agenda_is_there_and_every_source_is_planned(review):
    assert [one.topic for one in review.inputs.all()] == list(Topic.values)
    planned = DueWork.objects.filter(kind=collecting.WORK, done_at=None)
    assert {one.data["source"] for one in planned} == {one.name for one in inputs.sources()}
    assert review.collected_at is None and len(review.waiting) == len(inputs.sources())


def test_the_background_collects_source_by_source(review):
    due.run_due(at_most=3)
    review.refresh_from_db()
    assert len(review.waiting) == len(inputs.sources()) - 3 and review.collected_at is None
    due.run_due()
    review.refresh_from_db()
    assert review.waiting == [] and review.collected_at is not None
    due.run_due()
    filled = {one.topic for one in review.inputs.all() if one.figures}
    assert filled == {one.topic for one in inputs.sources()}


def test_collecting_again_keeps_what_was_written_and_makes_the_old_work_void(cast, review):
    lifecycle.write_input(review, "resources", said="Thiếu người", by=cast.officer)
    lifecycle.collect_again(review, by=cast.officer)
    old = DueWork.objects.filter(kind=collecting.WORK, data__collecting=1)
    for one in old:
        collecting.collect(one.data)
    assert not any(one.figures for one in review.inputs.all())
    due.run_due()
    row = review.inputs.get(topic="resources")
    assert row.said == "Thiếu người" and row.figures


def test_a_source_that_fails_is_named_and_holds_up_no_other(cast):
    def broken(agency, period):
        raise ZeroDivisionError

    inputs.add(Source("broken", Topic.FEEDBACK, "Khảo sát", {"answers": "Phiếu"}, broken))
    try:
        review = lifecycle.create_review(
            cast.agency, held_on=today(), since=today(), chair=cast.head, by=cast.officer
        )
        collecting.all_now(review)
    finally:
        inputs.remove("broken")
    assert review.collected_at is not None
    [row] = review.inputs.get(topic="feedback").figures
    assert row["failed"] and row["figures"] == {}
    paper = kind.sheet(kind.facts(review), cast.agency, "vi")
    assert ("Khảo sát:", "không thu thập được") in [
        (getattr(block, "lead", ""), getattr(block, "text", "")) for block in paper.blocks
    ]


def test_each_source_has_a_table_of_its_own_whose_head_says_its_name_once(cast, case, collected):
    paper = kind.sheet(kind.facts(collected), cast.agency, "vi")
    tables = [block for block in paper.blocks if hasattr(block, "columns")]
    [table] = [one for one in tables if one.columns[0].label == "Sự không phù hợp"]
    assert ("Mở trong kỳ", "1", "–") in table.rows
    assert not any("Sự không phù hợp" in row[0] for row in table.rows)


def test_figures_are_of_the_moment_of_collecting(cast, case, collected):
    def figure(name):
        [row] = collected.inputs.get(topic="corrections").figures
        return row["figures"][name]

    assert figure("open") == 1
    lifecycle.report(
        cast.agency, unit=cast.field, description="Trả chậm", source="wrong_result", by=cast.officer
    )
    assert figure("open") == 1
    lifecycle.collect_again(collected, by=cast.officer)
    due.run_due()
    assert figure("open") == 2


def test_each_figure_is_shown_with_the_last_signed_one(cast, signed):
    lifecycle.report(
        cast.agency, unit=cast.field, description="Trả chậm", source="wrong_result", by=cast.officer
    )
    again = lifecycle.create_review(
        cast.agency, held_on=today(), since=today(), chair=cast.head, by=cast.officer
    )
    collecting.all_now(again)
    [row] = again.inputs.get(topic="corrections").figures
    assert (row["figures"]["open"], row["before"]["open"]) == (1, 0)
    [row] = again.inputs.get(topic="earlier").figures
    assert row["figures"] == {"done": 0, "open": 2, "overdue": 0}
    assert "Mua máy quét" in row["named"][0]
    assert again.code == f"XXLD-{today().year}-02"


def test_an_app_registers_what_it_can_fill(cast):
    inputs.add(
        Source("survey", Topic.FEEDBACK, "Khảo sát", {"answers": "Phiếu"}, lambda a, p: Collected({"answers": 7}))
    )  # fmt: skip
    try:
        review = lifecycle.create_review(
            cast.agency, held_on=today(), since=today(), chair=cast.head, by=cast.officer
        )
        collecting.all_now(review)
        paper = kind.sheet(kind.facts(review), cast.agency, "vi")
    finally:
        inputs.remove("survey")
    cells = [row for block in paper.blocks for row in getattr(block, "rows", ())]
    assert ("Phiếu", "7", "–") in cells


@pytest.mark.parametrize("text,changes", [("Không", False), (" không. ", False), ("Thêm rủi ro mất hồ sơ", True)])  # fmt: skip
def test_a_plan_that_changes_no_risk_names_none(cast, case, text, changes):
    Nonconformity.objects.filter(pk=case.pk).update(
        state="closed", agreed_on=today(), closed_on=today(), risks=text
    )
    found = counted.risks(cast.agency, Period(today(), today()))
    assert found.figures == {
        "assessed": 1, "unchanged": int(not changes), "effective": int(changes), "ineffective": 0,
    }  # fmt: skip
    assert len(found.named) == int(changes)
