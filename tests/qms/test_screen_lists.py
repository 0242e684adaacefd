"""The admin's lists and home page of agencies, units, people and appointments: content
and order."""

import datetime

import pytest
from django.urls import reverse

from qms.clock import today
from qms.models import Mail, Unit, User
from tests.qms.conftest import CANARY, page


@pytest.mark.parametrize("name", ["units:index", "people:index", "appointments:index"])
def test_lists_ask_the_database_as_often_for_many_rows_as_for_few(
    client, admin, agency, appoint, django_assert_num_queries, name
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def grow(start, end):
        for n in range(start, end):
            unit = Unit.objects.create(agency=agency, name=f"Phòng {n}")
            appoint(f"staff{n}", "author", agency, unit=unit)

    client.force_login(admin)
    grow(0, 1)
    page(client, name)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(client, name)
    grow(1, 12)
    with django_assert_num_queries(len(few)):
        page(client, name)


def listed(client, name, **query):
    return [str(row) for row in page(client, name, **query).context["object_list"]]


def test_lists_stand_in_the_order_of_the_alphabet_and_are_narrowed(
    client, system_admin, make_agency, appoint
):
    hue, an = make_agency("H", "Sở Hồ"), make_agency("A", "Sở Ấn")
    make_agency("D", "Sở Đan", active_to=datetime.date(2021, 1, 1))
    appoint("ho", "officer", hue, name="Hồ Thị Ba")
    appoint("ha", "reader", hue, name="Hà Văn Tư")
    appoint(
        "hoang", "agency_admin", an, name="Hoàng An", ends_on=today() + datetime.timedelta(days=3)
    )
    client.force_login(system_admin)
    assert listed(client, "agencies:index") == ["Sở Ấn", "Sở Đan", "Sở Hồ"]
    assert listed(client, "agencies:index", ordering="-name") == ["Sở Hồ", "Sở Đan", "Sở Ấn"]
    assert listed(client, "agencies:index", state="closed") == ["Sở Đan"]
    assert listed(client, "agencies:index", lacks="officer") == ["Sở Ấn"]
    assert listed(client, "people:index") == ["Hoàng An", "Hồ Thị Ba", "Đỗ Quản Trị", "Hà Văn Tư"]
    assert listed(client, "people:index", agency=hue.pk) == ["Hồ Thị Ba", "Hà Văn Tư"]
    assert listed(client, "people:index", role="officer") == ["Hồ Thị Ba"]
    assert listed(client, "people:index", state="in") == ["Đỗ Quản Trị"]
    assert listed(client, "appointments:index", state="ending") == ["Hoàng An – Quản trị cơ quan"]


def test_who_has_one_agency_is_neither_asked_for_it_nor_shown_it(
    client, admin, system_admin, agency, foreign, unit
):
    client.force_login(admin)
    for name in ("units:index", "people:index", "appointments:index"):
        answer = page(client, name, agency=foreign["agency"].pk)
        assert (
            "Cơ quan" in answer.content.decode().replace("Quản trị cơ quan", ""),
            CANARY in answer.content.decode(),
        ) == (False, False)
    client.force_login(system_admin)
    assert "Sở Nội vụ" in page(client, "people:index").content.decode()


def home_of(client):
    return " ".join(client.get(reverse("wagtailadmin_home")).content.decode().split())


def test_the_first_page_shows_an_administrator_what_waits_in_their_agencies(
    client, admin, system_admin, agency, other_agency, reader, foreign, appoint
):
    appoint(
        "saphet", "author", agency, name="Lê Sắp Hết", ends_on=today() + datetime.timedelta(days=5)
    )
    Mail.objects.create(
        to="x@example.org",
        subject="Thư",
        body="",
        person=reader,
        error="Chưa cấu hình máy chủ thư.",
    )
    client.force_login(admin)
    own = home_of(client)
    assert "<strong>3</strong><span>người đang giữ vai trò" in own
    assert "<strong>1</strong><span>thư chưa gửi được" in own
    assert ("Lê Sắp Hết: Người soạn thảo" in own, "Cơ quan chưa có thư ký ISO" in own) == (
        True,
        True,
    )
    assert ("việc nền" in own, CANARY in own, "Sở Nội vụ" in own) == (False, False, False)
    client.force_login(system_admin)
    assert "việc nền cần quyết định" in home_of(client)
    client.force_login(foreign["person"])  # an officer who manages nobody
    assert "người đang giữ vai trò" not in home_of(client)


def test_the_page_of_a_person_shows_their_roles_in_the_askers_agencies(
    client, admin, system_admin, agency, reader, appoint, other_agency
):
    appoint(
        "reader",
        "author",
        agency,
        starts_on=datetime.date(2019, 1, 1),
        ends_on=datetime.date(2020, 1, 1),
    )
    client.force_login(admin)
    shown = page(client, "people:edit", reader.pk).context["posts"]
    assert [(str(row["given"].role), row["state"]) for row in shown] == [
        ("reader", "Đang giữ"),
        ("author", "Đã hết"),
    ]
    given = client.post(
        reverse("appointments:add"),
        {"person": reader.pk, "role": "auditor", "agency": agency.pk, "starts_on": "01/01/2099"},
    )
    assert given.url == reverse("people:edit", args=[reader.pk])
    assert page(client, "people:edit", reader.pk).context["posts"][0]["state"] == "Bắt đầu sau này"
    appoint("reader", "reader", other_agency)
    client.force_login(system_admin)
    assert len(page(client, "people:edit", reader.pk).context["posts"]) == 4
    client.post(reverse("people:deactivate", args=[reader.pk]))
    states = [row["state"] for row in page(client, "people:edit", reader.pk).context["posts"]]
    assert sorted(states) == [
        "Bắt đầu sau này",
        "Tài khoản đã ngừng",
        "Tài khoản đã ngừng",
        "Đã hết",
    ]


def test_a_sign_in_after_midnight_is_shown_on_the_day_of_the_city(client, admin, reader):
    User.objects.filter(pk=reader.pk).update(
        last_login=datetime.datetime(2026, 3, 4, 18, 30, tzinfo=datetime.UTC)
    )
    client.force_login(admin)
    assert "Đăng nhập gần nhất 05/03/2026" in page(client, "people:index").content.decode()
