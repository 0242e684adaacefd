"""Variants of layouts, each a few lines: the facts that a reader of the paper finds in them."""

import datetime

import pytest

from .build import Doc, sections

pytestmark = pytest.mark.pure
day = datetime.date


def hospital_with_step_cards():
    d = Doc()
    d.table(
        (
            "SỞ Y TẾ LAM GIANG\nBỆNH VIỆN ĐA KHOA TỈNH",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
        )
    )
    d.title("QUY TRÌNH KỸ THUẬT KHÁM BỆNH NGOẠI TRÚ", center=True)
    d.line("Mã số: 15/QT-BV", center=True)
    d.line(
        "(Ban hành kèm theo Quyết định số 215/QĐ-BV ngày 05 tháng 3 năm 2024 của Giám đốc Bệnh viện)",
        center=True,
    )
    d.line("Lần ban hành: lần thứ nhất; hiệu lực: 01/4/2024")
    d.title("I. ĐẠI CƯƠNG")
    d.line("Khám bệnh.")
    d.title("II. MỤC ĐÍCH")
    d.line("Giảm chờ.")
    d.title("III. TRÁCH NHIỆM")
    d.line("Khoa khám.")
    d.title("IV. CÁC BƯỚC TIẾN HÀNH")
    for n, (a, w, t) in enumerate(
        (
            ("Đăng ký khám", "Điều dưỡng", "5 phút"),
            ("Khám lâm sàng", "Bác sĩ", "15 phút"),
            ("Cấp thuốc", "Dược sĩ", "10 phút"),
        ),
        1,
    ):
        d.table(
            (f"Bước {n}", a),
            ("Người thực hiện", w),
            ("Thời gian", t),
            ("Kết quả", "Phiếu"),
            bold_head=False,
        )
        d.line("")
    d.title("V. TÀI LIỆU THAM KHẢO")
    d.line("Thông tư số 13/2012/TT-BYT; Luật Khám bệnh, chữa bệnh số 15/2023/QH15.")
    d.table(
        ("NGƯỜI SOẠN THẢO", "TRƯỞNG KHOA KIỂM TRA", "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC"),
        ("", "", ""),
        ("BSCKI. Lê Na", "BSCKII. Hồ Văn Tú", "TS.BS. Phan Thị Mơ"),
    )
    return d


def enforcement_office_with_flow_chart():
    d = Doc()
    d.title("CHI CỤC THI HÀNH ÁN DÂN SỰ")
    d.title("QUY TRÌNH")
    d.title("QUẢN LÝ RỦI RO VÀ CƠ HỘI")
    d.table(
        ("Mã hiệu", "QT.ISO.02", "Lần ban hành", "01"),
        ("Ngày ban hành", "15/07/2021", "Số trang", "11"),
        bold_head=False,
    )
    d.table(
        ("", "SOẠN THẢO", "SOÁT XÉT", "PHÊ DUYỆT"),
        ("Chữ ký", "", "", ""),
        ("Họ và tên", "Lê Hoà", "Trần Bình", "Võ Trưởng"),
        ("Chức vụ", "Thư ký", "Phó Chi cục trưởng", "Chi cục trưởng"),
    )
    d.title("MỤC LỤC")
    for x in (
        "1. MỤC ĐÍCH\t3",
        "2. PHẠM VI\t3",
        "3. TÀI LIỆU VIỆN DẪN\t3",
        "4. ĐỊNH NGHĨA\t4",
        "5. NỘI DUNG\t4",
        "6. BIỂU MẪU\t8",
        "7. HỒ SƠ CẦN LƯU\t8",
    ):
        d.line(x)
    d.title("SỬA ĐỔI TÀI LIỆU")
    d.table(
        (
            "Yêu cầu sửa đổi/bổ sung",
            "Trang/Phần liên quan việc sửa đổi",
            "Mô tả nội dung sửa đổi",
            "Lần ban hành/Lần sửa đổi",
            "Ngày ban hành/Ngày sửa đổi",
        ),
        ("", "", "", "", ""),
    )
    d.title("1. MỤC ĐÍCH")
    d.line("Quy định cách thức.")
    d.title("2. PHẠM VI")
    d.line("Chi cục.")
    d.title("3. TÀI LIỆU VIỆN DẪN")
    d.line("TCVN ISO 9001:2015; QT.ISO.01")
    d.title("4. ĐỊNH NGHĨA")
    d.line("Rủi ro: ...")
    d.title("5. NỘI DUNG")
    d.title("5.1. Lưu đồ")
    d.table(
        ("Trách nhiệm", "Tiến trình thực hiện", "Mô tả/Biểu mẫu"),
        ("Thư ký", "Lập kế hoạch\n↓", "5.2.1\nBM.ISO.02.01"),
        ("Các phòng", "Nhận diện\n↓", "5.2.2"),
        ("Lãnh đạo", "Phê duyệt", "5.2.3"),
    )
    d.title("5.2. Mô tả")
    d.title("5.2.1. Lập kế hoạch")
    d.line("Thư ký lập.")
    d.title("6. BIỂU MẪU")
    d.table(("STT", "Tên biểu mẫu", "Mã hiệu"), ("1", "Bảng nhận diện rủi ro", "BM.ISO.02.01"))
    d.title("7. HỒ SƠ CẦN LƯU")
    d.table(
        ("TT", "Hồ sơ", "Nơi lưu/Người lưu", "Thời hạn"),
        ("1", "Bảng nhận diện", "Thư ký ISO", "3 năm"),
    )
    d.docx.sections[0].header.paragraphs[
        0
    ].text = "QUY TRÌNH QUẢN LÝ RỦI RO VÀ CƠ HỘI\tMã hiệu: QT.ISO.02\tNgày ban hành: 15/06/2021"
    return d


