"""Labels before values ("Người thực hiện: Văn thư"), and classification of short texts
without one."""

import re
from collections.abc import Callable, Sequence

from procedures.content.text import FOOTNOTE
from procedures.content.wording import fold, without_brackets, words

_WHO = (
    r"(?:don vi|bo phan|phong|to|co quan)(?:\s*+[/,]\s*+|\s++)(?:ca nhan|nguoi|can bo|cong chuc|don vi)(?: (?:thuc hien|xu ly|phu trach|chu tri|giai quyet|chiu trach nhiem))?|"
    r"(?:trach nhiem|nguoi|don vi|bo phan|co quan|can bo|cong chuc|chu the)(?: (?:thuc hien|xu ly|phu trach|chu tri|giai quyet|lam|chiu trach nhiem|dam nhiem|tien hanh))?"
    r"|(?:trach nhiem|nguoi chiu) (?:thuc hien|trach nhiem)|chu tri|thuc hien(?: boi)?|ai lam|ai thuc hien|phu trach|phan cong|chuc danh(?: thuc hien)?|vi tri"
)
_TIME = r"(?:thoi (?:gian|han|luong)|han)(?: (?:thuc hien|giai quyet|xu ly|hoan thanh|lam|toi da|quy dinh|phai xong))*|lam trong|xong trong|hoan thanh(?: trong)?|trong thoi gian|mat|bao lau|khi nao|tien do"
_ACTION = r"(?:noi dung|ten|mo ta|dien giai)(?: (?:cong viec|thuc hien|buoc|viec|cong doan|buoc cong viec|hoat dong|cac buoc))*|(?:cong )?viec(?: phai)?(?: lam)?|hoat dong|trinh tu(?: cong viec| thuc hien)?|lam gi|buoc cong viec|cach lam|thao tac|cong doan|nhiem vu|viec can lam"
_FORM = r"(?:bieu mau|mau bieu|mau|ket qua|san pham|ho so|tai lieu|dau ra|phieu)(?: (?:su dung|dau ra|lien quan|kem theo|thuc hien|can dung))*|ghi vao|dung mau"
_NUMBER = r"(?:buoc|b|tt|stt|so tt|so thu tu|thu tu|so|so buoc|buoc so|buoc thu)"
ROLES = (
    ("duration", _TIME),
    ("responsible", _WHO),
    ("form", _FORM),
    ("action", _ACTION),
    ("number", _NUMBER),
)
_WHOLE = {role: re.compile(rf"(?:{pattern})") for role, pattern in ROLES}
_INLINE = re.compile(
    r"(?:^|(?<=[(;.,\[+•*|▪→➔➢])|(?<=[-–]))\s*(?P<label>"
    + "|".join(p for r, p in ROLES if r != "number")
    + r")\s*:\s*"
)


def role_of_label(text: str) -> str:
    """number, action, responsible, duration, form, or an empty string."""
    plain = words(without_brackets(text))
    if not plain or len(plain) > 50:
        return ""
    return next((role for role, _ in ROLES if _WHOLE[role].fullmatch(plain)), "")


def split_labels(text: str) -> tuple[dict[str, str], str]:
    """({"responsible": …, "duration": …} of the labels in a line, what is before the first)."""
    if ":" not in text:
        return {}, text
    folded = fold(text)
    marks = list(_INLINE.finditer(folded))
    if not marks:
        return {}, text
    values: dict[str, str] = {}
    for m, following in zip(marks, [*marks[1:], None], strict=True):
        value = text[m.end() : following.start() if following else len(text)]
        role = role_of_label(m.group("label"))
        if role and tidy(value):
            values.setdefault(role, tidy(value))
    return values, text[: marks[0].start()].rstrip(" ([;,-–+•*|→➔➢")


def tidy(text: str) -> str:
    """A value without surrounding punctuation and footnote marks."""
    value = FOOTNOTE.sub("", text).strip().strip(";,[]+•*|▪").strip()
    value = value.rstrip(" .") if not re.search(r"\b\w\.\w\.$", value) else value
    value = value.strip(" –-") if value.strip() != "-" else "-"
    if value.count(")") > value.count("("):
        value = value.rstrip(") .;")
    if value.count("(") > value.count(")"):
        value = value.lstrip("( ") if value.startswith("(") else value
    return value.strip()


_UNIT = r"(?:ngay|gio|phut|tuan|thang|buoi|nam|quy|h)\b"
_NUM = r"(?:\d+(?:[.,/]\d+)?|[½¼¾]|nua|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)"
_IS_TIME = re.compile(
    rf"(?:(?:trong(?: vong| thoi han)?|khong qua|khong vuot qua|toi da|cham nhat|khoang|it nhat|tu|sau|mat|luc|truoc|thoi (?:gian|han))\s*+:?+\s*+){{0,4}}{_NUM}\s*(?:\([^)]*\)\s*)?(?:(?:-|den|/)\s*{_NUM}\s*)?{_UNIT}.{{0,40}}"
    rf"|(?:ngay(?: lap tuc| khi .*| sau .*)?|trong (?:ngay|buoi|gio|tuan|thang).{{0,30}}|theo (?:lich|quy dinh|ke hoach|thoi han|thoi diem).{{0,30}}|suot .{{0,40}}|thuong xuyen|hang (?:ngay|tuan|thang|quy|nam)|dinh ky.{{0,25}}|moi (?:ngay|tuan|thang)|khi (?:co|phat sinh).{{0,25}}|gio hanh chinh|khong tinh.{{0,25}}|-)"
)
_IS_WHO = re.compile(
    r"(?:cac )?(?:cong chuc|chuyen vien|van thu|lanh dao|phong|bo phan|can bo|nhan vien|truong|pho|giam doc|chu tich|ban|to|doi|trung tam|so|ubnd|uy ban|hoi dong|thu ky|ke toan|nguoi|don vi|bac si|dieu duong|giao vien|giang vien"
    r"|hieu truong|ky thuat vien|thanh tra|chi cuc|cuc|doan|khoa|vien|kho|truc|mot cua|vien chuc|kiem [a-z]+ vien|chi huy|van phong|ky su|thu quy|thu kho|nvyt|cb|cv|ld|ldp|tp|pgd|gd|ct|pct|qmr|tn|bp|cc|hoa giai vien|phap che|chu tri|quan ly|ca truc|dieu hanh|thuong truc|dai dien)\b"
)


# "KDV", "ĐKT": posts and units that the document abbreviates
_ABBREVIATED = re.compile(r"[A-ZĐ]{2,6}")
# With their marks: "hiện trường" is a place
_BY_ITS_END = re.compile(r"(?:[^\W\d_]+ ){1,2}(?:trưởng|viên|phó)", re.I)


def is_time(text: str) -> bool:
    """Whether a short text states a duration or a time."""
    plain = fold(tidy(text))
    return len(plain) <= 70 and _IS_TIME.fullmatch(plain) is not None


def is_who(text: str) -> bool:
    """Whether a short text names a post, a unit or an office."""
    said = tidy(text)
    plain = fold(said)
    if _ABBREVIATED.fullmatch(said) or _BY_ITS_END.fullmatch(said):
        return True
    return (
        0 < len(plain.split()) <= 12
        and _IS_WHO.match(plain) is not None
        and not plain.endswith((":", ";"))
    )


def share(texts: Sequence[str], test: Callable[[str], bool]) -> float:
    """The share of the non-empty texts that pass a test."""
    said = [t for t in texts if t.strip()]
    return sum(map(test, said)) / len(said) if said else 0.0
