"""What people, and whatever is called by the name of an agency or a unit, put into the index; and how the index learns of changes."""

import math
from collections.abc import Callable, Iterable, Iterator

from django.urls import reverse

from procedures.models import DocumentPage
from procedures.reader.staff import Post, holders_of, posts
from qms.models import Appointment, Event, Unit, User
from qms.proof import journal
from search import registry
from search.entries import Entry, Passage
from search.queue import pending

ONE_OF_A_KIND = 1.5  # weight of a post that one person holds: who asks for it means the person, not what the post does in procedures


def register() -> None:
    """Names the source to the search, and has the journal of acts tell what is out of date."""
    registry.register(
        "person", load=people, ids=lambda: User.objects.order_by("pk").values_list("pk", flat=True)
    )
    journal.listen(changed)


def people(ids: Iterable[int]) -> Iterator[Entry]:
    """An entry for each post of a person, for its days: name, post, unit, agency, and nothing else that is known of them.

    Found by the people of the agency, and by who administers all accounts (docs/roles.md)."""
    found = posts(people=ids)
    holders = holders_of(found)
    return (_entry(post, holders[post.agency.pk, post.title]) for post in found)


def _entry(post: Post, holders: int) -> Entry:
    agency = post.agency
    where = [
        post.unit_name,
        agency.name,
        agency.short_name if agency.short_name not in agency.name else "",
    ]
    return Entry(
        key=f"person:{post.person}#{post.key}",
        origin=f"person:{post.person}",
        group="person",
        kind="person",
        title=f"{post.name} – {post.title}" if post.title else post.name,
        url=f"{reverse('agency_people', args=[agency.pk])}?person={post.person}",
        readers=(f"agency:{agency.pk}", "people"),
        agency=agency.pk,
        agency_name=agency.name,
        unit=post.unit,
        unit_name=post.unit_name,
        # Where they work is said of all colleagues: it helps to choose among them, but short entries must not stand before what is
        # written on the same subject. Nor must a post that many hold.
        passages=(Passage(post.anchor, "", ", ".join(filter(None, where)), attached=True),),
        context=" ".join(filter(None, where)),
        names=(post.name, post.title) if post.title else (),
        weight=ONE_OF_A_KIND / (1 + 0.5 * math.log2(holders)),
        first_day=post.first,
        last_day=post.last,
    )


# -- what changes them


def _person(pk: int) -> None:
    pending.mark("person", pk)


def _unit(pk: int) -> None:
    """The unit, the people in it, and the drafts that it owns, which name it. Versions keep the name of their day."""
    pending.mark("unit", pk)
    _mark_all("person", Appointment.objects.filter(unit=pk).values_list("person", flat=True))
    _mark_all("draft", DocumentPage.objects.filter(unit=pk).values_list("pk", flat=True))


def _agency(pk: int) -> None:
    pending.mark("agency", pk)
    _mark_all("unit", Unit.objects.filter(agency=pk).values_list("pk", flat=True))
    _mark_all("person", Appointment.objects.filter(agency=pk).values_list("person", flat=True))
    _mark_all("draft", DocumentPage.objects.filter(agency=pk).values_list("pk", flat=True))


def _mark_all(source: str, ids: Iterable[int]) -> None:
    for pk in sorted(set(ids)):
        pending.mark(source, pk)


PERSON = (
    "appointed",
    "appointment_changed",
    "appointment_ended",
    "appointment_cancelled",
    "person_changed",
    "person_deactivated",
    "person_reactivated",
)
CHANGES: dict[str, Callable[[int], None]] = {
    **dict.fromkeys(PERSON, _person),
    **dict.fromkeys(("unit_created", "unit_changed", "unit_deleted"), _unit),
    **dict.fromkeys(
        ("agency_created", "agency_changed", "agency_closed", "agency_reopened"), _agency
    ),
}


def changed(event: Event) -> None:
    """Marks what an act on a person, a unit or an agency leaves out of date, inside the act's transaction."""
    mark, (_, _, pk) = CHANGES.get(event.kind), event.subject.partition(":")
    if mark is not None and pk.isdigit():
        mark(int(pk))
