"""Asking units and agencies whether the same exists there, and their answers."""

from django.db import transaction
from django.utils.translation import gettext as _

from audits import rules, telling
from audits.lifecycle.common import check, in_state, locked, name_of, need, unit_of
from audits.lifecycle.correcting import analysed
from audits.lifecycle.opening import record
from audits.models import ExtentQuestion, Nonconformity
from qms.clock import today
from qms.models import Agency, Unit, User

MOST_ASKED = 100


@transaction.atomic
def ask_extent(
    case: Nonconformity,
    *,
    question: str,
    by: User | None,
    unit: Unit | None = None,
    agency: Agency | None = None,
) -> ExtentQuestion:
    """Asks another unit of the agency, or another agency. They read the question alone, not
    the case."""
    case = analysed(case, by, Nonconformity.Gate.EXTENT)
    check((unit is None) != (agency is None), _("Hãy chọn một đơn vị hoặc một cơ quan để hỏi."))
    if unit is not None:
        check(unit.pk != case.unit_id, _("Đây là đơn vị nơi phát hiện. Hãy chọn đơn vị khác."))
        unit_of(case.agency_id, unit)
    if agency is not None:
        check(agency.pk != case.agency_id, _("Hãy chọn đơn vị của cơ quan mình, hoặc cơ quan khác."))  # fmt: skip
        check(
            Agency.objects.active().filter(pk=agency.pk).exists(),
            _("Cơ quan này đã kết thúc hoạt động."),
        )
    asked = case.extent_questions
    check(asked.count() < MOST_ASKED, _("Đã hỏi tối đa %(most)d nơi.") % {"most": MOST_ASKED})
    check(
        not asked.filter(unit=unit, agency=agency or case.agency).exists(),
        _("Đã hỏi nơi này rồi."),
    )
    row = ExtentQuestion.objects.create(
        nonconformity=case,
        agency=agency or case.agency,
        unit=unit,
        question=need(question, _("Hãy ghi câu hỏi."))[:5000],
        asked_by_name=name_of(by),
        asked_on=today(),
    )
    telling.extent_asked(row, by)
    record("extent_asked", case, by, whom=str(row))
    return row


@transaction.atomic
def take_back_extent(row: ExtentQuestion, *, reason: str, by: User | None) -> None:
    """Takes back a question that nobody answers, with the reason: one whose agency was closed would
    hold the correction up for good. Its history is kept."""
    case = analysed(row.nonconformity, by, Nonconformity.Gate.EXTENT)
    row = locked(row)
    check(row.exists is None, _("Câu hỏi này đã được trả lời."))
    reason = need(reason, _("Hãy ghi lý do rút câu hỏi."))[:2000]
    whom = str(row)
    row.delete()
    record("extent_taken_back", case, by, whom=whom, reason=reason)


@transaction.atomic
def answer_extent(
    row: ExtentQuestion, *, exists: bool, answer: str, by: User | None
) -> ExtentQuestion:
    """The unit or the agency answers, once, with what it looked at."""
    case = locked(row.nonconformity)
    row = locked(row)
    check(
        by is None or rules.may_answer_extent(by, row),
        _("Chỉ người của đơn vị hoặc thư ký ISO của cơ quan được hỏi trả lời."),
    )
    check(row.exists is None, _("Câu hỏi này đã được trả lời."))
    in_state(case, Nonconformity.State.OPEN)
    row.exists = exists
    row.answer = need(answer, _("Hãy ghi đã xem những gì và thấy gì."))[:5000]
    row.answered_by_name, row.answered_on = name_of(by), today()
    row.save()
    telling.extent_answered(row, by)
    record("extent_answered", case, by, whom=str(row), exists=exists)
    return row
