"""The titles of state papers: "V/v …" below the number of a letter, the abstract below TỜ TRÌNH or
QUYẾT ĐỊNH."""

import re

from procedures.content.wording import words
from procedures.word.model import Block, Paragraph, paragraphs_of
from procedures.word.people import is_post

_PAPER = re.compile(
    r"(?:to trinh|thong bao|ke hoach|bao cao|chi thi|nghi quyet|nghi dinh|thong tu(?: lien tich)?|luat|phap lenh|cong dien|bien ban|giay moi|chuong trinh|de an|phuong an|quyet dinh|quy che|quy dinh|ket luan|huong dan|phieu (?:trinh|chuyen|gui|bao))"
)
_ABOUT = re.compile(r"^\W*+(?:v\s*+/\s*+v|về\s++việc|vê việc)\s*+:?\s*+(\S.*)$", re.I)
_ENDS = re.compile(
    r"^(?:can cu|theo (?:de nghi|ket luan|quyet dinh)|xet|kinh gui|dieu \d|hom nay|so\b|ngay\b|noi nhan|thuc hien|chuong\b|cong hoa|doc lap|muc\b|phan\b|\d|i{1,3}\b|kem theo|ban hanh kem)"
)


def letter_title(blocks: list[Block]) -> str:
    """The title of a letter or another state paper, from its first blocks; empty if there
    is none."""
    lines = [
        (line.strip(), p)
        for p in paragraphs_of(blocks)
        for line in p.text.split("\n")
        if line.strip()
    ]
    for n, (line, p) in enumerate(lines):
        if _PAPER.fullmatch(words(line)) and not line.rstrip().endswith(":"):
            if title := _abstract(lines[n + 1 :]):
                return title
        elif m := _ABOUT.match(line):
            return _continued(m.group(1), p, lines[n + 1 :])
    return ""


def _stops(line: str) -> bool:
    return (
        _ENDS.match(words(line)) is not None
        or line.upper() == line
        and is_post(line)
        or re.fullmatch(r"[\W_]+", line) is not None
        or _PAPER.fullmatch(words(line)) is not None
    )


def _abstract(following: list[tuple[str, Paragraph]]) -> str:
    if not following or _stops(following[0][0]):
        return ""
    first, p = following[0]
    m = _ABOUT.match(first)
    title = _continued(m.group(1) if m else first, p, following[1:])
    return title if len(title) <= 400 else ""


def _continued(title: str, p: Paragraph, following: list[tuple[str, Paragraph]]) -> str:
    """A title with its continuation lines: same look, before the paper's legal bases."""
    for line, q in following[:4]:
        small = line[:1].islower()
        if (
            _stops(line)
            or not small
            and (
                q is not p
                and not (p.bold and q.bold and p.centered == q.centered)
                or p.bold != q.bold
            )
        ):
            break
        title = f"{title} {line}"
    title = " ".join(title.split()).strip(" .;:")
    return title[:1].upper() + title[1:]
