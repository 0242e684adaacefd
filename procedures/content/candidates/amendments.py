"""The amendment log: a table, a list of lines, or a sentence."""

import re
from collections.abc import Iterator

from procedures.content.candidates.choice import Candidate, best
from procedures.content.candidates.labels import tidy
from procedures.content.candidates.tables import rows_of
from procedures.content.grids import grid_amendments
from procedures.content.schema import Amendment, Content, Section, is_heading, is_table, is_text
from procedures.content.text import block_text, blocks, paragraphs
from procedures.content.wording import count, dates, fold, words

_LOG = re.compile(
    r"^(?:bang |trang |phieu |so )?(?:theo doi|kiem soat|ghi nhan|tong hop|lich su|cap nhat|qua trinh)(?: (?:cac|so|tinh hinh|viec))*(?: lan)? ?(?:sua doi|thay doi|cap nhat|bo sung|ban hanh)"
)
_NUMBER = re.compile(
    r"(?:lan (?:ban hanh |sua doi |bh |sd |thay doi )*(?:thu )?(?:so )?|phien ban (?:so )?|ban hanh lan (?:thu )?|sua doi lan (?:thu )?|ban so )\s*+:?+\s*+(\d{1,2}|nhat|hai|ba|tu|nam|sau|bay)(?![\d/])"
)
_DATE = re.compile(
    r"(?:\(\s*+|(?<!\s)\s*+)?(?:vào |từ |ban hành |sửa đổi )?(?:ngày\s*+:?+\s*+)?(?:\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{2,4}|\d{1,2}\s*tháng\s*\d{1,2}\s*năm\s*\d{4}|\d{4}-\d{2}-\d{2})\s*\)?",
    re.I,
)
_SAYS = re.compile(
    r"^(?:[\s:;,.()–—|-]+|(?:với|có)?\s*(?:các\s+)?nội dung(?: sửa đổi| thay đổi)?(?: là| gồm| như sau)?\s*+(?::\s++|(?<=\s))(?=\S)|(?:để|về việc|lý do|tóm tắt)\s*+(?::\s++|(?<=\s)))+",
    re.I,
)


def amendments(content: Content) -> list[Amendment]:
    """[{"number", "date" (ISO, or as printed if not a date), "summary"}] of the amendment log."""
    return best_amendments(content).rows


def best_amendments(content: Content) -> Candidate[Amendment]:
    """The log and how it was found."""
    return best(_candidates(content))


def _candidates(content: Content) -> Iterator[Candidate[Amendment]]:
    table = grid_amendments(content)
    yield Candidate("table", 0.95 * bool(table), table)
    listed = [entry for line in _log_lines(content) for entry in entries_in(line)]
    yield Candidate("lines", 0.8 * bool(listed), listed)
    turned = list(_turned(content))
    yield Candidate("turned", 0.85 * bool(turned), turned)
    lines = [(line, found) for line in _all_lines(content) if (found := entries_in(line))]
    told = [
        entry
        for line, found in lines
        if len(lines) > 1
        or re.search(r"\b(?:sua|thay|bo sung|them|cap nhat|dieu chinh|bai bo)\b", fold(line))
        for entry in found
    ]
    yield Candidate("prose", 0.6 * bool(told), told)


_ROWS = {
    "number": r"(?:so )?(?:lan|phien ban)(?: (?:ban hanh|sua doi|bh|sd|thay doi))*",
    "date": r"ngay(?: (?:ban hanh|sua doi|bh|sd|thay doi|thang nam|thang))*",
    "summary": r"(?:tom tat |mo ta )?(?:noi dung|ly do)(?: (?:sua doi|thay doi|bo sung|cap nhat))*",
}


def _turned(content: Content) -> Iterator[Amendment]:
    """A log whose issues are side by side: "Lần | 02 | 03", "Ngày | …", "Nội dung | …"."""
    for _, block in blocks(content):
        if not is_table(block):
            continue
        found: dict[str, list[str]] = {}
        for row in rows_of(block):
            label = words(row[0].text) if row else ""
            role = next((r for r, pattern in _ROWS.items() if re.fullmatch(pattern, label)), "")
            if role:
                found.setdefault(role, [c.text for c in row[1:]])
        if len(found) == len(_ROWS):
            for number, day, summary in zip(*(found[role] for role in _ROWS), strict=False):
                if (when := dates(day)) and summary:
                    yield {"number": number, "date": when[0].isoformat(), "summary": summary}


def _lines_of(section: Section) -> Iterator[str]:
    for block in section.get("blocks", ()):
        if is_text(block):
            yield from paragraphs(block.get("html", ""))
        elif is_heading(block):
            yield block_text(block)


def _log_lines(content: Content) -> Iterator[str]:
    """The lines below one that announces the log."""
    for section in content.get("sections", ()):
        if section.get("place", "body") not in ("front", "body"):
            continue
        inside = _LOG.match(words(section.get("title", ""))) is not None
        for line in _lines_of(section):
            if len(line) < 90 and _LOG.match(words(line)):
                inside = True
            elif inside:
                yield line


def _all_lines(content: Content) -> Iterator[str]:
    for section in content.get("sections", ()):
        if section.get("place", "body") in ("front", "body"):
            yield from _lines_of(section)


def entries_in(line: str) -> list[Amendment]:
    """The entries in one line, each with the number of an issue (or its date) and what
    was changed."""
    folded = fold(line)
    marks = [m.start() for m in _NUMBER.finditer(folded)]
    starts = [start for start in marks if dates(line[start : start + 60])] or marks[:1]
    if len(starts) <= 1:
        found = [_entry(line)]
    else:
        starts[0] = 0
        found = [_entry(line[a:b]) for a, b in zip(starts, [*starts[1:], len(line)], strict=True)]
    return [entry for entry in found if entry]


def _entry(text: str) -> Amendment | None:
    """One entry, or None if number, date or summary is missing."""
    number, day = _NUMBER.search(fold(text)), _DATE.search(text)
    found = dates(day.group()) if day else []
    if not number or not day or not found:
        return None
    first, last = sorted((number.span(), day.span()))
    if last[0] < first[1]:
        return None
    between = text[first[1] : last[0]].strip(" :;,.()–—|-")
    summary = text[last[1] :] if len(tidy(text[last[1] :])) >= len(between) else between
    summary = tidy(_SAYS.sub("", summary))
    if len(summary.split()) < 2 or re.match(
        r"(?:ngay|lan|ma|trang|so|ban hanh|hieu luc|phien ban)\b", fold(summary)
    ):
        return None
    said = number.group(1)
    return {
        "number": said if said.isdigit() else str(count(said) or said),
        "date": found[0].isoformat(),
        "summary": summary,
    }
