"""The report in the approval chain: the lead signs first, which concludes the audit itself; the
auditee's head accepts it."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from audits import rules
from audits.lifecycle.common import check, locked, need_leads_own
from audits.lifecycle.conducting import conclude
from audits.lifecycle.opening import close_if_done
from audits.models import Audit, Report
from audits.on_screen import body_of
from audits.report import building, later, readiness
from audits.report import rules as report_rules
from audits.report.building import KIND
from audits.report.effect import effect
from audits.report.sheet import sheet
from qms import access
from qms.access import Person
from qms.approvals import lifecycle as approvals
from qms.approvals import queries, subjects
from qms.approvals.sealing import canonical
from qms.approvals.steps import Step, Who
from qms.approvals.subjects import Sealed
from qms.clock import today
from qms.errors import Refused
from qms.language import of_records
from qms.models import Agency, Approval, ApprovalItem, Meaning, Signature, User
from qms.proof import journal
from qms.roles import Role
from search.queue import pending

LEAD_DAYS = 5


def register() -> None:
    accepts = Step(Meaning.APPROVED, Who.ROLE, Role.APPROVER, quorum=1, days=10)
    subjects.add(
        subjects.Kind(
            name=KIND,
            label=gettext_lazy("Báo cáo đánh giá"),
            rules=lambda: [(KIND, gettext_lazy("Báo cáo đánh giá"))],
            rule_of=lambda subject: KIND,
            may_send=may_send,
            show=show,
            url=lambda subject: reverse("audit_report", args=[subjects.number(subject)]),
            opening=opening,
            default_steps=(accepts,),
            sender_signs=True,
            hold=_locked_audit,
            effect=effect,
            on_signed=on_signed,
            called_off=lambda: Audit.objects.filter(state=Audit.State.CANCELLED),
            on_done=on_done,
        )
    )


def subject(audit: int) -> str:
    return f"{KIND}:{audit}"


def may_send(user: Person, agency: Agency) -> bool:
    """Whether the user works in the audited agency; `send` checks whether they are this audit's
    lead or an officer."""
    return bool(access.roles_in(user, agency))


def opening(items: Sequence[ApprovalItem]) -> list[Step]:
    """The lead's own signature."""
    audit = Audit.objects.get(pk=subjects.number(items[0].subject))
    lead = rules.lead_of(audit)
    if lead is None or not rules.leads_from(audit, audit.agency_id):
        return []
    return [Step(Meaning.REVIEWED, Who.PEOPLE, people=(lead.person_id,), days=LEAD_DAYS)]


@transaction.atomic
def send(audit: Audit, *, by: User) -> Approval:
    """Seals the current report and sends it. Raises Refused with the first point that
    prevents it."""
    audit = locked(audit)
    check(
        report_rules.may_send_report(by, audit),
        _("Chỉ trưởng đoàn (hoặc thư ký ISO, khi trưởng đoàn là người ngoài cơ quan) được trình báo cáo."),
    )  # fmt: skip
    check(
        audit.state in {Audit.State.UNDER_WAY, Audit.State.CONCLUDED},
        _("Không làm được việc này khi đang ở tình trạng “%(state)s”.")
        % {"state": audit.get_state_display()},
    )
    report = Report.objects.filter(audit=audit).first()
    if report is None:
        raise Refused(_("Chưa viết báo cáo. Hãy ghi kết luận rồi lưu."))
    check(report.accepted_on is None, _("Báo cáo đã được chấp nhận."))
    for point in readiness.points(audit, report):
        raise Refused(point)
    check(
        audit.is_told or rules.leads_from(audit, audit.agency_id),
        _("Trưởng đoàn là người ngoài cơ quan nên kết luận cuộc đánh giá trước khi báo cáo được trình."),
    )  # fmt: skip
    lead = rules.lead_of(audit)
    team = {one.person_id for one in audit.members.all() if one.part in rules.TEAM}
    with of_records():
        title = _("Báo cáo đánh giá: %(title)s") % {"title": audit.title}
    sealed = Sealed(
        subject=subject(audit.pk),
        title=title,
        data=canonical(building.facts(audit, report)),
        excluded=frozenset((team | {by.pk}) - {lead.person_id if lead else None}),
    )
    before = queries.came_back(sealed.subject)
    report.approval = approvals.send(
        KIND, [sealed], agency=audit.agency, title=sealed.title, by=by, before=before
    )
    report.save()
    journal.append("audit_report_sent", f"audit:{audit.pk}", agency=audit.agency, by=by)
    return report.approval


def _locked_audit(approval: Approval) -> Audit:
    return locked(Audit.objects.get(pk=subjects.number(approval.items.get().subject)))


def on_signed(approval: Approval, signature: Signature) -> None:
    """Concludes the audit with the lead's signature: findings are published to the auditee and
    frozen. Refused if anybody else signs the lead's step, or a finding changed after sealing;
    answers that came after it are left beside the report, as the lead confirmed (`effect`).

    The report's statements about other audits and older corrections date from the day it was sent,
    and may be outdated."""
    audit = _locked_audit(approval)
    if audit.state != Audit.State.UNDER_WAY or signature.step != 0:
        return
    need_leads_own(audit, signature)
    report = Report.objects.get(audit=audit)
    came = later.since_sent(audit, report)
    if came is not None and not came.is_left_beside:
        raise Refused("\n".join([came.summary, *came.lines, came.advice]))
    for point in readiness.points(audit, report):
        raise Refused(point)
    conclude(audit, conclusion=report.conclusion, strengths=report.strengths, by=signature.person)


def on_done(approval: Approval) -> bool:
    """Accepts the report on the head's signature: it is complete, and the audit closes if nothing
    is left to correct."""
    approvals.need_signatures(approval)
    audit = _locked_audit(approval)
    check(
        audit.is_told,
        _("Cuộc đánh giá chưa kết luận nên báo cáo chưa được chấp nhận. Hãy trả lại để trưởng đoàn ký."),
    )  # fmt: skip
    report = Report.objects.get(audit=audit)
    report.approval, report.accepted_on = approval, today()
    report.save()
    journal.append("audit_report_accepted", f"audit:{audit.pk}", agency=audit.agency, by=None)
    pending.mark("audit", audit.pk)
    close_if_done(audit, by=None)
    return True


def sealed_facts(report: Report | None) -> dict[str, Any] | None:
    """The facts as last sent, if the report is in approval or accepted."""
    approval = report.approval if report is not None else None
    if approval is None or approval.state in {*queries.CAME_BACK, Approval.State.VOID}:
        return None
    found: dict[str, Any] = json.loads(queries.bytes_of(approval.items.get()))
    return found


def show(item: ApprovalItem, data: bytes, before: bytes | None) -> SafeString:
    facts = json.loads(data)
    paper = sheet(facts, item.approval.agency, language=get_language() or "vi")
    return body_of(paper)
