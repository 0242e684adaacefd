"""Steps of the list of causes and the correction rules, by an agency's officers; the city's days,
by a system administrator."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import rules
from audits.lifecycle.common import check, cleaned, hold_agency, locked
from audits.models import Cause, CorrectionRule, Grade
from qms import access, locks
from qms.clock import today
from qms.models import Agency, User
from qms.proof import journal

OFFICERS = gettext_lazy(
    "Chỉ thư ký ISO của cơ quan được sửa danh mục nguyên nhân và quy tắc xử lý sự không phù hợp."
)
MOST_CAUSES = 200
LONGEST_GRADE = 60


@transaction.atomic
def add_cause(agency: Agency, *, parent: Cause, name: str, by: User) -> Cause:
    """Extends the list of causes by one of the agency's own, in one of the city's groups; one that
    was removed comes back."""
    hold_agency(agency.pk)
    check(rules.may_keep_rules(by, agency), OFFICERS)
    check(parent.parent_id is None, _("Hãy chọn một nhóm nguyên nhân."))
    mine = Cause.objects.filter(agency=agency, ended_on=None)
    check(mine.count() < MOST_CAUSES, _("Danh mục đã có %(most)d nguyên nhân.") % {"most": MOST_CAUSES})  # fmt: skip
    name = " ".join(name.split())
    ended = Cause.objects.filter(agency=agency, parent=parent, name=name).exclude(ended_on=None)
    cause = ended.first() or Cause(agency=agency, parent=parent, name=name)
    cause.ended_on = None
    cleaned(cause).save()
    journal.append("cause_added", f"cause:{cause.pk}", agency=agency, by=by, name=cause.name)
    return cause


@transaction.atomic
def end_cause(cause: Cause, *, by: User) -> Cause:
    """Removes one of the agency's own causes from the list; existing choices of it are kept."""
    cause = locked(cause)
    check(cause.agency_id is not None and rules.may_keep_rules(by, cause.agency_id), OFFICERS)
    check(cause.ended_on is None, _("Nguyên nhân này đã ngừng dùng."))
    cause.ended_on = today()
    cause.save()
    journal.append("cause_ended", f"cause:{cause.pk}", agency=cause.agency, by=by, name=cause.name)
    return cause


@transaction.atomic
def set_rule(agency: Agency, *, skips_extent: bool, skips_plan: bool, by: User) -> CorrectionRule:
    """Sets what a minor nonconformity of the agency may skip. Cause and effectiveness can't
    be skipped."""
    check(rules.may_keep_rules(by, agency), OFFICERS)
    hold_agency(agency.pk)
    rule, _made = CorrectionRule.objects.get_or_create(agency=agency)
    rule.skips_extent, rule.skips_plan = skips_extent, skips_plan
    if journal.differs(rule):
        rule.save()
        facts = {"skips_extent": skips_extent, "skips_plan": skips_plan}
        journal.append(
            "correction_rule_changed", f"agency:{agency.pk}", agency=agency, by=by, **facts
        )
    return rule


@transaction.atomic
def name_grades(
    agency: Agency, *, names: Mapping[str, str], needing_file: Collection[str], by: User
) -> CorrectionRule:
    """Gives grades the agency's own names ("" for the usual one), and says which need a file as
    evidence. Their meaning stays. Raises Refused for a name that another grade has."""
    check(rules.may_keep_rules(by, agency), OFFICERS)
    hold_agency(agency.pk)
    own = {grade: " ".join(names.get(grade, "").split()) for grade in Grade.values}
    taken = [(own[grade.value] or str(grade.label)).casefold() for grade in Grade]
    check(len(set(taken)) == len(taken), _("Mỗi mức cần một tên riêng, khác tên của các mức kia."))
    check(
        all(len(name) <= LONGEST_GRADE for name in own.values()),
        _("Tên của một mức dài tối đa %(most)d ký tự.") % {"most": LONGEST_GRADE},
    )
    rule, _made = CorrectionRule.objects.get_or_create(agency=agency)
    rule.grades = {
        grade: {"name": own[grade], "needs_file": grade in needing_file}
        for grade in Grade.values
        if own[grade] or grade in needing_file
    }
    if journal.differs(rule):
        rule.save()
        journal.append(
            "grades_named", f"agency:{agency.pk}", agency=agency, by=by, grades=rule.grades
        )
    return rule


@transaction.atomic
def set_city_days(days: list[int], *, by: User) -> CorrectionRule:
    """Sets how many days after its due day an action's delay is reported to overseers. For plans
    agreed from now on."""
    check(access.is_system_admin(by), _("Chỉ quản trị hệ thống được sửa quy tắc của thành phố."))
    locks.hold(locks.Lock.RULES)
    rule, _made = CorrectionRule.objects.get_or_create(agency=None)
    rule.overseer_days = days
    if journal.differs(rule):
        rule.save()
        journal.append("correction_rule_changed", "city", agency=None, by=by, days=days)
    return rule
