"""manage.py check_proof finds changes made outside the product by the owner of the machine."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from procedures import lifecycle
from procedures.models import Version, VersionAct
from qms.models import Event
from qms.proof import append_only, journal, store, witness
from tests.triggers import lifted

ROOT = Path(__file__).resolve().parents[2]
DATA = b"%PDF-1.7 ban goc" * 40


@pytest.fixture
def version(make_document, agency, officer) -> Version:
    file = store.add(DATA, "application/pdf")
    page = make_document(
        agency, officer, source=file, source_name="Bản gốc.pdf", issued="2026-01-05"
    )
    return page.versions.get()


@pytest.fixture
def check(capsys):
    """check("versions") -> (exit code, the output before the part's line)."""

    def run(part: str) -> tuple[int, list[str]]:
        capsys.readouterr()
        try:
            call_command("check_proof", part=[part])
        except SystemExit as leave:
            return leave.code, capsys.readouterr().out.splitlines()[:-1]
        return 0, capsys.readouterr().out.splitlines()[:-1]

    return run


def change(statement: str, *values) -> None:
    """Changes made by the owner of the database."""
    with lifted(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_what_nobody_touched_is_whole(version, officer, capsys):
    lifecycle.withdraw(version, reason="Thay quy trình", by=officer)
    lifecycle.reinstate(version, reason="Nhầm", by=officer)
    call_command("check_proof")
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 4
    assert all(line.endswith("nguyên vẹn.") for line in said)


def test_a_part_that_is_unknown_is_refused():
    with pytest.raises(CommandError, match="part"):
        call_command("check_proof", "--part", "khac")


def test_a_version_that_was_changed_is_found(version, check):
    change("UPDATE procedures_version SET title = 'Khác' WHERE id = %s", version.pk)
    code, (said,) = check("versions")
    assert (code, said.endswith("nội dung đã bị sửa sau khi ban hành.")) == (1, True)


def test_a_forger_who_computes_the_digest_too_is_found_by_the_journal(version, check):
    version.title = "Khác"
    change(
        "UPDATE procedures_version SET title = %s, digest = %s WHERE id = %s",
        version.title, version.compute_digest(), version.pk,
    )  # fmt: skip
    code, (said,) = check("versions")
    assert (code, said.endswith("khác với mã trong chuỗi sự kiện.")) == (1, True)


def test_a_version_slipped_in_and_one_taken_away_are_found(version, check):
    version.pk, version.ordinal = None, 2
    version.digest = version.compute_digest()
    version.save(force_insert=True)
    assert check("versions") == (1, [f"{version} (#{version.pk}): không có trong chuỗi sự kiện."])
    change("DELETE FROM procedures_amendment")  # it points at a version
    change("DELETE FROM procedures_version")
    code, (said,) = check("versions")
    assert (code, "nhưng không còn: QT-01 Quy trình thử" in said) == (1, True)


def test_an_act_slipped_in_and_one_taken_away_are_found(version, officer, check):
    act = lifecycle.withdraw(version, reason="Sáp nhập", by=officer)
    change("DELETE FROM procedures_versionact")
    code, (said,) = check("versions")
    assert (code, said.endswith("có trong chuỗi sự kiện nhưng không còn.")) == (1, True)
    act.save(force_insert=True)
    act.pk, act.reason = None, "Khác"
    act.save(force_insert=True)
    assert VersionAct.objects.count() == 2
    code, (said,) = check("versions")
    assert (code, said.endswith("không có trong chuỗi sự kiện.")) == (1, True)


def test_a_digest_format_of_a_later_edition_is_named_not_an_error(version, check):
    change("UPDATE procedures_version SET digest_format = 99")
    code, (said,) = check("versions")
    assert (code, "không có trong phần mềm này" in said) == (1, True)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.unlink(), "không còn trong kho"),
        (lambda path: path.write_bytes(DATA[:-1]), f"lẽ ra {len(DATA)} byte"),
        (lambda path: path.write_bytes(DATA[:-1] + b"X"), "đã bị sửa"),
    ],
)
def test_damaged_bytes_are_found_never_sent_and_healed_by_the_right_ones(
    version, officer, client, check, damage, words
):
    (file,) = version.files
    client.force_login(officer)
    address = f"/v/{version.pk}/files/{file['sha256']}/x.pdf"
    assert client.get(address).getvalue() == DATA
    damage(store.path_of(file["sha256"]))
    code, (said,) = check("files")
    assert (code, words in said) == (1, True)
    page = client.get(address)
    assert (page.status_code, "không còn nguyên vẹn" in page.content.decode()) == (404, True)
    with pytest.raises((store.Damaged, FileNotFoundError)):
        store.read(file["sha256"])
    store.add(DATA, "application/pdf")
    assert check("files") == (0, [])
    assert client.get(address).getvalue() == DATA


