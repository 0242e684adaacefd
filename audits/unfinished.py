"""Findings that their authors still have to look at: begun with one tap, so that their grade is a
guess nobody has confirmed, or without the file that their grade asks for.

Computed from the journal, so a finding is unfinished from the event that raised it with a guessed
grade until the first one that says that somebody looked."""

from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from audits import evidence, grades, rules
from audits.models import Audit, Finding
from qms.access import Person
from qms.models import Event

RAISED, LOOKED_AT = "finding_raised", ("finding_changed", "finding_checked")


def guessed(rows: "QuerySet[Finding]", *, by: int | None = None) -> "QuerySet[Finding]":
    """Those drafts whose grade was guessed and not confirmed since; `by`: begun by this person."""
    subject = Concat(Value("finding:"), Cast(OuterRef("pk"), CharField()))
    told = Event.objects.filter(subject=subject).order_by()
    raised = told.filter(kind=RAISED, data__guessed=True)
    raised = raised.filter(by=by) if by is not None else raised
    drafts = rows.filter(state=Finding.State.DRAFT, audit__state=Audit.State.UNDER_WAY)
    return drafts.filter(Exists(raised)).exclude(Exists(told.filter(kind__in=LOOKED_AT)))


def is_guessed(finding: Finding) -> bool:
    return guessed(Finding.objects.filter(pk=finding.pk)).exists()


def waiting_for(user: Person) -> "QuerySet[Finding]":
    """The findings that the user began and has not completed, in audits they still carry out."""
    team = rules.memberships(user).filter(part__in=rules.AUDITING).values("audit")
    return guessed(Finding.objects.filter(audit__in=team), by=user.pk).select_related("audit")


def of_audit(audit: Audit) -> list[tuple[Finding, str]]:
    """Every draft of the audit that lacks something, with what it lacks. One query without drafts,
    five at most."""
    if audit.state != Audit.State.UNDER_WAY:
        return []
    drafts = Finding.objects.filter(audit=audit, state=Finding.State.DRAFT)
    rows = list(drafts.order_by("year", "number"))
    if not rows:
        return []
    open_ones = set(guessed(drafts).values_list("pk", flat=True))
    bare = without_file(rows, audit.agency_id)
    found = []
    for one in rows:
        lacking = [
            *([_("mức do hệ thống đề xuất, chưa ai xác nhận")] if one.pk in open_ones else []),
            *([_("mức này phải có ảnh hoặc tệp")] if one in bare else []),
        ]
        if lacking:
            found.append((one, "; ".join(lacking)))
    return found


def without_file(findings: list[Finding], agency: int) -> list[Finding]:
    """Those whose grade needs a file, by the agency's rule, and that have none."""
    needing = grades.needing_file(agency)
    asked = [one for one in findings if one.grade in needing]
    if not asked:
        return []
    own = evidence.of("finding", [one.pk for one in asked])
    of_items = evidence.of("item", [one.item_id for one in asked if one.item_id])
    return [one for one in asked if one.pk not in own and one.item_id not in of_items]


def for_device(audit: Audit) -> list[dict[str, Any]]:
    return [
        {"code": one.code, "url": one.get_absolute_url(), "why": why}
        for one, why in of_audit(audit)
    ]
