"""The synonyms that a new installation starts with; officers edit them in their table.

Only what offices and the public really write: abbreviations of official terms and everyday words
for them. (short or everyday form, full or official form, looked up both ways?)
"""

ABBREVIATIONS = [
    ("UBND", "ủy ban nhân dân"), ("HĐND", "hội đồng nhân dân"), ("UBMTTQ", "ủy ban mặt trận tổ quốc"), ("TTHC", "thủ tục hành chính"),
    ("PVHCC", "phục vụ hành chính công"), ("TTPVHCC", "trung tâm phục vụ hành chính công"), ("TTHCC", "trung tâm phục vụ hành chính công"),
    ("HTQLCL", "hệ thống quản lý chất lượng"), ("QLCL", "quản lý chất lượng"), ("TCĐLCL", "tiêu chuẩn đo lường chất lượng"),
    ("BCĐ", "ban chỉ đạo"), ("ĐGNB", "đánh giá nội bộ"), ("XXLĐ", "xem xét của lãnh đạo"), ("KPH", "không phù hợp"),
    ("HĐKP", "hành động khắc phục"), ("CSCL", "chính sách chất lượng"), ("MTCL", "mục tiêu chất lượng"), ("STCL", "sổ tay chất lượng"),
    ("QT", "quy trình"), ("BM", "biểu mẫu"), ("PL", "phụ lục"), ("QĐ", "quyết định"), ("NĐ", "nghị định"), ("NQ", "nghị quyết"),
    ("TTg", "thủ tướng"), ("TTr", "tờ trình"), ("CV", "công văn"), ("VP", "văn phòng"), ("VB", "văn bản"), ("PCT", "phó chủ tịch"),
    ("CVP", "chánh văn phòng"), ("CCHC", "cải cách hành chính"), ("CBCCVC", "cán bộ công chức viên chức"), ("CCVC", "công chức viên chức"),
    ("CBCC", "cán bộ công chức"), ("DVC", "dịch vụ công"), ("DVCTT", "dịch vụ công trực tuyến"), ("DVCQG", "dịch vụ công quốc gia"),
    ("CSDL", "cơ sở dữ liệu"), ("CSDLQG", "cơ sở dữ liệu quốc gia"), ("CNTT", "công nghệ thông tin"), ("ATTT", "an toàn thông tin"),
    ("ANM", "an ninh mạng"), ("ANTT", "an ninh trật tự"), ("HTTT", "hệ thống thông tin"), ("PCCC", "phòng cháy chữa cháy"),
    ("GCN", "giấy chứng nhận"), ("QSDĐ", "quyền sử dụng đất"), ("GPXD", "giấy phép xây dựng"), ("GPLX", "giấy phép lái xe"),
    ("ĐKKD", "đăng ký kinh doanh"), ("ĐKKS", "đăng ký khai sinh"), ("ĐKKH", "đăng ký kết hôn"), ("ĐK", "đăng ký"),
    ("CCCD", "căn cước công dân"), ("CMND", "chứng minh nhân dân"), ("CMT", "chứng minh thư"), ("BHYT", "bảo hiểm y tế"),
    ("BHXH", "bảo hiểm xã hội"), ("BHTN", "bảo hiểm thất nghiệp"), ("GPMB", "giải phóng mặt bằng"), ("VSATTP", "vệ sinh an toàn thực phẩm"),
    ("ATTP", "an toàn thực phẩm"), ("KH&CN", "khoa học và công nghệ"), ("GD&ĐT", "giáo dục và đào tạo"), ("NN&MT", "nông nghiệp và môi trường"),
    ("TN&MT", "tài nguyên và môi trường"), ("LĐTBXH", "lao động thương binh và xã hội"), ("TCVN", "tiêu chuẩn Việt Nam"),
    ("YTNN", "yếu tố nước ngoài"), ("VNĐCNN", "Việt Nam định cư ở nước ngoài"), ("HS", "hồ sơ"), ("KQ", "kết quả"), ("LLTP", "lý lịch tư pháp"),
    ("TT", "thông tư"), ("TT", "trung tâm"), ("TT", "thủ tục"), ("CT", "chỉ thị"), ("CT", "chủ tịch"), ("CT", "chương trình"),
    ("KH", "kế hoạch"), ("KH", "khoa học"), ("KS", "khai sinh"), ("KT", "khai tử"), ("CA", "công an"), ("NN", "nước ngoài"), ("NN", "nông nghiệp"),
]  # fmt: skip

