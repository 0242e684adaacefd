"""A new document starts as a copy of one that the user works on, or of one in force that they may
read."""

import pytest
from django.urls import reverse

from procedures import lifecycle
from procedures.content.stream import to_content
from procedures.models import DocumentPage
from qms.clock import today
from tests.issuing import issue

pytestmark = pytest.mark.django_db
CONTENT = {
    "sections": [
        {
            "kind": "other", "place": "front", "number": "", "title": "",
            "blocks": [{"type": "text", "html": "<p>Trang bìa CANARYBIA</p>"}],
        },
        {
            "kind": "purpose", "place": "body", "number": "1", "title": "Mục đích",
            "blocks": [{"type": "text", "html": "<p>Thống nhất CANARYTHAN.</p>"}],
        },
    ]
}  # fmt: skip


@pytest.fixture
def page(agency, officer):
    return lifecycle.create_draft(
        agency, kind="procedure", title="Bản gốc", content=CONTENT, by=officer, code="QT-01"
    )


def start(client, agency, tu):
    data = {"agency": agency.pk, "kind": "procedure", "title": "Bản chép", "unit": ""}
    return client.post(f"{reverse('procedures_admin:new')}?tu={tu}", data)


def test_a_copy_takes_the_body_and_leaves_cover_code_and_dates(page, agency, officer, at):
    shown = at(officer).get(f"{reverse('procedures_admin:new')}?tu=d{page.pk}")
    assert "Bản gốc" in shown.content.decode()
    assert start(at(officer), agency, f"d{page.pk}").status_code == 302
    made = DocumentPage.objects.get(title="Bản chép").specific
    assert made.pk != page.pk
    assert (made.code, made.issued_on, made.signers) == ("QT-02", None, [])
    assert [s["place"] for s in to_content(made.body)["sections"]] == ["body"]
    assert "CANARYTHAN" in str(to_content(made.body))


def test_a_readable_document_in_force_of_another_agency_can_be_copied(
    page, officer, appoint, other_agency, at
):
    elsewhere = appoint("khac", "officer", other_agency)
    assert start(at(elsewhere), other_agency, f"d{page.pk}").status_code == 404
    version = issue(page, issued_on=today(), by=officer)
    assert start(at(elsewhere), other_agency, f"v{version.pk}").status_code == 302
    made = DocumentPage.objects.get(title="Bản chép")
    assert made.agency == other_agency
    version_page = at(elsewhere).get(reverse("version", args=[version.pk])).content.decode()
    assert f"?tu=v{version.pk}" in version_page


def test_an_unreadable_document_cannot_be_copied(page, agency, officer, appoint, other_agency, at):
    DocumentPage.objects.filter(pk=page.pk).update(visibility="agency")
    page.refresh_from_db()
    version = issue(page, issued_on=today(), by=officer)
    client = at(appoint("khac", "officer", other_agency))
    for tu in (f"v{version.pk}", f"d{page.pk}", "v999999", "x1", "v", "vabc"):
        assert client.get(f"{reverse('procedures_admin:new')}?tu={tu}").status_code == 404
    assert not DocumentPage.objects.filter(title="Bản chép").exists()
