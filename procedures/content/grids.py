"""Grids (tables whose columns have a role): records, amendments, terms and dossiers read
from them."""

import re
from collections.abc import Sequence

from procedures.content.schema import (
    Amendment,
    Content,
    GridBlock,
    RecordEntry,
    Row,
    Term,
    is_grid,
    is_text,
)
from procedures.content.text import blocks, one_line, paragraphs
from procedures.content.wording import dates


def grids(content: Content, subject: str) -> list[GridBlock]:
    """All grids of one subject, in reading order."""
    return [b for _, b in blocks(content) if is_grid(b) and b.get("subject") == subject]


def columns(grid: GridBlock, *roles: str) -> list[int]:
    return [i for i, c in enumerate(grid.get("columns", ())) if c.get("role") in roles]


def at(cells: Sequence[str], index: int | None) -> str:
    return cells[index] if index is not None and index < len(cells) else ""


def cell(row: Row, index: int | None) -> str:
    return at(row.get("cells", ()), index)


def first(grid: GridBlock, *roles: str) -> int | None:
    return next(iter(columns(grid, *roles)), None)


def rows(grid: GridBlock) -> list[Row]:
    return [r for r in grid.get("rows", ()) if r.get("kind", "row") == "row"]


_TIME_LAST = re.compile(
    r"(?:\b(?:ít nhất |tối thiểu )?\d{1,3} ?(?:\(\w{1,20}\) ?)?(?:năm|tháng)\b[^,;.]{0,40}|\b(?:vĩnh viễn|lâu dài|không thời hạn)\b|\btheo (?:hồ sơ|vòng đời|quy định|thời hạn)[^,;.]{0,40})\W*$",
    re.I,
)


def _part_place_and_time(record: RecordEntry) -> None:
    """Splits a column for both place and time ("Nơi lưu, thời gian lưu"), where the time
    comes last."""
    said = record["place"] or record["retention"]
    if m := _TIME_LAST.search(said):
        where = said[: m.start()].strip(" ,;:/–-(")
        record["place"] = re.sub(r"(?i)^(?:lưu )?tại | trong$", "", where)
        record["retention"] = m.group().strip(" ).;")


def _place_above(text: str) -> str:
    """The place that a row above several records names; empty if it names none."""
    m = re.match(r"(?:(?:hồ sơ\s+)?lưu(?: giữ| trữ)?\s+(?:tại|ở)|nơi lưu\s*:|tại)\s+(\S.*)$", text.strip(), re.I)  # fmt: skip
    return m.group(1).strip(" :.;") if m else ""


def grid_records(content: Content) -> list[RecordEntry]:
    """[{"name", "place", "retention"}] of the rows of the grids of records."""
    out: list[RecordEntry] = []
    for grid in grids(content, "records"):
        name, place, retention = first(grid, "name"), first(grid, "place"), first(grid, "retention")
        above: list[str] = []
        where = ""  # a row above several records: "Lưu tại Văn phòng"
        for row in grid.get("rows", ()):
            if row.get("kind", "row") == "phase":
                where = _place_above(" ".join(map(one_line, row.get("cells", ()))))
            if row.get("kind", "row") != "row":
                continue
            merged = set(row.get("merged", ()))
            cells = [
                above[i] if i in merged and i < len(above) else c
                for i, c in enumerate(row.get("cells", ()))
            ]
            above = cells
            record: RecordEntry = {
                "name": one_line(at(cells, name)),
                "place": one_line(at(cells, place)),
                "retention": one_line(at(cells, retention)),
            }
            if retention is None or place is None:
                _part_place_and_time(record)
            record["place"] = record["place"] or where
            if record["name"] and name not in merged:
                out.append(record)
    return out


