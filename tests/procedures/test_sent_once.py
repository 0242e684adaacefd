"""A form is processed once; a corrected or refused one may be sent again."""

import datetime

import pytest
from django.urls import reverse

from procedures import lifecycle
from procedures.models import DocumentPage
from qms.models import ApprovalItem
from tests.conftest import content
from tests.issuing import issue as issue_now
from tests.procedures.sent_forms import form_of, signed_in

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 1, 5)


@pytest.fixture
def page(make_document, agency, officer):
    return make_document(agency, officer, signers=[])


def test_a_form_corrected_and_sent_again_is_another_form(officer):
    [browser], address = signed_in(officer), reverse("procedures_admin:new")
    fields = form_of(browser, address) | {"kind": "procedure", "title": "Tiếp công dân"}
    browser.post(address, fields)
    browser.post(address, fields | {"title": "Lưu trữ"})
    assert [page.title for page in DocumentPage.objects.order_by("pk")] == [
        "Tiếp công dân",
        "Lưu trữ",
    ]


def test_a_refused_form_may_be_sent_again(page, officer, appoint, make_document, agency):
    """A refusal leaves no trace, not even of the submission."""
    appoint("reviewer", "reviewer", agency)
    appoint("approver", "approver", agency)
    twin = make_document(agency, officer, kind="policy", title="Chính sách khác", signers=[])
    [browser], address = signed_in(officer), reverse("procedures_admin:send", args=[twin.pk])
    fields = form_of(browser, address) | {"act": "send"}
    version = issue_now(page, issued_on=DAY, by=officer)
    assert browser.post(address, fields).status_code == 200
    lifecycle.withdraw(version, reason="Nhường mã", by=officer)
    answer = browser.post(address, fields)
    assert answer.status_code == 302
    assert ApprovalItem.objects.get().subject == f"document:{twin.pk}"


def test_revising_keeps_what_others_changed_meanwhile(page, officer):
    stale = DocumentPage.objects.get(pk=page.pk).specific
    lifecycle.revise_draft(page, title="Tên mới", by=officer)
    lifecycle.revise_draft(stale, content=content("Khác"), by=officer)
    assert DocumentPage.objects.get(pk=page.pk).title == "Tên mới"
