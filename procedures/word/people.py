"""Names of people, posts and the roles of signers."""

import re

from procedures.content.wording import fold, without_brackets, words
from qms.text.marks import composed

ROLES = (
    (
        "drafted",
        r"(?:nguoi |don vi |bo phan |can bo )?(?:soan thao|bien soan|du thao|lap|viet|soan|xay dung|chu tri soan thao|chap but)(?: quy trinh| tai lieu| thao)?|(?:prepared|drafted|written|compiled) by",
    ),
    (
        "reviewed",
        r"(?:nguoi |don vi )?(?:xem xet|soat xet|soat|kiem tra|tham dinh|ra soat|kiem soat|tham tra|kiem duyet|gop y)(?: tai lieu| quy trinh)?|(?:reviewed|checked|verified|examined) by",
    ),
    (
        "approved",
        r"(?:nguoi |lanh dao )?(?:phe duyet|duyet|ky duyet|phe chuan|ky ban hanh|ban hanh|thong qua)(?: tai lieu| quy trinh)?|(?:approved|authori[sz]ed) by",
    ),
)
# With their marks: Trương and Phó are different things, and a person may be called Trương.
_POST = (
    r"chuyên viên|trưởng|phó|p\.? ?giám đốc|giám đốc|chủ tịch|cán bộ|văn thư|chánh|thư k[ýí]|công chức|viên chức|hiệu trưởng|bí thư|nhân viên|kế toán|lãnh đạo|chi cục|cục trưởng|chấp hành|đội trưởng"
    r"|kỹ sư|q(?:uyền)?\b|[uủ][yỷ] viên|tổng |bác sĩ|giáo viên|giảng viên|thanh tra|tổ trưởng|chuyên gia|thủ trưởng|viện trưởng|phụ trách|trợ lý|quản lý|thủ kho|chủ nhiệm|đại diện|thành viên|pháp chế|hộ tịch"
    r"|(?:hạt|trạm|khoa|đoàn|kíp|ca|ban|đồn|khu|thôn|ấp|chỉ huy|kế toán|điều dưỡng) trưởng|chỉ huy|chính ủy"
    r"|thủ tướng|bộ trưởng|thứ trưởng|chính phủ|kỹ thuật viên|điều dưỡng|y sĩ|dược sĩ|thẩm tra viên|kiểm soát viên|ban chỉ đạo|ban iso|tổ iso|qmr|đdlđ|pct|tp\b|ct\b|pgđ|gđ\b"
)
_TITLES = re.compile(
    r"^(?:(?:ong|ba|dong chi|d/c|(?:thieu|trung|thuong|dai) (?:ta|uy|tuong)|(?:pho )?giao su|luat su|kien truc su|thac si|cu nhan|ky su|bac si|duoc si|nha giao|tien si|ths|ts|pgs|gs|bs|cn|ks|cki|ckii|kts|ds|ts bs|ths bs|bscki+|ncs|cv)\b[.,:\s]*)+",
    re.I,
)
_FAMILY = frozenset(
    [
        "nguyễn",
        "trần",
        "lê",
        "phạm",
        "hoàng",
        "huỳnh",
        "phan",
        "vũ",
        "võ",
        "đặng",
        "bùi",
        "đỗ",
        "hồ",
        "ngô",
        "dương",
        "lý",
        "đinh",
        "mai",
        "tô",
        "lương",
        "trịnh",
        "cao",
        "đoàn",
        "trương",
        "tạ",
        "lâm",
        "hà",
        "phùng",
        "quách",
        "thái",
        "tống",
        "châu",
        "kiều",
        "từ",
        "chu",
        "tăng",
        "đào",
        "vương",
        "triệu",
        "hứa",
        "lại",
        "mạc",
        "thân",
        "ninh",
        "nghiêm",
        "khương",
        "giáp",
        "tôn",
        "âu",
        "cù",
        "doãn",
        "đàm",
        "đậu",
        "điêu",
        "hàn",
        "lục",
        "lưu",
        "lữ",
        "mã",
        "nhữ",
        "nông",
        "phí",
        "thạch",
        "thiều",
        "tiêu",
        "uông",
        "vi",
        "bế",
        "lò",
        "giàng",
        "sùng",
        "thào",
        "quàng",
        "bạch",
        "la",
        "hầu",
        "khổng",
        "lã",
        "văn",
    ]
)
_MIDDLE = frozenset(["thị", "văn", "hữu", "đức", "xuân", "ngọc"])
_OFFICES = re.compile(
    r"^(?:chính phủ|quốc hội|hội đồng|ban|bộ|cục|chi cục|tổng|khoa|viện|trường|công ty|thành phố|tỉnh|phường|xã|sở|trạm|đội|tổ)\s"
)
_ENGLISH = re.compile(
    r"(?:(?<!\s)\s++)?/\s*+(?:prepared|drafted|written|made|reviewed|checked|verified|approved|issued)(?: by)?\s*+:?\s*+$",
    re.I,
)


