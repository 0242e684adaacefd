"""Page images: recognised if Tesseract with Vietnamese is installed, and reported as unread
if not."""

import pytest
from PIL import Image

from procedures.filetext import State, pdf, read, recognise
from procedures.filetext.recognise import Recogniser, fitting, lines_of
from search.words.vietnamese import fold
from tests.procedures.filetext import build

pytestmark = pytest.mark.pure
LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "GIẤY ĐỀ NGHỊ THANH TOÁN",
    "Kính gửi: Văn phòng Sở Tư pháp",
    "Họ và tên người đề nghị:",
    "Số tiền bằng chữ:",
)


def test_without_the_program_a_scan_says_what_is_missing():
    found = read(build.scan(build.page(*LINES), build.page(*LINES)), recogniser=Recogniser(""))
    assert (found.state, found.text, found.unread_pages, found.able) == (
        State.UNRECOGNISED,
        "",
        2,
        False,
    )
    assert (
        read(build.saved_as(build.page(*LINES), "PNG"), recogniser=Recogniser("")).state
        == State.UNRECOGNISED
    )


@pytest.mark.parametrize("told", ["eng\\nosd\\n", ""])
def test_a_program_without_vietnamese_data_does_not_count(tmp_path, told):
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\necho 'List of available languages:'\nprintf '{told}'\n")
    program.chmod(0o755)
    assert not Recogniser(str(program)).able
    assert not Recogniser(str(tmp_path / "none")).able


@pytest.mark.tesseract
def test_a_scanned_pdf_is_recognised(tesseract):
    found = read(build.scan(build.page(*LINES)))
    assert (found.state, found.unread_pages, found.able) == (State.RECOGNISED, 0, True)
    for line in LINES[1:3]:
        assert line in found.text


@pytest.mark.tesseract
@pytest.mark.parametrize(
    ("format", "more"),
    [("PNG", {}), ("JPEG", {"quality": 80}), ("TIFF", {}), ("BMP", {}), ("WEBP", {}), ("GIF", {})],
)
def test_pictures_are_recognised_in_each_format(tesseract, format, more):
    found = read(build.saved_as(build.page(*LINES[:3]), format, **more))
    assert found.state == State.RECOGNISED
    assert "de nghi thanh toan" in fold(found.text).lower()


@pytest.mark.tesseract
def test_a_sideways_page_is_recognised(tesseract):
    upright = build.page(*(f"{line} {line}" for line in LINES * 3))
    assert "VIỆT NAM" in read(build.saved_as(upright.rotate(90, expand=True), "PNG")).text


@pytest.mark.tesseract
def test_a_blank_scan_has_no_text(tesseract):
    assert read(build.scan(build.page())).state == State.EMPTY


@pytest.mark.tesseract
def test_pages_with_a_text_of_their_own_are_not_looked_at(tesseract):
    recogniser = Recogniser()
    read(build.pdf("Phieu tiep nhan ho so va hen tra ket qua"), recogniser=recogniser)
    assert recogniser.pages == 0


@pytest.mark.tesseract
def test_no_more_pages_than_allowed_are_recognised(tesseract, monkeypatch):
    monkeypatch.setattr(recognise, "MOST_PAGES", 1)
    found = read(build.scan(*(build.page(*LINES) for _ in range(3))))
    assert (found.state, found.unread_pages) == (State.RECOGNISED, 2)


def program_that(tmp_path, does):
    program = tmp_path / "tesseract"
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = --list-langs ]; then echo x; echo vie; exit; fi\n{does}\n'
    )
    program.chmod(0o755)
    return Recogniser(str(program))


def test_a_hanging_or_failing_program_leaves_the_page_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(recognise, "PAGE_SECONDS", 0.2)
    for does in ("sleep 30", "exit 1", "kill -9 $$"):
        recognise.languages.cache_clear()
        found = read(build.scan(build.page(*LINES)), recogniser=program_that(tmp_path, does))
        assert (found.state, found.unread_pages) == (State.EMPTY, 1), does


def test_what_the_program_says_is_taken_as_a_table(tmp_path):
    recognise.languages.cache_clear()
    words = "".join(
        f"5\\t1\\t1\\t1\\t95\\t{word}\\n" for word in ["Giấy", "đề", "nghị", "thanh", "toán"]
    )
    table = f"level\\tblock_num\\tpar_num\\tline_num\\tconf\\ttext\\n{words}"
    found = read(
        build.scan(build.page(*LINES)),
        recogniser=program_that(tmp_path, f"cat >/dev/null; printf '{table}'"),
    )
    assert (found.state, found.text) == (State.RECOGNISED, "Giấy đề nghị thanh toán")


def test_words_that_the_program_is_not_sure_of_are_left_out():
    rows = [
        ("1", "96.1", "Giấy"),
        ("1", "12", "~œ"),
        ("1", "88", "đề"),
        ("2", "-1", ""),
        ("2", "77", "|"),
        ("2", "71", "nghị"),
        ("2", "x", "y"),
    ]
    table = "level\tblock_num\tpar_num\tline_num\tconf\ttext\n" + "".join(
        f"5\t1\t1\t{line}\t{sure}\t{word}\n" for line, sure, word in rows
    )
    assert lines_of(table) == "Giấy đề\nnghị"
    assert lines_of("") == lines_of("\x00\x01") == ""


@pytest.mark.slow
def test_pages_are_brought_to_a_size_that_can_be_read():
    assert fitting(Image.new("RGB", (9_000, 9_000))).size[0] ** 2 <= recognise.MOST_PIXELS
    assert fitting(Image.new("L", (300, 400))).size == (900, 1200)
    assert fitting(Image.new("L", (1_654, 2_339))).size == (1_654, 2_339)


def test_a_page_of_any_size_is_drawn_small():
    import pypdfium2

    huge = build.pdf("x").replace(b"[0 0 595 842]", b"[0 0 14400 14400]")
    with pypdfium2.PdfDocument(huge) as document:
        width, height = pdf.picture_of(document[0]).size
    assert width * height <= recognise.MOST_PIXELS * 1.01


@pytest.mark.slow
def test_a_picture_larger_than_any_page_is_not_opened():
    huge = build.saved_as(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(huge) < 100_000 and read(huge).state == State.TOO_LARGE
