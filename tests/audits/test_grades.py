"""Agencies rename grades without changing their meaning, and say which need a file as evidence."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audits import grades, lifecycle, package
from audits.lifecycle import keeping_rules
from audits.models import Audit, CorrectionRule, Finding, Nonconformity
from audits.report import kind, readiness
from qms.approvals import queries
from qms.errors import Refused
from qms.models import Event
from tests.audits.report.conftest import WORDS

pytestmark = pytest.mark.django_db
OWN = {"minor": "Lỗi nhỏ"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"  # fmt: skip


def name(cast, names=OWN, needing_file=(), by=None):
    return keeping_rules.name_grades(
        cast.agency, names=names, needing_file=needing_file, by=by or cast.officer
    )


def test_the_own_name_is_on_pages_files_device_and_report(cast, under_way, client):
    name(cast)
    item = under_way.items.first()
    lifecycle.answer(item, result="nonconformity", note="Thiếu giấy", by=cast.auditor)
    found = lifecycle.raise_from_answer(item, result="nonconformity", note="Thiếu", by=cast.auditor)
    assert (found.grade, found.grade_label) == ("minor", "Lỗi nhỏ")
    client.force_login(cast.lead)
    for address in (
        reverse("audit_finding", args=[found.pk]),
        reverse("audit_finding_new", args=[under_way.pk]),
        reverse("agency_findings", args=[cast.agency.pk]),
    ):
        page = client.get(address).content.decode()
        assert "Lỗi nhỏ" in page and "Không phù hợp nhẹ" not in page
    lifecycle.confirm_finding(found, by=cast.lead)
    lifecycle.edit_report(under_way, by=cast.lead, **WORDS)
    sealed = json.loads(queries.bytes_of(kind.send(under_way, by=cast.lead).items.get()))
    assert sealed["grades"] == OWN
    page = client.get(reverse("audit_report", args=[under_way.pk])).content.decode()
    assert "Lỗi nhỏ: 1" in page and "Không phù hợp nhẹ" not in page


def test_a_finding_keeps_the_name_of_the_day_it_was_told(cast, finding):
    name(cast)  # after it was written, before it is told
    audit = lifecycle.conclude(finding.audit, conclusion="Phù hợp", by=cast.lead)
    name(cast, {"minor": "Điểm trừ"})
    finding.refresh_from_db()
    assert finding.grade_label == "Lỗi nhỏ"
    assert Nonconformity.objects.get(finding=finding).minor
    assert package.package(audit) is not None


def test_elsewhere_and_without_a_name_the_usual_one_counts(cast):
    name(cast)
    assert grades.names(cast.other_agency.pk)["minor"] == "Không phù hợp nhẹ"
    name(cast, {})
    assert grades.names(cast.agency.pk)["minor"] == "Không phù hợp nhẹ"
    assert CorrectionRule.objects.get(agency=cast.agency).grades == {}
    assert Event.objects.filter(kind="grades_named").count() == 2


def test_saving_the_same_again_is_no_event(cast):
    name(cast, needing_file=["major"])
    name(cast, needing_file=["major"])
    assert Event.objects.filter(kind="grades_named").count() == 1


@pytest.mark.parametrize(
    "names",
    [
        {"minor": "Lỗi", "major": "lỗi"},
        {"minor": "Không phù hợp nặng"},
        {"strength": "  Điểm   lưu ý "},
        {"minor": "x" * 61},
    ],
)
def test_two_grades_with_one_name_and_long_names_are_refused(cast, names):
    with pytest.raises(Refused):
        name(cast, names)
    assert not Event.objects.filter(kind="grades_named").exists()


def test_officers_of_the_agency_alone(cast, appoint):
    elsewhere = appoint("elsewhere", "officer", cast.other_agency)
    for person in (cast.head, cast.lead, cast.clerk, cast.overseer, elsewhere):
        with pytest.raises(Refused):
            name(cast, by=person)


def test_a_grade_that_needs_a_file_holds_the_report_up_until_there_is_one(cast, finding):
    name(cast, {}, ["minor"])
    audit = Audit.objects.get(pk=finding.audit_id)
    [point] = readiness.of_checklist(audit)
    assert finding.code in point
    with pytest.raises(Refused, match=finding.code):
        lifecycle.conclude(audit, conclusion="Phù hợp", by=cast.lead)
    file = SimpleUploadedFile("a.pdf", PDF)
    lifecycle.change_finding(finding, files=[file], by=cast.auditor)
    assert readiness.of_checklist(audit) == []
    lifecycle.conclude(audit, conclusion="Phù hợp", by=cast.lead)
    assert Finding.objects.get().state == "told"


def test_a_file_of_the_answer_is_enough_and_a_dropped_finding_needs_none(cast, finding):
    name(cast, {}, ["minor"])
    lifecycle.keep_file(
        finding.audit, finding.item_id, SimpleUploadedFile("a.pdf", PDF),
        entry="7fa459ea-ee8a-4ca4-894e-db77e160355e", by=cast.auditor,
    )  # fmt: skip
    assert readiness.of_checklist(finding.audit) == []
    other = lifecycle.raise_finding(
        finding.audit, grade="minor", seen="Khác", unit=cast.field, clause="7.5", by=cast.auditor
    )
    assert other.code in readiness.of_checklist(finding.audit)[0]
    lifecycle.drop_finding(other, reason="nhầm", by=cast.auditor)
    assert readiness.of_checklist(finding.audit) == []


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(cast, browser):
    typed = {"do": "grades", "name_minor": "Điểm mạnh", "file_major": "on"}
    page = browser.do(cast.officer, "audit_rules", cast.agency.pk, **typed)
    assert "Mỗi mức cần một tên riêng" in page and 'value="Điểm mạnh"' in page
    page = browser.do(
        cast.officer, "audit_rules", cast.agency.pk, **{**typed, "name_minor": "Lỗi nhỏ"}
    )
    assert "Đã lưu mức của phát hiện" in page and 'value="Lỗi nhỏ"' in page
    assert grades.needing_file(cast.agency.pk) == {"major"}
