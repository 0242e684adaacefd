"""Entries that devices send: once, in order, conflicts kept until the lead chooses, late ones
set aside."""

import datetime
import uuid

import pytest

from audits import answers, lifecycle
from audits.models import Answer, Audit, SetAside
from qms.clock import now, today
from qms.errors import Refused
from tests.audits.conftest import days
from tests.kept import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def item(under_way):
    return under_way.items.first()


def entry(item, result="conforms", base="", **facts):
    return {"id": str(uuid.uuid4()), "item": item.pk, "base": base, "result": result, **facts}


def send(audit, by, *entries, clock=None):
    """The outcome of each entry, as words."""
    taken = lifecycle.take_entries(audit, entries, by=by, clock=clock)
    return [one.outcome for one in taken]


def counting(item):
    return [(one.by.username, one.result) for one in answers.current(item.answers.order_by("pk"))]


def conflict(cast, item):
    """The lead and the auditor answered the same question without seeing each other."""
    sent = entry(item), entry(item, "nonconformity", note="Thiếu sổ")
    assert send(item.audit, cast.lead, sent[0]) == ["taken"]
    assert send(item.audit, cast.auditor, sent[1]) == ["conflict"]
    return sent


def test_entries_are_taken_in_order_and_keep_what_the_device_said(cast, item):
    first = entry(item, "observation", note="Sổ ghi thiếu", at=now().timestamp() * 1000)
    second = entry(item, base=first["id"])
    assert send(item.audit, cast.auditor, first, second) == ["taken", "taken"]
    kept = list(item.answers.order_by("pk"))
    assert [(str(a.entry), a.result, a.note) for a in kept] == [
        (first["id"], "observation", "Sổ ghi thiếu"),
        (second["id"], "conforms", ""),
    ]
    assert kept[1].base == kept[0]


def test_sending_twice_does_nothing(cast, item):
    sent = entry(item), entry(item, "observation", note="x")
    send(item.audit, cast.auditor, *sent)
    assert send(item.audit, cast.auditor, *sent) == ["known", "known"]
    assert Answer.objects.count() == 2


def test_an_id_of_somebody_else_is_given_back(cast, item):
    sent = entry(item)
    send(item.audit, cast.auditor, sent)
    assert send(item.audit, cast.lead, sent) == ["refused"]


def test_two_people_on_one_base_are_a_conflict_that_stays(cast, item):
    conflict(cast, item)
    assert counting(item) == [("lead", "conforms"), ("auditor", "nonconformity")]
    assert answers.unsettled(item.audit) == {item.pk}
    with pytest.raises(Refused, match="hai câu trả lời khác nhau"):
        lifecycle.conclude(item.audit, conclusion="Xong", by=cast.lead)


def test_a_further_answer_of_one_side_leaves_the_conflict(cast, item):
    sent = conflict(cast, item)
    send(item.audit, cast.auditor, entry(item, "observation", sent[1]["id"], note="Đã xem lại"))
    assert counting(item) == [("lead", "conforms"), ("auditor", "observation")]


def test_the_lead_chooses_and_both_answers_stay(cast, item):
    conflict(cast, item)
    ids = [a.pk for a in item.answers.order_by("pk")]
    lifecycle.choose(item, Answer.objects.get(pk=ids[1]), seen=ids, by=cast.lead)
    assert counting(item) == [("lead", "nonconformity")]
    assert item.answers.count() == 3
    assert answers.unsettled(item.audit) == set()


def test_an_auditor_does_not_choose(cast, item):
    conflict(cast, item)
    ids = [a.pk for a in item.answers.order_by("pk")]
    with pytest.raises(Refused, match="Chỉ trưởng đoàn"):
        lifecycle.choose(item, Answer.objects.get(pk=ids[1]), seen=ids, by=cast.auditor)


def test_the_lead_chooses_only_among_what_was_on_the_screen(cast, item):
    sent = conflict(cast, item)
    ids = [a.pk for a in item.answers.order_by("pk")]
    send(item.audit, cast.auditor, entry(item, base=sent[1]["id"]))
    with pytest.raises(Refused, match="Đã có câu trả lời khác"):
        lifecycle.choose(item, Answer.objects.get(pk=ids[1]), seen=ids, by=cast.lead)


