"""The text inside files of each format, detected by content, in Unicode (NFC)."""

import os
import unicodedata

import pytest

from procedures.filetext import LONGEST, State, office, read
from procedures.filetext.read import format_of
from procedures.filetext.recognise import Recogniser
from tests.procedures.filetext import build

pytestmark = pytest.mark.pure
NONE = Recogniser("")  # no Tesseract
TCVN3 = "PhiÕu tiÕp nhËn hå s¬"  # Phiếu tiếp nhận hồ sơ
VNI = "Phieáu tieáp nhaän hoà sô"


def text(data):
    found = read(data, recogniser=NONE)
    assert found.state == State.READ, found
    return found.text


def test_each_format_is_told_by_its_content():
    made = [
        build.word("a"),
        build.excel(),
        build.slides("a"),
        build.open_text("<text:p>a</text:p>"),
        build.pdf("a"),
        build.saved_as(build.page(), "PNG"),
    ]
    assert [format_of(data) for data in made] == ["docx", "xlsx", "pptx", "odf", "pdf", "picture"]
    assert format_of(b"{\\rtf1 a}") == "rtf"
    assert format_of("BM-01 là mã của biểu mẫu".encode()) == "text"
    assert (
        format_of(b"<!DOCTYPE html><html>")
        == format_of(b"MZ\x90\x00\x03\x00")
        == format_of(build.packed({"a.txt": "x"}))
        == ""
    )
    assert format_of(b"\x00" * 50) == "empty"


def test_word_gives_its_body_header_and_footer():
    said = text(build.word("Phiếu đề nghị", "Kính gửi: …", header="SỞ TƯ PHÁP", footer="BM-01.02"))
    assert set(said.split("\n")) == {"Phiếu đề nghị", "Kính gửi: …", "SỞ TƯ PHÁP", "BM-01.02"}


def test_footnotes_and_comments_of_word_are_read(samples):
    assert text((samples / "odd" / "footnotes.docx").read_bytes()).endswith("\nsnoska")
    assert "comment content" in text((samples / "odd" / "testComment.docx").read_bytes())


def test_excel_gives_names_of_sheets_and_rows():
    assert (
        text(build.excel(more=["Tổng hợp"]))
        == "Danh mục\nMã hiệu Tên biểu mẫu\nBM-01.02 Phiếu tiếp nhận\nTổng hợp"
    )


def test_values_of_excel_look_as_people_write_them():
    assert text(build.excel_with_day()).split("\n")[1] == "05/01/2026 01/03/2026 3 0.3 True"


def test_texts_in_drawings_of_excel_are_read():
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(build.excel())) as z:
        parts = {name: z.read(name) for name in z.namelist()}
    parts["xl/drawings/drawing1.xml"] = (
        f"<d {build.A}><a:p><a:r><a:t>Ghi chú trong ô chữ</a:t></a:r></a:p></d>"
    )
    assert text(build.packed(parts)).endswith("\nGhi chú trong ô chữ")


def test_slides_come_in_their_order_then_notes():
    made = build.slides(*(f"Trang {n}" for n in range(1, 12)), note="Lời dẫn")
    assert text(made).split("\n") == [*(f"Trang {n}" for n in range(1, 12)), "Lời dẫn"]


def test_a_word_split_among_runs_of_a_slide_is_one_word():
    slide = f"<p {build.A}><a:p><a:r><a:t>đăng k</a:t></a:r><a:r><a:t>ý</a:t></a:r><a:br/><a:r><a:t>khai sinh</a:t></a:r></a:p></p>"
    assert (
        text(build.packed({"ppt/presentation.xml": "<p/>", "ppt/slides/slide1.xml": slide}))
        == "đăng ký\nkhai sinh"
    )


def test_open_document_gives_paragraphs_cells_and_footers_and_no_deleted_text():
    body = (
        "<text:tracked-changes><text:p>đã xóa</text:p></text:tracked-changes><text:h>I. TÊN</text:h>"
        "<text:p>Phiếu<text:s/>đề <text:span>nghị</text:span><text:line-break/>hai<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>chú thích</text:p></text:note-body></text:note> ba</text:p>"
    )
    assert text(build.open_text(body, footer="BM-02")).split("\n") == [
        "I. TÊN",
        "chú thích",
        "Phiếu đề nghị hai ba",
        "BM-02",
    ]
    cells = "<table:table table:name='Danh mục'><table:table-row><table:table-cell><text:p>Một</text:p></table:table-cell><table:table-cell><text:p>Hai</text:p></table:table-cell></table:table-row></table:table>"
    assert text(build.open_text(cells, kind="spreadsheet")) == "Danh mục\nMột\nHai"
    assert text(build.open_text(cells)) == "Một\nHai"


