"""Followers of a document or its agency who may read it are notified of acts on it."""

import datetime

import pytest
from django.urls import reverse

from procedures import lifecycle
from procedures.enums import Visibility
from procedures.models import Version
from procedures.telling import subject
from qms.clock import today
from qms.desk import agencies
from qms.errors import Refused
from qms.models import Bookmark, DueWork, Notice
from qms.notices import kinds, telling
from qms.work import due
from tests.issuing import issue as issue_now

pytestmark = pytest.mark.django_db
FOLLOWED = Bookmark.Kind.FOLLOWED


def follow(person, of):
    Bookmark.objects.create(person=person, kind=FOLLOWED, subject=of)


def told():
    due.run_due()
    return [(one.person.username, one.kind) for one in Notice.objects.order_by("pk")]


def test_who_follows_the_agency_is_told_of_what_it_issues_if_they_may_read_it(
    make_document, agency, officer, reader, stranger, overseer
):
    for person in (officer, reader, stranger, overseer):
        follow(person, agencies.subject(agency.pk))
    page = make_document(
        agency,
        officer,
        title="Quy trình lưu trữ",
        issued="2026-01-05",
        visibility=Visibility.AGENCY,
    )
    assert told() == [("reader", "document_issued"), ("overseer", "document_issued")]
    notice = Notice.objects.first()
    assert kinds.worded(notice.kind, notice.facts) == (
        "Sở Tư pháp ban hành QT-01 “Quy trình lưu trữ”, có hiệu lực từ 05/01/2026."
    )
    assert notice.url == reverse("document", args=[page.pk])


def test_who_follows_both_the_document_and_its_agency_is_told_once(
    make_document, agency, officer, reader
):
    page = make_document(agency, officer, issued="2026-01-05")
    follow(reader, agencies.subject(agency.pk))
    follow(reader, subject(page.pk))
    version = Version.objects.get(document=page)
    lifecycle.withdraw(version, reason="Hết dùng", by=officer)
    assert told() == [("reader", "document_withdrawn")]
    assert "Hết dùng" not in str(Notice.objects.get().facts)
    lifecycle.reinstate(version, reason="Dùng lại", by=officer)
    lifecycle.withdraw(version, reason="Thôi hẳn", by=officer)
    assert [kind for _who, kind in told()] == [
        "document_withdrawn", "document_reinstated", "document_withdrawn",
    ]  # fmt: skip


def test_where_nobody_follows_nothing_is_planned(make_document, agency, officer):
    make_document(agency, officer, issued="2026-01-05")
    assert not DueWork.objects.filter(kind=telling.WORK).exists()


def test_a_refused_step_tells_nobody(make_document, agency, officer, reader):
    follow(reader, agencies.subject(agency.pk))
    page = make_document(agency, officer, code="")
    day = today() + datetime.timedelta(days=1)
    with pytest.raises(Refused):
        issue_now(page, issued_on=day, effective_on=today(), by=officer)
    assert told() == []
