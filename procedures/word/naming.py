"""A document's title and kind."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from procedures.content.wording import fold, words
from procedures.word.english import english_kind, translates
from procedures.word.labels import labelled
from procedures.word.model import Block, Paragraph, Table, paragraphs_of
from procedures.word.people import begins_like_a_name, is_post, person
from procedures.word.titles import FRONT_TITLES, kind_of

KIND_WORDS = (
    ("decision", r"(?:quyet dinh)"),
    (
        "procedure",
        r"(?:quy trinh|qui trinh|thu tuc(?! hanh chinh)|thuc hanh chuan|quy trinh (?:he thong|noi bo|iso|giai quyet thu tuc hanh chinh))",
    ),
    ("manual", r"(?:so tay(?: chat luong| iso)?|mo hinh he thong)"),
    ("policy", r"(?:chinh sach(?: chat luong)?)"),
    (
        "objectives",
        r"(?:(?:ke hoach )?(?:thuc hien )?muc tieu(?: va ke hoach)?(?: chat luong)?|ke hoach (?:thuc hien )?muc tieu)",
    ),
    ("regulation", r"(?:quy che|quy dinh|noi quy|qui che|qui dinh|dieu le)"),
    (
        "instruction",
        r"(?:huong dan(?: cong viec| thuc hien| su dung| van hanh)?|tai lieu huong dan)",
    ),
    (
        "form",
        r"(?:bieu mau|phieu|mau|to khai|don (?:de nghi|xin|dang ky)|bien ban|giay (?:de nghi|moi|hen|bien nhan)|so (?:theo doi|dang ky|nhat ky)|bang (?:kiem|diem|theo doi|tong hop)|bao cao|danh sach|danh muc)",
    ),
)
_PREFIX = (
    ("form", r"(bm|bmt|mb|bieu|f|mau)"),
    ("policy", r"(cscl|cs)"),
    ("objectives", r"(mtcl|mt|khmt)"),
    ("manual", r"(stcl|st|htqlcl|so tay|mh)"),
    ("instruction", r"(hd|hdcv|hdsd|hdtt)"),
    ("regulation", r"(qc|qd|nq|qche|qdi)"),
    ("procedure", r"(qt|qtht|qtnb|qttt|tthc|tt|quy trinh)"),
)
_STRIPPED = re.compile(
    r"^(?:quy trinh|qui trinh|huong dan cong viec|huong dan|quy che|quy dinh|qui che|qui dinh|noi quy)\b(?!\s*[,;]|\s+(?:chi tiet|cu the|tam thoi ve|muc)\b)[\s:.\-–]*"
)
_ALONE = re.compile(
    r"^(?:(?:quyet dinh|quy trinh|qui trinh|huong dan|huong dan cong viec|quy che|quy dinh|qui che|qui dinh|noi quy|thu tuc|quy trinh he thong|quy trinh noi bo|quy trinh iso|tai lieu|bieu mau|quy trinh giai quyet thu tuc hanh chinh"
    r"|(?:quality |standard operating )?procedure|work instruction|instructions?|regulations?|guidelines?|quy trinh tac nghiep|quy trinh nghiep vu|quy trinh tthc|tai lieu huong dan|huong dan thuc hien|quy trinh thuc hien"
    r"|quy trinh (?:noi bo |dien tu )*(?:giai quyet |thuc hien )(?:cac )?thu tuc hanh chinh(?: noi bo)?)(?: (?:tcvn )?iso 9001(?: \d{4})?| (?:procedure|work instruction|regulation|form|policy))?)$"
)
_NOT_TITLE = re.compile(
    r"^(uy ban nhan dan|ubnd|hdnd|hoi dong|cong hoa|doc lap|tcvn|iso|tieu chuan|theo tieu chuan|he thong quan ly chat luong tcvn|tinh |thanh pho |tp |nam \d|thang \d|muc luc|trang\b"
    r"|so (?:tu phap|noi vu|xay dung|tai chinh|y te|cong thuong|khoa hoc|van hoa|nong nghiep|giao duc|du lich|dan toc|lao dong|ke hoach|thong tin|giao thong|tai nguyen|ngoai vu)"
    r"|vien (?!tro |phi |dan |thong )|benh vien |kho bac |toa an |hat kiem lam|dai (?:phat thanh|truyen hinh|khi tuong)|tram (?:y te|thu y|khuyen nong)|phong |chi cuc |cuc |truong |trung tam |van phong |bo |ban |to chuc$|can cu|ban hanh kem|kem theo|\(|nguoi |(?:ho (?:va )?ten|chuc (?:vu|danh)|chu ky|ky ten|trach nhiem)$|(?:(?:soan thao|bien soan|xem xet|soat xet|kiem tra|tham dinh|phe duyet) ?)+$)"
)


def code_kind(code: str) -> str:
    """The kind that a code's letters stand for: QT procedure, BM form, HD instruction…"""
    head = re.match(r"[a-z]+", fold(code).replace("d0", "d"))
    plain = words(code).split()
    for kind, pattern in _PREFIX:
        if (
            head
            and re.fullmatch(pattern, head.group())
            or plain
            and re.fullmatch(pattern + r"\d*", plain[0])
        ):
            return kind
    return ""


