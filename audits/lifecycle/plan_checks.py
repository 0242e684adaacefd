"""Checks of a plan's lines and their people. Each raises Refused with advice."""

import datetime
from collections.abc import Collection, Iterable

from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from audits import independence
from audits.auditors import competence
from audits.lifecycle import clashes
from audits.lifecycle.common import check, holds_a_post, is_auditor
from audits.lifecycle.lending import lent_days
from audits.models import Audit, Meeting, Member, PlanRow
from procedures.models import Clause, DocumentPage
from qms.clock import today, written
from qms.errors import Refused
from qms.models import Appointment, Unit, User

AUDITING = clashes.AUDITING


def days(audit: Audit, row: PlanRow | Meeting) -> None:
    first, last = localtime(row.starts_at).date(), localtime(row.ends_at).date()
    check(
        audit.starts_on <= first and last <= audit.ends_on,
        _("Giờ của kế hoạch phải nằm trong các ngày đánh giá."),
    )


def all_days(audit: Audit) -> None:
    for row in audit.rows.all():
        days(audit, row)
    for meeting in audit.meetings.all():
        days(audit, meeting)


def between_meetings(row: PlanRow) -> None:
    """Checks that the line is after the opening meeting and before the closing one."""
    for one in row.audit.meetings.all():
        opening = one.kind == Meeting.Kind.OPENING
        check(
            not opening or one.ends_at <= row.starts_at,
            _("Dòng này bắt đầu trước khi họp khai mạc xong (%(when)s). Hãy đổi giờ họp trước.")
            % {"when": _moment(one.ends_at)},
        )
        check(
            opening or row.ends_at <= one.starts_at,
            _("Dòng này kết thúc sau khi họp kết thúc bắt đầu (%(when)s). Hãy đổi giờ họp trước.")
            % {"when": _moment(one.starts_at)},
        )


def around_the_lines(meeting: Meeting) -> None:
    """Checks that an opening meeting ends before everything else in the plan, and that a closing
    one begins after it."""
    others: list[PlanRow | Meeting] = list(meeting.audit.rows.all())
    others += meeting.audit.meetings.exclude(pk=meeting.pk)
    if not others:
        return
    if meeting.kind == Meeting.Kind.OPENING:
        first = min(one.starts_at for one in others)
        check(
            meeting.ends_at <= first,
            _("Họp khai mạc phải xong trước dòng đầu tiên của kế hoạch (%(when)s).")
            % {"when": _moment(first)},
        )
    else:
        last = max(one.ends_at for one in others)
        check(
            meeting.starts_at >= last,
            _("Họp kết thúc phải bắt đầu sau dòng cuối cùng của kế hoạch (%(when)s).")
            % {"when": _moment(last)},
        )


def _moment(at: datetime.datetime) -> str:
    here = localtime(at)
    return f"{here:%H:%M} {written(here.date())}"


def team_is_free(meeting: Meeting) -> None:
    """Checks that nobody of the team has a line or a meeting of another audit at that time."""
    team = meeting.audit.members.filter(part__in=AUDITING, ends_on=None)
    people = team.order_by().values_list("person", flat=True)
    _elsewhere(list(people), meeting)


def free_at_meetings(audit: Audit, person: User) -> None:
    """Checks that a new auditor is free at the meetings of the audit."""
    for one in audit.meetings.all():
        _elsewhere([person.pk], one)


def _elsewhere(people: Collection[int], meeting: Meeting) -> None:
    at_once = Q(starts_at__lt=meeting.ends_at, ends_at__gt=meeting.starts_at)
    lines = PlanRow.objects.filter(at_once, auditors__person__in=people)
    lines = lines.exclude(audit__state=Audit.State.CANCELLED)
    busy = (
        lines.exclude(audit=meeting.audit_id)
        .order_by()
        .values_list("auditors__person", flat=True)
        .union(
            clashes.in_meetings(meeting, people).values_list("audit__members__person", flat=True)
        )
    )
    names = User.objects.filter(pk__in=set(busy) & set(people)).order_by("pk")
    check(
        not names,
        _("%(names)s đã được phân công việc khác trùng giờ %(meeting)s. Hãy đổi giờ.")
        % {"names": ", ".join(map(str, names)), "meeting": str(meeting).lower()},
    )


def named(audit: Audit, row: PlanRow) -> None:
    """Checks documents and clauses of the line."""
    documents = DocumentPage.objects.filter(pk__in=row.documents, agency=audit.agency_id)
    check(
        documents.count() == len(row.documents),
        _("Có tài liệu không thuộc cơ quan được đánh giá."),
    )
    known = Clause.objects.filter(number__in=row.clauses).values("number").distinct().count()
    check(known == len(row.clauses), _("Có điều khoản không có trong tiêu chuẩn."))


