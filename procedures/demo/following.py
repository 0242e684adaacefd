"""What some people of the demonstration follow, bookmark and viewed recently, and their notices."""

from procedures import telling
from procedures.demo.load import City
from procedures.models import Version
from qms import notices
from qms.clock import on_day, today
from qms.desk import agencies, bookmarks
from qms.models import Bookmark, User

AGENCY, OTHER = "SKHCN", "SNV"
PEOPLE = ("hanh", "loan", "dung", "thuy")
TOLD_DAYS = 80  # notices are kept for 90


def build(city: City) -> None:
    """For `procedures.demo.further`."""
    newest = list(
        Version.objects.standing()
        .filter(agency=city.agencies[AGENCY])
        .select_related("agency", "document")
        .order_by("-issued_on", "-pk")[:6]
    )
    for key in PEOPLE:
        _fill(city, city.people[key], newest)


def _fill(city: City, person: User, newest: list[Version]) -> None:
    Kind = Bookmark.Kind
    for code in (AGENCY, OTHER):
        agency = city.agencies[code]
        bookmarks.add(agencies.subject(agency.pk), Kind.FOLLOWED, by=person)
    for number, version in enumerate(newest):
        subject = telling.subject(version.document_id)
        if number < 3:
            bookmarks.add(subject, Kind.FAVOURITE, by=person)
        Bookmark.objects.get_or_create(person=person, kind=Kind.SEEN, subject=subject)
        if (today() - version.issued_on).days <= TOLD_DAYS:
            with on_day(version.issued_on):
                told = telling.what(version, "issued", version.effective_on)
                notices.tell([person], "document_issued", **told)
