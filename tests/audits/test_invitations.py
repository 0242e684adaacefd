"""Invitations to the lines of a plan: mails with a calendar file under one UID, the auditee's
answer, and the lead's reaction."""

import base64

import pytest
from django.urls import reverse
from icalendar import Calendar

from audits import lifecycle
from audits.calendar import invitations
from audits.models import Audit, Invitation
from qms.clock import today
from qms.errors import Refused
from qms.models import Event, Mail, Notice
from qms.work import sending
from tests.audits.conftest import days, hour, plan_row
from tests.audits.test_who_and_when import EVERYBODY
from tests.kept import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]
LATER = 3  # days until the audit


@pytest.fixture
@kept
def later(cast, chief, audit):
    """A signed plan of one line, three days from now."""
    lifecycle.change_audit(
        audit, starts_on=today() + days(LATER), ends_on=today() + days(LATER + 1), by=cast.lead
    )
    at(cast, audit, 8)
    return lifecycle.fix_plan(audit, by=cast.lead)


def at(cast, audit, begins, day=LATER, **fields):
    day = today() + days(day)
    return plan_row(
        cast, audit, starts_at=hour(day, begins), ends_at=hour(day, begins + 2), **fields
    )


def files_to(person):
    """The events that were mailed to somebody, oldest first: (method, UID, sequence, begin)."""
    found = []
    for one in Mail.objects.filter(person=person, key__startswith="invitation:").order_by("pk"):
        [file] = one.files
        calendar = Calendar.from_ical(base64.b64decode(file["base64"]))
        [event] = calendar.walk("VEVENT")
        assert file["mime"] == f"text/calendar; method={calendar['method']}"
        found.append(
            (
                str(calendar["method"]),
                str(event["uid"]),
                int(event["sequence"]),
                event.decoded("dtstart"),
            )
        )
    return found


def of(person):
    return Invitation.objects.get(person=person)


def test_the_signed_plan_asks_its_auditor_and_the_head_of_the_unit(cast, chief, later):
    row = later.rows.get()
    for one in (chief, cast.auditor):
        assert files_to(one) == [("REQUEST", invitations.uid_of(row), 0, row.starts_at)]
    sides = dict(Invitation.objects.values_list("person__username", "side"))
    assert sides == {"chief": "auditee", "auditor": "auditor"}
    letter = Mail.objects.get(person=chief)
    assert letter.private and reverse("audit_invitation", args=[of(chief).pk]) in letter.body
    assert "Nhận lời" not in Mail.objects.get(person=cast.auditor).body


def test_it_travels_as_a_calendar_message(cast, chief, later):
    sent = sending.message(Mail.objects.get(person=chief)).message()
    [part] = [one for one in sent.walk() if one.get_content_type() == "text/calendar"]
    assert (part.get_param("method"), part.get_filename()) == ("REQUEST", "lich-danh-gia.ics")
    [event] = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    assert str(event["attendee"]) == "mailto:chief@example.test"


def test_nothing_is_mailed_while_the_plan_is_made(cast, chief, audit, row):
    assert not Invitation.objects.exists() and not Mail.objects.filter(person=chief).exists()


def test_who_has_no_confirmed_address_is_asked_on_the_site_alone(cast, appoint, later):
    second = appoint("second", "unit_head", cast.agency, unit=cast.field)
    lifecycle.reopen_plan(later, reason="thêm", by=cast.lead)
    lifecycle.fix_plan(Audit.objects.get(), by=cast.lead)
    assert of(second).state == "asked" and not Mail.objects.filter(person=second).exists()


def test_a_representative_of_the_auditee_is_asked_to_each_line(cast, chief, later):
    lifecycle.add_member(later, cast.clerk, "auditee", by=cast.officer)
    assert of(cast.clerk).side == "auditee"
    lifecycle.end_member(later.members.get(person=cast.clerk), by=cast.officer)
    assert of(cast.clerk).state == "cancelled"


def test_signed_again_only_what_changed_is_mailed(cast, chief, later):
    lifecycle.reopen_plan(later, reason="đổi giờ", by=cast.lead)
    audit = Audit.objects.get()
    lifecycle.fix_plan(audit, by=cast.lead)
    assert len(files_to(chief)) == 1
    lifecycle.reopen_plan(Audit.objects.get(), reason="đổi giờ", by=cast.lead)
    row = audit.rows.get()
    at(cast, audit, 13, row=row)
    assert len(files_to(chief)) == 1
    lifecycle.fix_plan(Audit.objects.get(), by=cast.lead)
    first, second = files_to(chief)
    assert (second[0], second[1], second[2]) == ("REQUEST", first[1], 1)
    assert second[3] == hour(today() + days(LATER), 13)


