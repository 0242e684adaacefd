"""Invitations to the lines of a plan: synced with it, answered by the auditee, and moved or kept by
the lead."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from audits import rules, telling
from audits.calendar import invitations
from audits.lifecycle import plan_checks
from audits.lifecycle.common import check, cleaned, in_state, locked, need
from audits.models import Audit, Invitation, Meeting, Member, PlanRow
from qms.clock import now
from qms.models import Appointment, Role, User
from qms.proof import journal
from search.queue import pending

State, Side = Invitation.State, Invitation.Side
GOING_ON = (Audit.State.PLANNED, Audit.State.UNDER_WAY)


def bring_up_to_date(audit: Audit) -> None:
    """Syncs invitations with the plan: creates, moves and cancels them. Called by steps, in
    their transaction.

    Nothing is mailed while a plan is open for changes, but once it is signed again."""
    if audit.state == Audit.State.PLANNING:
        return
    wanted = _wanted(audit) if audit.state in GOING_ON else {}
    known = {
        (one.uid, one.person_id): one
        for one in audit.invitations.select_for_update(of=("self",), no_key=True).select_related(
            "person", "meeting"
        )
    }
    for key, one in wanted.items():
        _ask(known.get(key), one)
    for key, one in known.items():
        if key not in wanted and one.state != State.CANCELLED and one.starts_at > now():
            one.state, one.sequence = State.CANCELLED, one.sequence + 1
            one.save()
            invitations.send(one)


def _ask(known: Invitation | None, wanted: Invitation) -> None:
    """Mails an invitation that is new or differs from the last one."""
    if known is None:
        wanted.save()
        invitations.send(wanted)
        return
    said = ("row_id", "meeting_id", "summary", "place", "starts_at", "ends_at", "side")
    same = all(getattr(known, name) == getattr(wanted, name) for name in said)
    if same and known.state != State.CANCELLED:
        return
    for name in said:
        setattr(known, name, getattr(wanted, name))
    known.state, known.sequence, known.reason, known.answer = (
        State.ASKED,
        known.sequence + 1,
        "",
        "",
    )
    known.save()
    invitations.send(known)


def _wanted(audit: Audit) -> dict[tuple[str, int], Invitation]:
    """The invitations required by the plan: for each line its auditors, the auditee's
    representatives and the unit's heads; for a meeting all of these and the whole team."""
    rows = audit.rows.select_related("unit").prefetch_related("auditors__person")
    members = list(audit.members.filter(ends_on=None).select_related("person"))
    representatives = [one.person for one in members if one.part == Member.Part.AUDITEE]
    team = [one.person for one in members if one.part in rules.TEAM]
    units = {row.unit_id for row in rows}
    heads: dict[int, list[User]] = {}
    for post in (
        Appointment.objects.current()
        .filter(role=Role.UNIT_HEAD, unit__in=units, person__is_active=True)
        .select_related("person")
        .order_by("pk")
    ):
        heads.setdefault(post.unit_id or 0, []).append(post.person)
    found: dict[tuple[str, int], Invitation] = {}
    for row in rows:
        auditees = [*representatives, *heads.get(row.unit_id, ())]
        for one in (
            *_of(row, auditees, Side.AUDITEE),
            *_of(row, [member.person for member in row.auditors.all()], Side.AUDITOR),
        ):
            found[one.uid, one.person_id] = one
    every_head = [one for some in heads.values() for one in some]
    for meeting in audit.meetings.all():
        for one in (
            *_to(meeting, [*representatives, *every_head], Side.AUDITEE),
            *_to(meeting, team, Side.AUDITOR),
        ):
            found[one.uid, one.person_id] = one
    return found


def _to(meeting: Meeting, people: Iterable[User], side: str) -> list[Invitation]:
    with translation.override("vi"):  # kept, and compared with what was mailed
        summary = f"{meeting.audit.title} – {meeting}"[:600]
    return [
        Invitation(
            audit=meeting.audit, meeting=meeting, person=person, side=side, uid=invitations.uid_of(meeting),
            summary=summary, place=meeting.place, starts_at=meeting.starts_at, ends_at=meeting.ends_at,
        )
        for person in people
    ]  # fmt: skip


