"""Further layouts of whole documents: tables that lay out a text, steps and signers in tables,
texts without tables."""

from .build import Doc


def whole_text_in_a_table():
    d = Doc()
    d.title("QUY TRÌNH CẤP PHÁT VĂN PHÒNG PHẨM")
    d.line("Mã hiệu: QT-VP-06")
    d.line("Ngày ban hành: 3-3-2023")
    d.table(
        ("1", "Mục đích", "Cấp đúng nhu cầu."),
        ("2", "Phạm vi", "Các phòng."),
        ("3", "Nội dung", "Phòng gửi phiếu, Văn phòng cấp."),
        ("4", "Hồ sơ lưu", "Phiếu đề nghị, Văn phòng, 1 năm"),
        bold_head=False,
    )
    return d


def steps_over_several_tables():
    d = Doc()
    d.title("QUY TRÌNH THANH LÝ TÀI SẢN")
    d.line("Mã hiệu: QT-TS-02\tLần ban hành: 1\tNgày ban hành: 02/2/2024")
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    d.title("2. NỘI DUNG")
    d.table(
        ("TT", "Nội dung", "Bộ phận thực hiện", "Thời gian"),
        ("1", "Kiểm kê", "Kế toán", "3 ngày"),
        ("2", "Lập hồ sơ", "Kế toán", "2 ngày"),
    )
    d.line("")
    d.table(
        ("TT", "Nội dung", "Bộ phận thực hiện", "Thời gian"),
        ("3", "Thẩm định", "Hội đồng", "4 ngày"),
    )
    d.line("")
    d.table(
        ("4", "Bán đấu giá", "Hội đồng", "10 ngày"),
        ("5", "Nộp tiền", "Kế toán", "1 ngày"),
        bold_head=False,
    )
    return d


def bands_and_colons():
    d = Doc()
    d.table(
        ("Tên tài liệu", ":", "Quy trình quản lý trang thiết bị"),
        ("Mã số", ":", "QT.TTB.01"),
        ("Lần soát xét", ":", "02"),
        ("Ngày hiệu lực", ":", "12/12/2024"),
        bold_head=False,
    )
    d.title("MỤC LỤC")
    d.table(
        ("1", "Mục đích", "3"),
        ("2", "Phạm vi", "3"),
        ("3", "Tài liệu viện dẫn", "4"),
        ("4", "Nội dung", "5"),
        ("5", "Hồ sơ", "9"),
        bold_head=False,
    )
    for n, x in enumerate(("MỤC ĐÍCH", "PHẠM VI", "TÀI LIỆU VIỆN DẪN", "NỘI DUNG", "HỒ SƠ"), 1):
        d.table((f"{n}. {x}",))
        d.line("Lời văn ở đây.")
    return d


def rows_within_a_step():
    d = Doc()
    d.title("QUY TRÌNH CẤP THẺ")
    d.line("Mã hiệu: QT-11 Lần ban hành: 02 Ngày: 05/3/2024")
    d.title("1. Mục đích")
    d.line("x")
    d.title("2. Nội dung")
    d.title("2.1. Sơ đồ quá trình")
    t = d.table(
        ("STT", "Sơ đồ quá trình", "Người thực hiện", "Tài liệu, biểu mẫu", "Thời gian (giờ)"),
        ("1", "Nhận hồ sơ\n↓", "Một cửa", "BM-01", "2"),
        ("2", "Kiểm tra\nKhông đạt\nĐạt\n↓", "Chuyên viên", "", "4"),
        ("", "", "Trưởng phòng", "", "1"),
        ("3", "Trả kết quả", "Một cửa", "Sổ", "1"),
    )
    t.cell(2, 0).merge(t.cell(3, 0))
    t.cell(2, 1).merge(t.cell(3, 1))
    d.title("2.2. Thời hạn xử lý: 01 ngày")
    d.title("3. Hồ sơ")
    d.line("- Sổ cấp thẻ: lưu tại Văn phòng, 02 năm.")
    return d


def form_without_labels():
    d = Doc()
    d.table(("SỞ TƯ PHÁP", "BM-02/QT-05"), bold_head=False)
    d.title("PHIẾU KHẢO SÁT Ý KIẾN KHÁCH HÀNG", center=True)
    d.title("I. THÔNG TIN CHUNG")
    d.line("Họ tên: ……………")
    d.title("II. NỘI DUNG ĐÁNH GIÁ")
    d.table(
        ("TT", "Nội dung", "Rất hài lòng", "Hài lòng", "Không"),
        ("1", "Thái độ phục vụ", "", "", ""),
        ("2", "Thời gian", "", "", ""),
    )
    return d


