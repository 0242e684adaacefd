"""Access tokens of audits: `audit:N` for its members on their days, `audits:A` for those in charge
of agency A's audits, `unit:U` for people of unit U, `head:U` for its heads, `doer:A:P` for person P
of agency A, who may have an action to do."""

from collections.abc import Iterator

from audits.rules import IN_CHARGE, headed_units, memberships, units_of
from qms import access
from qms.access import Person


def tokens(user: Person) -> Iterator[str]:
    """The person's tokens; one query."""
    yield from (f"audits:{pk}" for pk in access.agencies_with(user, *IN_CHARGE))
    yield from (f"unit:{pk}" for pk in units_of(user))
    yield from (f"head:{pk}" for pk in headed_units(user))
    yield from (f"doer:{agency.pk}:{user.pk}" for agency in access.home_agencies(user))
    mine = memberships(user).order_by()
    yield from (f"audit:{pk}" for pk in mine.values_list("audit", flat=True))