def _of(row: PlanRow, people: Iterable[User], side: str) -> list[Invitation]:
    topic = f": {row.topic}" if row.topic else ""
    return [
        Invitation(
            audit=row.audit, row=row, person=person, side=side, uid=invitations.uid_of(row),
            summary=f"{row.audit.title} – {row.unit.name}{topic}"[:600], place=row.place, starts_at=row.starts_at, ends_at=row.ends_at,
        )
        for person in people
    ]  # fmt: skip


@transaction.atomic
def accept_invitation(one: Invitation, *, by: User) -> Invitation:
    """Accepts the time, by the auditee."""
    one = _answered_by(one, by)
    if one.state == State.ACCEPTED:
        return one
    one.state, one.reason = State.ACCEPTED, ""
    one.save()
    _tell("invitation_accepted", one, by)
    return one


@transaction.atomic
def ask_another_time(one: Invitation, *, reason: str, by: User) -> Invitation:
    """Requests another time, by the auditee, with a reason; the lead then moves the line or
    keeps it."""
    one = _answered_by(one, by)
    reason = need(reason, _("Hãy ghi lý do và giờ mong muốn."))[:2000]
    if (one.state, one.reason) == (State.ANOTHER_TIME, reason):
        return one
    one.reason = reason
    one.state, one.answer = State.ANOTHER_TIME, ""
    one.save()
    telling.another_time_asked(one)
    _tell("another_time_asked", one, by, reason=one.reason)
    return one


@transaction.atomic
def keep_time(one: Invitation, *, answer: str, by: User | None) -> Invitation:
    """Keeps the time, with a reason, by whoever plans."""
    one = locked(one)
    check(
        by is None or rules.may_plan(by, one.audit),
        _("Chỉ trưởng đoàn và thư ký ISO của cơ quan đánh giá trả lời đề nghị đổi giờ."),
    )
    in_state(one, State.ANOTHER_TIME)
    one.answer = need(answer, _("Hãy ghi lý do giữ nguyên giờ."))[:2000]
    one.state = State.KEPT
    one.save()
    telling.another_time_answered(one, by)
    _tell("another_time_declined", one, by)
    return one


@transaction.atomic
def move_row(
    row: PlanRow,
    *,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User | None,
    place: str | None = None,
) -> PlanRow:
    """Moves a line of a signed plan to another time or place and notifies those invited. Raises
    Refused for a clash of times, or an auditor who may not audit it then."""
    audit = locked(row.audit)
    check(
        by is None or rules.may_plan(by, audit),
        _("Chỉ thư ký ISO của cơ quan đánh giá và trưởng đoàn được sửa kế hoạch."),
    )
    in_state(audit, *GOING_ON)
    row = locked(row)
    row.audit = audit
    row.starts_at, row.ends_at = starts_at, ends_at
    row.place = row.place if place is None else place.strip()
    cleaned(row)
    plan_checks.days(audit, row)
    plan_checks.between_meetings(row)
    plan_checks.auditors(row, list(row.auditors.select_related("person")), by=by)
    if journal.differs(row):
        row.save()
        bring_up_to_date(audit)
        pending.mark("audit", audit.pk)
        journal.append("audit_row_moved", f"audit:{audit.pk}", agency=audit.agency, by=by, unit=row.unit.name)  # fmt: skip
    return row


def _answered_by(one: Invitation, by: User) -> Invitation:
    one = locked(one)
    check(
        one.person_id == by.pk and one.is_auditees,
        _("Chỉ người được mời của bên được đánh giá trả lời lời mời này."),
    )
    in_state(one, State.ASKED, State.ACCEPTED, State.ANOTHER_TIME, State.KEPT)
    check(one.starts_at > now(), _("Phần đánh giá này đã bắt đầu."))
    in_state(one.audit, *GOING_ON)
    return one


def _tell(kind: str, one: Invitation, by: User | None, **facts: Any) -> None:
    journal.append(kind, f"audit:{one.audit_id}", agency=one.audit.agency, by=by, **facts)
