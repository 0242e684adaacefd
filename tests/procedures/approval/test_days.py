"""Days that pass between two requests, and agencies and units that close meanwhile."""

import datetime

import pytest

from procedures.approval import withdrawing
from procedures.models import Version
from qms.approvals import lifecycle as approvals
from qms.approvals.steps import Step
from qms.clock import on_day, today
from qms.errors import Refused
from qms.lifecycle.agencies import close_agency, save_unit
from qms.models import Approval, Unit

DAY = datetime.timedelta(days=1)


@pytest.fixture
def version(make_document, agency, officer, reviewer, approver):
    return make_document(agency, officer, issued="2026-01-05").versions.get()


def said(day: datetime.date) -> str:
    return f"{day:%d/%m/%Y}"


def press(client, address, form):
    """The form as the page showed it before midnight, submitted afterwards."""
    with on_day(today() - DAY):
        shown = client.post(address, {**form, "act": "review"})
    return client.post(address, {**form, "act": "send", "seal": shown.context["seal"]})


def test_a_fixed_day_that_passed_at_midnight_is_not_sent(procedure, officer, client):
    page = procedure()
    client.force_login(officer)
    yesterday = said(today() - DAY)
    form = {"issue_number": "1", "effective": "day", "effective_on": yesterday}
    answer = press(client, f"/admin/tai-lieu/{page.pk}/trinh-duyet/", form)
    assert yesterday in answer.content.decode() and answer.status_code == 200
    assert not Approval.objects.exists()


def test_a_day_that_follows_the_issue_is_sent_after_midnight_too(procedure, officer, client):
    page = procedure()
    client.force_login(officer)
    form = {"issue_number": "1", "effective": "days", "effective_days": "3"}
    answer = press(client, f"/admin/tai-lieu/{page.pk}/trinh-duyet/", form)
    assert answer.url == Approval.objects.get().get_absolute_url()


def test_a_fixed_day_that_passes_on_the_way_is_said_at_the_last_signature(
    procedure, send, sign, reviewer, approver
):
    with on_day(today() - 2 * DAY):
        approval = send(procedure(), effective_on=today() + DAY)
    sign(approval, reviewer)
    with pytest.raises(Refused, match="trước ngày ban hành.*trả lại"):
        sign(approval, approver)
    assert not Version.objects.exists()


def test_a_withdrawal_from_a_day_that_passed_at_midnight_is_refused(version, officer, client):
    client.force_login(officer)
    address = f"/admin/tai-lieu/phien-ban/{version.pk}/thu-hoi/"
    answer = client.post(address, {"reason": "Bãi bỏ", "on_day": said(today() - DAY)})
    assert "Ngày này đã qua" in answer.content.decode() and not Approval.objects.exists()


def test_a_planned_withdrawal_holds_though_the_agency_closes_before(
    version, sign, agency, officer, reviewer, approver
):
    coming = today() + 5 * DAY
    request = withdrawing.request(version, "withdraw", reason="Bãi bỏ", by=officer, on_day=coming)
    sign(request, reviewer, approver)
    close_agency(agency, on_day=today() + 2 * DAY, successor=None, by=None)
    assert list(Version.objects.in_force(coming - DAY)) == [version]
    assert list(Version.objects.in_force(coming)) == []


def test_nobody_signs_for_an_agency_that_has_closed(
    procedure, send, sign, agency, reviewer, approver
):
    approval = send(procedure())
    close_agency(agency, on_day=today(), successor=None, by=None)
    with on_day(today() + DAY), pytest.raises(Refused):
        sign(approval, reviewer)
    sign(approval, reviewer, approver)
    assert Version.objects.count() == 1


def test_a_step_for_the_head_of_a_unit_that_has_closed_says_so(
    procedure, send, agency, officer, appoint
):
    unit = save_unit(Unit(agency=agency, code="VP", name="Văn phòng"), by=None)
    appoint("head", "unit_head", agency, unit=unit)
    steps = [Step("reviewed", "unit_head"), Step("approved", "role", "approver")]
    approvals.save_rule(agency, "document:procedure", steps, by=officer)
    page = procedure(unit=unit)
    Unit.objects.filter(pk=unit.pk).update(active_to=today() - DAY)
    with pytest.raises(Refused, match="Văn phòng không còn hoạt động"):
        send(page)
    Unit.objects.filter(pk=unit.pk).update(active_to=today())
    assert send(page).state == Approval.State.OPEN
