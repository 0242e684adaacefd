"""The forms with which people join the team of an audit."""

import pytest
from lxml import html

from qms.clock import today
from tests.audits.lent import record

pytestmark = pytest.mark.django_db


def test_auditors_are_chosen_from_those_who_can_be(cast, audit, browser):
    """Whoever would be refused as an auditor is not offered; the other parts are for everybody."""
    record(cast, cast.idle, valid_until=today())  # the audit ends tomorrow
    page = html.fromstring(browser.see(cast.officer, "audit", audit.pk).content)

    def offered(name, field):
        return set(page.xpath(f"//select[@id='id_{name}_{field}']/option[@value!='']/text()"))

    assert offered("auditing", "part") == {"Trưởng đoàn đánh giá", "Đánh giá viên"}
    assert offered("auditing", "person") == {"Vũ Trưởng Đoàn", "Bùi Đánh Giá"}
    assert offered("other", "part") == {"Quan sát viên", "Đại diện bên được đánh giá"}
    everybody = {"Vũ Trưởng Đoàn", "Bùi Đánh Giá", "Đặng Chưa Phân Công", "Lý Chuyên Viên"}
    assert everybody < offered("other", "person")


def test_the_teams_form_refuses_who_was_not_offered(cast, audit, browser):
    said = browser.do(
        cast.officer, "audit_member_add", audit.pk, person=cast.clerk.pk, part="auditor"
    )
    assert '<details class="fold" open>' in said
    assert not audit.members.filter(person=cast.clerk).exists()
    browser.do(cast.officer, "audit_member_add", audit.pk, person=cast.clerk.pk, part="auditee")
    assert audit.members.get(person=cast.clerk).part == "auditee"
