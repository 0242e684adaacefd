"""The steps, phases and totals of a procedure, for its flow chart and its key facts. Pure
functions, no Django."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from procedures import content as reading
from procedures.content.case_names import short_cases, with_unit
from procedures.content.schema import Content, GridBlock, Row
from procedures.content.steps import drawn_lines, duration
from procedures.content.wording import fold

LONGEST = 220  # letters of an action shown; the table next to it has the full text

# Looked for only where it begins: a search from each of its letters would be quadratic
_END_MARKS = re.compile(r"(?<![\s\-–+•*:;,])[\s\-–+•*:;,]+$")
_STATES = "giấy tờ|phù hợp|hợp lệ|đạt|đầy đủ|đủ|đồng ý|nhất trí|chấp thuận|bảo đảm|đảm bảo|đúng|thống nhất|chính xác"
_IF = r"(?:nếu\s+|trường hợp\s+|hồ sơ\s+|khi\s+|kết quả\s+|nội dung\s+|dự thảo\s+)*"
_TURNS_BACK = re.compile(
    rf"^[-–+•*]?\s*{_IF}(?:còn\s+)?(?P<not>thiếu|không|chưa)\s*(?P<state>{_STATES})\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    rf"(?<=[;.:,])\s+(?=(?:[-–+•*]\s*)?{_IF}(?:thiếu|không|chưa)\s)"
    rf"|(?<=[;.])\s+(?=(?:[-–+•*]\s*)?{_IF}(?:{_STATES})\b)|\n",
    re.IGNORECASE,
)
_NAMED_STEP = re.compile(
    r"\bbước\s+(?:số\s+)?(?:b\s*)?0*(\d+(?:\.\d+)*)|\bB0*(\d+)\b", re.IGNORECASE
)
_BACK_TO_WHOM = re.compile(
    r"\b(?:tra|chuyen) (?:tra )?(?:lai|ve)(?: ho so)?(?: lai)? (?:cho )?((?:can bo|cong chuc|chuyen vien|vien chuc|nhan vien|bo phan|phong|lanh dao|van thu|truong|don vi)\b[^.;,:]*)"
)
_MARK = re.compile(r"^\s*[-–—+•*·▪➢►]+\s*")
_INNER_MARK = re.compile(r"(?<=[;.:,])\s+[-–—+•*·▪➢►]\s+")
_IF_ALONE = re.compile(r"\b(nếu|trường hợp)\s*:\s*(\w)")


@dataclass(frozen=True)
class Step:
    """A node of the chart: `kind` is step, phase or total."""

    kind: str
    number: str
    text: str
    who: str = ""
    times: tuple[tuple[str, str], ...] = ()  # (case, time); the case is "" if there is only one
    until: str = ""  # number of the last step if several steps share the times (a merged cell)

    @property
    def turns_back(self) -> str:
        """The step's text for the negative case ("Chưa phù hợp thì …"), verbatim; "" if there is
        none."""
        return next(
            (c.strip(" -–+•*") for c in _CLAUSE.split(self.text) if _TURNS_BACK.match(c.strip())),
            "",
        )

    @property
    def back_to_whom(self) -> str:
        """The person it is returned to in this case, folded ("chuyển trả lại cho công chức thụ
        lý"); "" if none is named."""
        named = _BACK_TO_WHOM.search(fold(self.turns_back))
        return named[1] if named else ""

    @property
    def asks(self) -> str:
        """The question that this case answers in the negative: "Phù hợp?", "Đủ giấy tờ?"."""
        if not (found := _TURNS_BACK.match(self.turns_back)):
            return ""
        state = found["state"].lower()
        missing = found["not"].lower() == "thiếu" or state == "giấy tờ"
        return f"Đủ {state}?" if missing else f"{state[:1].upper()}{state[1:]}?"

    @property
    def back_to(self) -> str:
        """The number of the step named in this case ("trả lại bước 2"); "" if none is named."""
        named = _NAMED_STEP.search(self.turns_back)
        return (named[1] or named[2]) if named else ""

    @property
    def action(self) -> str:
        """The text without the negative case and without list markers, shortened at a word."""
        text = self.text
        if back := self.turns_back:
            text = text.replace(back, " ")
        text = _IF_ALONE.sub(lambda m: f"{m[1]} {m[2].lower()}", _joined(text.split("\n")))
        return shorten(_END_MARKS.sub("", text), LONGEST)


def _joined(lines: Iterable[str]) -> str:
    """The lines of a cell as one; list items are separated from the preceding one."""
    text = ""
    for line in lines:
        words = _INNER_MARK.sub(" ", _MARK.sub("", line)).strip()
        if not words or not words.strip(";.,:"):
            continue
        listed = _MARK.match(line) and text and text[-1] not in ".;:,"
        text = f"{text}{'; ' if listed else ' '}{words}" if text else words
    return text


def shorten(text: str, longest: int) -> str:
    """At most `longest` letters, cut at a word, with an ellipsis."""
    text = " ".join(text.split())
    return (
        text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:.-–") + "…"
    )


def steps_of(content: Content) -> list[Step]:
    """Steps, phases and totals of the content's grids in order; from "Bước 1. …" headings if there
    is no grid."""
    found: list[Step] = []
    for grid in reading.grids(content, "steps"):
        found += _steps_of_grid(grid)
    if any(s.kind == "step" for s in found):
        return found
    return [
        Step(
            "step",
            s["number"],
            s["action"],
            s["responsible"],
            tuple(("", d) for d in s["durations"] if d),
        )
        for s in reading.steps(content)
    ]


@dataclass(frozen=True)
class _Row:
    """A row of a grid: its texts by column (merged cells repeat the text above), and its times."""

    cells: list[str]
    who: str
    times: tuple[tuple[str, str], ...]
    shares_times: bool  # a time cell is merged with the one above


class _Columns:
    """The columns of a grid by their role."""

    def __init__(self, grid: GridBlock) -> None:
        self.columns = grid.get("columns", ())
        self.roles = [column.get("role") for column in self.columns]
        self.action = next(
            (self.roles.index(r) for r in ("action", "name", "other") if r in self.roles), 0
        )
        self.durations = [i for i, role in enumerate(self.roles) if role == "duration"]
        headings = [reading.one_line(self.columns[i].get("label", "")) for i in self.durations]
        cases = short_cases(headings) if len(headings) > 1 else [""] * len(headings)
        self._times = list(zip(self.durations, headings, cases, strict=True))

    def row(self, row: Row, above: list[str]) -> _Row:
        """`above`: the texts of the preceding row."""
        html = [*row.get("cells", ()), *[""] * len(self.columns)][: len(self.columns)]
        cells = [reading.plain(cell) for cell in html]
        cells[self.action] = "\n".join(drawn_lines(html[self.action]))
        merged = set(row.get("merged", ())) - {self.action}
        for i in merged.intersection(range(len(above))):
            cells[i] = above[i]
        times = [
            (case, with_unit(time, heading))
            for i, heading, case in self._times
            if i not in merged and (time := _flat(duration(html[i], fold(heading))))
        ]
        who = [
            _flat(cell)
            for cell, role in zip(cells, self.roles, strict=True)
            if role == "responsible" and cell
        ]
        return _Row(cells, "; ".join(who), tuple(times), bool(merged.intersection(self.durations)))

    def number(self, row: _Row) -> str:
        return _flat(row.cells[self.roles.index("number")]) if "number" in self.roles else ""

    def words(self, row: _Row, *, times: bool) -> str:
        """The whole text of the row on one line, with or without the time columns."""
        return " ".join(
            _flat(cell)
            for i, cell in enumerate(row.cells)
            if cell.strip() and (times or i not in self.durations)
        )


def _steps_of_grid(grid: GridBlock) -> Iterable[Step]:
    columns = _Columns(grid)
    out: list[Step] = []
    above: list[str] = []
    timed = -1  # the step whose times the rows below may share
    for source in grid.get("rows", ()):
        row = columns.row(source, above)
        above = row.cells
        kind = source.get("kind", "row")
        if kind == "note" or not any(row.cells):
            continue
        if kind in {"phase", "total"}:
            total = kind == "total"
            text = columns.words(row, times=not total)
            out.append(Step(kind, "", text, "", row.times if total else ()))
            timed = -1
        elif not row.cells[columns.action].strip():
            _go_on(out, row.who, row.times)
        else:
            text = row.cells[columns.action]
            out.append(Step("step", columns.number(row), text, row.who, row.times))
            if row.times or not row.shares_times:
                timed = len(out) - 1
            elif timed >= 0 and out[timed].times:
                last = bare(out[-1].number) or str(sum(s.kind == "step" for s in out))
                out[timed] = replace(out[timed], until=last)
    return out


def _flat(text: str) -> str:
    return " ".join(text.split())


def bare(number: str) -> str:
    """The number of a step without the word and the punctuation around it: "Bước 3." gives "3"."""
    return re.sub(r"^(?:bước|b)\s*", "", number, flags=re.IGNORECASE).strip(" .:)-–")


def printed(number: str) -> str:
    """The number of a step as its table prints it, without the word "Bước" and trailing
    punctuation."""
    return re.sub(r"^bước\s*", "", number, flags=re.IGNORECASE).strip(" .:)-–")


def _go_on(out: list[Step], who: str, times: tuple[tuple[str, str], ...]) -> None:
    """A row without an action of its own extends the step above: more people, more time."""
    if out and out[-1].kind == "step":
        last = out[-1]
        people = "; ".join(dict.fromkeys(x for x in (last.who, who) if x))
        out[-1] = replace(last, who=people, times=tuple(dict.fromkeys(last.times + times)))
