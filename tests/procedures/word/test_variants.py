"""Variants of layouts, each a few lines: the facts that a reader of the paper finds in them."""

import datetime

import pytest

from .build import sections
from .table_variants import (
    bands_and_colons,
    finance_with_roles_in_the_third_column,
    form_without_labels,
    instruction_by_letters,
    policy_with_a_footer,
    rows_within_a_step,
    rules_by_groups,
    steps_over_several_tables,
    two_drafters,
    whole_text_in_a_table,
)
from .variants import (
    decision_of_the_director,
    enforcement_office_with_flow_chart,
    header_with_abbreviations,
    hospital_with_step_cards,
    instruction_with_titles_in_the_line,
    objectives_with_sections,
    signers_by_tabs_and_sections_with_zeros,
    ward_with_national_code,
)

pytestmark = pytest.mark.pure
day = datetime.date


def test_the_log_of_changes_is_read_with_its_dates():
    assert finance_with_roles_in_the_third_column().read().amendments == [
        {"number": "0", "date": "2024-02-01", "summary": "Ban hành mới"},
        {"number": "2", "date": "2024-10-15", "summary": "Bổ sung mục 4"},
    ]


FACTS = {
    finance_with_roles_in_the_third_column: (
        "procedure",
        "QT-KHTC-04",
        "LẬP DỰ TOÁN NGÂN SÁCH",
        1,
        2,
        day(2024, 10, 15),
        None,
    ),
    hospital_with_step_cards: (
        "procedure",
        "15/QT-BV",
        "KỸ THUẬT KHÁM BỆNH NGOẠI TRÚ",
        1,
        None,
        day(2024, 3, 5),
        day(2024, 4, 1),
    ),
    enforcement_office_with_flow_chart: (
        "procedure",
        "QT.ISO.02",
        "QUẢN LÝ RỦI RO VÀ CƠ HỘI",
        1,
        None,
        day(2021, 7, 15),
        None,
    ),
    ward_with_national_code: (
        "procedure",
        "QT02",
        "CHỨNG THỰC BẢN SAO TỪ BẢN CHÍNH",
        1,
        None,
        day(2025, 11, 13),
        day(2025, 11, 13),
    ),
    objectives_with_sections: (
        "objectives",
        "MTCL-STC-2026",
        "MỤC TIÊU CHẤT LƯỢNG NĂM 2026 VÀ KẾ HOẠCH THỰC HIỆN",
        1,
        None,
        day(2026, 1, 5),
        None,
    ),
    instruction_with_titles_in_the_line: (
        "instruction",
        "HD 07-VP",
        "SỬ DỤNG CHỮ KÝ SỐ",
        2,
        1,
        None,
        day(2025, 6, 1),
    ),
    signers_by_tabs_and_sections_with_zeros: (
        "procedure",
        "QT/TCCB/03",
        "TUYỂN DỤNG VIÊN CHỨC",
        4,
        None,
        day(2025, 8, 20),
        None,
    ),
    decision_of_the_director: (
        "regulation",
        "88/QĐ-SNV",
        "Ban hành Quy chế làm việc của Sở Nội vụ",
        None,
        None,
        day(2025, 2, 10),
        day(2025, 2, 15),
    ),
    header_with_abbreviations: (
        "procedure",
        "QT-HT-01",
        "KIỂM SOÁT THÔNG TIN DẠNG VĂN BẢN",
        3,
        2,
        None,
        day(2024, 9, 1),
    ),
    whole_text_in_a_table: (
        "procedure",
        "QT-VP-06",
        "CẤP PHÁT VĂN PHÒNG PHẨM",
        None,
        None,
        day(2023, 3, 3),
        None,
    ),
    steps_over_several_tables: (
        "procedure",
        "QT-TS-02",
        "THANH LÝ TÀI SẢN",
        1,
        None,
        day(2024, 2, 2),
        None,
    ),
    bands_and_colons: (
        "procedure",
        "QT.TTB.01",
        "Quản lý trang thiết bị",
        None,
        2,
        None,
        day(2024, 12, 12),
    ),
    rows_within_a_step: ("procedure", "QT-11", "CẤP THẺ", 2, None, day(2024, 3, 5), None),
    form_without_labels: (
        "form",
        "BM-02/QT-05",
        "PHIẾU KHẢO SÁT Ý KIẾN KHÁCH HÀNG",
        None,
        None,
        None,
        None,
    ),
    policy_with_a_footer: (
        "policy",
        "CSCL-01",
        "CHÍNH SÁCH CHẤT LƯỢNG",
        2,
        None,
        day(2026, 1, 5),
        None,
    ),
    two_drafters: ("procedure", "QT.03", "ĐÁNH GIÁ NỘI BỘ", 3, None, day(2025, 4, 2), None),
    instruction_by_letters: (
        "instruction",
        "HD.KT.01",
        "VẬN HÀNH MÁY PHÁT ĐIỆN",
        None,
        0,
        day(2023, 2, 1),
        None,
    ),
    rules_by_groups: (
        "regulation",
        "",
        "VỀ QUẢN LÝ VÀ SỬ DỤNG CON DẤU",
        None,
        None,
        day(2025, 5, 4),
        None,
    ),
}


