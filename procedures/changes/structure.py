"""The structure of a comparison: sections, lines and tables whose texts are pieces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from procedures.changes import laid_out, words
from procedures.changes.words import Pieces
from procedures.content import schema


@dataclass(frozen=True)
class State:
    """One side of a comparison: content in the neutral form, and facts as text, [(label, value)].

    each_time: facts that are new in nearly every version; they are shown, but are not changes."""

    content: schema.Content
    facts: Sequence[tuple[str, str]] = ()
    each_time: Sequence[tuple[str, str]] = ()


@dataclass
class Line:
    """A paragraph: same, changed, added or removed. `moved` numbers text that moved to or from
    another place."""

    kind: str
    pieces: Pieces
    heading: bool = False
    moved: int = 0


@dataclass
class Cell:
    pieces: Pieces
    span: int = 1
    role: str = ""
    merged: bool = False


@dataclass
class Row:
    """A row of a table; `sort` is head, row, phase, total or note."""

    kind: str
    sort: str
    cells: list[Cell]
    moved: int = 0

    def text(self, op: words.Op) -> str:
        """The text that identifies the row on one side: its cells without its number."""
        found = (words.side(cell.pieces, op) for cell in self.cells if cell.role != "number")
        return "\t".join(found).strip()


@dataclass
class Table:
    """A table with its rows. `columns` tells for each column whether both sides have it."""

    kind: str
    subject: str
    columns: list[words.Op]
    rows: list[Row]
    old: laid_out.Table | None = None
    new: laid_out.Table | None = None


@dataclass
class Section:
    """A section with its lines and tables; `label` is its number and title, `place` its part of
    the document."""

    kind: str
    label: Pieces
    place: str = "body"
    parts: list[Line | Table] = field(default_factory=list)

    @property
    def name(self) -> str:
        return words.side(self.label, "+") or words.side(self.label, "-") or "…"

    @property
    def changed(self) -> bool:
        return self.kind != "same" or any(part.kind != "same" for part in self.parts)

    @property
    def renamed(self) -> bool:
        return any(op != "=" for op, _text in self.label)

    @property
    def count(self) -> int:
        """The number of changes in it (`Redline.count`)."""
        lines = sum(not same and not tabular for same, tabular, _run in self.runs())
        tables = (part for part in self.parts if isinstance(part, Table))
        return int(self.renamed) + lines + sum(map(_changed_runs, tables))

    def runs(self) -> "Iterator[tuple[bool, bool, list[Line | Table]]]":
        """(unchanged, tables, parts) of neighbouring parts of one sort."""
        for (same, tabular), run in groupby(self.parts, key=_sort):
            yield same, tabular, list(run)


def _sort(part: Line | Table) -> tuple[bool, bool]:
    return (part.kind == "same", isinstance(part, Table))


def _changed_runs(table: Table) -> int:
    if table.kind == "same":
        return 0
    return sum(not same for same, _run in groupby(table.rows, key=lambda r: r.kind == "same")) or 1


@dataclass
class Redline:
    """The comparison of two states: the facts that differ, and every section of both."""

    facts: list[tuple[str, Pieces]]
    sections: list[Section]
    each_time: list[tuple[str, Pieces]] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.facts) or any(section.changed for section in self.sections)

    @property
    def count(self) -> int:
        """The number of changes, the one that every page tells: a fact, another heading, a run of
        changed lines, a run of changed rows."""
        return len(self.facts) + sum(section.count for section in self.sections)
