"""The opening and the closing meeting of a plan: added, changed and moved where they fit, by who
plans."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audits import lifecycle
from audits.audit_plan.facts import facts
from audits.auditors import finding
from audits.models import Audit, Meeting, Member
from qms.clock import today
from qms.errors import Refused
from qms.models import Event
from tests.audits.conftest import days, hour, plan_row
from tests.audits.meetings.conftest import CLOSING, HALF, OPENING, times, when
from tests.audits.test_invitations import LATER, at
from tests.audits.test_who_and_when import EVERYBODY
from tests.kept import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]


def test_both_are_added_around_the_lines_with_one_click(cast, drafted, browser):
    day = today() + days(LATER)
    page = browser.see(cast.lead, "audit", drafted.pk).content.decode()
    assert reverse("audit_meetings_add", args=[drafted.pk]) in page and "vẫn trình được" in page
    page = browser.do(cast.lead, "audit_meetings_add", drafted.pk)
    assert times(drafted) == {
        "opening": (hour(day, 8) - HALF, hour(day, 8)),
        "closing": (hour(day, 10), hour(day, 10) + HALF),
    }
    order = [page.index(said) for said in ("07:30 – 08:00", "08:00 – 10:00", "10:00 – 10:30")]
    assert order == sorted(order)
    assert "vẫn trình được" not in page and page.count("chưa ghi địa điểm") == 2
    with pytest.raises(Refused, match="đã có họp khai mạc và họp kết thúc"):
        lifecycle.add_meetings(drafted, by=cast.lead)


def test_only_the_missing_one_is_added(cast, drafted):
    lifecycle.save_meeting(drafted, kind=CLOSING, by=cast.lead, **when(15, 16))
    [made] = lifecycle.add_meetings(drafted, by=cast.lead)
    assert made.kind == OPENING and times(drafted)[CLOSING] == tuple(when(15, 16).values())


def test_a_plan_without_lines_has_nothing_to_meet_about(cast, audit, browser):
    with pytest.raises(Refused, match="chưa có dòng nào"):
        lifecycle.add_meetings(audit, by=cast.lead)
    assert browser.see(cast.lead, "audit_meeting", audit.pk, "opening").status_code == 404
    page = browser.see(cast.lead, "audit", audit.pk).content.decode()
    assert reverse("audit_meetings_add", args=[audit.pk]) not in page


@pytest.mark.parametrize("way,lacks", [("on_site", True), ("papers", False)])
def test_only_an_audit_on_site_lacks_meetings(cast, drafted, browser, way, lacks):
    """An audit by papers may hold them: it offers each, and says nothing is missing."""
    lifecycle.change_audit(drafted, way=way, by=cast.lead)
    page = browser.see(cast.lead, "audit", drafted.pk).content.decode()
    assert ("Kế hoạch còn thiếu" in page) is lacks
    assert ("Thêm họp khai mạc" in page) is not lacks
    for kind in (OPENING, CLOSING):
        assert reverse("audit_meeting", args=[drafted.pk, kind]) in page
    lifecycle.add_meetings(drafted, by=cast.lead)
    page = browser.see(cast.lead, "audit", drafted.pk).content.decode()
    assert "chưa ghi địa điểm" in page and "Thêm họp" not in page


def test_a_plan_without_meetings_is_signed_all_the_same(cast, drafted):
    assert lifecycle.fix_plan(drafted, by=cast.lead).state == Audit.State.PLANNED
    assert "meetings" not in facts(drafted)  # plans sent before there were any stay as sealed


REFUSED = {
    "opening after the first line began": (OPENING, when(7.5, 8.5), "xong trước dòng đầu tiên"),
    "opening after everything": (OPENING, when(11, 12), "xong trước dòng đầu tiên"),
    "closing before the last line ended": (CLOSING, when(9.5, 11), "sau dòng cuối cùng"),
    "closing before everything": (CLOSING, when(6, 7), "sau dòng cuối cùng"),
    "opening the day before the audit": (OPENING, when(8, 9, LATER - 1), "trong các ngày đánh giá"),
    "closing after the audit's days": (CLOSING, when(8, 9, LATER + 2), "trong các ngày đánh giá"),
    "ends as it begins": (OPENING, when(7, 7), "Giờ kết thúc phải sau giờ bắt đầu"),
    "ends before it begins": (CLOSING, when(12, 11), "Giờ kết thúc phải sau giờ bắt đầu"),
    "a kind that there is not": ("party", when(7, 8), "party"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_where_a_meeting_does_not_fit(cast, drafted, case):
    kind, fields, said = REFUSED[case]
    with pytest.raises(Refused, match=said):
        lifecycle.save_meeting(drafted, kind=kind, by=cast.lead, **fields)
    assert not Meeting.objects.exists()


def test_each_is_held_once(cast, met):
    for kind, fields in ((OPENING, when(6, 7)), (CLOSING, when(15, 16))):
        with pytest.raises(Refused, match="đã có cuộc họp này"):
            lifecycle.save_meeting(met, kind=kind, by=cast.lead, **fields)
        with pytest.raises(IntegrityError), transaction.atomic():
            Meeting.objects.create(audit=met, kind=kind, **fields)
    assert met.meetings.count() == 2


def test_lines_stay_between_the_meetings(cast, met):
    with pytest.raises(Refused, match=r"trước khi họp khai mạc xong \(08:00 "):
        at(cast, met, 6)
    with pytest.raises(Refused, match=r"sau khi họp kết thúc bắt đầu \(10:00 "):
        at(cast, met, 10)
    row = met.rows.get()
    lifecycle.fix_plan(met, by=cast.lead)
    with pytest.raises(Refused, match="Hãy đổi giờ họp trước"):
        lifecycle.move_row(row, by=cast.lead, **when(9, 11))
    lifecycle.move_meeting(met.meetings.get(kind=CLOSING), by=cast.lead, **when(16, 17))
    assert (
        lifecycle.move_row(row, by=cast.lead, **when(9, 11)).starts_at == when(9, 11)["starts_at"]
    )


def test_the_audits_days_keep_its_meetings(cast, drafted):
    lifecycle.save_meeting(drafted, kind=CLOSING, by=cast.lead, **when(9, 10, LATER + 1))
    with pytest.raises(Refused, match="trong các ngày đánh giá"):
        lifecycle.change_audit(drafted, ends_on=today() + days(LATER), by=cast.lead)


# --- nobody in two places -------------------------------------------------------------------------


@pytest.fixture
@kept
def other(cast, drafted):
    """Another audit on the same days, with the same auditor and a line from 13 to 15."""
    made = lifecycle.create_audit(
        cast.agency, body=cast.agency, title="Đợt 2", starts_on=drafted.starts_on,
        ends_on=drafted.ends_on, lead=cast.idle, by=cast.officer,
    )  # fmt: skip
    lifecycle.add_member(made, cast.auditor, Member.Part.AUDITOR, by=cast.officer)
    at(cast, made, 13)
    return made


def test_nobody_of_the_team_meets_while_elsewhere(cast, drafted, other):
    with pytest.raises(Refused, match="Bùi Đánh Giá đã được phân công việc khác trùng giờ họp kết"):
        lifecycle.save_meeting(drafted, kind=CLOSING, by=cast.lead, **when(14, 16))
    lifecycle.save_meeting(drafted, kind=CLOSING, by=cast.lead, **when(15, 16))  # right after it
    with pytest.raises(Refused, match="trùng giờ họp kết thúc"):
        lifecycle.save_meeting(other, kind=CLOSING, by=cast.officer, **when(15.5, 17))
    with pytest.raises(Refused, match="trùng giờ này"):
        at(cast, other, 15)
    lifecycle.cancel(drafted, reason="bão", by=cast.officer)
    assert at(cast, other, 15)


def test_who_joins_the_team_is_free_at_its_meetings(cast, met, other):
    plan_row(
        cast, other, auditors=[other.members.get(person=cast.idle)],
        **when(7, 7.75),
    )  # fmt: skip
    with pytest.raises(Refused, match="Đặng Chưa Phân Công đã được phân công"):
        lifecycle.add_member(met, cast.idle, Member.Part.AUDITOR, by=cast.lead)
    assert lifecycle.add_member(met, cast.idle, Member.Part.OBSERVER, by=cast.lead)


def test_who_meets_elsewhere_is_not_offered_for_a_line(cast, met, other):
    Meeting.objects.create(audit=other, kind=OPENING, **when(8.5, 9))  # as if it were there before
    [choice] = finding.of_plan(met)
    assert cast.idle not in choice.own
    assert choice.faults[cast.auditor.pk] == ["đã được phân công việc khác trùng giờ này"]


# --- who and when ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", sorted(EVERYBODY | {"chief"}))
def test_who_plans_the_meetings(cast, chief, drafted, browser, who):
    person = chief if who == "chief" else getattr(cast, who)
    may = who in {"officer", "lead"}
    browser.client.force_login(person)
    names = {"audit_meetings_add": [], "audit_meeting": ["opening"], "audit_meeting_remove": ["opening"]}  # fmt: skip
    status = {
        name: browser.client.post(reverse(name, args=[drafted.pk, *rest])).status_code
        for name, rest in names.items()
    }
    assert status == (
        dict(zip(names, (302, 200, 302), strict=True)) if may else dict.fromkeys(names, 404)
    )
    if may:
        return
    made = lifecycle.save_meeting(drafted, kind=OPENING, by=cast.lead, **when(6, 7))
    for step in (
        lambda: lifecycle.add_meetings(drafted, by=person),
        lambda: lifecycle.save_meeting(drafted, kind=CLOSING, by=person, **when(11, 12)),
        lambda: lifecycle.save_meeting(
            drafted, kind=OPENING, meeting=made, by=person, **when(5, 6)
        ),
        lambda: lifecycle.remove_meeting(made, by=person),
        lambda: lifecycle.move_meeting(made, by=person, **when(5, 6)),
    ):
        with pytest.raises(Refused, match="Chỉ thư ký ISO của cơ quan đánh giá và trưởng đoàn"):
            step()
    assert times(drafted) == {"opening": tuple(when(6, 7).values())}


def test_each_step_has_its_moment(cast, signed, browser):
    opening = signed.meetings.get(kind=OPENING)
    for step in (
        lambda: lifecycle.save_meeting(signed, kind=OPENING, meeting=opening, by=cast.lead, **when(6, 7)),
        lambda: lifecycle.remove_meeting(opening, by=cast.lead),
    ):  # fmt: skip
        with pytest.raises(Refused, match="Đã có kế hoạch"):
            step()
    lifecycle.reopen_plan(signed, reason="đổi", by=cast.lead)
    opening.refresh_from_db()
    with pytest.raises(Refused, match="Đang lập kế hoạch"):
        lifecycle.move_meeting(opening, by=cast.lead, **when(6, 7))
    lifecycle.remove_meeting(opening, by=cast.lead)
    audit = lifecycle.fix_plan(Audit.objects.get(), by=cast.lead)
    assert browser.see(cast.lead, "audit_meeting", audit.pk, "opening").status_code == 404
    lifecycle.cancel(audit, reason="bão", by=cast.lead)
    assert browser.see(cast.lead, "audit_meeting", audit.pk, "closing").status_code == 404


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(cast, drafted, browser):
    page = browser.see(cast.lead, "audit_meeting", drafted.pk, "opening").content.decode()
    assert 'value="07:30"' in page and "Toàn đoàn đánh giá" in page
    given = {"day": drafted.starts_on, "starts": "08:30", "ends": "09:00", "place": "Phòng họp 2"}
    page = browser.do(cast.lead, "audit_meeting", drafted.pk, "opening", **given)
    assert "xong trước dòng đầu tiên" in page and 'value="08:30"' in page
    for bad in ({"starts": "25:00"}, {"day": "9999-12-31"}, {"place": "x" * 201}, {"ends": ""}):
        browser.do(cast.lead, "audit_meeting", drafted.pk, "opening", **{**given, **bad})
    assert not drafted.meetings.exists()
    browser.do(cast.lead, "audit_meeting", drafted.pk, "opening", **{**given, "starts": "07:00", "ends": "07:45"})  # fmt: skip
    assert drafted.meetings.get().place == "Phòng họp 2"
    browser.do(cast.lead, "audit_meeting_remove", drafted.pk, "opening")
    assert not drafted.meetings.exists()
    assert browser.see(cast.lead, "audit_meeting", drafted.pk, "party").status_code == 404


def test_saved_again_unchanged_it_is_not_told_again(cast, met):
    one, told = met.meetings.get(kind=OPENING), Event.objects.count()
    same = {"starts_at": one.starts_at, "ends_at": one.ends_at}
    lifecycle.save_meeting(met, kind=OPENING, meeting=one, by=cast.lead, **same)
    assert (Event.objects.count(), one.history.count()) == (told, 1)
