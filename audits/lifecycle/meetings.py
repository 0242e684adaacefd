"""Steps of the opening and the closing meeting of a plan: added, moved, removed."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from audits.lifecycle import plan_checks
from audits.lifecycle.common import check, cleaned, in_state, locked
from audits.lifecycle.inviting import GOING_ON, bring_up_to_date
from audits.lifecycle.planning import not_on_its_way, planned_by, tell
from audits.models import Audit, Meeting
from qms.models import User
from qms.proof import journal

Kind = Meeting.Kind
LENGTH = datetime.timedelta(minutes=30)


def proposed(audit: Audit, kind: str) -> Meeting:
    """An unsaved meeting of half an hour: right before the first line, or right after the last.
    Raises Refused without lines."""
    rows = list(audit.rows.all())
    check(bool(rows), _("Kế hoạch chưa có dòng nào. Hãy thêm đơn vị, giờ và người đánh giá."))
    if kind == Kind.OPENING:
        ends_at = min(row.starts_at for row in rows)
        return Meeting(audit=audit, kind=kind, starts_at=ends_at - LENGTH, ends_at=ends_at)
    starts_at = max(row.ends_at for row in rows)
    return Meeting(audit=audit, kind=kind, starts_at=starts_at, ends_at=starts_at + LENGTH)


@transaction.atomic
def add_meetings(audit: Audit, *, by: User | None) -> list[Meeting]:
    """Adds the meetings that the plan lacks, at the proposed times."""
    audit = planned_by(audit, by)
    held = set(audit.meetings.values_list("kind", flat=True))
    missing = [proposed(audit, kind) for kind in Kind.values if kind not in held]
    check(bool(missing), _("Kế hoạch đã có họp khai mạc và họp kết thúc."))
    return [
        save_meeting(audit, kind=one.kind, starts_at=one.starts_at, ends_at=one.ends_at, by=by)
        for one in missing
    ]


@transaction.atomic
def save_meeting(
    audit: Audit,
    *,
    kind: str,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User | None,
    place: str = "",
    meeting: Meeting | None = None,
) -> Meeting:
    """Adds a meeting to a draft plan or changes `meeting`. Raises Refused for a second one of its
    kind, outside the audit's days, among the lines, and while somebody of the team is elsewhere."""
    audit = planned_by(audit, by)
    in_state(audit, Audit.State.PLANNING)
    not_on_its_way(audit)
    meeting = Meeting(audit=audit, kind=kind) if meeting is None else locked(meeting)
    meeting.audit = audit
    return _saved(meeting, starts_at, ends_at, place, "audit_plan_changed", by)


@transaction.atomic
def move_meeting(
    meeting: Meeting,
    *,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User | None,
    place: str | None = None,
) -> Meeting:
    """Moves a meeting of a signed plan and notifies those invited. Refused like `save_meeting`."""
    audit = planned_by(meeting.audit, by)
    in_state(audit, *GOING_ON)
    meeting = locked(meeting)
    meeting.audit = audit
    place = meeting.place if place is None else place
    meeting = _saved(meeting, starts_at, ends_at, place, "audit_meeting_moved", by)
    bring_up_to_date(audit)
    return meeting


@transaction.atomic
def remove_meeting(meeting: Meeting, *, by: User | None) -> None:
    """Removes a meeting from a draft plan."""
    audit = planned_by(meeting.audit, by)
    in_state(audit, Audit.State.PLANNING)
    not_on_its_way(audit)
    meeting = locked(meeting)
    name = _name(meeting)
    meeting.delete()
    tell("audit_plan_changed", audit, by, removed=name)


def _saved(
    meeting: Meeting,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    place: str,
    said: str,
    by: User | None,
) -> Meeting:
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, place.strip()
    cleaned(meeting)
    plan_checks.days(meeting.audit, meeting)
    plan_checks.around_the_lines(meeting)
    plan_checks.team_is_free(meeting)
    if journal.differs(meeting):
        meeting.save()
        facts: dict[str, Any] = {"unit": _name(meeting)}
        tell(said, meeting.audit, by, **facts)
    return meeting


def _name(meeting: Meeting) -> str:
    """For the journal, which is written in Vietnamese."""
    with override("vi"):
        return str(meeting)
