"""Items that an agency of the canary city has sent for approval: a document for the reviewer, one
for the head of a unit, one for the approver."""

from typing import TYPE_CHECKING, Any

from procedures import lifecycle
from procedures.approval import sealing
from procedures.approval.sealing import Terms
from procedures.models import DocumentPage
from qms.approvals import lifecycle as approvals
from qms.approvals.steps import Step, Who
from qms.approvals.subjects import Sealed
from qms.models import Approval, ApprovalItem, ApprovalRule, Meaning
from qms.roles import Role

if TYPE_CHECKING:
    from tests.permissions.canary import Tenant

# Who is named in the steps, the approver in each: with the officers they are all who may see it.
REVIEWED, HEADED, APPROVED = "reviewed", "headed", "approved"
SENT = (REVIEWED, HEADED, APPROVED)
FIRST_STEP = {
    REVIEWED: ("instruction", Role.REVIEWER),
    HEADED: ("manual", Role.UNIT_HEAD),
    APPROVED: ("regulation", None),
}


def make_approvals(tenant: "Tenant", fields: dict[str, dict[str, Any]]) -> None:
    """`fields`: of the draft of each class, all of them secret. Each has an unanswered remark."""
    for secrecy, (kind, role) in FIRST_STEP.items():
        _rule(tenant, kind, role)
        approval = _send(tenant, kind, fields[secrecy])
        if role is not None:
            item = ApprovalItem.objects.get(approval=approval)
            remark = f"{fields[secrecy]['title']} remark"
            approvals.remark(
                item, by=tenant.people[role], anchor="", weight="suggestion", text=remark
            )


def _rule(tenant: "Tenant", kind: str, role: str | None) -> None:
    last = Step(Meaning.APPROVED, Who.ROLE, Role.APPROVER)
    first = [Step(Meaning.REVIEWED, Who.ROLE, role)] if role else []
    ApprovalRule.objects.create(
        agency=tenant.agency,
        kind=f"document:{kind}",
        steps=[step.as_json() for step in (*first, last)],
    )


def _send(tenant: "Tenant", kind: str, fields: dict[str, Any]) -> Approval:
    officer, terms = tenant.people[Role.OFFICER], Terms(1, 0)
    page: DocumentPage = lifecycle.create_draft(tenant.agency, kind=kind, by=officer, **fields)
    tenant.pages.append(page)
    sealed = Sealed(
        subject=lifecycle.subject(page.pk),
        title=fields["title"],
        data=sealing.seal(page, sealing.compose(page, terms), terms),
        excluded=frozenset(page.drafters),
    )
    return approvals.send(
        "document", [sealed], agency=tenant.agency, title=fields["title"], by=officer,
        note=f"{fields['title']} note",
    )  # fmt: skip


def sent(tenant: "Tenant", secrecy: str) -> Approval:
    """The approval of this class."""
    kind, _role = FIRST_STEP[secrecy]
    return Approval.objects.get(agency=tenant.agency, rule_kind=f"document:{kind}")