def team(audit: Audit, person: User, part: str, *, by: User | None) -> None:
    """Checks a new member: an auditor of the agency or lent to this audit, competent to its end;
    others need an appointment."""
    if part not in AUDITING:
        check(holds_a_post(person), _("%(name)s hiện không giữ vai trò nào.") % {"name": person})
        return
    check(
        is_auditor(person),
        _("%(name)s hiện không giữ vai trò đánh giá viên nội bộ.") % {"name": person},
    )
    if by is not None and audit.body_id is not None:
        home = Appointment.objects.current().filter(
            person=person, agency__in=(audit.agency_id, audit.body_id)
        )
        check(
            home.exists() or lent_days(audit, person.pk) is not None,
            _("%(name)s là người của cơ quan khác. Hãy đề nghị cơ quan đó cho mượn trước.")
            % {"name": person},
        )
    until = max(audit.ends_on, today())
    fault = competence.register_of([person.pk]).why_not(person.pk, until=until)
    check(
        not fault,
        _("%(name)s: %(fault)s. Hãy cập nhật sổ đánh giá viên hoặc chọn người khác.")
        % {"name": person, "fault": fault},
    )


def auditors(row: PlanRow, members: Collection[Member], *, by: User | None) -> None:
    """Checks that the line's auditors are free at that time, lent for that day if lent, competent
    and independent. A clash is named as far as `by` may see it."""
    check(bool(members), _("Hãy chọn ít nhất một đánh giá viên."))
    for member in members:
        fits = member.audit_id == row.audit_id and member.part in AUDITING
        check(
            fits and member.ends_on is None,
            _("%(name)s không phải đánh giá viên của đoàn.") % {"name": member},
        )
    clashes.none(row, members, by=by)
    _lent(row, members)
    may_audit(row, members)


def may_audit(row: PlanRow, members: Collection[Member]) -> None:
    """Repeated check at signing and before the audit begins: still works there,
    competent, independent."""
    for why in why_not(row, members):
        raise Refused(why)


def why_not(row: PlanRow, members: Collection[Member]) -> list[str]:
    """A sentence for each auditor who may not audit the line (any more)."""
    people = [member.person for member in members]
    ends_on = localtime(row.ends_at).date()
    tied = independence.reasons(people, units=[row.unit_id], documents=row.documents, until=ends_on)
    register = competence.register_of(person.pk for person in people)
    found = []
    for person in people:
        why = ", ".join(tied.get(person.pk, ()))
        if not is_auditor(person):
            why = _("không còn giữ vai trò đánh giá viên nội bộ")
        why = why or register.why_not(person.pk, until=ends_on, clauses=row.clauses)
        if why:
            found.append(
                _("%(name)s không đánh giá được phần này vì %(reasons)s. Hãy chọn người khác.")
                % {"name": person, "reasons": why}
            )
    return found


def independent(by: User | None, unit: Unit, version: int | None) -> None:
    """Raises Refused for somebody tied to the unit or to the version's document: they don't write,
    change or drop findings about it either."""
    if by is None:
        return
    pages = DocumentPage.objects.filter(versions__in=[version]) if version else None
    documents = list(pages.order_by().values_list("pk", flat=True)) if pages is not None else []
    tied = independence.ties([by], units=[unit.pk], documents=documents)
    why = tied.reasons(unit.pk, documents).get(by.pk)
    check(
        not why,
        _("Bạn không độc lập với phần này vì %(reasons)s. Hãy để người khác trong đoàn làm.")
        % {"reasons": ", ".join(why or ())},
    )


def tied_rows(person: User, rows: Iterable[PlanRow]) -> set[int]:
    """IDs of the lines that the person is not independent of. A constant number of queries; none
    without lines."""
    asked = list(rows)
    if not asked:
        return set()
    found = independence.ties(
        [person],
        units={row.unit_id for row in asked},
        documents={pk for row in asked for pk in row.documents},
    )
    return {row.pk for row in asked if found.reasons(row.unit_id, row.documents)}


def _lent(row: PlanRow, members: Collection[Member]) -> None:
    first, last = localtime(row.starts_at).date(), localtime(row.ends_at).date()
    for member in members:
        lent = lent_days(row.audit, member.person_id)
        if lent is not None and not (lent[0] <= first and last <= lent[1]):
            raise Refused(
                _("%(name)s chỉ được cho mượn từ %(first)s đến %(last)s.")
                % {"name": member, "first": written(lent[0]), "last": written(lent[1])}
            )
