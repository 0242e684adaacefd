"""The record of a review in the approval chain: an officer sends it, the head signs it, and its
decisions become tasks."""

import json
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from audits import decision_reminders, telling
from audits.lifecycle.common import check, in_state, locked
from audits.lifecycle.reviewing import check_doer, record
from audits.models import ManagementReview
from audits.on_screen import body_of
from audits.review import readiness, rules
from audits.review.collecting import KIND, subject
from audits.review.sheet import sheet
from qms.approvals import lifecycle as approvals
from qms.approvals import queries, subjects
from qms.approvals.sealing import canonical
from qms.approvals.steps import Step, Who
from qms.approvals.subjects import Sealed
from qms.clock import today
from qms.errors import Refused
from qms.language import of_records
from qms.models import Approval, ApprovalItem, Meaning, User
from qms.roles import Role

FORMAT = 1
State = ManagementReview.State


def register() -> None:
    subjects.add(
        subjects.Kind(
            name=KIND,
            label=gettext_lazy("Xem xét của lãnh đạo"),
            rules=lambda: [(KIND, gettext_lazy("Biên bản xem xét của lãnh đạo"))],
            rule_of=lambda subject: KIND,
            may_send=rules.may_prepare_review,
            show=show,
            url=lambda subject: reverse("management_review", args=[subjects.number(subject)]),
            default_steps=(Step(Meaning.APPROVED, Who.ROLE, Role.APPROVER, quorum=1, days=5),),
            on_done=on_done,
        )
    )


@transaction.atomic
def send(review: ManagementReview, *, by: User) -> Approval:
    """Seals the current record and sends it. Raises Refused with the first point that
    prevents it."""
    review = locked(review)
    check(
        rules.may_prepare_review(by, review.agency),
        _("Chỉ thư ký ISO của %(agency)s được trình biên bản xem xét của lãnh đạo.")
        % {"agency": review.agency},
    )
    in_state(review, State.PREPARING)
    for point in readiness.points(review):
        raise Refused(point)
    for one in review.decisions.select_related("person"):
        check_doer(review.agency, one.person)
    with of_records():
        title = _("Biên bản: %(review)s") % {"review": review}
    sealed = Sealed(subject(review.pk), title, canonical(facts(review)))
    before = queries.came_back(sealed.subject)
    review.approval = approvals.send(
        KIND, [sealed], agency=review.agency, title=sealed.title, by=by, before=before
    )
    review.save()
    record("review_sent", review, by)
    return review.approval


def facts(review: ManagementReview) -> dict[str, Any]:
    """The complete content of the record. Three queries."""
    return {
        "format": FORMAT,
        "what": KIND,
        "review": review.pk,
        "code": review.code,
        "held_on": review.held_on.isoformat(),
        "since": review.since.isoformat(),
        "place": review.place,
        "chair": str(review.chair),
        "present": review.present,
        "collected_at": review.collected_at.isoformat() if review.collected_at else "",
        "inputs": [
            {"topic": one.topic, "figures": one.figures, "said": one.said}
            for one in review.inputs.all()
        ],
        "minutes": review.minutes,
        "conclusion": review.conclusion,
        "decisions": [
            {
                "kind": one.kind,
                "what": one.what,
                "person": one.person_id,
                "name": str(one.person),
                "due": one.due.isoformat(),
            }
            for one in review.decisions.select_related("person")
        ],
    }


def on_done(approval: Approval) -> bool:
    """Completes the record on the head's signature, and notifies the people named in decisions.
    Refused if it differs from what was sealed."""
    approvals.need_signatures(approval)
    item = approval.items.get()
    review = locked(ManagementReview.objects.get(pk=subjects.number(item.subject)))
    in_state(review, State.PREPARING)
    if canonical(facts(review)) != queries.bytes_of(item):
        raise Refused(_("Biên bản đã thay đổi sau khi trình. Hãy rút lại rồi trình lại biên bản."))
    last = queries.signatures_over(approval)[-1]
    review.state, review.signed_on, review.approval = State.SIGNED, today(), approval
    review.save()
    for one in review.decisions.select_related("person"):
        decision_reminders.plan(one)
        telling.decision_given(one, last.person)
    record("review_signed", review, last.person)
    return True


def sealed_facts(review: ManagementReview) -> dict[str, Any]:
    """The facts as sent, if the record is in approval or signed; else the current ones."""
    approval = review.approval
    if approval is None or approval.state in {*queries.CAME_BACK, Approval.State.VOID}:
        return facts(review)
    found: dict[str, Any] = json.loads(queries.bytes_of(approval.items.get()))
    return found


def show(item: ApprovalItem, data: bytes, before: bytes | None) -> SafeString:
    return body_of(sheet(json.loads(data), item.approval.agency, get_language() or "vi"))
