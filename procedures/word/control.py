"""The control block: code, issue and revision number, dates, title, wherever they stand."""

import datetime
import re
from dataclasses import dataclass, field

from .model import Paragraph, Table, paragraphs_of
from ..wording import count, dates, fold, words

# What a label reads like, folded. Order matters: longer labels first.
LABELS = (
    ("both", r"lan\s*(?:ban hanh|bh|phat hanh)\s*[/,&-]\s*(?:lan\s*)?(?:sua doi|sd|soat xet)|(?:so\s*)?(?:ban hanh|bh)\s*/\s*(?:sua doi|sd)"),
    ("both", r"lan\s*(?:bh|ban hanh)\s*/\s*sd"),
    ("dates", r"ngay\s*(?:ban hanh|bh)\s*[/,&-]\s*(?:ngay\s*)?(?:sua doi|sd)"),
    (
        "revision",
        r"(?:so\s*)?lan\s*(?:sua doi|sd|soat xet|chinh sua|hieu chinh|cap nhat)(?:\s*thu)?|sua doi\s*lan(?:\s*thu)?|soat xet\s*lan|so\s*sua doi|tinh trang sua doi|sua doi(?=\s*:)|soat xet(?=\s*:\s*\d)",
    ),
    (
        "issue",
        r"lan\s*(?:ban hanh|bh|phat hanh)(?:\s*thu)?|ban hanh\s*lan(?:\s*thu)?|phat hanh\s*lan(?:\s*thu)?|so\s*ban hanh|so\s*lan\s*ban hanh|phien ban(?:\s*so)?|ban hanh(?=\s*:\s*(?:lan|0?\d\s*$|0?\d\s*[^\s\d/.-]))|(?<![a-z])lan(?=\s*:)|lan in",
    ),
    (
        "effective",
        r"ngay\s*(?:co\s*|bat dau\s*)?(?:hieu luc|ap dung)(?:\s*(?:thi hanh|ke tu|tu)(?:\s*ngay)?)?|(?:co\s*)?hieu luc\s*(?:thi hanh\s*)?(?:ke\s*)?tu(?:\s*ngay)?|co hieu luc(?=\s*:)|hieu luc(?=\s*:)|ap dung\s*(?:ke\s*)?tu(?:\s*ngay)?|thoi gian hieu luc|thoi diem (?:co\s*)?hieu luc|hieu luc(?=\s+\d)|ngay\s*hl",
    ),
    ("revised", r"ngay\s*(?:sua doi|sd|soat xet|cap nhat|chinh sua)"),
    (
        "issued",
        r"ngay\s*(?:ban hanh|bh|phat hanh|hieu ban hanh)|ban hanh\s*ngay|ban hanh(?=\s*:?\s*\d{1,2}\s*[/.-]\s*\d)|thoi gian ban hanh|ngay\s*ky ban hanh",
    ),
    ("title", r"ten\s*(?:quy trinh|tai lieu|van ban|bieu mau|huong dan|quy dinh|thu tuc|tttl)"),
    (
        "code",
        r"ma\s*(?:so\s*)?(?:hieu|quy trinh|tai lieu|van ban|bieu mau|qt|tl)(?:\s*(?:tai lieu|quy trinh))?|ma\s*so(?:\s*(?:tai lieu|quy trinh|van ban))?|(?:so\s*)?ky\s*hieu(?:\s*(?:tai lieu|quy trinh|van ban))?|so\s*hieu(?:\s*(?:tai lieu|quy trinh))?|ma\s*hoa|(?<![a-z])ma(?=\s*:)|mau\s*so(?=\s*:)|(?<![a-z])code(?=\s*:)",
    ),
    ("pages", r"(?:so\s*|tong so\s*)?trang(?:\s*so|/\s*so trang)?|so\s*to"),
    (
        "other",
        r"ban\s*so|nguoi\s*(?:giu|lap|nhan|soan thao|phe duyet|kiem tra)|noi\s*(?:nhan|ban hanh)|loai tai lieu|cap tai lieu|phan phoi|don vi(?=\s*:)|so ban|so luong|muc do|linh vuc",
    ),
    ("loose", r"ngay(?=\s*:)"),
    ("nation", r"ma\s*(?:so\s*)?(?:tthc|thu tuc hanh chinh|thu tuc)(?:\s*quoc gia)?|ma\s*dinh danh(?:\s*tthc)?"),
)
_ANY = re.compile("|".join(f"(?P<{name}{i}>{pattern})" for i, (name, pattern) in enumerate(LABELS[-1:] + LABELS[:-1])))
_STARTS = re.compile(r"[\s:;.,|(\[\-–•*+]")
CODE = re.compile(r"(?=[^\s]*\d|[A-ZĐ]{2,})([^\W\d_][\w&]*(?:[\s.\-–_/]{0,3}[\w&]+)*)")


