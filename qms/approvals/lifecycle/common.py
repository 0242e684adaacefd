"""Shared by the steps: locks, refusals, input checks, events."""

from typing import Any

from django.utils.translation import gettext as _

from qms.approvals import reminders
from qms.approvals.queries import complete, missing_of_step, signatures_over, steps_of
from qms.clock import now
from qms.errors import Refused
from qms.models import Approval, User
from qms.proof import journal

State = Approval.State
LONGEST = 5000  # characters of a reason or a remark


def locked(approval: Approval) -> Approval:
    """The current approval, locked until the transaction ends."""
    rows = Approval.objects.select_for_update(of=("self",), no_key=True).select_related(
        "agency", "sent_by"
    )
    return rows.get(pk=approval.pk)


def check(allowed: bool, message: Any) -> None:
    """Raises Refused with the message unless allowed."""
    if not allowed:
        raise Refused(str(message))


def in_state(approval: Approval, *states: str) -> None:
    """Raises Refused, naming the current state, unless the approval is in one of these states."""
    if approval.state not in states:
        raise Refused(
            _("Không làm được việc này vì nội dung đang ở tình trạng “%(state)s”.")
            % {"state": approval.get_state_display()}
        )


def need(text: str, message: Any) -> str:
    """The stripped text. Raises Refused if it is empty or far too long."""
    text = (text or "").replace("\x00", "").strip()
    check(bool(text), message)
    check(len(text) <= LONGEST, _("Nội dung quá dài. Hãy viết trong 5.000 ký tự."))
    return text


def need_signatures(approval: Approval) -> None:
    """Raises Refused unless every step has its signatures over the current content: nothing takes
    effect without them."""
    check(
        complete(approval),
        _("Chưa đủ chữ ký cho đúng nội dung này nên chưa thực hiện được."),
    )


def append_event(kind: str, approval: Approval, by: User | None, **facts: Any) -> None:
    """Appends the step's event to the journal. Call it last in a step (`qms.proof.journal`)."""
    journal.append(
        kind,
        f"approval:{approval.pk}",
        agency=approval.agency,
        by=by,
        title=approval.title,
        **facts,
    )


def close(approval: Approval, state: str, *, by: User | None, reason: str = "") -> None:
    """Ends the approval: its items may be sent again, and its reminders are cancelled."""
    approval.state, approval.closed_at, approval.reason = state, now(), reason
    approval.closed_by_name, approval.due_on = str(by) if by else "", None
    approval.save()
    approval.items.filter(is_open=True).update(is_open=False)
    reminders.cancel(approval)


def first_open_step(approval: Approval) -> int:
    """Index of the first step that lacks a signature over the current list; the number of steps if
    none does."""
    signed = signatures_over(approval)
    steps = steps_of(approval)
    return next((n for n in range(len(steps)) if missing_of_step(approval, n, signed)), len(steps))
