"""Documents in further layouts, each built here: the program finds what a reader of the paper
finds."""

import datetime

import pytest
from docx.oxml.ns import qn

from procedures.word import text_of

from .build import Doc, codes, png, sections, text_box

pytestmark = pytest.mark.pure
day = datetime.date


def people(reading):
    return [(s["role"], s["name"], s["post"]) for s in reading.signers]


def test_tabbed_control_lines_roman_sections_and_steps_under_other_headings():
    d = Doc()
    d.line("SỞ CÔNG THƯƠNG TỈNH LAM GIANG", bold=True)
    d.title("QUY TRÌNH", center=True)
    d.title("CẤP GIẤY CHỨNG NHẬN ĐỦ ĐIỀU KIỆN KINH DOANH", center=True)
    d.line("Mã số tài liệu: QT.SCT.12\tBan hành lần: 03\tSửa đổi lần: 02")
    d.line("Có hiệu lực từ ngày: 15/02/2025\tNgày BH: 01/02/2025")
    d.line("Người soạn thảo: Lê Thị Hoa - Chuyên viên Phòng QLTM")
    d.line("Người kiểm tra: Trương Văn Phong - Trưởng phòng QLTM")
    d.line("Người phê duyệt: Phạm Sơn Hà - Phó Giám đốc Sở")
    d.title("I. MỤC ĐÍCH")
    d.line("Thống nhất cách cấp giấy chứng nhận.")
    d.title("II. PHẠM VI VÀ ĐỐI TƯỢNG ÁP DỤNG")
    d.line("Áp dụng cho Phòng QLTM.")
    d.title("III. CĂN CỨ PHÁP LÝ")
    d.line(
        "Nghị định số 83/2014/NĐ-CP ngày 03/9/2014; Nghị định số 95/2021/NĐ-\nCP; TCVN ISO 9001:2015; Quyết định số 45/QĐ-SCT của Giám đốc Sở."
    )
    d.title("IV. NỘI DUNG QUY TRÌNH")
    d.line("1. Thời hạn giải quyết: 04 ngày làm việc.")
    d.table(
        ("STT", "Các bước", "Người thực hiện", "Thời hạn", "Kết quả"),
        ("1", "Tiếp nhận hồ sơ", "Bộ phận một cửa", "0,5 ngày", "Phiếu hẹn"),
        ("2", "Thẩm định\n- Kiểm tra thực tế", "Chuyên viên", "3 ngày", "Biên bản"),
        ("3", "Ký duyệt", "Lãnh đạo Sở", "01 ngày", "Giấy chứng nhận"),
    )
    d.title("V. BIỂU MẪU")
    d.line("- BM.12.01: Phiếu tiếp nhận hồ sơ")
    d.line("- Biên bản thẩm định (mã hiệu BM.12.02)")
    d.title("VI. LƯU HỒ SƠ")
    d.table(
        ("TT", "Loại hồ sơ", "Bộ phận lưu", "Thời hạn lưu"),
        ("1", "Hồ sơ cấp phép", "Văn phòng", "5 năm"),
    )
    r = d.read()
    assert (r.kind, r.code, r.title) == (
        "procedure",
        "QT.SCT.12",
        "CẤP GIẤY CHỨNG NHẬN ĐỦ ĐIỀU KIỆN KINH DOANH",
    )
    assert (r.issue_number, r.revision_number, r.issued_on, r.effective_on) == (
        3,
        2,
        day(2025, 2, 1),
        day(2025, 2, 15),
    )
    assert people(r) == [
        ("drafted", "Lê Thị Hoa", "Chuyên viên Phòng QLTM"),
        ("reviewed", "Trương Văn Phong", "Trưởng phòng QLTM"),
        ("approved", "Phạm Sơn Hà", "Phó Giám đốc Sở"),
    ]
    assert sections(r) == [
        ("purpose", "I.", "MỤC ĐÍCH"),
        ("scope", "II.", "PHẠM VI VÀ ĐỐI TƯỢNG ÁP DỤNG"),
        ("references", "III.", "CĂN CỨ PHÁP LÝ"),
        ("content", "IV.", "NỘI DUNG QUY TRÌNH"),
        ("forms", "V.", "BIỂU MẪU"),
        ("records", "VI.", "LƯU HỒ SƠ"),
    ]
    assert r.cases == ["Thời hạn"]
    assert [(s["number"], s["action"], s["responsible"], s["durations"]) for s in r.steps] == [
        ("1", "Tiếp nhận hồ sơ", "Bộ phận một cửa", ["0,5 ngày"]),
        ("2", "Thẩm định - Kiểm tra thực tế", "Chuyên viên", ["3 ngày"]),
        ("3", "Ký duyệt", "Lãnh đạo Sở", ["01 ngày"]),
    ]
    assert r.forms == [
        {"code": "BM.12.01", "name": "Phiếu tiếp nhận hồ sơ"},
        {"code": "BM.12.02", "name": "Biên bản thẩm định"},
    ]
    assert r.records == [{"name": "Hồ sơ cấp phép", "place": "Văn phòng", "retention": "5 năm"}]
    assert r.legal_basis == ["83/2014/NĐ-CP", "95/2021/NĐ-CP"]
    assert codes(r) == {"steps_exceed_time_limit"}
    assert r.kept_characters == r.source_characters > 0


