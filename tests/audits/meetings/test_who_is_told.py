"""The meetings in the invitations and the calendar, in the plan's page and paper, and on the
device."""

import pytest
from django.utils import translation
from icalendar import Calendar

from audits import lifecycle, package, plan_papers, proposals
from audits.audit_plan.facts import facts
from audits.auditors import finding
from audits.calendar import feed
from audits.models import Audit, Invitation, Item, Meeting, Member, PlanRow
from qms.models import Event
from tests.audits.meetings.conftest import CLOSING, OPENING, times, when
from tests.audits.test_invitations import files_to
from tests.audits.test_plan_papers import cells

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]


def of(person, kind):
    return Invitation.objects.get(person=person, meeting__kind=kind)


def events_of(person, kind):
    uid = feed.uid_of(Meeting(audit=Audit.objects.get(), kind=kind))
    return [(method, sequence) for method, found, sequence, _at in files_to(person) if found == uid]


def test_the_whole_team_and_all_audited_sides_are_asked(cast, chief, met, appoint):
    second = appoint("second", "unit_head", cast.agency, unit=cast.office)  # of a unit not audited
    lifecycle.add_member(met, cast.clerk, Member.Part.AUDITEE, by=cast.officer)
    lifecycle.fix_plan(met, by=cast.lead)
    for kind in (OPENING, CLOSING):
        asked = Invitation.objects.filter(meeting__kind=kind)
        assert dict(asked.values_list("person__username", "side")) == {
            "lead": "auditor", "auditor": "auditor", "chief": "auditee", "clerk": "auditee",
        }  # fmt: skip
        assert events_of(chief, kind) == [("REQUEST", 0)]
    assert not Invitation.objects.filter(person=second).exists()
    assert of(chief, OPENING).summary == "Đánh giá nội bộ đợt 1 – Họp khai mạc"


def test_who_joins_or_leaves_later_is_asked_or_called_off(cast, chief, signed):
    member = lifecycle.add_member(signed, cast.idle, Member.Part.OBSERVER, by=cast.officer)
    assert of(cast.idle, OPENING).state == "asked"
    lifecycle.end_member(member, by=cast.officer)
    assert of(cast.idle, OPENING).state == "cancelled"


def test_moved_and_cancelled_under_the_same_uid(cast, chief, signed, browser):
    given = {"day": signed.starts_on, "starts": "07:00", "ends": "07:45", "place": "Hội trường"}
    browser.do(cast.officer, "audit_meeting", signed.pk, "opening", **given)
    assert events_of(chief, OPENING) == [("REQUEST", 0), ("REQUEST", 1)]
    assert events_of(chief, CLOSING) == [("REQUEST", 0)]
    assert of(chief, OPENING).place == "Hội trường"
    lifecycle.reopen_plan(Audit.objects.get(), reason="bỏ họp", by=cast.lead)
    lifecycle.remove_meeting(signed.meetings.get(kind=OPENING), by=cast.lead)
    lifecycle.fix_plan(Audit.objects.get(), by=cast.lead)
    assert events_of(chief, OPENING)[2:] == [("CANCEL", 2)]
    lifecycle.reopen_plan(Audit.objects.get(), reason="thêm lại", by=cast.lead)
    lifecycle.add_meetings(Audit.objects.get(), by=cast.lead)
    lifecycle.fix_plan(Audit.objects.get(), by=cast.lead)
    assert events_of(chief, OPENING)[3:] == [("REQUEST", 3)]
    lifecycle.cancel(Audit.objects.get(), reason="bão", by=cast.lead)
    assert events_of(chief, CLOSING) == [("REQUEST", 0), ("CANCEL", 1)]


def test_nothing_is_mailed_for_a_meeting_moved_to_where_it_was(cast, chief, signed):
    one, told = signed.meetings.get(kind=OPENING), len(files_to(chief))
    with translation.override("en"):  # whoever moves it reads English
        lifecycle.move_meeting(one, starts_at=one.starts_at, ends_at=one.ends_at, by=cast.lead)
    assert len(files_to(chief)) == told
    assert not Event.objects.filter(kind="audit_meeting_moved").exists()


