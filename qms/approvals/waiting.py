"""A person's tasks in approvals: to sign, or to send again; and the progress of what they sent."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from qms import access, frame
from qms.access import Person
from qms.approvals import queries, seats
from qms.clock import today, written
from qms.models import Approval, User

MOST, EVERY = 20, 1000


def count(user: Person) -> "QuerySet[Approval] | None":
    """The rows behind the person's own tasks, for the count at the top of each page."""
    return seats.waiting_for(user, seats.own_claim(user)) if _has_appointment(user) else None


def count_instead(user: Person) -> "QuerySet[Approval] | None":
    """The rows that the person may sign only as somebody's substitute."""
    if not _has_appointment(user):
        return None
    claims = seats.substitutions(user)
    if not claims:
        return None
    own = seats.waiting_for(user, seats.own_claim(user))
    return seats.waiting_for(user, claims).exclude(pk__in=own.values("pk"))


def _has_appointment(user: Person) -> bool:
    return user.is_authenticated and bool(access.appointments(user))


def tasks(user: Person, most: int = MOST) -> list[frame.Task]:
    """Approvals that the person may sign, also for somebody absent, most urgent first."""
    if not _has_appointment(user):
        return []
    rows = list(queries.to_be_signed_by(user).order_by("due_on", "pk")[:most])
    absent = seats.absent_signers(user, rows)
    return [_task(one, absent.get(one.pk)) for one in rows]


def every(user: Person) -> list[frame.Task]:
    return tasks(user, EVERY)


def count_returned(user: Person) -> "QuerySet[Approval] | None":
    return queries.returned_to(user) if _has_appointment(user) else None


def returned(user: Person) -> list[frame.Task]:
    """Returned approvals that the person should send again."""
    rows = count_returned(user)
    said = _("bị trả lại, chờ bạn trình lại")
    return (
        []
        if rows is None
        else [
            frame.Task(one.title, one.get_absolute_url(), said)
            for one in rows.order_by("-closed_at", "pk")[:MOST]
        ]
    )


def sent(user: Person) -> Iterable[frame.Task]:
    """Open approvals that the person sent, with their current step."""
    if not _has_appointment(user):
        return []
    rows = Approval.objects.filter(sent_by=user.pk, state__in=queries.UNFINISHED)
    return [_task(one) for one in rows.order_by("due_on", "pk")[:MOST]]


def _task(one: Approval, absent: User | None = None) -> frame.Task:
    if not one.is_open:
        return frame.Task(one.title, one.get_absolute_url(), one.get_state_display())
    facts = {
        "meaning": queries.steps_of(one)[one.step].label,
        "day": written(one.due_on) if one.due_on else "–",
    }
    note = _("%(meaning)s, hạn %(day)s") % facts
    if absent is not None:
        note = f"{note}, {_('ký thay %(name)s') % {'name': absent}}"
    late = bool(one.due_on and one.due_on < today())
    return frame.Task(one.title, one.get_absolute_url(), note, late)