def test_the_lead_chooses_on_a_device(cast, item):
    sent = conflict(cast, item)
    keys = [one["id"] for one in sent]
    choice = entry(item, "nonconformity", keys[1], note="Thiếu sổ", settles=keys)
    assert send(item.audit, cast.auditor, {**choice, "id": str(uuid.uuid4())}) == ["refused"]
    assert send(item.audit, cast.lead, {**choice, "settles": keys[:1]}) == ["refused"]
    assert send(item.audit, cast.lead, choice) == ["taken"]
    assert counting(item) == [("lead", "nonconformity")]


def test_an_answer_from_before_the_choice_reopens_the_conflict(cast, item):
    sent = conflict(cast, item)
    ids = [a.pk for a in item.answers.order_by("pk")]
    lifecycle.choose(item, Answer.objects.get(pk=ids[1]), seen=ids, by=cast.lead)
    late = entry(item, "observation", sent[0]["id"], note="Ghi lúc chưa có mạng")
    assert send(item.audit, cast.lead, late) == ["conflict"]
    assert answers.unsettled(item.audit) == {item.pk}


def test_a_base_that_never_was_is_kept_for_the_lead(cast, item):
    assert send(item.audit, cast.auditor, entry(item, base=str(uuid.uuid4()))) == ["aside"]
    assert SetAside.objects.get().reason == "no_base"
    assert not item.answers.exists()


def test_an_answer_to_another_question_is_rejected_as_base(cast, item, under_way):
    other = under_way.items.last()
    first = entry(other)
    assert send(item.audit, cast.auditor, first, entry(item, base=first["id"])) == [
        "taken",
        "aside",
    ]


def test_an_entry_for_another_audit_is_kept_for_the_lead(cast, item, under_way):
    Audit.objects.filter(pk=under_way.pk).update(title="Khác")
    stray = {**entry(item), "item": item.pk + 10_000}
    assert send(item.audit, cast.auditor, stray) == ["aside"]
    assert SetAside.objects.get().reason == "no_item"


def test_what_must_be_corrected_is_given_back_and_its_successor_joins(cast, item):
    long = entry(item, note="x" * 10_001)
    silent = entry(item, "nonconformity", long["id"])
    right = entry(item, "nonconformity", silent["id"], note="x" * 10_000)
    assert send(item.audit, cast.auditor, long, silent, right) == ["refused", "refused", "taken"]
    assert len(item.answers.get().note) == 10_000


@pytest.mark.parametrize(
    "raw",
    [None, 7, "x", [], {}, {"id": 7}, {"id": "x" * 500}, {"id": str(uuid.uuid4()), "result": "fine"},
     {"id": str(uuid.uuid4()), "result": ["conforms"], "note": {}, "at": "gestern", "settles": "all"}],
)  # fmt: skip
def test_nonsense_is_given_back_with_a_sentence(cast, under_way, raw):
    (outcome,) = lifecycle.take_entries(under_way, [raw], by=cast.auditor)
    assert outcome.outcome == "refused" and outcome.why


@pytest.mark.parametrize("item_id", [None, True, -1, 2**70, "1", 1.5])
def test_a_question_id_that_is_not_a_number_is_unknown(cast, under_way, item_id):
    raw = {"id": str(uuid.uuid4()), "result": "conforms", "item": item_id}
    assert send(under_way, cast.auditor, raw) == ["aside"]


@pytest.mark.parametrize("off", [-3, 0, 3, 4000])
def test_a_clock_that_is_wrong_by_days_is_set_right(cast, item, off):
    there = now() - days(off)
    wrote = there - datetime.timedelta(hours=1)
    send(item.audit, cast.auditor, entry(item, at=wrote.timestamp() * 1000), clock=there)
    kept = item.answers.get()
    assert abs(kept.clock_off - off * 86_400) < 60
    assert abs((kept.at - kept.written_at).total_seconds() - 3600) < 60


@pytest.mark.parametrize("at", [float("nan"), float("inf"), -1, 8.64e15, 1e300, True, "x", None])
def test_an_invalid_time_is_left_out(cast, item, at):
    assert send(item.audit, cast.auditor, entry(item, at=at)) == ["taken"]
    kept = item.answers.get()
    assert kept.noted_at is None and kept.written_at == kept.at


