"""Real files through the complete import: judged by the two programs next to the samples,
independent of the product."""

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from procedures.importing.intake import put
from procedures.importing.rights import take_turn
from procedures.models import DocumentPage, Version
from qms.models import Event
from tests.procedures.import_files import folder_of, procedure

FOLDERS = {"procedures": 12, "layouts": 6}


def run_import(folder, code, target, *flags):
    try:
        call_command(
            "import_documents",
            str(folder),
            "--agency",
            code,
            "--json",
            str(target),
            "-v",
            "0",
            *flags,
        )
    except SystemExit as stop:
        return stop.code, json.loads(Path(target).read_text(encoding="utf-8"))
    return 0, json.loads(Path(target).read_text(encoding="utf-8"))


def judge(program, *arguments):
    done = subprocess.run(
        [sys.executable, str(program), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.returncode, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.django_db
@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize(
    "flag", ["--as-issued", pytest.param("--as-draft", marks=pytest.mark.pure)]
)
def test_every_fact_of_the_sample_folders_is_right_and_no_text_is_lost(
    name, flag, samples, agency, tmp_path
):
    left, report = run_import(
        samples / name, "STP", tmp_path / "report.json", flag, "--texts", str(tmp_path / "texts")
    )
    assert left == 0
    assert len(report["documents"]) == FOLDERS[name] and {
        row["status"] for row in report["documents"]
    } == {"imported"}
    assert (
        judge(
            samples / "score_import.py", tmp_path / "report.json", samples / name / "expected.jsonl"
        )[0]
        == 0
    )
    code, said = judge(samples / "count_kept.py", samples / name, tmp_path / "texts")
    legacy = [
        row["file"]
        for row in report["documents"]
        if any(w["code"] == "legacy_encoding" for w in row["warnings"])
    ]
    short = (
        [
            line
            for line in said.splitlines()
            if not line.endswith(tuple(legacy))
            and (float(line[:7]) < 0.999 or float(line[8:14]) < 0.95)
        ]
        if legacy or code
        else []
    )
    assert short == [], said
    assert Version.objects.count() == (FOLDERS[name] if flag == "--as-issued" else 0)
    again = run_import(samples / name, "STP", tmp_path / "again.json", flag)[1]
    assert {row["status"] for row in again["documents"]} == {"unchanged"}
    assert (
        judge(
            samples / "score_import.py", tmp_path / "again.json", samples / name / "expected.jsonl"
        )[0]
        == 0
    )


@pytest.mark.django_db
def test_damaged_and_foreign_sample_files_end_in_a_message_each(samples, agency, tmp_path):
    left, report = run_import(samples / "odd", "STP", tmp_path / "report.json")
    assert left == 1
    for row in report["documents"]:
        if row["status"] == "refused":
            assert row["file"] in row["error"] and row["error"].count(".") >= 2, row
        else:
            assert row["kept_characters"] >= 0.999 * row["source_characters"], row["file"]
    refused = {row["file"] for row in report["documents"] if row["status"] == "refused"}
    assert refused >= {
        "ExternalEntityInText.docx",
        "bug53475-password-is-pass.docx",
        "truncated62886.docx",
        "plain-text.docx",
        "plain-utf8-text-bom.doc",
    }
    assert DocumentPage.objects.count() == len(report["documents"]) - len(refused)


@pytest.mark.pure
@pytest.mark.libreoffice
@pytest.mark.django_db
def test_word_97_files_are_read_through_libreoffice(samples, agency, tmp_path):
    from procedures.word.convert import find_soffice

    if find_soffice() is None:
        pytest.skip("LibreOffice (soffice) is not installed here")
    left, report = run_import(samples / "legacy", "STP", tmp_path / "report.json", "--as-issued")
    assert left == 0
    assert all(
        "converted" in [w["code"] for w in row["warnings"]] and row["steps"]
        for row in report["documents"]
    )


@pytest.mark.django_db
def test_mutilated_files_end_in_a_message_or_a_whole_document(samples, agency, tmp_path):
    """A seeded sample here; `make torture` runs thousands through the reader."""
    dice = random.Random(20_261)
    sources = sorted((samples / "layouts").glob("*.docx")) + sorted(
        (samples / "procedures").glob("chung_thuc*.docx")
    )
    files = {}
    for number in range(24):
        data = bytearray(dice.choice(sources).read_bytes())
        if number % 3 == 0:
            data = data[: dice.randrange(len(data))]
        else:
            for _ in range(dice.choice((1, 5, 50))):
                data[dice.randrange(len(data))] = dice.randrange(256)
        files[f"{number:02}.docx"] = bytes(data)
    left, report = run_import(
        folder_of(tmp_path / "files", files), "STP", tmp_path / "report.json", "--as-issued"
    )
    assert len(report["documents"]) == 24 and left in (0, 1)
    whole = [row for row in report["documents"] if row["status"] != "refused"]
    assert DocumentPage.objects.count() == sum(row["status"] == "imported" for row in whole)
    assert all(page.latest_revision_id and page.source_id for page in DocumentPage.objects.all())


@pytest.mark.django_db
def test_a_fault_in_the_middle_of_one_file_leaves_nothing_of_it(agency, tmp_path, monkeypatch):
    """The database refuses the last statement of the transaction, as with a full disk."""
    from django.db import connection

    facts = {
        "name": "a.docx", "kind": "procedure", "code": "QT-01", "title": "Việc một", "issue_number": 1, "revision_number": 0, "issued_on": "2026-01-05",
        "effective_on": None, "signers": [], "legal_basis": [], "amendments": [], "national_code": "", "local_tail": "", "warnings": [],
        "content": {"sections": []},
    }  # fmt: skip
    from qms.proof import store

    original = store.add(procedure())
    before = Event.objects.count()

    def refuse(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "qms_event"') and "imported" in params:
            raise OSError("no space left on device")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse), pytest.raises(OSError):
        put(take_turn(agency, None), facts, original=original, as_issued=True)
    assert (DocumentPage.objects.count(), Version.objects.count(), Event.objects.count()) == (
        0,
        0,
        before,
    )


MANAGE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""
CHAIN = """
import json
from qms.proof import append_only, journal
from qms.models import Agency
print(json.dumps([journal.broken_links(Agency.objects.get()), append_only.missing()]))
"""
COUNTS = {
    "pages": "SELECT count(*) FROM procedures_documentpage WHERE source_id IS NOT NULL",
    "whole": "SELECT count(*) FROM procedures_documentpage d JOIN wagtailcore_page p ON p.id = d.page_ptr_id JOIN wagtailcore_revision r ON "
    "r.id = p.latest_revision_id WHERE d.issued_revision_id = r.id",
    "versions": "SELECT count(*) FROM procedures_version",
    "items": "SELECT count(*) FROM procedures_importitem WHERE state = 'accepted' AND version_id IS NOT NULL",
    "events": "SELECT count(*) FROM qms_event WHERE kind = 'imported'",
    "children": "SELECT numchild FROM wagtailcore_page WHERE id = (SELECT page_ptr_id FROM qms_agencypage)",
    "paths": "SELECT count(DISTINCT path) FROM wagtailcore_page WHERE id IN (SELECT page_ptr_id FROM procedures_documentpage)",
}


@pytest.mark.pure
def test_a_killed_import_leaves_no_half_document_and_goes_on_where_it_was(tmp_path, installation):
    """kill -9 at two moments, the second on the database that the first left; then a
    complete run."""
    folder = folder_of(
        tmp_path / "files",
        {f"{n:02}.docx": procedure(f"QT-{n:02}", f"Việc thứ {n} của phòng") for n in range(1, 13)},
    )
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    environment = {**kept, "QMS_DATA": str(installation), "PYTHONPATH": str(settings.BASE_DIR)}
    command = [sys.executable, "-c", MANAGE]

    def manage(*arguments, **options):
        return subprocess.run(
            [*command, *arguments],
            env=environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=180,
            check=True,
            **options,
        )

    def counts():
        with contextlib.closing(sqlite3.connect(installation / "qms.sqlite3")) as database:
            return {
                name: database.execute(question).fetchone()[0] for name, question in COUNTS.items()
            }

    manage("create_agency", "--code", "STP", "--name", "Sở Tư pháp", "--kind", "department")
    done = 0
    for files_before_the_kill in (1, 3):
        process = subprocess.Popen(
            [*command, "import_documents", str(folder), "--agency", "STP", "--as-issued"], env={**environment, "PYTHONUNBUFFERED": "1"}, cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        seen, until = 0, time.monotonic() + 120
        while seen < files_before_the_kill and time.monotonic() < until:
            seen += process.stdout.readline().startswith("mới")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        found = counts()
        assert len(set(found.values())) == 1 and found["pages"] >= done + files_before_the_kill, (
            found
        )
        done = found["pages"]
    report = tmp_path / "report.json"
    manage("import_documents", str(folder), "--agency", "STP", "--as-issued", "--json", str(report))
    states = [row["status"] for row in json.loads(report.read_text(encoding="utf-8"))["documents"]]
    assert (states.count("unchanged"), states.count("imported")) == (done, 12 - done)
    assert set(counts().values()) == {12}
    assert json.loads(manage("shell", "-v", "0", "-c", CHAIN).stdout.strip().splitlines()[-1]) == [
        [],
        [],
    ]
