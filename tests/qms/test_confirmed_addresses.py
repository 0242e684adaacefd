"""An e-mail address counts once its owner has followed the link mailed to it."""

import datetime
import re

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from qms.accounts import addresses, links
from qms.errors import Refused
from qms.lifecycle import people
from qms.models import Event, Mail, OneTimeLink
from qms.roles import Role
from qms.work.mail import Letter

PASSWORD = "mat-khau-de-thu-2026"
ADDRESS = "can.bo@example.org"


@pytest.fixture(autouse=True)
def mailing(settings):
    settings.EMAIL_HOST = "mail.example.org"


@pytest.fixture
def propose(client, admin):
    """propose(person, email): the agency's administrator enters the address in the
    person's form."""

    def to(person, email=ADDRESS):
        client.force_login(admin)
        fields = {"first_name": person.first_name, "username": person.username, "email": email}
        answer = client.post(reverse("people:edit", args=[person.pk]), fields, follow=True)
        client.logout()
        person.refresh_from_db()
        return answer.content.decode()

    return to


def path_in(message: EmailMessage) -> str:
    return re.search(r"/confirm/[^/\s]+/", message.body).group()


def follow(client, person, path: str):
    client.force_login(person)
    return client.post(path, follow=True)


def reset_mails(client, email: str = ADDRESS) -> int:
    client.logout()
    before = len(mail.outbox)
    client.post(reverse("account_reset_password"), {"email": email})
    return len(mail.outbox) - before


def test_a_proposed_address_receives_its_confirmation_and_nothing_else(
    client, propose, reader, admin
):
    propose(reader)
    assert [(m.to, "Xác nhận địa chỉ" in m.subject) for m in mail.outbox] == [([ADDRESS], True)]
    assert reset_mails(client) == 0
    reader.last_login = timezone.now()
    assert links.send(reader, links.make(reader, by=admin), by=admin) is False
    letter = Letter("Tin", "Nội dung", reader)
    assert letter.to == [""]


def test_the_owner_confirms_it_with_the_link_and_it_counts(client, propose, reader):
    propose(reader)
    path = path_in(mail.outbox[0])
    client.force_login(reader)
    assert ADDRESS in client.get(path).content.decode()
    assert reset_mails(client) == 0  # opening the page confirmed nothing
    said = follow(client, reader, path).content.decode()
    assert "Đã xác nhận địa chỉ thư điện tử" in said
    assert reset_mails(client) == 1
    reader.refresh_from_db()
    assert Letter("Tin", "Nội dung", reader).to == [ADDRESS]
    assert Event.objects.get(kind="address_confirmed").by == reader


def test_the_link_is_used_once(client, propose, reader):
    propose(reader)
    path = path_in(mail.outbox[0])
    follow(client, reader, path)
    assert client.get(path).status_code == 410


def test_strangers_sign_in_first_and_other_accounts_cannot_use_it(client, propose, reader, admin):
    propose(reader)
    path = path_in(mail.outbox[0])
    assert client.post(path).status_code == 302
    assert follow(client, admin, path).status_code == 410
    with pytest.raises(Refused, match="tài khoản khác"):
        addresses.confirm(path.split("/")[2], by=admin)
    reader.refresh_from_db()
    assert reader.reachable_at == ""


def age(reader, admin, system_admin):
    OneTimeLink.objects.update(expires_at=timezone.now())


def change(reader, admin, system_admin):
    people.change(reader, by=admin, email="khac@example.org")


def change_and_back(reader, admin, system_admin):
    change(reader, admin, system_admin)
    addresses.ask(reader, by=admin)
    people.change(reader, by=admin, email=ADDRESS)


def promote(reader, admin, system_admin):
    people.appoint(reader, Role.OVERSEER, None, by=system_admin)


def promote_by_the_proposer(reader, admin, system_admin):
    people.appoint(reader, Role.OFFICER, reader.appointments.get().agency, by=admin)


def deactivate_and_back(reader, admin, system_admin):
    people.deactivate(reader, by=admin)
    people.reactivate(reader, by=admin)


ENDS = [age, change, change_and_back, promote, promote_by_the_proposer, deactivate_and_back]


@pytest.mark.parametrize("end", ENDS)
def test_the_link_ends(client, propose, reader, admin, system_admin, end):
    propose(reader)
    end(reader, admin, system_admin)
    assert follow(client, reader, path_in(mail.outbox[0])).status_code == 410
    reader.refresh_from_db()
    assert reader.reachable_at == ""


def test_it_is_sent_three_times_a_day_and_then_the_next_day(propose, reader, admin, client):
    propose(reader)
    client.force_login(admin)
    client.post(reverse("people:address", args=[reader.pk]))
    client.force_login(reader)
    client.post(reverse("ask_address"))
    assert len(mail.outbox) == 3
    said = client.post(reverse("ask_address"), follow=True).content.decode()
    assert "Hãy thử lại vào ngày mai" in said
    assert "Hãy thử lại vào ngày mai" in propose(reader, "khac@example.org")
    people.deactivate(reader, by=admin)
    people.reactivate(reader, by=admin)
    with pytest.raises(Refused):
        addresses.ask(reader, by=admin)
    assert len(mail.outbox) == 3
    OneTimeLink.objects.update(made_at=timezone.now() - datetime.timedelta(days=1))
    addresses.ask(reader, by=admin)
    assert mail.outbox[3].to == ["khac@example.org"]


