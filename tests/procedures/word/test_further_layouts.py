"""Documents in the layouts of further agencies: different looks, same meaning."""

import datetime

import pytest

from .build import Doc, procedure, sections

pytestmark = pytest.mark.pure
day = datetime.date


def steps(reading):
    return [(s["number"], s["action"], s["responsible"], s["durations"]) for s in reading.steps]


def records(reading):
    return [(r["name"], r["place"], r["retention"]) for r in reading.records]


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


def test_where_a_record_is_kept_and_what_the_amendment_says():
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


def test_a_table_of_contents_without_a_heading_is_not_a_section():
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


def test_a_date_next_to_the_issue_number_a_post_containing_ky_and_a_note_among_the_steps():
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


def test_an_empty_line_among_lines_with_tabs_ends_no_table():
    d = procedure()
    d.title("TT\tCông việc\tNgười thực hiện\tThời gian")
    d.line("1\tLập giấy đề nghị\tViên chức\t0,5 ngày")
    d.line("")
    d.line("2\tXét duyệt\tGiám đốc\t01 ngày")
    d.line("")
    d.line("Kết quả được gửi qua thư điện tử.")
    r = d.read()
    assert [s[1] for s in steps(r)] == ["Lập giấy đề nghị", "Xét duyệt"]
    assert r.kept_characters == r.source_characters


def test_a_list_of_forms_is_a_document_with_a_control_block_below_its_title():
    d = Doc()
    d.line("TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG")
    d.title("Danh mục biểu mẫu hiện hành")
    d.line("Mã hiệu: 04/DM-TTPV")
    d.line("Lần ban hành: 02")
    d.line("Ngày ban hành: 07/08/2023")
    d.line("- Giấy tiếp nhận hồ sơ (BM.04.01/TTPV);")
    d.line("- Sổ theo dõi hồ sơ[1] (BM.04.02/TTPV).")
    r = d.read()
    assert (r.title, r.code, r.issue_number) == ("Danh mục biểu mẫu hiện hành", "04/DM-TTPV", 2)
    assert r.issued_on == day(2023, 8, 7)
    assert [(f["code"], f["name"]) for f in r.forms] == [
        ("BM.04.01/TTPV", "Giấy tiếp nhận hồ sơ"),
        ("BM.04.02/TTPV", "Sổ theo dõi hồ sơ"),
    ]


def test_the_control_block_of_a_list_of_forms_is_not_a_form():
    d = Doc()
    d.title("Danh mục biểu mẫu hiện hành")
    d.table(
        ["Ký hiệu", "DM.80.TTPV"],
        ["Lần ban hành", "03"],
        ["Ngày hiệu lực", "24/12/2024"],
        bold_head=False,
    )
    d.line("Chỉ dùng các biểu mẫu dưới đây.")
    d.table(
        ["TT", "Mã hiệu", "Tên biểu mẫu"], ["1", "BM.80.01", "Giấy hẹn"], ["2", "BM.80.02", "Sổ"]
    )
    r = d.read()
    assert (r.code, r.issue_number) == ("DM.80.TTPV", 3)
    assert [f["code"] for f in r.forms] == ["BM.80.01", "BM.80.02"]
