"""What the audited side reads of an audit: its plan once signed, its invitations, and the report
from the moment that it is sent to be accepted."""

import datetime

import pytest
from django.urls import reverse

from audits import lifecycle, telling, tokens, waiting
from audits.indexing import audits as index_entries
from audits.models import Audit, Finding, Member
from audits.report import kind
from qms.approvals import lifecycle as approvals
from qms.approvals.steps import Step, Who
from qms.clock import today
from qms.lifecycle.agencies import save_unit
from qms.models import Meaning, Notice, Role, Unit
from tests.audits.conftest import days, hour, plan_row, sign
from tests.audits.report.conftest import WORDS
from tests.kept import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def chief(cast, appoint):
    """The head of the audited unit."""
    return appoint("chief", "unit_head", cast.agency, name="Hà Trưởng Phòng", unit=cast.field)


@pytest.fixture
@kept
def row(cast, chief, audit):
    """The line of the plan, to which its unit's head will be invited."""
    return plan_row(cast, audit)


@pytest.fixture
@kept
def other_chief(cast, appoint):
    """The head of a unit that is not audited."""
    return appoint("other", "unit_head", cast.agency, name="Tạ Trưởng Phòng", unit=cast.office)


@pytest.fixture
@kept
def representative(cast, chief, under_way):
    lifecycle.add_member(under_way, cast.clerk, Member.Part.AUDITEE, by=cast.officer)
    return cast.clerk


@pytest.fixture
@kept
def written(cast, representative, finding):
    audit = Audit.objects.get(pk=finding.audit_id)
    lifecycle.edit_report(audit, by=cast.lead, **WORDS)
    return audit


@pytest.fixture
@kept
def report_sent(cast, written):
    return kind.send(written, by=cast.lead)


def status(browser, who, name, *args):
    return browser.see(who, name, *args).status_code


# -- the plan


def test_the_head_of_the_unit_reads_the_signed_plan(cast, chief, planned, browser):
    page = browser.see(chief, "audit", planned.pk)
    html = page.content.decode()
    assert page.status_code == 200 and cast.field.name in html and "Bùi Đánh Giá" in html
    for form in ("pdf", "docx"):
        assert status(browser, chief, "audit_plan_file", planned.pk, form) == 200


def test_a_plan_that_is_not_signed_is_hidden(cast, chief, audit, row, browser):
    assert status(browser, chief, "audit", audit.pk) == 404
    assert status(browser, chief, "audit_plan_file", audit.pk, "pdf") == 404


def test_a_plan_that_was_opened_again_is_hidden_until_it_is_signed(cast, chief, planned, browser):
    lifecycle.reopen_plan(planned, reason="Đổi giờ", by=cast.lead)
    assert status(browser, chief, "audit", planned.pk) == 404


def test_only_heads_of_units_in_the_plan_read_it(
    cast, chief, other_chief, planned, browser, appoint
):
    unit = save_unit(Unit(agency=cast.other_agency, code="P1", name="Phòng Một"), by=None)
    far = appoint("far", "unit_head", cast.other_agency, name="Xa Xôi", unit=unit)
    for who in (other_chief, cast.clerk, cast.reader, cast.stranger, far, cast.idle):
        assert status(browser, who, "audit", planned.pk) == 404, who


def test_who_heads_the_unit_no_longer_reads_nothing(cast, chief, planned, browser):
    chief.appointments.update(ends_on=datetime.date(2020, 12, 31))
    assert status(browser, chief, "audit", planned.pk) == 404


def test_a_cancelled_audit_stays_readable(cast, chief, planned, browser):
    lifecycle.cancel(planned, reason="Bão", by=cast.lead)
    assert "Bão" in browser.see(chief, "audit", planned.pk).content.decode()


# -- the way there


def test_the_tab_and_the_page_of_audits_list_it(cast, chief, planned, browser):
    for name, args in (("agency_audits", [cast.agency.pk]), ("my_audits", [])):
        html = browser.see(chief, name, *args).content.decode()
        assert planned.get_absolute_url() in html and planned.title in html, name
    html = browser.see(cast.colleague, "my_audits").content.decode()
    assert "Cuộc đánh giá tại đơn vị của bạn" not in html


def test_the_invitation_is_on_the_desk_and_stays_in_reach_when_answered(
    cast, chief, planned, browser
):
    one = planned.invitations.get(side="auditee")
    one.starts_at = hour(today() + days(2), 8)
    one.ends_at = hour(today() + days(2), 9)
    one.save()
    desk = browser.see(chief, "my_work").content.decode()
    assert one.get_absolute_url() in desk and "nhận lời hoặc đề nghị giờ khác" in desk
    lifecycle.accept_invitation(one, by=chief)
    assert one.get_absolute_url() not in browser.see(chief, "my_work").content.decode()
    for name, args in (("my_audits", []), ("audit", [planned.pk])):
        html = browser.see(chief, name, *args).content.decode()
        assert one.get_absolute_url() in html and "Đã nhận lời" in html, name
    assert "Đã nhận lời" not in browser.see(cast.clerk, "my_audits").content.decode()


