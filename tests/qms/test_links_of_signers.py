"""A link into the account of somebody who drafts, reviews or approves is made and used in the sight
of the agency's officers and approvers."""

import pytest
from django.core import mail
from django.utils import timezone

from qms.accounts import links
from qms.lifecycle import people
from qms.models import Event, Unit
from qms.roles import Role

NEW = "mot-cau-de-nho-that-dai"


def reachable(person):
    person.email = person.confirmed_email = f"{person.username}@example.org"
    person.last_login = timezone.now()
    person.save()
    return person


@pytest.fixture
def head(appoint, agency):
    return reachable(appoint("giam.doc", "approver", agency, name="Vương Giám Đốc"))


@pytest.fixture
def officer(officer):
    return reachable(officer)


def told() -> list[str]:
    """Who got the mails since the last call."""
    found = sorted(message.to[0].split("@")[0] for message in mail.outbox)
    mail.outbox.clear()
    return found


def test_making_and_using_a_link_for_an_approver_is_told_to_officers_approvers_and_the_person(
    admin, head, officer, stranger, reader
):
    for other in (stranger, reader):
        reachable(other)
    token = links.make(head, by=admin, drops_second_factor=True)
    body = mail.outbox[0].body
    assert "Ngô Thị Quản Trị (quantri.stp) vừa tạo liên kết" in body
    assert "Khi liên kết được dùng, xác thực hai lớp" in body
    assert told() == ["giam.doc", "officer"]
    links.use(token, password=NEW)
    body = mail.outbox[0].body
    assert "Mật khẩu của Vương Giám Đốc (giam.doc)" in body
    assert "do Ngô Thị Quản Trị (quantri.stp) tạo" in body
    assert "Xác thực hai lớp của tài khoản đã bị gỡ." in body
    assert told() == ["giam.doc", "officer"]


def test_the_journal_names_who_made_the_link_and_who_was_told(admin, head, officer):
    links.use(links.make(head, by=admin), password=NEW)
    made, used = (Event.objects.get(kind=kind) for kind in ("link_made", "link_used"))
    assert made.data == {"drops_second_factor": False, "told": "officer, giam.doc"}
    assert used.data == made.data | {"link_by": "quantri.stp"}


@pytest.mark.parametrize("role", [Role.OFFICER, Role.REVIEWER, Role.UNIT_HEAD])
def test_so_it_is_for_each_role_that_a_second_person_gives(admin, head, agency, appoint, role):
    unit = Unit.objects.create(agency=agency, name="Một") if role == Role.UNIT_HEAD else None
    signer = reachable(appoint("nguoi.ky", role, agency, unit=unit))
    token = links.make(signer, by=admin)
    assert told() == ["giam.doc", "nguoi.ky"]
    links.use(token, password=NEW)
    assert told() == ["giam.doc", "nguoi.ky"]


def test_a_role_that_is_ended_first_and_given_again_hides_nothing(
    admin, head, officer, agency, appoint
):
    signer = reachable(appoint("nguoi.ky", "approver", agency))
    given = signer.appointments.get()
    people.end_appointment(given, by=admin)
    links.use(links.make(signer, by=admin), password=NEW)
    assert told() == ["giam.doc", "giam.doc", "nguoi.ky", "nguoi.ky", "officer", "officer"]


def test_a_link_for_a_reader_or_by_the_command_line_is_not_told(admin, head, reader):
    links.use(links.make(reachable(reader), by=admin), password=NEW)
    links.use(links.make(head, by=None), password=NEW)
    assert told() == []


def test_the_first_link_of_a_new_account_is_told_when_it_is_used(admin, head, agency, appoint):
    signer = appoint("nguoi.moi", "reviewer", agency)
    token = links.make(signer, by=admin)
    assert told() == []
    links.use(token, password=NEW)
    assert told() == ["giam.doc"]


def test_people_without_a_confirmed_address_get_no_mail_and_are_named(admin, head, agency, appoint):
    appoint("khong.thu", "officer", agency)
    links.make(head, by=admin)
    assert told() == ["giam.doc"]
    assert Event.objects.get(kind="link_made").data["told"] == "khong.thu, giam.doc"