def test_entries_after_the_conclusion_wait_for_the_lead(cast, item, finding):
    lifecycle.conclude(Audit.objects.get(pk=item.audit_id), conclusion="Phù hợp", by=cast.lead)
    late = entry(item, "observation", note="Thấy lúc chiều")
    assert send(item.audit, cast.auditor, late) == ["aside"]
    assert send(item.audit, cast.auditor, late) == ["known"]
    kept = SetAside.objects.get()
    assert (kept.reason, kept.note, kept.item) == ("ended", "Thấy lúc chiều", item)
    with pytest.raises(Refused, match="giữ bên cạnh báo cáo"):
        lifecycle.decide_aside(kept, takes=True, by=cast.lead)


def test_entries_while_the_plan_is_changed_join_when_the_lead_says_so(cast, under_way, item):
    Audit.objects.filter(pk=under_way.pk).update(state="planning")
    send(item.audit, cast.auditor, entry(item))
    Audit.objects.filter(pk=under_way.pk).update(state="under_way")
    kept = lifecycle.decide_aside(SetAside.objects.get(), takes=True, by=cast.lead)
    assert kept.state == "taken"
    assert counting(item) == [("auditor", "conforms")]


def test_what_was_set_aside_is_decided_once_by_the_lead_with_a_reason(cast, item):
    send(item.audit, cast.auditor, entry(item, base=str(uuid.uuid4())))
    kept = SetAside.objects.get()
    with pytest.raises(Refused, match="Chỉ trưởng đoàn"):
        lifecycle.decide_aside(kept, takes=True, by=cast.auditor)
    with pytest.raises(Refused, match="lý do"):
        lifecycle.decide_aside(kept, takes=False, by=cast.lead)
    lifecycle.decide_aside(kept, takes=False, text="Ghi nhầm", by=cast.lead)
    with pytest.raises(Refused, match="đã được quyết định"):
        lifecycle.decide_aside(kept, takes=True, by=cast.lead)


def test_of_what_one_wrote_in_a_row_only_the_newest_waits(cast, under_way, item):
    Audit.objects.filter(pk=under_way.pk).update(state="planning")
    first = entry(item, "observation", note="Sổ ghi thiếu")
    second = entry(item, "observation", note="Sổ ghi thiếu hai ngày", base=first["id"])
    third = entry(item, base=second["id"])
    assert send(item.audit, cast.auditor, first, second) == ["aside", "aside"]
    assert send(item.audit, cast.auditor, third) == ["aside"]
    kept = list(SetAside.objects.order_by("pk"))
    assert [one.state for one in kept] == ["left_out", "left_out", "waiting"]
    assert kept[0].note == "Sổ ghi thiếu" and "mới hơn" in kept[0].decision
    assert kept[0].decided_by_name == kept[0].by_name and kept[0].decided_at


def test_what_others_wrote_or_the_lead_decided_is_not_replaced(cast, under_way, item):
    Audit.objects.filter(pk=under_way.pk).update(state="planning")
    first = entry(item)
    elsewhere = entry(under_way.items.exclude(pk=item.pk).first(), base=first["id"])
    finding = entry(item, "observation", note="Thiếu sổ", base=first["id"], finding=True)
    send(item.audit, cast.auditor, first, elsewhere, finding)
    send(item.audit, cast.lead, entry(item, base=first["id"]))
    assert set(SetAside.objects.values_list("state", flat=True)) == {"waiting"}
    kept = SetAside.objects.get(entry=first["id"])
    Audit.objects.filter(pk=under_way.pk).update(state="under_way")
    lifecycle.decide_aside(kept, takes=True, by=cast.lead)
    Audit.objects.filter(pk=under_way.pk).update(state="planning")
    send(item.audit, cast.auditor, entry(item, "not_checked", base=first["id"]))
    kept.refresh_from_db()
    assert (kept.state, kept.decision) == ("taken", "")


