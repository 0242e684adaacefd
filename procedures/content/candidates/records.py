"""The records to keep: a table, lines with separators or labels, sentences."""

import re
from collections.abc import Iterator

from procedures.content.candidates.choice import Candidate, best, distinct, filled
from procedures.content.candidates.labels import share, tidy
from procedures.content.candidates.tables import rows_of
from procedures.content.grids import grid_records, listed_records
from procedures.content.schema import Content, RecordEntry, is_grid, is_table, is_text
from procedures.content.text import blocks, paragraphs
from procedures.content.wording import words

_BULLET = re.compile(r"^\s*(?:[-–+•*▪]|\d+(?:\.\d+)*[.)]|[a-zđ][.)])\s*")
_TERM = r"(?:(?:ít nhất |tối thiểu |tối đa )?(?<!\d)\d++\s*+(?:\(\w++\)\s*+)?(?:năm|tháng|ngày)\b[^,;.)|–]*|vĩnh viễn|lâu dài|không thời hạn|theo (?:vòng đời|hồ sơ|quy định|thời hạn|tuổi thọ|khóa|năm học|nhiệm kỳ|dự án|hợp đồng|vụ việc)[^,;.)|–]*|đến khi [^,;.)|–]+)"
_LONG = re.compile(
    rf"[\s,;:(|–—-]{{0,60}}+(?:\b(?:trong|với|là|lưu(?: trữ)?|giữ|bảo quản|thời (?:hạn|gian)|vòng|khoảng)\b\s*+:?+\s*+){{0,8}}(?P<term>{_TERM})",
    re.I,
)
_KEEP = r"(?:được\s+)?(?:lưu(?:\s+(?:giữ|trữ))?|bảo quản|cất(?:\s+giữ)?|giữ|để|do)"
_AT = re.compile(
    rf"(?<![\s,;:(|–—-])(?:[\s,;:(|–—-]*+\b(?:{_KEEP}\s+)?(?:tại|ở|bởi)\s+(?P<place>.+)"
    r"|[\s,;:(|–—-]++nơi (?:lưu|giữ|để|bảo quản)\s*+(?:giữ|trữ)?\s*+:?\s*+(?P<where>.+))$",
    re.I | re.S,
)
_WHO_KEEPS = re.compile(
    r"^(?P<place>[^,;:]{2,80}?)\s++(?:có trách nhiệm\s++|chịu trách nhiệm\s++)?(?:lưu giữ|lưu trữ|lưu|bảo quản|giữ|cất giữ)\s+(?P<name>(?!tại|ở|trong)\S.+)$",
    re.I,
)
# Once its time is removed
_IN_BRACKETS = re.compile(r"^([^():]{3,150}?)\s*\(([^()\d][^()]{2,80})$")
_DO = re.compile(r"(?<!\s)\s++do\s++", re.I)
_KEEPS = re.compile(r"(?<!\s)\s++(?:lưu giữ|lưu trữ|lưu|bảo quản|giữ|cất giữ)\b", re.I)
_NAME_LABEL = re.compile(r"^(?:tên hồ sơ|hồ sơ|tên)\s*:\s*", re.I)


def records(content: Content) -> list[RecordEntry]:
    """[{"name", "place", "retention"}] of the records to keep."""
    return best_records(content).rows


def best_records(content: Content) -> Candidate[RecordEntry]:
    """The records and how they were found."""
    return best(_candidates(content))


def _candidates(content: Content) -> Iterator[Candidate[RecordEntry]]:
    table = grid_records(content)
    told_of = max(filled(table, "place"), filled(table, "retention"))
    yield Candidate("table", 0.5 + 0.45 * told_of if table else 0.0, table)
    columns = _by_columns(content)
    yield Candidate("columns", fit(columns) - 0.03, columns)
    turned = _turned(content)
    yield Candidate("turned", fit(turned) - 0.03, turned)
    cells = [row for line in _cell_lines(content) if (row := record_in(line))]
    yield Candidate("cells", fit(cells) - 0.02, cells)
    listed = listed_records(content)
    lines = [
        line
        for section, block in blocks(content, ("records",))
        if section.get("place", "body") == "body" and is_text(block)
        for line in paragraphs(block.get("html", ""))
    ]
    told = [row for line in _whole(lines) if (row := record_in(line))]
    most = max(len(listed), len(told), 1)
    yield Candidate("lines", fit(listed) - 0.2 * (1 - len(listed) / most), listed)
    yield Candidate("sentences", fit(told) - 0.02 - 0.2 * (1 - len(told) / most), told)


