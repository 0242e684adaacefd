"""Who may read a version and who may see a draft, each said once. Lists, pages, rules and the index derive from it."""

from procedures.enums import Visibility
from qms.audience import Audience, Grant

VERSION = Audience(
    Grant("public", {"visibility": Visibility.PUBLIC.value}),
    Grant("city", {"visibility": Visibility.CITY.value}),
    Grant("issued"),
    Grant("agency:{agency_id}"),
)
# ISO officers see all drafts of their agency, authors their own.
DRAFT = Audience(Grant("draft:{agency_id}"), Grant("author:{agency_id}:{owner_id}"))
