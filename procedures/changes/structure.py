"""The structure of a comparison: sections, lines and tables whose texts are pieces."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from procedures.changes import laid_out, words
from procedures.changes.words import Pieces
from procedures.content import schema


@dataclass(frozen=True)
class State:
    """One side of a comparison: content in the neutral form, and facts as text, [(label, value)]."""

    content: schema.Content
    facts: Sequence[tuple[str, str]] = ()


@dataclass
class Line:
    """A paragraph: same, changed, added or removed. `moved` numbers text that moved to or from another place."""

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
    """A section with its lines and tables; `label` is its number and title, `place` its part of the document."""

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


@dataclass
class Redline:
    """The comparison of two states: the facts that differ, and every section of both."""

    facts: list[tuple[str, Pieces]]
    sections: list[Section]

    @property
    def changed(self) -> bool:
        return bool(self.facts) or any(section.changed for section in self.sections)
