"""Checks the rows of a sheet of questions: their errors and the effect of importing them.
Changes nothing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audits.bank import sheet, wording
from audits.models import Question
from procedures.standard import sort_key
from qms.models import Agency
from qms.sandbox.sheets import Table
from qms.text.folding import fold
from qms.text.numbers import whole_number

NEW, CHANGED, SAME, SHARED = "new", "changed", "same", "shared"
YES = frozenset({"", "co", "x", "dang dung", "yes", "true", "1", "✓"})
NO = frozenset({"khong", "ngung dung", "no", "false", "0"})


@dataclass
class Row:
    """A line of the sheet as typed, its errors, and the effect of importing it."""

    line: int
    code: str = ""
    clause: str = ""
    text: str = ""
    text_en: str = ""
    look_at: str = ""
    look_at_en: str = ""
    fault: str = ""
    fault_en: str = ""
    is_active: str = ""
    given: list[str] = field(default_factory=list)  # columns that the sheet has
    errors: list[str] = field(default_factory=list)
    becomes: str = ""


@dataclass
class Count:
    new: int
    changed: int
    same: int
    shared: int


@dataclass
class Found:
    """The effects of the valid rows."""

    new: list[Question]
    changed: list[Question]
    count: Count


def rows_of(table: Table, choice: sheet.Choice) -> list[Row]:
    """The lines below the heading with anything in an assigned column. Formulas become errors of
    their lines."""
    found = []
    columns = choice.columns
    formulas = _formulas(table, set(columns.values()))
    for number, line in enumerate(table.rows[choice.head :], choice.head + 1):
        cells = {name: line[place] for name, place in columns.items() if place < len(line)}
        if not any(cells.values()) and number not in formulas:
            continue
        row = Row(line=number, given=list(columns))
        for name, cell in cells.items():
            setattr(row, name, cell)
        row.errors = [_formula(cell) for cell in formulas.get(number, ())]
        found.append(row)
    return found


def _formulas(table: Table, places: set[int]) -> dict[int, list[str]]:
    """{line: cells with formulas in the assigned columns}."""
    letters = {sheet.letter(place) for place in places}
    found: dict[int, list[str]] = {}
    for cell in table.formulas:
        column = cell.rstrip("0123456789")
        if column in letters:
            found.setdefault(int(cell[len(column) :]), []).append(cell)
    return found


def _formula(cell: str) -> str:
    return _("Ô %(cell)s là công thức. Hãy chép ô rồi dán lại dạng giá trị (Paste values).") % {"cell": cell}  # fmt: skip


def check(agency: Agency | None, rows: Sequence[Row]) -> Found:
    """Sets the errors and effect of each row. Four queries, whatever the number of rows."""
    known = _Known(agency)
    found = Found([], [], Count(0, 0, 0, 0))
    for row in rows:
        question = _question_of(row, known)
        if row.errors or question is None:
            continue
        if row.becomes == NEW:
            found.new.append(question)
        elif row.becomes == CHANGED:
            found.changed.append(question)
    for row in rows:
        if row.becomes and not row.errors:
            setattr(found.count, row.becomes, getattr(found.count, row.becomes) + 1)
    return found


class _Known:
    """The questions that rows are compared with: the table's own, the city's, and those of
    previous rows."""

    def __init__(self, agency: Agency | None) -> None:
        self.agency = agency
        self.clauses = wording.known_clauses()
        own = list(Question.objects.filter(agency=agency))
        self.by_code = {one.pk: one for one in own}
        self.by_text = {key(one.clause, one.text): one for one in own}
        city = Question.objects.filter(agency=None) if agency else Question.objects.none()
        self.shared = {key(*pair) for pair in city.values_list("clause", "text")}
        self.lines: dict[tuple[str, str], int] = {}
        self.codes: dict[int, int] = {}


def key(clause: str, text: str) -> tuple[str, str]:
    """The identity of a question: its clause, and its words without case and marks."""
    return clause, fold(text)


def _question_of(row: Row, known: _Known) -> Question | None:
    """The question that the row creates or changes; None if there is none."""
    row.becomes = ""
    values = _values(row, known)
    if row.errors:
        return None
    same = key(values["clause"], values["text"])
    if same in known.lines:
        row.errors.append(_("Trùng câu hỏi với dòng %(line)s.") % {"line": known.lines[same]})
        return None
    known.lines[same] = row.line
    twin = known.by_text.get(same)
    old = known.by_code.get(whole_number(row.code) or 0) or twin
    if old is not None and twin is not None and twin.pk != old.pk:
        row.errors.append(_("Ngân hàng đã có câu hỏi này với mã %(code)s.") % {"code": twin.pk})
        return None
    if old is not None and old.pk in known.codes:
        row.errors.append(_("Trùng mã với dòng %(line)s.") % {"line": known.codes[old.pk]})
        return None
    if old is not None:
        known.codes[old.pk] = row.line
    if old is None and same in known.shared:
        row.becomes = SHARED
        return None
    if old is None:
        row.becomes = NEW
        return Question(agency=known.agency, **values)
    given = {name: value for name, value in values.items() if name in row.given or name == "order"}
    row.becomes = CHANGED if any(getattr(old, name) != one for name, one in given.items()) else SAME
    for name, value in given.items():
        setattr(old, name, value)
    return old


def _values(row: Row, known: _Known) -> dict[str, Any]:
    values: dict[str, Any] = {name: wording.tidy(getattr(row, name)) for name in wording.TEXTS}
    titles = sheet.headings()
    for name, text in values.items():
        if len(text) > wording.LONGEST:
            row.errors.append(_("Cột “%(column)s” dài quá 2.000 ký tự. Hãy tách thành nhiều câu.") % {"column": titles[name]})  # fmt: skip
    if not values["text"]:
        row.errors.append(_("Thiếu câu hỏi."))
    try:
        values["clause"] = wording.clause_of(row.clause, known.clauses)
        values["order"] = sort_key(values["clause"])
    except ValidationError as problem:
        row.errors += problem.messages
    typed = fold(row.is_active)
    if typed not in YES | NO:
        row.errors.append(_("Cột “Đang dùng” ghi “có” hoặc “không”."))
    values["is_active"] = typed not in NO
    return values


def kept(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows as JSON-serializable data, kept between dry run and import."""
    empty = Row(line=0)
    return [{name: one for name, one in asdict(row).items() if one != getattr(empty, name)} for row in rows]  # fmt: skip


def restored(data: list[dict[str, Any]]) -> list[Row]:
    return [Row(**row) for row in data]
