"""The index entries of people, and of everything that shows the name of an agency or a unit; and
how the index learns of changes."""

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

ONE_OF_A_KIND = 1.5  # weight of a post held by one person: the query means the person


def register() -> None:
    """Registers the source with the search, and has the journal of acts report what is out
    of date."""
    registry.register(
        "person", load=people, ids=lambda: User.objects.order_by("pk").values_list("pk", flat=True)
    )
    journal.listen(changed)


def people(ids: Iterable[int]) -> Iterator[Entry]:
    """An entry for each post of a person, for its period: name, post, unit, agency, and no other
    personal data.

    Found by the people of the agency, and by administrators of all accounts (docs/roles.md)."""
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
        # All colleagues share their place of work: it helps to choose among them, but short entries
        # must not rank above texts on the same subject. The same holds for a post that many hold.
        passages=(Passage(post.anchor, "", ", ".join(filter(None, where)), attached=True),),
        context=" ".join(filter(None, where)),
        names=(post.name, post.title) if post.title else (),
        weight=ONE_OF_A_KIND / (1 + 0.5 * math.log2(holders)),
        first_day=post.first,
        last_day=post.last,
    )


# -- changes


def _person(pk: int) -> None:
    pending.mark("person", pk)


def _unit(pk: int) -> None:
    """The unit, the people in it, and the drafts that it owns, which name it. Versions keep the
    name at the time of issue."""
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
    """Marks entries that an act on a person, a unit or an agency makes out of date, inside the
    act's transaction."""
    mark, (_, _, pk) = CHANGES.get(event.kind), event.subject.partition(":")
    if mark is not None and pk.isdecimal():
        mark(int(pk))