def title_kind(line: str) -> str:
    """The kind that a title's first words name."""
    plain = words(line)
    return next((kind for kind, pattern in KIND_WORDS if re.match(pattern + r"\b", plain)), "")


def bare_title(line: str) -> str:
    """A title without a leading QUY TRÌNH and the like."""
    text = " ".join(line.split()).strip(" :.–-_")
    m = _STRIPPED.match(fold(text))
    rest = text[m.end() :].strip(" :.–-") if m else text
    return rest[:1].upper() + rest[1:] if len(rest) > 2 else text


_AN_OFFICE = re.compile(
    r"(?:phong (?:noi vu|tu phap|tai chinh|ke toan|hanh chinh|to chuc|kinh te|van hoa|giao duc|y te|tai nguyen|quan ly)|truong (?:tieu hoc|trung hoc|mam non|dai hoc|cao dang|thpt|thcs|chinh tri)|trung tam|van phong|ban (?:quan ly|tiep|dan)|bo [a-z]+ ?(?:va|$)|tinh )"
)


_SOUNDS = {
    "phong": "phòng", "truong": "trường", "ban": "ban", "bo": "bộ", "tinh": "tỉnh", "cuc": "cục", "trang": "trang", "nam": "năm", "vien": "viện",
    "tram": "trạm", "dai": "đài", "hat": "hạt", "kho": "kho", "thang": "tháng", "to": "tổ", "nguoi": "người", "chi": "chi", "van": "văn",
}  # fmt: skip


def _only_sounds_so(line: str) -> bool:
    """Whether a line resembles an office or a label only without its diacritics: "TRẠNG", "TINH
    GIẢN", "BÀN GIAO"."""
    first = (re.findall(r"[^\W\d_]+", line.lower()) or [""])[0]
    meant = _SOUNDS.get(fold(first))
    return meant is not None and first != meant and not line.isascii()


_OF_A_DAY = re.compile(r"(?:^|,\s*+)ngay\s++[\d.…_ ]*+\s*+thang\s++[\d.…_ ]*+\s*+nam\b")


def _usable(line: str, *, named: bool = False) -> bool:
    """Whether a line can be (part of) a title. `named`: the line before named the kind, so a room
    or an office may follow."""
    plain = words(line)
    if FRONT_TITLES.search(plain) or _OF_A_DAY.search(fold(line)):
        return False
    no_title = (
        _NOT_TITLE.search(plain) is not None
        and not _only_sounds_so(line)
        and not (
            named
            and re.match(r"(phong|truong|trung tam|van phong|ban|bo|tinh|nguoi|nam|thang) ", plain)
            and (line.upper() != line or ":" in line or not _AN_OFFICE.match(plain))
        )
    )
    return (
        2 < len(line.strip()) <= 300
        and not re.match(
            r"(pho )?(giam doc|chu tich|hieu truong|cuc truong|chi cuc truong|thu truong|vien truong|truong ban)\b",
            plain,
        )
        and not no_title
        and not labelled(line)
        and re.search(r"[^\W\d_]{2}", line) is not None
        and not re.search(r"\.{4,}|…{2,}|_{4,}", line.strip("_ "))
    )