@dataclass
class Fact:
    field: str
    value: object
    part: str  # "front" or the header's or footer's part
    printed: str = ""


@dataclass
class Place:
    """One place where a control block may stand: the front of the body, a header, a footer."""

    name: str
    blocks: list
    facts: list = field(default_factory=list)

    def first(self, field_):
        return next((f.value for f in self.facts if f.field == field_), None)


def label_at(folded: str, start: int = 0):
    """The next label in a folded text as (field, start, end), or None."""
    for m in _ANY.finditer(folded, start):
        if m.start() > 0 and not _STARTS.match(folded[m.start() - 1]):
            continue
        following = folded[m.end() : m.end() + 1]
        if following and following.isalnum():
            continue
        return re.sub(r"\d+$", "", m.lastgroup or ""), m.start(), m.end()
    return None


def labelled(text: str) -> list[tuple[str, str]]:
    """[(field, value)] of the labels in one line; a label must open the line or follow a gap or a separator."""
    folded = fold(text)
    found, at = [], 0
    while (hit := label_at(folded, at)) is not None:
        name, start, end = hit
        before = folded[:start]
        colon = re.match(r"\s*(?:\([^)]*\)\s*)?[:.：]", folded[end:])
        opens = not before.strip(" \t.-–•*+|") or re.search(r"(\t|\s{2,}|\n|[;|,.(\[–-]\s*)$", before) is not None or (found and colon)
        if opens or colon and len(text) < 160:
            found.append((name, start, end + (colon.end() if colon else 0), bool(colon)))
        at = end
    out: list[tuple[str, str]] = []
    for (name, _, end, _colon), following in zip(found, [*found[1:], None], strict=False):
        value = text[end : following[1] if following else len(text)]
        if name == "loose":  # a bare "Ngày:" dates the issue only beside its number; elsewhere it dates a signature
            name = "issued" if out and out[-1][0] in ("issue", "both", "revision") else "other"
        out.append((name, value.strip(" \t\n:;|,–-")))
    return out


def read_code(value: str) -> str:
    """The code at the head of a value; an empty string where it has no letter or is a blank to fill in."""
    value = value.split("\n")[0].split("\t")[0].strip(" .:;,|–-()[]")
    value = re.split(r"\s{3,}|\s*[;|]\s*|\s+(?=(?:Lần|LẦN|Ngày|NGÀY|Trang|TRANG)\b)", value)[0].strip(" .:;,–-")
    if not value or len(value) > 48 or re.search(r"\.{3,}|…|_{3,}", value) or not re.search(r"[^\W\d_]", value):
        return ""
    return value if len(value.split()) <= 5 and (re.search(r"\d", value) or value.upper() == value) else ""


