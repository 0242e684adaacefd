"""Places that may have a control block, and the labelled facts in them."""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from procedures.content.candidates.amendments import entries_in
from procedures.content.wording import count, dates, fold, words
from procedures.word.labels import labelled, read_code
from procedures.word.model import Block, Cell, Paragraph, Table

Value = TypeVar("Value", str, int, datetime.date)


@dataclass
class Fact:
    field: str
    value: str | int | datetime.date
    part: str  # "front" or the header's or footer's part
    printed: str = ""


@dataclass
class Place:
    """A place that may have a control block: the front of the body, a header, a footer."""

    name: str
    blocks: Sequence[Block]
    facts: list[Fact] = field(default_factory=list)

    def first(self, name: str, sort: type[Value]) -> Value | None:
        """The first value of a field that is of type `sort` (str, int or date), or None."""
        return next(
            (f.value for f in self.facts if f.field == name and isinstance(f.value, sort)), None
        )


def gather(place: Place) -> Place:
    """Reads all labelled facts of a place: lines, cells with the value next to or below them,
    values on the next line."""
    _lines(place, [b for b in place.blocks if isinstance(b, Paragraph)])
    for block in place.blocks:
        if isinstance(block, Table):
            _Cells(place).read(block)
    return place


# one labelled value


def take(place: Place, name: str, value: str) -> None:
    """Adds the facts in one labelled value. Blanks to fill in ("……/……/20……") add none."""
    for found in (_texts(name, value), _numbers(name, value), _days(name, value)):
        place.facts += [Fact(field_, said, place.name, value) for field_, said in found]


def _texts(name: str, value: str) -> Iterator[tuple[str, str]]:
    if name == "code" and (code := read_code(value)):
        yield "code", code
    elif name == "nation" and (m := re.search(r"\d\.\d{6}(?:\.[\w.\-]+)?", value)):
        yield "nation", m.group()
    elif name == "title" and len(value) > 3:
        yield "title", " ".join(re.sub(r"[_.…]{4,}", "", value).split())


def _numbers(name: str, value: str) -> Iterator[tuple[str, int]]:
    if name not in ("issue", "revision", "both", "dated"):
        return
    if name == "dated":  # "Lần BH/ngày BH: 03 – 8/8/2022"
        if m := re.match(r"\D{0,5}0*(\d{1,3})(?!\d|\s*[/.]\s*\d)", value):
            yield "issue", int(m.group(1))
        return
    pair = None
    if name == "issue":
        pair = re.fullmatch(r"\s*(\d{1,2})\.(\d{1,2})\s*", value)
    elif name == "both":
        pair = re.match(r"\D{0,3}0*(\d{1,3})\s*[/\-.,]\s*0*(\d{1,3})(?![\d/])", value)
    if pair:
        yield "issue", int(pair.group(1))
        yield "revision", int(pair.group(2))
    elif (number := count(value)) is not None:
        yield "revision" if name == "revision" else "issue", number
        m = re.match(r"\s*0*\d{1,3}\s*/\s*0*(\d{1,2})(?![\d/])", value)
        if name == "issue" and m:
            yield "revision", int(m.group(1))


def _days(name: str, value: str) -> Iterator[tuple[str, datetime.date]]:
    if name not in ("issued", "effective", "revised", "dates", "dated"):
        return
    found = dates(value)
    if found:
        yield "issued" if name in ("dates", "dated") else name, found[0]
    if name == "dates" and len(found) > 1:
        yield "revised", found[1]


# lines


def _lines(place: Place, paragraphs: list[Paragraph], *, together: bool = False) -> None:
    """`together`: lines of one cell, where a bare date after an issue number dates the issue;
    elsewhere it dates a signature."""
    waiting: str | None = None
    numbered = False
    for p in paragraphs:
        for line in p.text.split("\n"):
            if not line.strip():
                continue
            if waiting and not labelled(line):
                take(place, waiting, line.strip(" :\t"))
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
                    take(place, name, value)
                elif n == len(pairs) - 1:
                    waiting = name


