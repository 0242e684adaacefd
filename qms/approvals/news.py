"""Notifications of each step, inside its transaction."""

from qms import notices
from qms.approvals import reminders
from qms.models import Absence, Approval, ApprovalItem, Remark, User


def _tell(approval: Approval, people: list[User], kind: str, act: str, **facts: object) -> None:
    notices.tell(
        people,
        kind,
        key=f"approval:{approval.pk}:{act}",
        url=approval.get_absolute_url(),
        facts={"title": approval.title, **facts},
        agency=approval.agency,
    )


def step_opened(approval: Approval) -> None:
    """Notifies the people who may sign a step that has begun."""
    _tell(
        approval,
        reminders.waiting_people(approval),
        "approval_waits",
        f"waits:{approval.step}:{approval.manifest[:12]}",
        day=approval.due_on,
        sender=approval.sent_by_name,
    )


def ended(approval: Approval, kind: str, by: User | None, reason: str = "") -> None:
    """Notifies the sender, unless they acted themselves, that it was returned, made void, or has
    all its signatures."""
    people = [] if by is not None and by.pk == approval.sent_by_id else [approval.sent_by]
    _tell(approval, people, kind, kind, name=str(by) if by else "", reason=reason)


def taken_out(approval: Approval, item: ApprovalItem) -> None:
    _tell(
        approval,
        [approval.sent_by],
        "approval_item_taken_out",
        f"out:{item.pk}",
        item=item.title,
        reason=item.taken_out_reason,
        name=item.taken_out_by_name,
    )


def remarked(approval: Approval, remark: Remark) -> None:
    if remark.weight == Remark.Weight.MUST:
        _tell(
            approval,
            [approval.sent_by],
            "approval_remarked",
            f"remark:{remark.pk}",
            name=remark.by_name,
        )


def answered(approval: Approval, answer: Remark) -> None:
    assert answer.answers is not None
    _tell(
        approval,
        [answer.answers.by],
        "approval_answered",
        f"answer:{answer.pk}",
        name=answer.by_name,
    )


def absence_recorded(absence: Absence, by: User) -> None:
    """Notifies the absent person and the substitute, except the one who entered it."""
    notices.tell(
        [absence.person, absence.substitute],
        "absence_recorded",
        key=f"absence:{absence.pk}",
        url="/duyet/vang-mat/",
        facts={
            "name": str(absence.person),
            "substitute": str(absence.substitute),
            "first": absence.starts_on,
            "last": absence.ends_on,
        },
        agency=absence.agency,
        exclude=by,
    )