def _add(place, name, value):
    """Turns one labelled value into facts. Blanks to fill in ("……/……/20……") are none."""
    if name == "code" and (code := read_code(value)):
        place.facts.append(Fact("code", code, place.name, value))
    elif name == "nation":
        if m := re.search(r"\d\.\d{6}(?:\.[\w.\-]+)?", value):
            place.facts.append(Fact("nation", m.group(), place.name, value))
    elif name == "issue" and (m := re.fullmatch(r"\s*(\d{1,2})\.(\d{1,2})\s*", value)):
        place.facts += [Fact("issue", int(m.group(1)), place.name, value), Fact("revision", int(m.group(2)), place.name, value)]
    elif name in ("issue", "revision") and (number := count(value)) is not None:
        place.facts.append(Fact(name, number, place.name, value))
        if name == "issue" and (m := re.match(r"\s*0*\d{1,3}\s*/\s*0*(\d{1,2})(?![\d/])", value)):
            place.facts.append(Fact("revision", int(m.group(1)), place.name, value))
    elif name == "both" and (m := re.match(r"\D{0,3}0*(\d{1,3})\s*[/\-.,]\s*0*(\d{1,3})(?![\d/])", value)):
        place.facts += [Fact("issue", int(m.group(1)), place.name, value), Fact("revision", int(m.group(2)), place.name, value)]
    elif name == "both" and (number := count(value)) is not None:
        place.facts.append(Fact("issue", number, place.name, value))
    elif name in ("issued", "effective", "revised", "dates") and (found := dates(value)):
        place.facts.append(Fact("issued" if name == "dates" else name, found[0], place.name, value))
        if name == "dates" and len(found) > 1:
            place.facts.append(Fact("revised", found[1], place.name, value))
    elif name == "title" and len(value) > 3:
        place.facts.append(Fact("title", " ".join(re.sub(r"[_.…]{4,}", "", value).split()), place.name, value))


def gather(place: Place) -> Place:
    """Reads all labelled facts of a place: lines, cells with the value beside or below, values on the next line."""
    _lines(place, [b for b in place.blocks if isinstance(b, Paragraph)])
    for block in place.blocks:
        if isinstance(block, Table):
            _table(place, block)
    return place


def _lines(place, paragraphs):
    waiting = None
    for p in paragraphs:
        for line in p.text.split("\n"):
            if not line.strip():
                continue
            if waiting and not labelled(line):
                _add(place, waiting, line.strip(" :\t"))
                waiting = None
                continue
            waiting = None
            if len(line) > 260:
                continue
            pairs = labelled(line)
            for n, (name, value) in enumerate(pairs):
                if value:
                    _add(place, name, value)
                elif n == len(pairs) - 1:
                    waiting = name


def _table(place, table):
    below: dict[int, str] = {}  # column -> label whose value stands in the cell below
    for r, row in enumerate(table.rows):
        pending = None  # label whose value stands in the next cell
        labels_only = [c for c in row if c.text and (pairs := labelled(c.text)) and len(pairs) == 1 and not pairs[0][1]]
        header = len(labels_only) >= 2 and sum(bool(c.text) for c in row) == len(labels_only)
        for cell in row:
            if any(isinstance(b, Table) for b in cell.blocks):
                gather_nested = Place(place.name, [b for b in cell.blocks if isinstance(b, Table)])
                gather(gather_nested)
                place.facts += gather_nested.facts
            own = [p for p in cell.blocks if isinstance(p, Paragraph) and not p.empty]
            text = "\n".join(p.text for p in own)
            if not text.strip():
                if pending:
                    pending = None
                continue
            pairs = labelled(text)
            if pending and not pairs:
                _add(place, pending, text)
                pending = None
                continue
            pending = None
            if not pairs and cell.column in below:
                _add(place, below.pop(cell.column), text)
                continue
            before = len(place.facts)
            if _is_log(row):
                continue
            if len(own) > 1:
                _lines(place, own)
            for n, (name, value) in enumerate(pairs if len(own) == 1 else ()):
                if value:
                    _add(place, name, value)
                elif n == len(pairs) - 1:
                    if header and r + 1 < len(table.rows):
                        below[cell.column] = name
                    else:
                        pending = name
            if len(own) > 1 and len(place.facts) == before and len(pairs) == 1 and not pairs[0][1]:
                pending = pairs[0][0]


