"""Findings that repeat, and findings that only look so: two tables of pairs, and the display of
earlier ones."""

import datetime
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from audits import lifecycle, repeats
from audits.models import Audit, Finding
from qms.clock import today
from qms.lifecycle.agencies import save_unit
from qms.models import Unit
from tests.audits.conftest import agreed, days, plan_row, verifying  # noqa: F401
from tests.kept import kept

pytestmark = pytest.mark.django_db
PLACE = {"clause": "", "unit": "office"}  # nothing in common but the place


def document(number, title, kind="procedure", national=""):
    return SimpleNamespace(document_id=number, title=title, kind=kind, national_code=national)


CARD = document(1, "Cấp phiếu lý lịch tư pháp")
CARD_ELSEWHERE = document(2, "CẤP PHIẾU LÝ LỊCH TƯ PHÁP.")
NOTARY = document(3, "Bổ nhiệm công chứng viên", national="1.001234")
NOTARY_ELSEWHERE = document(4, "Thủ tục bổ nhiệm công chứng viên", national="1.001234")
RECEIPT = document(5, "Giấy tiếp nhận hồ sơ", kind="form")
RECEIPT_ELSEWHERE = document(6, "Giấy tiếp nhận  hồ sơ", kind="form")
OTHER = document(7, "Cấp phiếu lý lịch tư pháp số 2")
LEDGER = document(8, "Sổ theo dõi hồ sơ", kind="form")


def at(doc, step="B2", **facts):
    """A finding at a step or form, in the other unit and without a clause."""
    return {**PLACE, "doc": doc, "step": step, **facts}


AWAY = {"agency": "other", "unit": "abroad"}
YEARS = (today() - repeats.years_before(today())).days
# The facts of the earlier and of the later finding; everything else is the same clause in the same
# unit.
REPEATS = {
    "same clause and unit": ({}, {}),
    "minor after major": ({"grade": "major"}, {"grade": "minor"}),
    "major after minor": ({"grade": "minor"}, {"grade": "major"}),
    "after an observation": ({"grade": "observation"}, {}),
    "an observation again": ({"grade": "observation"}, {"grade": "observation"}),
    "told yesterday": ({"ago": 1}, {}),
    "told today by another audit": ({"ago": 0}, {}),
    "exactly three years ago": ({"ago": YEARS}, {}),
    "accepted": ({"state": "accepted"}, {}),
    "disputed": ({"state": "disputed"}, {}),
    "upheld": ({"state": "upheld"}, {}),
    "same clause and unit, other documents": ({"doc": CARD, "step": "B1"}, {"doc": LEDGER}),
    "same clause and unit, other steps": ({"doc": CARD, "step": "B1"}, {"doc": CARD, "step": "B2"}),
    "a deep clause": ({"clause": "7.1.5.1"}, {"clause": "7.1.5.1"}),
    "same step": (at(CARD), at(CARD)),
    "same step, other unit": (at(CARD), at(CARD, unit="field")),
    "same step, other clause": (at(CARD, clause="7.5"), at(CARD, clause="8.2")),
    "step written out": (at(CARD, "Bước 2"), at(CARD, "B2")),
    "step as a number": (at(CARD, "2."), at(CARD, "Bước 2:")),
    "step in small letters": (at(CARD, "b2"), at(CARD, "B.2")),
    "step below a step": (at(CARD, "Bước 2.1"), at(CARD, "2.1")),
    "step with a letter": (at(CARD, "3a"), at(CARD, "Bước 3A")),
    "step by its words": (at(CARD, "Thẩm định hồ sơ"), at(CARD, "thẩm định  hồ sơ")),
    "the document has a new title": (at(CARD), at(document(1, "Cấp phiếu LLTP"))),
    "same title elsewhere": (at(CARD_ELSEWHERE, **AWAY), at(CARD)),
    "same national code elsewhere": (at(NOTARY_ELSEWHERE, **AWAY), at(NOTARY)),
    "same form": (at(RECEIPT, ""), at(RECEIPT, "")),
    "same form, other unit": (at(RECEIPT, ""), at(RECEIPT, "", unit="field")),
    "same form elsewhere": (at(RECEIPT_ELSEWHERE, "", **AWAY), at(RECEIPT, "")),
    "same field of a form": (at(RECEIPT, "ô số 5"), at(RECEIPT, "Ô số 5")),
}
ONLY_ALIKE = {
    "other clause": ({"clause": "7.5"}, {"clause": "8.5.1"}),
    "a clause below": ({"clause": "8.5"}, {"clause": "8.5.1"}),
    "a clause above": ({"clause": "8.5.1"}, {"clause": "8.5"}),
    "a clause that begins alike": ({"clause": "7.1"}, {"clause": "7.1.1"}),
    "other unit": ({"unit": "office"}, {"unit": "field"}),
    "same clause in another agency": (AWAY, {}),
    "a day more than three years ago": ({"ago": YEARS + 1}, {}),
    "told after it": ({"ago": -1}, {}),
    "dropped": ({"state": "dropped"}, {}),
    "not told yet": ({"state": "draft", "ago": None}, {}),
    "of the same audit": ({"audit": "same"}, {}),
    "an opportunity before": ({"grade": "opportunity"}, {}),
    "a strength before": ({"grade": "strength"}, {}),
    "an opportunity now": ({}, {"grade": "opportunity"}),
    "a strength now": ({}, {"grade": "strength"}),
    "no clause on either": ({"clause": "", "doc": CARD}, {"clause": "", "doc": CARD}),
    "other step": (at(CARD, "B1"), at(CARD, "B2")),
    "step 2 and step 12": (at(CARD, "B2"), at(CARD, "B12")),
    "step 2 and step 2.1": (at(CARD, "B2"), at(CARD, "B2.1")),
    "a section of the same number": (at(CARD, "Mục 2"), at(CARD, "Bước 2")),
    "same step of another document": (at(OTHER), at(CARD)),
    "same step of another document elsewhere": (at(NOTARY_ELSEWHERE, **AWAY), at(CARD)),
    "title that only begins alike elsewhere": (at(OTHER, **AWAY), at(CARD)),
    "whole procedure, no step": (at(CARD, ""), at(CARD, "")),
    "whole procedure before a step": (at(CARD, ""), at(CARD, "B2")),
    "another form": (at(LEDGER, ""), at(RECEIPT, "")),
    "another form elsewhere": (at(LEDGER, "", **AWAY), at(RECEIPT_ELSEWHERE, "")),
    "a form and a procedure of one title": (
        at(document(9, "Cấp phiếu lý lịch tư pháp", kind="form"), **AWAY),
        at(CARD),
    ),
    "same step, too long ago": (at(CARD, ago=YEARS + 1), at(CARD)),
    "same form elsewhere, dropped": (
        at(RECEIPT_ELSEWHERE, "", state="dropped", **AWAY),
        at(RECEIPT, ""),
    ),
}


