"""The next review date of each document: one period after its effective date, or the date set by
the last verdict."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from procedures.models import Review, Version
from qms.clock import today
from qms.models import Agency

SOON = datetime.timedelta(days=30)
FIELDS = (
    "pk",
    "document_id",
    "agency_id",
    "review_months",
    "effective_on",
    "unit_id",
    "owner_post",
)


class Due(NamedTuple):
    """A version in force and the date by which it must be reviewed. Sorted by due date."""

    next_on: datetime.date
    version: int
    document: int
    agency: int
    unit: int | None
    owner_post: str

    def state(self, day: datetime.date) -> str:
        """late, soon or later, relative to the day."""
        if self.next_on < day:
            return "late"
        return "soon" if self.next_on <= day + SOON else "later"


def of_agencies(agencies: Iterable[Agency | int], day: datetime.date | None = None) -> list[Due]:
    """The reviews due in these agencies, earliest first. Two queries.

    They follow the version in force, also while a newer one waits to replace it."""
    day, chosen = day or today(), list(agencies)
    versions = Version.objects.filter(agency__in=chosen, review_months__gt=0).order_by()
    rows = list(versions.in_force(day).values_list(*FIELDS))
    if not rows:
        return []
    last = last_days(versions=None, agencies=chosen)
    found = [
        Due(last.get(pk) or add_months(effective_on, months), pk, document, agency, unit, owner)
        for pk, document, agency, months, effective_on, unit, owner in rows
    ]
    return sorted(found)


def of_version(version: Version) -> Due | None:
    """The same for one version in force; None if it has no period."""
    if not version.review_months:
        return None
    last = last_days(versions=[version.pk], agencies=None)
    return Due(
        last.get(version.pk) or add_months(version.effective_on, version.review_months),
        version.pk, version.document_id, version.agency_id, version.unit_id, version.owner_post,
    )  # fmt: skip


def last_days(
    *, versions: Iterable[int] | None, agencies: Iterable[Agency | int] | None
) -> dict[int, datetime.date]:
    """{version: the date set by its last verdict}."""
    rows = Review.objects.order_by("pk")
    rows = rows.filter(version__in=list(versions)) if versions is not None else rows
    rows = rows.filter(agency__in=list(agencies)) if agencies is not None else rows
    return dict(rows.values_list("version_id", "next_on"))


def named(dues: Iterable[Due]) -> list[tuple[Due, Version]]:
    """Each with its version, without the content."""
    chosen = list(dues)
    versions = Version.objects.defer("content").select_related("agency", "unit")
    found = versions.in_bulk([due.version for due in chosen])
    return [(due, found[due.version]) for due in chosen]


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later; the month's last day if there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > datetime.MAXYEAR:
        return datetime.date.max
    for last in (day.day, 30, 29, 28):
        try:
            return datetime.date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
