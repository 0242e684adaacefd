"""Changes on a document's page: what the version changed, the amendment log, and whether the user
may ask for more."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.utils.translation import get_language

from procedures.changes import amendments, redline, states
from procedures.models import Version
from procedures.reader.queries import VersionStatus
from qms.access import Person

KEPT_SECONDS = 24 * 3600
EDITION = 4  # increase when the wording of the sentences or the count of changes changes


@dataclass(frozen=True)
class Changed:
    """What changed since the preceding version that the reader may also read."""

    before: Version
    words: list[str]
    count: int


def of(user: Person, shown: VersionStatus, found: list[VersionStatus]) -> dict[str, Any]:
    """For the page of `shown`; `found` are the versions of the document that the user may read;
    the log leaves out other versions that are not in force yet. One query, plus three when the changes are first computed."""
    listed = [
        life.version
        for life in found
        if life.state != "waiting" or life.version.pk == shown.version.pk
    ]
    log = amendments.log(listed)
    return {
        "changed": _changed(shown.version, [life.version for life in found]),
        "log": [(version, log[version.pk]) for version in listed],
        "may_ask": user.is_authenticated and shown.state in {"in_force", "waiting"},
    }


def _changed(shown: Version, readable: list[Version]) -> Changed | None:
    earlier = [version for version in readable if version.ordinal < shown.ordinal]
    if not earlier:
        return None
    before = max(earlier, key=lambda version: version.ordinal)
    key = f"changed:{before.digest[:24]}:{shown.digest[:24]}:{EDITION}:{get_language()}"
    kept = caches["memory"].get(key)
    if kept is None:
        rows = Version.objects.in_bulk([before.pk, shown.pk])
        compared = redline.Compared(*(states.state_of(rows[one.pk]) for one in (before, shown)))
        kept = (compared.in_words(), compared.count)
        caches["memory"].set(key, kept, KEPT_SECONDS)
    return Changed(before, *kept)