@pytest.mark.parametrize("layout", FACTS, ids=lambda f: f.__name__)
def test_the_control_block_is_found_in_any_place(layout):
    r = layout().read()
    assert (
        r.kind,
        r.code,
        r.title,
        r.issue_number,
        r.revision_number,
        r.issued_on,
        r.effective_on,
    ) == FACTS[layout]
    assert r.kept_characters == r.source_characters


STEPS = {
    hospital_with_step_cards: [
        ("Bước 1", "Đăng ký khám", "Điều dưỡng", ["5 phút"]),
        ("Bước 2", "Khám lâm sàng", "Bác sĩ", ["15 phút"]),
        ("Bước 3", "Cấp thuốc", "Dược sĩ", ["10 phút"]),
    ],
    enforcement_office_with_flow_chart: [
        ("", "Lập kế hoạch", "Thư ký", []),
        ("", "Nhận diện", "Các phòng", []),
        ("", "Phê duyệt", "Lãnh đạo", []),
    ],
    ward_with_national_code: [
        ("B1", "Tiếp nhận", "Công chức TT PVHCC", ["15 phút"]),
        ("B2", "Đối chiếu", "Công chức tư pháp", ["30 phút"]),
    ],
    instruction_with_titles_in_the_line: [
        ("Bước 1.", "Cắm thiết bị. Kiểm tra đèn.", "", []),
        ("Bước 2.", "Mở phần mềm và chọn tệp.", "", []),
        ("Bước 3.", "Nhập mã PIN.", "", []),
    ],
    signers_by_tabs_and_sections_with_zeros: [
        ("1", "Lập kế hoạch", "Phòng TCCB", ["05 ngày"]),
        ("2", "Phê duyệt", "Hiệu trưởng", ["02 ngày"]),
    ],
    header_with_abbreviations: [
        ("Bước 1:", "Đề nghị viết mới", "Các khoa", ["1 ngày"]),
        ("Bước 2:", "Xem xét", "Thư ký ISO", ["2 ngày"]),
    ],
    steps_over_several_tables: [
        ("1", "Kiểm kê", "Kế toán", ["3 ngày"]),
        ("2", "Lập hồ sơ", "Kế toán", ["2 ngày"]),
        ("3", "Thẩm định", "Hội đồng", ["4 ngày"]),
        ("4", "Bán đấu giá", "Hội đồng", ["10 ngày"]),
        ("5", "Nộp tiền", "Kế toán", ["1 ngày"]),
    ],
    rows_within_a_step: [
        ("1", "Nhận hồ sơ", "Một cửa", ["2"]),
        ("2", "Kiểm tra", "Chuyên viên; Trưởng phòng", ["4; 1"]),
        ("3", "Trả kết quả", "Một cửa", ["1"]),
    ],
    objectives_with_sections: [],
    form_without_labels: [],
}


