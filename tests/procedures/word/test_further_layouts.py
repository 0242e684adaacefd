"""Documents in the layouts of further agencies: different looks, same meaning."""

import datetime

import pytest

from .build import Doc, codes, sections

pytestmark = pytest.mark.pure
day = datetime.date


def steps(reading):
    return [(s["number"], s["action"], s["responsible"], s["durations"]) for s in reading.steps]


def records(reading):
    return [(r["name"], r["place"], r["retention"]) for r in reading.records]


def procedure(content="3. NỘI DUNG"):
    """A document up to the section on the steps."""
    d = Doc()
    d.title("QUY TRÌNH QUẢN LÝ CÔNG TÁC PHÍ", center=True)
    d.line("Mã hiệu: QT-HC-09\tLần ban hành: 01\tNgày ban hành: 01/7/2024")
    d.title("1. MỤC ĐÍCH")
    d.line("Thống nhất việc cử đi công tác.")
    d.title("2. PHẠM VI")
    d.line("Viên chức của Trung tâm.")
    d.title(content)
    return d


def test_lines_with_tabs_are_read_as_the_tables_that_they_set():
    d = procedure()
    d.title("TT\tCông việc\tNgười thực hiện\tThời gian")
    for line in (
        "1\tLập giấy đề nghị\tViên chức\t0,5 ngày",
        "2\tXét duyệt\tGiám đốc\t01 ngày",
        "3\tThanh toán\tPhòng Kế toán\t05 ngày",
    ):
        d.line(line)
    d.title("4. HỒ SƠ")
    d.title("Tên hồ sơ\tNơi lưu\tThời gian lưu")
    for line in ("Giấy đi đường\tPhòng Kế toán\t10 năm", "Bảng thanh toán\tPhòng Kế toán\t10 năm"):
        d.line(line)
    d.title("NGƯỜI SOẠN\tNGƯỜI KIỂM TRA\tNGƯỜI DUYỆT")
    d.line("Lê Văn Cử\tTạ Thị Bông\tVương Đình Phú")
    r = d.read()
    assert steps(r) == [
        ("1", "Lập giấy đề nghị", "Viên chức", ["0,5 ngày"]),
        ("2", "Xét duyệt", "Giám đốc", ["01 ngày"]),
        ("3", "Thanh toán", "Phòng Kế toán", ["05 ngày"]),
    ]
    assert records(r) == [
        ("Giấy đi đường", "Phòng Kế toán", "10 năm"),
        ("Bảng thanh toán", "Phòng Kế toán", "10 năm"),
    ]
    assert [s["name"] for s in r.signers] == ["Lê Văn Cử", "Tạ Thị Bông", "Vương Đình Phú"]
    assert r.kept_characters == r.source_characters


def test_prose_with_tabs_stays_prose():
    d = procedure()
    for line in (
        "Kính gửi\tSở Nội vụ\tSở Tài chính",
        "Ngày nhận\tSố đến\tNgười ký",
        "05/3\t12\tLê Na",
    ):
        d.line(line)
    r = d.read()
    assert [
        b["type"] for s in r.content["sections"] if s["kind"] == "content" for b in s["blocks"]
    ] == ["text"]


def test_sub_sections_that_name_people_and_times_are_the_steps():
    d = procedure()
    for n, (what, who, time) in enumerate(
        (
            ("Tiếp nhận hồ sơ", "Kiểm lâm viên trực", "04 giờ"),
            ("Kiểm tra thực tế", "Tổ kiểm tra", "01 ngày"),
        ),
        1,
    ):
        d.title(f"3.{n}. {what}")
        d.line(f"a) Người thực hiện: {who}.")
        d.line(f"b) Thời gian: {time}.")
        d.line("c) Nội dung: làm theo hướng dẫn.")
    assert steps(d.read()) == [
        ("3.1.", "Tiếp nhận hồ sơ", "Kiểm lâm viên trực", ["04 giờ"]),
        ("3.2.", "Kiểm tra thực tế", "Tổ kiểm tra", ["01 ngày"]),
    ]


