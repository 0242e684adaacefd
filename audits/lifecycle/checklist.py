"""Steps of the checklist: made from the question bank and from the procedures themselves, and answered."""

import re
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from audits import answers, evidence, rules
from audits.lifecycle import plan_checks
from audits.lifecycle.common import check, cleaned, in_state, locked, name_of, need
from audits.lifecycle.entries import fault_of
from audits.models import Answer, Audit, Item, PlanRow, Question
from procedures.content import one_line, steps
from procedures.content.outline import parts
from procedures.content.schema import Step
from procedures.models import Version
from qms.models import User
from qms.proof import journal

State = Audit.State
MOST_ITEMS = 1000


@transaction.atomic
def make_checklist(row: PlanRow, *, by: User | None) -> int:
    """Adds the questions for a line of the plan: the bank's for its clauses, and one for each step of its procedures.

    Returns how many were new. Refused before the plan is fixed, since only then is it known which versions are audited,
    and while somebody named in the line may not audit it."""
    audit = _answered_by(row.audit, by)
    in_state(audit, State.PLANNED, State.UNDER_WAY)
    plan_checks.may_audit(row, row.auditors.select_related("person"))
    check(
        bool(row.clauses or row.documents),
        _("Dòng kế hoạch này chưa nêu điều khoản hay tài liệu nào để lập câu hỏi."),
    )
    known = set(audit.items.filter(row=row).values_list("text", flat=True))
    last = audit.items.aggregate(last=Max("order"))["last"] or 0
    fresh = [
        Item(audit=audit, row=row, order=last + number, **facts)
        for number, facts in enumerate(
            (
                f
                for f in [*_from_bank(audit, row), *_from_procedures(audit, row)]
                if f["text"] not in known
            ),
            1,
        )
    ]
    check(
        audit.items.count() + len(fresh) <= MOST_ITEMS,
        _("Phiếu đánh giá đã quá dài. Hãy bớt điều khoản hoặc tài liệu của dòng này."),
    )
    Item.objects.bulk_create(fresh)
    if fresh:
        _tell("audit_checklist_made", audit, by, row=row.pk, count=len(fresh))
    return len(fresh)


def _from_bank(audit: Audit, row: PlanRow) -> list[dict[str, Any]]:
    """The active questions of the city and of both agencies for the row's clauses and what lies below them."""
    asked = Q(pk__in=())
    for clause in row.clauses:
        asked |= Q(clause=clause) | Q(clause__startswith=f"{clause}.")
    owner = Q(agency=None) | Q(agency=audit.agency_id) | Q(agency=audit.body_id)
    bank = Question.objects.filter(asked, owner, is_active=True)
    return [
        {
            "text": question.text,
            "look_at": question.look_at,
            "clause": question.clause,
            "source": Item.Source.BANK,
        }
        for question in bank
    ]


def _from_procedures(audit: Audit, row: PlanRow) -> list[dict[str, Any]]:
    """One question for each step of the versions fixed with the plan: who, in what time, with which trace."""
    fixed = {one["document"]: one["version"] for one in audit.versions}
    wanted = [fixed[pk] for pk in row.documents if pk in fixed]
    found = []
    for version in Version.objects.filter(pk__in=wanted).order_by("code", "pk"):
        anchor = next(
            (p.anchor for p in parts(version.content) if p.kind == "content"), ""
        )  # where the steps are
        for step in steps(version.content):
            found.append(
                {
                    "text": _question_of(step),
                    "look_at": _trace_of(step, version),
                    "clause": "8.5.1",
                    "version": version,
                    "anchor": anchor,
                    "step": step["number"][:60],
                    "source": Item.Source.PROCEDURE,
                }
            )
    return found


def _question_of(step: Step) -> str:
    action = one_line(step["action"]).rstrip(" .;:")
    said = _("Bước %(number)s “%(action)s” có được làm đúng không?") % {
        "number": re.sub(r"^\D+", "", step["number"]) or "–",
        "action": action if len(action) <= 160 else f"{action[:157].rstrip()}…",
    }
    facts = []
    if step["responsible"]:
        facts.append(_("Người làm: %(who)s.") % {"who": step["responsible"].rstrip(" .")})
    time = next((one for one in step["durations"] if one), "")
    if time:
        facts.append(_("Thời hạn: %(time)s.") % {"time": time.rstrip(" .")})
    return " ".join([said, *facts])


def _trace_of(step: Step, version: Version) -> str:
    source = f"{version.code} {version.title}".strip()
    if step["form"]:
        return _("%(form)s; theo %(document)s") % {"form": step["form"], "document": source}
    return _("Hồ sơ lấy mẫu; theo %(document)s") % {"document": source}


@transaction.atomic
def add_item(
    audit: Audit, *, text: str, by: User | None, clause: str = "", row: PlanRow | None = None
) -> Item:
    """Adds a question of the team's own."""
    audit = _answered_by(audit, by)
    in_state(audit, State.PLANNED, State.UNDER_WAY)
    text = need(text, _("Hãy ghi câu hỏi."))
    check(len(text) <= 2000, _("Câu hỏi dài quá 2.000 ký tự. Hãy tách thành nhiều câu."))
    check(
        row is None or row.audit_id == audit.pk, _("Dòng kế hoạch này không thuộc cuộc đánh giá.")
    )
    last = audit.items.aggregate(last=Max("order"))["last"] or 0
    item = Item(audit=audit, row=row, order=last + 1, text=text, clause=clause)
    cleaned(item).save()
    _tell("audit_question_added", audit, by, item=item.pk)
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
    """Answers a line of the checklist; an earlier answer stays below it. Refused outside the audit, or without a note where one is due.

    `seen` is the key of the answer that the page showed ("" for none; the newest where it is not given). The same `entry` twice
    is one answer."""
    audit = _answered_by(item.audit, by)
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


def _answered_by(audit: Audit, by: User | None) -> Audit:
    audit = locked(audit)
    check(
        by is None or rules.may_answer(by, audit),
        _("Chỉ trưởng đoàn và đánh giá viên của đoàn được làm việc với phiếu đánh giá."),
    )
    return audit


def _tell(kind: str, audit: Audit, by: User | None, **facts: Any) -> None:
    journal.append(kind, f"audit:{audit.pk}", agency=audit.agency, by=by, **facts)
