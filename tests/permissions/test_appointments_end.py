"""Access follows the calendar and the account immediately: on the next request, without a job,
whatever session is open."""

import datetime
import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from qms.accounts import links
from qms.clock import today
from qms.lifecycle import people
from qms.models import Agency, Appointment, User
from qms.roles import Role
from tests.permissions.canary import BETA, DRAFT, City, word
from tests.permissions.telling import body_of

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
SECRET = word(BETA, DRAFT, "title")


@pytest.fixture
def officer(city: City) -> User:
    # What an earlier test did to the object is rolled back in the database alone
    return User.objects.get(pk=city.beta.people[Role.OFFICER].pk)


@pytest.fixture
def client(officer: User) -> Client:
    """A session opened while in office."""
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def addresses(city: City) -> list[str]:
    page = city.beta.pages[0]
    return [
        "/admin/", "/admin/tai-lieu/", f"/admin/tai-lieu/{page.pk}/", f"/admin/pages/{page.pk}/edit/", f"/admin/pages/{page.pk}/edit/preview/",
        f"/admin/pages/{page.pk}/view_draft/", f"/admin/tai-lieu/{page.pk}/tep-goc/", "/admin/nhap-tep/", "/admin/nhap-tep/7001/",
        "/admin/nhap-tep/files/7001/original/", f"/d/{city.beta.pages[2].pk}/", "/tim-kiem/?q=zzbait", "/tim-kiem/goi-y/?q=zzbait",
    ]  # fmt: skip


def told(client: Client, addresses: list[str]) -> list[str]:
    """The URLs whose responses contain any of the agency's data (the person's own name is on every
    page)."""
    return [
        url
        for url in addresses
        if re.search(rb"zzcanarybeta(?:draft|own|issued)", body_of(client.get(url)))
    ]


def test_in_office_everything_is_there(client: Client, addresses: list[str]):
    assert len(told(client, addresses)) > 6


def test_a_deactivated_account_is_out_on_the_next_request(
    client: Client, addresses: list[str], officer: User
):
    assert told(client, addresses)
    people.deactivate(officer, by=None)
    assert told(client, addresses) == []


def test_it_is_out_also_where_only_the_flag_was_changed(
    client: Client, addresses: list[str], officer: User
):
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert told(client, addresses) == []


def test_a_deactivated_account_can_not_sign_in(city: City, officer: User):
    User.objects.filter(pk=officer.pk).update(is_active=False)
    client = Client()
    client.post("/accounts/login/", {"login": officer.username, "password": "mat-khau-de-thu-2026"})
    assert "_auth_user_id" not in client.session


def test_a_link_of_a_deactivated_account_is_dead(city: City, officer: User):
    token = links.make(officer, by=None)
    people.deactivate(officer, by=None)
    assert Client().get(urlsplit(links.address(token)).path).status_code in {404, 410}


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [(-9, 0, True), (-9, -1, False), (0, None, True), (0, 0, True), (1, None, False)],
)
def test_an_appointment_holds_from_its_first_to_its_last_day(
    client: Client, addresses: list[str], officer: User, starts: int, ends: int | None, holds: bool
):
    assert told(client, addresses)
    Appointment.objects.filter(person=officer).update(
        starts_on=today() + starts * DAY, ends_on=None if ends is None else today() + ends * DAY
    )
    assert bool(told(client, addresses)) == holds


def test_one_who_begins_today_meets_the_admin_without_a_job(city: City, addresses: list[str]):
    coming = city.others["beginning"]
    client = Client()
    client.force_login(coming)
    assert told(client, addresses) == []
    Appointment.objects.filter(person=coming).update(starts_on=today())
    assert SECRET.encode() in body_of(client.get("/admin/tai-lieu/"))


def test_derived_groups_are_repaired_before_the_request_goes_on(client: Client, officer: User):
    Appointment.objects.filter(person=officer).update(ends_on=today() - DAY)
    assert client.get("/admin/").status_code in {302, 403, 404}
    assert list(officer.groups.values_list("name", flat=True)) == []


def test_the_posts_of_a_closed_agency_end_with_it(client: Client, addresses: list[str], city: City):
    Agency.objects.filter(pk=city.beta.agency.pk).update(active_to=today() - DAY)
    assert told(client, addresses) == []


def test_nothing_is_done_after_the_last_day(client: Client, city: City, officer: User):
    """Not only hidden: a form that was open in the browser is refused."""
    page = city.beta.pages[0]
    Appointment.objects.filter(person=officer).update(ends_on=today() - DAY)
    for url in (
        f"/admin/tai-lieu/{page.pk}/trinh-duyet/",
        f"/admin/tai-lieu/{page.pk}/xoa/",
        f"/admin/pages/{page.pk}/edit/",
    ):
        assert client.post(
            url, {"issued_on": today().isoformat(), "title": "Khác"}
        ).status_code in {302, 403, 404}
    page.refresh_from_db()
    assert (page.title.startswith(SECRET), page.versions.count()) == (True, 0)


def test_who_holds_no_role_today_is_told_so_on_the_first_page(client, reader, agency):
    client.force_login(reader)
    told = "Hôm nay bạn không giữ vai trò nào"
    assert told not in client.get("/").content.decode()
    Appointment.objects.filter(person=reader).update(ends_on=today() - datetime.timedelta(days=1))
    assert told in client.get("/").content.decode()
