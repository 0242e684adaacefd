"""The management review: created, collected in the background, written, decided, signed, frozen;
its decisions become tasks."""

import datetime
import io
import json

import pypdfium2
import pytest
from django.urls import reverse
from docx import Document

from audits import lifecycle, waiting
from audits.models import Decision, ManagementReview
from audits.review import collecting, inputs, kind, readiness, rules
from audits.review.agenda import Topic
from audits.review.inputs import Collected, Source
from qms import access
from qms.approvals import lifecycle as approvals
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle import people
from qms.models import Appointment, DueWork, Notice
from qms.work import due
from tests.audits.conftest import days, sign
from tests.kept import kept

pytestmark = pytest.mark.django_db
MINUTES = {"minutes": "Các phòng báo cáo.", "conclusion": "Hệ thống còn phù hợp."}
OTHERS = ("lead", "auditor", "clerk", "reader", "stranger", "overseer")


@pytest.fixture
@kept
def review(cast):
    return lifecycle.create_review(
        cast.agency, held_on=today(), since=today() - days(365), chair=cast.head, by=cast.officer
    )


@pytest.fixture
@kept
def collected(review):
    collecting.all_now(review)
    return review


def write(cast, review):
    """Everything that a record needs before it is sent."""
    for topic in Topic:
        lifecycle.write_input(review, topic, said=f"Về {topic.label}", by=cast.officer)
    return lifecycle.change_review(
        review, people=[cast.head, cast.officer], guests="Hồ Khách, Sở Khoa học", by=cast.officer,
        **MINUTES,
    )  # fmt: skip


@pytest.fixture
@kept
def written(cast, collected):
    review = write(cast, collected)
    lifecycle.add_decision(
        review, kind="improvement", what="Sửa quy trình cấp phiếu", person=cast.clerk,
        due=today() + days(40), by=cast.officer,
    )  # fmt: skip
    lifecycle.add_decision(
        review, kind="resources", what="Mua máy quét", person=cast.colleague,
        due=today() + days(10), by=cast.officer,
    )  # fmt: skip
    return review


@pytest.fixture
@kept
def signed(cast, written):
    sign(kind.send(written, by=cast.officer), cast.head)
    written.refresh_from_db()
    return written


# -- collecting


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


def test_beside_each_figure_stands_what_was_signed_last_time(cast, signed):
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


# -- writing and deciding


def test_who_prepares(cast, review):
    for name in ("head", *OTHERS):
        by = getattr(cast, name)
        for step in (
            lambda by=by: lifecycle.change_review(review, by=by, **MINUTES),
            lambda by=by: lifecycle.write_input(review, "audits", said="x", by=by),
            lambda by=by: lifecycle.collect_again(review, by=by),
            lambda by=by: kind.send(review, by=by),
            lambda by=by: lifecycle.create_review(
                cast.agency, held_on=today(), since=today(), chair=cast.head, by=by
            ),
        ):
            with pytest.raises(Refused, match="Chỉ thư ký ISO"):
                step()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"what": "  "}, "việc phải làm"),
        ({"due": datetime.date(2020, 1, 1)}, "trước ngày họp"),
        ({"person": "stranger"}, "đang làm việc tại cơ quan"),
        ({"kind": "other"}, "other"),
    ],
)
def test_a_decision_needs_what_who_and_when(cast, review, fields, said):
    given = {"kind": "system", "what": "Sửa", "person": "clerk", "due": today(), **fields}
    given["person"] = getattr(cast, given["person"])
    with pytest.raises(Refused, match=said):
        lifecycle.add_decision(review, by=cast.officer, **given)
    assert not Decision.objects.exists()


def test_who_chairs_is_an_approver_and_who_was_present_works_here(cast, review):
    with pytest.raises(Refused, match="chủ trì"):
        lifecycle.change_review(review, chair=cast.clerk, by=cast.officer)
    with pytest.raises(Refused, match="không làm việc"):
        lifecycle.change_review(review, people=[cast.stranger], by=cast.officer)
    with pytest.raises(Refused, match="bắt đầu trước"):
        lifecycle.change_review(review, since=today() + days(1), by=cast.officer)


# -- signing


def test_each_point_that_is_open_is_named(cast, review):
    lifecycle.change_review(review, held_on=today() + days(3), by=cast.officer)
    review.refresh_from_db()
    found = "\n".join(readiness.points(review))
    for said in ("chưa diễn ra", "ai dự họp", "chưa thu thập xong", "Còn 12 nội dung",
                 "diễn biến", "kết luận của người chủ trì"):  # fmt: skip
        assert said in found


def test_a_meeting_in_the_future_is_not_signed(cast, written):
    lifecycle.change_review(written, held_on=today() + days(1), by=cast.officer)
    with pytest.raises(Refused, match="chưa diễn ra"):
        kind.send(written, by=cast.officer)


def test_nobody_present(cast, written):
    lifecycle.change_review(written, people=[], guests="", by=cast.officer)
    with pytest.raises(Refused, match="ai dự họp"):
        kind.send(written, by=cast.officer)


