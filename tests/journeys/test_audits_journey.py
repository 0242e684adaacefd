"""The pages of audits on a phone: no serious axe violations, nothing wider than the screen."""

import pytest
from django.urls import reverse

from tests.audits.conftest import (  # noqa: F401
    agreed,
    audit,
    case,
    cast,
    finding,
    planned,
    programme,
    row,
    sent,
    under_way,
)
from tests.journeys.conftest import PHONE, overflow

pytestmark = [pytest.mark.browser, pytest.mark.pure]


def test_pages_of_audits_fit_a_phone_and_are_open_to_all(visit, cast, agreed, programme, serious):  # noqa: F811
    agency, held = cast.agency.pk, agreed.finding.audit_id
    of_the_officer = [
        reverse(name, args=[agency])
        for name in (
            "agency_audits", "agency_findings", "agency_actions", "audit_overview", "audit_coverage", "audit_rules",
            "agency_management_reviews", "audit_new", "nonconformity_report",
        )
    ]  # fmt: skip
    of_the_officer += [
        programme.get_absolute_url(),
        agreed.get_absolute_url(),
        "/danh-gia/bai-hoc/",
    ]
    of_the_lead = [
        reverse(name, args=[held]) for name in ("audit", "audit_report", "audit_checklist", "audit_set_aside")
    ]  # fmt: skip
    of_the_lead += [agreed.finding.get_absolute_url(), "/danh-gia/", "/danh-gia/lich/"]
    wrong = {}
    for person, places in (
        (cast.officer, of_the_officer),
        (cast.lead, of_the_lead),
        (cast.overseer, [reverse("audit_agencies")]),
    ):
        page = visit(places[0], as_=person, width=PHONE)
        base = page.url.removesuffix(places[0])
        for place in places:
            assert page.goto(base + place).status == 200, place
            if found := serious(page) + overflow(page):
                wrong[place] = found
    assert wrong == {}
