"""Steps of a correction up to its plan, with strict gates: each requires the previous one, and
nothing changes once the plan has been sent. `skips` gives what the agency's rule lets a minor
one skip."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import rules, sources
from audits.lifecycle.common import (
    check,
    cleaned,
    holds_a_post,
    in_state,
    locked,
    need,
    unit_of,
)
from audits.lifecycle.meanwhile import CAUSE, CORRECTION, EXTENT, SYSTEM, unchanged
from audits.lifecycle.opening import record, save_new
from audits.models import Action, Cause, CorrectionRule, Nonconformity
from procedures.models import DocumentPage, Version
from qms.clock import today
from qms.models import Agency, Appointment, Unit, User
from qms.proof import journal

State, Gate = Nonconformity.State, Nonconformity.Gate
MOST_WHYS = 5


@transaction.atomic
def report(
    agency: Agency,
    *,
    unit: Unit,
    description: str,
    by: User | None,
    source: str = sources.Source.DAILY_WORK,
    minor: bool = True,
) -> Nonconformity:
    """Registers a nonconformity found outside an audit of this system."""
    check(
        by is None or rules.may_report(by, agency),
        _("Chỉ thư ký ISO của %(agency)s được ghi sự không phù hợp.") % {"agency": agency},
    )
    case = Nonconformity(agency=agency, unit=unit_of(agency.pk, unit), source=source, minor=minor)
    case.description = need(description, _("Hãy mô tả sự không phù hợp."))
    sources.check(source)
    return save_new(case, by=by)


# -- the gates


def skips(case: Nonconformity) -> CorrectionRule:
    """What this nonconformity may skip by its agency's rule: nothing unless it is minor.
    One query."""
    rule = CorrectionRule.objects.filter(agency=case.agency_id).first() if case.minor else None
    return rule or CorrectionRule()


def gate_of(case: Nonconformity) -> str:
    """The next gate of an open nonconformity; the plan once everything before it is done."""
    if not case.correction or (case.about_citizens and not _done_for_citizens(case)):
        return Gate.CORRECTION
    if not case.cause:
        return Gate.CAUSE
    if not case.extent and not skips(case).skips_extent:
        return Gate.EXTENT
    if case.extent_questions.filter(exists=None).exists():  # also one asked later
        return Gate.EXTENT
    if not (case.risks and case.objectives):
        return Gate.SYSTEM
    return Gate.PLAN


def _done_for_citizens(case: Nonconformity) -> bool:
    return bool(case.result_corrected and case.informed and case.accepted_by)


GATES = list(Gate)


def analysed(case: Nonconformity, by: User | None, gate: str) -> Nonconformity:
    """The case, locked, for a step of this gate. Raises Refused for the wrong role or state, or if
    an earlier gate is closed."""
    case = locked(case)
    check(
        by is None or rules.may_analyse(by, case),
        _("Chỉ người của đơn vị và thư ký ISO được phân tích và lập kế hoạch."),
    )
    in_state(case, State.OPEN)
    here = Gate(gate_of(case))
    check(
        GATES.index(here) >= GATES.index(Gate(gate)),
        _("Chưa làm được bước này: còn thiếu bước “%(gate)s”.") % {"gate": here.label},
    )
    return case


@transaction.atomic
def correct(
    case: Nonconformity,
    *,
    correction: str,
    by: User | None,
    result_corrected: str = "",
    informed: str = "",
    accepted_by: str = "",
    was: str = "",
) -> Nonconformity:
    """Records the immediate correction. If a result or papers of citizens are affected
    (8.7, 8.5.3), also what was done about the result itself, how they were informed, and
    who accepted it."""
    case = analysed(case, by, Gate.CORRECTION)
    unchanged(case, CORRECTION, was)
    case.correction = need(correction, _("Hãy ghi việc khắc phục ngay."))
    if case.about_citizens:
        case.result_corrected = need(
            result_corrected, _("Hãy ghi kết quả, giấy tờ đã được sửa thế nào.")
        )
        case.informed = need(informed, _("Hãy ghi đã thông báo cho người dân, tổ chức thế nào."))
        case.accepted_by = need(accepted_by, _("Hãy ghi ai đã chấp nhận kết quả sau khi sửa."))
    return _kept(case, by, Gate.CORRECTION)


@transaction.atomic
def find_cause(
    case: Nonconformity,
    *,
    cause: str,
    by: User | None,
    whys: "list[str] | None" = None,
    causes: "list[Cause] | None" = None,
    was: str = "",
) -> Nonconformity:
    """Records the root cause, the answers to up to five whys, and the matching causes of the
    agency's list."""
    case = analysed(case, by, Gate.CAUSE)
    unchanged(case, CAUSE, was)
    case.cause = need(cause, _("Hãy ghi nguyên nhân gốc rễ."))
    answers = [answer.strip() for answer in whys or []]
    check(len(answers) <= MOST_WHYS, _("Tối đa năm câu hỏi vì sao."))
    case.whys = [answer for answer in answers if answer]
    offered = set(Cause.objects.offered_to(case.agency_id).values_list("pk", flat=True))
    chosen = list(causes or [])
    kept = set(case.causes.values_list("pk", flat=True))
    check(
        {one.pk for one in chosen} <= offered | kept,
        _("Có nguyên nhân không nằm trong danh mục của cơ quan. Hãy chọn lại."),
    )
    case.causes.set(chosen)
    return _kept(case, by, Gate.CAUSE, more={one.pk for one in chosen} != kept)