def test_the_head_is_told_that_the_plan_is_signed(cast, chief, planned):
    telling.plan_signed(planned)
    told = Notice.objects.get(kind="audit_plan_signed", person=chief)
    assert told.url == planned.get_absolute_url()


def test_the_search_finds_the_audit_for_the_head_from_the_signature_on(cast, chief, audit, row):
    def readers():
        [entry] = index_entries([audit.pk])
        return set(entry.readers)

    mine = set(tokens.tokens(chief))
    assert not readers() & mine
    lifecycle.fix_plan(audit, by=cast.lead)
    assert readers() & mine == {f"head:{cast.field.pk}"}


# -- the report


def test_the_report_is_read_from_the_moment_it_is_sent_to_be_accepted(
    cast, chief, representative, written, browser
):
    for who in (chief, representative):
        assert status(browser, who, "audit_report", written.pk) == 404
    approval = kind.send(written, by=cast.lead)
    for who in (chief, representative):
        assert status(browser, who, "audit_report", written.pk) == 404
    sign(approval, cast.lead)
    for who in (chief, representative):
        page = browser.see(who, "audit_report", written.pk)
        assert page.status_code == 200 and WORDS["conclusion"] in page.content.decode()
        assert status(browser, who, "audit_report_file", written.pk, "pdf") == 200
        html = browser.see(who, "audit", written.pk).content.decode()
        assert reverse("audit_report", args=[written.pk]) in html


def test_a_returned_report_is_hidden_until_it_is_sent_again(cast, chief, report_sent, browser):
    audit = Audit.objects.get()
    sign(report_sent, cast.lead)
    approvals.return_to_sender(report_sent, by=cast.head, reason="Ghi rõ hơn")
    assert status(browser, chief, "audit_report", audit.pk) == 404
    kind.send(Audit.objects.get(), by=cast.lead)
    assert status(browser, chief, "audit_report", audit.pk) == 200


def test_who_must_sign_the_report_reads_it_and_finds_it_on_the_desk(
    cast, other_chief, written, browser
):
    steps = [
        Step(Meaning.REVIEWED, Who.PEOPLE, people=(other_chief.pk,), days=3),
        Step(Meaning.APPROVED, Who.ROLE, Role.APPROVER, quorum=1, days=3),
    ]
    approvals.save_rule(cast.agency, kind.KIND, steps, by=cast.officer)
    approval = kind.send(written, by=cast.lead)
    sign(approval, cast.lead)
    for who in (other_chief, cast.head):
        page = browser.see(who, "audit_report", written.pk)
        assert page.status_code == 200
        linked = f'href="{written.get_absolute_url()}"' in page.content.decode()
        assert linked is (status(browser, who, "audit", written.pk) == 200) is (who == cast.head)
        if who == other_chief:
            desk = browser.see(who, "my_work").content.decode()
            assert approval.get_absolute_url() in desk
    assert status(browser, cast.reader, "audit_report", written.pk) == 404


def test_notes_drafts_and_answers_stay_hidden(cast, chief, representative, report_sent, browser):
    audit, finding = Audit.objects.get(), Finding.objects.get()
    item = finding.item
    hidden = [
        ("audit_checklist", audit.pk), ("audit_set_aside", audit.pk), ("audit_finding", finding.pk), ("audit_on_site", audit.pk),
        ("audit_checklist_arrange", audit.pk), ("audit_choices", audit.pk),
    ]  # fmt: skip
    for who in (chief, representative):
        for name, pk in hidden:
            assert status(browser, who, name, pk) == 404, (who, name)
        html = browser.see(who, "audit", audit.pk).content.decode()
        for said in (finding.seen, "Thiếu giấy tiếp nhận", item.text, WORDS["conclusion"]):
            assert said not in html
    lifecycle.answer(audit.items.filter(answers=None).first(), result="conforms", by=cast.auditor)
    sign(report_sent, cast.lead)
    for who, shown in (
        (chief, False),
        (representative, False),
        (cast.lead, True),
        (cast.head, True),
    ):
        html = browser.see(who, "audit_report", audit.pk).content.decode()
        assert ("trả lời sau khi trình" in html) is shown, who
        assert "Thiếu giấy tiếp nhận" not in html


def test_the_audited_side_changes_nothing(cast, chief, planned, client):
    client.force_login(chief)
    for name, args in (
        ("audit_edit", [planned.pk]), ("audit_act", [planned.pk, "huy"]), ("audit_act", [planned.pk, "bat-dau"]),
        ("audit_member_add", [planned.pk]), ("audit_report_send", [planned.pk]), ("audit_conclude", [planned.pk]),
        ("audit_report_fact", [planned.pk]),
    ):  # fmt: skip
        assert client.post(reverse(name, args=args)).status_code == 404, name


def test_invitations_to_answer_are_counted_for_the_head_alone(cast, chief, other_chief, planned):
    assert waiting.invitations_of(other_chief).count() == 0
    planned.invitations.filter(side="auditee").update(
        starts_at=datetime.datetime(2090, 1, 1, tzinfo=datetime.UTC),
        ends_at=datetime.datetime(2090, 1, 2, tzinfo=datetime.UTC),
    )
    assert waiting.invitations_of(chief).count() == 1