def test_a_line_taken_out_is_called_off_under_its_uid(cast, chief, later):
    lifecycle.reopen_plan(later, reason="bỏ", by=cast.lead)
    audit = Audit.objects.get()
    at(cast, audit, 14)
    lifecycle.remove_row(audit.rows.order_by("starts_at")[0], by=cast.lead)
    lifecycle.fix_plan(Audit.objects.get(), by=cast.lead)
    told = files_to(chief)
    assert sorted((method, sequence) for method, _uid, sequence, _at in told) == [
        ("CANCEL", 1), ("REQUEST", 0), ("REQUEST", 0),
    ]  # fmt: skip
    [off] = [one for one in told if one[0] == "CANCEL"]
    assert off[1] == told[0][1]


def test_a_cancelled_audit_calls_everything_off(cast, chief, later):
    lifecycle.cancel(later, reason="bão", by=cast.officer)
    assert [one[0] for one in files_to(chief)] == ["REQUEST", "CANCEL"]
    assert set(Invitation.objects.values_list("state", flat=True)) == {"cancelled"}


def test_another_auditor_is_asked_and_the_one_before_called_off(cast, chief, later):
    row, old = later.rows.get(), later.members.get(person=cast.auditor)
    lifecycle.replace_auditor(row, old=old, person=cast.idle, by=cast.lead)
    assert [one[0] for one in files_to(cast.auditor)] == ["REQUEST", "CANCEL"]
    assert of(cast.idle).state == "asked" and len(files_to(chief)) == 1
    lifecycle.replace_auditor(row, old=later.members.get(person=cast.idle), person=cast.auditor, by=cast.lead)  # fmt: skip
    assert [(one[0], one[2]) for one in files_to(cast.auditor)] == [
        ("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2),
    ]  # fmt: skip


# --- answers --------------------------------------------------------------------------------------


def test_the_auditee_accepts(cast, chief, later, browser):
    one = of(chief)
    assert one.summary in browser.see(chief, "home").content.decode()
    browser.do(chief, "audit_invitation", one.pk, act="accept")
    one.refresh_from_db()
    assert one.state == "accepted" and len(files_to(chief)) == 1
    assert "Đã nhận lời" in browser.see(cast.lead, "audit", later.pk).content.decode()


def test_another_time_is_asked_for_and_the_lead_moves_the_line(cast, chief, later, browser):
    one = of(chief)
    page = browser.do(chief, "audit_invitation", one.pk, act="another", reason=" ")
    assert "Hãy ghi lý do và giờ mong muốn" in page
    browser.do(chief, "audit_invitation", one.pk, act="another", reason="Họp giao ban; xin 14 giờ")
    assert Notice.objects.filter(person=cast.lead, kind="another_time_asked").exists()
    assert "Hà Trưởng Phòng đề nghị đổi giờ" in browser.see(cast.lead, "home").content.decode()
    day = today() + days(LATER)
    browser.do(
        cast.lead, "audit_invitation", one.pk, act="move", day=day, starts="14:00", ends="16:00", place="Phòng 2",
    )  # fmt: skip
    one.refresh_from_db()
    assert (one.state, one.sequence, one.reason, one.place) == ("asked", 1, "", "Phòng 2")
    assert later.rows.get().starts_at == hour(day, 14)
    for person in (chief, cast.auditor):
        assert [(told[0], told[2]) for told in files_to(person)] == [("REQUEST", 0), ("REQUEST", 1)]


def test_the_lead_keeps_the_time_with_a_reason(cast, chief, later, browser):
    one = of(chief)
    lifecycle.ask_another_time(one, reason="Bận", by=chief)
    page = browser.do(cast.lead, "audit_invitation", one.pk, act="keep", answer="")
    assert "Hãy ghi lý do giữ nguyên giờ" in page
    assert "không bắt buộc" not in page.partition('name="answer"')[0].rpartition("<label")[2]
    browser.do(cast.lead, "audit_invitation", one.pk, act="keep", answer="Không còn giờ nào khác")
    one.refresh_from_db()
    assert (one.state, one.answer) == ("kept", "Không còn giờ nào khác")
    assert Notice.objects.filter(person=chief, kind="another_time_answered").exists()
    lifecycle.accept_invitation(one, by=chief)
    assert Event.objects.filter(kind="invitation_accepted").count() == 1


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_whose_answer_it_is(cast, chief, later, browser, who):
    one, person = of(chief), getattr(cast, who)
    with pytest.raises(Refused, match="Chỉ người được mời"):
        lifecycle.accept_invitation(one, by=person)
    with pytest.raises(Refused, match="Chỉ người được mời"):
        lifecycle.ask_another_time(one, reason="x", by=person)
    lifecycle.ask_another_time(one, reason="Bận", by=chief)
    sees = who in {"officer", "lead"}
    assert browser.see(person, "audit_invitation", one.pk).status_code == (200 if sees else 404)
    browser.client.force_login(person)
    address = reverse("audit_invitation", args=[one.pk])
    assert browser.client.post(address, {"act": "accept"}).status_code == 404
    if not sees:
        assert browser.client.post(address, {"act": "keep", "answer": "x"}).status_code == 404
        with pytest.raises(Refused):
            lifecycle.keep_time(one, answer="x", by=person)
        with pytest.raises(Refused):
            lifecycle.move_row(later.rows.get(), starts_at=hour(today() + days(LATER), 9), ends_at=hour(today() + days(LATER), 10), by=person)  # fmt: skip


def test_an_auditor_reads_theirs_and_answers_nothing(cast, chief, later, browser):
    own = of(cast.auditor)
    assert browser.see(cast.auditor, "audit_invitation", own.pk).status_code == 200
    with pytest.raises(Refused, match="Chỉ người được mời của bên được đánh giá"):
        lifecycle.accept_invitation(own, by=cast.auditor)


def test_what_has_begun_or_was_called_off_is_not_answered(cast, chief, later):
    one = of(chief)
    Invitation.objects.update(starts_at=hour(today() - days(1), 8))
    with pytest.raises(Refused, match="đã bắt đầu"):
        lifecycle.accept_invitation(one, by=chief)
    Invitation.objects.update(state="cancelled")
    with pytest.raises(Refused, match="tình trạng"):
        lifecycle.accept_invitation(one, by=chief)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"starts": 10, "ends": 9}, "Giờ kết thúc"),
        ({"starts": 8, "ends": 9, "day": LATER + 5}, "trong các ngày đánh giá"),
        ({"starts": 13, "ends": 14}, "trùng giờ"),
    ],
)
def test_a_line_is_moved_where_it_fits_alone(cast, chief, audit, fields, said):
    lifecycle.change_audit(
        audit, starts_on=today() + days(LATER), ends_on=today() + days(LATER + 1), by=cast.lead
    )
    first = at(cast, audit, 8)
    at(cast, audit, 13)
    lifecycle.fix_plan(audit, by=cast.lead)
    day = today() + days(fields.get("day", LATER))
    with pytest.raises(Refused, match=said):
        lifecycle.move_row(
            first, starts_at=hour(day, fields["starts"]), ends_at=hour(day, fields["ends"]), by=cast.lead
        )  # fmt: skip
    assert len(files_to(chief)) == 2