def role_of(text: str) -> str:
    """drafted, reviewed, approved or an empty string, by a short label."""
    plain = words(_ENGLISH.sub("", without_brackets(text)))
    if not plain or len(plain) > 40:
        return ""
    return next((role for role, pattern in ROLES if re.fullmatch(pattern, plain)), "")


def is_post(text: str) -> bool:
    """Whether a line names a post rather than a person."""
    plain = " ".join(composed(text).lower().split())
    return re.match(rf"(?:{_POST})(?!\w)", re.sub(r"^[^\w]+", "", plain) + " ") is not None


def person(text: str) -> str:
    """A person's name without academic titles; empty if the line names nobody."""
    line = _without_ranks(" ".join(text.split()).strip(" .,;:()"))
    parts = line.split()
    if (
        not 2 <= len(parts) <= 6
        or re.search(r"[\d…_/]|\.{2,}", line)
        or is_post(line)
        or role_of(line)
        or _OFFICES.match(line.lower())
    ):
        return ""
    if re.search(
        r"(?<!\w)(ký|chữ ký|họ tên|họ và tên|chức vụ|chức danh|ngày|đã ký|đóng dấu|ghi rõ|sở|phòng|văn phòng|[uủ][yỷ] ban|ubnd|trung tâm|nơi nhận|đơn vị|nhiệm vụ|trách nhiệm|iso|tài liệu|quy trình)(?!\w)",
        line.lower(),
    ):
        return ""
    return (
        line
        if all(p[:1].isupper() for p in parts if p[:1].isalpha())
        and all(re.fullmatch(r"[^\W\d_]++(?:[.'’\-][^\W\d_]*+)?\.?", p) for p in parts)
        else ""
    )


def _without_ranks(line: str) -> str:
    """A line without academic titles, ranks and forms of address before the name, and without a
    title behind a comma."""
    line = re.sub(r",\s*+(?:[A-ZĐ]\w{0,5}+\.?[\s,]*+){1,20}$", "", line) if "," in line else line
    while True:
        m = _TITLES.match(fold(line))
        parts = line.split()
        if m and m.end() < len(line):
            line = line[m.end() :].strip(" .,:")
        elif len(parts) > 2 and _is_rank(parts[0]):
            line = " ".join(parts[1:])
        elif parts and (dotted := re.match(r"(?:[^\W\d_]{1,6}\.){1,4}(?=[^\W\d_]{2,})", line)):
            line = line[dotted.end() :].strip()
        else:
            return line


def _is_rank(token: str) -> bool:
    """ "ThS.", "BSTY.", "CNĐD": short, with a full stop or with capitals inside, and no family name."""
    bare = token.rstrip(".")
    if fold(bare) in {fold(name) for name in _FAMILY} and not token.endswith("."):
        return False
    return len(bare) <= 8 and (token.endswith(".") or bare.upper() == bare and len(bare) > 1)


def is_a_rank(text: str) -> bool:
    """Whether the text is nothing but academic titles, ranks or forms of address ("ThS", "PGS.TS")."""
    m = _TITLES.match(fold(text))
    return m is not None and m.end() == len(text)


def begins_like_a_name(text: str) -> bool:
    """Whether the first word is a family name."""
    return (text.split() or [""])[0].lower() in _FAMILY


def joined_names(lines: list[str]) -> list[str]:
    """The lines, with names that are broken over two of them ("Nguyễn Thị", "Phương
    Thu") joined."""
    out: list[str] = []
    for line in lines:
        if out and _goes_on(out[-1], line):
            out[-1] = f"{out[-1].strip()} {line.strip()}"
        else:
            out.append(line)
    return out


def _goes_on(above: str, line: str) -> bool:
    first, rest = _without_ranks(above.strip()).split(), line.split()
    if not (1 <= len(first) <= 3 and 1 <= len(rest) <= 2 and begins_like_a_name(" ".join(first))):
        return False
    if not all(re.fullmatch(r"[^\W\d_]+", w) and w[:1].isupper() for w in [*first, *rest]):
        return False
    if is_post(line) or role_of(line) or (above.upper() == above) != (line.upper() == line):
        return False
    return first[-1].lower() in _MIDDLE or len(rest) == 1 or not begins_like_a_name(line)


def post_and_name(text: str) -> tuple[str, str]:
    """("Chuyên viên", "Nguyễn Văn A") of a line with the post before the person and
    no separator."""
    parts = text.split()
    for n in range(1, len(parts) - 1):
        tail = " ".join(parts[n:])
        if (
            begins_like_a_name(_without_ranks(tail))
            and person(tail)
            and is_post(" ".join(parts[:n]))
        ):
            return " ".join(parts[:n]).strip(" ,;:–-"), person(tail)
    return "", ""