def policy_with_a_footer():
    d = Doc()
    d.title("CHÍNH SÁCH CHẤT LƯỢNG", center=True)
    for x in ("Cam kết 1: đúng luật.", "Cam kết 2: đúng hẹn."):
        d.line(x)
    d.line("Lam Giang, ngày 5 tháng 1 năm 2026")
    d.title("CHỦ TỊCH")
    d.line("")
    d.title("Trịnh Công Sơn Hà")
    f = d.docx.sections[0].footer
    f.is_linked_to_previous = False
    f.paragraphs[0].text = "CSCL-01 / Lần ban hành 02 / Ngày 05/01/2026"
    return d


def two_drafters():
    d = Doc()
    d.line("ỦY BAN NHÂN DÂN THÀNH PHỐ", center=True)
    d.title("SỞ KHOA HỌC VÀ CÔNG NGHỆ", center=True)
    d.line("")
    d.title("QUY TRÌNH HỆ THỐNG", center=True)
    d.title("ĐÁNH GIÁ NỘI BỘ", center=True)
    d.line("Ký hiệu QT.03", center=True)
    d.line("Ban hành ngày 02 tháng 4 năm 2025, lần thứ 3", center=True)
    d.table(
        ("Vai trò", "Người biên soạn", "Người thẩm định", "Người phê duyệt"),
        ("Họ và tên", "Lý Nam\nHồ Đế", "Mai An", "Tạ Phong"),
        ("Chức danh", "Chuyên viên\nChuyên viên chính", "Trưởng phòng", "Giám đốc"),
        ("Ngày", "01/4/2025", "01/4/2025", "02/4/2025"),
    )
    for n, x in enumerate(
        (
            "MỤC ĐÍCH",
            "PHẠM VI ÁP DỤNG",
            "ĐỊNH NGHĨA VÀ CHỮ VIẾT TẮT",
            "NỘI DUNG QUY TRÌNH",
            "PHỤ LỤC",
        ),
        1,
    ):
        d.title(f"{n} {x}")
        d.line("Lời văn.")
    return d


def instruction_by_letters():
    d = Doc()
    d.title("HƯỚNG DẪN CÔNG VIỆC: VẬN HÀNH MÁY PHÁT ĐIỆN", center=True)
    d.line("Mã HD.KT.01; Ban hành: 01/02/2023; Sửa đổi: 00", center=True)
    d.title("A. AN TOÀN")
    d.line("Đeo găng.")
    d.title("B. CÁC BƯỚC VẬN HÀNH")
    for x in ("1. Kiểm tra dầu.", "2. Bật máy.", "3. Tắt máy."):
        d.line(x)
    d.title("C. GHI CHÉP")
    d.line("Ghi sổ.")
    return d


def rules_by_groups():
    d = Doc()
    d.title("QUY ĐỊNH", center=True)
    d.title("VỀ QUẢN LÝ VÀ SỬ DỤNG CON DẤU", center=True)
    d.line("(Kèm theo Quyết định số 03/QĐ-TTCNTT ngày 04/5/2025)", center=True)
    d.title("Mục 1. NHỮNG QUY ĐỊNH CHUNG")
    d.title("1. Phạm vi")
    d.line("x")
    d.title("Mục 2. QUẢN LÝ CON DẤU")
    d.title("2. Lưu giữ")
    d.line("y")
    d.title("Mục 3. ĐIỀU KHOẢN THI HÀNH")
    d.line("z")
    return d


def finance_with_roles_in_the_third_column():
    d = Doc()
    d.table(
        ("", "HỆ THỐNG QUẢN LÝ CHẤT LƯỢNG\nTCVN ISO 9001:2015", "QT-KHTC-04"),
        ("", "QUY TRÌNH LẬP DỰ TOÁN NGÂN SÁCH", "Ban hành lần 1\nSửa đổi lần 2"),
        ("", "", "Ngày 15/10/2024"),
    )
    d.table(
        ("Họ và tên", "Chức vụ", "Trách nhiệm", "Ký"),
        ("Lò Thị Pha", "Kế toán trưởng", "Soạn thảo", ""),
        ("Giàng A Sử", "Chánh Văn phòng", "Kiểm tra", ""),
        ("Vừ Bá Tuấn", "Giám đốc", "Phê duyệt", ""),
    )
    d.title("LỊCH SỬ THAY ĐỔI")
    d.table(
        ("Ngày", "Nội dung thay đổi", "Lần sửa đổi", "Người sửa"),
        ("01/2/2024", "Ban hành mới", "0", "Pha"),
        ("15/10/2024", "Bổ sung mục 4", "2", "Pha"),
    )
    for title in ("1. MỤC ĐÍCH", "2. PHẠM VI", "3. TRÁCH NHIỆM", "4. QUY TRÌNH"):
        d.title(title)
        d.line("Lời văn.")
    return d