def test_regulation_by_chapters_and_articles_with_a_deputy_signing_for_the_chairman():
    d = Doc()
    d.table(
        (
            "ỦY BAN NHÂN DÂN\nPHƯỜNG BÌNH AN",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
        ),
        bold_head=True,
    )
    d.title("QUY CHẾ", center=True)
    d.title("Tiếp công dân của Ủy ban nhân dân phường", center=True)
    d.line(
        "(Ban hành kèm theo Quyết định số 56/QĐ-UBND ngày 12 tháng 6 năm 2025 của Ủy ban nhân dân phường Bình An)",
        center=True,
    )
    d.title("Chương I", center=True)
    d.title("QUY ĐỊNH CHUNG", center=True)
    d.title("Điều 1. Phạm vi điều chỉnh")
    d.line("Quy chế này quy định việc tiếp công dân theo Luật Tiếp công dân số 42/2013/QH13.")
    d.title("Điều 2. Giải thích từ ngữ")
    d.line("Công dân là người dân.")
    d.title("Chương II", center=True)
    d.title("TỔ CHỨC TIẾP CÔNG DÂN", center=True)
    d.title("Điều 3. Lịch tiếp")
    d.line("Thứ Năm hằng tuần.")
    d.table(
        (
            "Nơi nhận:\n- Như trên;\n- Lưu: VT.",
            "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nTrương Phúc Sơn",
        ),
        bold_head=False,
    )
    r = d.read()
    assert (r.kind, r.title, r.issued_on) == (
        "regulation",
        "Tiếp công dân của Ủy ban nhân dân phường",
        day(2025, 6, 12),
    )
    assert people(r) == [("approved", "Trương Phúc Sơn", "PHÓ CHỦ TỊCH")]
    assert sections(r) == [
        ("content", "Chương I", "QUY ĐỊNH CHUNG"),
        ("content", "Chương II", "TỔ CHỨC TIẾP CÔNG DÂN"),
    ]
    headings = [
        (b["number"], b["title"])
        for s in r.content["sections"]
        for b in s["blocks"]
        if b["type"] == "heading"
    ]
    assert headings == [
        ("Điều 1.", "Phạm vi điều chỉnh"),
        ("Điều 2.", "Giải thích từ ngữ"),
        ("Điều 3.", "Lịch tiếp"),
    ]
    assert r.legal_basis == ["42/2013/QH13"]
    assert codes(r) == {"missing_code"}


def test_regulation_by_articles_alone_gets_a_section_for_each_article():
    d = Doc()
    d.title("NỘI QUY", center=True)
    d.title("Phòng máy chủ", center=True)
    d.line("Mã hiệu: NQ-02    Lần ban hành: 1    Ngày ban hành: 3/4/2024")
    d.title("Điều 1. Mục đích")
    d.line("Giữ an toàn.")
    d.line("Điều 2. Phạm vi áp dụng").runs[0].bold = True
    d.line("Mọi người vào phòng.")
    d.title("Điều 3. Ra vào phòng máy")
    d.line("Phải ghi sổ.")
    r = d.read()
    assert (r.kind, r.code, r.title, r.issue_number, r.issued_on) == (
        "regulation",
        "NQ-02",
        "Phòng máy chủ",
        1,
        day(2024, 4, 3),
    )
    assert sections(r) == [
        ("purpose", "Điều 1.", "Mục đích"),
        ("scope", "Điều 2.", "Phạm vi áp dụng"),
        ("content", "Điều 3.", "Ra vào phòng máy"),
    ]


