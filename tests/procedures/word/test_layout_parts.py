"""Tables with two rows of headings, logs of amendments, text boxes, signers and pictures in the layouts of offices."""

import datetime

import pytest
from docx.oxml.ns import qn

from procedures.word import text_of

from .build import Doc, codes, people, png, sections, text_box

pytestmark = pytest.mark.pure
day = datetime.date


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
    assert r.warnings == [{"code": "missing_date", "values": ["2023-01-01"]}]


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
