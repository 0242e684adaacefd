"""What several tests of the import need: files read through its pages and through its command."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from procedures.importing.reading import read_item
from tests.procedures.import_files import folder_of, procedure


def upload(*files):
    return [SimpleUploadedFile(name, data) for name, data in files]


def read_all(batch):
    for item in batch.items.all():
        read_item.call(item.pk)


@pytest.fixture
def batch(hand_in):
    """Two files of an agency, read; one has a warning."""
    return hand_in(
        {
            "tốt.docx": procedure("QT-01", "Việc CANARYMOT"),
            "thiếu.docx": procedure("", "Việc hai"),
        }
    )


def every_address(batch):
    item = batch.items.first()
    digest = item.sha256
    return [
        reverse("imports:batch", args=[batch.pk]), reverse("imports:progress", args=[batch.pk]), reverse("imports:take_back", args=[batch.pk]),
        reverse("imports:item", args=[item.pk]), reverse("imports:preview", args=[item.pk]), reverse("imports:original", args=[item.pk]),
        reverse("imports:picture", args=[item.pk, digest]),
    ], [reverse("imports:add", args=[batch.pk]), reverse("imports:act", args=[batch.pk]), reverse("imports:take_back", args=[batch.pk]),
        reverse("imports:item", args=[item.pk]), reverse("imports:attach", args=[item.pk])]  # fmt: skip


@pytest.fixture
def bring(tmp_path, agency, capsys):
    """bring({"a.docx": bytes}, "--as-issued") -> (exit code, the report); files of earlier calls
    are deleted."""
    count = iter(range(100))

    def call(files, *flags, code="STP"):
        number = next(count)
        folder = (
            files
            if not isinstance(files, dict)
            else folder_of(tmp_path / f"folder-{number}", files)
        )
        target = tmp_path / f"report-{number}.json"
        try:
            call_command(
                "import_documents", str(folder), "--agency", code, "--json", str(target), *flags
            )
            left = 0
        except SystemExit as stop:
            left = stop.code
        return left, json.loads(target.read_text(encoding="utf-8"))

    return call


def only(report):
    assert len(report["documents"]) == 1
    return report["documents"][0]


def by_file(report):
    return {row["file"]: row for row in report["documents"]}


def codes(row):
    return [w["code"] for w in row["warnings"]]
