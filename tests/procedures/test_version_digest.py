"""The digest of a version covers named facts, so that a later column leaves issued
versions valid."""

import datetime

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from procedures import version_digest
from procedures.models import Version

FIXED = {
    "document_id": 7,
    "ordinal": 2,
    "agency_id": 3,
    "agency_name": "Sở Tư pháp",
    "kind": "procedure",
    "code": "QT-01",
    "code_key": "qt01",
    "title": "Cấp bản sao trích lục hộ tịch",
    "clauses": ["7.5"],
    "visibility": "city",
    "issued_on": datetime.date(2026, 1, 5),
    "effective_on": datetime.date(2026, 1, 6),
    "content": {"sections": [{"kind": "content", "blocks": []}]},
    "made_at": datetime.datetime(2026, 1, 5, 3, 4, 5, 678, tzinfo=datetime.UTC),
}


@pytest.mark.pure
def test_format_1_gives_the_digest_that_it_gave_when_it_was_introduced():
    assert (
        version_digest.compute(Version(digest_format=1, **FIXED))
        == "29de6cb0ab1d76b3f1c987dad6408b440e6efa4cff249c1d53f00bbcd329b5b5"
    )


@pytest.mark.pure
def test_each_column_is_covered_by_the_current_format_or_left_out_on_purpose():
    covered = set(version_digest.FORMATS[version_digest.CURRENT])
    columns = {f.attname for f in Version._meta.concrete_fields}
    assert covered | version_digest.NOT_COVERED == columns


@pytest.mark.pure
@pytest.mark.parametrize("name", version_digest.FORMATS[1])
def test_each_covered_fact_changes_the_digest(name):
    version = Version(digest_format=1, **FIXED)
    before = version.compute_digest()
    setattr(version, name, "khác")
    assert version.compute_digest() != before


@pytest.mark.django_db
@isolate_apps("procedures")
def test_versions_issued_before_a_column_was_added_keep_their_digest(
    make_document, agency, officer
):
    make_document(agency, officer, issued="2026-01-05")
    old = Version.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE version_copy AS SELECT * FROM procedures_version")
        cursor.execute("ALTER TABLE version_copy ADD COLUMN later varchar(20) DEFAULT 'mới'")

    class Meta:
        app_label, db_table = "procedures", "version_copy"

    columns = {
        f.attname: models.BigIntegerField(null=True) if f.is_relation else f.clone()
        for f in Version._meta.concrete_fields
    }
    later = {"later": models.CharField(max_length=20)}
    copy = type("VersionCopy", (models.Model,), {"__module__": "procedures", "Meta": Meta}
                | columns | later | {"compute_digest": Version.compute_digest})  # fmt: skip
    row = copy.objects.get(pk=old.pk)
    assert row.later == "mới"
    assert row.digest == row.compute_digest() == old.digest
