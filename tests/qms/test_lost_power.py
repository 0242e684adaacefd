"""Links into an account end with the power of their creator."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from qms.accounts import links
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle import people
from qms.models import Appointment
from qms.roles import Role

NEW = "mot-cau-de-nho-that-dai"
OLD = "mat-khau-de-thu-2026"


@pytest.fixture
def second_admin(appoint, agency):
    return appoint("quantri2.stp", "agency_admin", agency, name="Lý Quản Trị Hai")


@pytest.fixture
def mailing(settings):
    settings.EMAIL_HOST = "mail.example.org"


def status_of(client, token: str) -> int:
    return client.get(reverse("one_time_link", args=[token])).status_code


def sign_in(client, name: str, password: str = OLD):
    return client.post(reverse("account_login"), {"login": name, "password": password})


def ask_for_reset(client, email: str, **extra) -> list:
    client.post(reverse("account_reset_password"), {"email": email}, **extra)
    return mail.outbox


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.OVERSEER])
def test_a_link_of_the_agency_ends_when_the_person_gets_a_city_role(
    client, admin, system_admin, reader, role
):
    token = links.make(reader, by=admin, drops_second_factor=True)
    given = people.appoint(reader, role, None, by=system_admin)
    assert status_of(client, token) == 410
    with pytest.raises(Refused):
        links.use(token, password=NEW)
    people.end_appointment(given, by=system_admin)
    assert status_of(client, token) == 410  # nor is it restored with the power


def test_a_link_ends_when_its_maker_no_longer_administers(client, admin, system_admin, reader):
    token = links.make(reader, by=admin)
    people.end_appointment(Appointment.objects.get(person=admin), by=system_admin)
    assert status_of(client, token) == 410


def test_a_link_ends_when_its_maker_is_deactivated(client, admin, system_admin, reader):
    token = links.make(reader, by=admin)
    people.deactivate(admin, by=system_admin)
    assert status_of(client, token) == 410


def test_a_link_ends_when_the_person_gets_a_post_in_another_agency(
    client, admin, system_admin, reader, other_agency
):
    token = links.make(reader, by=admin)
    people.appoint(reader, Role.READER, other_agency, by=system_admin)
    assert status_of(client, token) == 410


def test_a_stronger_role_ends_links_of_others_and_a_readers_post_does_not(
    client, admin, second_admin, reader, agency, unit
):
    token = links.make(reader, by=admin)
    people.appoint(reader, Role.READER, agency, by=second_admin, unit=unit)
    assert status_of(client, token) == 200
    people.appoint(reader, Role.OFFICER, agency, by=second_admin)
    assert status_of(client, token) == 410


def test_a_link_stays_where_the_one_who_made_it_gives_the_role(client, admin, reader, agency):
    token = links.make(reader, by=admin)
    people.appoint(reader, Role.OFFICER, agency, by=admin)
    assert status_of(client, token) == 200


def test_a_role_that_is_prolonged_ends_links_like_a_new_one(client, admin, system_admin, appoint):
    person = appoint("cu.giam.sat", "overseer", ends_on=today())
    given = Appointment.objects.get(person=person)
    token = links.make(person, by=None)
    people.change_appointment(given, by=system_admin, post="Chuyên viên")
    assert status_of(client, token) == 200
    people.change_appointment(given, by=system_admin, ends_on=None)
    assert status_of(client, token) == 410


def test_sessions_end_when_the_person_gets_a_city_role(client, system_admin, reader):
    sign_in(client, "reader")
    people.appoint(reader, Role.SYSTEM_ADMIN, None, by=system_admin)
    assert client.get(reverse("my_account")).status_code == 302
    sign_in(client, "reader")
    assert client.get(reverse("my_account")).status_code == 200


def test_a_session_goes_on_where_a_role_inside_the_agency_is_given(client, admin, reader, agency):
    sign_in(client, "reader")
    people.appoint(reader, Role.AUTHOR, agency, by=admin)
    assert client.get(reverse("my_account")).status_code == 200


def with_address(person, email: str):
    """The person with an address that they confirmed."""
    person.email = person.confirmed_email = email
    person.last_login = timezone.now()
    person.save()
    return person


@pytest.fixture
def promoted(system_admin, reader, mailing):
    """A person whose address was confirmed while the agency's administrator had power over the
    account."""
    with_address(reader, "cua.quan.tri@example.org")
    people.appoint(reader, Role.SYSTEM_ADMIN, None, by=system_admin)
    return reader


def test_an_address_confirmed_before_a_promotion_resets_no_password(client, promoted):
    assert ask_for_reset(client, "cua.quan.tri@example.org") == []


def test_a_link_is_not_mailed_to_such_an_address_either(promoted, system_admin):
    assert links.send(promoted, links.make(promoted, by=system_admin)) is False
    assert mail.outbox == []


def test_before_the_promotion_it_did_and_that_key_no_longer_opens(
    client, system_admin, reader, mailing
):
    with_address(reader, "cua.quan.tri@example.org")
    body = ask_for_reset(client, "cua.quan.tri@example.org")[0].body
    people.appoint(reader, Role.SYSTEM_ADMIN, None, by=system_admin)
    link = next(line for line in body.splitlines() if "/reset/key/" in line)
    page = client.get("/" + link.split("/", 3)[3], follow=True).content.decode()
    assert "không còn dùng được" in page


def test_an_address_that_was_replaced_no_longer_resets_the_password(client, admin, reader, mailing):
    with_address(reader, "cu@example.org")
    assert len(ask_for_reset(client, "cu@example.org")) == 1
    people.change(reader, by=admin, email="moi@example.org")
    assert len(ask_for_reset(client, "cu@example.org")) == 1
    assert len(ask_for_reset(client, "moi@example.org")) == 1  # not confirmed


def test_a_role_inside_the_agency_leaves_the_address_good(client, admin, reader, agency, mailing):
    with_address(reader, "can.bo@example.org")
    people.appoint(reader, Role.AUTHOR, agency, by=admin)
    assert len(ask_for_reset(client, "can.bo@example.org")) == 1


def test_a_reset_mail_leads_to_the_address_of_the_installation_whatever_host_was_asked(
    client, reader, mailing, settings
):
    settings.BASE_URL, settings.ALLOWED_HOSTS = "https://iso.example.vn", ["*"]
    with_address(reader, "can.bo@example.org")
    body = ask_for_reset(client, "can.bo@example.org", HTTP_HOST="ke-xau.example.org")[0].body
    assert "https://iso.example.vn/accounts/password/reset/key/" in body
    assert "ke-xau" not in body