@pytest.fixture
def world(cast):
    """Two agencies with their units, and an audit before and now."""
    abroad = save_unit(Unit(agency=cast.other_agency, code="VP", name="Văn phòng"), by=None)

    def audit(agency):
        facts = {"title": "Đợt", "starts_on": today(), "ends_on": today()}
        return Audit.objects.create(agency=agency, body=agency, **facts)

    return SimpleNamespace(
        agency={"own": cast.agency, "other": cast.other_agency},
        unit={"field": cast.field, "office": cast.office, "abroad": abroad},
        before={"own": audit(cast.agency), "other": audit(cast.other_agency)},
        now=audit(cast.agency),
    )


def finding(world, facts, *, earlier):
    facts = {
        "agency": "own", "unit": "field", "clause": "8.5.1", "doc": None, "step": "", "grade": "minor",
        "ago": 100 if earlier else 0, "state": "told", "audit": "", **facts,
    }  # fmt: skip
    place, step = repeats.keys(facts["doc"], facts["step"])
    before = world.before[facts["agency"]] if earlier and not facts["audit"] else world.now
    return Finding(
        audit=before, agency=world.agency[facts["agency"]], unit=world.unit[facts["unit"]],
        clause=facts["clause"], same_place=place, same_step=step, grade=facts["grade"], seen="x",
        state=facts["state"], year=today().year, number=1,
        told_on=None if facts["ago"] is None else today() - days(facts["ago"]),
    )  # fmt: skip


def is_repeat(world, earlier, later):
    with transaction.atomic():
        before = finding(world, earlier, earlier=True)
        # a place stands for the version that it was taken from
        Finding.objects.bulk_create([_with_requirement(before)])
        found = repeats.of(finding(world, later, earlier=False))
        transaction.set_rollback(True)
    return bool(found)


def _with_requirement(before):
    before.clause = before.clause or "4.1"
    return before


def test_there_are_thirty_of_each():
    assert (len(REPEATS), len(ONLY_ALIKE)) == (30, 30)


def test_each_repeat_is_recognised(world):
    assert [name for name, pair in REPEATS.items() if not is_repeat(world, *pair)] == []


def test_nothing_that_only_looks_so_is_taken_for_one(world):
    assert [name for name, pair in ONLY_ALIKE.items() if is_repeat(world, *pair)] == []


# --- what is shown --------------------------------------------------------------------------------