def test_policy_on_one_page():
    d = Doc()
    d.title("SỞ DU LỊCH TỈNH LAM GIANG", center=True)
    d.title("CHÍNH SÁCH CHẤT LƯỢNG", center=True)
    d.line("Mã hiệu: CSCL.SDL    Lần ban hành: 02", center=True)
    d.line(
        "Sở Du lịch cam kết phục vụ người dân và doanh nghiệp đúng luật, đúng hẹn, công khai và không ngừng cải tiến hệ thống quản lý chất lượng của mình."
    )
    d.line("1. Công khai thủ tục.")
    d.line("2. Giải quyết đúng hạn.")
    d.line("Lam Giang, ngày 02 tháng 01 năm 2025")
    d.title("GIÁM ĐỐC")
    d.title("Hồ Quang Minh")
    r = d.read()
    assert (r.kind, r.code, r.title, r.issue_number, r.issued_on) == (
        "policy",
        "CSCL.SDL",
        "CHÍNH SÁCH CHẤT LƯỢNG",
        2,
        day(2025, 1, 2),
    )
    assert people(r) == [("approved", "Hồ Quang Minh", "GIÁM ĐỐC")]
    assert r.steps == [] and codes(r) == set()
    assert r.kept_characters == r.source_characters


def test_objectives_are_a_table_and_no_steps():
    d = Doc()
    d.title("MỤC TIÊU CHẤT LƯỢNG NĂM 2025", center=True)
    d.table(("Mã hiệu", "Lần ban hành", "Ngày ban hành"), ("MTCL-2025", "01", "10-01-2025"))
    d.table(
        ("TT", "Mục tiêu", "Biện pháp thực hiện", "Người thực hiện", "Thời hạn"),
        ("1", "98% hồ sơ đúng hạn", "Nhắc việc hằng ngày", "Các phòng", "31/12/2025"),
        ("2", "85% hồ sơ trực tuyến", "Hướng dẫn tại quầy", "Văn phòng", "30/6/2025"),
    )
    r = d.read()
    assert (r.kind, r.code, r.title, r.issue_number, r.issued_on) == (
        "objectives",
        "MTCL-2025",
        "MỤC TIÊU CHẤT LƯỢNG NĂM 2025",
        1,
        day(2025, 1, 10),
    )
    assert r.steps == [] and r.records == []
    assert "85% hồ sơ trực tuyến" in text_of(r.content)


def test_instruction_with_steps_as_paragraphs_and_labels_below():
    d = Doc()
    d.table(
        (
            "TRUNG TÂM CÔNG NGHỆ THÔNG TIN",
            "HƯỚNG DẪN CÔNG VIỆC\nSao lưu dữ liệu hằng ngày",
            "Ký hiệu: HD-03/CNTT\nSoát xét lần: 1\nLần ban hành: 2\nNgày ban hành: 9.9.2024",
        )
    )
    d.title("1. Mục đích")
    d.line("Không mất dữ liệu.")
    d.title("2. Phạm vi")
    d.line("Máy chủ của Trung tâm.")
    d.title("3. Các bước thực hiện")
    d.line("Bước 1: Kiểm tra dung lượng")
    d.line("Người thực hiện: Quản trị viên")
    d.line("Thời gian: 15 phút")
    d.line("Bước 2: Chạy sao lưu")
    d.line("Người thực hiện: Trực ca")
    d.line("Thời gian: 2 giờ")
    r = d.read()
    assert (r.kind, r.code, r.title) == ("instruction", "HD-03/CNTT", "Sao lưu dữ liệu hằng ngày")
    assert (r.issue_number, r.revision_number, r.issued_on) == (2, 1, day(2024, 9, 9))
    assert [(s["number"], s["action"], s["responsible"], s["durations"]) for s in r.steps] == [
        ("Bước 1:", "Kiểm tra dung lượng", "Quản trị viên", ["15 phút"]),
        ("Bước 2:", "Chạy sao lưu", "Trực ca", ["2 giờ"]),
    ]


