"""People, their roles and accounts on the screens of administrators: what each may change, and what
is refused."""

import datetime

from django.urls import reverse

from qms import access
from qms.accounts import links
from qms.clock import today
from qms.models import Appointment, Event, Mail, OneTimeLink, User
from tests.qms.conftest import CANARY, page


def test_an_administrator_adds_a_person_who_comes_in_with_the_slip(client, admin, agency, unit):
    client.force_login(admin)
    answer = client.post(
        reverse("people:add"),
        {
            "first_name": "Trần Thị Hồng Hạnh",
            "agency": agency.pk,
            "role": "officer",
            "unit": unit.pk,
            "post": "Chuyên viên",
            "starts_on": today().isoformat(),
        },
    )
    person = User.objects.get(first_name="Trần Thị Hồng Hạnh")
    assert person.username == "hanhtth"
    assert "no-store" in answer["Cache-Control"]
    address = answer.context["slips"][0]["address"]
    client.logout()
    new = "mot-cau-de-nho-that-dai"
    assert (
        client.post("/" + address.split("/", 3)[3], {"password1": new, "password2": new}).url == "/"
    )
    assert access.has_role(person, agency, "officer")


def test_adding_the_same_person_twice_asks_who_is_meant(client, admin, agency, reader):
    client.force_login(admin)
    form = {
        "first_name": reader.first_name,
        "agency": agency.pk,
        "role": "reader",
        "starts_on": today().isoformat(),
    }
    answer = client.post(reverse("people:add"), form)
    assert "(reader)" in str(answer.context["form"].errors["username"])
    client.post(reverse("people:add"), form | {"username": "nguoikhac"})
    assert list(
        User.objects.filter(first_name=reader.first_name)
        .order_by("pk")
        .values_list("username", flat=True)
    ) == ["reader", "nguoikhac"]
    assert client.get("/admin/").status_code == 200


def test_a_person_is_changed_by_the_own_administrator_and_not_while_they_hold_a_post_elsewhere(
    client, admin, reader, appoint, other_agency
):
    client.force_login(admin)
    fields = {"first_name": "Nguyễn Thị Đọc Sách", "username": "reader", "email": "doc@example.org"}
    assert client.post(reverse("people:edit", args=[reader.pk]), fields).status_code == 302
    reader.refresh_from_db()
    assert reader.first_name == "Nguyễn Thị Đọc Sách"
    appoint("reader", "officer", other_agency)
    client.post(reverse("people:edit", args=[reader.pk]), fields | {"email": "chiem@example.org"})
    for step in ("deactivate", "link"):
        client.post(reverse(f"people:{step}", args=[reader.pk]))
    reader.refresh_from_db()
    assert (reader.email, reader.is_active) == ("doc@example.org", True)
    assert not OneTimeLink.objects.exists()
    assert (
        "quản trị hệ thống"
        in client.get(reverse("people:edit", args=[reader.pk]), follow=True).content.decode()
    )


def test_an_agency_administrator_cannot_take_over_a_system_administrator_by_any_field(
    client, admin, system_admin, appoint, agency
):
    appoint("sysadmin", "reader", agency)
    client.force_login(admin)
    client.post(
        reverse("people:edit", args=[system_admin.pk]),
        {"first_name": "x", "username": "sysadmin", "email": "chiem@example.org"},
    )
    client.post(reverse("people:link", args=[system_admin.pk]))
    client.post(reverse("people:deactivate", args=[system_admin.pk]))
    Mail.objects.create(
        to="a@example.org", subject="Đặt lại mật khẩu", body="bí mật", person=system_admin
    )
    assert "bí mật" not in page(client, "mails:read", Mail.objects.get().pk).content.decode()
    system_admin.refresh_from_db()
    assert (system_admin.email, system_admin.is_active, OneTimeLink.objects.count()) == (
        "",
        True,
        0,
    )


def test_a_post_elsewhere_is_not_shown_to_the_administrator_of_the_first_agency(
    client, admin, reader, appoint, foreign
):
    appoint("reader", "author", foreign["agency"], unit=foreign["unit"])
    client.force_login(admin)
    shown = page(client, "people:index").content.decode()
    assert "Nguyễn Thị Đọc" in shown
    assert CANARY not in shown
    assert CANARY not in page(client, "people:acts", reader.pk).content.decode()


