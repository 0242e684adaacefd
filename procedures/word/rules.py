"""Reading rules that people taught, as data that is handed to the reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from procedures.content.wording import words

LABEL, BELOW, COLUMN, SPOT = "label", "below", "column", "spot"
# What a label may mean, and the words that the reader knows for it. "none": no label of anything, whatever it looks like.
LABELS = {
    "code": "Mã hiệu:",
    "title": "Tên tài liệu:",
    "issue_number": "Lần ban hành:",
    "revision_number": "Lần sửa đổi:",
    "issued_on": "Ngày ban hành:",
    "effective_on": "Ngày hiệu lực:",
    "drafted": "Người soạn thảo",
    "reviewed": "Người xem xét",
    "approved": "Người phê duyệt",
    "none": "Loại tài liệu:",
}
FIELDS = {  # the fact of a place that a meaning is
    "code": "code",
    "title": "title",
    "issue_number": "issue",
    "revision_number": "revision",
    "issued_on": "issued",
    "effective_on": "effective",
}
COLUMNS = {  # subject of a table -> what its columns may be for
    "steps": ("number", "action", "responsible", "duration", "form", "result", "note"),
    "records": ("number", "name", "code", "place", "retention", "note"),
    "forms": ("number", "name", "code", "note"),
    "amendments": ("number", "date", "summary", "place", "note"),
}
MANY = {"duration", "form", "result", "note"}  # several columns of a table may be for this


@dataclass(frozen=True)
class Rule:
    """`kind` label: `phrase` stands before a fact of the sort `meaning`. below: it stands in the cell over it. column: the column headed `phrase`, in a table headed
    `headings`, is for `meaning` ("steps.responsible"). spot: the place `phrase` (`Line.spot`) holds the fact."""

    kind: str
    meaning: str
    phrase: str
    headings: tuple[str, ...] = ()


def rules_of(given: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Rules from plain JSON; what is none is left out."""
    made = []
    for one in given:
        rule = Rule(
            str(one.get("kind", "")),
            str(one.get("meaning", "")),
            str(one.get("phrase", "")),
            tuple(str(text) for text in one.get("headings") or ()),
        )
        if is_sound(rule):
            made.append(rule)
    return tuple(made)


def is_sound(rule: Rule) -> bool:
    """Whether the reader can follow a rule."""
    if "\x00" in "".join((rule.phrase, *rule.headings)):
        return False
    if rule.kind == LABEL:
        return rule.meaning in LABELS and len(words(rule.phrase)) > 1
    if rule.kind == COLUMN:
        subject, _dot, role = rule.meaning.partition(".")
        return role in COLUMNS.get(subject, ()) and bool(words(rule.phrase))
    if rule.kind == BELOW:
        return rule.meaning in FIELDS and len(words(rule.phrase)) > 1
    return rule.kind == SPOT and rule.meaning in FIELDS and bool(rule.phrase)
