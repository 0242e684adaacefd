"""Checks whether the auditors in signed plans may still audit their lines, and notifies the
lead if not."""

from audits import telling
from audits.auditors import finding
from audits.models import Audit

State = Audit.State
AT_A_TIME = 500  # audits checked per run


def look_for_ties() -> None:
    """Notifies the lead and the officers, once for each line and person. Run hourly in
    the background."""
    audits = Audit.objects.filter(state__in=(State.PLANNED, State.UNDER_WAY))
    for audit in audits.select_related("agency", "body").order_by("starts_on", "pk")[:AT_A_TIME]:
        for choice in finding.of_plan(audit, offers=False):
            for member in choice.members:
                if member.person_id in choice.faults:
                    telling.may_no_longer(choice.row, member)
