"""The journal of acts that matter as proof: issued, withdrawn, imported, signed… One chain of digests per agency."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from qms.models import Agency, Event, User

_LISTENERS: list[Callable[[Event], object]] = []
CITY_CHAIN = 9001  # names the lock of the chain that belongs to no agency


def digest_of(event: Event) -> str:
    """SHA-256 over the row's facts and the digest of the row before it."""
    facts = [
        event.agency_id,
        event.number,
        event.kind,
        event.subject,
        event.by_id,
        event.by_name,
        event.data,
        event.at.isoformat(),
        event.previous,
    ]
    return hashlib.sha256(
        json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


@transaction.atomic
def record(
    kind: str, subject: str, *, agency: Agency | None, by: User | None, **data: Any
) -> Event:
    """Appends one act to the agency's chain (the city's own where `agency` is None). Call inside the act's transaction."""
    if agency is not None:
        Agency.objects.select_for_update().get(pk=agency.pk)  # one writer of a chain at a time
    elif connection.vendor == "postgresql":  # SQLite has one writer anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CITY_CHAIN])
    chain = Event.objects.filter(agency=agency)
    number = (chain.aggregate(last=Max("number"))["last"] or 0) + 1
    before = chain.filter(number=number - 1).values_list("digest", flat=True).first() or ""
    event = Event(
        agency=agency,
        number=number,
        kind=kind,
        subject=subject,
        by=by,
        by_name=str(by) if by else "",
        data=data,
        at=timezone.now(),
        previous=before,
    )
    event.digest = digest_of(event)
    event.save(force_insert=True)
    for listener in _LISTENERS:
        listener(event)
    return event


def listen(listener: Callable[[Event], object]) -> None:
    """Has `listener(event)` called for each act, inside the act's transaction: what stands on this app learns so what it must mend."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def broken_links(agency: Agency | None) -> list[int]:
    """Numbers of the rows whose digest does not fit their facts or their forerunner; empty where the chain is whole."""
    wrong, before, number = [], "", 0
    for event in Event.objects.filter(agency=agency).order_by("number").iterator():
        number += 1
        if event.number != number or event.previous != before or event.digest != digest_of(event):
            wrong.append(event.number)
            number = event.number
        before = event.digest
    return wrong
