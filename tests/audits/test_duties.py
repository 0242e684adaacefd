"""*Việc của tôi* shows a team its audits: those of the coming week, those under way, and reports
that wait."""

import pytest
from django.urls import reverse

from audits import duties, lifecycle
from audits.models import Audit, Member
from audits.report import kind
from qms import access, frame
from qms.approvals import lifecycle as approvals
from qms.clock import today, written
from tests.audits.conftest import days, sign
from tests.audits.report.conftest import WORDS

pytestmark = pytest.mark.django_db


def listed(user, source):
    access.forget(user)
    return [(one.label, one.url, one.note) for one in source(user)]


def move(audit, first, last=None):
    """Moves the audit to days from today."""
    last = first if last is None else last
    Audit.objects.filter(pk=audit.pk).update(
        starts_on=today() + days(first), ends_on=today() + days(last)
    )
    audit.refresh_from_db()


def test_an_audit_of_the_coming_week_is_shown_with_its_day(cast, planned):
    move(planned, 7)
    for who in (cast.lead, cast.auditor):
        [(label, url, note)] = listed(who, duties.audits)
        assert (label, url) == (planned.title, planned.get_absolute_url())
        assert written(planned.starts_on) in note
    move(planned, 8)
    assert listed(cast.lead, duties.audits) == []
    move(planned, 1)
    assert "ngày mai" in listed(cast.auditor, duties.audits)[0][2]


def test_todays_audit_leads_to_its_page_and_then_to_the_checklist(cast, planned):
    [(_, url, note)] = listed(cast.auditor, duties.audits)
    assert url == planned.get_absolute_url() and "hôm nay" in note
    lifecycle.start(planned, by=cast.lead)
    [(_, url, note)] = listed(cast.auditor, duties.audits)
    assert url == reverse("audit_checklist", args=[planned.pk])
    assert "đang đánh giá" in note


def test_an_audit_that_was_not_begun_is_overdue_after_its_last_day(cast, planned):
    move(planned, -2, -1)
    [task] = duties.audits(cast.lead)
    assert task.overdue and "chưa bắt đầu" in task.note


def test_a_plan_that_is_not_signed_is_no_task(cast, audit, row):
    assert listed(cast.lead, duties.audits) == []


def test_only_the_team_is_shown_its_audits(cast, planned):
    lifecycle.add_member(planned, cast.idle, Member.Part.OBSERVER, by=cast.officer)
    lifecycle.add_member(planned, cast.clerk, Member.Part.AUDITEE, by=cast.officer)
    assert len(listed(cast.idle, duties.audits)) == 1
    for name in ("clerk", "officer", "head", "reader", "stranger", "overseer"):
        assert listed(getattr(cast, name), duties.audits) == [], name


def test_who_left_the_team_is_shown_nothing(cast, planned):
    Member.objects.filter(person=cast.auditor).update(
        starts_on=today() - days(9), ends_on=today() - days(1)
    )
    assert listed(cast.auditor, duties.audits) == []


def test_the_report_waits_for_the_lead_from_the_last_day_until_it_is_sent(cast, finding):
    audit = Audit.objects.get(pk=finding.audit_id)
    assert listed(cast.lead, duties.reports) == []
    move(audit, -1, 0)
    [(label, url, _note)] = listed(cast.lead, duties.reports)
    assert audit.title in label and url == reverse("audit_report", args=[audit.pk])
    assert listed(cast.auditor, duties.reports) == []
    lifecycle.edit_report(audit, by=cast.lead, **WORDS)
    assert len(listed(cast.lead, duties.reports)) == 1
    approval = kind.send(audit, by=cast.lead)
    assert listed(cast.lead, duties.reports) == []
    approvals.take_back(approval, by=cast.lead)
    assert len(listed(cast.lead, duties.reports)) == 1
    approval = kind.send(audit, by=cast.lead)
    sign(approval, cast.lead)
    assert listed(cast.lead, duties.reports) == listed(cast.lead, duties.audits) == []


def test_the_report_of_a_lead_from_outside_waits_for_the_officer(cast, under_way, appoint, client):
    guest = appoint("guest", "auditor", cast.other_agency, name="Hồ Khách")
    lifecycle.add_member(under_way, guest, "lead", by=None)
    lifecycle.answer(under_way.items.first(), result="conforms", by=cast.auditor)
    lifecycle.edit_report(under_way, by=guest, **WORDS)
    lifecycle.raise_finding(
        under_way, grade="minor", seen="Thiếu", unit=cast.field, clause="7.5", by=guest
    )
    assert listed(cast.officer, duties.reports) == []
    move(under_way, -1, 0)
    [(label, url, _note)] = listed(guest, duties.reports)
    assert label.startswith("Viết báo cáo và kết luận: ") and url.endswith("#ket-luan")
    client.force_login(guest)
    assert 'id="ket-luan"' in client.get(url).content.decode()
    lifecycle.conclude(under_way, conclusion="Tốt", by=guest)
    assert len(listed(cast.officer, duties.reports)) == 1
    kind.send(Audit.objects.get(), by=cast.officer)
    assert listed(cast.officer, duties.reports) == []


def test_the_desk_and_the_count_show_the_same(cast, planned, browser):
    html = browser.see(cast.auditor, "my_work").content.decode()
    assert "Cuộc đánh giá của bạn" in html and planned.get_absolute_url() in html
    access.forget(cast.auditor)
    counted = frame.count_waiting(cast.auditor)
    assert (counted["audit_days"], counted["audit_reports"]) == (1, 0)