def test_sub_sections_about_responsibility_alone_are_no_steps():
    d = procedure()
    for n, who in enumerate(("Văn phòng", "Các phòng", "Lãnh đạo"), 1):
        d.title(f"3.{n}. Trách nhiệm của {who}")
        d.line(f"Trách nhiệm: {who} thực hiện việc được giao.")
    assert steps(d.read()) == []


def test_steps_that_begin_like_a_total_are_steps():
    d = procedure()
    d.table(
        ("Thứ tự công việc", "Chức danh", "Nội dung công việc", "Thời gian thực hiện"),
        ("Bước 1", "Công chức một cửa", "Tiếp nhận hồ sơ", "02 giờ"),
        ("Bước 2", "Tổng biên tập", "Duyệt hồ sơ", "02 giờ"),
        ("Bước 3", "Công chức một cửa", "Trả kết quả", "02 giờ"),
        ("", "Tổng thời gian", "", "06 giờ"),
    )
    d.table(
        ("TT", "Trình tự", "Trách nhiệm", "Thời gian"),
        ("4", "Tổng hợp ý kiến", "Văn phòng", "1 ngày"),
        ("5", "Công bố", "Văn phòng", "1 ngày"),
        ("", "Cộng", "", "2 ngày"),
    )
    assert steps(d.read()) == [
        ("Bước 1", "Tiếp nhận hồ sơ", "Công chức một cửa", ["02 giờ"]),
        ("Bước 2", "Duyệt hồ sơ", "Tổng biên tập", ["02 giờ"]),
        ("Bước 3", "Trả kết quả", "Công chức một cửa", ["02 giờ"]),
        ("4", "Tổng hợp ý kiến", "Văn phòng", ["1 ngày"]),
        ("5", "Công bố", "Văn phòng", ["1 ngày"]),
    ]


def test_a_column_headed_by_its_case_alone_is_a_time_by_its_cells():
    d = procedure()
    heads = (
        "TT",
        "Trình tự",
        "Trách nhiệm",
        "Hồ sơ không phải xác minh",
        "Hồ sơ phải xác minh",
        "Kết quả",
    )
    d.table(
        heads,
        ("1", "Nhận đơn", "Một cửa", "1 ngày", "1 ngày", "Giấy hẹn"),
        heads,
        ("2", "Xác minh", "Phòng", "-", "10 ngày", "Biên bản"),
        ("3", "Trả", "Một cửa", "1 giờ", "1 giờ", ""),
    )
    r = d.read()
    assert r.cases == ["Hồ sơ không phải xác minh", "Hồ sơ phải xác minh"]
    assert steps(r) == [
        ("1", "Nhận đơn", "Một cửa", ["1 ngày", "1 ngày"]),
        ("2", "Xác minh", "Phòng", ["-", "10 ngày"]),
        ("3", "Trả", "Một cửa", ["1 giờ", "1 giờ"]),
    ]


def test_a_time_merged_over_cases_counts_for_each_and_a_step_over_its_parts_is_a_phase():
    d = procedure()
    t = d.table(
        ("TT", "Nội dung", "Người thực hiện", "Thời gian thường", "Thời gian phải đo đạc"),
        ("1", "Kiểm tra, đo đạc", "", "", ""),
        ("1.1", "Kiểm tra", "Chi nhánh", "2 ngày", "2 ngày"),
        ("1.2", "Trích đo", "Chi nhánh", "0", "3 ngày"),
        ("2", "Trả kết quả", "Một cửa", "Không tính thời gian", ""),
    )
    t.cell(1, 1).merge(t.cell(1, 4))
    t.cell(4, 3).merge(t.cell(4, 4))
    assert steps(d.read()) == [
        ("1.1", "Kiểm tra", "Chi nhánh", ["2 ngày", "2 ngày"]),
        ("1.2", "Trích đo", "Chi nhánh", ["0", "3 ngày"]),
        ("2", "Trả kết quả", "Một cửa", ["Không tính thời gian", "Không tính thời gian"]),
    ]


