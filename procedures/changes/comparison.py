"""Compares two states of a document: one structure that the screen, the sentences and the Word file
are made from.

Sections, lines and table rows are paired first, in order; paired texts are compared word by word,
tables cell by cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from procedures.changes import laid_out, words
from procedures.changes.alignment import Pairs, align, ratio
from procedures.changes.structure import Cell, Line, Redline, Row, Section, State, Table
from procedures.changes.words import Budget, Pieces
from procedures.content import schema

ALIKE = 0.55  # minimum similarity of two lines that are versions of one another
SECTION_ALIKE = 0.6
SHORT = 6  # a cell of at most this many words is compared as a whole
AS_WHOLES = {"number", "duration", "responsible", "place", "retention", "date", "original", "copy"}
MOVED_FROM = 3  # minimum words of a line or row to be recognised as moved


def compare(old: State, new: State) -> Redline:
    """The complete content of both states, in the order of the new one."""
    budget = Budget()
    before, after = old.content.get("sections", ()), new.content.get("sections", ())
    sections = [
        _section(before[i] if i is not None else None, after[j] if j is not None else None, budget)
        for i, j in _paired_sections(before, after, budget)
    ]
    _find_moves(sections)
    facts = _facts(old.facts, new.facts, budget)
    return Redline(facts, sections, _facts(old.each_time, new.each_time, budget))


def _facts(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]], budget: Budget
) -> list[tuple[str, Pieces]]:
    before, after = dict(old), dict(new)
    labels = [*after, *(name for name in before if name not in after)]
    return [
        (label, words.compare(before.get(label, ""), after.get(label, ""), budget))
        for label in labels
        if before.get(label, "") != after.get(label, "")
    ]


# -- sections


def _paired_sections(
    old: Sequence[schema.Section], new: Sequence[schema.Section], budget: Budget
) -> Pairs:
    def key(section: schema.Section) -> tuple[str, str, str]:
        return (section.get("place", "body"), section.get("kind", ""), _title(section))

    def alike(a: schema.Section, b: schema.Section) -> float:
        if a.get("place", "body") != b.get("place", "body"):
            return 0.0
        same_kind = a.get("kind") == b.get("kind") != "other"
        likeness = ratio(_title(a), _title(b)) + (0.25 if same_kind else 0.0)
        return likeness if likeness >= SECTION_ALIKE else 0.0

    return align(old, new, budget, key=key, alike=alike)


def _title(section: schema.Section) -> str:
    return str(section.get("title", "")).strip().lower()


def _section(old: schema.Section | None, new: schema.Section | None, budget: Budget) -> Section:
    label = words.compare(
        laid_out.label(old) if old else "", laid_out.label(new) if new else "", budget
    )
    before, after = laid_out.parts(old) if old else [], laid_out.parts(new) if new else []
    pairs = align(before, after, budget, key=_part_key, alike=_part_alike)
    parts = [
        part
        for i, j in pairs
        for part in _part(
            before[i] if i is not None else None, after[j] if j is not None else None, budget
        )
    ]
    kind = _kind(old, new)
    if kind == "same" and _differs(label):
        kind = "changed"
    section = new or old
    return Section(kind, label, section.get("place", "body") if section else "body", parts)


def _kind(old: object, new: object) -> str:
    return "added" if old is None else "removed" if new is None else "same"


def _differs(pieces: Pieces) -> bool:
    return any(op != "=" for op, _text in pieces)


# -- lines


def _part_key(part: laid_out.Part) -> tuple[str, str]:
    return (type(part).__name__, part.text)


def _part_alike(old: laid_out.Part, new: laid_out.Part) -> float:
    if isinstance(old, laid_out.Line) and isinstance(new, laid_out.Line):
        likeness = ratio(old.text, new.text) if old.picture == new.picture else 0.0
        return likeness if likeness >= ALIKE else 0.0
    if isinstance(old, laid_out.Table) and isinstance(new, laid_out.Table):
        subject = 0.5 if old.subject == new.subject != "" else 0.0
        likeness = ratio(old.text, new.text) + subject
        return likeness if likeness >= ALIKE else 0.0
    return 0.0


def _part(
    old: laid_out.Part | None, new: laid_out.Part | None, budget: Budget
) -> Iterator[Line | Table]:
    """A pair as one change; a line and a table paired only by position as two."""
    if isinstance(old, laid_out.Table) and isinstance(new, laid_out.Table):
        yield from _tables(old, new, budget)
    elif isinstance(old, laid_out.Line) and isinstance(new, laid_out.Line):
        kind = "same" if old.text == new.text else "changed"
        yield Line(kind, words.compare(old.text, new.text, budget), new.heading)
    else:
        for part, kind in ((old, "removed"), (new, "added")):
            if isinstance(part, laid_out.Table):
                yield one_table(part, kind)
            elif part is not None:
                yield Line(kind, _one(part.text, kind), part.heading)


def _one(text: str, kind: str) -> Pieces:
    return ((_OPS[kind], text),) if text else ()


_OPS: dict[str, words.Op] = {"same": "=", "removed": "-", "added": "+"}

# -- tables


def one_table(table: laid_out.Table, kind: str) -> Table:
    """A table that only one side has, or that is identical on both."""
    rows = [_one_row(row, table.roles, kind) for row in table.rows]
    before, after = (None if kind == "added" else table), (None if kind == "removed" else table)
    return Table(kind, table.subject, ["="] * table.width, rows, before, after)


def _one_row(row: laid_out.Row, roles: Sequence[str], kind: str) -> Row:
    cells = [
        Cell(_one(cell.text, kind), cell.span, role or "", cell.merged)
        for cell, role in zip_longest(row.cells, roles[: len(row.cells)])
    ]
    return Row(kind, row.kind, cells)


def _tables(old: laid_out.Table, new: laid_out.Table, budget: Budget) -> Iterator[Table]:
    if old == new:
        yield one_table(new, "same")
        return
    columns = _columns(old, new, budget)
    if columns is None:
        yield one_table(old, "removed")
        yield one_table(new, "added")
        return
    before, after = (
        [_Keyed.of(row, side.roles, [pair[at] for pair in columns if None not in pair])
         for row in side.rows]
        for at, side in enumerate((old, new))
    )  # fmt: skip
    pairs = align(before, after, budget, key=lambda k: (k.row.kind, k.key), alike=_Keyed.alike)
    rows = [
        row
        for i, j in pairs
        for row in _row(
            before[i].row if i is not None else None,
            after[j].row if j is not None else None,
            columns,
            (old.roles, new.roles),
            budget,
        )
    ]
    ops: list[words.Op] = ["+" if i is None else "-" if j is None else "=" for i, j in columns]
    changed = {*ops} != {"="} or any(row.kind != "same" for row in rows)
    yield Table("changed" if changed else "same", new.subject, ops, rows, old, new)


def _columns(old: laid_out.Table, new: laid_out.Table, budget: Budget) -> Pairs | None:
    """Which column became which; None if the tables differ too much to tell."""
    if old.roles == new.roles and old.width == new.width:
        return [(i, i) for i in range(new.width)]
    heads = [table.rows[0] for table in (old, new) if table.rows]
    spanned = any(span != 1 for table in (old, new) for row in table.rows for span in row.shape)
    if len(heads) < 2 or spanned:
        return None
    before, after = (
        [(role or "", cell.text if cell else "") for role, cell in zip_longest(roles, head.cells)]
        for roles, head in ((old.roles, heads[0]), (new.roles, heads[1]))
    )

    def alike(a: tuple[str, str], b: tuple[str, str]) -> float:
        likeness = 1.0 if a[0] == b[0] != "" else ratio(a[1].lower(), b[1].lower())
        return likeness if likeness >= SECTION_ALIKE else 0.0

    found = align(before, after, budget, key=lambda column: column, alike=alike)
    return found if any(None not in pair for pair in found) else None


@dataclass(frozen=True)
class _Keyed:
    """A row with its keys: its text without the number, and the action it describes."""

    row: laid_out.Row
    key: str
    act: str

    @classmethod
    def of(cls, row: laid_out.Row, roles: Sequence[str], shared: Sequence[int | None]) -> "_Keyed":
        named = dict(enumerate(roles))
        texts = [
            row.cells[i].text
            for i in shared
            if i is not None and i < len(row.cells) and named.get(i) != "number"
        ]
        act = next(
            (c.text for i, c in enumerate(row.cells) if named.get(i) in {"action", "name"}), ""
        )
        return cls(row, "\t".join(texts), act)

    def alike(self, other: "_Keyed") -> float:
        if self.row.kind != other.row.kind or (
            self.row.shape != other.row.shape and len(self.row.cells) == len(other.row.cells)
        ):
            return 0.0
        likeness = ratio(self.key, other.key)
        if self.act and other.act:
            likeness = max(likeness, ratio(self.act, other.act))
        return likeness if likeness >= ALIKE else 0.0


def _row(
    old: laid_out.Row | None,
    new: laid_out.Row | None,
    columns: Pairs,
    roles: tuple[Sequence[str], Sequence[str]],
    budget: Budget,
) -> Iterator[Row]:
    if old is not None and new is not None and _same_build(old, new, columns):
        yield _pair_of_rows(old, new, columns, roles, budget)
        return
    for row, kind, at in ((old, "removed", 0), (new, "added", 1)):
        if row is not None:
            one = _one_row(row, roles[at], kind)
            yield one if _plain_columns(columns) else _spread(one, columns, at)


def _plain_columns(columns: Pairs) -> bool:
    return all(i == j for i, j in columns)


def _same_build(old: laid_out.Row, new: laid_out.Row, columns: Pairs) -> bool:
    return not _plain_columns(columns) or old.shape == new.shape


def _spread(row: Row, columns: Pairs, at: int) -> Row:
    """A row of one side, laid out in the columns of both."""
    places = [pair[at] for pair in columns]
    row.cells = [
        row.cells[place] if place is not None and place < len(row.cells) else Cell(())
        for place in places
    ]
    return row


def _pair_of_rows(
    old: laid_out.Row,
    new: laid_out.Row,
    columns: Pairs,
    roles: tuple[Sequence[str], Sequence[str]],
    budget: Budget,
) -> Row:
    def cell_of(row: laid_out.Row, place: int | None) -> laid_out.Cell | None:
        return row.cells[place] if place is not None and place < len(row.cells) else None

    cells: list[Cell] = []
    for i, j in (
        columns[: max(len(old.cells), len(new.cells))] if _plain_columns(columns) else columns
    ):
        before, after = cell_of(old, i), cell_of(new, j)
        side, place = (roles[1], j) if j is not None else (roles[0], i)
        role = side[place] if place is not None and place < len(side) else ""
        pieces = _cell(before.text if before else "", after.text if after else "", role, budget)
        shown = after or before or laid_out.Cell("")
        cells.append(Cell(pieces, shown.span, role, shown.merged))
    differs = any(_differs(cell.pieces) for cell in cells)
    return Row("changed" if differs else "same", new.kind, cells)


def _cell(old: str, new: str, role: str, budget: Budget) -> Pieces:
    """A cell as a whole if it is a value, word by word if it is a text."""
    longest = max(len(old.split()), len(new.split()))
    if longest <= SHORT or (role in AS_WHOLES and longest <= 4 * SHORT):
        return words.whole(old, new)
    return words.compare(old, new, budget)


# -- moves


def _find_moves(sections: list[Section]) -> None:
    """Numbers each line and row that was removed at one place and added, with the same words, at
    another."""
    gone: dict[tuple[str, str], list[Line | Row]] = {}
    come: list[tuple[tuple[str, str], Line | Row]] = []
    for entry in _single(sections):
        op: words.Op = "-" if entry.kind == "removed" else "+"
        text = words.side(entry.pieces, op) if isinstance(entry, Line) else entry.text(op)
        key = (type(entry).__name__, text)
        if len(text.split()) < MOVED_FROM:
            continue
        if op == "-":
            gone.setdefault(key, []).append(entry)
        else:
            come.append((key, entry))
    number = 0
    for key, entry in come:
        if left := gone.get(key):
            number += 1
            entry.moved = left.pop(0).moved = number


def _single(sections: list[Section]) -> Iterator[Line | Row]:
    """Lines and rows that only one side has, except those of whole tables."""
    for section in sections:
        for part in section.parts:
            if isinstance(part, Line):
                if part.kind in {"removed", "added"}:
                    yield part
            elif part.kind == "changed":
                yield from (row for row in part.rows if row.kind in {"removed", "added"})