def test_it_is_not_sent_while_figures_are_collected(cast, written):
    lifecycle.collect_again(written, by=cast.officer)
    with pytest.raises(Refused, match="chưa thu thập xong"):
        kind.send(written, by=cast.officer)


def test_nobody_but_the_head_signs(cast, written):
    approval = kind.send(written, by=cast.officer)
    for name in ("officer", *OTHERS):
        with pytest.raises(Refused):
            sign(approval, getattr(cast, name))
    sign(approval, cast.head)
    written.refresh_from_db()
    assert written.is_signed and written.signed_on == today()


def test_from_sending_on_nothing_changes(cast, written):
    approval = kind.send(written, by=cast.officer)
    decision = written.decisions.first()
    for step in (
        lambda: lifecycle.change_review(written, by=cast.officer, **MINUTES),
        lambda: lifecycle.write_input(written, "audits", said="x", by=cast.officer),
        lambda: lifecycle.collect_again(written, by=cast.officer),
        lambda: lifecycle.remove_decision(decision, by=cast.officer),
    ):
        with pytest.raises(Refused, match="đang được trình"):
            step()
    sign(approval, cast.head)
    with pytest.raises(Refused, match="Đã ký"):
        lifecycle.write_input(written, "audits", said="x", by=cast.officer)


def test_what_was_signed_is_what_was_sealed(cast, written):
    approval = kind.send(written, by=cast.officer)
    written.inputs.filter(topic="audits").update(said="Khác")
    with pytest.raises(Refused, match="đã thay đổi sau khi trình"):
        sign(approval, cast.head)
    written.refresh_from_db()
    assert not written.is_signed


def test_a_signed_record_stays_as_it_was(cast, signed):
    sealed = json.dumps(kind.sealed_facts(signed), sort_keys=True)
    lifecycle.finish_decision(signed.decisions.first(), note="Đã mua", by=cast.officer)
    signed.inputs.update(said="Sửa lén")
    assert json.dumps(kind.sealed_facts(signed), sort_keys=True) == sealed


def test_what_the_head_returns_is_changed_and_sent_again(cast, written):
    approval = kind.send(written, by=cast.officer)
    access.forget(cast.head)
    approvals.return_to_sender(approval, by=cast.head, reason="Ghi rõ hơn")
    lifecycle.write_input(written, "audits", said="Rõ hơn", by=cast.officer)
    again = kind.send(written, by=cast.officer)
    assert again.round == 2
    sign(again, cast.head)
    written.refresh_from_db()
    [audits] = [one for one in kind.sealed_facts(written)["inputs"] if one["topic"] == "audits"]
    assert audits["said"] == "Rõ hơn"


# -- follow-up of decisions


def test_decisions_become_work_with_the_signature(cast, written):
    assert not waiting.decisions(cast.clerk)
    with pytest.raises(Refused, match="sau khi biên bản đã ký"):
        lifecycle.finish_decision(written.decisions.last(), note="x", by=cast.clerk)
    sign(kind.send(written, by=cast.officer), cast.head)
    [task] = waiting.decisions(cast.clerk)
    assert task.label == "Sửa quy trình cấp phiếu"
    assert Notice.objects.filter(person=cast.clerk, kind="decision_given").count() == 1
    planned = DueWork.objects.filter(kind="audits.remind_decision", done_at=None)
    assert planned.count() == 5 + 4  # forty days away: all five; ten days away: not the thirtieth


def test_the_doer_says_what_was_done_and_nobody_else(cast, signed):
    decision = signed.decisions.get(person=cast.clerk)
    for name in ("lead", "colleague", "head", "stranger", "overseer"):
        with pytest.raises(Refused):
            lifecycle.finish_decision(decision, note="Xong", by=getattr(cast, name))
    with pytest.raises(Refused, match="kết quả"):
        lifecycle.finish_decision(decision, note=" ", by=cast.clerk)
    lifecycle.finish_decision(decision, note="Đã ban hành bản mới", by=cast.clerk)
    assert not waiting.decisions(cast.clerk)
    with pytest.raises(Refused, match="đã hoàn thành"):
        lifecycle.finish_decision(decision, note="Nữa", by=cast.clerk)
    kept = DueWork.objects.filter(kind="audits.remind_decision", done_at=None)
    assert {one.data["decision"] for one in kept} == {signed.decisions.exclude(pk=decision.pk).get().pk}  # fmt: skip


def test_an_officer_hands_over_what_somebody_who_left_had_to_do(cast, signed):
    decision = signed.decisions.get(person=cast.clerk)
    for post in Appointment.objects.filter(person=cast.clerk):
        people.end_appointment(post, on_day=today() - days(1), by=None)
    access.forget(cast.clerk)
    assert not rules.reviews_of(cast.clerk).exists() and not waiting.decisions(cast.clerk)
    with pytest.raises(Refused):
        lifecycle.finish_decision(decision, note="Xong", by=cast.clerk)
    with pytest.raises(Refused):
        lifecycle.hand_over_decision(decision, person=cast.lead, by=cast.head)
    with pytest.raises(Refused, match="đang làm việc"):
        lifecycle.hand_over_decision(decision, person=cast.stranger, by=cast.officer)
    lifecycle.hand_over_decision(decision, person=cast.lead, by=cast.officer)
    assert [task.label for task in waiting.decisions(cast.lead)] == [decision.what]


