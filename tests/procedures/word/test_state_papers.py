"""Decisions, plans, letters and minutes as Decree 30 lays them out: title, number, day, signer."""

import datetime

import pytest

from .build import Doc

pytestmark = pytest.mark.pure
DAY = datetime.date(2025, 3, 12)
MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"


def head(number, place="Mẫu Sơn, ngày 12 tháng 3 năm 2025", office="SỞ Y TẾ\nTRUNG TÂM Y TẾ VÍ DỤ"):
    d = Doc()
    d.table((office, MOTTO), (number, place))
    for cell in d.docx.tables[0]._cells:
        for p in cell.paragraphs:
            p.alignment = 1
    return d


def sign(d, text="KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n\nTô Thị Thử"):
    d.table(("Nơi nhận:\n- Như trên;\n- Lưu: VT.", text), bold_head=False)
    return d.read()


def paper(kind, *abstract, number="Số: 45/KH-TTYT", below=("Căn cứ Luật Viên chức;",), **look):
    d = head(number)
    d.title(kind, center=True)
    for line in abstract:
        d.line(line, center=True, **({"bold": True} | look))
    for line in below:
        d.line(line)
    return sign(d)


@pytest.mark.parametrize(
    ("kind", "abstract", "title"),
    [
        ("QUYẾT ĐỊNH", "Về việc bổ nhiệm Trưởng khoa", "Bổ nhiệm Trưởng khoa"),
        ("QUYẾT ĐỊNH", "V/v điều động viên chức", "Điều động viên chức"),
        ("KẾ HOẠCH", "Thực hiện Nghị quyết về chuyển đổi số", "Thực hiện Nghị quyết về chuyển đổi số"),
        ("KẾ HOẠCH", "Số hóa hồ sơ bệnh án", "Số hóa hồ sơ bệnh án"),
        ("HƯỚNG DẪN", "Xét thi đua năm 2025", "Xét thi đua năm 2025"),
        ("THÔNG BÁO", "Phân công trực lãnh đạo", "Phân công trực lãnh đạo"),
        ("QUY CHẾ", "THỰC HIỆN CƠ CHẾ MỘT CỬA", "THỰC HIỆN CƠ CHẾ MỘT CỬA"),
        ("GIẤY MỜI", "Họp giao ban quý I", "Họp giao ban quý I"),
        ("GIẤY ỦY QUYỀN", "Về việc ký chứng thực", "Ký chứng thực"),
        ("KẾT LUẬN THANH TRA", "Việc mua sắm thiết bị", "Việc mua sắm thiết bị"),
    ],
)  # fmt: skip
def test_the_subject_below_the_kind_is_the_title(kind, abstract, title):
    r = paper(kind, abstract)
    assert (r.title, r.issued_on) == (title, DAY)
    assert [(s["name"], s["post"]) for s in r.signers] == [("Tô Thị Thử", "PHÓ GIÁM ĐỐC")]


def test_a_subject_in_capitals_goes_on_and_the_office_that_decides_is_not_part_of_it():
    r = paper("BÁO CÁO", "TỰ ĐÁNH GIÁ CÔNG TÁC Y TẾ", "NĂM HỌC 2024 - 2025")
    assert r.title == "TỰ ĐÁNH GIÁ CÔNG TÁC Y TẾ NĂM HỌC 2024 - 2025"
    r = paper("NGHỊ QUYẾT", "Thông qua Chương trình giám sát", "HỘI ĐỒNG NHÂN DÂN PHƯỜNG VÍ DỤ")
    assert r.title == "Thông qua Chương trình giám sát"


@pytest.mark.parametrize("post", ["HẠT TRƯỞNG", "CHỈ HUY TRƯỞNG", "TRẠM TRƯỞNG"])
def test_chiefs_of_small_units_sign(post):
    d = head("Số: 8/HKL-QLR\nV/v phòng cháy rừng")
    d.line("Kính gửi: Các xã", center=True)
    assert [(s["name"], s["post"]) for s in sign(d, f"{post}\n\nTô Thị Thử").signers] == [
        ("Tô Thị Thử", post)
    ]


def test_kind_and_subject_in_one_line():
    title = "KẾ HOẠCH PHÒNG CHỐNG BÃO LŨ NĂM 2025"
    assert paper(title).title == title


def test_a_decision_that_issues_rules_is_a_regulation():
    assert paper("QUYẾT ĐỊNH", "Ban hành Quy chế làm việc").kind == "regulation"
    assert paper("QUYẾT ĐỊNH", "Về việc thành lập Tổ giúp việc").kind == "other"


@pytest.mark.parametrize(
    ("about", "title"),
    [
        ("V/v: trả lời kiến nghị của công dân\nNguyễn Văn Thử, tổ 5", "Trả lời kiến nghị của công dân Nguyễn Văn Thử, tổ 5"),
        ("V/v hướng dẫn chế độ\nbáo cáo thống kê ngành\nY tế năm 2025", "Hướng dẫn chế độ báo cáo thống kê ngành Y tế năm 2025"),
    ],
)  # fmt: skip
def test_the_subject_of_a_letter_goes_on_to_the_end_of_its_cell(about, title):
    d = head(f"Số: 321/TTYT-KH\n{about}")
    d.line("Kính gửi: Các khoa, phòng", center=True)
    d.line("Trung tâm đề nghị các khoa rà soát.")
    r = sign(d)
    assert (r.title, r.code, r.issued_on) == (title, "321/TTYT-KH", DAY)
    assert [s["name"] for s in r.signers] == ["Tô Thị Thử"]


def test_the_office_below_its_superior_is_the_agency_though_both_are_bold():
    assert paper("KẾ HOẠCH", "Tiêm chủng").agency_name == "TRUNG TÂM Y TẾ VÍ DỤ"


@pytest.mark.parametrize(
    "cited",
    [
        "Căn cứ Biên bản họp, ngày 05 tháng 02 năm 2025;",
        "Trên cơ sở kết quả kiểm tra, ngày 07 tháng 02 năm 2025 của Thanh tra;",
        "Văn phòng nhận đơn của ông Thử ở tổ 3, ngày 07 tháng 02 năm 2025, xin nghỉ.",
    ],
)
def test_a_day_in_a_sentence_is_not_the_paper_s_own(cited):
    d = head("Số:     /QĐ-TTYT", "Ví Dụ, ngày     tháng     năm 2025")
    d.title("QUYẾT ĐỊNH", center=True)
    d.title("Ban hành Danh mục", center=True)
    d.line(cited)
    assert sign(d).issued_on is None
