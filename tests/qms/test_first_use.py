"""The first administrator, and the one-time links of everybody else."""

import datetime
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qms import access
from qms.accounts import first_use, links
from qms.errors import Refused
from qms.lifecycle import people
from qms.lifecycle.agencies import create_agency
from qms.models import Event, OneTimeLink, User

NEW = "mot-cau-de-nho-that-dai"


def path_of(text: str) -> str:
    return "/" + text.strip().splitlines()[-1].strip().split("/", 3)[3]


def test_the_first_administrator_sets_name_and_password_and_is_led_on(client, db):
    path = path_of(first_use.welcome())
    page = client.get(path)
    assert "Tạo tài khoản quản trị hệ thống" in page.content.decode()
    answer = client.post(
        path, {"name": "Đỗ Thị Quản", "username": "Quantri", "password1": NEW, "password2": NEW}
    )
    assert answer.url == reverse("manage")
    person = User.objects.get()
    assert (person.username, access.is_system_admin(person), person.is_superuser) == (
        "quantri",
        True,
        False,
    )
    assert "ba bước" in client.get(answer.url).content.decode()
    assert first_use.welcome() == ""
    assert (
        client.post(
            path, {"name": "Kẻ Khác", "username": "khac", "password1": NEW, "password2": NEW}
        ).status_code
        == 410
    )


def test_the_link_is_kept_as_a_hash_and_a_newer_one_ends_it(client, db):
    old, new = first_use.welcome(), first_use.welcome()
    assert not OneTimeLink.objects.filter(
        token_hash__in=[path_of(old).split("/")[2], path_of(new).split("/")[2]]
    ).exists()
    assert client.get(path_of(old)).status_code == 410
    assert client.get(path_of(new)).status_code == 200


def test_an_expired_or_made_up_link_says_how_to_get_another(client, db):
    path = path_of(first_use.welcome())
    OneTimeLink.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert "first_link" in client.get(path).content.decode()
    assert client.get(reverse("first_administrator", args=["khong-co"])).status_code == 410


def test_a_weak_password_two_that_differ_or_a_wrong_name_are_refused_with_words(client, db):
    path = path_of(first_use.welcome())
    page = client.post(
        path, {"name": "Đỗ Quản", "username": "quản trị", "password1": "ngan", "password2": "ngan"}
    ).content.decode()
    assert "chữ không dấu" in page
    page = client.post(
        path, {"name": "Đỗ Quản", "username": "quantri", "password1": NEW, "password2": NEW + "x"}
    ).content.decode()
    assert "Hai lần nhập chưa giống nhau." in page
    assert not User.objects.exists()


def test_the_command_prints_a_fresh_link_as_long_as_nobody_administers(client, db, capsys, appoint):
    call_command("first_link")
    assert client.get(path_of(capsys.readouterr().out)).status_code == 200
    appoint("sysadmin", "system_admin")
    with pytest.raises(CommandError) as refusal:
        call_command("first_link")
    assert refusal.value.returncode == 1


def test_who_runs_the_server_lets_an_administrator_in_who_lost_the_password(
    client, capsys, system_admin
):
    call_command("password_link", "SYSADMIN", "--drop-second-factor")
    path = path_of(capsys.readouterr().out)
    assert client.post(path, {"password1": NEW, "password2": NEW}).url == "/"
    assert [
        (e.kind, e.by, e.data["drops_second_factor"])
        for e in Event.objects.filter(kind="link_made")
    ] == [("link_made", None, True)]
    with pytest.raises(CommandError, match="Không có tài khoản"):
        call_command("password_link", "nobody")


def test_while_an_administrator_exists_an_old_first_link_opens_nothing(client, db, appoint):
    path = path_of(first_use.welcome())
    appoint("sysadmin", "system_admin")
    assert client.get(path).status_code == 410
    with pytest.raises(Refused):
        first_use.create_first_administrator(
            path.split("/")[2], username="khac", name="Khác", email="", password=NEW
        )


@pytest.fixture
def admin(appoint, agency):
    return appoint("quantri.stp", "agency_admin", agency, name="Ngô Thị Quản Trị")


def test_a_used_first_link_says_that_the_system_has_its_administrator(client, db, appoint):
    path = path_of(first_use.welcome())
    appoint("quan", "system_admin")
    page = client.get(path).content.decode()
    assert "Hệ thống đã có quản trị" in page
    assert "nhờ quản trị cơ quan" not in page


