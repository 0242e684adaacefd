"""Reading rules taught by users, as data passed to the reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from procedures.content.wording import words

LABEL, BELOW, COLUMN, SPOT = "label", "below", "column", "spot"
# What a label may mean, and the reader's own label for it. "none": not a label, whatever it
# looks like.
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
FIELDS = {  # meaning -> field of `Place.facts`
    "code": "code",
    "title": "title",
    "issue_number": "issue",
    "revision_number": "revision",
    "issued_on": "issued",
    "effective_on": "effective",
}
NUMBERS = ("issue_number", "revision_number")
DAYS = ("issued_on", "effective_on")
PORTIONS = 4  # a rule may take the first, second, third or fourth portion of a value
COLUMNS = {  # subject of a table -> roles of its columns
    "steps": ("number", "action", "responsible", "duration", "form", "result", "note"),
    "records": ("number", "name", "code", "place", "retention", "note"),
    "forms": ("number", "name", "code", "note"),
    "amendments": ("number", "date", "summary", "place", "note"),
}
MANY = {"duration", "form", "result", "note"}  # roles that several columns of a table may have


@dataclass(frozen=True)
class Rule:
    """`kind` label: `phrase` precedes the fact `meaning`. below: it is in the cell above the fact.
    column: the column headed `phrase`, in a table headed `headings`, has the role `meaning`
    ("steps.responsible"). spot: the fact is always at the place `phrase` (`Line.spot`).

    The meaning "revision_number.2" is the second portion of a value that holds several facts."""

    kind: str
    meaning: str
    phrase: str
    headings: tuple[str, ...] = ()

    @property
    def fact(self) -> str:
        """What it tells: a key of `LABELS`, or of a column the subject of its table."""
        return self.meaning.partition(".")[0]

    @property
    def portion(self) -> int:
        """Which portion of the value it takes, from 1; 0 for the whole and for columns."""
        number = self.meaning.partition(".")[2]
        return int(number) if self.kind != COLUMN and number.isdecimal() else 0


def with_portion(fact: str, portion: int) -> str:
    """The meaning of a rule that takes this portion of the value; of one that takes it whole if the
    portion is 0 or the fact has none."""
    return f"{fact}.{portion}" if portion and fact in FIELDS else fact


def rules_of(given: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Rules from plain JSON; invalid ones are dropped."""
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
    """Whether a rule is valid for the reader."""
    if "\x00" in "".join((rule.phrase, *rule.headings)):
        return False
    whole = rule.meaning == rule.fact
    if rule.kind != COLUMN and not whole:
        right = 1 <= rule.portion <= PORTIONS and rule.fact in FIELDS
        if not right or rule.meaning != with_portion(rule.fact, rule.portion):
            return False
    if rule.kind == LABEL:
        return rule.fact in LABELS and len(words(rule.phrase)) > 1
    if rule.kind == COLUMN:
        subject, _dot, role = rule.meaning.partition(".")
        return role in COLUMNS.get(subject, ()) and bool(words(rule.phrase))
    if rule.kind == BELOW:
        return rule.fact in FIELDS and len(words(rule.phrase)) > 1
    return rule.kind == SPOT and rule.fact in FIELDS and bool(rule.phrase)
