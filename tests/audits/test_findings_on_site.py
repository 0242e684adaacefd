"""Findings that were begun on a device: raised after their answer, once, or kept for the lead."""

import uuid

import pytest
from django.test import Client

from audits import lifecycle, unfinished
from audits.models import Audit, Finding, SetAside
from qms.clock import today
from qms.errors import Refused
from tests.audits.conftest import days
from tests.audits.test_entries import entry, item, send  # noqa: F401
from tests.kept import kept

pytestmark = pytest.mark.django_db
SEEN = "Ba hồ sơ thiếu giấy tiếp nhận"


def begun(answer, **facts):
    """The finding that a device begins from its answer."""
    words = {"result": answer["result"], "note": answer.get("note", "")}
    own = {"id": str(uuid.uuid4()), "item": answer["item"], "base": answer["id"], "finding": True}
    return {**own, **words, **facts}


@pytest.fixture
@kept
def faulty(item):  # noqa: F811
    return entry(item, "nonconformity", note=SEEN)


def test_it_is_raised_from_its_answer(cast, item, faulty):  # noqa: F811
    assert send(item.audit, cast.auditor, faulty, begun(faulty)) == ["taken", "taken"]
    finding = Finding.objects.get()
    assert (finding.item, finding.state, finding.grade) == (item, "draft", "minor")
    assert (finding.seen, finding.unit, finding.by_name) == (SEEN, cast.field, str(cast.auditor))
    assert (finding.clause, finding.version_id) == (item.clause, item.version_id)


def test_it_may_come_long_after_its_answer(cast, item):  # noqa: F811
    noted = entry(item, "observation", note="Sổ ghi chậm")
    assert send(item.audit, cast.auditor, noted) == ["taken"]
    assert send(item.audit, cast.auditor, begun(noted)) == ["taken"]
    assert Finding.objects.get().grade == "observation"


def test_sending_twice_is_one_finding_also_after_the_conclusion(cast, item, faulty):  # noqa: F811
    sent = faulty, begun(faulty, grade="minor")
    send(item.audit, cast.auditor, *sent)
    assert send(item.audit, cast.auditor, *sent) == ["known", "known"]
    lifecycle.conclude(Audit.objects.get(pk=item.audit_id), conclusion="Xong", by=cast.lead)
    assert send(item.audit, cast.auditor, *sent) == ["known", "known"]
    assert Finding.objects.count() == 1 and not SetAside.objects.exists()


def test_two_devices_begin_one(cast, item, faulty):  # noqa: F811
    other = entry(item, "observation", note="Thấy khác")
    assert send(item.audit, cast.auditor, faulty, begun(faulty)) == ["taken", "taken"]
    assert send(item.audit, cast.lead, other, begun(other)) == ["conflict", "known"]
    assert Finding.objects.get().seen == SEEN


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"result": "conforms"}, "chọn mức"),
        ({"result": "fine"}, "chọn một kết quả"),
        ({"note": " "}, "điều đã thấy"),
        ({"note": "x" * 10_001}, "quá 10.000"),
    ],
)
def test_what_does_not_suffice_is_given_back_with_a_sentence(cast, item, faulty, facts, why):  # noqa: F811
    send(item.audit, cast.auditor, faulty)
    wrong = {**begun(faulty), **facts}
    (outcome,) = lifecycle.take_entries(item.audit, [wrong], by=cast.auditor)
    assert outcome.outcome == "refused" and why in outcome.why
    assert not Finding.objects.exists()


def test_a_question_of_no_line_asks_for_the_unit(cast, item, faulty):  # noqa: F811
    item.row = None
    item.save()
    taken = lifecycle.take_entries(item.audit, [faulty, begun(faulty)], by=cast.auditor)
    assert [one.outcome for one in taken] == ["taken", "refused"]
    assert "đơn vị" in taken[1].why


