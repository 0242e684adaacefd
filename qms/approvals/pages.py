"""The content of an approval's page, loaded with a constant number of queries."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qms.approvals import queries, seats, subjects
from qms.approvals.lifecycle.common import State
from qms.approvals.sentences import sentence_of
from qms.approvals.steps import Step
from qms.clock import today
from qms.models import Absence, Approval, ApprovalItem, Remark, Signature, User
from qms.proof.store import Damaged

_HEADING = re.compile(
    r'<(?:section|h[1-4])[^<>]{0,300}?\bid="([\w.-]{1,100})"[^<>]{0,300}>'
    r"(?:\s*<h[1-4][^<>]{0,300}>)?([^<]*+(?:<(?!/?(?:section|h[1-4])\b)[^<]*+)*+)</h[1-4]>"
)


@dataclass
class StepRow:
    """One step as the page shows it."""

    number: int
    step: Step
    who: str
    signed: list[Signature]
    people: list[User]
    substitutes: list[Absence]
    missing: int
    is_present: bool

    @property
    def is_done(self) -> bool:
        return not self.missing


@dataclass
class Thread:
    """A remark with its answers."""

    remark: Remark
    answers: list[Remark] = field(default_factory=list)

    @property
    def awaits_answer(self) -> bool:
        return self.remark.weight == Remark.Weight.MUST and not self.answers


def step_rows(approval: Approval) -> list[StepRow]:
    signed = queries.signatures_over(approval)
    steps = queries.steps_of(approval)
    names = queries.people_by_id({pk for step in steps for pk in step.people})
    people = seats.people_by_step(approval) if approval.state == State.OPEN else {}
    present = {one.pk for found in people.values() for one in found}
    day = today()
    away = Absence.objects.filter(
        agency=approval.agency_id, person__in=present, starts_on__lte=day, ends_on__gte=day
    ).select_related("person", "substitute")
    absences = {one.person_id: one for one in away}
    done = {one.person_id for one in signed} | {one.instead_of_id for one in signed}
    rows = []
    for number, step in enumerate(steps):
        waiting = [one for one in people.get(number, []) if one.pk not in done]
        rows.append(
            StepRow(
                number=number,
                step=step,
                who=step.described(names),
                signed=[one for one in signed if one.step == number],
                people=waiting,
                substitutes=[absences[one.pk] for one in waiting if one.pk in absences],
                missing=queries.missing_of_step(approval, number, signed),
                is_present=approval.state == State.OPEN and number == approval.step,
            )
        )
    return rows


def threads(approval: Approval, item: ApprovalItem | None) -> list[Thread]:
    """The remarks of all rounds on this item's subject, oldest first, each with its answers.
    Three queries."""
    rows = queries.remarks_of(approval).select_related("approval", "item")
    if item is not None:
        rows = rows.filter(item__subject=item.subject)
    found: dict[int, Thread] = {}
    for one in rows.order_by("pk"):
        if one.answers_id is None:
            found[one.pk] = Thread(one)
        elif one.answers_id in found:
            found[one.answers_id].answers.append(one)
    return list(found.values())


def shown(item: ApprovalItem) -> tuple[SafeString | None, str]:
    """(sealed content as HTML or None, reason if it can't be shown)."""
    try:
        data = queries.bytes_of(item)
    except (FileNotFoundError, Damaged, ValueError):
        return None, _(
            "Nội dung lưu không còn khớp mã băm nên không hiển thị và không ký được. Hãy báo quản trị hệ thống."
        )
    before = queries.before_of(item)
    try:
        earlier = queries.bytes_of(before) if before is not None else None
    except (FileNotFoundError, Damaged, ValueError):
        earlier = None
    return subjects.get(item.approval.kind).show(item, data, earlier), ""


def sections_of(html: str) -> list[tuple[str, str]]:
    """[(anchor, heading)] of the parts of the content that remarks may refer to."""
    found: list[tuple[str, str]] = []
    for anchor, heading in _HEADING.findall(html):
        title = " ".join(strip_tags(heading).split())
        if title and anchor not in {one for one, _title in found}:
            found.append((anchor, title[:120]))
    return found


def anchors_named(found: list[Thread], sections: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The threads with the name of the part they are about."""
    names = dict(sections)
    return [{"thread": one, "part": names.get(one.remark.anchor, "")} for one in found]


def sentence(approval: Approval, items: list[ApprovalItem]) -> str:
    return sentence_of(queries.steps_of(approval)[approval.step].meaning, len(items))
