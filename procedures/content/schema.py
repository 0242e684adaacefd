"""The shapes of neutral content and of the facts read from it; docs/architecture.md explains them.

Stored content may predate a key: read with `.get`, and tell blocks apart with `is_text` and
the like.
"""

from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict, TypeGuard


class TextBlock(TypedDict):
    """Paragraphs and lists as HTML in the text tags."""

    type: Literal["text"]
    html: str


class TableBlock(TypedDict):
    """A table without a known subject, as HTML."""

    type: Literal["table"]
    html: str


class HeadingBlock(TypedDict):
    """The title of a sub-section; `level` goes from 2 to 4."""

    type: Literal["heading"]
    number: str
    title: str
    level: int


class PictureBlock(TypedDict):
    """A picture of the store; `described_by` is author, caption or place."""

    type: Literal["picture"]
    sha256: str
    name: str
    description: str
    caption: str
    described_by: str


class Column(TypedDict):
    """A column of a grid: its role, and its heading as printed."""

    role: str
    label: str


class Row(TypedDict):
    """A row of a grid: a cell of HTML for each column; `merged` are the columns merged with the
    row above."""

    kind: str  # row, phase, total, note
    cells: list[str]
    merged: NotRequired[list[int]]


class GridBlock(TypedDict):
    """A table whose columns have a role; `subject` is steps, records, forms and so on."""

    type: Literal["grid"]
    subject: str
    columns: list[Column]
    rows: list[Row]


Block = TextBlock | TableBlock | HeadingBlock | PictureBlock | GridBlock


class Section(TypedDict):
    """A section; `place` is front, body, margin, notes or comments."""

    kind: str
    place: str
    number: str
    title: str
    blocks: list[Block]


class Content(TypedDict):
    """A document's whole text in reading order."""

    sections: list[Section]


# facts read from content, all in plain text


class Step(TypedDict):
    """A step of a procedure, with a time for each case."""

    number: str
    action: str
    responsible: str
    durations: list[str]
    form: str


StepText = Literal["number", "action", "responsible", "form"]
STEP_TEXTS: tuple[StepText, ...] = ("number", "action", "responsible", "form")


def is_step_text(role: str) -> TypeGuard[StepText]:
    """Whether a role is a step's field with a single text; times are a list."""
    return role in STEP_TEXTS


class FormEntry(TypedDict):
    """A form that a document uses."""

    code: str
    name: str


class RecordEntry(TypedDict):
    """A record to keep: where and how long."""

    name: str
    place: str
    retention: str


class Amendment(TypedDict):
    """An entry of the amendment log; `date` is ISO, or as printed if not a date."""

    number: str
    date: str
    summary: str


class Term(TypedDict):
    """A term and what it means."""

    term: str
    meaning: str


class SectionSize(TypedDict):
    """A section of the body and its number of characters."""

    kind: str
    number: str
    title: str
    characters: int


class Signer(TypedDict):
    """Who drafted, reviewed or approved; name or post may be empty."""

    role: str
    name: str
    post: str


class Flag(TypedDict):
    """A warning: its code, and the values and details for its wording (`flag_words.py`).

    Those of early imports hold the wording itself."""

    code: str
    values: list[str]
    details: NotRequired[dict[str, Any]]
    message: NotRequired[str]


class TrackedChange(TypedDict):
    """A change that Word still tracks; `kind` is inserted, deleted, moved or moved away."""

    kind: str
    author: str
    date: str
    text: str


def is_text(block: Mapping[str, Any]) -> TypeGuard[TextBlock]:
    return block.get("type") == "text"


def is_table(block: Mapping[str, Any]) -> TypeGuard[TableBlock]:
    return block.get("type") == "table"


def is_heading(block: Mapping[str, Any]) -> TypeGuard[HeadingBlock]:
    return block.get("type") == "heading"


def is_picture(block: Mapping[str, Any]) -> TypeGuard[PictureBlock]:
    return block.get("type") == "picture"


def is_grid(block: Mapping[str, Any]) -> TypeGuard[GridBlock]:
    return block.get("type") == "grid"
