"""Appointments begin and end on their day without a job; Wagtail's groups follow at the
next request."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from wagtail.models import GroupPagePermission

from qms import access, clock, groups
from qms.models import Appointment, Event


@pytest.fixture
def on_day(monkeypatch):
    """Sets the day in the city, for everything that uses the clock."""

    def set_day(text):
        day = datetime.date.fromisoformat(text)
        for module in ("qms.access", "qms.rules", "qms.lifecycle.people", "qms.models.people"):
            monkeypatch.setattr(f"{module}.today", lambda: day)
        monkeypatch.setattr(clock, "today", lambda: day)

    return set_day


def held(user):
    return sorted(user.groups.values_list("name", flat=True))


def test_a_post_starts_and_ends_on_its_day_without_a_job(client, agency, appoint, on_day):
    user = appoint(
        "moi",
        "officer",
        agency,
        starts_on=datetime.date(2030, 3, 1),
        ends_on=datetime.date(2030, 3, 31),
    )
    client.force_login(user)
    seen = {}
    for day in ("2030-02-28", "2030-03-01", "2030-03-31", "2030-04-01"):
        on_day(day)
        seen[day] = (client.get("/admin/").status_code, held(user))
    name = groups.group_name(agency.pk, "officer")
    assert seen == {
        "2030-02-28": (302, []),
        "2030-03-01": (200, [name]),
        "2030-03-31": (200, [name]),
        "2030-04-01": (302, []),
    }


def test_an_agency_that_closes_ends_its_posts(client, agency, officer, on_day):
    agency.active_to = datetime.date(2030, 6, 30)
    agency.save()
    client.force_login(officer)
    on_day("2030-06-30")
    assert client.get("/admin/").status_code == 200
    on_day("2030-07-01")
    assert client.get("/admin/").status_code == 302
    assert held(officer) == []


def test_groups_are_repaired_before_the_request_goes_on(client, agency, officer, other_agency):
    client.force_login(officer)
    officer.groups.set(
        [groups.derive(other_agency.pk, "officer"), groups.derive(None, "system_admin")]
    )
    client.get("/admin/")
    assert held(officer) == [groups.group_name(agency.pk, "officer")]


def test_a_role_without_the_admin_opens_no_door_there(client, reader, overseer):
    for person in (reader, overseer):
        client.force_login(person)
        assert client.get("/admin/").status_code == 302
        assert held(person) == []


def test_a_fresh_database_has_no_differences(db, capsys):
    assert Group.objects.count() == 0
    call_command("check_access")


def test_every_difference_is_listed_and_the_repairable_are_repaired(
    agency, officer, author, reader, other_agency, capsys
):
    for person in (officer, author):
        groups.sync(person)
    assert groups.differences() == []
    admin = Permission.objects.get(codename="access_admin")
    stray = Group.objects.create(name="Editors")
    stray.permissions.add(admin)
    reader.groups.add(stray)
    reader.user_permissions.add(admin)
    group = Group.objects.get(name=groups.group_name(agency.pk, "author"))
    group.permissions.add(
        Permission.objects.get(codename="add_user", content_type__app_label="qms")
    )
    GroupPagePermission.objects.create(
        group=group,
        page=other_agency.page,
        permission=Permission.objects.get(codename="publish_page"),
    )
    officer.groups.clear()
    officer.is_superuser = True
    officer.save()
    found = groups.differences()
    for part in (
        "group Editors",
        "permissions ['access_admin', 'add_user']",
        "page permissions",
        "reader: holds Editors",
        "officer: lacks qms:",
        "officer: is a superuser",
        "reader: has direct permissions",
    ):
        assert [line for line in found if part in line], part
    with pytest.raises(SystemExit) as ended:
        call_command("check_access")
    assert ended.value.code == 1
    officer.is_superuser = False
    officer.save()
    call_command("check_access", "--fix")
    assert groups.differences() == []


def test_a_group_kept_after_its_appointment_ended_is_reported_until_the_person_signs_in(
    client, agency, officer
):
    client.force_login(officer)
    client.get("/admin/")
    Appointment.objects.filter(person=officer).update(ends_on=datetime.date(2020, 2, 1))
    assert groups.differences() == [f"officer: holds {groups.group_name(agency.pk, 'officer')}"]
    client.get("/")
    assert groups.differences() == []


def test_the_command_founds_agencies_and_says_what_is_wrong(db, capsys):
    from django.core.management import CommandError

    from qms.models import Agency

    call_command(
        "create_agency", "--code", "STP", "--name", "Sở  Tư pháp", "--kind", "department", "--json"
    )
    assert '"name": "Sở Tư pháp"' in capsys.readouterr().out
    agency = Agency.objects.get()
    assert agency.page.title == "Sở Tư pháp"
    assert Event.objects.get().kind == "agency_created"
    for arguments, code, words in (
        (["--code", "stp", "--name", "Khác"], 1, "đã có cơ quan dùng"),
        (["--code", "", "--name", ""], 1, "mã cơ quan"),
        (["--code", "X"], 2, "thiếu tham số bắt buộc: --name"),
        (["--code", "X", "--name", "Y", "--kind", "village"], 2, "không hợp lệ"),
    ):
        with pytest.raises(CommandError, match=words) as refusal:
            call_command("create_agency", *arguments)
        assert refusal.value.returncode == code
    assert Agency.objects.count() == 1


def test_a_deactivated_account_holds_no_posts(officer, agency):
    officer.is_active = False
    access.forget(officer)
    assert access.appointments(officer) == []
    assert access.tokens_for(officer) == frozenset({"public"})
