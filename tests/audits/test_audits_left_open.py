"""Audits that an agency leaves open when it is closed: listed for the city, ended with a reason by a
system administrator."""

import pytest
from django.urls import reverse

from audits import duties, lifecycle, waiting
from audits.leftovers import lifecycle as leftovers
from audits.leftovers import rules as leftover_rules
from audits.leftovers import tasks
from audits.models import Audit, Finding, Nonconformity, Report
from audits.report import kind as reports
from qms import access, frame
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle.agencies import close_agency
from qms.models import Event
from tests.audits.conftest import sign
from tests.audits.report.conftest import WORDS
from tests.audits.test_leftovers import close
from tests.kept import kept

pytestmark = pytest.mark.django_db
EVERYBODY = ("officer", "head", "lead", "auditor", "clerk", "reader", "stranger", "overseer")


@pytest.fixture
@kept
def admin(appoint):
    return appoint("sysadmin", "system_admin", name="Quản Trị")


@pytest.fixture
@kept
def moved(cast, appoint):
    """The lead, who also holds a post in another agency, which goes on."""
    appoint("lead", "auditor", cast.other_agency)
    return cast.lead


@pytest.fixture
@kept
def lead_signed(cast, finding):
    """A concluded audit whose report waits for the head."""
    audit = Audit.objects.get(pk=finding.audit_id)
    lifecycle.edit_report(audit, by=cast.lead, **WORDS)
    approval = reports.send(audit, by=cast.lead)
    sign(approval, cast.lead)
    return approval


def listed(who):
    access.forget(who)
    return list(leftover_rules.audits_left_to(who))


# -- the list


def test_the_city_lists_the_audits_that_closed_agencies_left_open(cast, under_way, admin, browser):
    assert listed(admin) == listed(cast.overseer) == []
    close(cast)
    for name in EVERYBODY:
        who, seen = getattr(cast, name), name == "overseer"
        assert (listed(who) == [under_way]) is seen, name
        status = 200 if seen else 404
        assert browser.see(who, "audits_left_open").status_code == status, name
        assert browser.see(who, "audit_left_open", under_way.pk).status_code == status, name
    html = browser.see(admin, "audits_left_open").content.decode()
    assert under_way.title in html and cast.agency.name in html
    assert [one.label for one in tasks.audits(admin)] == [under_way.title]
    assert tasks.audits(cast.overseer) == []
    assert frame.count_waiting(admin)["audit_left_open"] == 1
    assert browser.see(admin, "audit", under_way.pk).status_code == 200


def test_a_concluded_audit_that_its_last_correction_closes_is_not_listed(cast, case, admin):
    close(cast)
    assert listed(admin) == []


def test_an_agency_that_still_works_ends_its_own_audits(cast, under_way, admin, browser):
    close_agency(cast.agency, on_day=today(), successor=None, by=None)
    assert listed(admin) == []
    assert browser.see(admin, "audit", under_way.pk).status_code == 404
    with pytest.raises(Refused, match="đã kết thúc hoạt động"):
        leftovers.end_audit(under_way, reason="x", by=admin)


def test_nobody_else_ends_them(cast, under_way, admin, browser, client):
    close(cast)
    html = browser.see(cast.overseer, "audit_left_open", under_way.pk).content.decode()
    assert "Kết thúc kèm lý do" not in html
    client.force_login(cast.overseer)
    address = reverse("audit_left_open", args=[under_way.pk])
    assert client.post(address, {"reason": "x"}).status_code == 404
    for name in EVERYBODY:
        with pytest.raises(Refused, match="Chỉ quản trị hệ thống"):
            leftovers.end_audit(under_way, reason="x", by=getattr(cast, name))


# -- not concluded


