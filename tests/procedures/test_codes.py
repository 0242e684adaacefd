"""The next free code, from each agency's template."""

import pytest

from procedures import code_templates, lifecycle
from qms.errors import Refused
from qms.models import Unit


def test_the_next_number_counts_drafts_and_versions_however_they_are_spelt(
    make_document, agency, officer
):
    unit = Unit.objects.create(agency=agency, name="Tư pháp", code="TP")
    make_document(agency, officer, code="QT-01/TP")
    page = make_document(agency, officer, code="qt.07.tp", issued="2026-01-05")
    lifecycle.revise_draft(page, code="QT-99X/TP", by=officer)
    assert code_templates.propose(agency, "procedure", unit) == "QT-08/TP"


def test_an_agency_has_templates_of_its_own(make_document, agency, other_agency, officer):
    lifecycle.set_code_templates(agency, {"procedure": "QT.{agency}.{seq:03}"}, by=officer)
    agency.refresh_from_db()
    assert code_templates.propose(agency, "procedure") == "QT.STP.001"
    assert code_templates.propose(other_agency, "procedure") == "QT-01"


@pytest.mark.parametrize("template", ["QT", "QT-{seq:02}/{phong}", "QT-{seq:02", "{seq.__class__}"])
def test_a_template_that_cannot_be_filled_is_refused(agency, officer, template):
    with pytest.raises(Refused, match="chưa đúng"):
        lifecycle.set_code_templates(agency, {"procedure": template}, by=officer)


def test_only_the_agencys_officer_sets_templates(agency, author, stranger, client):
    for person in (author, stranger):
        with pytest.raises(Refused, match="thư ký ISO"):
            lifecycle.set_code_templates(agency, {}, by=person)
    client.force_login(author)
    assert client.get("/admin/tai-lieu/mau-ma-hieu/").status_code == 404


def test_the_page_of_templates_saves_what_differs_from_the_standard(agency, officer, client):
    client.force_login(officer)
    page = "/admin/tai-lieu/mau-ma-hieu/"
    fields = {kind: code_templates.template_for(agency, kind) for kind in code_templates.STANDARD}
    assert client.post(page, fields | {"procedure": "QT.{seq:02}"}).status_code == 302
    agency.refresh_from_db()
    assert agency.code_templates == {"procedure": "QT.{seq:02}"}
    assert "chưa đúng" in client.post(page, fields | {"form": "BM"}).content.decode()


def test_the_editors_button_proposes_for_the_unit_that_is_chosen(
    make_document, agency, other_agency, officer, stranger, client
):
    unit = Unit.objects.create(agency=agency, name="Văn phòng", code="VP")
    foreign = Unit.objects.create(agency=other_agency, name="CANARY", code="CANARY")
    page = make_document(agency, officer, code="QT-01/VP")
    client.force_login(officer)
    address = f"/admin/tai-lieu/{page.pk}/ma-tiep-theo/"
    assert client.get(address, {"unit": unit.pk}).json()["code"] == "QT-01/VP"
    assert client.get(address, {"unit": foreign.pk}).json()["code"] == "QT-01"
    assert client.get(address, {"unit": "x'", "kind": '"'}).status_code == 200
    client.force_login(stranger)
    assert client.get(address).status_code == 404