def _by_columns(content: Content) -> list[RecordEntry]:
    """Records of tables without headings: the column of times, and next to each other the name and
    the place."""
    found: list[RecordEntry] = []
    for _, block in blocks(content, ("records",)):
        rows = rows_of(block) if is_table(block) else []
        texts = [[c.text for c in row] for row in rows]
        if len(texts) < 2 or len({len(row) for row in texts}) != 1:
            continue
        columns = list(zip(*texts, strict=True))
        times = [i for i, c in enumerate(columns) if share(c, _is_term) >= 0.8]
        said = [i for i, c in enumerate(columns) if i not in times and share(c, _is_worded) >= 0.8]
        if len(times) == 1 and len(said) == 2:
            found += [
                {"name": row[said[0]], "place": row[said[1]], "retention": row[times[0]]}
                for row in texts
            ]
    return found


_ROWS = {
    "name": r"(?:ten )?(?:ho so|tai lieu)(?: (?:luu|luu tru|tai lieu|can luu))*",
    "place": r"(?:noi|bo phan|don vi|nguoi) (?:luu|giu|bao quan)(?: (?:giu|tru))*",
    "retention": r"(?:thoi (?:gian|han)|so nam) (?:luu|giu|bao quan)(?: (?:giu|tru))*",
}


def _turned(content: Content) -> list[RecordEntry]:
    """Records side by side: "Hồ sơ | …", "Nơi lưu | …", "Thời gian lưu | …"."""
    found: list[RecordEntry] = []
    for _, block in blocks(content, ("records",)):
        if not (is_table(block) or is_grid(block)):
            continue
        told: dict[str, list[str]] = {}
        for row in rows_of(block):
            label = words(row[0].text) if row else ""
            role = next((r for r, pattern in _ROWS.items() if re.fullmatch(pattern, label)), "")
            if role:
                told.setdefault(role, [c.text for c in row[1:]])
        if len(told) == len(_ROWS):
            rows = zip(*(told[role] for role in _ROWS), strict=False)
            found += [{"name": n, "place": p, "retention": r} for n, p, r in rows if n]
    return found


def _is_term(text: str) -> bool:
    return re.fullmatch(rf"{_TERM}\W*", text.strip(), re.I) is not None


def _is_worded(text: str) -> bool:
    return re.search(r"[^\W\d_]{2}", text) is not None


def _cell_lines(content: Content) -> Iterator[str]:
    """Lines of cells that hold a whole record: its name, and labelled lines below it."""
    for _, block in blocks(content, ("records",)):
        if is_table(block) or is_grid(block) and block.get("subject") == "records":
            for row in rows_of(block):
                for cell in row:
                    if len(cell.lines) > 1 and any(":" in line for line in cell.lines[1:]):
                        yield "; ".join(line.strip(" ;.") for line in cell.lines)


def fit(rows: list[RecordEntry]) -> float:
    """Plausibility of the records: each has a name, a place and a time."""
    if not rows:
        return 0.0
    sure = 0.2 + 0.3 * filled(rows, "place") + 0.3 * filled(rows, "retention")
    long = sum(len(r["name"]) > 150 for r in rows) / len(rows)
    return sure + 0.1 * distinct(rows, "name") + min(len(rows), 3) * 0.02 - 0.2 * long


def _whole(lines: list[str]) -> Iterator[str]:
    """Lines grouped by record: "Tên hồ sơ: …" and the labelled lines below it are one; a sentence
    may have several."""
    held = ""
    for line in lines:
        bare = _BULLET.sub("", line).strip()
        if _NAME_LABEL.match(bare) and held:
            yield held
            held = ""
        label = re.match(r"(?i)(?:nơi|thời (?:gian|hạn)|người|bộ phận|hạn)\s[^:]{0,30}:", bare)
        if label and held:
            held = f"{held}; {bare}"
            continue
        if held:
            yield from _sentences(held)
        held = bare
    if held:
        yield from _sentences(held)


def _sentences(line: str) -> Iterator[str]:
    """Splits a line with several retention times after each of them, one record per part."""
    terms = list(re.finditer(_TERM, line, re.I))
    if len(terms) < 2:
        yield line
        return
    start = 0
    for m in terms:
        yield line[start : m.end()].strip(" ;,.")
        start = m.end()


def record_in(line: str) -> RecordEntry | None:
    """The record described by a line; None if it gives neither place nor time."""
    line = re.sub(r"\[\d{1,2}\]", "", line)
    text = _NAME_LABEL.sub("", _BULLET.sub("", line).strip().lstrip("); ").strip())
    text = re.sub(r"^(?:và|còn|riêng)\s+", "", text)
    text = re.sub(r"(?i)^[^:(]{0,70}\b(?:gồm|gồm có|như sau|sau đây)\s*:\s*", "", text)
    if apart := _apart(text):
        return apart
    term = next(reversed(list(_LONG.finditer(text))), None)
    retention = term.group("term").strip() if term else ""
    rest = (text[: term.start()] + text[term.end() :]).strip(" .;,()|–—-") if term else text
    kept_by = _kept_by(text[: term.start("term")]) if term else None
    name, place = kept_by or _name_and_place(rest)
    if not (place or retention) or len(name) < 3 or line.rstrip().endswith(":"):
        return None
    kept = re.search(r"\b(?:lưu|giữ|bảo quản|cất)\b", line.lower()) is not None
    if not kept and not (place and retention):
        return None
    return {"name": tidy(name), "place": tidy(place), "retention": tidy(retention)}


