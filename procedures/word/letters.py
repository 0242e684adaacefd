"""The titles of state papers: "V/v …" below the number of a letter, the abstract below TỜ TRÌNH or
QUYẾT ĐỊNH."""

import re
from dataclasses import dataclass

from procedures.content.wording import fold, words
from procedures.word.model import Block, Paragraph, Table, paragraphs_of
from procedures.word.people import is_post

_PAPER = re.compile(
    r"(?:to trinh|thong bao|ke hoach|bao cao|chi thi|nghi quyet|nghi dinh|thong tu(?: lien tich)?|luat|phap lenh|cong dien|bien ban|giay (?:moi|uy quyen|gioi thieu)|chuong trinh|de an|phuong an|quyet dinh"
    r"|quy che|quy dinh|noi quy|dieu le|thong cao|ban cam ket|ket luan(?: thanh tra| kiem tra| noi dung to cao)?|huong dan|phieu (?:trinh|chuyen|gui|bao))"
)
# The kind of paper and its subject in one line: "KẾ HOẠCH PHÒNG CHỐNG LŨ LỤT NĂM 2025"
_NAMED = re.compile(
    r"(?:ke hoach|bao cao|to trinh|thong bao|chuong trinh|de an|phuong an|bien ban|ket luan|chi thi|nghi quyet)(?: [^\W_]+){2,}"
)
_ABOUT = re.compile(r"^\W*+(?:v\s*+/\s*+v|về\s++việc|vê việc)\s*+:?\s*+(\S.*)$", re.I)
_NUMBER = re.compile(r"\s*so\s*:")
_NUMBER_OR_DAY = re.compile(r"so\s*:|[^.;:]{2,45},\s*ngay\b.{0,20}\bthang\b")
_ENDS = re.compile(
    r"(?:can cu|kinh gui|dieu \d|hom nay|so(?: \d|$)|ngay(?: \d| thang|$)|noi nhan|chuong (?:[ivx]+|\d+)\b|cong hoa xa hoi|doc lap tu do"
    r"|(?:muc|phan) (?:[ivx]+|\d+|thu)\b|\d|i{1,3}\b|kem theo|ban hanh kem)"
)
# What begins a sentence too, but may begin a subject that stands out: "Thực hiện Nghị quyết …"
_OPENS = re.compile(r"(?:theo|thuc hien|xet|tiep theo|sau khi|tren co so)\b")


@dataclass(frozen=True)
class _Line:
    text: str
    p: Paragraph
    cell: int  # of the table's cell, 0 outside

    @property
    def strong(self) -> bool:
        return self.p.bold or self.p.centered


def subject(title: str) -> str:
    """A title without a leading "Về việc" or "V/v"."""
    m = _ABOUT.match(title)
    return m.group(1)[:1].upper() + m.group(1)[1:] if m else title


def subject_below_number(blocks: list[Block]) -> str:
    """The subject of an official letter, "V/v …" right below its number; empty if there is none."""
    lines = _lines(blocks)
    for n, (above, line) in enumerate(zip(lines, lines[1:], strict=False)):
        if _NUMBER.match(fold(above.text)) and (m := _ABOUT.match(line.text)):
            return _continued(m.group(1), line, lines[n + 2 :])
    return ""


def paper_named(blocks: list[Block]) -> str:
    """The first line that is nothing but a kind of paper, "QUYẾT ĐỊNH"; empty if there is none."""
    return next((x.text for x in _lines(blocks) if _PAPER.fullmatch(words(x.text))), "")


def letter_title(blocks: list[Block]) -> str:
    """The title of a letter or another state paper, from its first blocks; empty if there
    is none."""
    lines = _lines(blocks)
    for n, line in enumerate(lines):
        plain = words(line.text)
        if _PAPER.fullmatch(plain) and not line.text.endswith(":"):
            if title := _abstract(lines[n + 1 :]):
                return title
        elif m := _ABOUT.match(line.text):
            return _continued(m.group(1), line, lines[n + 1 :])
        elif line.p.centered and (line.p.bold or line.p.capitals) and _NAMED.fullmatch(plain):
            return _continued(line.text, line, lines[n + 1 :])
    return ""


def _lines(blocks: list[Block]) -> list[_Line]:
    found: list[_Line] = []
    for block in blocks:
        cells = (
            [(id(c), c.blocks) for c in block.cells] if isinstance(block, Table) else [(0, [block])]
        )
        found += [
            _Line(line.strip(), p, cell)
            for cell, inner in cells
            for p in paragraphs_of(inner)
            for line in p.text.split("\n")
            if line.strip()
        ]
    return found


def _stops(line: _Line) -> bool:
    plain = words(line.text)
    return (
        _ENDS.match(plain) is not None
        or _NUMBER_OR_DAY.match(fold(line.text)) is not None
        or not line.strong
        and _OPENS.match(plain) is not None
        or line.text.upper() == line.text
        and is_post(line.text)
        or re.fullmatch(r"[\W_]+", line.text) is not None
        or _PAPER.fullmatch(plain) is not None
    )


def _abstract(following: list[_Line]) -> str:
    if not following or _stops(following[0]):
        return ""
    first = following[0]
    m = _ABOUT.match(first.text)
    title = _continued(m.group(1) if m else first.text, first, following[1:])
    return title if len(title) <= 400 else ""


def _continued(title: str, first: _Line, following: list[_Line]) -> str:
    """A title with its continuation lines: same cell or same look, before the paper's legal bases."""
    for line in following[:4]:
        if _stops(line) or not _goes_on(first, line):
            break
        title = f"{title} {line.text}"
    title = " ".join(title.split()).strip(" .;:")
    return title[:1].upper() + title[1:]


def _goes_on(first: _Line, line: _Line) -> bool:
    p, q = first.p, line.p
    alike = (first.text.upper() == first.text) == (line.text.upper() == line.text)
    if p.bold != q.bold or first.cell != line.cell or not alike:
        return False  # the office that decides is in capitals below
    if line.text[:1].islower() or q is p or first.cell:
        return True
    return p.bold and q.bold and p.centered == q.centered
