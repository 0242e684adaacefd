"""Writes notices, a row per recipient, in the transaction of the act.

A few people are notified at once (`tell`). If an act may concern thousands, `announce`
schedules one row of due work, and the background process writes the notices, some hundreds
per transaction."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from qms import clock
from qms.models import Agency, DueWork, MailSettings, Notice, User
from qms.notices import kinds
from qms.work import due

WORK = "notices.announce"
AT_A_TIME = 500  # recipients per transaction
KEPT = datetime.timedelta(days=90)


@dataclass(frozen=True)
class Audience:
    """The recipients of an announcement. `people` are those it may concern; `allowed` filters by
    the right to see its subject."""

    people: Callable[[dict[str, Any]], "QuerySet[User]"]
    allowed: Callable[[dict[str, Any], list[User]], list[User]]


_AUDIENCES: dict[str, Audience] = {}


def register_audience(
    name: str,
    people: Callable[[dict[str, Any]], "QuerySet[User]"],
    allowed: Callable[[dict[str, Any], list[User]], list[User]] = lambda about, people: people,
) -> None:
    """Registers an audience of announcements; both functions receive the announcement's subject."""
    _AUDIENCES[name] = Audience(people, allowed)


@transaction.atomic
def tell(
    people: Iterable[User],
    kind: str,
    *,
    key: str,
    url: str,
    facts: Mapping[str, Any],
    agency: Agency | None = None,
    exclude: User | None = None,
) -> None:
    """Notifies these people inside the caller's transaction, each once per key. `exclude`: the
    acting user.

    `facts` are strings, integers and dates for the sentence of the kind. Raises KeyError for an
    unknown kind."""
    _write(
        list(people), kind, key, url, kinds.as_stored(facts), agency.pk if agency else None, exclude
    )


def announce(
    audience: str,
    about: dict[str, Any],
    kind: str,
    *,
    key: str,
    url: str,
    facts: Mapping[str, Any],
    agency: Agency | None = None,
    exclude: User | None = None,
) -> None:
    """Schedules notices to a whole audience, which the background process writes once the caller's
    transaction has committed."""
    if audience not in _AUDIENCES:
        raise KeyError(audience)
    data = {
        "audience": audience, "about": about, "kind": kinds.get(kind).name, "key": key, "url": url, "facts": kinds.as_stored(facts),
        "agency": agency.pk if agency else None, "exclude": exclude.pk if exclude else None, "at": clock.now().isoformat(), "after": 0,
    }  # fmt: skip
    due.plan(_work_key(data), WORK, data, timezone.now())


def expand(data: dict[str, Any]) -> None:
    """Notifies the next recipients of an announcement, and schedules the rest. Handler of
    due work."""
    to = _AUDIENCES[data["audience"]]
    found = to.people(data["about"]).filter(pk__gt=data["after"], is_active=True)
    people = list(found.order_by("pk").distinct()[:AT_A_TIME])
    _write(
        to.allowed(data["about"], people),
        data["kind"],
        data["key"],
        data["url"],
        data["facts"],
        data["agency"],
        data["exclude"],
        datetime.datetime.fromisoformat(data["at"]),
    )
    if len(people) == AT_A_TIME:
        rest = {**data, "after": people[-1].pk}
        due.plan(_work_key(rest), WORK, rest, timezone.now())


def _work_key(data: dict[str, Any]) -> str:
    return f"{WORK}:{data['kind']}:{data['key']}:{data['after']}"


def _write(
    people: list[User],
    kind: str,
    key: str,
    url: str,
    facts: dict[str, Any],
    agency: int | None,
    exclude: User | int | None,
    at: datetime.datetime | None = None,
) -> None:
    left_out = exclude.pk if isinstance(exclude, User) else exclude
    told = {one.pk for one in people if one.is_active and one.pk != left_out}
    chosen = dict(MailSettings.objects.filter(person__in=told).values_list("person", "ways"))
    known = kinds.get(kind)
    rows = [
        Notice(
            person_id=pk, key=key, kind=kind, facts=facts, url=url[:500], agency_id=agency,
            at=at or clock.now(), mail=kinds.way_of(known, chosen.get(pk, {})),
        )
        for pk in sorted(told)
    ]  # fmt: skip
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def tidy(now: datetime.datetime | None = None) -> None:
    """Deletes notices after 90 days, and the due work that wrote them."""
    before = (now or timezone.now()) - KEPT
    Notice.objects.filter(at__lt=before).delete()
    DueWork.objects.filter(kind=WORK, done_at__lt=before).delete()
