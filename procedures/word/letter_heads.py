"""The facts in the head of a state letter: its number and day, the decision that it came with."""

import datetime
import re
from typing import TypedDict

from procedures.content.wording import dates, fold
from procedures.word.model import Block, paragraphs_of

_KEM = re.compile(
    r"(?:(?:^\W*|\(\s*|\bban hanh )kem theo\s+(?:quyet dinh|cong van|thong bao|van ban)?|(?:^\W*|\()ban hanh theo\s+(?:quyet dinh|cong van|thong bao|van ban)?|\(\s*theo\s+(?:quyet dinh|cong van|thong bao|van ban))()\s*(?:so)?\s*:?\s*([^\s,;)]*)"
)


# Papers that a document is based on; their dates are not its own
_CITES = re.compile(
    r"\W*(can cu|xet|thuc hien|tren co so|theo (de nghi|ket luan|y kien|to trinh|chi dao|bien ban|noi dung))\b"
)


_PLACE_AND_DAY = re.compile(
    r"[^.;:]{2,45},\s*ngay\s*\d{1,2}\s*(?:thang\s*\d{1,2}\s*nam\s*\d{4}|[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4})\W*"
)


def _day_of_place(text: str) -> datetime.date | None:
    """The date of "Ví Dụ, ngày 12 tháng 3 năm 2025", alone or in a line of columns."""
    for part in re.split(r"\t|\s{4,}", text):
        if _PLACE_AND_DAY.fullmatch(fold(part.strip())) and (day := dates(part)):
            return day[0]
    return None


class LetterHead(TypedDict, total=False):
    """Facts in the head of a letter-like document."""

    number: str
    date: datetime.date
    with_number: str
    with_date: datetime.date


def letter_head(blocks: list[Block]) -> LetterHead:
    """Facts in the head of a letter-like document: number ("Số: 12/QĐ-STP"), place and date, the
    decision it came with."""
    found: LetterHead = {}
    for p in paragraphs_of(blocks):
        for text in p.text.split("\n"):
            folded = fold(text)
            if m := re.match(r"\s*(?:luat |phap lenh )?so\s*:\s*(\S.*)$", folded):
                value = text[m.start(1) :].split("\t")[0].strip()
                value = re.split(r"\s{2,}|,|;", value)[0].strip()
                if re.search(r"\d", value) and "/" in value and not re.search(r"…|\.{2,}", value):
                    found.setdefault("number", re.sub(r"\s+", "", value))
            if (
                (m := _KEM.search(folded))
                and not _CITES.match(folded)
                and (day := dates(text[m.start() :]))
            ):
                found.setdefault("with_date", day[0])
                found.setdefault("with_number", text[m.start(2) : m.end(2)].strip())
            elif not _CITES.match(folded) and (own := _day_of_place(text)):
                found.setdefault("date", own)
    return found
