"""Two people with one form: whoever saves second is told what the first one wrote."""

import pytest
from django.urls import reverse

from audits import lifecycle
from audits.lifecycle import meanwhile, reviewing
from audits.models import Cause, Nonconformity, Report
from qms.clock import today
from qms.errors import Refused
from tests.audits.conftest import days
from tests.audits.report.conftest import WORDS

pytestmark = pytest.mark.django_db

SAID = "vừa được sửa trong khi bạn đang sửa"


def posted(browser, who, address, typed, form):
    """Opens the form, lets somebody else save, then saves twice; returns what the first try said."""
    browser.client.force_login(who)
    page = browser.client.get(address)
    typed = {**typed, "was": form(page)["was"].value()}
    yield page
    refused = browser.client.post(address, typed)
    yield refused.content.decode()
    typed["was"] = form(refused)["was"].value()
    yield browser.client.post(address, typed)


def the_form(page):
    return page.context["form"]


def test_the_report_of_an_audit(cast, finding, browser):
    audit = finding.audit
    lifecycle.edit_report(audit, by=cast.lead, **WORDS)
    address = reverse("audit_report", args=[audit.pk])
    turns = posted(browser, cast.auditor, address, {"conclusion": "Của tôi"}, the_form)
    next(turns)
    lifecycle.edit_report(audit, by=cast.lead, **{**WORDS, "conclusion": "Của trưởng đoàn"})
    said = next(turns)
    assert SAID in said and "Của trưởng đoàn" in said and "Của tôi" in said
    audit.report.refresh_from_db()
    assert audit.report.conclusion == "Của trưởng đoàn"
    next(turns)
    audit.report.refresh_from_db()
    assert audit.report.conclusion == "Của tôi"


def test_only_what_changed_is_told(cast, finding):
    audit = finding.audit
    lifecycle.edit_report(audit, by=cast.lead, **WORDS)
    lifecycle.edit_report(audit, by=cast.lead, **{**WORDS, "conclusion": "Của trưởng đoàn"})
    with pytest.raises(Refused) as refused:
        stale = meanwhile.shown(Report(audit=audit, **WORDS), meanwhile.REPORT)
        meanwhile.unchanged(Report.objects.get(audit=audit), meanwhile.REPORT, stale)
    assert "Của trưởng đoàn" in str(refused.value)
    assert WORDS["summary"] not in str(refused.value)


def test_a_finding(cast, finding, browser):
    address = reverse("audit_finding_edit", args=[finding.pk])
    typed = {"grade": "minor", "unit": cast.field.pk, "clause": "7.5", "seen": "Của tôi"}
    turns = posted(browser, cast.lead, address, typed, the_form)
    next(turns)
    lifecycle.change_finding(finding, seen="Của đánh giá viên", by=cast.auditor)
    assert "Của đánh giá viên" in next(turns)
    next(turns)
    finding.refresh_from_db()
    assert finding.seen == "Của tôi"


def test_what_is_chosen_is_told_by_its_name(cast, finding, case):
    before = meanwhile.shown(finding, meanwhile.FINDING)
    finding.unit, finding.grade = cast.office, "major"
    finding.save()
    with pytest.raises(Refused) as refused:
        meanwhile.unchanged(finding, meanwhile.FINDING, before)
    assert f"“{cast.office.name}”" in str(refused.value) and "“Không phù hợp nặng”" in str(refused.value)  # fmt: skip
    before = meanwhile.shown(case, meanwhile.CAUSE)
    cause = Cause.objects.create(name="Thiếu người", agency=cast.agency)
    case.causes.add(cause)
    case.whys = ["Vì bận"]
    case.save()
    with pytest.raises(Refused) as refused:
        meanwhile.unchanged(case, meanwhile.CAUSE, before)
    assert "“Thiếu người”" in str(refused.value) and "“Vì bận”" in str(refused.value)


