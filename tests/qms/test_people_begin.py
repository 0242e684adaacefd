"""How people begin: typed lists, slips, links by mail, the first steps of an agency."""

import datetime

from django.urls import reverse

from qms.models import Mail, User
from qms.setup import people_import, people_sheet
from qms.work import sending
from tests.qms.sheets import sheet, upload


def test_typed_people_are_taken_and_wrong_rows_keep_what_was_typed(client, admin, agency, unit):
    client.force_login(admin)
    blank = {
        f"row-{n}-{f}": "" for n in range(6) for f in ("name", "username", "email", "unit", "post")
    } | {f"row-{n}-roles": "reader" for n in range(6)}
    form = {
        "act": "typed",
        "row-TOTAL_FORMS": "6",
        "row-INITIAL_FORMS": "0",
        **blank,
        "row-0-name": "Lê Văn A",
        "row-1-name": "Lê Văn B",
    }
    wrong = client.post(reverse("manage_people", args=[agency.pk]), form | {"row-1-email": "sai"})
    assert "Địa chỉ thư điện tử không đúng." in wrong.content.decode()
    assert 'value="Lê Văn B"' in wrong.content.decode()
    client.post(
        reverse("manage_people", args=[agency.pk]),
        form | {"row-0-unit": unit.name, "row-0-roles": "officer"},
    )
    assert User.objects.filter(first_name__startswith="Lê Văn").count() == 2


def test_who_begins_on_a_later_day_gets_a_slip_again_too(client, admin, agency, appoint):
    appoint("saunay", "reader", agency, starts_on=datetime.date(2099, 1, 1))
    client.force_login(admin)
    slips = client.post(reverse("manage_waiting_slips", args=[agency.pk])).context["slips"]
    assert "saunay" in {slip["person"].username for slip in slips}


def test_slips_are_made_again_for_who_never_came_in(client, admin, agency, reader):
    from django.utils import timezone

    people_import.carry_out(agency, [people_sheet.Row(1, name="Lê Văn A")], by=admin)
    reader.last_login = timezone.now()
    reader.save()
    admin.last_login = timezone.now()
    admin.save()
    client.force_login(admin)
    answer = client.post(reverse("manage_waiting_slips", args=[agency.pk]))
    assert [slip["person"].first_name for slip in answer.context["slips"]] == ["Lê Văn A"]


def test_links_go_by_mail_where_mail_is_set_up_and_stay_readable_where_not(
    client, admin, reader, agency, settings
):
    settings.EMAIL_BACKEND = "qms.work.mail.StoringBackend"
    settings.EMAIL_HOST = "mail.example.org"
    reader.email = reader.confirmed_email = "a@example.org"
    reader.save()
    client.force_login(admin)
    answer = client.post(reverse("manage_waiting_slips", args=[agency.pk]))
    letter = Mail.objects.get(person=reader)
    assert (letter.to, letter.sent_at, letter.error) == ("a@example.org", None, "")
    slip = next(one for one in answer.context["slips"] if one["person"] == reader)
    assert slip["address"] in letter.body
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = 1  # nobody answers there
    assert sending.send_waiting() == 0
    letter.refresh_from_db()
    assert "Không kết nối được máy chủ thư" in letter.error
    assert letter.try_after > letter.made_at


def test_a_new_account_gets_a_printed_link_and_an_invitation_by_mail(
    client, admin, agency, settings
):
    settings.EMAIL_BACKEND = "qms.work.mail.StoringBackend"
    settings.EMAIL_HOST = "mail.example.org"
    client.force_login(admin)
    address = reverse("manage_people", args=[agency.pk])
    page = client.post(address, upload(sheet(["Lê Văn A", "levana", "a@example.org"])))
    answer = client.post(address, {"act": "confirm", "kept": page.context["kept"]})
    slip = answer.context["slips"][0]
    letter = Mail.objects.get()
    assert (slip["person"].username, letter.to) == ("levana", "a@example.org")
    assert slip["address"] not in letter.body  # each is a link of its own


def test_the_first_steps_lead_from_the_agency_to_its_units_to_its_people(client, system_admin):
    from qms.models import Agency, Unit

    client.force_login(system_admin)
    first = client.post(
        reverse("manage_new_agency"), {"name": "Sở Nội vụ", "code": "SNV", "kind": "department"}
    )
    agency = Agency.objects.get()
    assert first.url == reverse("manage_units", args=[agency.pk])
    second = client.post(
        first.url, {"units": "VP; Văn phòng\n\nPhòng Cải cách hành chính\nVP; Văn phòng\n"}
    )
    assert list(Unit.objects.values_list("code", "name").order_by("pk")) == [
        ("VP", "Văn phòng"),
        ("", "Phòng Cải cách hành chính"),
    ]
    assert second.url == reverse("manage_people", args=[agency.pk])
    assert client.get(second.url).status_code == 200
    assert "2 đơn vị" in client.get(reverse("manage")).content.decode()


def test_setting_up_is_hidden_from_who_manages_nothing(client, officer, overseer, admin, agency):
    for person in (officer, overseer):
        client.force_login(person)
        for name, arguments in (
            ("manage", []),
            ("manage_new_agency", []),
            ("manage_units", [agency.pk]),
            ("manage_people", [agency.pk]),
        ):
            assert client.get(reverse(name, args=arguments)).status_code == 404
    client.force_login(admin)
    assert client.get(reverse("manage")).status_code == 200
    assert client.get(reverse("manage_new_agency")).status_code == 404
