"""Documents in further layouts, each built here: the program finds what a reader of the paper
finds."""

import datetime

import pytest

from procedures.word import text_of

from .build import Doc, codes, people, sections

pytestmark = pytest.mark.pure
day = datetime.date


def licence_of_trade():
    """Control data in lines with tabs, sections with Roman numbers."""
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
    return d


def test_tabbed_control_lines_roman_sections_and_steps_under_other_headings():
    r = licence_of_trade().read()
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


def licence_to_build():
    """The whole content in one table, as in the frame model of the city."""
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
    return d


def test_content_laid_out_in_one_big_table_as_in_the_frame_model():
    r = licence_to_build().read()
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
