"""Steps of the decisions of a management review after its signature: finished, handed over."""

from django.db import transaction
from django.utils.translation import gettext as _

from audits import decision_reminders, telling
from audits.lifecycle.common import check, locked, need
from audits.lifecycle.reviewing import check_doer, record
from audits.models import Decision
from audits.review import rules
from qms.clock import today
from qms.models import User


@transaction.atomic
def finish_decision(decision: Decision, *, note: str, by: User) -> Decision:
    """Finishes a decision, by its doer or an officer, with a note on what was done."""
    decision = _given(decision)
    check(
        rules.may_finish_decision(by, decision),
        _("Chỉ người được giao hoặc thư ký ISO được báo hoàn thành."),
    )
    decision.done_note = need(note, _("Hãy ghi kết quả thực hiện."))
    decision.done_on, decision.done_by = today(), by
    decision.save()
    decision_reminders.cancel(decision)
    record("review_decision_done", decision.review, by, decision=decision.pk)
    return decision


@transaction.atomic
def hand_over_decision(decision: Decision, *, person: User, by: User) -> Decision:
    """Hands a decision over to another person, by an officer, typically because its doer
    has left."""
    decision = _given(decision)
    check(
        rules.may_prepare_review(by, decision.review.agency),
        _("Chỉ thư ký ISO được giao lại việc."),
    )
    check(person.pk != decision.person_id, _("Người này đang được giao việc này."))
    check_doer(decision.review.agency, person)
    before, decision.person = str(decision.person), person
    decision.save()
    telling.decision_given(decision, by)
    record(
        "review_decision_handed_over", decision.review, by,
        decision=decision.pk, before=before, person=str(person),
    )  # fmt: skip
    return decision


def _given(decision: Decision) -> Decision:
    """The decision, locked. Raises Refused unless it is open work."""
    decision = locked(decision)
    check(decision.review.is_signed, _("Kết luận chỉ được thực hiện sau khi biên bản đã ký."))
    check(decision.done_on is None, _("Việc này đã hoàn thành."))
    return decision
