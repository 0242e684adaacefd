"""The approval kind of audit plans: the lead signs with the declaration of independence, then the
agency's approver."""

import json
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from audits import plan_papers, telling
from audits import rules as audit_rules
from audits.audit_plan import rules
from audits.audit_plan.facts import facts
from audits.lifecycle.common import check, in_state, locked, need_leads_own
from audits.lifecycle.planning import KIND, check_complete, fix_plan, subject
from audits.models import Audit
from audits.on_screen import body_of
from qms import access
from qms.access import Person
from qms.approvals import lifecycle as approvals
from qms.approvals import queries, subjects
from qms.approvals.sealing import canonical
from qms.approvals.steps import Step, Who
from qms.approvals.subjects import Sealed
from qms.clock import today, written
from qms.errors import Refused
from qms.language import of_records
from qms.models import Agency, Approval, ApprovalItem, Meaning, Signature, User
from qms.proof import journal
from qms.roles import Role

LEAD_DAYS = 3


def register() -> None:
    approves = Step(Meaning.APPROVED, Who.ROLE, Role.APPROVER, quorum=1, days=5)
    subjects.add(
        subjects.Kind(
            name=KIND,
            label=gettext_lazy("Kế hoạch đánh giá"),
            rules=lambda: [(KIND, gettext_lazy("Kế hoạch đánh giá"))],
            rule_of=lambda subject: KIND,
            may_send=may_send,
            show=show,
            url=lambda subject: reverse("audit", args=[subjects.number(subject)]),
            opening=opening,
            default_steps=(approves,),
            sender_signs=True,
            on_signed=on_signed,
            called_off=lambda: Audit.objects.filter(state=Audit.State.CANCELLED),
            on_done=on_done,
        )
    )


def may_send(user: Person, agency: Agency) -> bool:
    """Whether the user works in the auditing agency; `send` checks whether they are this
    audit's lead."""
    return bool(access.roles_in(user, agency))


def opening(items: Sequence[ApprovalItem]) -> list[Step]:
    """The first step: the lead's own signature, which declares independence."""
    audit = Audit.objects.get(pk=subjects.number(items[0].subject))
    lead = audit_rules.lead_of(audit)
    if lead is None or not audit_rules.leads_from(audit, audit.body_id):
        return []
    until_it_begins = (audit.starts_on - today()).days  # a step has a day at least
    days = min(LEAD_DAYS, max(until_it_begins, 1))
    return [Step(Meaning.REVIEWED, Who.PEOPLE, people=(lead.person_id,), days=days)]


@transaction.atomic
def send(audit: Audit, *, by: User) -> Approval:
    """Seals the current plan and sends it for approval. Raises Refused with the first point that
    prevents it."""
    audit = locked(audit)
    check(
        rules.may_send_plan(by, audit),
        _("Chỉ trưởng đoàn (hoặc thư ký ISO, khi trưởng đoàn là người ngoài cơ quan) được trình kế hoạch."),
    )  # fmt: skip
    in_state(audit, Audit.State.PLANNING)
    check(
        audit.ends_on >= today(),
        _("Ngày đánh giá cuối cùng (%(day)s) đã qua. Hãy đổi ngày và giờ trước khi trình.")
        % {"day": written(audit.ends_on)},
    )
    check_complete(audit)
    lead = audit_rules.lead_of(audit)
    auditing = {one.person_id for one in audit.members.all() if one.part in audit_rules.TEAM}
    with of_records():
        title = _("Kế hoạch đánh giá: %(title)s") % {"title": audit.title}
    sealed = Sealed(
        subject=subject(audit),
        title=title,
        data=canonical(facts(audit)),
        excluded=frozenset((auditing | {by.pk}) - {lead.person_id if lead else None}),
    )
    before = queries.came_back(sealed.subject)
    agency = audit.body or audit.agency
    approval = approvals.send(
        KIND, [sealed], agency=agency, title=sealed.title, by=by, before=before
    )
    journal.append("audit_plan_sent", f"audit:{audit.pk}", agency=audit.agency, by=by)
    return approval


def on_signed(approval: Approval, signature: Signature) -> None:
    """Accepts the lead's step from the lead alone, who declares the team's independence with it."""
    audit = Audit.objects.get(pk=subjects.number(approval.items.get().subject))
    lead = audit_rules.lead_of(audit)
    step = queries.steps_of(approval)[signature.step]
    if lead is not None and step.people == (lead.person_id,):
        need_leads_own(audit, signature)


def on_done(approval: Approval) -> bool:
    """On the last signature, fixes the plan and the documents' versions of that day. Refused if the
    plan changed after sealing."""
    approvals.need_signatures(approval)
    item = approval.items.get()
    audit = locked(Audit.objects.get(pk=subjects.number(item.subject)))
    if canonical(facts(audit)) != queries.bytes_of(item):
        raise Refused(_("Kế hoạch đã thay đổi sau khi trình. Hãy rút lại rồi trình lại kế hoạch."))
    fix_plan(audit, by=None)
    telling.plan_signed(audit)
    return True


def show(item: ApprovalItem, data: bytes, before: bytes | None) -> SafeString:
    said = json.loads(data)
    paper = plan_papers.sheet(said, item.approval.agency, get_language() or "vi", names=True)
    return body_of(paper)
