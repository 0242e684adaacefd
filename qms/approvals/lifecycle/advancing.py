"""Going on once a step has its signatures."""

import logging

from django.utils.translation import gettext as _

from qms.approvals import news, queries, subjects
from qms.approvals.lifecycle.common import (
    State,
    append_event,
    check,
    close,
    first_open_step,
    locked,
)
from qms.approvals.lifecycle.sending import open_step
from qms.errors import Refused
from qms.models import Approval, User
from qms.proof import journal

log = logging.getLogger("qms.approvals")


def advance(approval: Approval, *, by: User | None) -> None:
    """Opens the next step, or ends the approval after the last signature. Call with it locked."""
    number = first_open_step(approval)
    if number < len(approval.rule):
        if number != approval.step:
            open_step(approval, number)
            news.step_opened(approval)
        return
    check(
        queries.complete(approval),
        _("Chữ ký chưa đủ hoặc nội dung lưu đã bị thay đổi. Hãy báo quản trị hệ thống."),
    )
    approval.state, approval.due_on = State.APPROVED, None
    approval.save()
    news.ended(approval, "approval_approved", by)
    append_event("approval_approved", approval, by, manifest=approval.manifest)
    kind = subjects.get(approval.kind)
    if kind.on_done(approval):
        close(approval, State.DONE, by=by)
        kind.on_closed(approval, State.DONE)


def advance_all() -> int:
    """Goes on where all but people who have left the agency have signed a step for all: no further
    signature would do it. Returns how many."""
    rows = Approval.objects.filter(state=State.OPEN).order_by("pk").only("pk", "rule", "step")
    waiting = [one for one in rows if queries.steps_of(one)[one.step].quorum == 0]
    return sum(_advance_one(one) for one in waiting)


def _advance_one(approval: Approval) -> bool:
    try:
        with journal.acts():
            approval = locked(approval)
            if approval.state != State.OPEN or first_open_step(approval) == approval.step:
                return False
            advance(approval, by=None)
    except Refused as refusal:  # as the last signature would be; reminders go up the line
        log.info("approval %s does not go on: %s", approval.pk, refusal)
        return False
    return True
