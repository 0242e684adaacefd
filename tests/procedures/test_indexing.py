"""The index entries of documents: one for each period in force, drafts for users who may
see them."""

import datetime

from django.contrib.auth.models import AnonymousUser

from procedures import lifecycle
from procedures.indexing import documents
from qms import access
from qms.models import Unit
from search import api
from search.queue import pending
from tests.issuing import issue as issue_now

DAY = datetime.date.fromisoformat


def entries_of(page):
    return list(documents.documents([page.pk]))


def test_each_version_is_in_the_index_with_its_first_and_last_day(make_document, agency, officer):
    page = make_document(agency, officer, issued="2026-01-05", visibility="public")
    lifecycle.revise_draft(page, title="Lần hai", by=officer)
    issue_now(page, issued_on=DAY("2026-03-01"), effective_on=DAY("2026-04-01"), by=officer)
    assert [(e.title, e.first_day, e.last_day) for e in entries_of(page)] == [
        ("Quy trình thử", DAY("2026-01-05"), DAY("2026-03-31")),
        ("Lần hai", DAY("2026-04-01"), None),
    ]
    assert entries_of(page)[0].readers == ("public", "issued", f"agency:{agency.pk}")
    assert {e.origin for e in entries_of(page)} == {f"document:{page.pk}"}


def test_a_withdrawal_and_a_reinstatement_cut_the_days(make_document, agency, officer):
    page = make_document(agency, officer, issued="2026-01-05")
    version = page.versions.get()
    lifecycle.withdraw(version, reason="Hết dùng", by=officer, on_day=DAY("2026-02-01"))
    assert [(e.first_day, e.last_day) for e in entries_of(page)] == [
        (DAY("2026-01-05"), DAY("2026-01-31"))
    ]
    lifecycle.reinstate(version, reason="Dùng lại", by=officer, on_day=DAY("2026-03-01"))
    assert [(e.key, e.first_day, e.last_day) for e in entries_of(page)] == [
        (f"version:{version.pk}", DAY("2026-01-05"), DAY("2026-01-31")),
        (f"version:{version.pk}#2", DAY("2026-03-01"), None),
    ]


def test_a_struck_out_version_leaves_the_index_and_its_forerunner_goes_on(
    make_document, agency, officer
):
    page = make_document(agency, officer, issued="2026-01-05")
    lifecycle.revise_draft(page, title="Nhầm", by=officer)
    wrong = issue_now(page, issued_on=DAY("2026-02-01"), by=officer)
    lifecycle.strike_out(wrong, reason="Ghi nhầm", by=officer)
    assert [(e.title, e.last_day) for e in entries_of(page)] == [("Quy trình thử", None)]


def test_a_version_that_was_replaced_on_its_first_day_has_one_empty_stretch(
    make_document, agency, officer
):
    page = make_document(agency, officer, issued="2026-01-05")
    lifecycle.revise_draft(page, title="Cùng ngày", by=officer)
    issue_now(page, issued_on=DAY("2026-01-05"), by=officer)
    assert [(e.title, e.first_day, e.last_day) for e in entries_of(page)] == [
        ("Quy trình thử", DAY("2026-01-05"), DAY("2026-01-04")),
        ("Cùng ngày", DAY("2026-01-05"), None),
    ]


def test_a_draft_is_seen_by_officers_of_the_agency_and_its_author(make_document, agency, author):
    page = make_document(agency, author, title="Bản thảo", code="QT-09")
    (entry,) = documents.drafts([page.pk])
    assert entry.readers == (f"draft:{agency.pk}", f"author:{agency.pk}:{author.pk}")
    assert (entry.state, entry.title, entry.code) == ("draft", "Bản thảo", "QT-09")
    assert "Nội dung thử." in entry.passages[0].text


def test_a_document_without_a_newer_draft_has_no_draft_in_the_index(make_document, agency, officer):
    page = make_document(agency, officer, issued="2026-01-05")
    assert list(documents.drafts([page.pk])) == []


def test_a_unit_is_found_by_its_agency_and_the_overseer_alone(agency, reader, stranger, overseer):
    unit = Unit.objects.create(agency=agency, name="Phòng Hành chính tư pháp", code="HCTP")
    pending.mark("unit", unit.pk)
    pending.flush()

    def found(person):
        return [
            hit.key
            for hit in api.find(
                "hành chính tư pháp", tokens=access.tokens_for(person), groups=("unit",)
            ).hits
        ]

    assert [found(person) for person in (reader, overseer, stranger, AnonymousUser())] == [
        [f"unit:{unit.pk}"],
        [f"unit:{unit.pk}"],
        [],
        [],
    ]


def test_of_units_with_one_name_the_one_whose_agency_was_named_comes_first(make_agency):
    keys = {}
    for code, name in (("STP", "Sở Tư pháp"), ("SKHCN", "Sở Khoa học và Công nghệ")):
        unit = Unit.objects.create(
            agency=make_agency(code, name=name), code="VP", name="Văn phòng Sở"
        )
        keys[code] = f"unit:{unit.pk}"
    pending.rebuild()
    for code, typed in (("SKHCN", "văn phòng sở khoa học"), ("STP", "van phong so tu phap")):
        found = api.find(typed, tokens=frozenset({"public", "issued"}), groups=("unit",)).hits
        assert found[0].key == keys[code]