def test_people_and_the_chair_of_a_review_are_told_by_name(cast, appoint):
    deputy = appoint("deputy", "approver", cast.agency, name="Tô Phó")
    review = lifecycle.create_review(
        cast.agency, held_on=today(), since=today() - days(90), chair=cast.head, by=cast.officer
    )
    before = meanwhile.shown(review, meanwhile.REVIEW)
    lifecycle.change_review(review, people=[cast.clerk], chair=deputy, by=cast.officer)
    with pytest.raises(Refused) as refused:
        lifecycle.change_review(review, minutes="Khác", was=before, by=cast.officer)
    assert f"“{cast.clerk}”" in str(refused.value) and f"“{deputy}”" in str(refused.value)


@pytest.mark.parametrize(
    ("step", "typed", "other"),
    [
        ("khac-phuc", {"correction": "Của tôi"}, lambda x, by: lifecycle.correct(x, correction="Của bạn", by=by)),
        ("nguyen-nhan", {"cause": "Của tôi"}, lambda x, by: lifecycle.find_cause(x, cause="Của bạn", by=by)),
        ("pham-vi", {"extent": "Của tôi"}, lambda x, by: lifecycle.judge_extent(x, extent="Của bạn", by=by)),
        ("he-thong", {"risks": "Của tôi", "objectives": "Không"},
         lambda x, by: lifecycle.assess_system(x, risks="Của bạn", objectives="Không", by=by)),
    ],
)  # fmt: skip
def test_each_part_of_a_correction(cast, case, browser, step, typed, other):
    for write in (
        lambda x: lifecycle.correct(x, correction="Sửa", by=cast.clerk),
        lambda x: lifecycle.find_cause(x, cause="Vì", by=cast.clerk),
        lambda x: lifecycle.judge_extent(x, extent="Không", by=cast.clerk),
    ):
        write(case)
    browser.client.force_login(cast.clerk)
    page = browser.client.get(reverse("nonconformity", args=[case.pk]))
    form = page.context["forms"][step.replace("-", "_")]
    other(case, cast.officer)
    address = reverse("nonconformity_step", args=[case.pk, step])
    refused = browser.client.post(address, {**typed, "was": form["was"].value()})
    assert SAID in refused.content.decode() and "Của bạn" in refused.content.decode()
    again = refused.context["forms"][step.replace("-", "_")]
    browser.client.post(address, {**typed, "was": again["was"].value()})
    fresh = Nonconformity.objects.get()
    assert "Của tôi" in (fresh.correction, fresh.cause, fresh.extent, fresh.risks)


def test_a_review_and_its_points(cast, browser):
    review = lifecycle.create_review(
        cast.agency, held_on=today(), since=today() - days(90), chair=cast.head, by=cast.officer
    )
    address = reverse("review_topic", args=[review.pk, "resources"])
    turns = posted(browser, cast.officer, address, {"said": "Của tôi"}, the_form)
    next(turns)
    lifecycle.write_input(review, "resources", said="Của bạn", by=cast.officer)
    assert "Của bạn" in next(turns)
    next(turns)
    assert review.inputs.get(topic="resources").said == "Của tôi"
    typed = {"held_on": today(), "since": today() - days(90), "chair": cast.head.pk, "minutes": "Của tôi"}  # fmt: skip
    address = reverse("management_review_edit", args=[review.pk])
    turns = posted(browser, cast.officer, address, typed, the_form)
    next(turns)
    reviewing.change_review(review, minutes="Của bạn", by=cast.officer)
    assert "Của bạn" in next(turns)
    next(turns)
    review.refresh_from_db()
    assert review.minutes == "Của tôi"


def test_another_part_that_changed_stops_nobody(cast, case, browser):
    lifecycle.correct(case, correction="Sửa", by=cast.clerk)
    browser.client.force_login(cast.clerk)
    page = browser.client.get(reverse("nonconformity", args=[case.pk]))
    lifecycle.correct(case, correction="Sửa kỹ hơn", by=cast.officer)
    typed = {"cause": "Vì", "was": page.context["forms"]["nguyen_nhan"]["was"].value()}
    browser.client.post(reverse("nonconformity_step", args=[case.pk, "nguyen-nhan"]), typed)
    assert Nonconformity.objects.get().cause == "Vì"