def test_pdf_gives_its_pages():
    assert (
        text(build.pdf("Phieu tiep nhan ho so", "Trang hai cua phieu"))
        == "Phieu tiep nhan ho so\nTrang hai cua phieu"
    )


def test_pdf_in_vietnamese(samples):
    assert text((samples / "odd" / "plain-text.pdf").read_bytes()).startswith(
        "HƯỚNG DẪN SỬ DỤNG FORM ĐĂNG KÝ KHAI SINH\n1. In form này ra giấy"
    )


def test_plain_text():
    assert (
        text("\ufeffPhiếu đề nghị\r\nHọ và tên: ............".encode())
        == "Phiếu đề nghị\nHọ và tên: …"
    )
    assert text("Phiếu".encode("utf-16")) == "Phiếu"


@pytest.mark.parametrize(("font", "written"), [(".VnTime", TCVN3), ("VNI-Times", VNI)])
def test_legacy_fonts_are_decoded_where_the_text_is_of_them(font, written):
    assert "Phiếu tiếp nhận hồ sơ" in text(build.excel(((written, "STT"),), font=font))
    assert text(build.slides(written, font=font)) == "Phiếu tiếp nhận hồ sơ"
    assert "Phiếu tiếp nhận" in text(build.excel((("Phiếu tiếp nhận",),), font=font))


def test_capital_faces_of_tcvn3_are_capitals():
    assert text(build.slides(TCVN3, font=".VnTimeH")) == "PHIẾU TIẾP NHẬN HỒ SƠ"


def test_where_no_font_is_known_the_text_must_leave_no_doubt():
    assert (
        office.decode_whole(TCVN3 + " cña c«ng d©n, tæ chøc")
        == "Phiếu tiếp nhận hồ sơ của công dân, tổ chức"
    )
    for plain in (
        "Phiếu tiếp nhận hồ sơ",
        "Café à la carte, Zürich, naïve",
        "ASCII alone",
        "São Paulo, Ação, Gonçalves",
    ):
        assert office.decode_whole(plain) == plain


def test_decomposed_text_is_composed():
    said = text(build.word(unicodedata.normalize("NFD", "Quyết định của Ủy ban")))
    assert said == "Quyết định của Ủy ban"


def test_a_huge_file_is_cut_and_says_so():
    found = read(
        build.word(*(f"Dòng thứ {n} của một tệp rất dài" for n in range(4_000))), recogniser=NONE
    )
    assert (found.state, found.cut, len(found.text) <= LONGEST) == (State.READ, True, True)
    assert not read(build.word("ngắn"), recogniser=NONE).cut


def test_what_holds_no_text_says_so():
    assert read(build.word(), recogniser=NONE).state == State.EMPTY
    assert read(build.excel(((),), sheet="…"), recogniser=NONE).state == State.EMPTY
    assert read(b"", recogniser=NONE).state == State.EMPTY
    assert read(b"\x7fELF" + b"\x00\x01" * 500, recogniser=NONE).state == State.UNSUPPORTED


@pytest.mark.libreoffice
def test_older_formats_come_through_libreoffice(samples):
    from procedures.word.convert import find_soffice

    if not find_soffice():
        pytest.skip("no LibreOffice")
    old = (samples / "odd" / "ole-doc-named-docx__LuatPCCC_L27QH.docx").read_bytes()
    assert "PHÒNG CHÁY VÀ CHỮA CHÁY" in text(old)
    assert text(b"{\\rtf1\\ansi Phi\\u7871?u ti\\u7871?p nh\\u7853?n\\par}") == "Phiếu tiếp nhận"


@pytest.mark.libreoffice
def test_excel_97_comes_through_libreoffice_calc(monkeypatch):
    from procedures.word import UnreadableFile, convert

    monkeypatch.setitem(convert.FILTERS, "xls", "xls:MS Excel 97")
    try:
        old = convert.convert(build.excel(), "", "xlsx", to="xls")
    except UnreadableFile:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "LibreOffice Calc (libreoffice-calc-nogui) is not installed"
        )
    assert format_of(old) == "xls"
    assert text(old) == "Danh mục\nMã hiệu Tên biểu mẫu\nBM-01.02 Phiếu tiếp nhận"


def test_older_formats_say_so_where_libreoffice_is_missing():
    assert read(b"{\\rtf1 x}", soffice="/khong/co", recogniser=NONE).state == State.NOT_CONVERTED
