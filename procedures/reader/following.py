"""Documents as subjects to follow, bookmark and list as recently viewed: their names, for users who
may read them."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procedures import readers
from procedures.models import Version
from procedures.reader import queries
from procedures.telling import subject
from qms import access
from qms.access import Person
from qms.desk.subjects import Kind, Named
from qms.models import User


def named(user: Person, ids: Collection[int]) -> dict[int, Named]:
    """Names taken from the newest version that the user may read. One query."""
    rows = queries.visible(access.tokens_for(user)).filter(document__in=ids)
    return {
        pk: Named(subject(pk), f"{code} {title}".strip(), reverse("document", args=[pk]), agency)
        for pk, code, title, agency in rows.order_by("document", "ordinal").values_list(
            "document_id", "code", "title", "agency__name"
        )
    }


def may_read(document: int, people: list[User]) -> list[User]:
    """Those of the people who may read the newest version. Two queries if their appointments are
    prefetched."""
    newest = (
        Version.objects.standing()
        .filter(document=document)
        .order_by("-ordinal")
        .only("pk", "visibility", "agency_id")
        .prefetch_related("acts")
        .first()
    )
    if newest is None:
        return []
    shown = newest.shown(newest.acts.all())
    return [one for one in people if readers.VERSION.admits(access.tokens_of_posts(one), shown)]


__all__ = ["DOCUMENTS", "may_read", "named", "subject"]
DOCUMENTS = Kind("document", _("Tài liệu"), named, may_read)