def _of_the_log(line: str) -> bool:
    """Whether a line is an entry of the amendment log ("Lần 02, ngày 5/3/2024: Bổ sung …"), which
    is about its own issue."""
    day = re.search(r"\d\s*[/.\-]\s*\d|th[áa]ng", line)
    return (
        day is not None
        and len(line) > 40
        and ":" not in line[: day.start()]
        and bool(entries_in(line))
    )


# tables


# An earlier cell in the row: "Lần ban hành: 05 | Ngày: 01/7/2025"
_ISSUE = re.compile(r"^\s*(?:lan (?:ban hanh|bh)|ban hanh lan)\b.*\d\s*$")


class _Cells:
    """Reads the labels in the cells of one table; a value is in the same cell, the next one or the
    one below."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.below: dict[int, str] = {}  # column -> label whose value is in the cell below
        # columns with an issue number: a bare date below it dates the issue
        self.numbered: set[int] = set()

    def read(self, table: Table) -> None:
        if any(_is_log(row) or _heads_a_list(row) for row in table.rows[:2]):
            return  # its rows are about earlier issues, or forms
        for r, row in enumerate(table.rows):
            heads = r + 1 < len(table.rows) and _heads_values(row)
            pending: str | None = None  # label whose value is in the next cell
            for cell in row:
                pending = self._cell(cell, row, heads, pending)

    def _cell(self, cell: Cell, row: list[Cell], heads: bool, pending: str | None) -> str | None:
        """Adds the facts of a cell. Returns the label whose value is expected in the next cell,
        or None."""
        nested = [b for b in cell.blocks if isinstance(b, Table)]
        self.place.facts += gather(Place(self.place.name, nested)).facts
        own = [p for p in cell.blocks if isinstance(p, Paragraph) and not p.empty]
        text = "\n".join(p.text for p in own)
        if not text.strip():
            return None
        if not re.search(r"\w", text):  # a cell with only the colon
            return pending
        pairs = labelled(text)
        if pending and all(name == "loose" for name, _ in pairs):
            take(self.place, pending, text)
            return None
        pairs = self._dated(pairs, cell.column, row)
        if not pairs and cell.column in self.below:
            take(self.place, self.below.pop(cell.column), text)
            return None
        return self._lines(own, pairs) if len(own) > 1 else self._line(pairs, cell.column, heads)

    def _dated(
        self, pairs: list[tuple[str, str]], column: int, row: list[Cell]
    ) -> list[tuple[str, str]]:
        """The labels, with a bare date next to or below an issue number as the date of
        that issue."""
        if any(name in ("issue", "both", "revision") for name, _ in pairs):
            self.numbered.add(column)
            return pairs
        if column in self.numbered or any(
            c.column < column and _ISSUE.search(fold(c.text)) for c in row
        ):
            return [("issued" if name == "loose" else name, value) for name, value in pairs]
        return pairs

    def _line(self, pairs: list[tuple[str, str]], column: int, heads: bool) -> str | None:
        pending = None
        for n, (name, value) in enumerate(pairs):
            if value:
                take(self.place, name, value)
            elif n == len(pairs) - 1 and heads:
                self.below[column] = name
            elif n == len(pairs) - 1:
                pending = name
        return pending

    def _lines(self, own: list[Paragraph], pairs: list[tuple[str, str]]) -> str | None:
        before = len(self.place.facts)
        _lines(self.place, own, together=True)
        waits = len(self.place.facts) == before and len(pairs) == 1 and not pairs[0][1]
        return pairs[0][0] if waits else None


def _heads_values(row: list[Cell]) -> bool:
    """Whether a row has only labels, at least two: their values are below."""
    said = [c for c in row if c.text]
    bare = [c for c in said if len(pairs := labelled(c.text)) == 1 and not pairs[0][1]]
    return len(bare) >= 2 and len(bare) == len(said)


def _heads_a_list(row: list[Cell]) -> bool:
    """Whether a row heads a numbered list: "TT | Mã số | Tên biểu mẫu | Ghi chú"."""
    first = words(row[0].text) if row else ""
    return len(row) >= 3 and first in ("tt", "stt", "so tt", "so thu tu")


def _is_log(row: list[Cell]) -> bool:
    """Whether a row heads an amendment log ("Lần sửa đổi | Vị trí | Nội dung | Ngày"): its labels
    belong to the rows below."""
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