@pytest.mark.parametrize("layout", STEPS, ids=lambda f: f.__name__)
def test_steps_are_found_in_any_shape(layout):
    assert [
        (s["number"], s["action"], s["responsible"], s["durations"]) for s in layout().read().steps
    ] == STEPS[layout]


SIGNERS = {
    finance_with_roles_in_the_third_column: [
        ("drafted", "Lò Thị Pha", "Kế toán trưởng"),
        ("reviewed", "Giàng A Sử", "Chánh Văn phòng"),
        ("approved", "Vừ Bá Tuấn", "Giám đốc"),
    ],
    hospital_with_step_cards: [
        ("drafted", "Lê Na", ""),
        ("reviewed", "Hồ Văn Tú", "TRƯỞNG KHOA"),
        ("approved", "Phan Thị Mơ", "PHÓ GIÁM ĐỐC"),
    ],
    enforcement_office_with_flow_chart: [
        ("drafted", "Lê Hoà", "Thư ký"),
        ("reviewed", "Trần Bình", "Phó Chi cục trưởng"),
        ("approved", "Võ Trưởng", "Chi cục trưởng"),
    ],
    objectives_with_sections: [("drafted", "Hà Thu", ""), ("approved", "Lê Vũ Khánh", "GIÁM ĐỐC")],
    signers_by_tabs_and_sections_with_zeros: [
        ("drafted", "Vũ Mai", "Chuyên viên"),
        ("reviewed", "Đặng Sơn", "Trưởng phòng"),
        ("approved", "Bùi Trưởng Giang", "Hiệu trưởng"),
    ],
    decision_of_the_director: [("approved", "Đoàn Phi Hùng", "GIÁM ĐỐC")],
    policy_with_a_footer: [("approved", "Trịnh Công Sơn Hà", "CHỦ TỊCH")],
    two_drafters: [
        ("drafted", "Lý Nam", "Chuyên viên"),
        ("drafted", "Hồ Đế", "Chuyên viên chính"),
        ("reviewed", "Mai An", "Trưởng phòng"),
        ("approved", "Tạ Phong", "Giám đốc"),
    ],
}


@pytest.mark.parametrize("layout", SIGNERS, ids=lambda f: f.__name__)
def test_signers_are_found_in_any_shape(layout):
    assert [(s["role"], s["name"], s["post"]) for s in layout().read().signers] == SIGNERS[layout]


SECTIONS = {
    hospital_with_step_cards: ["other", "purpose", "content", "content", "references"],
    whole_text_in_a_table: ["purpose", "scope", "content", "records"],
    bands_and_colons: ["purpose", "scope", "references", "content", "records"],
    instruction_with_titles_in_the_line: ["purpose", "scope", "content", "records"],
    signers_by_tabs_and_sections_with_zeros: [
        "purpose",
        "scope",
        "references",
        "content",
        "forms",
        "records",
    ],
    rules_by_groups: ["content", "content", "content"],
    instruction_by_letters: ["content", "content", "content"],
    two_drafters: ["purpose", "scope", "definitions", "content", "other"],
}


@pytest.mark.parametrize("layout", SECTIONS, ids=lambda f: f.__name__)
def test_sections_are_found_by_what_their_titles_mean(layout):
    assert [kind for kind, _, _ in sections(layout().read())] == SECTIONS[layout]


def test_the_national_code_is_told_apart_from_its_local_suffix():
    r = ward_with_national_code().read()
    assert (r.national_code, r.local_tail) == ("2.000815", "000.00.00.H29")
    assert [x["name"] for x in r.records] == ["Sổ chứng thực", "Mẫu 06"]