def test_it_waits_on_the_device_for_an_answer_to_be_corrected(cast, item):  # noqa: F811
    silent = entry(item, "nonconformity")
    first = begun(silent, note=SEEN)
    assert send(item.audit, cast.auditor, silent, first) == ["refused", "refused"]
    right = entry(item, "nonconformity", note=SEEN)
    assert send(item.audit, cast.auditor, right, {**first, "base": right["id"]}) == [
        "taken",
        "taken",
    ]


def test_an_answer_that_never_was_is_a_matter_for_the_lead(cast, item, faulty, under_way):  # noqa: F811
    assert send(item.audit, cast.auditor, begun(faulty)) == ["aside"]
    elsewhere = entry(under_way.items.last(), "observation", note="x")
    stray = begun(elsewhere, item=item.pk)
    assert send(item.audit, cast.auditor, elsewhere, stray) == ["taken", "aside"]
    assert {one.reason for one in SetAside.objects.all()} == {"no_base"}
    assert not Finding.objects.exists()


def test_after_the_conclusion_it_is_kept_apart_from_the_report(cast, item, finding):  # noqa: F811
    other = item.audit.items.exclude(pk=finding.item_id).first()
    noted = entry(other, "observation", note="Thấy lúc chiều")
    send(item.audit, cast.auditor, noted)
    lifecycle.conclude(Audit.objects.get(pk=item.audit_id), conclusion="Xong", by=cast.lead)
    late = begun(noted)
    assert send(item.audit, cast.auditor, late) == ["aside"]
    assert send(item.audit, cast.auditor, late) == ["known"]
    aside = SetAside.objects.get()
    assert (aside.reason, aside.finding, aside.note) == ("ended", True, "Thấy lúc chiều")
    with pytest.raises(Refused, match="giữ bên cạnh báo cáo"):
        lifecycle.decide_aside(aside, takes=True, by=cast.lead)
    client = Client()
    client.force_login(cast.lead)
    assert "Phát hiện mới: Điểm lưu ý" in client.get(f"/danh-gia/{item.audit_id}/de-rieng/").text


def test_the_lead_takes_in_that_of_somebody_who_left(cast, item, faulty):  # noqa: F811
    send(item.audit, cast.auditor, faulty)
    member = item.audit.members.get(person=cast.auditor)
    member.starts_on, member.ends_on = today() - days(9), today() - days(1)
    member.save()
    assert send(item.audit, cast.auditor, begun(faulty)) == ["aside"]
    lifecycle.decide_aside(SetAside.objects.get(), takes=True, by=cast.lead)
    assert (Finding.objects.get().seen, Finding.objects.get().item) == (SEEN, item)


@pytest.mark.parametrize("chosen,grade,complete", [("major", "major", True), ("", "minor", False)])
def test_set_aside_it_keeps_the_grade_that_its_author_chose(cast, item, faulty, chosen, grade, complete):  # noqa: F811  # fmt: skip
    assert send(item.audit, cast.auditor, begun(faulty, grade=chosen)) == ["aside"]
    kept = SetAside.objects.get()
    assert kept.grade == chosen
    client = Client()
    client.force_login(cast.lead)
    page = client.get(f"/danh-gia/{item.audit_id}/de-rieng/").text
    assert ("mức đã chọn: Không phù hợp nặng" in page) is bool(chosen)
    lifecycle.decide_aside(kept, takes=True, by=cast.lead)
    finding = Finding.objects.get()
    assert (finding.grade, not unfinished.is_guessed(finding)) == (grade, complete)


def test_an_answer_that_was_set_aside_has_no_grade(cast, item, faulty):  # noqa: F811
    lost = entry(item, "nonconformity", note=SEEN, base=str(uuid.uuid4()))
    assert send(item.audit, cast.auditor, {**lost, "grade": "major"}) == ["aside"]
    assert SetAside.objects.get().grade == ""


@pytest.mark.parametrize("who", ["officer", "head", "clerk", "idle", "stranger", "overseer"])
def test_nobody_else_begins_one(cast, item, faulty, who):  # noqa: F811
    send(item.audit, cast.auditor, faulty)
    with pytest.raises(Refused, match="không thuộc đoàn"):
        send(item.audit, getattr(cast, who), begun(faulty))
    assert not Finding.objects.exists()