def test_a_line_is_not_moved_before_its_plan_was_signed(cast, audit, row):
    with pytest.raises(Refused, match="tình trạng"):
        lifecycle.move_row(row, starts_at=hour(today(), 9), ends_at=hour(today(), 10), by=cast.lead)


def test_the_page_of_the_audit_leads_to_moving_a_line(cast, chief, later, browser):
    line, day = later.rows.get(), today() + days(LATER)
    place = reverse("audit_row_move", args=[later.pk, line.pk])
    for person in (cast.officer, cast.lead):
        assert place in browser.see(person, "audit", later.pk).content.decode()
    given = {"day": day, "starts": "13:00", "ends": "12:00", "place": "Phòng 2"}
    page = browser.do(cast.officer, "audit_row_move", later.pk, line.pk, **given)
    assert "Giờ kết thúc phải sau giờ bắt đầu" in page and 'value="13:00"' in page
    browser.do(cast.officer, "audit_row_move", later.pk, line.pk, **{**given, "ends": "15:00"})
    line.refresh_from_db()
    assert (line.starts_at, line.place) == (hour(day, 13), "Phòng 2")
    assert [told[2] for told in files_to(chief)] == [0, 1]


def test_who_may_not_plan_or_a_plan_that_is_made_has_no_page_for_moving(
    cast, chief, later, browser
):
    line = later.rows.get()
    place = reverse("audit_row_move", args=[later.pk, line.pk])
    for person in (cast.auditor, chief, cast.head, cast.clerk, cast.stranger, cast.overseer):
        browser.client.force_login(person)
        assert {browser.client.get(place).status_code, browser.client.post(place).status_code} == {404}  # fmt: skip
    lifecycle.reopen_plan(later, reason="Đổi người", by=cast.lead)
    browser.client.force_login(cast.lead)
    assert browser.client.get(place).status_code == 404
