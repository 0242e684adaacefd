"""Steps that end approvals without all signatures, or once the approved thing has been
carried out."""

from django.db import transaction
from django.utils.translation import gettext as _

from qms.approvals import news, queries, rules, subjects
from qms.approvals.lifecycle.common import State, append_event, check, close, in_state, locked, need
from qms.models import Approval, User


@transaction.atomic
def return_to_sender(approval: Approval, *, by: User, reason: str) -> Approval:
    """A signer of the current step returns it, with a reason; it may be sent again as the
    next round."""
    approval = locked(approval)
    check(rules.may_return(by, approval), rules.why_not_sign(by, approval))
    in_state(approval, State.OPEN)
    reason = need(reason, _("Hãy ghi lý do trả lại để người trình biết cần sửa gì."))
    return _end("approval_returned", approval, State.RETURNED, by, reason)


@transaction.atomic
def take_back(approval: Approval, *, by: User) -> Approval:
    """The sender takes it back while it is open."""
    approval = locked(approval)
    check(
        rules.may_take_back(by, approval),
        _("Chỉ người trình được rút lại. Người phê duyệt có thể trả lại, thư ký ISO có thể hủy."),
    )
    in_state(approval, State.OPEN)
    return _end("approval_taken_back", approval, State.TAKEN_BACK, by, "")


@transaction.atomic
def void(approval: Approval, *, by: User | None, reason: str) -> Approval:
    """Ends it for good with a reason: by an officer of the agency, or by a step of the app it
    belongs to (`by=None`)."""
    approval = locked(approval)
    check(
        by is None or rules.may_void(by, approval),
        _("Chỉ thư ký ISO của cơ quan được hủy một lần trình."),
    )
    in_state(approval, State.OPEN, State.APPROVED)
    reason = need(reason, _("Hãy ghi lý do hủy."))
    return _end("approval_voided", approval, State.VOID, by, reason)


@transaction.atomic
def finish(approval: Approval, *, by: User | None) -> Approval:
    """Ends an approved one once its app has carried it out (has entered a decision's number, for
    example).

    The caller must have checked the right to do so; the signatures are verified again here."""
    approval = locked(approval)
    in_state(approval, State.APPROVED)
    check(
        queries.complete(approval),
        _("Chữ ký chưa đủ hoặc nội dung lưu đã bị thay đổi. Hãy báo quản trị hệ thống."),
    )
    return _end("approval_done", approval, State.DONE, by, "")


def _end(kind: str, approval: Approval, state: str, by: User | None, reason: str) -> Approval:
    close(approval, state, by=by, reason=reason)
    subjects.get(approval.kind).on_closed(approval, state)
    if state in (State.RETURNED, State.VOID):
        news.ended(approval, kind, by, reason)
    facts = {"reason": reason} if reason else {}
    append_event(kind, approval, by, manifest=approval.manifest, round=approval.round, **facts)
    return approval
