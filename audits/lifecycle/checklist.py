"""Steps of the checklist: made, added to, answered."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from audits import answers, evidence, proposals, rules
from audits.lifecycle import plan_checks
from audits.lifecycle.common import check, cleaned, in_state, locked, name_of, need
from audits.lifecycle.entries import MOST_ANSWERS, fault_of, too_many_answers
from audits.models import Answer, Audit, Item, PlanRow
from qms.models import User
from qms.proof import journal

State = Audit.State
MOST_ITEMS = 1000


@transaction.atomic
def make_checklist(row: PlanRow, *, by: User | None) -> int:
    """Adds the questions for a line of the plan (`audits.proposals`), earlier findings first.

    Returns how many were new. Raises Refused before the plan is fixed, since it determines the
    audited versions, and while somebody named in the line may not audit it."""
    audit = answered_by(row.audit, by)
    in_state(audit, State.PLANNED, State.UNDER_WAY)
    plan_checks.may_audit(row, row.auditors.select_related("person"))
    check(
        bool(row.clauses or row.documents),
        _("Dòng kế hoạch này chưa nêu điều khoản hay tài liệu nào để lập câu hỏi."),
    )
    there = list(audit.items.order_by("order", "pk"))
    known = {item.text for item in there if item.row_id == row.pk}
    fresh = [
        Item(audit=audit, row=row, **facts)
        for facts in proposals.of(audit, row)
        if facts["text"] not in known
    ]
    check(
        len(there) + len(fresh) <= MOST_ITEMS,
        _("Phiếu đánh giá đã quá dài. Hãy bớt điều khoản hoặc tài liệu của dòng này."),
    )
    Item.objects.bulk_create(fresh)
    if fresh:
        renumber(audit, _among(there, fresh))
        tell("audit_checklist_made", audit, by, row=row.pk, count=len(fresh))
    return len(fresh)


def _among(there: list[Item], fresh: list[Item]) -> list[Item]:
    """Inserts new questions before those of their line from a later source; the order set by the
    team is kept."""
    sources = [source.value for source in Item.Source]
    rest = [item for item in there if item.row_id != fresh[0].row_id]
    mine = [item for item in there if item.row_id == fresh[0].row_id]
    for item in fresh:
        rank = sources.index(item.source)
        later = (place for place, one in enumerate(mine) if sources.index(one.source) > rank)
        mine.insert(next(later, len(mine)), item)
    return rest + mine


def renumber(audit: Audit, items: list[Item]) -> None:
    """Renumbers all questions of the audit by the lines of the plan, keeping the order within each;
    those without a line last."""
    lines = {pk: place for place, pk in enumerate(audit.rows.values_list("pk", flat=True))}
    moved = []
    for place, item in enumerate(sorted(items, key=lambda one: lines.get(one.row_id or 0, len(lines))), 1):  # fmt: skip
        if item.order != place:
            item.order = place
            moved.append(item)
    Item.objects.bulk_update(moved, ["order"], batch_size=500)


@transaction.atomic
def add_item(
    audit: Audit, *, text: str, by: User | None, clause: str = "", row: PlanRow | None = None
) -> Item:
    """Adds a custom question of the team."""
    audit = answered_by(audit, by)
    in_state(audit, State.PLANNED, State.UNDER_WAY)
    text = need(text, _("Hãy ghi câu hỏi."))
    check(len(text) <= 2000, _("Câu hỏi dài quá 2.000 ký tự. Hãy tách thành nhiều câu."))
    check(
        row is None or row.audit_id == audit.pk, _("Dòng kế hoạch này không thuộc cuộc đánh giá.")
    )
    last = audit.items.aggregate(last=Max("order"))["last"] or 0
    item = Item(audit=audit, row=row, order=last + 1, text=text, clause=clause)
    cleaned(item).save()
    tell("audit_question_added", audit, by, item=item.pk)
    return item


@transaction.atomic
def answer(
    item: Item,
    *,
    result: str,
    by: User,
    note: str = "",
    files: list[Any] | None = None,
    seen: str | None = None,
    entry: uuid.UUID | None = None,
) -> Answer:
    """Answers a question of the checklist; earlier answers are kept. Refused outside the audit, or
    if a required note is missing.

    `seen` is the key of the answer that the page showed ("" for none; the newest if not given). The
    same `entry` twice is one answer."""
    audit = answered_by(item.audit, by)
    in_state(audit, State.UNDER_WAY)
    given = list(item.answers.order_by("pk"))
    known = Answer.objects.filter(entry=entry).first() if entry is not None else None
    if known is not None:
        check(known.item_id == item.pk, _("Mã của câu trả lời này đã dùng ở nơi khác."))
        return known
    check(
        item.row is None or not plan_checks.tied_rows(by, [item.row]),
        _("Bạn không còn độc lập với phần này. Hãy báo trưởng đoàn giao cho người khác."),
    )
    if by is not None:
        check(sum(one.by_id == by.pk for one in given) < MOST_ANSWERS, too_many_answers())
    note = note.strip()
    fault = fault_of(result, note)
    check(not fault, fault)
    counting = answers.current(given)
    newest = counting[-1] if counting else None
    base = newest if seen is None else next((one for one in given if one.key == seen), None)
    added = Answer(
        item=item, result=result, note=note, by=by, by_name=name_of(by), entry=entry or uuid.uuid4(), base=base
    )  # fmt: skip
    added.is_conflict = len(answers.after(counting, added)) > 1
    added.save()
    evidence.keep(files or [], f"item:{item.pk}", audit=audit, by=by)
    return added


def answered_by(audit: Audit, by: User | None) -> Audit:
    """The audit, locked. Raises Refused if the person may not answer its checklist now."""
    audit = locked(audit)
    check(
        by is None or rules.may_answer(by, audit),
        _("Chỉ trưởng đoàn và đánh giá viên của đoàn được làm việc với phiếu đánh giá."),
    )
    return audit


def tell(kind: str, audit: Audit, by: User | None, **facts: Any) -> None:
    journal.append(kind, f"audit:{audit.pk}", agency=audit.agency, by=by, **facts)
