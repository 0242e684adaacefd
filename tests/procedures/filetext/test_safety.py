"""Damaged or encrypted files, bombs and traps: each ends in its state, none does harm, and the next
one is read."""

import io
import os
import random
import unicodedata
import zipfile

import pytest

from procedures.filetext import LONGEST, State, read
from procedures.filetext.read import OF_REFUSAL
from procedures.filetext.recognise import Recogniser
from procedures.sandbox.readers import Job, Readers
from procedures.word.container import OLE
from tests.procedures.filetext import build
from tests.procedures.word.test_safety import bytes_of_a_part, cut, flip, shuffle
from tests.shared_readers import OWN_PROCESS

pytestmark = pytest.mark.pure
NONE = Recogniser("")


def state(data):
    return read(data, recogniser=NONE).state


def replaced(data, part, new):
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        parts = {name: z.read(name) for name in z.namelist()}
    assert part in parts
    return build.packed({**parts, part: new})


def made():
    return {
        "docx": build.word("Phiếu tiếp nhận", header="SỞ TƯ PHÁP"),
        "xlsx": build.excel(),
        "pptx": build.slides("Trang một", "Trang hai"),
        "odt": build.open_text("<text:p>Phiếu tiếp nhận</text:p>"),
        "pdf": build.pdf("Phieu tiep nhan ho so", "Trang hai"),
        "png": build.saved_as(build.page("Phiếu"), "PNG"),
        "jpg": build.saved_as(build.page("Phiếu"), "JPEG"),
    }


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "odt", "png", "jpg"])
def test_half_a_file_is_damaged(kind):
    data = made()[kind]
    assert state(data[: len(data) // 2]) in {State.DAMAGED, State.UNRECOGNISED}
    assert state(data[:30]) in {State.DAMAGED, State.UNSUPPORTED}


def test_half_a_pdf_is_damaged_or_gives_what_is_left():
    assert state(build.pdf("Phieu tiep nhan ho so")[:200]) in {
        State.DAMAGED,
        State.EMPTY,
        State.READ,
    }
    assert state(b"%PDF-1.4\n%%EOF") == State.DAMAGED


def test_encrypted_files_say_so(tmp_path):
    assert (
        state(OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600)
        == State.ENCRYPTED
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:encryption-data/></manifest:manifest>'
    assert state(build.open_text("<text:p>x</text:p>", manifest=manifest)) == State.ENCRYPTED
    assert state(locked_pdf()) == State.ENCRYPTED


def locked_pdf():
    """A PDF whose trailer requires a password unknown to us."""
    plain = build.pdf("Phieu tiep nhan ho so").decode()
    lock = (
        "/Encrypt<</Filter/Standard/V 1/R 2/P -4/O("
        + "a" * 32
        + ")/U("
        + "b" * 32
        + ")>>/ID[(0123456789abcdef)(0123456789abcdef)]"
    )
    return plain.replace("/Root 1 0 R>>", f"/Root 1 0 R{lock}>>").encode()


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "odt"])
def test_a_bomb_is_seen_before_it_is_opened(kind):
    with zipfile.ZipFile(io.BytesIO(made()[kind])) as z:
        parts = {name: z.read(name) for name in z.namelist()}
    bomb = build.packed({**parts, "media/bomb.bin": b"\x00" * (40 * 2**20)})
    assert len(bomb) < 200_000 and state(bomb) == State.TOO_LARGE


ENTITY = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("kind", "part", "text"),
    [
        ("docx", "word/document.xml", '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>'),
        ("xlsx", "xl/worksheets/sheet1.xml", '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row></sheetData></worksheet>'),
        ("pptx", "ppt/slides/slide1.xml", f"<p {build.A}><a:p><a:r><a:t>{{}}</a:t></a:r></a:p></p>"),
        ("odt", "content.xml", f"<office:document-content {build.ODF}><office:body><text:p>{{}}</text:p></office:body></office:document-content>"),
    ],
)  # fmt: skip
def test_nothing_is_read_through_entities(kind, part, text):
    for entity in ("&x;", "&b;"):
        found = read(
            replaced(made()[kind], part, f'<?xml version="1.0"?>{ENTITY}{text.format(entity)}'),
            recogniser=NONE,
        )
        assert "root:" not in found.text
        assert "aaaaaaaaaa" not in found.text
    assert "chữ" in read(replaced(made()[kind], part, text.format("chữ")), recogniser=NONE).text


