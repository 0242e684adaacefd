"""Notifications of each step, inside its transaction."""

from qms import notices
from qms.approvals import people, queries, reminders, rules
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


def _answerers(approval: Approval) -> list[User]:
    """The sender; officers once the sender no longer works in the agency."""
    if rules.sender_works_there(approval):
        return [approval.sent_by]
    return people.officers(approval.agency_id)


def ended(approval: Approval, kind: str, by: User | None, reason: str = "") -> None:
    """Notifies the sender, unless they acted themselves, that it was returned, made void, or has all
    its signatures."""
    told = [one for one in _answerers(approval) if by is None or one.pk != by.pk]
    _tell(approval, told, kind, kind, name=str(by) if by else "", reason=reason)


def taken_out(approval: Approval, item: ApprovalItem) -> None:
    _tell(
        approval,
        _answerers(approval),
        "approval_item_taken_out",
        f"out:{item.pk}",
        item=item.title,
        reason=item.taken_out_reason,
        name=item.taken_out_by_name,
    )


def sign_again(approval: Approval, item: ApprovalItem, signers: list[User]) -> None:
    """Notifies those whose signatures no longer count because the list became another one."""
    counts = {one.person_id for one in queries.signatures_over(approval)}
    _tell(
        approval,
        [one for one in signers if one.pk not in counts],
        "approval_sign_again",
        f"again:{item.pk}",
        item=item.title,
        name=item.taken_out_by_name,
    )


def remarked(approval: Approval, remark: Remark) -> None:
    if remark.weight == Remark.Weight.MUST:
        _tell(
            approval,
            _answerers(approval),
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