def test_who_has_no_power_over_the_account_asks_for_nothing(client, reader, officer, other_agency):
    reader.email = ADDRESS
    reader.save()
    with pytest.raises(Refused):
        addresses.ask(reader, by=officer)
    client.force_login(officer)
    assert client.post(reverse("people:address", args=[reader.pk])).status_code in {302, 403, 404}
    assert mail.outbox == []


def test_signing_in_mails_it_to_who_never_got_one_and_not_every_time(client, reader):
    reader.email = ADDRESS
    reader.save()
    for _time in range(2):
        client.post(reverse("account_login"), {"login": reader.username, "password": PASSWORD})
        client.logout()
    assert [m.to for m in mail.outbox] == [[ADDRESS]]


def test_without_a_mail_server_the_address_is_kept_and_why_is_said(settings, propose, reader):
    settings.EMAIL_HOST = ""
    assert "chưa cấu hình máy chủ thư" in propose(reader)
    assert (reader.email, reader.reachable_at, mail.outbox) == (ADDRESS, "", [])


def test_nobody_reads_the_link_in_the_list_of_mails(settings, propose, reader):
    settings.EMAIL_BACKEND = "qms.work.mail.StoringBackend"
    propose(reader)
    assert Mail.objects.get().private


def test_the_first_administrator_comes_in_with_an_address_to_confirm(client, db):
    form = {"name": "Ngô Quản Trị", "username": "quantri", "email": ADDRESS}
    form |= dict.fromkeys(("password1", "password2"), "mot-cau-de-nho-that-dai")
    answer = client.post(reverse("first_administrator", args=[links.make_first()]), form)
    assert answer.status_code == 302
    page = client.get(reverse("my_account")).content.decode()
    assert "chưa xác nhận" in page
    client.post(path_in(mail.outbox[0]))
    assert "(đã xác nhận)" in client.get(reverse("my_account")).content.decode()


# -- the invitation of somebody who has never signed in


@pytest.fixture
def invited(reader, admin):
    """The printed link and the mailed one of a person whose address an administrator entered."""
    type(reader).objects.filter(pk=reader.pk).update(email=ADDRESS, last_login=None)
    reader.refresh_from_db()
    printed = links.make(reader, by=admin)
    assert links.send(reader, printed, by=admin)
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS] and printed not in letter.body
    return printed, re.search(r"/([a-z0-9-]{23})/", letter.body).group(1)


def test_using_a_mailed_invitation_confirms_the_address(client, invited, reader):
    printed, mailed = invited
    person = links.use(mailed, password=PASSWORD)
    assert person.reachable_at == ADDRESS and reset_mails(client) == 1
    assert Event.objects.get(kind="link_used").data["email"] == ADDRESS
    for token in invited:
        with pytest.raises(Refused, match="đã dùng"):
            links.use(token, password=PASSWORD)


def test_using_the_printed_link_confirms_nothing_and_ends_the_mailed_one(invited):
    printed, mailed = invited
    assert links.use(printed, password=PASSWORD).reachable_at == ""
    with pytest.raises(Refused, match="đã dùng"):
        links.use(mailed, password=PASSWORD)


@pytest.mark.parametrize("change", ["address", "power", "deactivated", "newer"])
def test_an_invitation_ends_as_every_link_does(invited, reader, admin, change):
    if change == "address":
        type(reader).objects.filter(pk=reader.pk).update(email="khac@example.org")
    elif change == "power":
        admin.appointments.update(ends_on=datetime.date(2026, 1, 1))
    elif change == "deactivated":
        type(reader).objects.filter(pk=reader.pk).update(is_active=False)
    else:
        links.make(reader, by=admin)
    with pytest.raises(Refused, match="đã dùng"):
        links.use(invited[1], password=PASSWORD)


def test_who_came_in_before_is_not_invited(reader, admin):
    type(reader).objects.filter(pk=reader.pk).update(email=ADDRESS, last_login=timezone.now())
    reader.refresh_from_db()
    assert not links.send(reader, links.make(reader, by=admin), by=admin)
    assert mail.outbox == []


def test_without_a_mail_server_nobody_is_invited(settings, reader, admin):
    settings.EMAIL_HOST = ""
    type(reader).objects.filter(pk=reader.pk).update(email=ADDRESS, last_login=None)
    reader.refresh_from_db()
    assert not links.send(reader, links.make(reader, by=admin), by=admin)
    assert OneTimeLink.objects.filter(person=reader).count() == 1


def test_nobody_reads_an_invitation_in_the_list_of_mails(settings, reader, admin):
    settings.EMAIL_BACKEND = "qms.work.mail.StoringBackend"
    type(reader).objects.filter(pk=reader.pk).update(email=ADDRESS, last_login=None)
    reader.refresh_from_db()
    links.send(reader, links.make(reader, by=admin), by=admin)
    assert Mail.objects.get().private
