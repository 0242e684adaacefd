"""Control blocks, titles, signers and dates in further layouts."""

import datetime

import pytest

from .build import Doc, codes, procedure, sections

pytestmark = pytest.mark.pure
day = datetime.date


def test_bilingual_control_block():
    d = Doc()
    d.table(
        (
            "TRƯỜNG ĐẠI HỌC LAM GIANG",
            "QUY TRÌNH / PROCEDURE\nXÉT MIỄN HỌC PHÍ",
            "Mã hiệu/Code: QT-08\nLần ban hành/Issue No.: 03\nNgày ban hành (Issue date): 20/8/2024",
        ),
        bold_head=False,
    )
    d.table(
        ("", "Người soạn/Prepared by", "Người soát/Reviewed by", "Người phê duyệt/Approved by"),
        ("Họ tên/Name", "Từ Mỹ Linh", "Âu Dương Kiệt", "Đàm Vĩnh Thụy"),
        ("Chức danh/Position", "Chuyên viên", "Trưởng phòng", "Hiệu trưởng"),
    )
    d.title("1. Mục đích/Purpose")
    d.line("a")
    d.title("2. Nội dung/Content")
    d.line("b")
    r = d.read()
    assert (r.code, r.title, r.issue_number, r.issued_on) == (
        "QT-08",
        "XÉT MIỄN HỌC PHÍ",
        3,
        day(2024, 8, 20),
    )
    assert [(s["role"], s["name"], s["post"]) for s in r.signers] == [
        ("drafted", "Từ Mỹ Linh", "Chuyên viên"),
        ("reviewed", "Âu Dương Kiệt", "Trưởng phòng"),
        ("approved", "Đàm Vĩnh Thụy", "Hiệu trưởng"),
    ]
    assert sections(r) == [
        ("purpose", "1.", "Mục đích/Purpose"),
        ("content", "2.", "Nội dung/Content"),
    ]


def test_control_block_at_the_very_end_and_titles_in_light_type():
    d = Doc()
    d.title("HƯỚNG DẪN SAO LƯU DỮ LIỆU", center=True)
    d.line("1/ Mục đích: Bảo đảm dữ liệu được sao lưu.")
    d.line("2/ Phạm vi: Máy chủ của Trung tâm.")
    d.title("3/ Chuẩn bị")
    d.line("- Ổ đĩa ngoài")
    d.title("4/ Các bước thực hiện")
    d.line("Làm lần lượt.")
    d.line("Mã hiệu: HD.04; Lần ban hành: 01; Ngày ban hành: 04/4/2025")
    r = d.read()
    assert (r.kind, r.code, r.issue_number, r.issued_on) == (
        "instruction",
        "HD.04",
        1,
        day(2025, 4, 4),
    )
    assert [(kind, number) for kind, number, _ in sections(r)] == [
        ("purpose", "1/"),
        ("scope", "2/"),
        ("content", "3/"),
        ("content", "4/"),
    ]


def test_two_procedures_in_one_file_are_told():
    d = Doc()
    for code, title in (("QT-VP-01", "QUẢN LÝ VĂN BẢN ĐI"), ("QT-VP-02", "QUẢN LÝ CON DẤU")):
        d.table(
            (
                "UBND XÃ",
                f"QUY TRÌNH\n{title}",
                f"Mã hiệu: {code}\nLần ban hành: 01\nNgày ban hành: 10/01/2024",
            ),
            bold_head=False,
        )
        d.title("1. MỤC ĐÍCH")
        d.line("Thống nhất.")
        d.title("2. NỘI DUNG")
        d.line("Làm theo hướng dẫn.")
    r = d.read()
    assert (r.code, r.title) == ("QT-VP-01", "QUẢN LÝ VĂN BẢN ĐI")
    assert [w["values"] for w in r.warnings if w["code"] == "several_documents"] == [
        ["QT-VP-01", "QT-VP-02"]
    ]


