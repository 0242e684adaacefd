"""Numbers before titles, and the meaning of titles."""

import re
from dataclasses import dataclass

from procedures.content.forms import FORM_CODE
from procedures.content.wording import fold, without_brackets, words
from procedures.word.model import Paragraph

_ROMAN = dict(zip("IVXLC", (1, 5, 10, 50, 100), strict=True))
_UPPER = "ABCDĐEFGHIKLMNOPQRSTUVXY"
_LOWER = _UPPER.lower()
_COUNTED = {
    "nhat": 1,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "tu": 4,
    "bon": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
}


@dataclass(slots=True)
class Mark:
    """A number at the head of a paragraph. style: chapter, part, group, article, annex, step,
    multi, arabic, roman, upper, lower."""

    number: str
    style: str
    value: int
    rest: str
    depth: int = 1


_PATTERNS = (
    ("chapter", re.compile(r"^(ch[ưu][ơo]ng\s+([ivxlc]+|\d+))\s*[.:)\-–]?\s*(.*)$", re.I | re.S)),
    (
        "part",
        re.compile(
            r"^(phần\s+(?:thứ\s+)?([ivxlc]+|\d+|nhất|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười)\b\s*[.:)]?)\s*[-–]?\s*(.*)$",
            re.I | re.S,
        ),
    ),
    (
        "group",
        re.compile(
            r"^(mục\s+([ivxlc]+|\d+)\b(?![.\d]*\s*(?:của|quy trình|này|ở|trên))\s*[.:)]?)\s*[-–]?\s*(.*)$",
            re.I | re.S,
        ),
    ),
    ("article", re.compile(r"^(điều\s+(\d+)\s*[.:)]?)\s*[-–]?\s*(.*)$", re.I | re.S)),
    (
        "annex",
        re.compile(
            r"^(phụ\s+lục(?:\s+(?:số\s*)?([ivxlc]+|\d+|[a-z])\b)?(?:[\-–/.]\d+)*\s*[.:)]?)\s*[-–]?\s*(.*)$",
            re.I | re.S,
        ),
    ),
    ("step", re.compile(r"^(b[ướu][ớo]c\s*(\d+)(?:\.\d+)*\s*[.:)]?)\s*[-–]?\s*(.*)$", re.I | re.S)),
    (
        "multi",
        re.compile(
            r"^((\d{1,2}(?:\.\d{1,2}){1,4})(?!\d)\s*[.:)]?)(?!\s*(?:ngày|giờ|phút|tháng|năm|đồng|%|triệu))\s*[-–]?\s*(\D.*|)$",
            re.S,
        ),
    ),
    (
        "arabic",
        re.compile(
            r"^((\d{1,2})\s*[.):](?!\d)|(?:0?\d|[12]\d)\s*[/\-–](?=\s*[^\W\d]{2}))\s*(.*)$", re.S
        ),
    ),
    ("roman", re.compile(r"^(([IVXL]{1,6})\s*[.):/\-–])\s*(.*)$", re.S)),
    ("upper", re.compile(rf"^(([{_UPPER}])\s*[.):/](?=\s|[^\W\d]))\s*(.*)$", re.S)),
    ("lower", re.compile(rf"^(([{_LOWER}])\s*[.)](?=\s|[^\W\d]))\s*(.*)$", re.S)),
    ("bare", re.compile(r"^(\d{1,2})()\s+([^\W\d].*)$", re.S)),
)


def _value(text: str, style: str) -> int:
    text = text.strip().upper() if style != "lower" else text.strip()
    if text.isdecimal():
        return int(text[:9])
    if style == "upper":
        return _UPPER.find(text) + 1
    if style == "lower":
        return _LOWER.find(text) + 1
    if style == "multi":
        return int(text.rsplit(".", 1)[-1][:9])
    counted = _COUNTED.get(fold(text))
    if counted:
        return counted
    total, last = 0, 0
    for c in reversed(text):
        v = _ROMAN.get(c, 0)
        total, last = (total - v, last) if v < last else (total + v, v)
    return total


def mark_of(text: str) -> Mark | None:
    """The number at the start of a text, with the rest; None without one."""
    text = text.strip()
    for style, pattern in _PATTERNS:
        m = pattern.match(text)
        if (
            m
            and style == "chapter"
            and not re.match(r"^[\s.:)\-–]|$", text[m.end(1) : m.end(1) + 1])
        ):
            continue
        if m:
            if style == "bare":
                return Mark(m.group(1), "arabic", int(m.group(1)), m.group(3).strip())
            body = m.group(2) or ""
            if style == "arabic" and not body:
                body = re.sub(r"\D.*", "", m.group(1), flags=re.S)
            if style == "roman" and body in ("L",):
                style = "upper"
            if style == "multi" and re.fullmatch(r"\d{1,2}\.0", body):  # "1.0 MỤC ĐÍCH"
                return Mark(m.group(1).strip(), "arabic", int(body[:-2]), m.group(3).strip())
            return Mark(
                m.group(1).strip(),
                style,
                _value(body, style) if body else 0,
                m.group(3).strip(),
                body.count(".") + 1 if style == "multi" else 1,
            )
    return None


def mark_of_paragraph(p: Paragraph) -> Mark | None:
    """The number of a paragraph, generated or typed."""
    if p.number:
        found = mark_of(p.number + " x")
        text = p.text.strip()
        if found:
            return Mark(p.number, found.style, found.value, text, found.depth)
        return None
    return mark_of(p.text)