# The time before the place, after a colon or a comma
_KEPT_FOR = re.compile(
    rf"^(?P<name>[^:]{{3,200}}?)\s*[:,]\s+{_KEEP}\s+(?:trong\s+)?(?P<retention>(?:ít nhất |tối thiểu )?\d{{1,3}}\s*(?:năm|tháng)|vĩnh viễn|lâu dài)"
    r"\s+(?:tại|ở)\s+(?P<place>\S.*)$",
    re.I,
)
_BETWEEN = (
    re.compile(r"(?<!\s)\s*+\|\s*+"),
    re.compile(r"(?<!\s)\s++[–—]\s++"),
    re.compile(r"(?<!\s)\s++[–—-]\s++"),
)
_SIGN = re.compile(r"(?<!\s)\s*+[–—,;/-]\s++")
_TERM_ALONE = re.compile(_TERM, re.I)
_TOLD_LAST = re.compile(r"^(?P<name>[^()]{3,200}?)\s*\((?P<told>[^()]{5,150})\)\W*$")


def _apart(text: str) -> RecordEntry | None:
    """ "Sổ cấp thẻ – Văn phòng – 02 năm" and "Sổ cấp thẻ (02 năm – Văn phòng)"; None for others."""
    for sign in _BETWEEN:
        parts = [p.strip(" .;") for p in sign.split(text)]
        if len(parts) == 3 and all(parts) and _is_term(parts[2]):
            return {"name": tidy(parts[0]), "place": tidy(parts[1]), "retention": tidy(parts[2])}
    if m := _KEPT_FOR.match(text):
        name, place, retention = m["name"].rstrip(" :,"), m["place"], m["retention"]
        return {"name": tidy(name), "place": tidy(place), "retention": tidy(retention)}
    m = _TOLD_LAST.match(text)
    if m and (told := _place_and_term(m["told"])):
        place, retention = told
        place = re.sub(rf"(?i)^(?:{_KEEP}\s+)?(?:tại|ở)\s+", "", place)
        return {"name": tidy(m["name"]), "place": tidy(place), "retention": tidy(retention)}
    return None


def _place_and_term(told: str) -> tuple[str, str] | None:
    """(place, term) of "02 năm – Văn phòng" or "Văn phòng, 02 năm"; None for others."""
    for sign in _SIGN.finditer(told):
        before, after = told[: sign.start()], told[sign.end() :]
        if before and after and _TERM_ALONE.fullmatch(before):
            return after, before
        if before and _TERM_ALONE.fullmatch(after):
            return before, after
    return None


def _name_and_place(text: str) -> tuple[str, str]:
    if found := _kept_by(text):
        return found
    if m := _IN_BRACKETS.match(text):
        return m.group(1), re.sub(rf"(?i)^(?:{_KEEP}\s+)?(?:tại|ở)\s+", "", m.group(2))
    if m := _AT.search(text):
        name = text[: m.start()]
        name = re.sub(
            rf"(?i)^(?:lưu|giữ|bảo quản)\s+|(?<![\s,:;(–—-])[\s,:;(–—-]++{_KEEP}$",
            "",
            name.strip(),
        )
        return name.strip(" :;,(–—-"), (m.group("place") or m.group("where"))
    parts = [
        part
        for part in re.split(r"(?<!\s)\s++[–—-]\s++|(?:(?<!\s)\s++)?(?:[|;]\s*+|:\s++|\()", text)
        if part.strip(" )")
    ]
    if len(parts) == 2:
        place = re.sub(rf"(?i)^{_KEEP}\s+", "", parts[1].strip(" )"))
        return parts[0], place
    if m := _WHO_KEEPS.match(text):
        return m.group("name"), m.group("place")
    return text, ""


def _kept_by(text: str) -> tuple[str, str] | None:
    """ "Sổ cấp thẻ, do Văn phòng lưu giữ": the record and who keeps it."""
    do = _DO.search(text, 1)
    keeps = _KEEPS.search(text, do.end() + 1) if do else None
    if not do or not keeps:
        return None
    name = text[: do.start()]
    if name[-1] in ":,;–—-":
        name = name[:-1].rstrip() or name
    return name, text[do.end() : keeps.start()]
