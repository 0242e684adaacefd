"""A draft is sealed as canonical bytes: the same draft gives the same bytes, with every fact of a
version."""

import datetime
import json
import unicodedata

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures import lifecycle, version_digest
from procedures.approval import sealing
from procedures.approval.sealing import Terms
from procedures.content import stream
from procedures.models import Clause, DocumentPage, Version
from qms.clock import today
from qms.errors import Refused
from qms.proof import store
from tests.issuing import issue as issue_now
from tests.procedures.test_draft_roundtrip import contents, letters

TERMS = Terms(issue_number=2, revision_number=1, change_summary="Rút ngắn bước 3")


def sealed(page, terms=TERMS) -> bytes:
    page = DocumentPage.objects.get(pk=page.pk).specific
    return sealing.seal(page, sealing.compose(page, terms), terms)


@pytest.fixture
def page(make_document, agency, officer, author):
    file = store.add(b"%PDF-1.4 form")
    return make_document(
        agency,
        officer,
        code="BM-01",
        title="Phiếu tiếp nhận",
        kind="form",
        file=file,
        file_name="phieu.pdf",
        owner_post="Chánh Văn phòng",
        clauses=[Clause.objects.get(number="7.5")],
        legal_basis=["19/2014/QĐ-TTg"],
        flags=[{"code": "converted", "message": "", "values": []}],
    )


@pytest.mark.pure
def test_each_fact_of_a_version_is_sealed_or_known_only_when_it_is_issued():
    covered = set(version_digest.FORMATS[version_digest.CURRENT])
    assert set(sealing.FACTS[sealing.FORMAT]) | sealing.OF_THE_MOMENT == covered
    assert not set(sealing.FACTS[sealing.FORMAT]) & sealing.OF_THE_MOMENT


def test_the_version_made_of_the_bytes_says_what_the_draft_said(page):
    made = sealing.version_from(sealed(page), datetime.date(2026, 12, 1))
    wanted = lifecycle.version_of(
        page, issued_on=made.issued_on, effective_on=datetime.date(2026, 12, 1)
    )
    wanted.issue_number, wanted.revision_number = 2, 1
    wanted.change_summary = "Rút ngắn bước 3"
    for name in sealing.FACTS[sealing.FORMAT]:
        assert getattr(made, name) == getattr(wanted, name), name
    assert made.files[0]["sha256"] == page.file_id
    assert made.pk is None and made.effective_on == datetime.date(2026, 12, 1)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=contents, title=letters, summary=letters)
def test_sealing_is_stable_and_in_one_form_of_unicode(page, content, title, summary):
    page.body, terms = stream.to_stream(content), Terms(change_summary=summary)
    page.set_title(title)
    data = sealing.seal(page, sealing.compose(page, terms), terms)
    page.body = stream.to_stream(stream.to_content(page.body))
    assert sealing.seal(page, sealing.compose(page, terms), terms) == data
    text = data.decode()
    assert unicodedata.normalize("NFC", text) == text
    assert json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")) == text  # fmt: skip
    again = sealing.version_from(data)
    assert again.content == json.loads(
        unicodedata.normalize("NFC", json.dumps(stream.to_content(page.body), ensure_ascii=False))
    )


def test_marks_written_apart_or_together_are_the_same_bytes(page):
    page.owner_post = unicodedata.normalize("NFD", "Chánh Văn phòng")
    apart = sealing.seal(page, sealing.compose(page, TERMS), TERMS)
    page.owner_post = unicodedata.normalize("NFC", "Chánh Văn phòng")
    assert sealing.seal(page, sealing.compose(page, TERMS), TERMS) == apart


@pytest.mark.parametrize(
    ("terms", "first_day"),
    [
        (Terms(), datetime.date(2026, 3, 1)),
        (Terms(effective_days=15), datetime.date(2026, 3, 16)),
        (Terms(effective_on=datetime.date(2026, 4, 1)), datetime.date(2026, 4, 1)),
    ],
)
def test_it_takes_effect_on_its_day_or_so_many_days_after_issue(page, terms, first_day):
    read = sealing.read(sealed(page, terms))
    assert read.terms == terms
    assert read.version(datetime.date(2026, 3, 1)).effective_on == first_day


@given(days=st.integers(0, 400))
@pytest.mark.pure
def test_days_after_issue_count_from_the_issue(days):
    assert Terms(effective_days=days).effective_from(today()) == today() + datetime.timedelta(days)


@pytest.mark.pure
@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff", b'{"format": 99}', b'{"format":1}'])
def test_bytes_other_than_a_sealed_document_are_refused(data):
    with pytest.raises(Refused):
        sealing.read(data)


# -- who drafted


def test_everybody_who_saved_the_draft_since_the_last_version_is_kept(
    make_document, agency, officer, author
):
    page = make_document(agency, author)
    lifecycle.revise_draft(page, owner_post="Chánh Văn phòng", by=officer)
    page.refresh_from_db()
    assert page.drafters == sorted([author.pk, officer.pk])
    named = sealing.read(sealed(page)).drafted
    assert [one["id"] for one in named] == [officer.pk, author.pk]
    assert named[0]["name"] == str(officer)


def test_drafters_outlast_revisions_that_are_purged_or_put_back(
    make_document, agency, officer, author
):
    page = make_document(agency, author)
    first = page.latest_revision
    lifecycle.revise_draft(page, owner_post="A", by=officer)
    first.as_object().save_revision(user=officer)
    page.revisions.exclude(pk=DocumentPage.objects.get(pk=page.pk).latest_revision_id).delete()
    page = DocumentPage.objects.get(pk=page.pk)
    assert page.drafters == sorted([author.pk, officer.pk])


def test_with_the_next_version_the_list_begins_again(make_document, agency, officer, author):
    page = make_document(agency, author)
    issue_now(page, issued_on=today(), by=officer)
    assert DocumentPage.objects.get(pk=page.pk).drafters == []
    lifecycle.revise_draft(page, owner_post="B", by=officer)
    assert DocumentPage.objects.get(pk=page.pk).drafters == [officer.pk]


def test_a_page_saved_from_an_old_copy_loses_no_drafter(make_document, agency, officer, author):
    page = make_document(agency, author)
    stale = DocumentPage.objects.get(pk=page.pk).specific
    lifecycle.revise_draft(page, owner_post="A", by=officer)
    stale.save_revision(user=author)
    assert DocumentPage.objects.get(pk=page.pk).drafters == sorted([author.pk, officer.pk])


def test_the_migration_takes_drafters_from_revisions(make_document, agency, officer, author):
    from importlib import import_module  # noqa: PLC0415 - its name is no identifier

    from django.apps import apps  # noqa: PLC0415

    page = make_document(agency, author)
    lifecycle.revise_draft(page, owner_post="A", by=officer)
    DocumentPage.objects.filter(pk=page.pk).update(drafters=[])
    fill = import_module("procedures.migrations.0013_drafters").fill
    fill(apps, connection.schema_editor())
    assert DocumentPage.objects.get(pk=page.pk).drafters == sorted([author.pk, officer.pk])
    assert not Version.objects.exists()
