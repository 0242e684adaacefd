"""The list of an agency's people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures.reader import staff
from qms.clock import today
from qms.lifecycle import agencies
from qms.models import Unit
from tests.procedures.people.conftest import DAY, found


def page(client, agency, query=""):
    response = client.get(f"/a/{agency.pk}/can-bo/{query}")
    return response.content.decode() if response.status_code == 200 else response.status_code


def test_a_hit_leads_to_the_person_in_the_list(client, hire, office, reader, agency):
    for number in range(60):
        hire(f"Nguyễn Văn Số{number:02}", "Chuyên viên", office)
    person = hire("Trần Thị Yến", "Chánh Văn phòng", office)
    (hit, *_) = found("trần thị yến", reader)
    address, _, anchor = hit.url.partition("#")
    client.force_login(reader)
    html = client.get(address).content.decode()
    assert html.count(f'id="nguoi-{person.pk}"') == 1
    assert anchor in {"", f"nguoi-{person.pk}"}
    assert "Trang 2 / 2" in html
    assert f'id="nguoi-{person.pk}" class="sought"' in " ".join(html.split())


def test_the_list_names_people_posts_and_units_and_nothing_else(
    client, hire, office, reader, agency, other_agency
):
    person = hire("Trần Thị Hồng", "Chánh Văn phòng", office, role="officer")
    hire("Zzkhac", "Giám đốc", where=other_agency)
    hire("Zzcu", "Giám đốc", ends_on=today() - DAY)
    client.force_login(reader)
    html = page(client, agency)
    assert "Trần Thị Hồng" in html and "Chánh Văn phòng" in html and "<h2>Văn phòng</h2>" in html
    assert not any(
        word in html for word in (person.username, person.email, "Thư ký ISO", "Zzkhac", "Zzcu")
    )


def test_only_the_agencys_people_and_the_system_administrator_see_the_list(
    client, request, agency, hire
):
    hire("Trần Thị Hồng")
    seen = {}
    for name in ("nobody", "reader", "officer", "stranger", "overseer", "system_admin"):
        client.logout()
        if name != "nobody":
            client.force_login(request.getfixturevalue(name))
        seen[name] = (
            page(client, agency) != 404,
            "/can-bo/" in client.get(f"/a/{agency.pk}/").content.decode(),
        )
    assert seen == {
        "nobody": (False, False), "reader": (True, True), "officer": (True, True), "stranger": (False, False), "overseer": (False, False),
        "system_admin": (True, True),
    }  # fmt: skip


def test_the_list_is_ordered_by_unit_and_given_name(client, hire, office, agency, officer, appoint):
    hire("Trần Thị Ánh", "Văn thư", office)
    hire("Lê Văn Bình", "Chuyên viên", office)
    hire("Phạm Đức An", "Giám đốc")
    assert [post.name for post in staff.at_work(agency) if post.title] == [
        "Phạm Đức An",
        "Trần Thị Ánh",
        "Lê Văn Bình",
    ]


@pytest.mark.parametrize(
    "query",
    [
        "?unit=x",
        "?unit=99999999999999999999",
        "?person=%27",
        "?page=abc",
        "?page=-1",
        "?person=99&unit=1&page=7",
    ],
)
def test_no_parameter_breaks_the_list(client, reader, agency, hire, query):
    hire("Trần Thị Hồng")
    client.force_login(reader)
    assert "Trần Thị Hồng" in page(client, agency, query)


def test_a_unit_can_be_chosen(client, reader, agency, office, hire):
    other = agencies.save_unit(Unit(agency=agency, name="Phòng Hộ tịch"), by=None)
    hire("Trần Thị Hồng", "Chánh Văn phòng", office)
    hire("Lê Văn Bảy", "Chuyên viên", other)
    client.force_login(reader)
    html = page(client, agency, f"?unit={office.pk}")
    assert "Trần Thị Hồng" in html and "Lê Văn Bảy" not in html


def test_the_list_asks_a_constant_number_of_queries(client, reader, agency, office, hire):
    def count():
        page(client, agency)
        with CaptureQueriesContext(connection) as seen:
            page(client, agency)
        return len(seen)

    client.force_login(reader)
    hire("Trần Thị Hồng", "Chánh Văn phòng", office)
    first = count()
    for number in range(5):
        hire(f"Lê Văn {number}", "Chuyên viên", office)
    assert count() == first