def test_the_auditee_accepts_or_asks_and_the_lead_moves_it(cast, chief, signed, browser):
    one = of(chief, CLOSING)
    browser.do(chief, "audit_invitation", one.pk, act="accept")
    page = browser.do(chief, "audit_invitation", one.pk, act="another", reason=" ")
    assert "Hãy ghi lý do và giờ mong muốn" in page
    browser.do(chief, "audit_invitation", one.pk, act="another", reason="Xin 15 giờ")
    page = browser.see(cast.lead, "audit_invitation", one.pk).content.decode()
    assert "Đổi giờ của cuộc họp này" in page and "Giữ nguyên giờ" in page
    given = {"act": "move", "day": signed.starts_on, "place": "P.1"}
    page = browser.do(cast.lead, "audit_invitation", one.pk, starts="09:00", ends="09:30", **given)
    assert "sau dòng cuối cùng" in page
    browser.do(cast.lead, "audit_invitation", one.pk, starts="15:00", ends="15:30", **given)
    one.refresh_from_db()
    assert (one.state, one.starts_at, one.sequence) == ("asked", when(15, 16)["starts_at"], 1)
    assert times(signed)[CLOSING][0] == one.starts_at


def test_the_calendar_has_them_under_the_same_uid(cast, chief, signed):
    events = Calendar.from_ical(feed.of_person(cast.auditor)).walk("VEVENT")
    found = {str(one["uid"]): one for one in events}
    for meeting in signed.meetings.all():
        event = found[of(cast.auditor, meeting.kind).uid]
        assert event.decoded("dtstart") == meeting.starts_at
        assert str(event["summary"]).endswith(str(meeting))
    assert len(found) == len(events) == 4  # the audit, its line, and both
    assert b"hop" not in feed.of_person(cast.stranger).lower()


# --- papers and the rest --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [("vi", ["Họp khai mạc", "Họp kết thúc"]), ("en", ["Opening meeting", "Closing meeting"])],
)
def test_the_paper_has_them_in_the_order_of_the_day(cast, signed, language, said):
    text = "\n".join(cells(plan_papers.plan(signed, language=language, names=True)))
    places = [text.index(one) for one in (said[0], cast.field.name, said[1])]
    assert places == sorted(places) and "07:30 – 08:00" in text


def test_a_meeting_moved_after_the_signature_is_named(cast, signed):
    before = facts(signed)
    lifecycle.move_meeting(signed.meetings.get(kind=CLOSING), by=cast.lead, **when(15, 16))
    changes = plan_papers._changes(before, facts(signed), True)
    assert changes == [f"Họp kết thúc: đổi sang 15:00 – 16:00, {signed.starts_on:%d/%m/%Y}."]


def test_lists_pages_and_mail_speak_the_readers_language(cast, chief, signed, browser):
    browser.client.cookies["django_language"] = "en"
    for page in ("home", "my_audits"):
        assert "đợt 1 – Opening meeting" in browser.see(chief, page).content.decode(), page
    with translation.override("en"):
        assert of(chief, OPENING).what == "Đánh giá nội bộ đợt 1 – Opening meeting"


def test_meetings_are_no_line_to_be_audited(cast, programme, met):
    row = met.rows.get()
    assert PlanRow.objects.count() == 1 and len(finding.of_plan(met)) == 1
    assert proposals.of(met, row)
    lifecycle.fix_plan(met, by=cast.lead)
    lifecycle.make_checklist(row, by=cast.lead)
    assert set(Item.objects.values_list("row", flat=True)) == {row.pk}


def test_the_device_shows_them_and_hears_of_a_move(cast, signed):
    pack = package.package(signed)
    assert "Họp khai mạc 07:30" in pack["days"] and len(pack["rows"]) == 1
    lifecycle.move_meeting(
        signed.meetings.get(kind=CLOSING), by=cast.lead, place="P.2", **when(15, 16)
    )
    again = package.package(signed)
    assert again["stamp"] != pack["stamp"] and "Họp kết thúc 15:00" in again["days"]
    assert again["days"].endswith(", P.2")