def test_arrows_and_ends_of_a_chart_drawn_in_rows_are_no_steps():
    d = procedure()
    d.table(
        ("Lưu đồ", "Diễn giải", "Người thực hiện", "Thời gian"),
        ("Bắt đầu", "", "", ""),
        ("↓", "", "", ""),
        ("Kiểm tra hợp đồng", "Đối chiếu số lượng", "Phòng Kế hoạch", "1 ngày"),
        ("↓", "", "", ""),
        ("Nhập kho", "Lập thẻ kho", "Thủ kho", "5 ngày"),
        ("Kết thúc", "", "", ""),
    )
    assert steps(d.read()) == [
        ("", "Kiểm tra hợp đồng", "Phòng Kế hoạch", ["1 ngày"]),
        ("", "Nhập kho", "Thủ kho", ["5 ngày"]),
    ]


def test_a_table_in_a_frame_is_read_as_if_it_stood_alone():
    d = procedure()
    frame = d.table(("",))
    inner = frame.cell(0, 0).add_table(rows=0, cols=3)
    for row in (
        ("Việc phải làm", "Ai làm", "Làm trong bao lâu"),
        ("Đăng thông báo", "Văn phòng", "5 ngày"),
        ("Nhận hồ sơ", "Huyện đoàn", "10 ngày"),
    ):
        for cell, text in zip(inner.add_row().cells, row, strict=True):
            cell.text = text
    assert steps(d.read()) == [
        ("", "Đăng thông báo", "Văn phòng", ["5 ngày"]),
        ("", "Nhận hồ sơ", "Huyện đoàn", ["10 ngày"]),
    ]


def test_where_a_record_is_kept_is_its_place_and_the_new_text_what_was_amended():
    d = Doc()
    d.title("QUY TRÌNH KIỂM SOÁT HỒ SƠ")
    d.line("Mã hiệu: QT-05; Lần ban hành: 02; Ngày ban hành: 15/8/2024")
    d.title("BẢNG THEO DÕI SỬA ĐỔI")
    d.table(
        ("Lần sửa đổi", "Ngày sửa đổi", "Mục sửa đổi", "Nội dung cũ", "Nội dung mới"),
        ("01", "10/3/2022", "5.2", "Hằng quý", "Hằng tháng"),
    )
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    d.title("2. NỘI DUNG")
    d.line("b")
    d.title("3. HỒ SƠ")
    d.table(
        ("Tên hồ sơ", "Người lưu giữ", "Nơi lưu giữ", "Thời gian lưu"),
        ("Phiếu", "Thư ký", "Phòng Đảm bảo", "3 năm"),
    )
    r = d.read()
    assert r.amendments == [{"number": "01", "date": "2022-03-10", "summary": "Hằng tháng"}]
    assert records(r) == [("Phiếu", "Phòng Đảm bảo", "3 năm")]


@pytest.mark.parametrize(
    ("line", "record"),
    [
        ("- Sổ cấp thẻ: lưu tại Văn phòng, 02 năm.", ("Sổ cấp thẻ", "Văn phòng", "02 năm")),
        ("Bảng kê lâm sản – Hạt Kiểm lâm – 05 năm", ("Bảng kê lâm sản", "Hạt Kiểm lâm", "05 năm")),
        (
            "Nhật ký sao lưu: Phòng Hạ tầng, lưu 12 tháng.",
            ("Nhật ký sao lưu", "Phòng Hạ tầng", "12 tháng"),
        ),
        (
            "- Đơn và giấy tờ kèm theo (lưu tại P. CTSV, 5 năm)",
            ("Đơn và giấy tờ kèm theo", "P. CTSV", "5 năm"),
        ),
        (
            "Quyết định miễn, giảm (lưu tại Văn thư, vĩnh viễn)",
            ("Quyết định miễn, giảm", "Văn thư", "vĩnh viễn"),
        ),
        ("Hồ sơ phải được sắp xếp gọn gàng.", None),
    ],
)
def test_records_named_in_sentences(line, record):
    d = procedure()
    d.line("Làm theo hướng dẫn.")
    d.title("4. HỒ SƠ LƯU")
    d.line(line)
    assert records(d.read()) == ([record] if record else [])


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


