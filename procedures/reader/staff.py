"""Staff and their posts: who works in an agency, in which unit, from when to when. Roles are not
shown to readers."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from qms.clock import today
from qms.models import Agency, Appointment, User
from search.words.vietnamese import sort_key

FIRST, LAST = datetime.date.min, datetime.date.max
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Post:
    """A person in a post over a period (both ends inclusive, None is open). Several roles in one
    post are one post."""

    key: int  # ID of its first appointment
    person: int
    name: str
    title: str  # of the post; may be empty
    agency: Agency
    unit: int | None
    unit_name: str
    first: datetime.date | None
    last: datetime.date | None

    @property
    def anchor(self) -> str:
        """Anchor of the person in the list."""
        return f"nguoi-{self.person}"

    def holds(self, day: datetime.date) -> bool:
        return (self.first or FIRST) <= day <= (self.last or LAST)


def posts(people: Iterable[int] | None = None, agency: Agency | None = None) -> list[Post]:
    """The present and future posts of these people, or of an agency; without nameless people and
    deactivated accounts. One query."""
    rows = Appointment.objects.filter(agency__isnull=False, person__is_active=True).select_related(
        "person", "agency", "unit"
    )
    rows = rows.filter(person__in=list(people)) if people is not None else rows
    rows = rows.filter(agency=agency) if agency is not None else rows
    held: dict[tuple[int, int], list[Appointment]] = defaultdict(list)
    for row in rows.order_by("person_id", "agency_id", "starts_on", "pk"):
        if name_of(row.person):
            held[row.person_id, row.agency_id or 0].append(row)
    return [
        post
        for given in held.values()
        for post in _posts_of(given)
        if post.last is None or post.last >= today()
    ]


def holders_of(found: Iterable[Post]) -> dict[tuple[int, str], int]:
    """{(agency, title): number of people who hold that post there today}, at least 1, for these
    posts. One query."""
    wanted = {(post.agency.pk, post.title) for post in found}
    rows = (
        Appointment.objects.current()
        .filter(agency__in={agency for agency, _ in wanted}, person__is_active=True)
        .order_by()
    )
    counted = {
        (agency, post): n
        for agency, post, n in rows.values_list("agency", "post").annotate(
            n=Count("person", distinct=True)
        )
    }
    return {key: max(counted.get(key, 1), 1) for key in wanted}


def name_of(person: User) -> str:
    """The display name; never the user name."""
    return " ".join(person.get_full_name().split())


def _posts_of(given: list[Appointment]) -> list[Post]:
    """One person's posts in one agency: appointments to the same post that overlap or touch become
    one period. An appointment without a post gives way to one with a post."""
    telling = [a for a in given if a.post.strip()] or [a for a in given if a.unit_id] or given
    found: dict[tuple[int | None, str], list[list[Any]]] = {}
    for a in telling:
        first, last = _days(a)
        if first > last:
            continue
        stretches = found.setdefault((a.unit_id, " ".join(a.post.split())), [])
        if stretches and (stretches[-1][1] == LAST or first <= stretches[-1][1] + DAY):
            stretches[-1][1] = max(stretches[-1][1], last)
        else:
            stretches.append([first, last, a])
    return [
        _post(a, title, first, last)
        for (_, title), stretches in found.items()
        for first, last, a in stretches
    ]


def _days(given: Appointment) -> tuple[datetime.date, datetime.date]:
    """The days of the appointment on which its agency is active."""
    assert given.agency is not None
    return max(given.starts_on, given.agency.active_from or FIRST), min(
        given.ends_on or LAST, given.agency.active_to or LAST
    )


def _post(given: Appointment, title: str, first: datetime.date, last: datetime.date) -> Post:
    assert given.agency is not None
    unit = given.unit
    return Post(
        given.pk, given.person_id, name_of(given.person), title, given.agency, unit.pk if unit else None, unit.name if unit else "", first,
        None if last == LAST else last,
    )  # fmt: skip


def at_work(agency: Agency) -> list[Post]:
    """Today's staff of the agency: those of no unit first, then by unit, by given name in
    Vietnamese order."""
    day = today()
    return sorted((post for post in posts(agency=agency) if post.holds(day)), key=_order)


def count(agency: Agency) -> int:
    """The number of people in a post of the agency today."""
    named = (
        Appointment.objects.current()
        .filter(agency=agency, person__is_active=True)
        .exclude(person__first_name="", person__last_name="")
    )
    return named.order_by().values("person").distinct().count()


def _order(post: Post) -> tuple[Any, ...]:
    given = post.name.rpartition(" ")[2]
    return (
        post.unit is not None,
        sort_key(post.unit_name),
        post.unit or 0,
        sort_key(given),
        sort_key(post.name),
        post.person,
        post.key,
    )
