"""Steps from an agreed plan to its judgement: actions finished, extended or handed over, then
closed or a further round."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import evidence, reminders, rules, telling
from audits.lifecycle.common import check, cleaned, in_state, locked, name_of, need
from audits.lifecycle.correcting import check_doer
from audits.lifecycle.opening import close_if_done, open_next_round, record
from audits.models import Action, Extension, Judgement, Nonconformity
from procedures.models import ChangeRequest, Version
from qms.clock import today, written
from qms.language import of_records
from qms.models import User
from qms.proof import journal

State = Nonconformity.State


@transaction.atomic
def finish_action(action: Action, *, note: str, by: User, files: list[Any] | None = None) -> Action:
    """Finishes an action, with a note and evidence. When every action is done, effectiveness
    can be judged.

    If a document must change, its new version must be in force by then."""
    case, action = _agreed(action)
    check(
        rules.may_finish(by, case, action.person_id),
        _("Chỉ người được giao hoặc thư ký ISO được báo hoàn thành."),
    )
    check(action.done_on is None, _("Hành động này đã hoàn thành."))
    check(
        not waits_for_version(action),
        _("Chưa báo hoàn thành được: “%(document)s” chưa có phiên bản mới có hiệu lực.")
        % {"document": action.document},
    )
    action.done_note = need(note, _("Hãy ghi kết quả thực hiện."))
    action.done_on, action.done_by = today(), by
    action.save()
    audit = case.finding.audit if case.finding else None
    evidence.keep(files or [], f"action:{action.pk}", audit=audit, by=by)
    reminders.cancel(action)
    with of_records():
        done = _("Việc đã hoàn thành.")
    action.extensions.filter(state=Extension.State.ASKED).update(
        state=Extension.State.REFUSED, answered_on=today(), answer=done
    )
    record("action_done", case, by, action=action.pk)
    if not case.actions.filter(done_on=None).exists():
        case.state = State.VERIFYING
        case.save()
    return action


def waits_for_version(action: Action) -> bool:
    """Whether the document that the action changes still has no new version in force. A request
    that was declined or withdrawn no longer counts: what was done instead is in the doer's note."""
    asked = action.change_request
    if asked is None or asked.state in {ChangeRequest.State.DECLINED, ChangeRequest.State.TAKEN_BACK}:  # fmt: skip
        return False
    if asked.done_in is None:
        return True
    newer = Version.objects.in_force().filter(
        document=asked.document_id, ordinal__gte=asked.done_in.ordinal
    )
    return not newer.exists()


@transaction.atomic
def ask_longer(action: Action, *, due: datetime.date, reason: str, by: User) -> Extension:
    """Requests more time, by the doer, with a reason. Whoever agreed to the plan answers."""
    case, action = _agreed(action)
    check(
        rules.may_finish(by, case, action.person_id),
        _("Chỉ người được giao hoặc thư ký ISO được xin lùi hạn."),
    )
    check(action.done_on is None, _("Hành động này đã hoàn thành."))
    check(due > max(action.due, today()), _("Hạn mới phải sau hạn cũ và sau hôm nay."))
    check(
        not action.extensions.filter(state=Extension.State.ASKED).exists(),
        _("Đã có một đề nghị lùi hạn đang chờ trả lời."),
    )
    asked = Extension(action=action, due_before=action.due, due=due, by=by)
    asked.reason = need(reason, _("Hãy ghi lý do xin lùi hạn."))
    cleaned(asked).save()
    telling.longer_asked(asked)
    record("action_longer_asked", case, by, action=action.pk, due=due.isoformat())
    return asked


@transaction.atomic
def answer_longer(asked: Extension, *, grant: bool, answer: str, by: User) -> Extension:
    """Grants or refuses more time. Only for those who agreed to the plan, never for
    the requester."""
    case, action = _agreed(asked.action)
    asked = locked(asked)
    check(
        rules.may_grant(by, case, asked),
        _("Chỉ người đã ký kế hoạch được cho lùi hạn, không phải người đề nghị."),
    )
    check(asked.state == Extension.State.ASKED, _("Đề nghị này đã được trả lời."))
    asked.state = Extension.State.GRANTED if grant else Extension.State.REFUSED
    asked.answer = (answer or "").strip() if grant else need(answer, _("Hãy ghi lý do không cho lùi hạn."))  # fmt: skip
    asked.answered_by_name, asked.answered_on = name_of(by), today()
    asked.save()
    if grant:
        reminders.cancel(action)
        action.due = asked.due
        action.save()
        reminders.plan(action)
        if case.judge_on is not None and case.judge_on < asked.due:
            case.judge_on = asked.due
            case.save()
    telling.longer_answered(asked, by)
    record("action_longer_answered", case, by, action=action.pk, granted=grant)
    return asked


@transaction.atomic
def hand_over(action: Action, *, person: User, by: User) -> Action:
    """Hands an action over to another person, typically because its doer has left."""
    case, action = _agreed(action)
    check(
        rules.may_hand_over(by, case),
        _("Chỉ trưởng đơn vị hoặc thư ký ISO được giao lại việc."),
    )
    check(action.done_on is None, _("Hành động này đã hoàn thành."))
    check(person.pk != action.person_id, _("Người này đang được giao việc này."))
    check_doer(case, person)
    before, action.person = str(action.person), person
    action.save()
    telling.given(action, by)
    record("action_handed_over", case, by, action=action.pk, before=before, person=str(person))
    return action


@journal.acts()
def judge(case: Nonconformity, *, effective: bool, why: str, by: User) -> Judgement:
    """Judges whether the work was effective, by somebody who did none of it, from the agreed
    day on.

    Effective: closed. Not effective: the next round opens. The audit closes with its
    last nonconformity."""
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
        % {"day": written(case.judge_on) if case.judge_on else ""},
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


def _agreed(action: Action) -> tuple[Nonconformity, Action]:
    """(case, action), locked. Raises Refused unless work on the case is going on."""
    case = locked(action.nonconformity)
    action = locked(action)
    in_state(case, State.AGREED)
    return case, action