def test_an_agency_administrator_makes_a_link_with_which_a_person_comes_in_once(
    client, admin, reader, agency
):
    token = links.make(reader, by=admin)
    path = reverse("one_time_link", args=[token])
    assert reader.first_name in client.get(path).content.decode()
    assert client.get(path).status_code == 200  # opening it spends nothing
    assert client.post(path, {"password1": NEW, "password2": NEW}).url == "/"
    assert client.get(reverse("my_account")).context["user"] == reader
    assert client.get(path).status_code == 410
    with pytest.raises(Refused):
        links.use(token, password=NEW)
    assert [e.kind for e in Event.objects.filter(subject=f"person:{reader.pk}")] == [
        "link_made",
        "link_used",
    ]


def test_a_link_is_easy_to_type_from_paper(admin, reader):
    token = links.make(reader, by=admin)
    assert re.fullmatch("([a-hj-km-np-z2-9]{5}-){3}[a-hj-km-np-z2-9]{5}", token)
    assert links.use(token.upper().replace("-", ""), password=NEW) == reader


def test_using_a_link_ends_sessions_and_opens_a_locked_account(client, admin, reader):
    from django.test import Client

    client.post(reverse("account_login"), {"login": "reader", "password": "mat-khau-de-thu-2026"})
    other = Client()
    for _ in range(5):
        other.post(reverse("account_login"), {"login": "reader", "password": "sai"})
    links.use(links.make(reader, by=admin), password=NEW)
    assert client.get(reverse("my_account")).status_code == 302
    assert (
        other.post(reverse("account_login"), {"login": "reader", "password": NEW}).status_code
        == 302
    )


def test_a_link_may_take_the_second_factor_away_and_only_where_it_says_so(admin, reader):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=reader, type="totp", data={"secret": "x"})
    links.use(links.make(reader, by=admin), password=NEW)
    assert Authenticator.objects.filter(user=reader).exists()
    links.use(links.make(reader, by=admin, drops_second_factor=True), password=NEW)
    assert not Authenticator.objects.filter(user=reader).exists()


def test_a_link_asks_for_the_second_factor_where_it_stays(client, admin, reader):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=reader, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    answer = client.post(
        reverse("one_time_link", args=[links.make(reader, by=admin)]),
        {"password1": NEW, "password2": NEW},
    )
    assert answer.url == reverse("mfa_authenticate")
    assert client.get(reverse("my_account")).status_code == 302


def test_a_link_is_refused_to_the_wrong_role_to_strangers_and_where_it_would_give_more_power(
    admin, officer, reader, stranger, system_admin, appoint, other_agency
):
    for by in (officer, reader, stranger):
        with pytest.raises(Refused, match="quản trị hệ thống"):
            links.make(reader, by=by)
    # A system administrator who also works here
    appoint("sysadmin", "reader", admin.appointments.get().agency)
    with pytest.raises(Refused, match="quản trị hệ thống"):
        links.make(system_admin, by=admin)
    appoint("reader", "officer", other_agency)
    with pytest.raises(Refused, match="quản trị hệ thống"):
        links.make(reader, by=admin)
    assert links.make(reader, by=system_admin)


def test_a_post_elsewhere_that_begins_later_counts_and_one_that_has_ended_does_not(
    admin, reader, appoint, other_agency
):
    appoint(
        "reader",
        "reader",
        other_agency,
        starts_on=datetime.date(2019, 1, 1),
        ends_on=datetime.date(2020, 1, 1),
    )
    assert links.make(reader, by=admin)
    appoint("reader", "reader", other_agency, starts_on=datetime.date(2099, 1, 1))
    with pytest.raises(Refused):
        links.make(reader, by=admin)


def test_a_deactivated_person_gets_no_link_and_loses_the_one_they_had(client, admin, reader):
    token = links.make(reader, by=admin)
    people.deactivate(reader, by=admin)
    assert client.get(reverse("one_time_link", args=[token])).status_code == 410
    with pytest.raises(Refused, match="ngừng hoạt động"):
        links.make(reader, by=admin)


def test_the_page_of_agencies_says_who_is_missing_in_a_fixed_number_of_questions(
    client, system_admin, agency, other_agency, appoint
):
    appoint("thuky", "officer", agency)
    appoint("quantri", "agency_admin", agency, ends_on=datetime.date(2021, 1, 1))
    client.force_login(system_admin)
    client.get(reverse("manage"))
    found = {
        row.code: (row.people_count, row.has_officer, row.has_admin)
        for row in client.get(reverse("manage")).context["agencies"]
    }
    assert found == {"STP": (1, True, False), "SNV": (0, False, False)}
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("manage"))
    for number in range(5):
        create_agency(code=f"C{number}", name=f"Sở {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("manage"))
    assert len(many) == len(few)