def ward_with_national_code():
    d = Doc()
    d.table(
        ("ỦY BAN NHÂN DÂN PHƯỜNG CHÁNH HIỆP", "QUY TRÌNH", "Mã hiệu:", "QT02"),
        ("", "CHỨNG THỰC BẢN SAO TỪ BẢN CHÍNH", "Lần ban hành:", "01"),
        ("", "", "Ngày ban hành:", "13/11/2025"),
        ("", "(Mã TTHC: 2.000815.000.00.00.H29)", "Ngày hiệu lực:", "13/11/2025"),
    )
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    d.title("2. PHẠM VI")
    d.line("b")
    d.title("3. NỘI DUNG QUY TRÌNH")
    d.title("3.1 Thời gian xử lý")
    d.line("Trong ngày làm việc.")
    t = d.table(
        ("TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả"),
        ("GIAI ĐOẠN 1", "", "", "", ""),
        ("B1", "Tiếp nhận", "Công chức TT PVHCC", "15 phút", "Mẫu 01, 02"),
        ("B2", "Đối chiếu", "Công chức tư pháp", "30 phút", ""),
        ("", "Tổng thời gian", "", "45 phút", ""),
        ("Ghi chú: nộp sau 15 giờ trả ngày sau", "", "", "", ""),
    )
    t.cell(1, 0).merge(t.cell(1, 4))
    t.cell(5, 0).merge(t.cell(5, 4))
    d.title("4. HỒ SƠ LƯU")
    d.line("Hồ sơ lưu gồm các thành phần sau:")
    d.table(("TT", "Hồ sơ lưu"), ("1", "Sổ chứng thực"), ("2", "Mẫu 06"))
    return d


def objectives_with_sections():
    d = Doc()
    d.line("UBND TỈNH LAM GIANG\nSỞ TÀI CHÍNH")
    d.title("MỤC TIÊU CHẤT LƯỢNG NĂM 2026 VÀ KẾ HOẠCH THỰC HIỆN", center=True)
    d.line("Ký hiệu: MTCL-STC-2026; Lần BH: 01; Ngày BH: 05/01/26", center=True)
    d.title("I. MỤC TIÊU CHUNG")
    d.line("Nâng cao.")
    d.title("II. MỤC TIÊU CỤ THỂ")
    d.table(
        ("STT", "Chỉ tiêu", "Biện pháp", "Chủ trì", "Hoàn thành"),
        ("1", "95%", "Rà soát", "Văn phòng", "12/2026"),
    )
    d.title("III. TỔ CHỨC THỰC HIỆN")
    d.line("Các phòng báo cáo.")
    d.table(("NGƯỜI LẬP", "GIÁM ĐỐC"), ("", ""), ("Hà Thu", "Lê Vũ Khánh"))
    return d


def instruction_with_titles_in_the_line():
    d = Doc()
    d.title("HƯỚNG DẪN", center=True)
    d.title("SỬ DỤNG CHỮ KÝ SỐ", center=True)
    d.line("Số hiệu: HD 07-VP\nPhiên bản: 2.1\nNgày áp dụng: 01.06.2025")
    for a, b in (
        ("Mục đích: ", "Hướng dẫn ký."),
        ("Phạm vi: ", "Toàn cơ quan."),
        ("Nội dung: ", "Thực hiện như sau."),
    ):
        p = d.line("")
        p.add_run(a).bold = True
        p.add_run(b)
    for x in (
        "Bước 1. Cắm thiết bị. Kiểm tra đèn.",
        "Bước 2. Mở phần mềm và chọn tệp.",
        "Bước 3. Nhập mã PIN.",
    ):
        d.line(x)
    p = d.line("")
    p.add_run("Lưu hồ sơ: ").bold = True
    p.add_run("Văn thư, 2 năm.")
    return d


