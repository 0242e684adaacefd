"""The same button pressed twice, and two people at the same moment: one result, over real
concurrent connections."""

import datetime
import re

import pytest
from django.urls import reverse

from procedures import lifecycle
from procedures.models import DocumentPage, ImportBatch, Version, VersionAct
from qms.errors import Refused
from qms.models import Agency, Approval, Event
from tests.issuing import issue as issue_now
from tests.procedures.sent_forms import form_of, signed_in
from tests.together import TOGETHER, at_once

pytestmark = TOGETHER
DAY = datetime.date(2026, 1, 5)


@pytest.fixture
def page(own_connections, make_document, agency, officer):
    return make_document(agency, officer, kind="policy", signers=[])


def press(browsers, address, fields):
    """All submit the form of the same page."""
    for browser in browsers[1:]:
        browser.cookies["csrftoken"] = browsers[0].cookies["csrftoken"].value
    return at_once(*[lambda b=b: b.post(address, fields) for b in browsers])


def test_sending_pressed_four_times_at_once_opens_one_approval(page, appoint, agency, officer):
    appoint("reviewer", "reviewer", agency)
    appoint("approver", "approver", agency)
    browsers, address = signed_in(officer, 4), reverse("procedures_admin:send", args=[page.pk])
    answers = press(browsers, address, form_of(browsers[0], address) | {"act": "send"})
    approval = Approval.objects.get()
    assert [answer.status_code for answer in answers] == [302] * 4
    assert {answer.url for answer in answers} == {approval.get_absolute_url()}
    assert Event.objects.filter(kind="approval_sent").count() == 1


def test_a_paper_version_with_other_numbers_is_recorded_once(page, officer):
    browsers, address = signed_in(officer, 2), reverse("procedures_admin:record", args=[page.pk])
    fields = form_of(browsers[0], address) | {"issue_number": "7", "issued_on": "05/01/2026"}
    fields |= {"paper_number": "7/QĐ-STP", "paper_date": "05/01/2026"}
    fields |= {"act": "review"}
    shown = browsers[0].post(address, fields).content.decode()
    fields["seal"] = re.search(r'name="seal" value="([^"]+)"', shown)[1]
    answers = press(browsers, address, fields | {"act": "issue"})
    assert [answer.status_code for answer in answers] == [302, 302]
    assert [version.issue_number for version in page.versions.all()] == [7]


def test_two_officers_send_at_once_and_one_is_told(page, officer, appoint, agency):
    appoint("reviewer", "reviewer", agency)
    appoint("approver", "approver", agency)
    other = appoint("officer2", "officer", agency)
    browsers = [*signed_in(officer), *signed_in(other)]
    address = reverse("procedures_admin:send", args=[page.pk])
    forms = [form_of(browser, address) | {"act": "send"} for browser in browsers]
    answers = at_once(
        *[lambda b=b, f=f: b.post(address, f) for b, f in zip(browsers, forms, strict=True)]
    )
    assert {answer.status_code for answer in answers} <= {200, 302}
    assert Approval.objects.count() == 1


@pytest.mark.parametrize("name", ["thu-hoi", "huy-bo"])
def test_an_act_pressed_four_times_at_once_is_asked_once(page, officer, appoint, agency, name):
    appoint("reviewer", "reviewer", agency)
    appoint("approver", "approver", agency)
    version = issue_now(page, issued_on=DAY, by=officer)
    browsers, address = (
        signed_in(officer, 4),
        reverse("procedures_admin:act", args=[version.pk, name]),
    )
    answers = press(browsers, address, form_of(browsers[0], address) | {"reason": "Nhầm"})
    assert [answer.status_code for answer in answers] == [302] * 4
    assert Approval.objects.count() == 1 and not version.acts.exists()


