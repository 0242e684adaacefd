"""The result of reading a file."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from procedures.content.schema import (
    Amendment,
    Content,
    Flag,
    FormEntry,
    RecordEntry,
    Signer,
    Step,
    TrackedChange,
)
from procedures.word.lines import Line


@dataclass
class Picture:
    """A picture of the document; `mime` by its content."""

    bytes: bytes
    name: str
    mime: str


@dataclass
class Reading:
    """The facts and content of one file. Dates are `datetime.date` or None, numbers int or None."""

    name: str
    sha256: str
    format: str
    kind: str = "other"
    code: str = ""
    title: str = ""
    issue_number: int | None = None
    revision_number: int | None = None
    issued_on: datetime.date | None = None
    effective_on: datetime.date | None = None
    agency_name: str = ""
    signers: list[Signer] = field(default_factory=list)
    content: Content = field(default_factory=lambda: Content(sections=[]))
    cases: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    records: list[RecordEntry] = field(default_factory=list)
    forms: list[FormEntry] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)
    legal_basis: list[str] = field(default_factory=list)
    national_code: str = ""
    local_tail: str = ""
    confidence: dict[str, dict[str, Any]] = field(default_factory=dict)  # of lists, and how found
    lines: list[Line] = field(default_factory=list)  # of the original, with their places
    evidence: dict[str, list[int]] = field(default_factory=dict)  # fact -> numbers of its lines
    images: int = 0
    pictures: dict[str, Picture] = field(default_factory=dict)
    source_characters: int = 0
    kept_characters: int = 0
    # The original's text, extracted independently, to check the reading against
    source_text: str = ""
    warnings: list[Flag] = field(default_factory=list)
    tracked_changes: list[TrackedChange] = field(default_factory=list)

    def warn(self, code: str, values: Iterable[object] = ()) -> None:
        """Adds a warning, which is worded when shown; `values` fill in its wording."""
        self.warnings.append({"code": code, "values": [str(v) for v in values]})
