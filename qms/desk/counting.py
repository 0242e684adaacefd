"""The user's number of tasks, for the top of each page: counted once per request."""

from dataclasses import dataclass

from django.http import HttpRequest

from qms import access, frame
from qms.models import Notice

UNREAD = "unread notices"  # no source of tasks has this name
_KEPT = "_waiting_counts"


@dataclass(frozen=True)
class Counts:
    """`by_source`: {source: number} of the sources that can be counted."""

    by_source: dict[str, int]
    unread: int

    @property
    def total(self) -> int:
        return sum(self.by_source.values()) + self.unread


def counts(request: HttpRequest) -> Counts:
    """Empty for anonymous visitors."""
    kept: Counts | None = getattr(request, _KEPT, None)
    if kept is None:
        kept = _count(request) if request.user.is_authenticated else Counts({}, 0)
        setattr(request, _KEPT, kept)
    return kept


def _count(request: HttpRequest) -> Counts:
    user = access.current_user(request)
    found = frame.count_waiting(user, **{UNREAD: Notice.objects.filter(person=user).unread})
    unread = found.pop(UNREAD)
    return Counts(found, unread)