def test_what_several_do_with_a_version_at_once_is_done_by_one(page, officer):
    version = issue_now(page, issued_on=DAY, by=officer)

    def withdraw():
        return lifecycle.withdraw(Version.objects.get(pk=version.pk), reason="Cũ", by=officer)

    done = at_once(*[withdraw] * 4)
    assert sorted(type(one).__name__ for one in done) == ["Refused"] * 3 + ["VersionAct"]

    def reinstate():
        return lifecycle.reinstate(Version.objects.get(pk=version.pk), reason="Lại", by=officer)

    done = at_once(*[reinstate] * 4)
    assert sorted(type(one).__name__ for one in done) == ["Refused"] * 3 + ["VersionAct"]
    assert [act.kind for act in VersionAct.objects.order_by("pk")] == ["withdrawn", "reinstated"]


def test_two_documents_issued_at_once_under_one_code_end_with_one_refusal(
    page, make_document, agency, officer
):
    twin = make_document(agency, officer, title="Quy trình khác", signers=[])
    done = at_once(
        *[
            lambda p=p: issue_now(DocumentPage.objects.get(pk=p), issued_on=DAY, by=officer)
            for p in (page.pk, twin.pk)
        ]
    )
    assert sorted(type(one).__name__ for one in done) == ["Refused", "Version"]
    refusal = next(one for one in done if isinstance(one, Refused))
    assert page.code in str(refusal)
    assert Version.objects.count() == 1


def test_a_document_reinstated_while_another_takes_its_code(page, make_document, agency, officer):
    old = issue_now(page, issued_on=DAY, by=officer)
    lifecycle.withdraw(old, reason="Cũ", by=officer)
    twin = make_document(agency, officer, title="Quy trình khác", signers=[])
    done = at_once(
        lambda: lifecycle.reinstate(Version.objects.get(pk=old.pk), reason="Lại", by=officer),
        lambda: issue_now(DocumentPage.objects.get(pk=twin.pk), issued_on=DAY, by=officer),
    )
    assert sum(isinstance(one, Refused) for one in done) == 1


def test_a_new_document_pressed_four_times_at_once_is_one(own_connections, officer):
    browsers, address = signed_in(officer, 4), reverse("procedures_admin:new")
    fields = form_of(browsers[0], address) | {"kind": "procedure", "title": "Tiếp công dân"}
    answers = press(browsers, address, fields)
    page = DocumentPage.objects.get()
    assert {answer.url for answer in answers} == {
        reverse("wagtailadmin_pages:edit", args=[page.pk])
    }
    again = browsers[0].post(address, fields, follow=True)
    assert "đã được thực hiện" in again.content.decode()
    assert DocumentPage.objects.count() == 1


def test_documents_started_at_once_by_two_get_two_codes(own_connections, officer, author, agency):
    def start(person):
        return lifecycle.start_draft(
            Agency.objects.get(pk=agency.pk), kind="procedure", title="Mới", unit=None, by=person
        ).code

    codes = at_once(lambda: start(officer), lambda: start(author))
    assert sorted(codes) == ["QT-01", "QT-02"]


def test_a_document_deleted_twice_at_once_leads_to_the_register(page, officer):
    browsers, address = signed_in(officer, 3), reverse("procedures_admin:delete", args=[page.pk])
    answers = press(browsers, address, form_of(browsers[0], address))
    assert [answer.status_code for answer in answers] == [302] * 3
    assert Event.objects.filter(kind="draft_deleted").count() == 1


def test_an_import_started_twice_by_the_page_s_script_is_one_batch(own_connections, officer):
    browsers, address = signed_in(officer, 4), reverse("imports:batches")
    shown = browsers[0].get(address).content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', shown)[1]
    fields = {"csrfmiddlewaretoken": token, "script": "1", "as": "draft", "list": "a.docx 9 1"}
    answers = press(browsers, address, fields)
    batch = ImportBatch.objects.get()
    assert [answer.json() for answer in answers] == [
        {"batch": reverse("imports:batch", args=[batch.pk])}
    ] * 4
    another = browsers[0].post(address, fields | {"list": "b.docx 9 1"}).json()
    assert another["batch"] == reverse("imports:batch", args=[ImportBatch.objects.first().pk])
    assert ImportBatch.objects.count() == 2
