"""Who may read a version and who may see a draft, defined once. Lists, pages, rules and the index
derive from it."""

from dataclasses import dataclass

from procedures.enums import Visibility
from qms.audience import Audience, Grant

VERSION = Audience(
    Grant("public", {"visibility": Visibility.PUBLIC.value}),
    Grant("city", {"visibility": Visibility.CITY.value}),
    Grant("issued"),
    Grant("agency:{agency_id}"),
)
# The same for an act that narrowed a version, as a query condition: the further readers it admits.
NARROWED = Audience(
    Grant("city", {"visibility": Visibility.CITY.value}),
    Grant("issued"),
    Grant("agency:{version__agency_id}"),
)
# ISO officers see all drafts of their agency, authors their own.
DRAFT = Audience(Grant("draft:{agency_id}"), Grant("author:{agency_id}:{owner_id}"))


@dataclass(frozen=True)
class Shown:
    """A version as it may be read now: its own visibility, or the narrower one set by
    an officer."""

    visibility: str
    agency_id: int