def signers_by_tabs_and_sections_with_zeros():
    d = Doc()
    d.title("QUY TRÌNH TUYỂN DỤNG VIÊN CHỨC")
    d.line("Mã hiệu: QT/TCCB/03 – Lần ban hành: 04 – Ngày ban hành: ngày 20 tháng 8 năm 2025")
    d.line("Soạn thảo\tXem xét\tPhê duyệt")
    d.line("Vũ Mai\tĐặng Sơn\tBùi Trưởng Giang")
    d.line("Chuyên viên\tTrưởng phòng\tHiệu trưởng")
    d.title("1.0 MỤC ĐÍCH")
    d.line("a")
    d.title("2.0 PHẠM VI ÁP DỤNG")
    d.line("b")
    d.title("3.0 TÀI LIỆU LIÊN QUAN")
    d.line("Nghị định 115/2020/NĐ-CP")
    d.title("4.0 LƯU ĐỒ")
    d.table(
        ("Bước", "Trách nhiệm", "Lưu đồ", "Diễn giải", "Thời hạn"),
        ("1", "Phòng TCCB", "Lập kế hoạch", "Rà soát vị trí", "05 ngày"),
        ("2", "Hiệu trưởng", "Phê duyệt", "Ký", "02 ngày"),
    )
    d.title("5.0 PHỤ LỤC")
    d.line("BM-01: Phiếu")
    d.title("6.0 HỒ SƠ")
    d.table(("STT", "TÊN HỒ SƠ", "NƠI LƯU", "THỜI GIAN LƯU"), ("1", "Kế hoạch", "TCCB", "5 năm"))
    return d


def decision_of_the_director():
    d = Doc()
    d.table(
        (
            "UBND TỈNH LAM GIANG\nSỞ NỘI VỤ\nSố: 88/QĐ-SNV",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nLam Giang, ngày 10 tháng 02 năm 2025",
        )
    )
    d.title("QUYẾT ĐỊNH", center=True)
    d.title("Ban hành Quy chế làm việc của Sở Nội vụ", center=True)
    d.title("GIÁM ĐỐC SỞ NỘI VỤ", center=True)
    d.line("Căn cứ Luật Tổ chức chính quyền địa phương số 72/2025/QH15;")
    d.line("Theo đề nghị của Chánh Văn phòng.")
    d.title("QUYẾT ĐỊNH:", center=True)
    d.line("Điều 1. Ban hành kèm theo Quyết định này Quy chế làm việc.")
    d.line("Điều 2. Quyết định có hiệu lực từ ngày 15/02/2025, thay thế Quyết định số 12/QĐ-SNV.")
    d.line("Điều 3. Chánh Văn phòng chịu trách nhiệm thi hành./.")
    d.table(("Nơi nhận:\n- Như Điều 3;\n- Lưu: VT.", "GIÁM ĐỐC\n\n\nĐoàn Phi Hùng"))
    return d


def header_with_abbreviations():
    d = Doc()
    h = d.docx.sections[0].header
    h.is_linked_to_previous = False
    d.table(
        ("TRUNG TÂM Y TẾ HUYỆN", "QUY TRÌNH KIỂM SOÁT THÔNG TIN DẠNG VĂN BẢN", "Mã TL: QT-HT-01"),
        ("", "", "Lần BH/SĐ: 03/02"),
        ("", "", "Ngày HL: 01/9/2024"),
        ("", "", "Trang: 1/9"),
        to=h,
    )
    d.title("I. MỤC ĐÍCH:")
    d.line("a")
    d.title("II. PHẠM VI ÁP DỤNG:")
    d.line("b")
    d.title("III. NỘI DUNG:")
    d.title("1. Kiểm soát tài liệu")
    d.table(
        (
            "Bước công việc",
            "Người/đơn vị thực hiện",
            "Nội dung công việc",
            "Thời gian thực hiện",
            "Hồ sơ",
        ),
        ("Bước 1: Đề nghị viết mới", "Các khoa", "Lập phiếu đề nghị", "1 ngày", "Phiếu"),
        ("Bước 2: Xem xét", "Thư ký ISO", "Thẩm định", "2 ngày", "Tờ trình"),
    )
    d.title("2. Kiểm soát hồ sơ")
    d.line("Như trên.")
    d.title("IV. HỒ SƠ LƯU TRỮ:")
    d.line("Hồ sơ lưu tại Văn phòng 5 năm.")
    return d


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
def test_the_control_block_is_found_wherever_it_stands(layout):
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


def test_the_national_code_stands_apart_from_its_local_tail():
    r = ward_with_national_code().read()
    assert (r.national_code, r.local_tail) == ("2.000815", "000.00.00.H29")
    assert [x["name"] for x in r.records] == ["Sổ chứng thực", "Mẫu 06"]