def test_forms_and_cited_documents_are_no_second_document():
    d = procedure()
    d.table(("Mã hiệu", "Tên tài liệu", "Lần ban hành"), ("QT-HC-01", "Quản lý văn bản", "02"))
    d.title("4. BIỂU MẪU")
    d.table(("Mã hiệu: BM-09-01\nLần ban hành: 01", "GIẤY ĐỀ NGHỊ"), bold_head=False)
    assert "several_documents" not in codes(d.read())


def test_the_only_policy_needs_no_number_in_its_code():
    d = Doc()
    d.title("CSCL-BQLDA")
    d.title("CHÍNH SÁCH CHẤT LƯỢNG", center=True)
    d.line("Tuân thủ pháp luật.")
    assert d.read().code == "CSCL-BQLDA"


def test_the_code_of_a_form_behind_its_kind():
    d = Doc()
    d.line("Biểu mẫu: BM.08.02-QT.08")
    d.line("Ban hành lần: 01 ngày 01/3/2024")
    d.title("SỔ THEO DÕI MƯỢN HỒ SƠ", center=True)
    d.line("Năm: ………")
    r = d.read()
    assert (r.kind, r.code, r.issue_number, r.issued_on) == (
        "form",
        "BM.08.02-QT.08",
        1,
        day(2024, 3, 1),
    )


@pytest.mark.parametrize(
    "title",
    [
        "XEM XÉT CỦA LÃNH ĐẠO",
        "SOẠN THẢO, KÝ SỐ VÀ PHÁT HÀNH VĂN BẢN ĐI",
        "HƯỚNG DẪN, KIỂM TRA VIỆC ÁP DỤNG TIÊU CHUẨN",
    ],
)
def test_titles_that_begin_like_a_place_for_a_signature_or_like_a_kind(title):
    d = Doc()
    d.title("QUY TRÌNH", center=True)
    d.title(title, center=True)
    d.line("Mã hiệu: QT-04; Lần ban hành: 01; Ngày ban hành: 04/4/2025")
    d.table(("SOẠN THẢO", "XEM XÉT", "PHÊ DUYỆT"), ("Lê Na", "Hồ Tú", "Võ Trưởng"))
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    d.title("2. NỘI DUNG")
    d.line("b")
    assert d.read().title == title


def test_the_standard_behind_the_kind_and_the_office_below_are_no_title():
    d = Doc()
    d.table(
        ("QUY TRÌNH ISO 9001:2015", "Mã số", "QT.05"),
        ("QUẢN LÝ THIẾT BỊ ĐO", "Lần BH", "01"),
        ("VIỆN KIỂM NGHIỆM", "Ngày BH", "01/8/2023"),
    )
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    assert d.read().title == "QUẢN LÝ THIẾT BỊ ĐO"


def test_the_title_in_the_header_precedes_the_body_where_nothing_comes_before():
    d = Doc()
    d.table(
        ("TRUNG TÂM", "HƯỚNG DẪN KÝ SỐ", "Mã hiệu: HD-01\nNgày ban hành: 04/4/2025"),
        to=d.docx.sections[0].header,
    )
    d.title("1. CÁC BƯỚC THỰC HIỆN")
    d.table(
        ("TT", "Trình tự", "Trách nhiệm", "Biểu mẫu/Kết quả"), ("1", "Cắm thiết bị", "Văn thư", "")
    )
    r = d.read()
    assert (r.kind, r.title) == ("instruction", "KÝ SỐ")


def test_earlier_issues_in_the_log_say_nothing_of_this_one():
    d = Doc()
    d.table(
        ("SỞ", "QUY TRÌNH ĐÀO TẠO", "Mã hiệu: QT-01\nLần BH/SĐ: 02/00\nNgày BH: 14/9/2026"),
        to=d.docx.sections[0].header,
    )
    d.title("THEO DÕI SỬA ĐỔI TÀI LIỆU")
    d.table(
        ("Lần", "Ngày", "Nội dung thay đổi"),
        ("01/00", "25/9/2025", "Ban hành lần đầu."),
        ("02/00", "14/9/2026", "Ban hành lại."),
    )
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    d.title("2. NỘI DUNG")
    d.line("b")
    r = d.read()
    assert (r.issue_number, r.revision_number, r.issued_on) == (2, 0, day(2026, 9, 14))
    assert "issue_number_conflict" not in codes(r)


