"""Who may review a document: the holder of its process owner's post, the head of the owning unit,
the agency's officers."""

from collections.abc import Iterable

from procedures import rules
from procedures.models import Version
from procedures.readership.reviews.due import Due
from qms import access
from qms.access import Person
from qms.models import Agency, Role
from qms.text.folding import fold


def may_see_reviews(user: Person, agency: Agency) -> bool:
    """Review dates and verdicts: everybody who may read the register."""
    return user.is_authenticated and rules.may_see_register(user, agency)


def may_review(user: Person, version: Version) -> bool:
    return _may(user, version.agency_id, version.unit_id, version.owner_post)


def _may(user: Person, agency: int, unit: int | None, owner_post: str) -> bool:
    post = fold(owner_post)
    return any(
        a.role == Role.OFFICER
        or (a.role == Role.UNIT_HEAD and unit is not None and a.unit_id == unit)
        or (bool(post) and fold(a.post) == post)
        for a in access.appointments(user)
        if a.agency_id == agency
    )


def mine(user: Person, dues: Iterable[Due]) -> list[Due]:
    """Those that the user may review."""
    kept: dict[tuple[int, int | None, str], bool] = {}
    found = []
    for due in dues:
        key = (due.agency, due.unit, due.owner_post)
        if key not in kept:
            kept[key] = _may(user, *key)
        if kept[key]:
            found.append(due)
    return found
