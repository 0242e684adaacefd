"""Mails over real SMTP on loopback: sent at least once, each under one Message-ID; a fault of one
mail does not stop the others."""

import datetime

import pytest
from django.utils import timezone

from qms.models import Mail
from qms.work import mail, sending

pytestmark = [pytest.mark.django_db, pytest.mark.pure]
MINUTE = datetime.timedelta(minutes=1)


def states():
    return [
        (one.sent_at is None, one.try_after is None, one.tries)
        for one in Mail.objects.order_by("pk")
    ]


SENT = (False, True, 0)


def test_a_mail_has_a_plain_and_an_html_part_its_files_and_a_fixed_message_id(office, write):
    kept = write(key="act:7", files=[("lịch.ics", b"BEGIN:VCALENDAR", "text/calendar")])
    assert sending.send_waiting() == 1
    (came,) = office.taken
    assert came["Message-ID"] == kept.message_id == mail.message_id("act:7")
    assert came["Auto-Submitted"] == "auto-generated"
    assert "Nội dung" in came.get_body(("plain",)).get_content()
    html = came.get_body(("html",)).get_content()
    assert '<a href="https://iso.example/a/"' in html and "<p>Nội dung" in html
    (file,) = came.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("lịch.ics", "text/calendar")
    assert "BEGIN:VCALENDAR" in file.get_content()


def test_the_html_of_a_mail_written_as_text_runs_nothing(office, write):
    reader = write().person
    Mail.objects.all().delete()
    mail.Letter("<b>Thử</b>", "<script>alert(1)</script>", reader).send()
    html = Mail.objects.get().html
    assert ("<script>" in html, "<b>" in html, "&lt;script&gt;" in html) == (False, False, True)


def test_many_go_over_one_connection_the_oldest_first(office, write):
    for number in range(5):
        write(f"a{number}@example.org")
    assert sending.send_waiting() == 5
    assert office.connections == 1
    assert [one["To"] for one in office.taken] == [f"a{n}@example.org" for n in range(5)]
    assert sending.send_waiting() == 0 and len(office.taken) == 5


def test_under_a_key_a_mail_is_written_once(office, write):
    first = write(key="act:1")
    again = mail.store(mail.Letter("Khác", "x", first.person, key="act:1"))
    assert again.pk == first.pk and again.subject == "Thử"
    write()
    write()
    assert Mail.objects.count() == 3
    assert len(set(Mail.objects.values_list("message_id", flat=True))) == 3


@pytest.mark.parametrize(
    "address",
    ["none", "a@", "@b", "a b@example.org", "a@example.org\nBcc: x@example.org", "a@exa_mple.org",
     "a@example.org, b@example.org", "á@example.org"],
)  # fmt: skip
def test_an_invalid_address_is_reported_and_stops_no_other(office, write, address):
    bad = write(address)
    write("good@example.org")
    assert bad.try_after is None
    assert bad.error == "Địa chỉ thư không đúng."
    assert sending.send_waiting() == 1
    assert [one["To"] for one in office.taken] == ["good@example.org"]


def test_a_mail_that_cannot_be_put_into_a_message_stops_no_other(office, write):
    bad = write()
    Mail.objects.update(to="a@example.org", subject="hai\ndòng")
    write("good@example.org")
    assert sending.send_waiting() == 1
    bad.refresh_from_db()
    assert bad.try_after is None and "Địa chỉ thư không đúng" in bad.error


def test_files_beyond_bounds_are_a_fault_of_the_program(office, write, monkeypatch):
    monkeypatch.setattr(mail, "FILES_MOST", 10)
    with pytest.raises(ValueError, match="too large"):
        write(files=[("a.bin", b"x" * 11, "application/octet-stream")])


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(office, write):
    office.refused["gone@example.org"] = "550 no such user"
    office.refused["full@example.org"] = "450 try later"
    write("gone@example.org")
    write("full@example.org")
    write("good@example.org")
    assert sending.send_waiting() == 1
    assert states() == [(True, True, 1), (True, False, 1), SENT]
    office.refused.clear()
    assert sending.send_waiting(timezone.now() + 2 * MINUTE) == 1


def test_a_server_that_is_away_for_a_day_loses_nothing(office, write, settings):
    write()
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, 1  # nobody answers there
    begin = timezone.now()
    for hour in range(25):
        assert sending.send_waiting(begin + datetime.timedelta(hours=hour)) == 0
    assert states() == [(True, False, 0)]
    assert "Không kết nối được máy chủ thư" in Mail.objects.get().error
    settings.EMAIL_PORT = there
    assert sending.send_waiting(begin + datetime.timedelta(hours=26)) == 1
    assert states() == [SENT] and len(office.taken) == 1


def test_after_a_week_without_a_server_a_person_must_look(office, write, settings):
    write()
    settings.EMAIL_PORT = 1
    sending.send_waiting(timezone.now() + datetime.timedelta(days=8))
    assert states() == [(True, True, 0)]


def test_a_server_that_hangs_up_is_asked_again_and_the_rest_waits_for_the_next_turn(office, write):
    write("first@example.org")
    write("second@example.org")
    office.hangs_up = 1
    assert sending.send_waiting() == 0
    assert sending.send_waiting() == 1  # the second; the first waits for its pause
    assert sending.send_waiting(timezone.now() + 2 * MINUTE) == 1
    assert [one["To"] for one in office.taken] == ["second@example.org", "first@example.org"]


def test_a_mail_that_never_goes_through_is_given_up_after_more_than_a_day(office, write):
    office.refused["full@example.org"] = "450 try later"
    write("full@example.org")
    begin = now = timezone.now()
    for _try in range(len(sending.PAUSES) + 1):
        sending.send_waiting(now)
        now = Mail.objects.get().try_after or now
    assert states() == [(True, True, len(sending.PAUSES) + 1)]
    assert now - begin > datetime.timedelta(days=1)


def test_who_was_killed_while_sending_sends_again_under_the_same_message_id(
    office, write, monkeypatch
):
    write()
    monkeypatch.setattr(sending, "Smtp", dies_after_sending(sending.Smtp))
    with pytest.raises(KeyboardInterrupt):
        sending.send_waiting()
    monkeypatch.undo()
    assert sending.send_waiting() == 0  # claimed still
    assert sending.send_waiting(timezone.now() + 2 * sending.CLAIMED) == 1
    assert list(office.ids.values()) == [2]


def dies_after_sending(real):
    class Dies(real):
        def send_messages(self, messages):
            super().send_messages(messages)
            raise KeyboardInterrupt

    return Dies