# -- pages


def test_who_sees_what(cast, client, signed):
    address = signed.get_absolute_url()
    listed = reverse("agency_management_reviews", args=[cast.agency.pk])
    seen = {}
    for name in ("officer", "head", "clerk", *OTHERS):
        client.force_login(getattr(cast, name))
        page = client.get(address)
        text = page.content.decode()
        seen[name] = (
            page.status_code,
            MINUTES["minutes"] in text,
            "Sửa quy trình cấp phiếu" in text,
            "Mua máy quét" in text,
        )
        file = client.get(reverse("management_review_file", args=[signed.pk, "docx"]))
        assert (file.status_code == 200) == (name in {"officer", "head"})
        assert client.get(listed).status_code == (404 if name in {"stranger", "overseer"} else 200)
    whole, nothing = (200, True, True, True), (404, False, False, False)
    assert seen.pop("officer") == seen.pop("head") == whole
    assert seen.pop("clerk") == (200, False, True, False)
    assert set(seen.values()) == {nothing}


def test_before_it_is_signed_only_who_is_in_charge_sees_it(cast, client, written):
    for name in ("clerk", "reader", "lead"):
        client.force_login(getattr(cast, name))
        assert client.get(written.get_absolute_url()).status_code == 404


def test_an_officer_goes_through_the_pages(cast, client):
    client.force_login(cast.officer)
    facts = {"held_on": today(), "since": today() - days(30), "place": "P1", "chair": cast.head.pk}
    client.post(reverse("management_review_new", args=[cast.agency.pk]), facts)
    review = ManagementReview.objects.get()
    page = client.get(review.get_absolute_url()).content.decode()
    assert "Đang thu thập số liệu" in page and "progress.js" in page
    state = client.get(reverse("review_progress", args=[review.pk])).json()
    assert state == {"waiting": len(inputs.sources()), "total": len(inputs.sources())}
    due.run_due()
    page = client.get(review.get_absolute_url()).content.decode()
    assert "Số liệu thu thập lúc" in page and "progress.js" not in page
    after = client.post(
        reverse("review_topic", args=[review.pk, "earlier"]), {"said": "Xong", "next": 1}
    )
    assert after.url.endswith("/noi-dung/changes/")
    answer = client.post(
        reverse("management_review_edit", args=[review.pk]),
        {
            **facts,
            "people": [cast.head.pk],
            "guests": "Khách, Sở",
            "minutes": "M",
            "conclusion": "K",
        },
    )
    assert answer.status_code == 302
    review.refresh_from_db()
    assert [(one["name"], one["post"]) for one in review.present][-1] == ("Khách", "Sở")
    added = {"kind": "system", "what": "Sửa", "person": cast.clerk.pk, "due": today()}
    client.post(reverse("review_decision_add", args=[review.pk]), added)
    refused = client.post(reverse("management_review_send", args=[review.pk]), follow=True)
    assert "nội dung chưa có gì" in refused.content.decode()
    for topic in Topic:
        lifecycle.write_input(review, topic, said="Không có", by=cast.officer)
    sent = client.post(reverse("management_review_send", args=[review.pk]), follow=True)
    assert "Không có" in sent.content.decode()
    sign(kind.queries.open_for(kind.subject(review.pk)), cast.head)
    decision = review.decisions.get()
    client.force_login(cast.clerk)
    address = reverse("review_decision_finish", args=[review.pk, decision.pk])
    assert client.post(address, {"note": "Đã sửa"}).status_code == 302
    decision.refresh_from_db()
    assert decision.done_note == "Đã sửa"


def test_the_paper_in_word_and_pdf(cast, client, signed):
    client.force_login(cast.officer)
    texts = {}
    for language in ("vi", "en"):
        address = reverse("management_review_file", args=[signed.pk, "docx"])
        word = Document(io.BytesIO(client.get(f"{address}?lang={language}").content))
        cells = (c.text for t in word.tables for row in t.rows for c in row.cells)
        texts[language] = "\n".join([*(p.text for p in word.paragraphs), *cells])
        address = reverse("management_review_file", args=[signed.pk, "pdf"])
        pdf = pypdfium2.PdfDocument(client.get(f"{address}?lang={language}").content)
        assert "Mua máy quét" in " ".join(
            " ".join(page.get_textpage().get_text_bounded().split()) for page in pdf
        )
    for said in (
        "Hồ Khách – Sở Khoa học",
        "thu thập lúc",
        "Mua máy quét",
        "Chưa đóng",
        "Ngô Giám Đốc",
    ):
        assert said in texts["vi"]
    assert "collected at" in texts["en"] and "thu thập" not in texts["en"]
