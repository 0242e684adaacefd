"""The cast of an audit: an agency with two units, its officer, head and auditors, the people of an
audited unit, and strangers."""

import datetime
from types import SimpleNamespace

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from audits import lifecycle
from audits.models import Audit, Member, Nonconformity
from procedures.models import Version
from qms import access
from qms.approvals import lifecycle as approvals
from qms.approvals import subjects
from qms.clock import today
from qms.lifecycle.agencies import save_unit
from qms.models import Unit
from tests.audits.lent import record
from tests.kept import around, kept, tool

PAST = datetime.date(2020, 1, 1)
STEPS = {
    "sections": [
        {
            "kind": "content",
            "place": "body",
            "number": "5.",
            "title": "NỘI DUNG",
            "blocks": [
                {
                    "type": "grid",
                    "subject": "steps",
                    "columns": [
                        {"role": "number", "label": "TT"},
                        {"role": "action", "label": "Trình tự"},
                        {"role": "responsible", "label": "Trách nhiệm"},
                        {"role": "duration", "label": "Thời gian"},
                    ],
                    "rows": [
                        {"kind": "row", "cells": ["B1", "Tiếp nhận hồ sơ", "Một cửa", "15 phút"]},
                        {"kind": "row", "cells": ["B2", "Thẩm định", "Chuyên viên", "02 ngày"]},
                    ],
                }
            ],
        }
    ]
}


SECRET = "mat-khau-de-thu-2026"


def sign(approval, by, confirmed=None):
    """Signs as the page of the approval does; ticks everything that it asks for, or `confirmed`."""
    approval.refresh_from_db()
    access.forget(by)
    if confirmed is None:
        confirmed = [one.name for one in subjects.get(approval.kind).effect(approval).ticks]
    return approvals.sign(
        approval, by=by, appointment=None, secret=SECRET, way="password", manifest=approval.manifest,
        confirmed=confirmed,
    )  # fmt: skip


def hour(day: datetime.date, of_day: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(of_day)))


def days(count: int) -> datetime.timedelta:
    return datetime.timedelta(days=count)


@pytest.fixture
@kept
def cast(agency, other_agency, officer, reader, stranger, overseer, appoint, make_document):
    """Everybody and everything needed for an audit of the agency."""
    office, field = (
        save_unit(Unit(agency=agency, code=code, name=name), by=None)
        for code, name in (("VP", "Văn phòng"), ("BTTP", "Phòng Bổ trợ tư pháp"))
    )
    page = make_document(
        agency,
        officer,
        code="QT-05",
        title="Cấp phiếu",
        body=STEPS,
        issued="2026-01-05",
        unit=field,
    )
    return SimpleNamespace(
        agency=agency,
        other_agency=other_agency,
        office=office,
        field=field,
        officer=officer,
        reader=reader,
        stranger=stranger,
        overseer=overseer,
        head=appoint("head", "approver", agency, name="Ngô Giám Đốc", unit=office),
        lead=appoint("lead", "auditor", agency, name="Vũ Trưởng Đoàn", unit=office),
        auditor=appoint("auditor", "auditor", agency, name="Bùi Đánh Giá", unit=office),
        idle=appoint("idle", "auditor", agency, name="Đặng Chưa Phân Công"),
        clerk=appoint("clerk", "reader", agency, name="Lý Chuyên Viên", unit=field),
        colleague=appoint("colleague", "reader", agency, name="Mai Đồng Nghiệp", unit=field),
        document=page,
        version=Version.objects.get(document=page),
    )


@pytest.fixture
@kept
def programme(cast):
    row = {"unit": cast.field.pk, "month": 5, "lead": cast.lead.pk}
    made = lifecycle.create_programme(
        cast.agency,
        year=today().year,
        aims="Xem hệ thống có hiệu lực không",
        scope="Các đơn vị",
        rows=[row],
        by=cast.officer,
    )
    return lifecycle.approve_programme(made, by=cast.head)


@pytest.fixture
@kept
def audit(cast, programme):
    """An audit being planned, with an auditor and without lines."""
    made = lifecycle.create_audit(
        cast.agency,
        body=cast.agency,
        programme=programme,
        title="Đánh giá nội bộ đợt 1",
        starts_on=today(),
        ends_on=today() + days(1),
        lead=cast.lead,
        by=cast.officer,
    )
    lifecycle.add_member(made, cast.auditor, Member.Part.AUDITOR, by=cast.officer)
    return made