Line: TypeAlias = tuple[str, Paragraph]  # one line of a paragraph


class Group(list[Line]):
    """Lines that belong together. `cells`: the cell of each paragraph, if the office is in
    another column."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: dict[int, int] = {}

    def same_cell(self, one: Paragraph, other: Paragraph) -> bool:
        cell = self.cells.get(id(one))
        return cell is not None and cell == self.cells.get(id(other))


_OWN_LINE = re.compile(r"bao cao|giay (?:moi|uy quyen|gioi thieu)")


def find_title(blocks: list[Block]) -> tuple[str, str]:
    """(title, kind named by its first words) from the lines and cells of a control block; ("", "")
    if there is none."""
    groups = _groups(blocks)
    for group in groups:  # "QUY TRÌNH" alone, its name on the lines below
        for n, (line, _) in enumerate(group):
            if _ALONE.match(words(line)) and (name := _name_below(group[n + 1 :], group)):
                kind = title_kind(line) or english_kind(line) or "procedure"
                a_form = kind == "form" and words(line) != "bieu mau"
                return bare_title(name), "procedure" if a_form else kind
    for group in groups:
        for n, (line, p) in enumerate(group):
            kind = title_kind(line)
            if kind and _is_title(line, p):
                more = _lines_like(line, p, group[n + 1 : n + 4], group)
                if _OWN_LINE.fullmatch(words(line)):
                    return line.strip(), kind  # its subject is found as that of a state paper
                title = " ".join([line.strip(), *more])
                whole = kind in ("manual", "policy", "objectives", "form")
                return title if whole else bare_title(title), kind
    return _english_title(groups)


def _english_title(groups: list[Group]) -> tuple[str, str]:
    """A title in English, whose kind is at its end: "PROCUREMENT PROCEDURE"."""
    for group in groups:
        for line, p in group:
            kind, plain = english_kind(line), words(line)
            stands_out = p.bold or p.capitals or p.centered
            if kind and line.isascii() and stands_out and 2 <= len(plain.split()) <= 12:
                return line.strip(), kind
    return "", ""


_GOES_ON = re.compile(
    r"(?:[,/&–-]|\b(?:và|của|cho|các|về|theo|tại|với|hoặc|từ|đối với|bằng))\s*$", re.I
)


def _goes_on(above: str, line: str, same_cell: bool) -> bool:
    """Whether a line continues a title although it begins like an office or a label: the line above
    is incomplete, or the office has a cell of its own next to the title."""
    return (
        (_GOES_ON.search(above) is not None or same_cell)
        and not labelled(line)
        and not FRONT_TITLES.search(words(line))
        and not is_post(line)
        and re.search(r"[^\W\d_]{2}", line) is not None
        and not re.search(r"\.{4,}|…{2,}|_{4,}", line)
    )


# "TỔ CHỨC" and "TÀI LIỆU" alone on a line are labels, unless the title goes on below or began above
_SOME_WORK = re.compile(r"(?:cuc|trang|tram|kho|vien) ")
_BEGINNINGS = frozenset({"to chuc", "trach nhiem", "kiem tra", "tham dinh", "xem xet", "phe duyet"})
_ENDINGS = frozenset({"tai lieu", "bieu mau", "thu tuc", "quy dinh"})


def _same_look(above: Line, below: Line) -> bool:
    """Whether the next line goes on with a title in the same look."""
    (line, p), (following, q) = above, below
    upper = (line.upper() == line) == (following.upper() == following)
    return upper and p.bold == q.bold and p.centered == q.centered and _usable(following)


def _name_below(below: list[Line], group: Group) -> str:
    """The title below a line that only names the kind: lines of the same look, since names of
    people may follow."""
    lines: list[str] = []
    bold = False
    last: Paragraph | None = None
    for n, (line, p) in enumerate(below):
        plain = words(line)
        alone = _ALONE.match(plain) is not None and not (lines and plain in _ENDINGS)
        same_cell = last is not None and group.same_cell(last, p)
        usable = _usable(line, named=True) or bool(lines) and _goes_on(lines[-1], line, same_cell)
        if not lines and _SOME_WORK.match(plain) and not _AN_OFFICE.match(plain):
            usable = not labelled(line)
        elif not lines and plain in _BEGINNINGS:
            usable = n + 1 < len(below) and _same_look((line, p), below[n + 1])
        if not lines:
            if not usable and alone:
                continue
            if not usable:
                break
            bold = p.bold
        elif (
            not usable
            or alone
            or translates(lines[-1], line)
            or p.bold != bold
            or title_kind(line)
            or (lines[-1].upper() == lines[-1]) != (line.upper() == line)
        ):
            break
        lines.append(line.strip())
        last = p
    return " ".join(lines)


def _is_title(line: str, p: Paragraph) -> bool:
    """Whether a line that begins with its kind stands out."""
    return (
        _usable(line)
        and (p.bold or p.capitals or p.centered)
        and len(line) < 300
        and not _ALONE.match(words(line))
    )


def _lines_like(above: str, p: Paragraph, below: list[Line], group: Group) -> Iterator[str]:
    """The continuation lines of a title, with the same look."""
    for line, q in below:
        if not (
            (_usable(line) or _goes_on(above, line, group.same_cell(p, q)))
            and q.bold == p.bold
            and (q.bold or q.capitals)
            and q.capitals == p.capitals
            and (q is p or not title_kind(line))
            and not line.strip().startswith("(")
        ):
            return
        above = line
        yield line.strip()


def _groups(blocks: list[Block]) -> list[Group]:
    """Lines that belong together: consecutive paragraphs, each column of cells."""
    run = Group()
    out: list[Group] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            run += [(line, block) for line in block.text.split("\n") if line.strip()]
        else:
            out.append(run)
            run = Group()
            columns: dict[int, Group] = {}
            for row in block.rows:
                for cell in row:
                    inner = _groups(cell.blocks)
                    for g in inner:
                        columns.setdefault(cell.column, Group()).extend(g)
            _note_cells(block, columns)
            out += [columns[c] for c in sorted(columns)]
    out.append(run)
    return [g for g in out if g]


def _note_cells(table: Table, columns: dict[int, Group]) -> None:
    """Notes the cell of each paragraph in the columns next to one that names the office."""
    of_office = {c for c, g in columns.items() if g and _NOT_TITLE.search(words(g[0][0]))}
    for n, cell in enumerate(table.cells):
        if of_office - {cell.column} and cell.column in columns and cell.column not in of_office:
            columns[cell.column].cells |= {id(p): n for p in cell.paragraphs}


def _is_section(text: str) -> bool:
    """Whether a line is the title of a section, "1. MỤC ĐÍCH", and not of the document."""
    bare = re.sub(r"^(?:phần\s+)?[\dIVX]+[.)/:]+\s*", "", text, flags=re.I)
    kind = kind_of(bare)
    return bool(kind) and (
        bare != text or kind in ("purpose", "scope", "references", "definitions")
    )


def _styled_as_title(p: Paragraph) -> bool:
    return p.outline is not None or p.style.lower().startswith(("title", "heading", "tiêu đề"))


def headline(blocks: list[Block]) -> str:
    """The most prominent line of the front: bold capitals, no office, no motto. Empty if there
    is none."""
    lines = []
    for p in paragraphs_of(blocks):
        text = " ".join(p.text.split())
        plain = words(text)
        if (
            (p.bold or p.style.lower() == "title")
            and _usable(text)
            and len(text) > 6
            and not re.match(r"(?:kt|tm|tl|tuq|q) ", plain)
            and not is_post(text)
            and not (begins_like_a_name(text) and person(text) and not _styled_as_title(p))
            and not re.match(r"(lan|ngay|trang|ma|so|stt|tt)\b", plain)
            and not _is_section(text)
        ):
            lines.append((p.style.lower() == "title", p.capitals, p.centered, text))
    if not lines:
        return ""
    best = max(range(len(lines)), key=lambda i: (lines[i][:3], -i))
    title = [lines[best][3]]
    for other in lines[best + 1 : best + 3]:
        if other[:3] == lines[best][:3] and lines[best][1]:
            title.append(other[3])
        else:
            break
    return " ".join(title)
