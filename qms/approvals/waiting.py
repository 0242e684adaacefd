"""What waits for a person in approvals: to be signed, or to be sent again."""

from django.utils.translation import gettext as _

from qms import access, frame
from qms.access import Person
from qms.approvals import queries
from qms.clock import today, written

MOST = 20


def tasks(user: Person) -> list[frame.Task]:
    """What waits for the person's signature, and what came back to the sender. Two questions beside those on who they are."""
    if not user.is_authenticated or not access.appointments(user):
        return []
    waiting = queries.waits_for(user).order_by("due_on", "pk")[:MOST]
    back = queries.returned_to(user).order_by("-closed_at", "pk")[:MOST]
    return [
        *(
            frame.Task(
                one.title,
                one.get_absolute_url(),
                _("%(meaning)s, hạn %(day)s")
                % {
                    "meaning": queries.steps_of(one)[one.step].label,
                    "day": written(one.due_on) if one.due_on else "–",
                },
                bool(one.due_on and one.due_on < today()),
            )
            for one in waiting
        ),
        *(
            frame.Task(one.title, one.get_absolute_url(), _("bị trả lại, chờ bạn trình lại"))
            for one in back
        ),
    ]