def test_content_laid_out_in_one_big_table_as_in_the_frame_model():
    d = Doc()
    d.title("QUY TRÌNH", center=True)
    d.title("Cấp phép xây dựng nhà ở riêng lẻ", center=True)
    d.table(
        ("Mã hiệu:", "QT-05"),
        ("Lần ban hành:", "01"),
        ("Ngày ban hành:", "20/5/2025"),
        bold_head=False,
    )
    d.title("1. MỤC ĐÍCH")
    d.line("Quy định trình tự.")
    d.title("2. PHẠM VI")
    d.line("Toàn phường.")
    d.title("5. NỘI DUNG QUY TRÌNH")
    t = d.table(
        ("5.1", "Cơ sở pháp lý", "", "", ""),
        ("", "Luật Xây dựng số 50/2014/QH13", "", "", ""),
        ("5.2", "Thành phần hồ sơ", "", "Bản chính", "Bản sao"),
        ("", "Đơn đề nghị", "", "x", ""),
        ("", "Bản vẽ thiết kế", "", "", "x"),
        ("5.3", "Số lượng hồ sơ", "", "", ""),
        ("", "01 bộ", "", "", ""),
        ("5.4", "Thời gian xử lý", "", "", ""),
        ("", "15 ngày làm việc", "", "", ""),
        ("5.7", "Quy trình xử lý công việc", "", "", ""),
        ("TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả"),
        ("B1", "Nộp hồ sơ", "Tổ chức, cá nhân", "Giờ hành chính", "Theo mục 5.2"),
        ("B2", "Thẩm định", "Công chức địa chính", "10 ngày", "Tờ trình"),
        ("B3", "Ký giấy phép", "Chủ tịch UBND", "3 ngày", "Giấy phép"),
        bold_head=False,
    )
    for r in (0, 1, 5, 6, 7, 8, 9):
        t.cell(r, 1).merge(t.cell(r, 4))
    for r in (2, 3, 4):
        t.cell(r, 1).merge(t.cell(r, 2))
    d.title("6. BIỂU MẪU")
    d.table(("TT", "Mã số", "Tên biểu mẫu"), ("1", "BM-05-01", "Đơn đề nghị"))
    d.title("7. HỒ SƠ CẦN LƯU")
    d.table(
        (
            "TT",
            "Hồ sơ lưu (bản chính hoặc bản sao)",
        ),
        ("1", "Giấy phép"),
    )
    r = d.read()
    assert (r.code, r.title, r.issue_number, r.issued_on) == (
        "QT-05",
        "Cấp phép xây dựng nhà ở riêng lẻ",
        1,
        day(2025, 5, 20),
    )
    headings = [
        (b["number"], b["title"])
        for s in r.content["sections"]
        for b in s["blocks"]
        if b["type"] == "heading"
    ]
    assert headings == [
        ("5.1", "Cơ sở pháp lý"),
        ("5.2", "Thành phần hồ sơ"),
        ("5.3", "Số lượng hồ sơ"),
        ("5.4", "Thời gian xử lý"),
        ("5.7", "Quy trình xử lý công việc"),
    ]
    assert [(s["number"], s["action"], s["responsible"], s["durations"]) for s in r.steps] == [
        ("B1", "Nộp hồ sơ", "Tổ chức, cá nhân", ["Giờ hành chính"]),
        ("B2", "Thẩm định", "Công chức địa chính", ["10 ngày"]),
        ("B3", "Ký giấy phép", "Chủ tịch UBND", ["3 ngày"]),
    ]
    assert [x["name"] for x in r.records] == ["Giấy phép"]
    assert r.legal_basis == ["50/2014/QH13"]
    assert r.kept_characters == r.source_characters


