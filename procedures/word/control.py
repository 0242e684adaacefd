"""The control block: code, issue and revision number, dates, title, wherever they stand."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from procedures.content.candidates.amendments import entries_in
from procedures.content.schema import Flag
from procedures.content.wording import count, dates, fold, words
from procedures.word.model import Block, Cell, Paragraph, Table, paragraphs_of

# What a label reads like, folded. Order matters: longer labels first.
LABELS = (
    (
        "both",
        r"lan\s*(?:ban hanh|bh|phat hanh)\s*[/,&-]\s*(?:lan\s*)?(?:sua doi|sd|soat xet)|(?:so\s*)?(?:ban hanh|bh)\s*/\s*(?:sua doi|sd)",
    ),
    ("both", r"lan\s*(?:bh|ban hanh)\s*/\s*sd"),
    (
        "dated",
        r"(?:so\s*)?lan\s*(?:ban hanh|bh|phat hanh)\s*[/,&-]\s*ngay\s*(?:ban hanh|bh|phat hanh)",
    ),
    ("dates", r"ngay\s*(?:ban hanh|bh)\s*[/,&-]\s*(?:ngay\s*)?(?:sua doi|sd)"),
    (
        "revision",
        r"(?:so\s*)?lan\s*(?:sua doi|sd|soat xet|chinh sua|hieu chinh|cap nhat)(?:\s*thu)?|sua(?: doi)?\s*lan(?:\s*thu)?|soat xet\s*lan|so\s*sua doi|tinh trang sua doi|sua doi(?=\s*:)|soat xet(?=\s*:\s*\d)",
    ),
    (
        "issue",
        r"lan\s*(?:ban hanh|bh|phat hanh)(?:\s*thu)?|ban hanh\s*lan(?:\s*thu)?|phat hanh\s*lan(?:\s*thu)?|so\s*ban hanh|so\s*lan\s*ban hanh|phien ban(?:\s*so)?|ban hanh(?=\s*:\s*(?:lan|0?\d\s*$|0?\d\s*[^\s\d/.-]))|lan\s*thu(?=\s*(?:\d|nhat|hai|ba))|(?<![a-z])lan(?=\s*:)|lan in",
    ),
    (
        "effective",
        r"ngay\s*(?:co\s*|bat dau\s*)?(?:hieu luc|ap dung)(?:\s*(?:thi hanh|ke tu|tu)(?:\s*ngay)?)?|(?:co\s*)?hieu luc\s*(?:thi hanh\s*)?(?:ke\s*)?tu(?:\s*ngay)?|co hieu luc(?=\s*:)|hieu luc(?=\s*:)|ap dung\s*(?:ke\s*)?tu(?:\s*ngay)?|thoi gian hieu luc|thoi diem (?:co\s*)?hieu luc|hieu luc(?=\s+\d)|ngay\s*hl",
    ),
    ("revised", r"ngay\s*(?:sua doi|sd|soat xet|cap nhat|chinh sua)"),
    (
        "issued",
        r"ngay\s*(?:ban hanh|bh|phat hanh|hieu ban hanh)|ban hanh\s*ngay|ban hanh(?=\s*+:?+\s*+\d{1,2}\s*[/.-]\s*\d)|thoi gian ban hanh|ngay\s*ky ban hanh",
    ),
    ("title", r"ten\s*(?:quy trinh|tai lieu|van ban|bieu mau|huong dan|quy dinh|thu tuc|tttl)"),
    (
        "code",
        r"ma\s*(?:so\s*)?(?:hieu|quy trinh|tai lieu|van ban|bieu mau|(?:qt|tl)(?=\s*:))(?:\s*(?:tai lieu|quy trinh))?|ma\s*so(?:\s*(?:tai lieu|quy trinh|van ban))?|(?:so\s*)?ky\s*hieu(?:\s*(?:tai lieu|quy trinh|van ban))?|so\s*hieu(?:\s*(?:tai lieu|quy trinh))?|ma\s*hoa|(?<![a-z])ma(?=\s*:|\s+(?:qt|bm|hd|qc|cscl|mtcl|stcl)[\s.\-_/\d])|mau\s*so(?=\s*:)|(?:bieu mau|quy trinh|huong dan)(?=\s*:\s*(?:bm|mb|qt|hd)[a-z]{0,4}[\s.\-_/]*\d)|(?<![a-z])code(?=\s*:)",
    ),
    (
        "pages",
        r"(?:so\s*|tong so\s*)?trang(?!\s+(?:thiet|phuc|tri|tin|bi|trai|suc|nghiem|vang))(?:\s*so|/\s*so trang)?|so\s*to",
    ),
    (
        "other",
        r"ban\s*so|nguoi\s*(?:giu|lap|nhan|soan thao|phe duyet|kiem tra)|noi\s*(?:nhan|ban hanh)|loai tai lieu|cap tai lieu|phan phoi|don vi(?=\s*:)|so ban|so luong|muc do|linh vuc",
    ),
    ("loose", r"ngay(?=\s*:|\s+\d{1,2}\s*[/.-])"),
    (
        "nation",
        r"ma\s*(?:so\s*)?(?:tthc|thu tuc hanh chinh|thu tuc)(?:\s*quoc gia)?|ma\s*dinh danh(?:\s*tthc)?",
    ),
)
# However many spaces an author puts between the words of a label.
_SPACED = [(name, re.sub(r" (?![*+?{])", " +", pattern)) for name, pattern in LABELS]
_ANY = re.compile(
    "|".join(
        f"(?P<{name}{i}>{pattern})" for i, (name, pattern) in enumerate(_SPACED[-1:] + _SPACED[:-1])
    )
)
# What bilingual control blocks put behind a label: "Mã hiệu/Code:", "Lần ban hành (Issue No.):"
_ENGLISH = re.compile(
    r"(?:(?<!\s)\s++)?[/(]\s*+(?:(?:code|doc|document|no|number|issue|issued|date|effective|rev|revision|version|page|title|name|of|form)\b[. ]*+)+\)?"
)
_STARTS = re.compile(r"[\s:;.,|(\[\-–•*+]")


Value = TypeVar("Value", str, int, datetime.date)


@dataclass
class Fact:
    field: str
    value: str | int | datetime.date
    part: str  # "front" or the header's or footer's part
    printed: str = ""


@dataclass
class Place:
    """One place where a control block may stand: the front of the body, a header, a footer."""

    name: str
    blocks: Sequence[Block]
    facts: list[Fact] = field(default_factory=list)

    def first(self, name: str, sort: type[Value]) -> Value | None:
        """The first value of a field, a text, a number or a day."""
        return next(
            (f.value for f in self.facts if f.field == name and isinstance(f.value, sort)), None
        )


def label_at(folded: str, start: int = 0) -> tuple[str, int, int] | None:
    """The next label in a folded text as (field, start, end), or None."""
    for m in _ANY.finditer(folded, start):
        if m.start() > 0 and not _STARTS.match(folded[m.start() - 1]):
            continue
        following = folded[m.end() : m.end() + 1]
        if following and following.isalnum():
            continue
        return (m.lastgroup or "").rstrip("0123456789"), m.start(), m.end()
    return None


def _leaves_gap(before: str) -> bool:
    """Whether what comes before a label ends with a wide space or a separator."""
    bare = before.rstrip()
    gap = before[len(bare) :]
    return (
        len(gap) > 1
        or gap in {"\t", "\n"}
        or bare[-1:] in set(";|,.([–-")
        or bare[-1:] == "/"
        and bare[-2:-1].isspace()
    )


def labelled(text: str) -> list[tuple[str, str]]:
    """[(field, value)] of the labels in one line; a label must open the line or follow a gap or a separator."""
    if len(text) > 1000:  # prose, no control block
        return []
    folded = _ENGLISH.sub(lambda m: " " * len(m.group()), fold(text))
    found: list[tuple[str, int, int, bool]] = []
    at = 0
    while (hit := label_at(folded, at)) is not None:
        name, start, end = hit
        before = folded[:start]
        colon = re.match(r"\s*(?:\([^)]*\)\s*)?[:.：]", folded[end:])
        opens = not before.strip(" \t.-–•*+|") or _leaves_gap(before) or (found and colon)
        if (
            name == "loose"
            and found
            and found[-1][0] in ("issue", "both", "revision")
            and re.search(r"\d\s*$", before)
        ):
            opens = True  # "lần 02 ngày 01/3/2024"
        if (
            found
            and found[0][1] == 0
            and len(text) < 120
            and name in ("issue", "both", "revision", "issued", "effective")
            and re.match(r"\s*\d", folded[end:])
        ):
            opens = True  # "Mã hiệu QT-01 ban hành lần 2 ngày 03/02/2025"
        in_a_title = (  # "Cấp mã số vùng trồng, mã số cơ sở đóng gói"
            name in ("code", "pages") and not colon and before.rstrip().endswith(",")
        )
        if not in_a_title and (opens or colon and len(text) < 160):
            found.append((name, start, end + (colon.end() if colon else 0), bool(colon)))
        at = end
    out: list[tuple[str, str]] = []
    for (name, _, end, _colon), following in zip(found, [*found[1:], None], strict=False):
        value = text[end : following[1] if following else len(text)]
        if (
            name == "loose" and out and out[-1][0] in ("issue", "both", "revision")
        ):  # a bare "Ngày:" beside the issue number
            name = "issued" if any(n != "revision" for n, _ in out) else "revised"
        out.append((name, value.strip(" \t\n:;|,–-")))
    return out


def read_code(value: str) -> str:
    """The code at the head of a value; an empty string where it has no letter or is a blank to fill in."""
    value = value.split("\n")[0].split("\t")[0].strip(" .:;,|–-()[]")
    value = re.split(r"\s{3,}|\s*[;|]\s*|\s+(?=(?:Lần|LẦN|Ngày|NGÀY|Trang|TRANG)\b)", value)[
        0
    ].strip(" .:;,–-")
    if (
        not value
        or len(value) > 48
        or re.search(r"\.{3,}|…|_{3,}", value)
        or not re.search(r"[^\W\d_]", value)
    ):
        return ""
    return (
        value
        if len(value.split()) <= 5 and (re.search(r"\d", value) or value.upper() == value)
        else ""
    )


def _add(place: Place, name: str, value: str) -> None:
    """Turns one labelled value into facts. Blanks to fill in ("……/……/20……") are none."""
    if name == "code" and (code := read_code(value)):
        place.facts.append(Fact("code", code, place.name, value))
    elif name == "nation":
        if m := re.search(r"\d\.\d{6}(?:\.[\w.\-]+)?", value):
            place.facts.append(Fact("nation", m.group(), place.name, value))
    elif name == "issue" and (m := re.fullmatch(r"\s*(\d{1,2})\.(\d{1,2})\s*", value)):
        place.facts += [
            Fact("issue", int(m.group(1)), place.name, value),
            Fact("revision", int(m.group(2)), place.name, value),
        ]
    elif name in ("issue", "revision") and (number := count(value)) is not None:
        place.facts.append(Fact(name, number, place.name, value))
        if name == "issue" and (m := re.match(r"\s*0*\d{1,3}\s*/\s*0*(\d{1,2})(?![\d/])", value)):
            place.facts.append(Fact("revision", int(m.group(1)), place.name, value))
    elif name == "both" and (
        m := re.match(r"\D{0,3}0*(\d{1,3})\s*[/\-.,]\s*0*(\d{1,3})(?![\d/])", value)
    ):
        place.facts += [
            Fact("issue", int(m.group(1)), place.name, value),
            Fact("revision", int(m.group(2)), place.name, value),
        ]
    elif name == "both" and (number := count(value)) is not None:
        place.facts.append(Fact("issue", number, place.name, value))
    elif name == "dated":  # "Lần BH/ngày BH: 03 – 8/8/2022"
        if m := re.match(r"\D{0,5}0*(\d{1,3})(?!\d|\s*[/.]\s*\d)", value):
            place.facts.append(Fact("issue", int(m.group(1)), place.name, value))
        if found := dates(value):
            place.facts.append(Fact("issued", found[0], place.name, value))
    elif name in ("issued", "effective", "revised", "dates") and (found := dates(value)):
        place.facts.append(Fact("issued" if name == "dates" else name, found[0], place.name, value))
        if name == "dates" and len(found) > 1:
            place.facts.append(Fact("revised", found[1], place.name, value))
    elif name == "title" and len(value) > 3:
        place.facts.append(
            Fact("title", " ".join(re.sub(r"[_.…]{4,}", "", value).split()), place.name, value)
        )


def gather(place: Place) -> Place:
    """Reads all labelled facts of a place: lines, cells with the value beside or below, values on the next line."""
    _lines(place, [b for b in place.blocks if isinstance(b, Paragraph)])
    for block in place.blocks:
        if isinstance(block, Table):
            _table(place, block)
    return place


def _lines(place: Place, paragraphs: list[Paragraph], *, together: bool = False) -> None:
    """`together`: lines of one cell, where a bare date after an issue number dates the issue; elsewhere it dates a signature."""
    waiting: str | None = None
    numbered = False
    for p in paragraphs:
        for line in p.text.split("\n"):
            if not line.strip():
                continue
            if waiting and not labelled(line):
                _add(place, waiting, line.strip(" :\t"))
                waiting = None
                continue
            waiting = None
            if len(line) > 260 or _of_the_log(line):
                continue
            pairs = labelled(line)
            for n, (name, value) in enumerate(pairs):
                numbered = numbered or name in ("issue", "both", "revision")
                if name == "loose" and together and numbered:
                    name = "issued"
                if value:
                    _add(place, name, value)
                elif n == len(pairs) - 1:
                    waiting = name


def _of_the_log(line: str) -> bool:
    """Whether a line tells an entry of the amendment log ("Lần 02, ngày 5/3/2024: Bổ sung …"): it speaks of its own issue."""
    day = re.search(r"\d\s*[/.\-]\s*\d|th[áa]ng", line)
    return (
        day is not None
        and len(line) > 40
        and ":" not in line[: day.start()]
        and bool(entries_in(line))
    )


_ISSUE = re.compile(
    r"^\s*(?:lan (?:ban hanh|bh)|ban hanh lan)\b.*\d\s*$"
)  # a cell before it in the row: "Lần ban hành: 05 | Ngày: 01/7/2025"


def _table(place: Place, table: Table) -> None:
    if any(_is_log(row) for row in table.rows[:2]):
        return  # what its rows say of earlier issues is not said of this one
    below: dict[int, str] = {}  # column -> label whose value stands in the cell below
    numbered: set[int] = (
        set()
    )  # columns where an issue number stands: a bare date below it dates the issue
    for r, row in enumerate(table.rows):
        pending: str | None = None  # label whose value stands in the next cell
        labels_only = [
            c
            for c in row
            if c.text and (pairs := labelled(c.text)) and len(pairs) == 1 and not pairs[0][1]
        ]
        header = len(labels_only) >= 2 and sum(bool(c.text) for c in row) == len(labels_only)
        for cell in row:
            if any(isinstance(b, Table) for b in cell.blocks):
                gather_nested = Place(place.name, [b for b in cell.blocks if isinstance(b, Table)])
                gather(gather_nested)
                place.facts += gather_nested.facts
            own = [p for p in cell.blocks if isinstance(p, Paragraph) and not p.empty]
            text = "\n".join(p.text for p in own)
            if not text.strip():
                pending = None
                continue
            if not re.search(r"\w", text):  # a cell for the colon alone
                continue
            pairs = labelled(text)
            if pending and all(name == "loose" for name, _ in pairs):
                _add(place, pending, text)
                pending = None
                continue
            pending = None
            if any(name in ("issue", "both", "revision") for name, _ in pairs):
                numbered.add(cell.column)
            elif cell.column in numbered or any(
                c.column < cell.column and _ISSUE.search(fold(c.text)) for c in row
            ):
                pairs = [("issued" if name == "loose" else name, value) for name, value in pairs]
            if not pairs and cell.column in below:
                _add(place, below.pop(cell.column), text)
                continue
            before = len(place.facts)
            if len(own) > 1:
                _lines(place, own, together=True)
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


def _is_log(row: list[Cell]) -> bool:
    """Whether a row heads an amendment log ("Lần sửa đổi | Vị trí | Nội dung | Ngày"): its labels speak of rows below."""
    texts = [words(c.text) for c in row if c.text]
    return (
        len(texts) >= 3
        and any(
            re.search(
                r"^(noi dung|tom (tat|luoc)|mo ta|vi tri|yeu cau|ten chuong|chuong|ly do|trang)\b",
                t,
            )
            for t in texts
        )
        and not any(":" in c.text for c in row)
    )


def pick(places: list[Place], name: str, sort: type[Value]) -> Value | None:
    """The value of a field: the front counts before headers, headers before footers, in their order."""
    return next((v for p in places if (v := p.first(name, sort)) is not None), None)


_OWN = re.compile(
    r"^\s*((?:QT|QTHT|QTNB|BM|BMT|HD|HDCV|QC|QĐ|NQ|CSCL|MTCL|STCL|TL|PL)[\s.\-_/]?[\w&]++(?:[.\-/][\w&]++)*)\s*+$"
)
_SOLE = re.compile(
    r"(?:CSCL|MTCL|STCL|HTQLCL)[.\-_/]\w"
)  # one of its kind in an agency, so no number


def standing_code(blocks: list[Block]) -> str:
    """A code that stands alone on a line or in a cell of a control block, without a label."""
    for p in paragraphs_of(blocks):
        for line in re.split(r"\n|\t|\s[/|–-]\s", p.text):
            m = _OWN.match(line) if len(line) <= 60 else None
            if (
                m
                and (re.search(r"\d", line) or _SOLE.match(m.group(1)))
                and len(line.strip()) <= 30
                and re.search(r"[.\-_/ ]|[A-ZĐ]\d", line.strip())
            ):
                return m.group(1).strip()
    return ""


def same_code(a: str, b: str) -> bool:
    """Codes are compared without case and marks; separators count only between two digits."""
    return code_key(a) == code_key(b)


def code_key(code: str) -> str:
    folded = re.sub(r"[^a-z0-9]+", " ", fold(code)).strip()
    return re.sub(r"(?<!\d) | (?!\d)", "", folded)


def conflicts(places: list[Place], code: str) -> list[Flag]:
    """Warnings about numbers and dates that disagree among the places that Word shows.

    A page that carries another code (a chapter with a suffix, a form behind a form) speaks of itself, not of the document.
    """
    own = places_of(places, code)
    out: list[Flag] = []
    issues = _distinct(own, "issue", int)
    if len(issues) > 1:
        out.append(
            {
                "code": "issue_number_conflict",
                "values": [str(v) for v in issues],
                "message": "Lần ban hành không thống nhất giữa các phần của văn bản: "
                + ", ".join(f"{v} ({_where(w)})" for v, w in issues.items())
                + ".",
            }
        )
    messages: list[str] = []
    values: list[str] = []
    for name, label in (("issued", "Ngày ban hành"), ("effective", "Ngày hiệu lực")):
        found = _distinct(own, name, datetime.date)
        if len(found) > 1:
            messages.append(
                f"{label} không thống nhất: "
                + ", ".join(f"{d:%d/%m/%Y} ({_where(w)})" for d, w in found.items())
            )
            values += [d.isoformat() for d in found]
    issued = pick(own, "issued", datetime.date)
    effective = _distinct(own, "effective", datetime.date)
    if issued and any(d < issued for d in effective):
        early = min(effective)
        messages.append(f"Ngày hiệu lực {early:%d/%m/%Y} sớm hơn ngày ban hành {issued:%d/%m/%Y}")
        values += [d for d in (issued.isoformat(), early.isoformat()) if d not in values]
    if messages:
        out.append(
            {"code": "date_conflict", "values": values, "message": "; ".join(messages) + "."}
        )
    return out


def places_of(places: list[Place], code: str) -> list[Place]:
    """The places that carry this code or none: what they say is said of this document."""
    return [
        p for p in places if (c := p.first("code", str)) is None or not code or same_code(c, code)
    ]


def _distinct(places: list[Place], name: str, sort: type[Value]) -> dict[Value, list[str]]:
    found: dict[Value, list[str]] = {}
    for place in places:
        for fact in place.facts:
            if fact.field == name and isinstance(fact.value, sort):
                found.setdefault(fact.value, []).append(place.name)
    return found


def _where(names: list[str]) -> str:
    unique = list(
        dict.fromkeys(
            "trang đầu"
            if n == "front"
            else "đầu trang"
            if n.startswith("header")
            else "cuối văn bản"
            if n == "end"
            else "chân trang"
            for n in names
        )
    )
    return ", ".join(unique)