@transaction.atomic
def judge_extent(
    case: Nonconformity, *, extent: str, by: User | None, was: str = ""
) -> Nonconformity:
    """Records whether it exists elsewhere, once everybody who was asked has answered."""
    case = analysed(case, by, Gate.EXTENT)
    unchanged(case, EXTENT, was)
    silent = case.extent_questions.filter(exists=None).select_related("unit", "agency").first()
    check(
        silent is None,
        _("%(who)s chưa trả lời câu hỏi về phạm vi.") % {"who": silent or ""},
    )
    case.extent = need(extent, _("Hãy ghi kết luận về phạm vi ảnh hưởng."))
    return _kept(case, by, Gate.EXTENT)


@transaction.atomic
def assess_system(
    case: Nonconformity, *, risks: str, objectives: str, by: User | None, was: str = ""
) -> Nonconformity:
    """Records whether risks and objectives must be reconsidered. Changes of documents are actions
    of the plan."""
    case = analysed(case, by, Gate.SYSTEM)
    unchanged(case, SYSTEM, was)
    case.risks = need(risks, _("Hãy ghi rủi ro có phải xem lại không, hoặc ghi “Không”."))
    case.objectives = need(objectives, _("Hãy ghi mục tiêu có phải xem lại không, hoặc ghi “Không”."))  # fmt: skip
    return _kept(case, by, Gate.SYSTEM)


def _kept(case: Nonconformity, by: User | None, gate: str, *, more: bool = False) -> Nonconformity:
    """Saves the input for the gate, and appends to the journal if anything changed (`more`: besides
    the row)."""
    if journal.differs(cleaned(case)) or more:
        case.save()
        record("nonconformity_analysed", case, by, gate=str(gate))
    return case


# -- the plan


@transaction.atomic
def add_action(
    case: Nonconformity,
    *,
    what: str,
    person: User,
    due: datetime.date,
    by: User | None,
    document: DocumentPage | None = None,
) -> Action:
    """Adds an action to a draft plan: what, who, by when. The doer must have an appointment in
    the agency.

    `document`: a document of the agency that must change. The change is requested once the plan
    is agreed."""
    case = analysed(case, by, Gate.PLAN)
    check_doer(case, person)
    check(due >= today(), _("Hạn hoàn thành phải từ hôm nay trở đi."))
    if document is not None:
        in_force = Version.objects.in_force().filter(document=document.pk, agency=case.agency_id)
        check(in_force.exists(), _("Hãy chọn một tài liệu đang có hiệu lực của cơ quan."))
    action = Action(nonconformity=case, person=person, due=due, document=document)
    action.what = need(what, _("Hãy ghi việc phải làm."))
    cleaned(action).save()
    record("action_added", case, by, action=action.pk, person=str(person), due=due.isoformat())
    return action


def check_doer(case: Nonconformity, person: User) -> None:
    """Raises Refused for a person without an appointment in the agency today."""
    here = Appointment.objects.current().filter(person=person, agency=case.agency_id)
    check(
        holds_a_post(person) and here.exists(),
        _("%(name)s hiện không làm việc tại cơ quan.") % {"name": person},
    )


@transaction.atomic
def remove_action(action: Action, *, by: User | None) -> None:
    """Removes an action from a draft plan."""
    case = analysed(action.nonconformity, by, Gate.PLAN)
    action = locked(action)
    pk = action.pk
    action.delete()
    record("action_removed", case, by, action=pk)


@transaction.atomic
def skip_plan(
    case: Nonconformity, *, measure: str, judge_on: datetime.date, by: User | None
) -> Nonconformity:
    """Sends a minor nonconformity whose correction was enough to its judgement without a plan, if
    the agency's rule allows it."""
    case = analysed(case, by, Gate.PLAN)
    check(
        skips(case).skips_plan,
        _("Theo quy tắc của cơ quan, sự không phù hợp này phải có kế hoạch hành động khắc phục."),
    )
    check(not case.actions.exists(), _("Kế hoạch đã có hành động. Hãy trình kế hoạch."))
    case.planned_by = by
    measured(case, measure, judge_on, since=today())
    case.state = State.VERIFYING
    case.save()
    record("plan_skipped", case, by, judge_on=judge_on.isoformat())
    return case


def measured(
    case: Nonconformity, measure: str, judge_on: datetime.date, *, since: datetime.date
) -> None:
    """Sets how and when the effect is judged: not before the last action is due."""
    case.measure = need(measure, _("Hãy ghi thước đo: nhìn vào đâu để biết là có hiệu lực."))
    check(
        judge_on >= since,
        _("Ngày đánh giá hiệu lực phải từ hạn của hành động cuối cùng trở đi."),
    )
    case.judge_on = judge_on


def facts_of(case: Nonconformity) -> dict[str, Any]:
    """The facts of a plan that are sealed when it is sent."""
    return {
        "format": 1,
        "what": "corrective_plan",
        "case": case.pk,
        "code": case.code,
        "unit": case.unit.name,
        "source": case.source,
        "minor": case.minor,
        "description": case.description,
        "correction": case.correction,
        "result": [case.result_corrected, case.informed, case.accepted_by],
        "whys": case.whys,
        "causes": [[one.parent.name if one.parent else "", one.name] for one in case.causes.select_related("parent")],
        "cause": case.cause,
        "extent": case.extent,
        "risks": case.risks,
        "objectives": case.objectives,
        "measure": case.measure,
        "judge_on": case.judge_on.isoformat() if case.judge_on else "",
        "actions": [
            {
                "what": action.what,
                "person": action.person_id,
                "name": str(action.person),
                "due": action.due.isoformat(),
                "document": action.document_id,
                "title": str(action.document) if action.document else "",
            }
            for action in case.actions.select_related("person", "document")
        ],
    }  # fmt: skip