EVERYDAY = [
    ("sao y", "chứng thực bản sao"), ("chứng tử", "khai tử"), ("scan", "số hóa"), ("lấy vợ", "kết hôn"), ("lấy chồng", "kết hôn"),
    ("mở quán", "hộ kinh doanh"),
    ("bố", "cha"), ("ba mẹ", "cha mẹ"), ("má", "mẹ"), ("bố mẹ", "cha mẹ"), ("Việt kiều", "người Việt Nam định cư ở nước ngoài"),
    ("chi phí", "lệ phí"), ("tiền phí", "lệ phí"), ("online", "trực tuyến"), ("qua mạng", "trực tuyến"),
    ("photo", "bản chụp"), ("phô tô", "bản chụp"), ("photocopy", "bản chụp"), ("công chứng", "chứng thực"), ("sổ đỏ", "giấy chứng nhận quyền sử dụng đất"),
    ("sổ hồng", "giấy chứng nhận quyền sử dụng đất"), ("nhập khẩu", "đăng ký thường trú"), ("giấy tạm trú", "đăng ký tạm trú"), ("ly dị", "ly hôn"),
    ("giấy độc thân", "xác nhận tình trạng hôn nhân"), ("độc thân", "tình trạng hôn nhân"), ("bằng lái", "giấy phép lái xe"), ("mất", "bị mất"),
    ("căn cước", "căn cước công dân"), ("làm lại", "cấp lại"), 
    ("người ngoại quốc", "người nước ngoài"), ("vắc xin", "vaccine"), ("chích ngừa", "tiêm chủng"), 
    ("xe máy", "mô tô"), ("xe hơi", "ô tô"), 
]  # fmt: skip

CHAT = [
    ("ko", "không"), ("hok", "không"), ("đc", "được"), ("dc", "được"), ("j", "gì"), ("z", "vậy"),
    ("lm", "làm"), ("nc", "nước"), ("ntn", "như thế nào"), ("bnh", "bao nhiêu"), ("bn", "bao nhiêu"), ("mik", "mình"), ("vs", "với"),
    ("ng", "người"), ("gd", "gia đình"), ("gđ", "gia đình"), ("ck", "chồng"), ("vk", "vợ"), ("bv", "bệnh viện"),
    ("bs", "bác sĩ"), ("sđt", "số điện thoại"), ("sdt", "số điện thoại"), ("tk", "tài khoản"), ("gt", "giấy tờ"), ("hk", "hộ khẩu"), ("trc", "trước"),
    ("cx", "cũng"), ("ns", "nói"), ("bt", "biết"), ("mn", "mọi người"), ("tgian", "thời gian"), ("thg", "tháng"), ("vp", "vi phạm"), ("ubnd p", "ủy ban nhân dân phường"), ("ttr", "tạm trú"), ("tvắng", "tạm vắng"),
    ("mún", "muốn"), ("cty", "công ty"), ("dn", "doanh nghiệp"), ("tp", "thành phố"), ("gp", "giấy phép"), ("gks", "giấy khai sinh"),
]  # fmt: skip


def rows() -> list[tuple[str, str, bool]]:
    """All rows; forms that are only typed in haste are not looked up the other way."""
    return [(a, b, True) for a, b in ABBREVIATIONS + EVERYDAY] + [(a, b, False) for a, b in CHAT]
