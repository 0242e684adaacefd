"""The chips of grades and states: colour, icon, and always the word."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from audits import grades, rules
from procedures.templatetags.qms_site import chip
from qms.access import current_user
from qms.models import Agency

register = template.Library()
GRADES = {"major": ("bad", "stop"), "minor": ("wait", "info"), "strength": ("good", "check")}
STATES = {
    **dict.fromkeys(("approved", "signed", "closed", "accepted"), ("good", "check")),
    **dict.fromkeys(
        ("drafting", "preparing", "planning", "draft", "dropped", "cancelled"), ("draft", "draft")
    ),
    **dict.fromkeys(("ineffective", "disputed"), ("bad", "stop")),
}


@register.simple_tag(takes_context=True)
def sees_audits_of(context: template.Context, agency: Agency) -> bool:
    """Whether the user may open the agency's page of audits: guests of an audit may not."""
    return rules.may_see_audits_of(current_user(context["request"]), agency)


@register.simple_tag
def grade_chip(finding: Any, names: dict[str, str] | str = "") -> SafeString:
    """The grade under the name it had when it was written; in an agency's register, under the name
    that the agency has for it today (`names`)."""
    said = grades.in_agency(finding, names) if isinstance(names, dict) else finding.grade_label
    return chip(*GRADES.get(finding.grade, ("draft", "info")), said)


@register.simple_tag
def state_chip(row: Any) -> SafeString:
    """The state of a programme, audit, finding, nonconformity or review."""
    return chip(*STATES.get(row.state, ("wait", "clock")), row.get_state_display())
