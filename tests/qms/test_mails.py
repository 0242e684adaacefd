"""Unsent mails stay readable; their sign-in links are shown on request, to few users, and on
record."""

import smtplib

import pytest
from django.urls import reverse
from django.utils import timezone

from qms.accounts import links
from qms.errors import Refused
from qms.models import Event, Mail
from qms.work import mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(settings, reader, admin):
    """An unsent mail to the reader, with a link in it."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "qms.work.mail.StoringBackend", "mail.example.org"
    reader.email = reader.confirmed_email = "doc@example.org"
    reader.save()
    links.send(reader, links.make(reader, by=admin))
    return Mail.objects.get()


def read(client, letter, **posted):
    address = reverse("mails:read", args=[letter.pk])
    return client.post(address, posted) if posted else client.get(address)


def test_an_unsent_letter_is_read_without_its_link_until_it_is_asked_for_and_that_is_recorded(
    client, admin, agency, letter
):
    client.force_login(admin)
    page = read(client, letter).content.decode()
    assert ("Bạn có tài khoản" in page, "/link/" in page) == (True, False)
    assert not Event.objects.filter(kind="mail_read").exists()
    page = read(client, letter, act="reveal").content.decode()
    assert "/link/" in page
    event = Event.objects.get(kind="mail_read")
    assert (event.by, event.agency, event.subject) == (admin, agency, f"person:{letter.person_id}")
    assert (
        "Xem liên kết"
        in client.get(reverse("people:acts", args=[letter.person_id])).content.decode()
    )


def test_the_link_of_a_letter_that_was_sent_is_shown_to_nobody(client, admin, system_admin, letter):
    Mail.objects.update(sent_at=timezone.now())
    for person in (admin, system_admin):
        client.force_login(person)
        assert "/link/" not in read(client, letter).content.decode()
        assert "không hiện lại" in read(client, letter, act="reveal").content.decode()
    assert not Event.objects.filter(kind="mail_read").exists()


def test_letters_are_kept_from_who_has_no_power_over_the_account(
    client, letter, officer, stranger, other_admin
):
    for person in (officer, stranger, other_admin):
        with pytest.raises(Refused):
            mail.reveal(letter, by=person)
        client.force_login(person)
        assert read(client, letter, act="reveal").status_code in {302, 404}


def test_a_letter_is_sent_again_by_hand(client, admin, letter):
    Mail.objects.update(error="Không kết nối được máy chủ thư.", try_after=None, tries=6)
    client.force_login(admin)
    assert read(client, letter, act="send").status_code == 302
    letter.refresh_from_db()
    assert (letter.tries, letter.try_after is not None) == (0, True)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "Không kết nối được"),
        (TimeoutError("timed out"), "Không kết nối được"),
        (smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}), "địa chỉ người nhận"),
        (smtplib.SMTPAuthenticationError(535, b"no"), "tài khoản gửi"),
        (ValueError("bad address"), "Địa chỉ thư không đúng"),
    ],
    ids=["refused", "timeout", "recipient", "account", "address"],
)
def test_why_a_letter_was_not_sent_is_said_in_words(problem, words):
    assert words in mail.in_words(problem)