@pytest.fixture
@kept
def row(cast, audit):
    return plan_row(cast, audit)


def plan_row(cast, audit, **fields):
    given = {
        "unit": cast.field,
        "starts_at": hour(today(), 8),
        "ends_at": hour(today(), 10),
        "auditors": fields.get("auditors") or [audit.members.get(person=cast.auditor)],
        "documents": [cast.document.pk],
        "clauses": ["7.5"],
        "by": cast.officer,
    }
    return lifecycle.save_row(audit, **{**given, **fields})


@pytest.fixture
@kept
def planned(cast, audit, row):
    return lifecycle.fix_plan(audit, by=cast.lead)


@pytest.fixture
@kept
def under_way(cast, planned, row):
    lifecycle.make_checklist(row, by=cast.auditor)
    return lifecycle.start(planned, by=cast.lead)


@pytest.fixture
@kept
def finding(cast, under_way):
    """A minor nonconformity from an answer; the agency has not been notified yet."""
    item = under_way.items.filter(source="procedure").first()
    lifecycle.answer(item, result="nonconformity", note="Thiếu giấy tiếp nhận", by=cast.auditor)
    return lifecycle.raise_finding(
        under_way,
        item=item,
        grade="minor",
        seen="Ba trong năm hồ sơ không có giấy tiếp nhận",
        unit=cast.field,
        by=cast.auditor,
    )


@pytest.fixture
@kept
def case(cast, finding):
    """The nonconformity that the concluded audit opened."""
    lifecycle.conclude(Audit.objects.get(pk=finding.audit_id), conclusion="Phù hợp", by=cast.lead)
    return Nonconformity.objects.get(finding=finding)


def analyse(cast, case, by=None):
    """Every gate up to the plan."""
    by = by or cast.clerk
    case = lifecycle.correct(case, correction="Lập bổ sung giấy tiếp nhận", by=by)
    case = lifecycle.find_cause(case, cause="Chưa có người kiểm tra cuối ngày", by=by)
    case = lifecycle.judge_extent(case, extent="Chỉ tại Phòng Bổ trợ tư pháp", by=by)
    return lifecycle.assess_system(case, risks="Không", objectives="Không", by=by)


def agree(case, by):
    """Has somebody sign the plan; returns the case afterwards."""
    sign(case.approval, by)
    case.refresh_from_db()
    return case


def plan_actions(cast, case):
    """An analysed case with one action, sent for agreement."""
    case = analyse(cast, case)
    lifecycle.add_action(
        case, what="Kiểm tra cuối ngày", person=cast.clerk, due=today(), by=cast.clerk
    )
    return lifecycle.send_plan(
        case, measure="Mười hồ sơ liên tiếp đủ giấy", judge_on=today(), by=cast.clerk
    )


@pytest.fixture
@kept
def sent(cast, case):
    return plan_actions(cast, case)


@pytest.fixture
@kept
def agreed(cast, sent):
    return agree(sent, cast.head)


@pytest.fixture
@kept
def verifying(cast, agreed):
    lifecycle.finish_action(agreed.actions.get(), note="Đã kiểm tra hai tuần", by=cast.clerk)
    agreed.refresh_from_db()
    return agreed


class Browser:
    """Signs in for each request, so that a test reads as a conversation of several people."""

    def __init__(self, client):
        self.client = client

    def see(self, who, name, *args, query=""):
        self.client.force_login(who)
        return self.client.get(reverse(name, args=args) + query)

    def do(self, who, name, *args, query="", **data):
        self.client.force_login(who)
        answer = self.client.post(reverse(name, args=args) + query, data, follow=True)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()


@pytest.fixture
@tool
def browser(client):
    return Browser(client)


@pytest.fixture
@kept
def lender(cast, appoint):
    """An agency that offers an auditor; its officer is the stranger."""
    cast.lent = appoint("lent", "auditor", cast.other_agency, name="Cao Cho Mượn")
    record(cast, cast.lent, agency=cast.other_agency, lendable=True)
    return cast.other_agency


@pytest.fixture
@around
def mail_server():
    with override_settings(EMAIL_HOST="mail.example.test"):
        yield


@pytest.fixture
@kept
def chief(cast, appoint):
    """The head of the audited unit, with a confirmed address."""
    made = appoint("chief", "unit_head", cast.agency, name="Hà Trưởng Phòng", unit=cast.field)
    for one in (made, cast.auditor):
        one.email = one.confirmed_email = f"{one.username}@example.test"
        one.save()
    return made
