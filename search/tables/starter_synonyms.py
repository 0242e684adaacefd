"""The synonyms that a new installation starts with; officers edit them in their table.

Only what offices and the public really write: abbreviations of official terms and everyday words
for them, as (short or everyday form, full or official form).
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
    # the same thing in the north and in the south, in everyday and in medical words
    ("heo", "lợn"), ("bắp", "ngô"), ("xe lửa", "tàu hỏa"), ("mướn", "thuê"), ("xài", "sử dụng"), ("hư hỏng", "hỏng"), ("tăng ca", "làm thêm giờ"),
    ("tiểu đường", "đái tháo đường"), ("huyết áp cao", "tăng huyết áp"), ("cao huyết áp", "tăng huyết áp"), ("bao tử", "dạ dày"),
    ("tai biến mạch máu não", "đột quỵ"), ("có bầu", "mang thai"), ("có thai", "mang thai"), ("bà bầu", "phụ nữ mang thai"), ("thai phụ", "phụ nữ mang thai"),
    ("sinh mổ", "mổ lấy thai"), ("đẻ mổ", "mổ lấy thai"), ("nhức đầu", "đau đầu"), ("ỉa chảy", "tiêu chảy"), ("trái rạ", "thủy đậu"),
    ("tiêm phòng", "tiêm chủng"), ("chích", "tiêm"), ("béo phì", "thừa cân"), ("cảm cúm", "cúm"),
]  # fmt: skip

# What the public and colleagues say, with the official term; by subject: civil status, residence
# and traffic, land and building, trade and health, welfare and schools, offices. They are narrower
# or looser than the official terms, which therefore do not lead back to them.
SAID_FOR = [
    ("qua đời", "khai tử"), ("từ trần", "khai tử"), ("báo tử", "khai tử"), ("người chết", "khai tử"), ("cưới", "kết hôn"),
    ("mới mất", "khai tử"), ("vừa mất", "khai tử"), ("ông mất", "khai tử"), ("bà mất", "khai tử"), ("bố mất", "khai tử"), ("mẹ mất", "khai tử"),
    ("chồng mất", "khai tử"), ("vợ mất", "khai tử"), ("người thân mất", "khai tử"),
    ("lập gia đình", "kết hôn"), ("chưa chồng", "tình trạng hôn nhân"), ("chưa vợ", "tình trạng hôn nhân"), ("mới đẻ", "khai sinh"),
    ("chào đời", "khai sinh"), ("sinh con", "khai sinh"), ("đẻ con", "khai sinh"), ("đổi tên", "thay đổi hộ tịch"), ("sửa tên", "cải chính hộ tịch"),
    ("sửa ngày sinh", "cải chính hộ tịch"), ("sửa năm sinh", "cải chính hộ tịch"), ("sai tên", "cải chính hộ tịch"),
    ("xin con nuôi", "nhận con nuôi"), ("nhận cha con", "nhận cha, mẹ, con"), ("tiền án", "lý lịch tư pháp"), ("tiền sự", "lý lịch tư pháp"),
    ("án tích", "lý lịch tư pháp"),
    ("hộ khẩu", "thường trú"), ("chuyển khẩu", "đăng ký thường trú"), ("cắt khẩu", "xóa đăng ký thường trú"), ("tách khẩu", "tách hộ"),
    ("khai báo tạm trú", "đăng ký tạm trú"), ("báo tạm vắng", "khai báo tạm vắng"), ("khách ngủ lại", "thông báo lưu trú"), ("ở trọ", "tạm trú"),
    ("thuê trọ", "tạm trú"), ("passport", "hộ chiếu"), ("visa", "thị thực"), ("thẻ căn cước", "căn cước công dân"), ("biển số xe", "đăng ký xe"),
    ("cà vẹt", "đăng ký xe"), ("giấy tờ xe", "đăng ký xe"), ("bằng lái xe", "giấy phép lái xe"), ("báo cháy", "phòng cháy chữa cháy"),
    ("chữa cháy", "phòng cháy"),
    ("sang tên", "chuyển nhượng"), ("bìa đỏ", "giấy chứng nhận quyền sử dụng đất"), ("tách sổ", "tách thửa"),
    ("lên thổ cư", "chuyển mục đích sử dụng đất"), ("đất thổ cư", "đất ở"), ("xây nhà", "cấp giấy phép xây dựng"),
    ("làm nhà", "cấp giấy phép xây dựng"), ("cất nhà", "cấp giấy phép xây dựng"), ("sửa nhà", "cải tạo nhà ở"), ("cơi nới", "cải tạo"),
    ("nâng tầng", "cải tạo"), ("đền bù", "bồi thường"), ("giải tỏa", "giải phóng mặt bằng"),
    ("mở tiệm", "hộ kinh doanh"), ("mở cửa hàng", "hộ kinh doanh"), ("mở shop", "hộ kinh doanh"), ("buôn bán", "kinh doanh"),
    ("tạp hóa", "hộ kinh doanh"), ("bán hàng", "kinh doanh"), ("giấy phép kinh doanh", "đăng ký kinh doanh"),
    ("mở công ty", "thành lập doanh nghiệp"), ("lập công ty", "thành lập doanh nghiệp"), ("ngừng kinh doanh", "chấm dứt hoạt động hộ kinh doanh"),
    ("nghỉ bán", "chấm dứt hoạt động hộ kinh doanh"), ("quán ăn", "dịch vụ ăn uống"), ("quán nhậu", "dịch vụ ăn uống"),
    ("nhà hàng", "dịch vụ ăn uống"), ("tiệm thuốc", "nhà thuốc"), ("hiệu thuốc", "nhà thuốc"), ("phòng mạch", "phòng khám"),
    ("người già", "người cao tuổi"), ("tàn tật", "khuyết tật"), ("ma chay", "mai táng"), ("chôn cất", "mai táng"), ("tiền tuất", "tử tuất"),
    ("nghỉ đẻ", "thai sản"), ("cấp 1", "tiểu học"), ("cấp 2", "trung học cơ sở"), ("cấp 3", "trung học phổ thông"), ("mẫu giáo", "mầm non"),
    ("nhà trẻ", "mầm non"), ("bộ đội", "quân nhân"), ("đi lính", "nghĩa vụ quân sự"),
    ("đi bộ đội", "nghĩa vụ quân sự"),
    ("mất trộm", "trộm cắp tài sản"), ("mất cắp", "trộm cắp tài sản"), ("ăn trộm", "trộm cắp tài sản"), ("ăn cắp", "trộm cắp tài sản"),
    ("lừa tiền", "lừa đảo chiếm đoạt tài sản"), ("đánh nhau", "gây rối trật tự công cộng"), ("báo công an", "tố giác tội phạm"),
    ("thổi nồng độ", "nồng độ cồn"), ("say rượu lái xe", "nồng độ cồn"), ("vượt đèn đỏ", "tín hiệu đèn giao thông"), ("giam xe", "tạm giữ phương tiện"),
    ("giữ xe vi phạm", "tạm giữ phương tiện"), ("giam bằng", "tước giấy phép lái xe"), ("nộp phạt", "xử phạt vi phạm hành chính"),
    ("phạt tiền", "xử phạt vi phạm hành chính"), ("đốt pháo", "pháo nổ"), ("hát karaoke", "tiếng ồn"), ("ra nước ngoài", "xuất cảnh"),
    ("đi nước ngoài", "xuất cảnh"), ("hết hạn căn cước", "cấp đổi căn cước"), ("đổi căn cước", "cấp đổi căn cước"), ("chữ ký số", "chứng thư số"),
    ("nghỉ việc", "thôi việc"), ("đuổi việc", "sa thải"), ("tiền nuôi con", "cấp dưỡng"), ("giành con", "quyền nuôi con"), ("bạo hành", "bạo lực gia đình"),
    ("đánh vợ", "bạo lực gia đình"), ("sàm sỡ", "quấy rối tình dục"), ("tiền cọc", "đặt cọc"), ("lấn đất", "lấn chiếm đất đai"), ("vay tiền", "hợp đồng vay tài sản"),
    ("giấy nợ", "hợp đồng vay tài sản"), ("bỏ vợ", "ly hôn"), ("bỏ chồng", "ly hôn"),
    ("đau tim", "nhồi máu cơ tim"), ("em bé", "trẻ sơ sinh"), ("bé sơ sinh", "trẻ sơ sinh"), ("đi ngoài", "tiêu chảy"),
    ("khó ngủ", "mất ngủ"), ("bệnh lao", "lao phổi"), ("sida", "hiv"), ("răng khôn", "răng số 8"),
    ("bằng cấp", "văn bằng"), ("giấy khen", "khen thưởng"), ("xin học", "tuyển sinh"),
    ("rác thải", "chất thải"), ("đổ rác", "thu gom chất thải rắn"), ("nước bẩn", "nước thải"), ("chặt cây", "chặt hạ cây xanh"), ("đào đường", "giấy phép đào đường"),
    ("treo băng rôn", "quảng cáo bằng băng-rôn"), ("gắn bảng hiệu", "biển hiệu"), ("bảng hiệu", "biển hiệu"), ("vỉa hè", "hè phố"), ("lề đường", "hè phố"),
    ("chia sổ", "tách thửa"), ("xin giấy phép", "cấp giấy phép"), ("gia hạn giấy phép", "cấp gia hạn"), ("trả hồ sơ", "trả kết quả"), ("hẹn trả", "trả kết quả"),
    ("máy tính hỏng", "sửa chữa thiết bị"), ("sửa máy", "sửa chữa thiết bị"), ("đi công tác", "công tác phí"), ("mượn xe cơ quan", "xe ô tô công"), ("xe công", "xe ô tô công"),
    ("kho lưu trữ", "lưu trữ"), ("tài liệu cũ", "tài liệu lưu trữ"), ("hủy giấy tờ", "tiêu hủy tài liệu"), ("đóng dấu", "con dấu"), ("mục tiêu năm", "mục tiêu chất lượng"),
    ("họp lãnh đạo", "xem xét của lãnh đạo"), ("khách hàng phàn nàn", "khiếu nại của khách hàng"), ("hài lòng", "sự hài lòng"), ("đo hài lòng", "đo lường sự hài lòng"),
    ("đơn kiện", "khiếu nại"), ("thư kiện", "khiếu nại"), ("kêu ca", "phản ánh"), ("than phiền", "phản ánh"), ("bức xúc", "phản ánh"),
    ("gặp lãnh đạo", "tiếp công dân"), ("gặp chủ tịch", "tiếp công dân"), ("luật sư bào chữa", "luật sư"), ("người bào chữa", "luật sư"),
    ("công văn đến", "văn bản đến"), ("công văn đi", "văn bản đi"), ("kiểm tra chéo", "đánh giá nội bộ"), ("tự kiểm tra", "đánh giá nội bộ"),
    ("audit", "đánh giá nội bộ"), ("sai sót", "không phù hợp"), ("tin tặc", "sự cố an toàn thông tin"), ("hacker", "sự cố an toàn thông tin"),
    ("virus máy tính", "sự cố an toàn thông tin"), ("tập huấn", "đào tạo"), ("tuyển người", "tuyển dụng"), ("mua đồ", "mua sắm"),
    ("nội quy", "quy chế"), ("thăm dò ý kiến", "khảo sát"), ("giấy hẹn", "giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    # southern spellings
    ("khai sanh", "khai sinh"), ("giấy khai sanh", "giấy khai sinh"), ("sanh con", "khai sinh"), ("ngày sanh", "ngày sinh"), ("năm sanh", "năm sinh"),
    ("giới tánh", "giới tính"), ("hành chánh", "hành chính"), ("tài chánh", "tài chính"), ("cải chánh", "cải chính"), ("chánh quyền", "chính quyền"),
    ("bịnh viện", "bệnh viện"), ("khám bịnh", "khám bệnh"),
    ("nộp giấy tờ", "nộp hồ sơ"), ("trễ hẹn", "quá hạn"), ("trễ hạn", "quá hạn"), ("chậm trễ", "quá hạn"), ("email", "thư điện tử"), ("mail", "thư điện tử"),
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
    """All rows as (short, long, both ways?); colloquial words and chat spellings are not looked up
    the other way."""
    both = [(a, b, True) for a, b in ABBREVIATIONS + EVERYDAY]
    return both + [(a, b, False) for a, b in SAID_FOR + CHAT]