def test_two_rows_of_headings_give_two_cases_and_merged_cells_speak_for_all_their_rows():
    d = Doc()
    d.title("QUY TRÌNH", center=True)
    d.title("Chi trả trợ cấp", center=True)
    d.line("Mã hiệu: QT 09\tLần ban hành: 01\tNgày ban hành: 01/3/2025")
    d.title("1. MỤC ĐÍCH")
    d.line("Chi đúng người.")
    d.title("2. NỘI DUNG")
    t = d.table(
        ("TT", "Nội dung công việc", "Đơn vị thực hiện", "Thời gian", "", "Ghi chú"),
        ("", "", "", "Hồ sơ đủ", "Phải xác minh", ""),
        ("1", "Nhận đơn", "Một cửa", "1 ngày", "2 ngày", ""),
        ("2", "Kiểm tra", "Phòng Văn hóa", "2 ngày", "5 ngày", ""),
        ("3", "Trình ký", "", "1 ngày", "1 ngày", ""),
        ("Tổng cộng", "", "", "4 ngày", "8 ngày", ""),
    )
    t.cell(0, 3).merge(t.cell(0, 4))
    for c in (0, 1, 2, 5):
        t.cell(0, c).merge(t.cell(1, c))
    t.cell(3, 2).merge(t.cell(4, 2))
    t.cell(5, 0).merge(t.cell(5, 2))
    r = d.read()
    assert r.cases == ["Thời gian Hồ sơ đủ", "Thời gian Phải xác minh"]
    assert [(s["action"], s["responsible"], s["durations"]) for s in r.steps] == [
        ("Nhận đơn", "Một cửa", ["1 ngày", "2 ngày"]),
        ("Kiểm tra", "Phòng Văn hóa", ["2 ngày", "5 ngày"]),
        ("Trình ký", "Phòng Văn hóa", ["1 ngày", "1 ngày"]),
    ]
    grid = next(b for s in r.content["sections"] for b in s["blocks"] if b["type"] == "grid")
    assert [x["kind"] for x in grid["rows"]] == ["row", "row", "row", "total"]
    assert grid["rows"][3]["cells"] == ["", "Tổng cộng", "", "4 ngày", "8 ngày", ""]
    assert r.kept_characters == r.source_characters


def test_amendment_log_with_entries_and_control_block_in_a_footer():
    d = Doc()
    d.title("QUY TRÌNH KIỂM SOÁT TÀI LIỆU", center=True)
    d.title("BẢNG THEO DÕI SỬA ĐỔI", center=True)
    d.table(
        (
            "Yêu cầu sửa đổi",
            "Trang/Phần liên quan",
            "Mô tả nội dung sửa đổi",
            "Lần ban hành/Lần sửa đổi",
            "Ngày ban hành/Ngày sửa đổi",
        ),
        ("Đổi tên phòng", "Trang 3", "Thay tên Phòng Tổ chức", "01/01", "05/02/2024"),
        ("", "", "", "", ""),
    )
    d.title("1. Mục đích")
    d.line("Kiểm soát.")
    d.title("2. Phạm vi áp dụng")
    d.line("Cả cơ quan.")
    footer = d.docx.sections[0].footer
    footer.is_linked_to_previous = False
    footer.paragraphs[
        0
    ].text = "Mã: QT.ISO.01 | Ban hành lần thứ hai | Ngày hiệu lực 01/01/2023 | Trang 1/9"
    r = d.read()
    assert (r.kind, r.code, r.title, r.issue_number, r.effective_on) == (
        "procedure",
        "QT.ISO.01",
        "KIỂM SOÁT TÀI LIỆU",
        2,
        day(2023, 1, 1),
    )
    assert r.amendments == [
        {"number": "01/01", "date": "2024-02-05", "summary": "Thay tên Phòng Tổ chức"}
    ]
    assert codes(r) == {"missing_date"}


def test_sections_by_heading_styles_under_one_title_heading():
    d = Doc()
    d.docx.add_heading("Quy trình quản lý tài sản", 1)
    d.line("Mã hiệu QT-TS-01")
    d.line("Ngày ban hành 07/8/2024")
    for n, title in enumerate(("Mục đích", "Phạm vi", "Nội dung"), 1):
        d.docx.add_heading(f"{n}. {title}", 2)
        d.line("Lời văn của phần này.")
    d.docx.add_heading("3.1. Mua sắm", 3)
    d.line("Theo kế hoạch.")
    r = d.read()
    assert (r.code, r.title, r.issued_on) == ("QT-TS-01", "Quản lý tài sản", day(2024, 8, 7))
    assert sections(r) == [
        ("purpose", "1.", "Mục đích"),
        ("scope", "2.", "Phạm vi"),
        ("content", "3.", "Nội dung"),
    ]