def test_a_sheet_that_says_it_is_endless_is_read_all_the_same():
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>đầu</t></is></c></row><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>cuối</t></is></c></row>'
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>'
    found = read(replaced(build.excel(), "xl/worksheets/sheet1.xml", sheet), recogniser=NONE)
    assert (found.state, found.text) == (State.READ, "Danh mục\nđầu")


def test_paragraphs_nested_without_end_do_not_end_the_reader():
    deep = "<text:section>" * 200 + "<text:p>đáy</text:p>" + "</text:section>" * 200
    assert read(build.open_text(deep), recogniser=NONE).text == "đáy"
    assert state(build.open_text("<text:section>" * 5_000 + "</text:section>" * 5_000)) in {
        State.DAMAGED,
        State.EMPTY,
    }


def test_every_refusal_of_the_word_reader_has_a_state():
    from procedures.word.errors import MESSAGES

    assert set(MESSAGES) - set(OF_REFUSAL) == {"damaged", "entities"}


@pytest.mark.slow
def test_a_file_that_takes_too_long_costs_its_process_alone(tmp_path, monkeypatch):
    from procedures.sandbox import readers

    slow, next_ = tmp_path / "slow", tmp_path / "next"
    slow.write_bytes(build.excel([(f"dòng {n}", "x" * 500) for n in range(20_000)]))
    next_.write_bytes(build.word("Phiếu tiếp nhận"))
    # A process of its own: one that has read a workbook before may be done in time
    monkeypatch.setenv(OWN_PROCESS, "1")
    with Readers(1) as reading:
        monkeypatch.setattr(readers, "FILE_SECONDS", 0.01)
        monkeypatch.setattr(readers, "SECONDS_PER_MB", 0.0)
        answers = list(reading.read([Job(slow, "slow", op="file")]))
        monkeypatch.setattr(readers, "FILE_SECONDS", 20.0)
        answers += list(reading.read([Job(next_, "next", op="file")]))
    assert (answers[0].file, answers[0].reason) == (None, "timeout")
    assert answers[1].file["text"] == "Phiếu tiếp nhận"


@pytest.mark.torture
def test_random_damage_of_every_format_has_a_state(tmp_path):
    """QMS_TORTURE=1 runs 2,100 mutations, QMS_TORTURE_COUNT another number, QMS_TORTURE_SEED
    another course."""
    torture = os.environ.get("QMS_TORTURE")
    count = int(os.environ.get("QMS_TORTURE_COUNT") or (2100 if torture else 70))
    seed = int(os.environ.get("QMS_TORTURE_SEED") or 2026)
    sources = made()
    kinds = sorted(sources)

    def damaged():
        for n in range(count):
            rng = random.Random(f"{seed}/{n}")
            kind = kinds[n % len(kinds)]
            ways = (
                (flip, cut, shuffle, bytes_of_a_part)
                if kind in {"docx", "xlsx", "pptx", "odt"}
                else (flip, cut)
            )
            path = tmp_path / f"{n}.{kind}"
            path.write_bytes(rng.choice(ways)(sources[kind], rng))
            yield Job(path, path.name, op="file", tag=n)

    outcomes: dict[str, int] = {}
    with Readers(1) as reading:
        for answer in reading.read(damaged()):
            said = answer.reason or answer.file["state"]
            outcomes[said] = outcomes.get(said, 0) + 1
            text = answer.file["text"] if answer.file else ""
            assert (
                text == unicodedata.normalize("NFC", text)
                and len(text) <= LONGEST
                and "\x00" not in text
            )
            answer.job.path.unlink()
    assert sum(outcomes.values()) == count
    assert set(outcomes) <= {*State, "timeout", "too_complex"}, outcomes
    assert outcomes[State.READ] and outcomes[State.DAMAGED], outcomes
