"""Steps that arrange the checklist: questions of one line are moved, assigned, or removed before
the audit."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from audits.lifecycle import plan_checks
from audits.lifecycle.checklist import answered_by, renumber, tell
from audits.lifecycle.common import check, in_state
from audits.models import Audit, Item, Member, PlanRow, SetAside
from audits.rules import AUDITING
from qms.models import User

State = Audit.State


@transaction.atomic
def move_items(
    audit: Audit, row: PlanRow | None, chosen: Collection[int], *, to: int, by: User | None
) -> int:
    """Moves the chosen questions of a line together, in order, so that the first becomes number
    `to`. Returns how many."""
    audit, all_items = _open(audit, by)
    mine, picked = _of_line(all_items, row, chosen)
    check(
        1 <= to <= len(mine),
        _("Số thứ tự phải từ 1 đến %(last)s.") % {"last": len(mine)},
    )
    taken, own = set(picked), set(mine)
    rest = [item for item in mine if item not in taken]
    others = [item for item in all_items if item not in own]
    renumber(audit, [*others, *rest[: to - 1], *picked, *rest[to - 1 :]])
    tell("audit_checklist_arranged", audit, by, row=row.pk if row else None, count=len(picked))
    return len(picked)


@transaction.atomic
def assign_items(
    audit: Audit,
    row: PlanRow | None,
    chosen: Collection[int],
    *,
    to: Member | None,
    by: User | None,
) -> int:
    """Assigns the chosen questions to a team member, or to all auditors of the line. Returns
    how many.

    Raises Refused for somebody who has left the team or is not independent of the line."""
    audit, all_items = _open(audit, by)
    _mine, picked = _of_line(all_items, row, chosen)
    if to is not None:
        own = Member.objects.current().filter(audit=audit, part__in=AUDITING, pk=to.pk)
        check(own.exists(), _("Chỉ giao được cho người đang ở trong đoàn đánh giá."))
        check(
            row is None or not plan_checks.tied_rows(to.person, [row]),
            _("%(name)s không độc lập với phần này. Hãy giao cho người khác.") % {"name": to},
        )
    Item.objects.filter(pk__in=[item.pk for item in picked]).update(assigned=to)
    tell(
        "audit_questions_assigned", audit, by, person=to.person_id if to else None, count=len(picked)
    )  # fmt: skip
    return len(picked)


@transaction.atomic
def leave_out_items(
    audit: Audit, row: PlanRow | None, chosen: Collection[int], *, by: User | None
) -> int:
    """Removes the chosen questions. Returns how many. Raises Refused once the audit has begun:
    devices have them then."""
    audit, all_items = _open(audit, by)
    check(
        audit.state == State.PLANNED,
        _("Đã bắt đầu đánh giá, câu hỏi không bỏ được nữa. Hãy trả lời “Không áp dụng”."),
    )
    _mine, picked = _of_line(all_items, row, chosen)
    taken = set(picked)
    renumber(audit, [item for item in all_items if item not in taken])
    gone = [item.pk for item in picked]
    SetAside.objects.filter(item__in=gone).update(item=None)  # what devices sent too early is kept
    Item.objects.filter(pk__in=gone).delete()
    tell(
        "audit_questions_left_out", audit, by, row=row.pk if row else None, count=len(picked), texts=[item.text for item in picked][:100]
    )  # fmt: skip
    return len(picked)


def _open(audit: Audit, by: User | None) -> tuple[Audit, list[Item]]:
    audit = answered_by(audit, by)
    in_state(audit, State.PLANNED, State.UNDER_WAY)
    return audit, list(audit.items.order_by("order", "pk"))


def _of_line(
    items: list[Item], row: PlanRow | None, chosen: Collection[int]
) -> tuple[list[Item], list[Item]]:
    """(questions of the line, chosen ones among them). Raises Refused if none is chosen."""
    mine = [item for item in items if item.row_id == (row.pk if row else None)]
    picked = [item for item in mine if item.pk in set(chosen)]
    check(bool(picked), _("Hãy chọn ít nhất một câu hỏi."))
    return mine, picked
