"""Steps on the rules of approval: officers create, change and remove their agency's, system
administrators the city's."""

from django.db import transaction
from django.utils.translation import gettext as _

from qms import locks
from qms.approvals import rules, steps, subjects
from qms.approvals.lifecycle.common import check
from qms.models import Agency, ApprovalRule, User
from qms.proof import journal


@transaction.atomic
def save_rule(
    agency: Agency | None, kind: str, found: list[steps.Step], *, by: User
) -> ApprovalRule:
    """Saves the steps for a kind; open approvals continue under the rule that they were
    sent under."""
    locks.hold(locks.Lock.RULES, agency.pk if agency else 0)
    check(
        rules.may_change_rule(by, agency),
        _("Thư ký ISO sửa quy tắc của cơ quan mình; quy tắc chung do quản trị hệ thống sửa."),
    )
    check(kind in subjects.rule_kinds(), _("Không có loại nội dung này."))
    steps.check(found, agency)
    rule = ApprovalRule.objects.filter(agency=agency, kind=kind).first() or ApprovalRule(
        agency=agency, kind=kind
    )
    rule.steps = [step.as_json() for step in found]
    if not journal.differs(rule):
        return rule
    rule.save()
    journal.append(
        "approval_rule_saved",
        f"approval_rule:{rule.pk}",
        agency=agency,
        by=by,
        rule=kind,
        steps=rule.steps,
    )
    return rule


@transaction.atomic
def remove_rule(rule: ApprovalRule, *, by: User) -> None:
    """Deletes a rule: the city's, or the default, applies again."""
    locks.hold(locks.Lock.RULES, rule.agency_id or 0)
    check(
        rules.may_change_rule(by, rule.agency_id),
        _("Thư ký ISO sửa quy tắc của cơ quan mình; quy tắc chung do quản trị hệ thống sửa."),
    )
    agency, kind, pk = rule.agency, rule.kind, rule.pk
    rule.delete()
    journal.append("approval_rule_removed", f"approval_rule:{pk}", agency=agency, by=by, rule=kind)
