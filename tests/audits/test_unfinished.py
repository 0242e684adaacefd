"""Findings begun with one tap: listed for their author until somebody has looked at them."""

import pytest

from audits import lifecycle, unfinished, waiting
from audits.models import Audit, CorrectionRule, Finding
from audits.report import kind as reports
from audits.report import readiness
from qms import access
from qms.errors import Refused
from qms.models import Event
from tests.audits.conftest import sign
from tests.audits.test_entries import entry, item, send  # noqa: F401
from tests.audits.test_findings_on_site import begun, faulty  # noqa: F401
from tests.audits.test_on_site_pages import Phone, photo

pytestmark = pytest.mark.django_db
GUESSED = "mức do hệ thống đề xuất, chưa ai xác nhận"
BARE = "mức này phải có ảnh hoặc tệp"


def quick(item, faulty, by, **facts):  # noqa: F811
    assert send(item.audit, by, faulty, begun(faulty, **facts)) == ["taken", "taken"]
    return Finding.objects.get()


def told(person):
    """Titles of what waits for the person under this heading."""
    access.forget(person)
    return [task.label for task in waiting.unfinished(person)]


def test_one_begun_without_a_grade_is_its_authors_work(cast, item, faulty, browser):  # noqa: F811
    finding = quick(item, faulty, cast.auditor)
    assert told(cast.auditor) == [f"Hoàn thiện phát hiện {finding.code}: yêu cầu, bằng chứng, mức"]
    assert told(cast.lead) == [] and told(cast.clerk) == []
    assert unfinished.of_audit(finding.audit) == [(finding, GUESSED)]
    for person in (cast.auditor, cast.lead):
        page = browser.see(person, "audit", finding.audit_id).text
        assert "Phát hiện cần hoàn thiện" in page and GUESSED in page
    assert "Phát hiện cần hoàn thiện" in browser.see(cast.auditor, "my_work").text
    assert "cần hoàn thiện" in browser.see(cast.auditor, "audit_finding", finding.pk).text
    (told_device,) = Phone(cast.auditor, finding.audit).get("moi/").json()["unfinished"]
    assert told_device == {"code": finding.code, "url": finding.get_absolute_url(), "why": GUESSED}


def test_confirming_it_is_enough(cast, item, faulty, browser):  # noqa: F811
    finding = quick(item, faulty, cast.auditor)
    for person in (cast.clerk, cast.officer, cast.stranger):
        browser.client.force_login(person)
        where = f"/danh-gia/phat-hien/{finding.pk}/xac-nhan/"
        assert browser.client.post(where).status_code == 404
    assert "Đã xác nhận phát hiện" in browser.do(cast.auditor, "audit_finding_confirm", finding.pk)
    browser.do(cast.auditor, "audit_finding_confirm", finding.pk)
    assert Event.objects.filter(kind="finding_checked").count() == 1
    assert told(cast.auditor) == [] and unfinished.of_audit(finding.audit) == []
    page = browser.see(cast.auditor, "audit_finding", finding.pk).text
    assert "Xác nhận phát hiện" not in page


@pytest.mark.parametrize("grade", ["minor", "major"])
def test_saving_it_is_enough_changed_or_not(cast, item, faulty, grade):  # noqa: F811
    finding = quick(item, faulty, cast.auditor)
    facts = {
        name: getattr(finding, name) for name in ("unit", "clause", "version_id", "step", "seen")
    }
    lifecycle.change_finding(finding, grade=grade, by=cast.auditor, **facts)
    assert told(cast.auditor) == []


def test_a_grade_chosen_on_the_device_counts(cast, item, faulty):  # noqa: F811
    finding = quick(item, faulty, cast.auditor, grade="major")
    assert finding.grade == "major"
    assert told(cast.auditor) == []


@pytest.mark.parametrize("grade", ["", "worst", 7, None])
def test_a_grade_that_is_none_was_not_chosen(cast, item, faulty, grade):  # noqa: F811
    finding = quick(item, faulty, cast.auditor, grade=grade)
    assert finding.grade == "minor"
    assert unfinished.is_guessed(finding)


def test_a_grade_that_asks_for_a_file_waits_for_it(cast, item, faulty):  # noqa: F811
    CorrectionRule.objects.create(agency=cast.agency, grades={"major": {"needs_file": True}})
    finding = quick(item, faulty, cast.auditor, grade="major")
    assert unfinished.of_audit(finding.audit) == [(finding, BARE)]
    Phone(cast.auditor, finding.audit).piece(
        "3f2b9f0e-5a1c-4a39-9f0e-0c7a5f6f4d11", photo(), item=item.pk
    )
    assert unfinished.of_audit(finding.audit) == []


def test_a_guessed_grade_is_not_told(cast, item, faulty, browser):  # noqa: F811
    """It would be the team's in the report, and open a nonconformity."""
    finding = quick(item, faulty, cast.auditor)
    audit = Audit.objects.get(pk=item.audit_id)
    lifecycle.edit_report(audit, conclusion="Xong", by=cast.lead)
    for step in (
        lambda: reports.send(audit, by=cast.lead),
        lambda: lifecycle.conclude(audit, conclusion="Xong", by=cast.lead),
    ):
        with pytest.raises(Refused, match=f"chưa ai xác nhận: {finding.code}"):
            step()
    page = browser.see(cast.lead, "audit_report", audit.pk).text
    assert f"chưa ai xác nhận: {finding.code}" in page
    lifecycle.confirm_finding(finding, by=cast.lead)
    assert reports.send(audit, by=cast.lead).state == "open"


def test_a_report_sent_with_a_guess_is_not_signed(cast, item, faulty, monkeypatch):  # noqa: F811
    """As in a report that was sent before guessed grades stopped it; the sealed text stays."""
    finding = quick(item, faulty, cast.auditor)
    audit = Audit.objects.get(pk=item.audit_id)
    lifecycle.edit_report(audit, conclusion="Xong", by=cast.lead)
    with monkeypatch.context() as patched:
        patched.setattr(readiness, "_guessed", lambda audit: [])
        approval = reports.send(audit, by=cast.lead)
    with pytest.raises(Refused, match="chưa ai xác nhận"):
        sign(approval, cast.lead)
    lifecycle.confirm_finding(finding, by=cast.lead)
    sign(approval, cast.lead)
    assert Audit.objects.get(pk=audit.pk).state == "concluded"


def test_one_that_was_told_is_nobodys_work(cast, item, faulty):  # noqa: F811
    finding = quick(item, faulty, cast.auditor)
    lifecycle.confirm_finding(finding, by=cast.auditor)
    lifecycle.conclude(Audit.objects.get(pk=item.audit_id), conclusion="Xong", by=cast.lead)
    assert told(cast.auditor) == []
    assert unfinished.of_audit(Audit.objects.get(pk=finding.audit_id)) == []


def test_one_that_was_dropped_is_nobodys_work(cast, item, faulty):  # noqa: F811
    finding = quick(item, faulty, cast.auditor)
    lifecycle.drop_finding(finding, reason="Ghi nhầm", by=cast.auditor)
    assert told(cast.auditor) == []
    assert unfinished.of_audit(Audit.objects.get(pk=finding.audit_id)) == []


def test_whoever_left_the_team_is_not_asked(cast, item, faulty):  # noqa: F811
    finding = quick(item, faulty, cast.auditor)
    finding.audit.members.filter(person=cast.auditor).update(
        ends_on="2020-01-01", starts_on="2020-01-01"
    )
    assert told(cast.auditor) == []
    assert unfinished.of_audit(finding.audit) == [(finding, GUESSED)]
