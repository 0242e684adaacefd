"""What the steps share: locks, refusals, checks of what was typed."""

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
    """The approval as it is now, kept from others until the transaction ends."""
    rows = Approval.objects.select_for_update(of=("self",)).select_related("agency", "sent_by")
    return rows.get(pk=approval.pk)


def check(allowed: bool, message: Any) -> None:
    """Raises Refused with the message where something is not allowed."""
    if not allowed:
        raise Refused(str(message))


def in_state(approval: Approval, *states: str) -> None:
    """Refuses where the approval is in another state than these, and says in which."""
    if approval.state not in states:
        raise Refused(
            _("Không làm được việc này vì nội dung đang ở tình trạng “%(state)s”.")
            % {"state": approval.get_state_display()}
        )


def need(text: str, message: Any) -> str:
    """The text without white space around it. Refused where nothing is left, or far too much."""
    text = (text or "").replace("\x00", "").strip()
    check(bool(text), message)
    check(len(text) <= LONGEST, _("Nội dung quá dài. Hãy viết trong 5.000 ký tự."))
    return text


def need_signatures(approval: Approval) -> None:
    """Refuses where not everybody has signed what stands there: nothing takes effect without."""
    check(
        complete(approval),
        _("Chưa đủ chữ ký cho đúng nội dung này nên chưa thực hiện được."),
    )


def tell(kind: str, approval: Approval, by: User | None, **facts: Any) -> None:
    """Writes the step's event; the last thing that a step does."""
    journal.append(
        kind,
        f"approval:{approval.pk}",
        agency=approval.agency,
        by=by,
        title=approval.title,
        **facts,
    )


def close(approval: Approval, state: str, *, by: User | None, reason: str = "") -> None:
    """Ends the approval: its items are free again, nothing is waited for."""
    approval.state, approval.closed_at, approval.reason = state, now(), reason
    approval.closed_by_name, approval.due_on = str(by) if by else "", None
    approval.save()
    approval.items.filter(is_open=True).update(is_open=False)
    reminders.cancel(approval)


def first_open_step(approval: Approval) -> int:
    """The first step that lacks a signature over the present list; the number of steps where none does."""
    signed = signatures_over(approval)
    steps = steps_of(approval)
    return next((n for n in range(len(steps)) if missing_of_step(approval, n, signed)), len(steps))
