"""The role of a table column, by its folded heading."""

import re

TIME = r"thoi gian|thoi han|tien do|so ngay|so gio|so phut|han hoan thanh|han xu ly|^han|khi nao|ngay lam viec|bao lau|^ngay$|^gio$|thoi luong|tan suat"
WHO = (
    r"trach nhiem|nguoi thuc hien|ai lam|ai thuc hien|don vi|bo phan|nguoi phu trach|chu tri|chuc danh|nguoi chiu|noi thuc hien|co quan thuc hien|vi tri"
    r"|nguoi lam|phu trach|phoi hop|phan cong|doi tuong thuc hien|nguoi giai quyet|can bo|cong chuc|^nguoi|^ai$|chu the|tham quyen|thuc hien boi"
)
_DO = (
    r"trinh tu|noi dung|cong viec|cac buoc|luu do|so do|hoat dong|mo ta|dien giai|quy trinh|tien trinh|viec|lam gi|buoc thuc hien|ten buoc|thao tac|hanh dong"
    r"|buoc tien hanh|cong doan|giai doan|nhiem vu|buoc xu ly"
)
_FORM = r"bieu mau|mau bieu|ho so|ghi vao|^mau|tai lieu|^bm|van ban"
_RESULT = r"ket qua|san pham|dau ra"
_NUMBER = r"^(tt|stt|s tt|so tt|so thu tu|thu tu|no|so|muc|buoc|stt buoc|buoc so|ma buoc|b)$"
RETENTION = r"\b(thoi (gian|han|luong)|han)\b.{0,120}(luu|bao quan|giu)|giu .{0,120}bao lau|luu .{0,120}bao lau|(luu|bao quan|giu)( trong)? (thoi|den)|^thoi han$|so nam luu|nam luu"
PLACE = r"noi (luu|giu|bao quan|cat|de|quan ly)|cho (de|luu|giu)|nguoi (luu|giu)|noi nguoi luu|bo phan (luu|giu)|don vi (luu|giu)|vi tri luu|trach nhiem luu|luu (o|tai)|phong luu|luu giu tai|phuong phap luu"
CODE = r"ma hieu|ma so|ky hieu|so hieu|^ma|^so$|^code"
NO_STEPS = r"muc tieu|chi tieu|bien phap|rui ro|co hoi|kinh phi|chi so|tan suat|^loai$|trinh do|ho va ten|ho ten"


def role_in_steps(label: str) -> str:
    """The role of a column of steps by its folded heading."""
    if re.search(_NUMBER, label):
        return "number"
    if re.search(TIME, label) and not re.search(RETENTION.replace("|^thoi han$", ""), label):
        return "duration"
    if re.search(r"ghi chu|luu y|cach thuc|phuong thuc|cong cu|phuong tien|can cu|yeu cau", label):
        return "note"
    if re.search(
        r"^(trach nhiem|nguoi|don vi|bo phan|ai |co quan|chu tri|phoi hop|phan cong|can bo|cong chuc|chuc danh|vi tri)",
        label,
    ):
        return "responsible"
    if re.search(rf"^({_DO})", label) and not re.search(r"^(noi dung )?(bieu mau|ho so)", label):
        return "action"
    for role, pattern in (
        ("result", _RESULT),
        ("form", _FORM),
        ("action", _DO),
        ("responsible", WHO),
    ):
        if re.search(pattern, label):
            return role
    return "responsible" if re.search(r"thuc hien|xu ly", label) else "other"


def role_in_records(label: str) -> str:
    if re.search(_NUMBER, label):
        return "number"
    if re.search(RETENTION, label) or re.search(r"thoi (gian|han)|bao lau", label):
        return "retention"
    if re.search(PLACE, label) or re.search(
        r"^(noi|cho|nguoi|bo phan|don vi|phong|trach nhiem)", label
    ):
        return "place"
    if re.search(CODE, label):
        return "code"
    if re.search(r"ten|ho so|tai lieu|bieu mau|van ban|noi dung|loai", label):
        return "name"
    return "note" if re.search(r"ghi chu|hinh thuc|cach|dang", label) else "other"


def role_in_forms(label: str) -> str:
    if re.search(r"^(tt|stt|so tt|so thu tu|thu tu|no)$", label):
        return "number"
    if re.search(CODE, label) or re.search(r"^(ma|so) ", label):
        return "code"
    if re.search(r"ten|bieu mau|mau bieu|noi dung|tai lieu|mau", label):
        return "name"
    return "note" if re.search(r"ghi chu|su dung|buoc|ap dung", label) else "other"


def role_in_dossier(label: str) -> str:
    if re.search(_NUMBER, label):
        return "number"
    if re.search(r"ban chinh|ban goc", label) and not re.search(r"ban sao", label):
        return "original"
    if re.search(r"ban sao|ban chup|ban photo", label) and not re.search(
        r"ban chinh|ban goc", label
    ):
        return "copy"
    if re.search(r"ten|thanh phan|giay to|ho so|tai lieu|noi dung|loai", label):
        return "name"
    return "note" if re.search(r"ghi chu|luu y|so luong|yeu cau|hinh thuc|mau", label) else "other"


def role_in_amendments(label: str) -> str:
    if re.search(r"^(tt|stt|so tt|so thu tu|thu tu|no)$", label):
        return "other"
    if re.search(r"^ngay|thoi (gian|diem)|^date", label):
        return "date"
    if re.search(
        r"^(so )?(lan|phien ban|ban sua doi|so sua doi|version)|lan (ban hanh|sua doi|bh)", label
    ) and not re.search(r"noi dung|tom (luoc|tat)|mo ta", label):
        return "number"
    # Next to "Nội dung mới", which has the change
    if re.search(r"\b(cu|truoc (khi )?(sua|thay)|hien hanh)\b", label):
        return "note"
    if re.search(
        r"noi dung|tom (luoc|tat)|mo ta|dien giai|nhung thay doi|chi tiet", label
    ) and not re.search(r"^(vi tri|trang|muc|chuong|phan)", label):
        return "summary"
    if re.search(r"vi tri|trang|chuong|muc|phan|dieu", label):
        return "place"
    return "note" if re.search(r"ghi chu|ly do|can cu|co so|phe duyet|nguoi", label) else "other"


def role_in_definitions(label: str) -> str:
    if re.search(_NUMBER, label):
        return "number"
    if re.search(
        r"giai thich|y nghia|nghia|dien giai|noi dung|viet day du|day du|mo ta|giai nghia|dinh nghia",
        label,
    ) and not re.search(r"^(thuat ngu|tu|chu|cum|ky hieu)\b", label):
        return "meaning"
    return (
        "term" if re.search(r"thuat ngu|tu|chu|cum|ky hieu|viet tat|khai niem", label) else "other"
    )


ROLES = {
    "steps": role_in_steps,
    "records": role_in_records,
    "forms": role_in_forms,
    "dossier": role_in_dossier,
    "amendments": role_in_amendments,
    "definitions": role_in_definitions,
}
