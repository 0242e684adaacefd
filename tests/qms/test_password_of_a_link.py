"""A password set by somebody else's link ends with that person's power over the account."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from qms.accounts import links
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle import people
from qms.models import Appointment, Event, User
from qms.roles import Role

LINKED = "mot-cau-de-nho-that-dai"
OWN = "mot-cau-cua-rieng-minh-thoi"


@pytest.fixture
def taken(admin, reader):
    """An account whose password came from a link that the administrator made, with a second factor
    set up by whoever used it."""
    links.use(links.make(reader, by=admin), password=LINKED)
    Authenticator.objects.create(user=reader, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return User.objects.get(pk=reader.pk)


def is_open(person: User) -> bool:
    """Whether the password of the link still signs in; the second factor lasts as long."""
    found = User.objects.get(pk=person.pk)
    opens = found.check_password(LINKED)
    assert Authenticator.objects.filter(user=found).exists() == opens
    return opens


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.OVERSEER])
def test_a_city_role_ends_the_password_and_the_second_factor(admin, system_admin, taken, role):
    assert is_open(taken)
    people.appoint(taken, role, None, by=system_admin)
    assert not is_open(taken)
    assert not User.objects.get(pk=taken.pk).has_usable_password()
    act = Event.objects.get(kind="password_ended")
    assert (act.by, act.data) == (system_admin, {"role": role, "link_by": admin.username})


def test_so_does_a_post_in_a_further_agency(system_admin, taken, other_agency):
    people.appoint(taken, Role.READER, other_agency, by=system_admin)
    assert not is_open(taken)


def test_the_role_of_administrator_ends_it_if_the_maker_left_and_not_otherwise(
    admin, system_admin, taken, agency
):
    given = people.appoint(taken, Role.AGENCY_ADMIN, agency, by=system_admin, ends_on=today())
    assert is_open(taken)
    people.end_appointment(Appointment.objects.get(person=admin), by=system_admin)
    people.change_appointment(given, by=system_admin, ends_on=None)
    assert not is_open(taken)


def test_a_role_inside_the_agency_ends_nothing(admin, taken, agency):
    people.appoint(taken, Role.OFFICER, agency, by=admin)
    assert is_open(taken)


def test_a_link_of_a_system_administrator_or_of_the_command_line_ends_nothing(system_admin, reader):
    for maker in (system_admin, None):
        links.use(links.make(reader, by=maker), password=LINKED)
        given = people.appoint(reader, Role.OVERSEER, None, by=system_admin)
        assert is_open_without_factor(reader)
        people.end_appointment(given, by=system_admin)


def is_open_without_factor(person: User) -> bool:
    return User.objects.get(pk=person.pk).check_password(LINKED)


def test_a_password_that_the_person_changed_while_signed_in_stays(client, system_admin, taken):
    Authenticator.objects.all().delete()
    client.post(reverse("account_login"), {"login": taken.username, "password": LINKED})
    typed = {"oldpassword": LINKED, "password1": OWN, "password2": OWN}
    client.post(reverse("account_change_password"), typed)
    people.appoint(taken, Role.SYSTEM_ADMIN, None, by=system_admin)
    assert User.objects.get(pk=taken.pk).check_password(OWN)


def test_a_reset_by_mail_does_not_make_it_ones_own(client, system_admin, taken, settings):
    settings.EMAIL_HOST = "mail.example.org"
    taken.email = taken.confirmed_email = "cua.quan.tri@example.org"
    taken.last_login = timezone.now()
    taken.save()
    client.post(reverse("account_reset_password"), {"email": taken.email})
    link = next(line for line in mail.outbox[0].body.splitlines() if "/reset/key/" in line)
    form = client.get("/" + link.split("/", 3)[3], follow=True)
    client.post(form.request["PATH_INFO"], {"password1": OWN, "password2": OWN})
    assert User.objects.get(pk=taken.pk).check_password(OWN)
    people.appoint(taken, Role.SYSTEM_ADMIN, None, by=system_admin)
    assert not User.objects.get(pk=taken.pk).has_usable_password()


def test_the_only_system_administrator_keeps_theirs(system_admin, taken, agency):
    given = people.appoint(taken, Role.SYSTEM_ADMIN, None, by=None, ends_on=today())
    assert not is_open(taken)
    links.use(links.make(taken, by=None), password=LINKED)
    Authenticator.objects.create(user=taken, type=Authenticator.Type.TOTP, data={"secret": "x"})
    second = people.create(username="thu.hai", name="Thứ Hai", by=None)
    User.objects.filter(pk=taken.pk).update(password_link_by=second)
    Appointment.objects.filter(person=system_admin).delete()
    people.appoint(second, Role.SYSTEM_ADMIN, None, by=None)  # who has no password yet
    Appointment.objects.filter(person=second).update(ends_on=given.starts_on)
    people.change_appointment(given, by=None, ends_on=None)
    assert is_open(taken)


def test_the_last_administrator_with_a_password_does_not_go(system_admin, taken):
    people.appoint(taken, Role.SYSTEM_ADMIN, None, by=system_admin)
    own = Appointment.objects.get(person=system_admin)
    with pytest.raises(Refused, match="chưa có mật khẩu"):
        people.end_appointment(own, by=system_admin)
    links.use(links.make(taken, by=system_admin), password=LINKED)
    people.end_appointment(own, by=system_admin)


def test_the_person_is_told_by_mail_and_the_giver_on_the_page(client, system_admin, taken):
    taken.email = taken.confirmed_email = "can.bo@example.org"
    taken.save()
    client.force_login(system_admin)
    typed = {"person": taken.pk, "role": "overseer", "starts_on": today().isoformat()}
    page = client.post(reverse("appointments:add"), typed, follow=True).content.decode()
    assert "Hãy tạo liên kết đặt mật khẩu mới" in page
    assert [message.to for message in mail.outbox] == [["can.bo@example.org"]]
    assert "nhờ quản trị hệ thống tạo liên kết" in mail.outbox[0].body
    assert "Ngô Thị Quản Trị" in mail.outbox[0].body
