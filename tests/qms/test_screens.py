"""The admin's screens for agencies, units, people, appointments: who sees what, and what nobody can
obtain."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from qms import access
from qms.clock import today
from qms.models import Agency, Appointment, Mail, OneTimeLink, Unit, User
from tests.qms.conftest import CANARY, page

LISTS = ["units:index", "people:index", "appointments:index", "mails:index"]
NASTY = ["'", '"', "%", "\\", "abc", "-1", "9" * 30, "١٢", "<script>", "😀", "a" * 3000]


def test_the_menu_shows_each_what_they_may_use(client, admin, system_admin, officer):
    def names(user):
        client.force_login(user)
        from wagtail.admin.menu import admin_menu

        request = client.get("/admin/").wsgi_request
        request.user = user
        return {item.name for item in admin_menu.menu_items_for_request(request)} & everything

    everything = {"agencies", "units", "people", "appointments", "mails", "jobs"}
    assert names(system_admin) == everything
    assert names(admin) == everything - {"agencies", "jobs"}
    assert names(officer) == set()


@pytest.mark.parametrize(
    "name", [*LISTS, "agencies:index", "jobs", "people:add", "units:add", "appointments:add"]
)
def test_screens_are_refused_to_who_manages_nothing(client, officer, reader, overseer, name):
    client.force_login(officer)
    assert page(client, name).status_code == 302
    for nobody in (reader, overseer):
        client.force_login(nobody)
        answer = client.get(reverse(name), follow=True)
        assert (answer.status_code, len(answer.redirect_chain)) == (403, 1)
    client.logout()
    answer = client.get(reverse(name), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_agencies_and_jobs_are_refused_to_an_agency_administrator(client, admin, agency):
    client.force_login(admin)
    for name in ("agencies:index", "agencies:add", "jobs"):
        assert page(client, name).status_code == 302
    assert page(client, "agencies:edit", agency.pk).status_code == 302
    client.post(reverse("agencies:close", args=[agency.pk]), {"on_day": "2026-01-01"})
    agency.refresh_from_db()
    assert agency.active_to is None


@pytest.mark.parametrize("name", LISTS)
def test_lists_hold_the_own_agency_alone(client, admin, foreign, reader, unit, name):
    Mail.objects.create(
        to="x@example.org", subject=f"Thư {CANARY}", body=CANARY, person=foreign["person"]
    )
    client.force_login(admin)
    for query in (
        {},
        {"q": "hoang yen"},
        {"q": "Hoàng"},
        {"export": "csv"},
        {"export": "xlsx"},
        {"agency": foreign["agency"].pk},
    ):
        answer = page(client, name, **query)
        assert CANARY.encode() not in (
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        )


def test_a_system_administrator_sees_all_agencies(client, system_admin, foreign):
    client.force_login(system_admin)
    for name in ("units:index", "people:index", "appointments:index"):
        assert CANARY in page(client, name).content.decode()


def test_foreign_ids_are_not_found_or_refused_and_tell_no_name(client, admin, foreign):
    client.force_login(admin)
    paths = [
        reverse(f"units:{name}", args=[foreign["unit"].pk]) for name in ("edit", "remove", "acts")
    ]
    paths += [
        reverse(f"people:{name}", args=[foreign["person"].pk])
        for name in ("edit", "link", "deactivate", "reactivate", "acts")
    ]
    paths += [
        reverse(f"appointments:{name}", args=[foreign["appointment"].pk])
        for name in ("edit", "end")
    ]
    paths += [
        reverse(name, args=[foreign["agency"].pk])
        for name in (
            "manage_units",
            "manage_people",
            "manage_people_template",
            "manage_waiting_slips",
        )
    ]
    paths += [
        reverse(f"agencies:{name}", args=[foreign["agency"].pk])
        for name in ("edit", "close", "reopen", "acts")
    ]
    for path in paths:
        for answer in (
            client.get(path),
            client.post(path, {"name": "x", "first_name": "x", "units": "x", "act": "typed"}),
        ):
            assert answer.status_code in (302, 404, 405), path
            assert CANARY.encode() not in answer.content
    assert not OneTimeLink.objects.exists()
    foreign["person"].refresh_from_db()
    assert foreign["person"].is_active


def test_forms_do_not_take_foreign_units_people_or_agencies(client, admin, agency, foreign, reader):
    client.force_login(admin)
    day = today().isoformat()
    given = {"person": reader.pk, "role": "author", "agency": agency.pk, "starts_on": day}
    for wrong in (
        {"agency": foreign["agency"].pk},
        {"unit": foreign["unit"].pk},
        {"person": foreign["person"].pk},
        {"role": "system_admin"},
        {"role": "overseer", "agency": ""},
    ):
        answer = client.post(reverse("appointments:add"), given | wrong)
        assert answer.status_code == 200
        assert CANARY.encode() not in answer.content
    assert (
        CANARY.encode() not in page(client, "appointments:add", person=foreign["person"].pk).content
    )
    assert (
        client.post(
            reverse("units:add"), {"agency": foreign["agency"].pk, "name": "Phòng mới"}
        ).status_code
        == 200
    )
    person = {"first_name": "Mới", "role": "reader", "starts_on": day}
    assert (
        client.post(reverse("people:add"), person | {"agency": foreign["agency"].pk}).status_code
        == 200
    )
    assert (
        client.post(
            reverse("people:add"), person | {"agency": agency.pk, "unit": foreign["unit"].pk}
        ).status_code
        == 200
    )
    assert Appointment.objects.filter(person=reader).count() == 1
    assert not User.objects.filter(first_name="Mới").exists()


@pytest.mark.parametrize("name", [*LISTS, "agencies:index"])
def test_searching_finds_names_without_marks_and_survives_anything_typed(
    client, system_admin, foreign, name
):
    Mail.objects.create(
        to="x@example.org", subject=f"Thư {CANARY}", body="", person=foreign["person"]
    )
    Agency.objects.create(code="HYEN", name=f"Sở {CANARY}")
    client.force_login(system_admin)
    for typed in ("hoang yen", "YEN hoang", "Hoàng Yến", "Hoa\u0300ng"):
        assert CANARY in page(client, name, q=typed).content.decode()
    results = name.replace("index", "index_results")
    for nasty in NASTY:
        others = ("ordering", "role", "kind", "export", "agency", "person", "_w_filter_fragment")
        for where, query in (
            (name, {"q": nasty}),
            (results, {"p": nasty}),
            (name, dict.fromkeys(others, nasty)),
            (results, dict.fromkeys(others, nasty)),
        ):
            assert page(client, where, **query).status_code in (200, 404), (query, nasty)
    assert client.get(reverse(name) + "?q=%00").status_code == 400


@pytest.mark.parametrize("name", ["units:add", "people:add", "appointments:add"])
def test_forms_survive_anything_typed(client, system_admin, name):
    client.force_login(system_admin)
    for nasty in NASTY:
        fields = (
            "agency",
            "name",
            "code",
            "first_name",
            "username",
            "email",
            "role",
            "unit",
            "post",
            "person",
            "starts_on",
            "ends_on",
            "active_from",
        )
        assert client.post(reverse(name), dict.fromkeys(fields, nasty)).status_code == 200
        assert page(client, name, person=nasty).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "units:edit",
        "people:edit",
        "appointments:edit",
        "agencies:edit",
        "people:link",
        "mails:read",
        "units:acts",
    ],
)
def test_an_id_that_is_too_long_is_not_found(client, system_admin, name):
    client.force_login(system_admin)
    assert page(client, name, 10**25).status_code == 404


def test_a_system_administrator_founds_renames_and_closes_an_agency_with_its_history(
    client, system_admin, agency, other_agency, appoint
):
    client.force_login(system_admin)
    assert (
        client.post(
            reverse("agencies:add"), {"name": "UBND phường Thuận Hóa", "code": "TH", "kind": "ward"}
        ).status_code
        == 302
    )
    assert Agency.objects.get(code="TH").page.agency.name == "UBND phường Thuận Hóa"
    assert (
        "đã có cơ quan dùng"
        in client.post(
            reverse("agencies:add"), {"name": "Khác", "code": "th", "kind": "ward"}
        ).content.decode()
    )
    officer = appoint("officer", "officer", agency)
    client.post(
        reverse("agencies:edit", args=[agency.pk]),
        {"name": "Sở Tư pháp và Nội chính", "code": "STP", "kind": "department"},
    )
    agency.refresh_from_db()
    assert (agency.name, agency.page.title) == (
        "Sở Tư pháp và Nội chính",
        "Sở Tư pháp và Nội chính",
    )
    assert list(agency.history.order_by("history_id").values_list("name", flat=True)) == [
        "Sở Tư pháp",
        "Sở Tư pháp và Nội chính",
    ]
    yesterday = today() - datetime.timedelta(days=1)
    client.post(
        reverse("agencies:close", args=[agency.pk]),
        {"on_day": yesterday.isoformat(), "successor": other_agency.pk},
    )
    agency.refresh_from_db()
    assert (agency.active_to, agency.successor) == (yesterday, other_agency)
    assert not access.has_role(officer, agency, "officer")
    history = page(client, "agencies:acts", agency.pk).content.decode()
    assert "Sở Tư pháp → Sở Tư pháp và Nội chính" in history
    assert "Đóng cơ quan" in history
    refused = client.post(
        reverse("agencies:close", args=[other_agency.pk]),
        {"on_day": today().isoformat(), "successor": agency.pk},
    )
    assert "kế thừa chính mình" in refused.content.decode()
    client.post(reverse("agencies:reopen", args=[agency.pk]))
    agency.refresh_from_db()
    assert agency.active_to is None


def test_a_unit_typed_by_mistake_is_deleted_and_one_in_use_is_not(
    client, admin, unit, agency, appoint
):
    client.force_login(admin)
    spare = Unit.objects.create(agency=agency, name="Phòng nhầm")
    client.post(reverse("units:remove", args=[spare.pk]))
    appoint("reader", "reader", agency, unit=unit)
    answer = client.post(reverse("units:remove", args=[unit.pk]))
    assert "ghi ngày kết thúc" in answer.content.decode()
    assert list(Unit.objects.filter(agency=agency)) == [unit]


def test_mails_are_read_by_who_has_power_over_their_person(
    client, admin, other_admin, system_admin, reader
):
    letter = Mail.objects.create(
        to="a@example.org",
        subject="Đặt mật khẩu",
        body="liên kết bí mật",
        person=reader,
        error="Chưa cấu hình máy chủ thư.",
    )
    for person, sees in ((admin, True), (system_admin, True), (other_admin, False)):
        client.force_login(person)
        answer = page(client, "mails:read", letter.pk)
        assert ("liên kết bí mật" in answer.content.decode()) is sees
        assert ("Đặt mật khẩu" in page(client, "mails:index").content.decode()) is sees
        assert answer.status_code == (200 if sees else 404)


def test_stuck_work_is_shown_tried_again_or_given_up_by_a_system_administrator_alone(
    client, system_admin, admin
):
    from qms.work import due

    row = due.plan("nhac:1", "khong-co", {}, timezone.now())
    now = timezone.now()
    for _ in range(6):
        due.run_due(now)
        now += datetime.timedelta(days=1)
    act = {"source": "due", "key": str(row.pk), "act": "retry"}
    client.force_login(admin)
    client.post(reverse("jobs_settle"), act)
    assert due.stuck() == [row]
    client.force_login(system_admin)
    shown = page(client, "jobs").content.decode()
    assert "nhac:1" in shown
    assert "no handler is registered" in shown
    for wrong in (
        {"source": "due", "key": "abc", "act": "retry"},
        {"source": "x", "key": "1", "act": "retry"},
        {**act, "act": "x"},
        {},
    ):
        assert client.post(reverse("jobs_settle"), wrong).status_code == 404
    client.post(reverse("jobs_settle"), act)
    assert due.stuck() == []


@pytest.mark.parametrize("path", ["users/", "groups/", "groups/new/", "sites/", "snippets/", "collections/", "workflows/list/", "workflows/tasks/index/",
                                  "reports/site-history/", "reports/workflow/", "reports/locked/", "redirects/", "failwhale/", "password_reset/"])  # fmt: skip
def test_wagtails_own_screens_for_accounts_groups_and_reports_are_closed_to_everyone(
    client, system_admin, admin, officer, path
):
    for person in (system_admin, admin, officer):
        client.force_login(person)
        assert client.get(f"/admin/{path}").status_code == 404
        assert client.post(f"/admin/{path}", {}).status_code == 404


def test_wagtails_account_page_leads_to_ours(client, officer):
    client.force_login(officer)
    assert client.get("/admin/account/").url == reverse("my_account")


def test_the_admin_speaks_english_by_choice(client, admin):
    client.force_login(admin)
    assert '<html lang="vi"' in client.get(reverse("people:index")).content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert '<html lang="en"' in client.get(reverse("people:index")).content.decode()