_KINDS = (
    ("purpose", r"^(muc dich)\b|^(?:purposes?|objectives?|aims?|purpose and scope)$"),
    (
        "definitions",
        r"^(cac )?(dinh nghia|thuat ngu|giai thich (tu|thuat|cac|cum|chu)|(tu|chu|cac tu|cac chu|ky hieu) viet tat|viet tat|khai niem|tu ngu|ky hieu va)|^(?:(?:terms|definitions?|abbreviations?)(?: and| (?:terms|definitions?|abbreviations?))*)$",
    ),
    (
        "scope",
        r"^(pham vi|doi tuong (va pham vi|ap dung|dieu chinh)|doi tuong$)|^(?:scope(?: of application)?|field of application)$",
    ),
    (
        "references",
        r"^(cac )?(danh muc (cac )?(tai lieu|van ban|quy trinh)|tai lieu (vien dan|lien quan|tham khao|tham chieu|can cu|ap dung|dan chieu)|van ban (vien dan|lien quan|phap|ap dung|can cu|quy pham)"
        r"|can cu|co so phap ly|co so (xay dung|ban hanh)|vien dan)\b|^(?:references?|reference documents|normative references|related documents|legal basis)$",
    ),
    (
        "forms",
        r"^(cac |danh muc |he thong )?(bieu mau|mau bieu|bieu, mau|mau don|phu luc bieu mau|phu luc va bieu mau|bieu mau va phu luc)\b(?!.*\b(ho so luu|luu tru|luu ho so)\b)|^(?:forms|templates|forms and templates|list of forms)$",
    ),
    (
        "records",
        r"^(cac |danh muc |quan ly |kiem soat )?(ho so|luu tru|luu ho so|luu giu|bao quan ho so|bieu mau (va )?(ho so|luu))\b|^(?:records?|record keeping|records to (?:be )?ke(?:ep|pt)|document retention)$",
    ),
    (
        "content",
        r"^(noi dung|trinh tu|cac buoc|quy trinh (thuc hien|xu ly|giai quyet|cac buoc|noi bo|cong viec|tien hanh|tac nghiep|kiem soat)|luu do|so do|mo ta|dien giai|to chuc thuc hien|trach nhiem|cach thuc|thu tuc|tien trinh|quy dinh (chung|cu the)"
        r"|dieu khoan thi hanh|thuc hien|yeu cau|nguyen tac|huong dan thuc hien|chinh sach|muc tieu|cam ket|phuong phap|(kiem tra|theo doi|danh gia|do luong)( va|,)? (kiem tra|giam sat|danh gia|do luong|cai tien))\b|^(?:contents?|procedures?|process|process description|responsibilit(?:y|ies)|implementation|work instructions?|procedure details)$",
    ),
)
_NOT_KINDS = re.compile(
    r"^(thanh phan|so luong|noi dung (mau|to khai|phieu|don|bien ban)|thoi (gian|han)|noi (tiep|nhan)|ho so (gom|bao gom|de nghi|hop le|nop|dang ky|trinh|chua|dien tu|giay|da )|phi\b|le phi|ket qua|doi tuong thuc)"
    r"|^ho so .*\b(hop le|khong day du)$"
)


def kind_of(title: str) -> str:
    """The kind of section a title announces, or an empty string. Long titles announce none."""
    plain = words(without_brackets(title))
    if not plain or len(plain.split()) > 14 or _NOT_KINDS.search(plain):
        return ""
    found = next((kind for kind, pattern in _KINDS if re.search(pattern, plain)), "")
    if found == "forms" and re.search(r"\b(noi luu|thoi gian luu)\b", plain):
        return "records"
    return found


# Parts before the first section or after the last: contents, amendment log, distribution.
FRONT_TITLES = re.compile(
    r"^(muc luc|noi dung muc luc|(bang |trang |phieu |so )?(theo doi|kiem soat|ghi nhan|tong hop|lich su|nhat ky|qua trinh|cap nhat)( cac| so| tinh hinh| viec)?( lan)? ?(sua doi|thay doi|cap nhat|bo sung)"
    r"|(nhung |cac )?thay doi (cua |trong )?tai lieu|sua doi tai lieu|(bang )?phan phoi tai lieu|danh sach phan phoi|noi nhan tai lieu|lich su (sua doi|thay doi|phien ban))\b"
)

MOTTO = re.compile(r"^(cong hoa xa hoi|doc lap\b.*\btu do)")
_NO_TITLE = re.compile(
    r"^(cong hoa xa hoi|doc lap|noi nhan|kinh gui|trang\b|tong (cong|so)|ghi chu|chu thich|luu y|nguoi\b|dai dien|ky ten|kt\b|tm\b|tl\b|tuq\b|q\b|chu tich$|pho chu tich$"
    r"|giam doc|pho giam doc|(?:(?:soan thao|bien soan|xem xet|soat xet|kiem tra|tham dinh|phe duyet) ?)+$|thu truong|lanh dao|hieu truong|muc luc|uy ban nhan dan|ubnd\b|so [a-z]+( [a-z]+){0,3}$|xac nhan|y kien)"
)


def could_be_title(p: Paragraph) -> bool:
    """Whether it is a short bold paragraph in capitals, but no motto, office or signature line."""
    text = p.text.strip()
    plain = words(text)
    return (
        5 < len(text) <= 160
        and p.capitals
        and p.bold
        and not p.boxed
        and len(plain.split()) >= 2
        and not _NO_TITLE.search(plain)
        and not FORM_CODE.fullmatch(text.rstrip(" :."))
        and not text.endswith((";", ",", ":", "…", "..."))
    )
