"""The pages of audits on a phone: no serious axe violations, nothing wider than the screen."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

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
from tests.journeys.conftest import DESKTOP, PHONE, overflow

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


def test_what_is_wider_than_a_phone_shows_that_there_is_more(visit, cast, agreed, programme):  # noqa: F811
    """A table and a drawing alike: the side that goes on fades, and words say that one can scroll."""
    address = reverse("audit_coverage", args=[cast.agency.pk])
    page = visit(address, as_=cast.officer, width=PHONE)
    frame = page.get_by_role("region", name="Đơn vị và điều khoản")
    expect(frame).to_have_attribute("data-more", "right")
    expect(frame).to_have_attribute("tabindex", "0")
    assert "gradient" in frame.evaluate("e => getComputedStyle(e).maskImage")
    assert "Vuốt ngang" in frame.evaluate(
        "e => getComputedStyle(e, '::before').content + e.dataset.hint"
    )
    frame.evaluate("e => e.scrollTo(40, 0)")
    expect(frame).to_have_attribute("data-more", "left right")
    frame.evaluate("e => e.scrollTo(e.scrollWidth, 0)")
    expect(frame).to_have_attribute("data-more", "left")
    page.goto(page.url.replace(address, reverse("audit_overview", args=[cast.agency.pk])))
    drawing = page.locator(".scroll", has=page.locator("svg.chart")).first
    expect(drawing).to_have_attribute("data-more", "right")
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    expect(drawing).to_have_attribute("data-more", "")
    expect(drawing).not_to_have_attribute("tabindex", "0")