def _is_log(row) -> bool:
    """Whether a row heads an amendment log ("Lần sửa đổi | Vị trí | Nội dung | Ngày"): its labels speak of rows below."""
    texts = [words(c.text) for c in row if c.text]
    return (
        len(texts) >= 3
        and any(re.search(r"^(noi dung|tom (tat|luoc)|mo ta|vi tri|yeu cau|ten chuong|chuong|ly do|trang)\b", t) for t in texts)
        and not any(":" in c.text for c in row)
    )


# title and kind

KIND_WORDS = (
    ("procedure", r"(?:quy trinh|qui trinh|thu tuc(?! hanh chinh)|thuc hanh chuan|quy trinh (?:he thong|noi bo|iso|giai quyet thu tuc hanh chinh))"),
    ("manual", r"(?:so tay(?: chat luong| iso)?|mo hinh he thong)"),
    ("policy", r"(?:chinh sach(?: chat luong)?)"),
    ("objectives", r"(?:(?:ke hoach )?(?:thuc hien )?muc tieu(?: va ke hoach)?(?: chat luong)?|ke hoach (?:thuc hien )?muc tieu)"),
    ("regulation", r"(?:quy che|quy dinh|noi quy|qui che|qui dinh|dieu le)"),
    ("instruction", r"(?:huong dan(?: cong viec| thuc hien| su dung| van hanh)?|tai lieu huong dan)"),
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
_STRIPPED = re.compile(r"^(?:quy trinh|qui trinh|huong dan cong viec|huong dan|quy che|quy dinh|qui che|qui dinh|noi quy)\b[\s:.\-–]*")
_ALONE = re.compile(
    r"^(?:quy trinh|qui trinh|huong dan|huong dan cong viec|quy che|quy dinh|qui che|qui dinh|noi quy|thu tuc|quy trinh he thong|quy trinh noi bo|quy trinh iso|tai lieu|bieu mau|quy trinh giai quyet thu tuc hanh chinh"
    r"|quy trinh tac nghiep|quy trinh nghiep vu|quy trinh tthc|tai lieu huong dan|huong dan thuc hien|quy trinh thuc hien)$"
)
_NOT_TITLE = re.compile(
    r"^(uy ban nhan dan|ubnd|hdnd|hoi dong|cong hoa|doc lap|tcvn|iso|tieu chuan|theo tieu chuan|he thong quan ly chat luong tcvn|tinh |thanh pho |tp |nam \d|thang \d|muc luc|trang\b"
    r"|so (?:tu phap|noi vu|xay dung|tai chinh|y te|cong thuong|khoa hoc|van hoa|nong nghiep|giao duc|du lich|dan toc|lao dong|ke hoach|thong tin|giao thong|tai nguyen|ngoai vu)"
    r"|phong |chi cuc |cuc |truong |trung tam |van phong |bo |ban |to chuc$|can cu|ban hanh kem|kem theo|\(|soan thao|xem xet|phe duyet|nguoi )"
)


def code_kind(code: str) -> str:
    """The kind that a code's letters name: QT procedure, BM form, HD instruction…"""
    head = re.match(r"[a-z]+", fold(code).replace("d0", "d"))
    plain = words(code).split()
    for kind, pattern in _PREFIX:
        if head and re.fullmatch(pattern, head.group()) or plain and re.fullmatch(pattern + r"\d*", plain[0]):
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
    return rest if len(rest) > 2 else text


def _usable(line, *, named=False):
    """Whether a line can be (part of) a title. `named`: the line before named the kind, so a room or an office may follow."""
    plain = words(line)
    no_title = _NOT_TITLE.search(plain) is not None and not (
        named and re.match(r"(phong|truong|trung tam|van phong|ban|nam|thang) ", plain) and line.upper() != line
    )
    return (
        2 < len(line.strip()) <= 300
        and not no_title
        and not labelled(line)
        and re.search(r"[^\W\d_]{2}", line) is not None
        and not re.search(r"\.{4,}|…{2,}|_{4,}", line.strip("_ "))
    )


def find_title(blocks: list) -> tuple[str, str]:
    """(title, kind word's kind) from the lines and cells of a control block; ("", "") where none shows itself."""
    groups = _groups(blocks)
    for group in groups:  # "QUY TRÌNH" alone, its name on the lines below
        for n, (line, _) in enumerate(group):
            if _ALONE.match(words(line)):
                lines, bold = [], None
                for following, p in group[n + 1 :]:
                    if not _usable(following, named=True) or (lines and not (p.bold == bold)) or _ALONE.match(words(following)) and lines:
                        if not lines and _ALONE.match(words(following)):
                            continue
                        break
                    if lines and title_kind(following) and not _ALONE.match(words(following)):
                        break
                    bold = p.bold if bold is None else bold
                    lines.append(following.strip())
                if lines:
                    kind = title_kind(line) or "procedure"
                    return bare_title(" ".join(lines)), ("procedure" if kind == "form" and words(line) != "bieu mau" else kind)
    best = None
    for group in groups:  # a line that begins with its kind
        for n, (line, p) in enumerate(group):
            kind = title_kind(line)
            if kind and _usable(line) and (p.bold or p.capitals or p.centered) and len(line) < 300 and not _ALONE.match(words(line)):
                lines = [line.strip()]
                for following, q in group[n + 1 : n + 4]:
                    if (
                        _usable(following)
                        and q.bold == p.bold
                        and (q.bold or q.capitals)
                        and q.capitals == p.capitals
                        and not title_kind(following)
                        and not following.strip().startswith("(")
                    ):
                        lines.append(following.strip())
                    else:
                        break
                if best is None:
                    best = " ".join(lines), kind
    if best:
        title, kind = best
        return (title if kind in ("manual", "policy", "objectives", "form") else bare_title(title)), kind
    return "", ""


def _groups(blocks):
    """Lines that belong together: paragraphs in a row, each column of cells."""
    run: list = []
    out: list = []
    for block in blocks:
        if isinstance(block, Paragraph):
            run += [(line, block) for line in block.text.split("\n") if line.strip()]
        else:
            out.append(run)
            run = []
            columns: dict[int, list] = {}
            for row in block.rows:
                for cell in row:
                    inner = _groups(cell.blocks)
                    for g in inner:
                        columns.setdefault(cell.column, []).extend(g)
            out += [columns[c] for c in sorted(columns)]
    out.append(run)
    return [g for g in out if g]


def headline(blocks: list) -> str:
    """The line that stands out at the front: bold capitals, no office, no motto. An empty string where none does."""
    lines = []
    for p in paragraphs_of(blocks):
        text = " ".join(p.text.split())
        plain = words(text)
        if (p.bold or p.style.lower() == "title") and _usable(text) and len(text) > 6 and not re.match(r"(lan|ngay|trang|ma|so|stt|tt)\b", plain):
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


_KEM = re.compile(r"(?:ban hanh )?kem theo\s+(quyet dinh|cong van|thong bao|van ban)?\s*(?:so)?\s*:?\s*([^\s,;)]*)")


def letter_head(blocks: list) -> dict:
    """What a letter-like document says in its head: number ("Số: 12/QĐ-STP"), place and date, the decision it came with."""
    found: dict = {}
    for p in paragraphs_of(blocks):
        for text in p.text.split("\n"):
            folded = fold(text)
            if m := re.match(r"\s*so\s*:\s*(\S.*)$", folded):
                value = text[m.start(1) :].split("\t")[0].strip()
                value = re.split(r"\s{2,}|,|;", value)[0].strip()
                if re.search(r"\d", value) and "/" in value and not re.search(r"…|\.{2,}", value):
                    found.setdefault("number", re.sub(r"\s+", "", value))
            if (m := _KEM.search(folded)) and (day := dates(text[m.start() :])):
                found.setdefault("with_date", day[0])
                found.setdefault("with_number", text[m.start(2) : m.end(2)].strip())
            elif re.search(r",\s*ngay\s*\d", folded) and len(text) < 120 and (day := dates(text)):
                found.setdefault("date", day[0])
    return found


def pick(places: list[Place], name: str):
    """The value of a field: the front counts before headers, headers before footers, in their order."""
    return next((v for p in places if (v := p.first(name)) is not None), None)


_OWN = re.compile(r"^\s*((?:QT|QTHT|QTNB|BM|BMT|HD|HDCV|QC|QĐ|NQ|CSCL|MTCL|STCL|TL|PL)[\s.\-_/]?(?:[\w&]+[.\-_/]?)*[\w&]+)\s*$")


def standing_code(blocks: list) -> str:
    """A code that stands alone on a line or in a cell of a control block, without a label."""
    for p in paragraphs_of(blocks):
        for line in re.split(r"\n|\t", p.text):
            m = _OWN.match(line)
            if m and re.search(r"\d", line) and len(line.strip()) <= 30 and re.search(r"[.\-_/ ]|[A-ZĐ]\d", line.strip()):
                return m.group(1).strip()
    return ""


def same_code(a: str, b: str) -> bool:
    """Codes are compared without case and marks; separators count only between two digits."""
    return code_key(a) == code_key(b)


def code_key(code: str) -> str:
    folded = re.sub(r"[^a-z0-9]+", " ", fold(code)).strip()
    return re.sub(r"(?<!\d) | (?!\d)", "", folded)


def conflicts(places: list[Place], code: str) -> list[dict]:
    """Warnings about numbers and dates that disagree among the places that Word shows.

    A page that carries another code (a chapter with a suffix, a form behind a form) speaks of itself, not of the document.
    """
    own = [p for p in places if (c := p.first("code")) is None or not code or same_code(c, code)]
    out = []
    issues = _distinct(own, "issue")
    if len(issues) > 1:
        values = [str(v) for v in issues]
        out.append(
            {
                "code": "issue_number_conflict",
                "values": values,
                "message": "Lần ban hành không thống nhất giữa các phần của văn bản: " + ", ".join(f"{v} ({_where(w)})" for v, w in issues.items()) + ".",
            }
        )
    messages, values = [], []
    for name, label in (("issued", "Ngày ban hành"), ("effective", "Ngày hiệu lực")):
        found = _distinct(own, name)
        if len(found) > 1:
            messages.append(f"{label} không thống nhất: " + ", ".join(f"{d:%d/%m/%Y} ({_where(w)})" for d, w in found.items()))
            values += [d.isoformat() for d in found]
    issued, effective = pick(own, "issued"), _distinct(own, "effective")
    if issued and any(d < issued for d in effective):
        early = min(effective)
        messages.append(f"Ngày hiệu lực {early:%d/%m/%Y} sớm hơn ngày ban hành {issued:%d/%m/%Y}")
        values += [d for d in (issued.isoformat(), early.isoformat()) if d not in values]
    if messages:
        out.append({"code": "date_conflict", "values": values, "message": "; ".join(messages) + "."})
    return out


def _distinct(places, name) -> dict:
    found: dict = {}
    for place in places:
        for fact in place.facts:
            if fact.field == name:
                found.setdefault(fact.value, []).append(place.name)
    return found


def _where(names):
    unique = list(dict.fromkeys("trang đầu" if n == "front" else "đầu trang" if n.startswith("header") else "chân trang" for n in names))
    return ", ".join(unique)


__all__ = ["Place", "Fact", "gather", "pick", "conflicts", "find_title", "headline", "letter_head", "code_kind", "title_kind", "bare_title", "datetime"]
