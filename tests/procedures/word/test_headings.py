"""Titles with words of offices, English control blocks and sections, marks of sections in light type."""

import datetime

import pytest

from .build import Doc, sections

pytestmark = pytest.mark.pure


def test_english_labels_in_cells_of_their_own():
    d = Doc()
    d.table(
        ("Document No.", "WI-12"), ("Issue No.", "03"), ("Date of issue", "05/02/2024"), ("Effective date", "01/03/2024"),
    )  # fmt: skip
    d.title("WORK INSTRUCTION", center=True)
    d.title("CALIBRATION OF EQUIPMENT", center=True)
    d.table(
        ("Prepared by", "Reviewed by", "Approved by"),
        ("Lê Văn An", "Trần Thị Bình", "Phạm Văn Cường"),
    )
    for n, title in enumerate(
        ("PURPOSE", "SCOPE", "REFERENCES", "DEFINITIONS", "PROCEDURE", "FORMS", "RECORDS"), 1
    ):
        d.title(f"{n}. {title}")
        d.line("As agreed.")
    r = d.read()
    assert (r.code, r.issue_number, r.title) == ("WI-12", 3, "CALIBRATION OF EQUIPMENT")
    assert (r.issued_on, r.effective_on) == (datetime.date(2024, 2, 5), datetime.date(2024, 3, 1))
    assert [s["role"] for s in r.signers] == ["drafted", "reviewed", "approved"]
    kinds = ["purpose", "scope", "references", "definitions", "content", "forms", "records"]
    assert [kind for kind, _, _ in sections(r)] == kinds


def test_a_translation_below_the_title_or_behind_a_label_is_no_value():
    d = Doc()
    d.table(("Lần ban hành (Issue)", "02"), ("Mã hiệu / Code", "QT-15"))
    for line in ("QUY TRÌNH", "XỬ LÝ KHIẾU NẠI", "COMPLAINT HANDLING PROCEDURE"):
        d.title(line, center=True)
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    r = d.read()
    assert (r.code, r.issue_number, r.title) == ("QT-15", 2, "XỬ LÝ KHIẾU NẠI")


@pytest.mark.parametrize(
    "mark", ["Phần {}: ", "Mục {}. ", "Chương {}. ", "Phần {} – ", "Phần thứ {}. "]
)
def test_sections_in_light_type_by_parts_and_chapters(mark):
    d = Doc()
    counted = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy")
    names = ("Mục đích", "Phạm vi", "Tài liệu viện dẫn", "Định nghĩa", "Nội dung", "Biểu mẫu", "Hồ sơ lưu")  # fmt: skip
    for n, name in enumerate(names):
        d.line(mark.format(counted[n] if "thứ" in mark else n + 1) + name)
        d.line("Quy định thống nhất cách tiếp nhận và trả lời đơn gửi đến đơn vị.")
    kinds = ["purpose", "scope", "references", "definitions", "content", "forms", "records"]
    assert [kind for kind, _, _ in sections(d.read())] == kinds


@pytest.mark.parametrize(
    "title",
    [
        "TRUNG TÂM DỮ LIỆU: VẬN HÀNH",
        "TRANG BỊ PHƯƠNG TIỆN CHỮA CHÁY",
        "CỤC BỘ DỊCH BỆNH: KHOANH VÙNG",
        "TỔ CHỨC\nCUỘC HỌP",
        "TRÁCH NHIỆM\nGIẢI TRÌNH",
        "KIỂM SOÁT\nTÀI LIỆU",
    ],
)
def test_words_of_offices_and_labels_below_the_kind_are_the_title(title):
    d = Doc()
    d.table(("TRƯỜNG THPT VÍ DỤ", f"QUY TRÌNH\n{title}", "Mã hiệu: QT-10"))
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    assert d.read().title == title.replace("\n", " ")
