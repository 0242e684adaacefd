"""The amendment log is derived, can be edited, and is fixed once a version is issued."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from procedures import lifecycle as documents
from procedures.changes import amendments, lifecycle
from procedures.models import Amendment, DocumentPage
from qms.errors import Refused
from qms.models import Event
from tests.conftest import content
from tests.issuing import issue as issue_now
from tests.procedures.changes.contents import steps


def draft(page, officer, text="Nội dung mới hẳn.", **fields):
    return documents.revise_draft(page, content=content(text), by=officer, **fields)


def issue(page, officer, day=2):
    return issue_now(page, issued_on=datetime.date(2026, 3, day), by=officer)


def test_the_first_version_needs_no_line(make_document, agency, officer):
    assert amendments.missing(make_document(agency, officer)) == ""


def test_a_second_version_without_a_line_is_not_complete(document, officer):
    page = draft(document, officer)
    assert "theo dõi sửa đổi" in amendments.missing(page)
    assert amendments.missing(draft(document, officer, change_summary="Sửa mục 1")) == ""


def test_the_summary_of_the_previous_version_is_not_a_line(document, officer):
    draft(document, officer, change_summary="Sửa mục 1")
    issue(document, officer)
    assert amendments.missing(draft(document, officer, "Lại sửa.")) != ""


def test_the_line_comes_from_accepted_requests_and_what_else_changed(document, officer, ask):
    lifecycle.accept(ask("Rút ngắn bước 2", place="5. NỘI DUNG, bước 2"), by=officer)
    ask("Chưa được trả lời", place="6")
    line = amendments.line_for(draft(document, officer))
    assert (line.place, line.summary, line.written) == (
        "5. NỘI DUNG, bước 2; 1. NỘI DUNG",
        "Rút ngắn bước 2",
        False,
    )


def test_without_requests_the_places_are_what_changed(document, officer):
    line = amendments.line_for(draft(document, officer, change_summary="Sửa cho gọn"))
    assert (line.place, line.summary) == ("1. NỘI DUNG", "Sửa cho gọn")


def test_the_places_name_each_changed_step_once_whatever_was_asked(make_document, officer, agency):
    def rows(*times):
        return steps(
            [
                (str(n), f"Việc số {n} của quy trình", "Văn thư", one)
                for n, one in enumerate(times, 1)
            ]
        )

    page = make_document(
        agency, officer, issued="2026-01-05", body=rows("1 ngày", "2 ngày", "3 ngày").content
    )
    for place in ("Bước 2: Việc số 2 của…", "5. NỘI DUNG, bước 2", "Biểu mẫu BM-01"):
        asked = lifecycle.open(
            page, what="Rút ngắn", place=place, version=page.versions.get(), by=officer
        )
        lifecycle.accept(asked, by=officer)
    documents.revise_draft(page, content=rows("1 ngày", "1 ngày", "2 ngày").content, by=officer)
    with translation.override("en"):
        line = amendments.line_for(DocumentPage.objects.get(pk=page.pk))
    assert line.place == "Biểu mẫu BM-01; 5. NỘI DUNG (bước 2, bước 3)"


def test_a_line_that_somebody_wrote_holds_for_one_version(document, officer):
    page = draft(document, officer)
    amendments.edit(page, place="Trang 3", summary="Đổi thời gian", by=officer)
    assert amendments.line_for(page).written and amendments.missing(page) == ""
    version = issue(document, officer)
    row = Amendment.objects.get(version=version)
    assert (row.place, row.summary, row.day) == ("Trang 3", "Đổi thời gian", version.issued_on)
    assert not amendments.line_for(draft(document, officer, "Nữa.")).written


def test_an_emptied_line_writes_itself_again(document, officer):
    page = draft(document, officer, change_summary="Sửa mục 1")
    amendments.edit(page, place="x", summary="y", by=officer)
    amendments.edit(page, place=" ", summary="", by=officer)
    assert amendments.line_for(page).summary == "Sửa mục 1"


def test_a_line_saved_twice_is_one_line_in_the_journal(document, officer):
    page = draft(document, officer)
    written = Event.objects.filter(kind="amendment_edited", subject=f"document:{document.pk}")
    amendments.edit(page, place="", summary=" ", by=officer)
    assert not written.exists()
    for _time in range(2):
        amendments.edit(page, place="Trang 3", summary="Đổi thời gian", by=officer)
    assert written.count() == 1


def test_only_who_edits_the_draft_writes_the_line(document, reader, stranger):
    for person in (reader, stranger):
        with pytest.raises(Refused):
            amendments.edit(document, place="", summary="x", by=person)


def test_a_line_too_long_is_refused(document, officer):
    with pytest.raises(Refused, match="tối đa"):
        amendments.edit(document, place="", summary="x" * 200_000, by=officer)


def test_every_version_has_its_line_and_keeps_it(document, officer):
    draft(document, officer, change_summary="Sửa mục 1")
    issue(document, officer)
    versions = list(document.versions.order_by("ordinal"))
    assert [amendments.log(versions)[v.pk].summary for v in versions] == ["", "Sửa mục 1"]
    for change in (
        lambda: Amendment.objects.update(summary="khác"),
        lambda: Amendment.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_line_amends_the_last_version_that_is_valid(document, officer):
    page = draft(document, officer, change_summary="Sửa mục 1")
    issue(page, officer)
    documents.strike_out(page.versions.get(ordinal=2), reason="Ban hành nhầm", by=officer)
    again = draft(page, officer, "Nội dung mới hẳn.")
    assert amendments.line_for(again).place == "1. NỘI DUNG"  # not: nothing since version 2
    assert amendments.missing(again) == ""  # its summary was never valid, so it is new
