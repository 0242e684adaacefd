"""Remarks on places in the sent content, and the sender's answers."""

from django.db import transaction
from django.utils.translation import gettext as _

from qms.approvals import news, queries, rules
from qms.approvals.lifecycle.common import State, append_event, check, in_state, locked, need
from qms.models import Approval, ApprovalItem, Remark, User


@transaction.atomic
def remark(item: ApprovalItem, *, by: User, anchor: str, weight: str, text: str) -> Remark:
    """Adds a remark on a place in an item, by anybody with a seat in the approval. One that *must*
    be dealt with blocks signing until it is answered."""
    approval = locked(item.approval)
    check(
        rules.may_remark(by, approval),
        _("Chỉ người được giao xem xét hoặc phê duyệt được ghi ý kiến khi nội dung đang trình."),
    )
    in_state(approval, State.OPEN)
    check(weight in Remark.Weight.values, _("Hãy chọn “Phải sửa” hoặc “Đề nghị”."))
    item = ApprovalItem.objects.get(pk=item.pk)
    check(not item.is_taken_out, _("Nội dung này đã được đưa ra khỏi lần trình."))
    kept = Remark.objects.create(
        approval=approval,
        item=item,
        anchor=anchor.replace("\x00", "").strip()[:100],
        weight=weight,
        text=need(text, _("Hãy ghi ý kiến.")),
        by=by,
        by_name=str(by),
    )
    news.remarked(approval, kept)
    append_event(
        "approval_remarked", approval, by, weight=weight, about=item.subject, anchor=kept.anchor
    )
    return kept


@transaction.atomic
def answer(remark: Remark, *, by: User, text: str, approval: Approval | None = None) -> Remark:
    """The sender answers a remark, while the round is open or after it was returned or taken back. `approval`:
    where it is answered, if not where it was made: what was taken out of a set was sent again."""
    approval = locked(approval or remark.approval)
    check(
        queries.remarks_of(approval).filter(pk=remark.pk).exists(),
        _("Ý kiến này thuộc một nội dung khác."),
    )
    check(rules.may_answer(by, approval), _("Chỉ người trình được trả lời ý kiến."))
    in_state(approval, State.OPEN, State.RETURNED, State.TAKEN_BACK)
    check(remark.answers_id is None, _("Chỉ trả lời ý kiến, không trả lời một câu trả lời."))
    kept = Remark.objects.create(
        approval=remark.approval,
        item=remark.item,
        answers=remark,
        anchor=remark.anchor,
        text=need(text, _("Hãy ghi câu trả lời.")),
        by=by,
        by_name=str(by),
    )
    news.answered(approval, kept)
    append_event("approval_answered", approval, by, about=remark.item.subject, anchor=remark.anchor)
    return kept