def test_a_list_of_contents_without_a_heading_is_none_of_the_sections():
    d = Doc()
    d.title("QUY TRÌNH NỘI BỘ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH", center=True)
    d.title("Cấp giấy phép liên vận", center=True)
    d.line("Mã hiệu: QT-31; Ngày ban hành: 17/6/2024")
    for line in ("1. Mục đích\t2", "2. Phạm vi\t2", "3. Nội dung\t3"):
        d.line(line)
    for title in ("1. Mục đích", "2. Phạm vi", "3. Nội dung"):
        d.title(title)
        d.line("Lời văn.")
    r = d.read()
    assert r.title == "Cấp giấy phép liên vận"
    assert sections(r) == [
        ("purpose", "1.", "Mục đích"),
        ("scope", "2.", "Phạm vi"),
        ("content", "3.", "Nội dung"),
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


def test_the_title_in_the_header_counts_before_the_body_where_nothing_stands_in_front():
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


def test_a_form_under_its_own_title_is_content():
    d = Doc()
    d.line("Mã hiệu: BM-01")
    d.title("PHIẾU ĐÁNH GIÁ MÔ HÌNH", center=True)
    d.title("Ý KIẾN CỦA NGƯỜI DÂN VỀ MÔ HÌNH")
    d.line("Điền vào chỗ trống: ……………")
    r = d.read()
    assert r.kind == "form" and [kind for kind, _, _ in sections(r)] == ["content"]


def test_all_of_a_bold_step_is_what_is_done():
    d = procedure()
    for what, who in (
        ("Nhận diện: điều gì có thể sai, vì sao", "Trưởng phòng"),
        ("Họp; mỗi nội dung kết thúc bằng quyết định: giữ, sửa", "Giám đốc"),
    ):
        d.title(f"Bước {'1' if 'Nhận' in what else '2'}. {what}")
        d.line(f"- Người thực hiện: {who}")
    assert [(what, who) for _, what, who, _ in steps(d.read())] == [
        ("Nhận diện: điều gì có thể sai, vì sao", "Trưởng phòng"),
        ("Họp; mỗi nội dung kết thúc bằng quyết định: giữ, sửa", "Giám đốc"),
    ]


def test_a_date_beside_the_issue_number_a_post_with_ky_in_it_and_a_note_among_the_steps():
    d = Doc()
    d.table(
        ("THANH TRA TỈNH", "QUY TRÌNH THANH TRA", "QT-02", "Lần ban hành: 05", "Ngày: 01/7/2025"),
        bold_head=False,
    )
    d.table(
        ("Người viết", "Trịnh Hoài Đức", "Kỹ thuật viên"),
        ("Người duyệt", "Ngô Nhân Tĩnh", "Giám đốc"),
        bold_head=False,
    )
    d.title("1. Mục đích")
    d.line("a")
    d.title("2. Nội dung")
    t = d.table(
        ("TT", "Trình tự", "Trách nhiệm", "Thời gian"),
        ("B1", "Nộp hồ sơ", "Công dân", "1 giờ"),
        ("B2", "Trả", "Một cửa", "1 giờ"),
        ("Lưu ý", "Trả trước hạn nếu đủ điều kiện.", "", ""),
    )
    t.cell(3, 1).merge(t.cell(3, 3))
    r = d.read()
    assert (r.code, r.issue_number, r.issued_on) == ("QT-02", 5, day(2025, 7, 1))
    assert [(s["name"], s["post"]) for s in r.signers] == [
        ("Trịnh Hoài Đức", "Kỹ thuật viên"),
        ("Ngô Nhân Tĩnh", "Giám đốc"),
    ]
    assert [number for number, _, _, _ in steps(r)] == ["B1", "B2"]


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