def test_text_boxes_count_once_and_content_controls_are_transparent():
    d = Doc()
    d.xml(text_box("QUY TRÌNH", "Tuyển dụng viên chức"))
    d.xml(text_box("Số hiệu: QT-TCCB-04", "Lần ban hành: 5", "Ngày ban hành: 30/11/2023"))
    d.title("1. MỤC ĐÍCH")
    d.xml(
        f'<w:sdt xmlns:w="{qn("w:p")[1:-2]}"><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>Lời trong ô điều khiển.</w:t></w:r></w:p></w:sdtContent></w:sdt>'
    )
    d.title("2. PHẠM VI")
    d.line("Cơ quan.")
    r = d.read()
    assert (r.code, r.title, r.issue_number, r.issued_on) == (
        "QT-TCCB-04",
        "Tuyển dụng viên chức",
        5,
        day(2023, 11, 30),
    )
    assert text_of(r.content).count("Tuyển dụng viên chức") == 1
    assert "Lời trong ô điều khiển." in text_of(r.content)
    assert r.kept_characters == r.source_characters


def test_signers_in_one_cell_each_and_name_above_post():
    d = Doc()
    d.line("QUY TRÌNH THANH TOÁN", bold=True)
    d.line("Mã hiệu: QT.KT.02 - Lần ban hành: 1 - Ngày ban hành: 1/1/2024")
    d.table(
        (
            "NGƯỜI LẬP\n(Ký, ghi rõ họ tên)\n\nThS. Nguyễn Thị Kim Anh\nKế toán viên",
            "SOÁT XÉT\n\nLý Thường\nKế toán trưởng",
            "PHÊ DUYỆT\n\nNông Đức Trưởng\nViện trưởng",
        ),
        bold_head=False,
    )
    d.title("1. Mục đích")
    d.line("Chi đúng.")
    d.title("2. Phạm vi")
    d.line("Viện.")
    r = d.read()
    assert people(r) == [
        ("drafted", "Nguyễn Thị Kim Anh", "Kế toán viên"),
        ("reviewed", "Lý Thường", "Kế toán trưởng"),
        ("approved", "Nông Đức Trưởng", "Viện trưởng"),
    ]
    assert (r.code, r.issue_number, r.title) == ("QT.KT.02", 1, "THANH TOÁN")


def test_pictures_are_kept_by_content_and_described_by_caption_or_place():
    import io

    d = Doc()
    d.title("QUY TRÌNH LƯU TRỮ")
    d.line("Mã hiệu: QT-LT    Ngày ban hành: 1/2/2024")
    d.title("1. Mục đích")
    d.docx.add_picture(io.BytesIO(png(10)))
    d.line("Hình 1. Kho lưu trữ")
    d.title("2. Nội dung")
    t = d.table(
        ("TT", "Công việc", "Trách nhiệm", "Thời gian"), ("1", "Xếp hộp", "Văn thư", "1 giờ")
    )
    t.cell(1, 1).paragraphs[0].add_run().add_picture(io.BytesIO(png(20)))
    r = d.read()
    pictures = [b for s in r.content["sections"] for b in s["blocks"] if b["type"] == "picture"]
    assert [(p["described_by"], p["description"]) for p in pictures] == [
        ("caption", "Hình 1. Kho lưu trữ"),
        ("place", "Hình trong mục 2. Nội dung (trong bảng)"),
    ]
    assert {p["sha256"] for p in pictures} == set(r.pictures) and all(
        p.mime == "image/png" for p in r.pictures.values()
    )
    assert r.images == 2 and "picture_without_description" in codes(r)


def test_numbers_in_other_places_disagree():
    d = Doc()
    d.title("QUY TRÌNH XỬ LÝ ĐƠN")
    d.line("Mã hiệu: QT-07\tLần ban hành: 02\tNgày ban hành: 05/5/2025")
    d.title("1. Mục đích")
    d.line("Xử lý.")
    section = d.docx.sections[0]
    section.footer.is_linked_to_previous = False
    section.footer.paragraphs[0].text = "QT-07\tLần ban hành: 01\tNgày hiệu lực: 01/5/2025"
    section.first_page_footer.is_linked_to_previous = False  # made, but Word does not show it
    section.first_page_footer.paragraphs[0].text = "Lần ban hành: 09"
    r = d.read()
    found = {w["code"]: w["values"] for w in r.warnings}
    assert found["issue_number_conflict"] == ["2", "1"]
    assert found["date_conflict"] == ["2025-05-05", "2025-05-01"]
    assert "Lần ban hành: 09" not in text_of(r.content)
