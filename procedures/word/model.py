"""Output of the walk over the XML, before any interpretation: paragraphs, tables and pictures in
reading order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias


@dataclass(slots=True)
class Run:
    """A stretch of text with one look. Line breaks are "\\n", tabs "\\t"."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    position: str = ""  # "sup", "sub" or ""
    href: str = ""
    caps: bool = False

    def look(self) -> tuple[bool, bool, bool, str, str, bool]:
        return self.bold, self.italic, self.underline, self.position, self.href, self.caps


@dataclass(slots=True)
class Image:
    """A picture in the text; the reader keeps its bytes under `sha256`."""

    sha256: str
    name: str
    description: str = ""


@dataclass(slots=True)
class Paragraph:
    runs: list[Run] = field(default_factory=list)
    number: str = ""  # as Word generates it
    bullet: bool = False
    level: int = 0  # of the list
    outline: int | None = None  # 0 for Heading 1
    style: str = ""
    centered: bool = False
    toc: bool = False
    breaks: str = ""  # "page" or "section": what ends with this paragraph
    images: list[Image] = field(default_factory=list)
    boxed: bool = False  # was in a text box

    @property
    def text(self) -> str:
        return self.runs[0].text if len(self.runs) == 1 else "".join([r.text for r in self.runs])

    @property
    def shown(self) -> str:
        """The text with the number that Word puts before it."""
        text = self.text
        return f"{self.number} {text}" if self.number and text.strip() else text

    @property
    def empty(self) -> bool:
        return all(not r.text or r.text.isspace() for r in self.runs)

    @property
    def bold(self) -> bool:
        """Whether every letter is bold."""
        lettered = [r for r in self.runs if any(c.isalnum() for c in r.text)]
        return bool(lettered) and all(r.bold for r in lettered)

    @property
    def capitals(self) -> bool:
        """Whether it reads as capitals, typed or by formatting."""
        lettered = [r for r in self.runs if any(c.isalpha() for c in r.text)]
        if not lettered:
            return False
        if all(r.caps or r.text.upper() == r.text for r in lettered):
            return True
        # a remark in brackets after a title in capitals does not make it less of a title
        head = self.text.split("(")[0]
        return len(head.strip()) > 5 and head.upper() == head and any(c.isalpha() for c in head)

    def with_runs(self, runs: list[Run]) -> "Paragraph":
        return replace(self, runs=runs, images=[])


@dataclass(slots=True)
class Cell:
    column: int
    span: int = 1
    rows: int = 1
    blocks: "list[Block]" = field(default_factory=list)

    @property
    def paragraphs(self) -> list[Paragraph]:
        """All paragraphs of the cell, those of nested tables included, in order."""
        return list(paragraphs_of(self.blocks))

    @property
    def lines(self) -> list[str]:
        return [p.shown.strip() for p in self.paragraphs if not p.empty]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.lines).split())


@dataclass(slots=True)
class Table:
    rows: list[list[Cell]] = field(default_factory=list)  # covered cells are left out
    width: int = 0
    tallest: int = 0  # the most rows that one cell covers; computed on demand
    heads: int = 0  # rows that Word repeats on each page

    def at(self, row: int, column: int) -> Cell | None:
        """The cell that covers a place, or None."""
        self.tallest = self.tallest or max((c.rows for r in self.rows for c in r), default=1)
        for r in range(row, max(-1, row - self.tallest), -1):
            for cell in self.rows[r]:
                if cell.column <= column < cell.column + cell.span and r + cell.rows > row:
                    return cell
        return None

    @property
    def cells(self) -> list[Cell]:
        return [c for row in self.rows for c in row]


Block: TypeAlias = Paragraph | Table


def paragraphs_of(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    """Every paragraph below `blocks`, in reading order."""
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row:
                    yield from paragraphs_of(cell.blocks)
        else:
            yield block


def tables_of(blocks: Iterable[Block]) -> Iterator[Table]:
    """Every table below `blocks`, nested ones after the one that holds them."""
    for block in blocks:
        if isinstance(block, Table):
            yield block
            for cell in block.cells:
                yield from tables_of(cell.blocks)
