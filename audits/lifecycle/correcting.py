"""Steps of a correction, with gates that hold: no work before the plan is agreed; nothing is closed before every action is done
and somebody else has judged that it worked; what did not work is followed by a further round."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import evidence, reminders, rules, telling
from audits.lifecycle.common import (
    check,
    cleaned,
    holds_a_post,
    in_state,
    locked,
    name_of,
    need,
    unit_of,
)
from audits.lifecycle.opening import close_if_done, open_next_round, record, save_new
from audits.models import Action, Judgement, Nonconformity
from qms.clock import today
from qms.models import Agency, Appointment, Unit, User

State = Nonconformity.State


@transaction.atomic
def report(
    agency: Agency,
    *,
    unit: Unit,
    description: str,
    by: User | None,
    source: str = Nonconformity.Source.DAILY_WORK,
) -> Nonconformity:
    """Registers a nonconformity that was seen outside an audit of this system."""
    check(
        by is None or rules.may_report(by, agency),
        _("Chỉ thư ký ISO của %(agency)s được ghi sự không phù hợp.") % {"agency": agency},
    )
    case = Nonconformity(agency=agency, unit=unit_of(agency.pk, unit), source=source)
    case.description = need(description, _("Hãy mô tả sự không phù hợp."))
    check(source in Nonconformity.Source.values, _("Hãy chọn nguồn."))
    return save_new(case, by=by)


@transaction.atomic
def analyse(
    case: Nonconformity, *, correction: str, cause: str, extent: str, by: User | None
) -> Nonconformity:
    """Writes down what was corrected at once, the root cause, and whether it exists elsewhere."""
    case = _analysed_by(case, by)
    in_state(case, State.OPEN)
    case.correction, case.cause, case.extent = correction.strip(), cause.strip(), extent.strip()
    cleaned(case).save()
    record("nonconformity_analysed", case, by)
    return case


@transaction.atomic
def add_action(
    case: Nonconformity, *, what: str, person: User, due: datetime.date, by: User | None
) -> Action:
    """Adds an action to a plan that is being made: what, who, until when. The doer has a post in the agency."""
    case = _analysed_by(case, by)
    in_state(case, State.OPEN)
    here = Appointment.objects.current().filter(person=person, agency=case.agency)
    check(
        holds_a_post(person) and here.exists(),
        _("%(name)s hiện không làm việc tại cơ quan.") % {"name": person},
    )
    check(due >= today(), _("Hạn hoàn thành phải từ hôm nay trở đi."))
    action = Action(nonconformity=case, person=person, due=due)
    action.what = need(what, _("Hãy ghi việc phải làm."))
    cleaned(action).save()
    record("action_added", case, by, action=action.pk, person=str(person), due=due.isoformat())
    return action


@transaction.atomic
def remove_action(action: Action, *, by: User | None) -> None:
    """Takes an action out of a plan that is still being made."""
    case = _analysed_by(action.nonconformity, by)
    in_state(case, State.OPEN)
    pk = action.pk
    action.delete()
    record("action_removed", case, by, action=pk)


@transaction.atomic
def send_plan(
    case: Nonconformity, *, measure: str, judge_on: datetime.date, by: User | None
) -> Nonconformity:
    """Sends the plan for agreement. Refused without cause, actions, or a measure and day for judging whether they worked."""
    case = _analysed_by(case, by)
    in_state(case, State.OPEN)
    check(bool(case.correction), _("Hãy ghi việc khắc phục ngay trước khi gửi kế hoạch."))
    check(bool(case.cause), _("Hãy ghi nguyên nhân gốc rễ trước khi gửi kế hoạch."))
    last = max((action.due for action in case.actions.all()), default=None)
    check(last is not None, _("Kế hoạch chưa có hành động nào."))
    case.measure = need(measure, _("Hãy ghi thước đo: nhìn vào đâu để biết là có hiệu lực."))
    check(
        last is not None and judge_on >= last,
        _("Ngày đánh giá hiệu lực phải từ hạn của hành động cuối cùng trở đi."),
    )
    case.judge_on, case.planned_by, case.sent_back = judge_on, by, ""
    case.state = State.PLANNED
    case.save()
    telling.plan_sent(case, by)
    record("plan_sent", case, by, judge_on=judge_on.isoformat())
    return case


@transaction.atomic
def agree(case: Nonconformity, *, by: User | None) -> Nonconformity:
    """Somebody in charge, but not who made the plan, agrees to it: now the work may begin, and reminders are planned."""
    case = _agreed_by(case, by)
    case.state, case.agreed_on, case.agreed_by_name = State.AGREED, today(), name_of(by)
    case.save()
    for action in case.actions.all():
        reminders.plan(action)
    telling.plan_answered(case, by, agreed=True)
    record("plan_agreed", case, by)
    return case


@transaction.atomic
def send_back(case: Nonconformity, *, reason: str, by: User | None) -> Nonconformity:
    """Returns the plan to the unit with a reason."""
    case = _agreed_by(case, by)
    case.sent_back = need(reason, _("Hãy ghi lý do trả lại."))
    case.state = State.OPEN
    case.save()
    telling.plan_answered(case, by, agreed=False)
    record("plan_sent_back", case, by, reason=case.sent_back)
    return case


@transaction.atomic
def finish_action(action: Action, *, note: str, by: User, files: list[Any] | None = None) -> Action:
    """The doer says what was done, with evidence. When every action is done, effectiveness waits to be judged."""
    case = locked(action.nonconformity)
    action = locked(action)
    check(
        rules.may_finish(by, case, action.person_id),
        _("Chỉ người được giao hoặc thư ký ISO được báo hoàn thành."),
    )
    in_state(case, State.AGREED)
    check(action.done_on is None, _("Hành động này đã hoàn thành."))
    action.done_note = need(note, _("Hãy ghi kết quả thực hiện."))
    action.done_on, action.done_by = today(), by
    action.save()
    audit = case.finding.audit if case.finding else None
    evidence.keep(files or [], f"action:{action.pk}", audit=audit, by=by)
    reminders.cancel(action)
    record("action_done", case, by, action=action.pk)
    if not case.actions.filter(done_on=None).exists():
        case.state = State.VERIFYING
        case.save()
    return action


@transaction.atomic
def judge(case: Nonconformity, *, effective: bool, why: str, by: User) -> Judgement:
    """Somebody who did none of the work judges whether it was effective, from the day that was agreed on.

    Effective: closed. Not effective: the next round opens. The audit closes with its last nonconformity."""
    case = locked(case)
    gate = rules.why_not_judge(by, case)
    check(gate != "doer", _("Người đã thực hiện hành động không tự đánh giá hiệu lực."))
    check(
        gate == "",
        _("Chỉ thư ký ISO, trưởng đoàn hoặc đánh giá viên được đánh giá hiệu lực."),
    )
    in_state(case, State.VERIFYING)
    check(
        case.judge_on is not None and case.judge_on <= today(),
        _("Kế hoạch định đánh giá hiệu lực từ %(day)s.")
        % {"day": f"{case.judge_on:%d/%m/%Y}" if case.judge_on else ""},
    )
    why = need(why, _("Hãy ghi căn cứ của việc đánh giá."))
    made = Judgement.objects.create(
        nonconformity=case, effective=effective, why=why, by=by, by_name=name_of(by)
    )
    case.state = State.CLOSED if effective else State.INEFFECTIVE
    case.closed_on = today()
    case.save()
    telling.judged(case, by, effective=effective)
    record("nonconformity_closed" if effective else "nonconformity_ineffective", case, by, why=why)
    if not effective:
        open_next_round(case, why=why, by=by)
    elif case.finding is not None:
        close_if_done(case.finding.audit, by=by)
    return made


def _analysed_by(case: Nonconformity, by: User | None) -> Nonconformity:
    case = locked(case)
    check(
        by is None or rules.may_analyse(by, case),
        _("Chỉ người của đơn vị và thư ký ISO được phân tích và lập kế hoạch."),
    )
    return case


def _agreed_by(case: Nonconformity, by: User | None) -> Nonconformity:
    case = locked(case)
    check(
        by is None or by.pk != case.planned_by_id,
        _("Người lập kế hoạch không tự đồng ý kế hoạch của mình."),
    )
    check(
        by is None or rules.may_agree(by, case),
        _("Chỉ thư ký ISO hoặc trưởng đoàn được xem xét kế hoạch."),
    )
    in_state(case, State.PLANNED)
    return case
