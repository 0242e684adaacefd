"""The sample folders next to the project: every fact that a reader finds in them, and
nothing lost."""

import json
import unicodedata

import pytest

from procedures.word import read, text_of
from procedures.word.convert import find_soffice

from .build import codes

pytestmark = pytest.mark.pure
JUDGED = {
    "issue_number_conflict",
    "date_conflict",
    "missing_code",
    "legacy_encoding",
    "tracked_changes",
}


def key(value):
    return "".join(
        c for c in unicodedata.normalize("NFC", str(value or "")).casefold() if c.isalnum()
    )


def facts(reading):
    return {
        "kind": reading.kind,
        "code": reading.code,
        "title": reading.title,
        "issue_number": reading.issue_number,
        "revision_number": reading.revision_number or None,
        "issued_on": reading.issued_on and reading.issued_on.isoformat(),
        "effective_on": reading.effective_on and reading.effective_on.isoformat(),
        "images": reading.images,
        "cases": reading.cases,
        "legal_basis": reading.legal_basis,
        "forms": reading.forms,
        "records": reading.records,
        "amendments": reading.amendments,
        "signers": reading.signers,
        "steps": reading.steps,
    }


def same(want, have):
    """Equal by letters and digits; of rows only the fields named in the expectation."""
    if isinstance(want, list):
        return isinstance(have, list) and len(want) == len(have) and all(map(same, want, have))
    if isinstance(want, dict):
        return all(same(v, have.get(k)) for k, v in want.items())
    return key(want) == key(have)


@pytest.mark.parametrize("folder", ["procedures", "layouts"])
def test_every_fact_of_the_samples_is_right_and_nothing_is_lost(samples, folder):
    wrong = []
    names = {unicodedata.normalize("NFC", p.name): p for p in (samples / folder).iterdir()}
    for line in (samples / folder / "expected.jsonl").read_text(encoding="utf8").splitlines():
        expected = json.loads(line)
        reading = read(names[unicodedata.normalize("NFC", expected["file"])])
        found = facts(reading)
        for field, have in found.items():
            want = expected.get(field)
            if (
                field in expected
                and not same(want, have)
                and not (field == "title" and key(have) in map(key, expected.get("title_also", ())))
            ):
                wrong.append((expected["file"], field, want, have))
        raised = codes(reading) & JUDGED
        if (
            not set(expected["warnings"]) & JUDGED
            <= raised
            <= {*expected["warnings"], *expected.get("warnings_optional", ())}
        ):
            wrong.append((expected["file"], "warnings", expected["warnings"], sorted(raised)))
        if reading.kept_characters < 0.999 * reading.source_characters:
            wrong.append(
                (expected["file"], "kept", reading.source_characters, reading.kept_characters)
            )
    assert wrong == []


@pytest.mark.libreoffice
def test_old_word_files_come_through_libreoffice(samples):
    if not find_soffice():
        pytest.skip("LibreOffice is not here")
    paths = sorted((samples / "legacy").glob("*.doc"))
    readings = [read(p) for p in paths]
    assert [
        (r.format, r.code, r.title, r.issued_on.isoformat(), len(r.steps), len(r.signers))
        for r in readings
    ] == [
        ("doc", "QT 03/CX-HCTP", "Đăng ký lại khai sinh", "2025-07-07", 5, 3),
        ("doc", "QT 01/CT-HCTP", "Cấp bản sao từ sổ gốc", "2025-07-07", 5, 3),
    ]
    assert all(
        "converted" in codes(r) and r.kept_characters == r.source_characters for r in readings
    )
    twin = read(next((samples / "procedures").glob("*03. *.docx")))
    assert [s["action"] for s in twin.steps] == [s["action"] for s in readings[0].steps]
    assert text_of(readings[0].content)


@pytest.mark.libreoffice
def test_rich_text_and_open_document_come_through_libreoffice_by_their_content():
    if not find_soffice():
        pytest.skip("LibreOffice is not here")
    rtf = r"{\rtf1\ansi\ansicpg1258 {\b QUY TR\u204?NH TH\u7916?\par} M\u227? hi\u7879?u: QT-09\par 1. M\u7908?C \u272?\u205?CH\par Th\u7917?.\par}"
    reading = read(rtf.encode("ascii"), "sai đuôi.docx")
    assert (reading.format, reading.code) == ("rtf", "QT-09") and "converted" in codes(reading)
