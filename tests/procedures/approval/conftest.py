"""The signers of documents, and documents that may be sent."""

import pytest

from procedures.approval import sending
from procedures.approval.sealing import Terms
from procedures.models import DocumentPage
from qms import access
from qms.approvals import lifecycle as approvals
from tests.kept import kept, tool

SECRET = "mat-khau-de-thu-2026"


def steps(*times: str, limit: str = "", first: str = "Tiếp nhận hồ sơ") -> dict:
    """Content of a procedure with a step for each time, and the limit stated in its text."""
    rows = [
        {"kind": "row", "cells": [str(n), first if n == 1 else f"Việc thứ {n}", "Văn thư", time]}
        for n, time in enumerate(times, 1)
    ]
    grid = {
        "type": "grid",
        "subject": "steps",
        "columns": [
            {"role": "number", "label": "TT"},
            {"role": "action", "label": "Nội dung công việc"},
            {"role": "responsible", "label": "Trách nhiệm"},
            {"role": "duration", "label": "Thời gian"},
        ],
        "rows": rows,
    }
    text = f"<p>Thời hạn giải quyết: {limit}</p>" if limit else "<p>Các bước như sau.</p>"
    blocks = [{"type": "text", "html": text}, grid]
    section = {"kind": "content", "place": "body", "number": "5.", "title": "NỘI DUNG"}
    return {"sections": [{**section, "blocks": blocks}]}


@pytest.fixture
@kept
def reviewer(appoint, agency):
    return appoint("reviewer", "reviewer", agency, name="Vũ Thị Xem Xét", post="Phó phòng")


@pytest.fixture
@kept
def approver(appoint, agency):
    return appoint("approver", "approver", agency, name="Đinh Văn Phê Duyệt", post="Giám đốc")


@pytest.fixture
@tool
def procedure(make_document, agency, author, reviewer, approver):
    """procedure(code="QT-01", …) -> a draft by the author that may be sent."""

    def make(code="QT-01", title="", by=author, **fields):
        fields.setdefault("body", steps("1 ngày", "2 ngày"))
        return make_document(agency, by, code=code, title=title or f"Quy trình {code}", **fields)

    return make


@pytest.fixture
@tool
def send(officer):
    """send(page, …, by=…, effective_days=…) -> the open approval of the drafts."""

    def do(*pages, by=officer, note="", **terms):
        access.forget(by)
        said = Terms(**{"issue_number": 1, "revision_number": 0, **terms})
        fresh = [DocumentPage.objects.get(pk=page.pk).specific for page in pages]
        return sending.send([(page, said) for page in fresh], by=by, note=note)

    return do


@pytest.fixture
@tool
def sign():
    """sign(approval, user) as the page does."""

    def do(approval, *people):
        for person in people:
            approval.refresh_from_db()
            access.forget(person)
            approvals.sign(
                approval,
                by=person,
                appointment=None,
                secret=SECRET,
                way="password",
                manifest=approval.manifest,
            )
        approval.refresh_from_db()
        return approval

    return do
