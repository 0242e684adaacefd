"""Clashes of a plan's line: nobody audits while they have another line, or a meeting of another
audit."""

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from audits import rules
from audits.models import Audit, Meeting, Member, PlanRow
from qms.clock import written
from qms.errors import Refused
from qms.models import User

AUDITING = (Member.Part.LEAD, Member.Part.AUDITOR)


def none(row: PlanRow, members: Collection[Member], *, by: User | None) -> None:
    """Raises Refused for the first auditor who is busy at the line's time. It names what they do
    if `by` may see that audit."""
    people = {member.person_id: member.person for member in members}
    at_once = Q(starts_at__lt=row.ends_at, ends_at__gt=row.starts_at)
    lines = PlanRow.objects.filter(at_once, auditors__person__in=people)
    lines = lines.exclude(pk=row.pk).exclude(audit__state=Audit.State.CANCELLED)
    line = lines.select_related("unit", "audit").order_by("starts_at", "pk").first()
    if line is not None:
        busy = line.auditors.filter(person__in=people).values_list("person", flat=True)
        raise _refused(row, line, people[min(busy)], by)
    meetings = in_meetings(row, people).select_related("audit").order_by("starts_at", "pk")
    meeting = meetings.first()
    if meeting is not None:
        team = meeting.audit.members.filter(part__in=AUDITING, ends_on=None, person__in=people)
        raise _refused(row, meeting, people[min(team.values_list("person", flat=True))], by)


def in_meetings(of: "PlanRow | Meeting", people: Collection[int]) -> "QuerySet[Meeting]":
    """Meetings of other audits at the same time to which one of these people goes with the team."""
    return (
        Meeting.objects.filter(
            starts_at__lt=of.ends_at, ends_at__gt=of.starts_at,
            audit__members__person__in=people, audit__members__part__in=AUDITING, audit__members__ends_on=None,
        )
        .exclude(audit=of.audit_id)
        .exclude(audit__state=Audit.State.CANCELLED)
        .order_by()
    )  # fmt: skip


def _refused(row: PlanRow, other: PlanRow | Meeting, person: User, by: User | None) -> Refused:
    return Refused(
        _("%(name)s đã được phân công việc khác trùng giờ này: %(other)s. Hãy đổi giờ hoặc đổi người.")
        % {"name": person, "other": _named(row, other, by)}
    )  # fmt: skip


def _named(row: PlanRow, other: PlanRow | Meeting, by: User | None) -> str:
    """The other line or meeting with its time, and its audit if it is another one."""
    elsewhere = other.audit_id != row.audit_id
    if elsewhere and by is not None and not rules.audits_of(by).filter(pk=other.audit_id).exists():
        return _("một cuộc đánh giá khác")
    starts, ends = localtime(other.starts_at), localtime(other.ends_at)
    when = f"{starts:%H:%M}–{ends:%H:%M} {written(starts.date())}"
    said = f"{other}, {when}"
    return f"{other.audit.title}, {said}" if elsewhere else said
