"""The issue of a programme that is in force while officers make the next one: whoever may read
approved programmes goes on reading it."""

from django.db.models import QuerySet

from audits import rules
from audits.models import Programme
from qms import access
from qms.access import Person
from qms.models import Agency


def in_force(user: Person, pk: int) -> Programme | None:
    """The approved issue of a programme that is open for changes; None if there is none, the user
    may not read it, or sees the programme itself."""
    found = _being_revised(user).filter(pk=pk).first()
    return _approved_issue(found) if found is not None else None


def of_agency(user: Person, agency: Agency) -> list[Programme]:
    """The agency's programmes as the user reads them, the newest first: as they are, or as they
    were approved last."""
    earlier = (_approved_issue(one) for one in _being_revised(user).filter(agency=agency))
    found = [
        *rules.programmes_of(user).filter(agency=agency),
        *(one for one in earlier if one is not None),
    ]
    return sorted(found, key=lambda one: (-one.year, one.pk))


def _being_revised(user: Person) -> "QuerySet[Programme]":
    rows = Programme.objects.filter(state=Programme.State.DRAFTING, issue__gt=1)
    if not access.is_overseer(user):
        rows = rows.filter(agency__in=[one.pk for one in access.home_agencies(user)])
    return rows.exclude(pk__in=rules.programmes_of(user).order_by().values("pk"))


def _approved_issue(programme: Programme) -> Programme | None:
    """The programme as it was when it was approved last."""
    rows = programme.history.filter(state=Programme.State.APPROVED)  # type: ignore[attr-defined]  # simple-history has no types
    last = rows.order_by("-pk").first()
    return last.instance if last is not None else None