@pytest.fixture
@kept
def again(cast, verifying):  # noqa: F811
    """A second audit with the same finding, after the first correction was judged effective."""
    lifecycle.judge(verifying, effective=True, why="Mười hồ sơ đủ giấy", by=cast.lead)
    made = lifecycle.create_audit(
        cast.agency, body=cast.agency, title="Đợt 2", starts_on=today(), ends_on=today(),
        lead=cast.lead, by=cast.officer,
    )  # fmt: skip
    row = plan_row(cast, made, auditors=[made.members.get(person=cast.lead)])
    made = lifecycle.fix_plan(made, by=cast.lead)
    lifecycle.make_checklist(row, by=cast.lead)
    return lifecycle.start(made, by=cast.lead)


def answered(cast, audit):
    item = audit.items.filter(source="procedure").first()
    lifecycle.answer(item, result="nonconformity", note="Lại thiếu giấy tiếp nhận", by=cast.lead)
    return item


def page(client, who, address):
    client.force_login(who)
    return client.get(address).content.decode()


def test_a_finding_in_one_tap_shows_what_was_found_and_whether_it_worked(cast, again, client):
    item = answered(cast, again)
    client.force_login(cast.lead)
    tap = f"/danh-gia/{again.pk}/phieu/{item.pk}/phat-hien/"
    said = client.post(tap, follow=True).content.decode()
    made = Finding.objects.get(item=item)
    assert (made.grade, made.unit, made.clause, made.step) == (
        "minor", cast.field, item.clause, item.step,
    )  # fmt: skip
    assert made.seen == "Lại thiếu giấy tiếp nhận"
    assert "Đã gặp 1 lần" in said and "Hành động khắc phục có hiệu lực" in said
    assert "Kiểm tra cuối ngày" in said and "cùng bước" in said


def test_two_taps_are_one_finding(cast, again, client):
    item = answered(cast, again)
    client.force_login(cast.lead)
    for _ in range(2):
        client.post(f"/danh-gia/{again.pk}/phieu/{item.pk}/phat-hien/")
    assert Finding.objects.filter(item=item).count() == 1


def test_where_something_is_missing_the_form_asks_for_it(cast, again, client):
    item = again.items.filter(source="procedure").first()
    lifecycle.answer(item, result="conforms", by=cast.lead)
    client.force_login(cast.lead)
    answer = client.post(f"/danh-gia/{again.pk}/phieu/{item.pk}/phat-hien/", follow=True)
    assert answer.redirect_chain[0][0].endswith(f"/phat-hien/?item={item.pk}")
    assert "Đã gặp 1 lần" in answer.content.decode()


@pytest.mark.parametrize("who", ["officer", "clerk", "idle", "stranger"])
def test_nobody_else_taps(cast, again, client, who):
    item = answered(cast, again)
    client.force_login(getattr(cast, who))
    assert client.post(f"/danh-gia/{again.pk}/phieu/{item.pk}/phat-hien/").status_code == 404


def test_of_another_agency_no_names_of_people_are_shown(cast, world, client):
    before = _with_requirement(finding(world, at(CARD_ELSEWHERE, **AWAY), earlier=True))
    before.seen = f"Chị {cast.stranger} không ghi sổ"
    before.save()
    mine = finding(world, at(CARD, clause="8.5.1"), earlier=False)
    (shown,) = repeats.shown(mine, names=True)
    assert (shown.own, shown.agency) == (False, cast.other_agency.label)
    assert str(cast.stranger) not in shown.seen and "không ghi sổ" in shown.seen


def test_the_unit_is_not_shown_what_others_were_found_with(cast, again, client):
    made = lifecycle.raise_finding(
        again, item=answered(cast, again), grade="minor", seen="Lại thiếu", unit=cast.field, by=cast.lead
    )  # fmt: skip
    lifecycle.conclude(again, conclusion="Xong", by=cast.lead)
    assert "Đã gặp" in page(client, cast.officer, made.get_absolute_url())
    assert "Đã gặp" not in page(client, cast.clerk, made.get_absolute_url())


def test_repeats_take_the_same_queries_for_one_and_for_many(world):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            shown = repeats.shown(finding(world, {}, earlier=False), names=True)
        return len(shown), len(seen)

    finding(world, {}, earlier=True).save()
    assert queries() == (1, 2)
    for number in range(2, 30):
        more = finding(world, {"ago": number}, earlier=True)
        more.number = number
        more.save()
    assert queries() == (20, 2)


def test_29_february_is_three_years_after_28():
    assert repeats.years_before(datetime.date(2028, 2, 29)) == datetime.date(2025, 2, 28)