_KEEP = r"(?:được\s{1,40}+)?(?:lưu(?:\s{1,40}+(?:giữ|trữ))?|bảo quản)"
_GAP = r"\s{0,40}+"
_HOW_LONG = (
    rf"(?:{_GAP}[,;:–-]{_GAP}|\s{{1,40}}+)(?:(?:trong(?: thời (?:hạn|gian))?|thời (?:hạn|gian)(?: {_KEEP})?|{_KEEP}){_GAP}:?+{_GAP}){{0,6}}"
    rf"(?P<retention>(?:ít nhất |tối thiểu )?\d{{1,9}}+{_GAP}(?:\(\w{{1,40}}+\){_GAP})?(?:năm|tháng)\b[^,;.)]*+|vĩnh viễn|lâu dài)"
)
_KEPT = (
    re.compile(
        rf"^(?P<name>.{{3,200}}?){_GAP}[:;,.(–-]?+{_GAP}{_KEEP}\s{{1,40}}+(?:tại|ở|bởi)\s{{1,40}}+(?P<place>(?:[^;.]|(?<=\b\w)\.){{2,120}}?){_HOW_LONG}",
        re.I,
    ),
    re.compile(
        rf"^(?P<name>[^:;–(]{{3,200}}?)(?:{_GAP}[:–]|\s{{1,40}}+-)\s{{1,40}}+(?P<place>[^\W\d](?:[^:;.–]|(?<=\b\w)\.){{1,80}}?){_HOW_LONG}\s*+[).;]*+$",
        re.I,
    ),
)


def listed_records(content: Content) -> list[RecordEntry]:
    """ "- Sổ cấp thẻ: lưu tại Văn phòng, 02 năm.", "Sổ cấp thẻ – Văn phòng – 02 năm" in a section on records that has no table."""
    out: list[RecordEntry] = []
    for section, block in blocks(content, ("records",)):
        if section.get("place", "body") == "body" and is_text(block):
            for line in paragraphs(block.get("html", "")):
                line = re.sub(r"^\s*(?:[-–+•*▪]|\d+(?:\.\d+)*[.)]|[a-zđ][.)])\s*", "", line)
                if m := next((m for pattern in _KEPT if (m := pattern.match(line))), None):
                    name, place, kept = (
                        m.group(part).strip(" :;,.()–-") for part in ("name", "place", "retention")
                    )
                    if not re.fullmatch(_KEEP, place, re.I):
                        out.append({"name": name, "place": place, "retention": kept})
    return out


def _without_date(text: str) -> str:
    """ "02 – 05/3/2024" and "Lần 02, ngày 05/3/2024" without the date."""
    m = re.match(r"\s*(?:lần\s*(?:thứ\s*)?)?(\d{1,2})(?!\s*[/.]\s*\d)(?!\d)", text, re.I)
    return m.group(1) if m else ""


def grid_amendments(content: Content) -> list[Amendment]:
    """[{"number", "date" (ISO, or as printed if not a date), "summary"}] of the grids of
    amendments, without empty rows."""
    out: list[Amendment] = []
    for grid in grids(content, "amendments"):
        number, date, summary = first(grid, "number"), first(grid, "date"), first(grid, "summary")
        for row in rows(grid):
            printed = one_line(cell(row, date if date is not None else number))
            found = dates(printed)
            said = one_line(cell(row, number if number is not None else date))
            if number is None or date is None:
                said = _without_date(said)
            entry: Amendment = {
                "number": said,
                "date": found[0].isoformat() if found else printed,
                "summary": one_line(cell(row, summary)),
            }
            if re.search(r"\w", entry["date"]) or re.search(r"\w", entry["summary"]):
                out.append(entry)
    return out


def terms(content: Content) -> list[Term]:
    """[{"term", "meaning"}] of the grids of definitions."""
    out: list[Term] = []
    for grid in grids(content, "definitions"):
        term, meaning = first(grid, "term"), first(grid, "meaning")
        out += [
            {"term": t, "meaning": one_line(cell(row, meaning))}
            for row in rows(grid)
            if (t := one_line(cell(row, term)))
        ]
    return out


def dossier(content: Content) -> list[dict[str, str]]:
    """[{"name", "original", "copy", "note"}] of the dossier's contents."""
    out: list[dict[str, str]] = []
    for grid in grids(content, "dossier"):
        places = {role: first(grid, role) for role in ("name", "original", "copy", "note")}
        out += [
            entry
            for row in rows(grid)
            if (entry := {role: one_line(cell(row, i)) for role, i in places.items()})["name"]
        ]
    return out