def test_an_audit_under_way_is_cancelled_and_waits_for_nobody(
    cast, under_way, moved, admin, browser
):
    close(cast)
    assert list(duties.audits_of(moved)) == [under_way]
    html = browser.see(admin, "audit_left_open", under_way.pk).content.decode()
    assert "còn kết luận được" in html
    with pytest.raises(Refused, match="Hãy ghi lý do"):
        leftovers.end_audit(under_way, reason=" ", by=admin)
    browser.do(admin, "audit_left_open", under_way.pk, reason="Cơ quan đã giải thể")
    under_way.refresh_from_db()
    assert (under_way.state, under_way.closed_on) == ("cancelled", today())
    event = Event.objects.get(kind="audit_cancelled")
    assert (event.by, event.data["reason"]) == (admin, "Cơ quan đã giải thể")
    assert listed(admin) == [] and not duties.audits_of(moved).exists()
    html = browser.see(admin, "audit", under_way.pk).content.decode()
    assert "Cơ quan đã giải thể" in html
    with pytest.raises(Refused):
        leftovers.end_audit(under_way, reason="Lần nữa", by=admin)


@pytest.mark.parametrize("moment", ["audit", "planned"])
def test_an_audit_that_never_began_is_cancelled(request, cast, admin, moment):
    one = request.getfixturevalue(moment)
    close(cast)
    assert leftovers.end_audit(one, reason="Cơ quan đã giải thể", by=admin).state == "cancelled"


# -- concluded, the report not accepted


def test_a_report_that_nobody_accepts_is_no_longer_awaited(cast, lead_signed, admin, browser):
    close(cast, successor=False)
    leftovers.end(Nonconformity.objects.get(), reason="Thủ tục đã bãi bỏ", by=admin)
    [one] = listed(admin)
    assert one.state == "concluded"
    browser.do(admin, "audit_left_open", one.pk, reason="Không còn người đứng đầu")
    one.refresh_from_db()
    lead_signed.refresh_from_db()
    assert (one.state, one.closed_on) == ("closed", today())
    assert (lead_signed.state, lead_signed.reason) == ("void", "Không còn người đứng đầu")
    report = Report.objects.get()
    assert (report.approval, report.accepted_on) == (None, None)
    assert report.history.filter(approval=lead_signed).exists()
    assert Event.objects.get(kind="audit_report_ended").by == admin
    assert listed(admin) == []
    html = browser.see(admin, "audit", one.pk).content.decode()
    assert "Báo cáo không được chấp nhận" in html
    assert "Không còn người đứng đầu" in html and "Quản Trị" in html
    assert browser.see(cast.overseer, "audit_report", one.pk).status_code == 200


def test_the_audit_then_closes_with_its_last_correction(cast, lead_signed, admin):
    close(cast, successor=False)
    [one] = listed(admin)
    assert leftovers.end_audit(one, reason="Đã giải thể", by=admin).state == "concluded"
    assert listed(admin) == []
    leftovers.end(Nonconformity.objects.get(), reason="Thủ tục đã bãi bỏ", by=admin)
    assert Audit.objects.get().state == "closed"


def test_a_report_that_came_back_waits_for_nobody(cast, lead_signed, moved, admin):
    access.forget(cast.head)
    approvals.return_to_sender(lead_signed, by=cast.head, reason="Ghi rõ hơn")
    assert list(queries.returned_to(moved)) == [lead_signed]
    close(cast, successor=False)
    assert list(queries.returned_to(moved)) == []
    [one] = listed(admin)
    leftovers.end_audit(one, reason="Đã giải thể", by=admin)
    lead_signed.refresh_from_db()
    assert (lead_signed.state, lead_signed.reason) == ("returned", "Ghi rõ hơn")
    assert listed(admin) == []


def test_a_dispute_of_an_ended_audit_waits_for_nobody(cast, lead_signed, moved, admin):
    lifecycle.reply(Finding.objects.get(), accepts=False, text="Đã có giấy", by=cast.clerk)
    close(cast, successor=False)
    assert waiting.disputes_of(moved).count() == 1
    leftovers.end(Nonconformity.objects.get(), reason="Thủ tục đã bãi bỏ", by=admin)
    leftovers.end_audit(Audit.objects.get(), reason="Đã giải thể", by=admin)
    assert not waiting.disputes_of(moved).exists()
