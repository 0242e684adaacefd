"""Layouts of whole documents: how offices write their covers, control blocks, titles and steps."""

from .build import Doc


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


def _front_of_the_enforcement_office():
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
    return d


def enforcement_office_with_flow_chart():
    d = _front_of_the_enforcement_office()
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