def test_signers_below_their_roles_and_a_date_from_the_decision():
    d = Doc()
    d.title("QUY TRÌNH TIẾP ĐÓN NGƯỜI BỆNH", center=True)
    d.line("(Ban hành theo Quyết định số 77/QĐ-BV ngày 19/02/2025 của Giám đốc)", center=True)
    d.line("Mã số QT-02 ban hành lần 2")
    for role, person in (
        ("NGƯỜI BIÊN SOẠN", "ThS. Nông Thị Én – Điều dưỡng trưởng"),
        ("NGƯỜI THẨM ĐỊNH", "Vi Văn Tảo – Trưởng phòng"),
        ("NGƯỜI PHÊ DUYỆT", "Lương Tam Quang – Giám đốc"),
    ):
        d.title(role)
        d.line(person)
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    r = d.read()
    assert (r.code, r.issue_number, r.issued_on) == ("QT-02", 2, day(2025, 2, 19))
    assert [(s["role"], s["name"], s["post"]) for s in r.signers] == [
        ("drafted", "Nông Thị Én", "Điều dưỡng trưởng"),
        ("reviewed", "Vi Văn Tảo", "Trưởng phòng"),
        ("approved", "Lương Tam Quang", "Giám đốc"),
    ]


def test_the_day_of_a_revision_is_not_the_day_of_issue():
    d = Doc()
    d.title("QUY TRÌNH NGHỈ PHÉP")
    d.line("Mã hiệu:\tQT-05")
    d.line("Ban hành:\tLần 2, ngày 15/01/2024")
    d.line("Sửa đổi:\tLần 3, ngày 20/9/2024")
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    r = d.read()
    assert (r.issue_number, r.revision_number, r.issued_on) == (2, 3, day(2024, 1, 15))
    assert "date_conflict" not in codes(r)


def test_control_block_and_signers_in_one_table():
    d = Doc()
    d.table(
        ("SỞ VĂN HÓA", "QUY TRÌNH\nCẤP PHÉP BIỂU DIỄN", "Mã hiệu:", "QT-15"),
        ("", "", "Ngày ban hành:", "28/02/2025"),
        ("TRÁCH NHIỆM", "HỌ TÊN", "CHỨC VỤ", "CHỮ KÝ"),
        ("Soạn thảo", "Huỳnh Phú Sổ", "Chuyên viên", ""),
        ("Phê duyệt", "Lạc Long Quân", "Giám đốc", ""),
        bold_head=False,
    )
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    r = d.read()
    assert (r.code, r.title, r.issued_on) == ("QT-15", "CẤP PHÉP BIỂU DIỄN", day(2025, 2, 28))
    assert [(s["name"], s["post"]) for s in r.signers] == [
        ("Huỳnh Phú Sổ", "Chuyên viên"),
        ("Lạc Long Quân", "Giám đốc"),
    ]


def test_the_header_of_the_first_page_counts_before_that_of_later_pages():
    d = Doc()
    section = d.docx.sections[0]
    section.header.paragraphs[
        0
    ].text = "MTCL-SDL – Lần ban hành: 04 – Ngày ban hành: 02/01/2024"  # comes first in the file
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[
        0
    ].text = "Mã hiệu: MTCL-SDL – Lần ban hành: 05 – Ngày ban hành: 02/01/2025"
    d.title("MỤC TIÊU CHẤT LƯỢNG NĂM 2025", center=True)
    d.line("Đúng hạn.")
    r = d.read()
    assert (r.issue_number, r.issued_on) == (5, day(2025, 1, 2))
    assert {"issue_number_conflict", "date_conflict"} <= codes(r)
