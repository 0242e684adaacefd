"""The pages of the import show another agency or another role nothing, and withstand odd forms and
files."""

import re

import pytest
from django.urls import reverse

from procedures.importing import batches
from procedures.importing.sources import uploaded
from procedures.models import ImportBatch, Version
from tests.procedures.import_files import procedure
from tests.procedures.importing.conftest import every_address, read_all, upload

pytestmark = pytest.mark.django_db


def test_another_agencys_officer_finds_nothing(at, stranger, batch):
    page = at(stranger)
    for address in every_address(batch)[0]:
        assert page.get(address).status_code == 404, address
    for address in every_address(batch)[1]:
        assert page.post(address, {"act": "accept"}).status_code == 404, address
    listing = page.get(reverse("imports:batches")).content.decode()
    assert "CANARYMOT" not in listing and f'/{batch.pk}/"' not in listing
    assert set(batch.items.values_list("state", flat=True)) == {"read"}


@pytest.mark.parametrize("who", ["author", "reader", "overseer", "system_admin"])
def test_other_roles_do_not_import(at, batch, who, request):
    page = at(request.getfixturevalue(who))
    for address in [reverse("imports:batches"), *every_address(batch)[0]]:
        answer = page.get(address)
        assert answer.status_code in {302, 404} and "CANARYMOT" not in str(answer.content), address
    for address in [reverse("imports:batches"), *every_address(batch)[1]]:
        assert page.post(
            address, {"act": "accept", "files": upload(("x.docx", b"x"))}
        ).status_code in {302, 404}
    assert ImportBatch.objects.count() == 1 and set(
        batch.items.values_list("state", flat=True)
    ) == {"read"}


def test_foreign_numbers_in_a_form_are_refused(
    at, officer, stranger, batch, other_agency, tmp_path, make_document
):
    theirs = batches.create(other_agency, by=stranger)
    path = tmp_path / "upload"
    path.write_bytes(procedure("QT-09", "Việc của họ"))
    for source in uploaded(path, "họ.docx", tmp_path):
        foreign = batches.add(theirs, source, by=stranger)
    read_all(theirs)
    page = at(officer)
    act = reverse("imports:act", args=[batch.pk])
    for given in (
        {"act": "accept", "chosen": [foreign.pk]},
        {"act": f"accept:{foreign.pk}"},
        {"act": f"skip:{foreign.pk}"},
        {"act": f"reopen:{foreign.pk}"},
    ):
        assert page.post(act, given).status_code == 404
    assert (
        page.post(
            reverse("imports:batches"), {"agency": other_agency.pk, "script": "1"}
        ).status_code
        == 404
    )
    document = make_document(other_agency, stranger, code="QT-77")
    unit = other_agency.units.create(name="Đơn vị của họ")
    item = batch.items.first()
    for given in ({"document": document.pk}, {"unit": unit.pk}):
        answer = page.post(
            reverse("imports:item", args=[item.pk]),
            {"title": "x", "kind": "procedure", "act": "accept", **given},
        )
        assert answer.status_code == 422 and "Đơn vị của họ" not in answer.content.decode()
    foreign.refresh_from_db()
    assert foreign.state == "read" and not Version.objects.exists()


@pytest.mark.parametrize("value", ['"', "'", "\\", "%00x", "9" * 25, "-1", "quit"])
def test_odd_parameters_give_no_fault(at, officer, batch, value):
    page = at(officer)
    assert page.get(reverse("imports:progress", args=[batch.pk]), {"rows": value}).status_code in {
        200,
        400,
    }
    assert page.post(
        reverse("imports:act", args=[batch.pk]), {"act": value, "chosen": value}
    ).status_code in {302, 404}
    assert page.post(
        reverse("imports:act", args=[batch.pk]), {"act": f"accept:{value}"}
    ).status_code in {302, 404}
    item = batch.items.first()
    assert page.post(
        reverse("imports:item", args=[item.pk]),
        {"title": value, "document": value, "unit": value, "kind": value},
    ).status_code in {302, 422}
    assert page.post(reverse("imports:attach", args=[item.pk]), {"offer": value}).status_code == 404


def test_nothing_of_a_file_becomes_markup(at, officer, agency, tmp_path):
    batch = batches.create(agency, by=officer)
    path = tmp_path / "upload"
    path.write_bytes(
        procedure("<b>QT</b>-1", "<script>alert(1)</script>", text='<img src=x onerror="alert(2)">')
    )
    for source in uploaded(path, "<svg onload=alert(3)>.docx", tmp_path):
        batches.add(batch, source, by=officer)
    read_all(batch)
    page = at(officer)
    item = batch.items.get()
    for address in (
        reverse("imports:batch", args=[batch.pk]),
        reverse("imports:item", args=[item.pk]),
        reverse("imports:preview", args=[item.pk]),
    ):
        html = page.get(address).content.decode()
        assert not re.search(r"<script>alert|<SCRIPT>ALERT|<svg onload|<img src=x", html), address