def test_a_role_is_given_changed_and_ended_by_the_administrator_at_once(
    client, admin, agency, reader, unit
):
    client.force_login(admin)
    given = {
        "person": reader.pk,
        "role": "officer",
        "agency": agency.pk,
        "unit": unit.pk,
        "post": "Thư ký",
        "starts_on": today().isoformat(),
    }
    assert client.post(reverse("appointments:add"), given).status_code == 302
    access.forget(reader)
    assert access.has_role(reader, agency, "officer")
    made = Appointment.objects.get(person=reader, role="officer")
    changed = {
        "person": reader.pk,
        "role": "approver",
        "agency": agency.pk,
        "unit": "",
        "post": "Trưởng ban",
        "starts_on": "2026-01-02",
    }
    client.post(reverse("appointments:edit", args=[made.pk]), changed)
    made.refresh_from_db()
    assert (made.role, made.post, made.starts_on) == (
        "officer",
        "Trưởng ban",
        datetime.date(2026, 1, 2),
    )
    client.post(reverse("appointments:end", args=[made.pk]), {"when": "now"})
    access.forget(reader)
    assert not access.has_role(reader, agency, "officer")
    assert [e.kind for e in Event.objects.filter(subject=f"person:{reader.pk}")] == [
        "appointed",
        "appointment_changed",
        "appointment_ended",
    ]
    assert "Giao vai trò" in page(client, "people:acts", reader.pk).content.decode()


def test_nobody_holds_the_same_role_in_the_same_unit_twice_on_one_day(
    client, admin, agency, reader, unit
):
    client.force_login(admin)

    def give(first, last="", **other):
        given = {
            "person": reader.pk,
            "role": "officer",
            "agency": agency.pk,
            "unit": unit.pk,
            "starts_on": first,
            "ends_on": last,
        }
        return client.post(reverse("appointments:add"), given | other)

    assert give("2026-03-01", "2026-06-30").status_code == 302
    for first, last in (
        ("2026-06-30", ""),
        ("2026-01-01", "2026-03-01"),
        ("2026-04-01", "2026-04-02"),
        ("2026-01-01", ""),
    ):
        assert (
            "đã giữ vai trò này từ 01/03/2026 đến 30/06/2026" in give(first, last).content.decode()
        )
    assert [
        give("2026-07-01").status_code,
        give("2026-01-01", "2026-02-28").status_code,
        give("2026-03-01", unit="").status_code,
    ] == [302] * 3
    assert "đã giữ vai trò này từ 01/07/2026." in give("2026-08-01").content.decode()
    first = Appointment.objects.get(person=reader, unit=unit, starts_on="2026-03-01")
    changed = {"unit": unit.pk, "post": "", "starts_on": "2026-03-01", "ends_on": "2026-07-01"}
    assert (
        "đã giữ vai trò này từ 01/07/2026."
        in client.post(reverse("appointments:edit", args=[first.pk]), changed).content.decode()
    )
    assert (
        client.post(
            reverse("appointments:edit", args=[first.pk]), changed | {"ends_on": "2026-06-01"}
        ).status_code
        == 302
    )


def test_the_only_system_administrator_cannot_end_their_own_role_or_account(client, system_admin):
    client.force_login(system_admin)
    own = Appointment.objects.get(person=system_admin)
    client.post(reverse("appointments:end", args=[own.pk]), {"when": "now"})
    changed = {
        "person": system_admin.pk,
        "role": "system_admin",
        "starts_on": "2020-01-01",
        "ends_on": "2020-02-01",
    }
    client.post(reverse("appointments:edit", args=[own.pk]), changed)
    client.post(reverse("people:deactivate", args=[system_admin.pk]))
    own.refresh_from_db()
    system_admin.refresh_from_db()
    assert (own.ends_on, system_admin.is_active) == (None, True)


def test_a_link_made_in_the_admin_is_shown_once_and_ends_the_one_before(client, admin, reader):
    client.force_login(admin)
    before = links.make(reader, by=admin)
    answer = client.post(reverse("people:link", args=[reader.pk]), {})
    assert "Phiếu tài khoản" in answer.content.decode()
    assert client.get(reverse("one_time_link", args=[before])).status_code == 410
