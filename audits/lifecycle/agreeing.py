"""Approval of a plan of correction: sealed and sent through the agency's chain, agreed with the
last signature, or returned."""

import datetime

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from audits import reminders, telling
from audits.lifecycle.common import check, in_state, locked
from audits.lifecycle.correcting import analysed, check_doer, facts_of, measured
from audits.lifecycle.opening import record
from audits.models import Nonconformity
from procedures.changes import lifecycle as changes
from qms.approvals import lifecycle as approvals
from qms.approvals import queries, subjects
from qms.approvals.sealing import canonical
from qms.approvals.subjects import Sealed
from qms.clock import today
from qms.language import of_records
from qms.models import Approval, Meaning, User
from qms.proof import journal

KIND = "corrective_plan"
State = Nonconformity.State


@journal.acts()
def send_plan(
    case: Nonconformity, *, measure: str, judge_on: datetime.date, by: User
) -> Nonconformity:
    """Sends the plan to be signed: actions, and how and when their effect is judged. The sender may
    not sign it."""
    case = analysed(case, by, Nonconformity.Gate.PLAN)
    actions = list(case.actions.select_related("person"))
    last = max((action.due for action in actions), default=None)
    check(last is not None, _("Kế hoạch chưa có hành động nào."))
    for action in actions:  # it may be long since they were added
        check_doer(case, action.person)
        check(
            action.due >= today(),
            _("Hạn của “%(what)s” đã qua. Hạn hoàn thành phải từ hôm nay trở đi.")
            % {"what": Truncator(action.what).chars(80)},
        )
    measured(case, measure, judge_on, since=last or today())
    case.planned_by, case.sent_back, case.state = by, "", State.PLANNED
    case.save()
    with of_records():
        title = _("Kế hoạch hành động khắc phục %(code)s, %(unit)s")
    sealed = Sealed(
        subject=f"{KIND}:{case.pk}",
        title=title % {"code": case.code, "unit": case.unit.name},
        data=canonical(facts_of(case)),
        unit_id=case.unit_id,
    )
    case.approval = approvals.send(KIND, [sealed], agency=case.agency, title=sealed.title, by=by)
    case.save()
    record("plan_sent", case, by, judge_on=judge_on.isoformat())
    return case


def agreed(approval: Approval) -> bool:
    """Starts the work once all have signed exactly the current plan: requests the changes of
    documents and plans reminders. Runs inside the last signature's transaction."""
    approvals.need_signatures(approval)
    (item,) = queries.items_of(approval)
    case = _case_of(item.subject)
    in_state(case, State.PLANNED)
    check(
        canonical(facts_of(case)) == queries.bytes_of(item),
        _("“%(title)s” không đúng với nội dung đã ký nên không thực hiện được.")
        % {"title": item.title},
    )
    last = [one for one in queries.signatures_over(approval) if one.meaning == Meaning.APPROVED][-1]
    case.state, case.agreed_on, case.agreed_by_name = State.AGREED, today(), last.name
    case.save()
    for action in case.actions.select_related("document"):
        if action.document is not None:
            action.change_request = changes.open(
                action.document, what=action.what, why=case.cause, by=case.planned_by,
                source=f"action:{action.pk}",
            )  # fmt: skip
            action.save()
        reminders.plan(action)
    telling.plan_agreed(case, last.person)
    record("plan_agreed", case, last.person)
    return True


@transaction.atomic
def came_back(approval: Approval, how: str) -> None:
    """Reopens a plan that was returned, withdrawn or made void, with the reason."""
    if how == Approval.State.DONE:
        return
    for item in approval.items.all():
        case = _case_of(item.subject)
        if case.state == State.PLANNED:
            case.state, case.sent_back = State.OPEN, approval.reason
            case.save()
            record("plan_sent_back", case, None, reason=approval.reason)


def _case_of(subject: str) -> Nonconformity:
    return locked(Nonconformity(pk=subjects.number(subject)))