def test_a_full_disk_leaves_no_half_written_file(db, monkeypatch):
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("qms.proof.store.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            store.add(DATA)
    sha256 = hashlib.sha256(DATA).hexdigest()
    assert not store.is_intact(sha256)
    assert list(store.path_of(sha256).parent.iterdir()) == []


def test_what_a_killed_process_left_half_written_is_swept_after_a_day(db):
    kept = store.path_of(store.add(DATA).pk)
    half = kept.parent / "tmpabc"
    half.write_bytes(b"x")
    assert store.sweep() == 0
    assert store.sweep(half.stat().st_mtime + store.HALF_KEPT + 1) == 1
    assert list(kept.parent.iterdir()) == [kept]


def test_triggers_and_chains_are_parts(agency, check):
    event = Event.objects.filter(agency=agency).latest("number")
    change("UPDATE qms_event SET subject = 'x:1' WHERE id = %s", event.pk)
    assert check("journal") == (1, [f"STP: sự kiện số {event.number} không khớp."])
    trigger = append_only._wanted("default")[0]
    with connection.cursor() as cursor:
        cursor.execute(
            f"DROP TRIGGER {trigger.name}"
            + ("" if connection.vendor == "sqlite" else f" ON {trigger.table}")
        )
    code, (said,) = check("triggers")
    assert (code, trigger.name in said) == (1, True)


def test_the_end_of_a_chain_cut_off_is_known_outside_the_database(
    agency, check, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        journal.append("trial", "agency:1", agency=agency, by=None)
    last = Event.objects.filter(agency=agency).latest("number")
    assert check("journal") == (0, [])
    change("DELETE FROM qms_event WHERE id = %s", last.pk)
    code, (said,) = check("journal")
    assert (code, f"từ số {last.number}" in said) == (1, True)


def test_a_line_cut_off_by_a_power_failure_is_not_a_fault(agency, check):
    witness.path().write_text("1 2 abc\n1 ", encoding="ascii")
    assert check("journal") == (0, [])


POWER_CUT = """
import datetime, os
import django
django.setup()
from django.db import connection
from procedures import lifecycle
from qms.lifecycle.agencies import create_agency
from tests.issuing import issue as issue_now
agency = create_agency(code="STP", name="Sở Tư pháp", kind="department")
day = datetime.date(2026, 1, 5)
for code in ("QT-01", "QT-02"):
    page = lifecycle.create_draft(agency, kind="procedure", title="Thử " + code, code=code, content={"sections": []}, by=None)
    issue_now(page, issued_on=day, by=None)
    if code == "QT-01":
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
os._exit(0)  # nothing is closed, as in a power cut
"""


@pytest.mark.pure
def test_a_version_lost_with_the_end_of_the_log_of_writes_is_noticed(installation):
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    kept |= {"QMS_DATA": str(installation), "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}  # fmt: skip

    def run(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=kept, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert run("-c", POWER_CUT).returncode == 0
    log = installation / "qms.sqlite3-wal"
    assert log.stat().st_size > 0
    log.write_bytes(log.read_bytes()[: 32 + 24 + 4096])  # its head and one page
    found = run("manage.py", "check_proof")
    assert (found.returncode, "phiên bản ban hành lúc đó có thể đã mất" in found.stdout) == (
        1,
        True,
    )