def test_who_has_left_the_team_hands_in_for_a_month(cast, under_way, item):
    member = under_way.members.get(person=cast.auditor)
    member.starts_on, member.ends_on = today() - days(40), today() - days(1)
    member.save()
    assert send(under_way, cast.auditor, entry(item)) == ["aside"]
    assert SetAside.objects.get().reason == "left"
    member.ends_on = today() - days(32)
    member.save()
    with pytest.raises(Refused, match="không thuộc đoàn"):
        send(under_way, cast.auditor, entry(item))


@pytest.mark.parametrize("who", ["officer", "head", "clerk", "idle", "stranger", "overseer"])
def test_nobody_else_sends(cast, under_way, item, who):
    with pytest.raises(Refused, match="không thuộc đoàn"):
        send(under_way, getattr(cast, who), entry(item))


def test_a_batch_beyond_reason_is_refused_whole(cast, under_way, item):
    with pytest.raises(Refused, match="tối đa"):
        send(under_way, cast.auditor, *[entry(item)] * 201)
    assert not Answer.objects.exists()


def test_the_plain_form_sent_twice_is_one_answer(cast, item):
    own = uuid.uuid4()
    for _ in range(2):
        lifecycle.answer(item, result="conforms", by=cast.auditor, entry=own)
    assert item.answers.count() == 1


def test_the_plain_form_names_what_it_showed(cast, item):
    lifecycle.answer(item, result="conforms", by=cast.lead)
    given = lifecycle.answer(item, result="not_applicable", by=cast.auditor, seen="")
    assert given.is_conflict


def test_an_answer_without_an_id_of_a_device_is_named_by_its_number(cast, item):
    first = Answer.objects.create(item=item, result="conforms", by=cast.lead, by_name="Lead")
    follows = entry(item, base=f"n{first.pk}"), entry(item, base=f"n{first.pk}0")
    assert send(item.audit, cast.auditor, *follows) == ["taken", "aside"]
    assert item.answers.last().base == first


def earlier(item, by, count):
    """Answers of this person that arrived before."""
    Answer.objects.bulk_create(
        Answer(item=item, result="conforms", by=by, by_name=by.username, entry=uuid.uuid4())
        for _ in range(count)
    )


def test_nobody_answers_a_question_without_end(cast, item):
    earlier(item, cast.auditor, 499)
    more = entry(item), entry(item), entry(item, base=str(uuid.uuid4()))
    finding = entry(item, "nonconformity", more[1]["id"], note="Thiếu sổ", finding=True)
    sent = lifecycle.take_entries(item.audit, [*more, finding], by=cast.auditor)
    assert [one.outcome for one in sent] == ["taken", "refused", "refused", "refused"]
    assert "500 lần" in sent[1].why and "500 lần" in sent[2].why
    with pytest.raises(Refused, match="500 lần"):
        lifecycle.answer(item, result="conforms", by=cast.auditor)
    assert (item.answers.count(), SetAside.objects.count()) == (500, 0)
    assert send(item.audit, cast.lead, entry(item)) == ["conflict"]
    other = item.audit.items.exclude(pk=item.pk).first()
    assert send(item.audit, cast.auditor, entry(other)) == ["taken"]


@pytest.fixture
def work(monkeypatch):
    """How many answers were read, and how often one was compared with those that count."""
    done = {"read": 0, "compared": 0}
    after, from_db = answers.after, Answer.from_db.__func__

    def compared(*given):
        done["compared"] += 1
        return after(*given)

    def read(*given):
        done["read"] += 1
        return from_db(*given)

    monkeypatch.setattr(answers, "after", compared)
    monkeypatch.setattr(Answer, "from_db", classmethod(read))
    return done


def test_a_batch_takes_work_by_its_own_length(cast, item, work):
    earlier(item, cast.auditor, 300)
    sent = send(item.audit, cast.auditor, *[entry(item) for _ in range(100)])
    assert sent == ["taken"] * 100
    assert work == {"read": 1, "compared": 101}


def test_what_counts_is_read_from_the_newest_answer_that_was_no_conflict(cast, item, work):
    earlier(item, cast.auditor, 50)
    assert send(item.audit, cast.lead, entry(item)) == ["conflict"]
    for key in work:
        work[key] = 0
    assert send(item.audit, cast.auditor, entry(item, "not_applicable")) == ["conflict"]
    assert work == {"read": 2, "compared": 3}
    assert counting(item) == [("lead", "conforms"), ("auditor", "not_applicable")]
