"""The journal of acts that matter as proof: issued, withdrawn, imported, signed… One chain of
digests per agency.

Appending locks a chain until the transaction ends. A step therefore records its act last; one
made of many steps (an import), or one that writes into two chains, runs inside `acts()`, which
appends them all at its end, always in the same order of chains, so that waits are short and
deadlocks impossible."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from qms import clock, locks
from qms.models import Agency, Event, User
from qms.proof import witness

_LISTENERS: list[Callable[[Event], object]] = []


def digest_of(event: Event) -> str:
    """SHA-256 over the row's facts and the previous row's digest."""
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


@dataclass(frozen=True)
class _Act:
    """An act that happened and is not in its chain yet."""

    kind: str
    subject: str
    agency: Agency | None
    by: User | None
    data: dict[str, Any]


_GATHERED: ContextVar[list[_Act] | None] = ContextVar("gathered_acts", default=None)


@contextmanager
def acts() -> Iterator[None]:
    """One transaction that appends all acts recorded inside it at its end: by agency ID, the city's
    own last.

    Nested, it is a savepoint: rolled back alone if it fails, appended with the outer one otherwise.
    """
    outer = _GATHERED.get()
    if outer is not None:
        before = len(outer)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del outer[before:]
            raise
        return
    with transaction.atomic():
        gathered: list[_Act] = []
        token = _GATHERED.set(gathered)
        try:
            yield
        finally:
            _GATHERED.reset(token)
        for act in sorted(gathered, key=_chain_order):
            _append(act)


def _chain_order(act: _Act) -> tuple[bool, int]:
    return (act.agency is None, act.agency.pk if act.agency else 0)


@transaction.atomic
def append(kind: str, subject: str, *, agency: Agency | None, by: User | None, **data: Any) -> None:
    """Appends one act to the agency's chain (the city's own if `agency` is None), or leaves that to
    the end of `acts()`.

    Call it inside the act's transaction, as the last operation that may block."""
    if day := clock.simulated_day():
        data |= {"told_day": day.isoformat()}  # the stored name of the fact
    act = _Act(kind, subject, agency, by, data)
    gathered = _GATHERED.get()
    if gathered is not None:
        gathered.append(act)
    else:
        _append(act)


def _append(act: _Act) -> None:
    """Appends the act to its chain, with one writer per chain at a time."""
    agency = act.agency
    if agency is not None:  # no key lock: rows that refer to the agency can be written meanwhile
        Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    else:
        locks.hold(locks.Lock.CITY_CHAIN)
    chain = Event.objects.filter(agency=agency)
    number = (chain.aggregate(last=Max("number"))["last"] or 0) + 1
    before = chain.filter(number=number - 1).values_list("digest", flat=True).first() or ""
    event = Event(
        agency=agency,
        number=number,
        kind=act.kind,
        subject=act.subject,
        by=act.by,
        by_name=str(act.by) if act.by else "",
        data=act.data,
        at=timezone.now(),
        previous=before,
    )
    event.digest = digest_of(event)
    event.save(force_insert=True)
    witness.note(event)
    for listener in _LISTENERS:
        listener(event)


def differs(row: Model) -> bool:
    """Whether the row is new or differs from the database: only then saving it is an act.

    One query. Call with the row locked."""
    before = type(row)._default_manager.filter(pk=row.pk).first()
    names = [field.attname for field in row._meta.concrete_fields]
    return before is None or any(getattr(before, name) != getattr(row, name) for name in names)


def listen(listener: Callable[[Event], object]) -> None:
    """Registers `listener(event)`, called for each act inside its transaction, so that apps know
    what to update."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def broken_links(agency: Agency | None) -> list[int]:
    """Numbers of the rows whose number, digest or predecessor's digest is wrong; empty if the chain
    is intact."""
    wrong, before, number = [], "", 0
    for event in Event.objects.filter(agency=agency).order_by("number").iterator():
        number += 1
        if event.number != number or event.previous != before or event.digest != digest_of(event):
            wrong.append(event.number)
            number = event.number
        before = event.digest
    return wrong


def faults() -> Iterator[str]:
    """Describes each broken row of every chain."""
    for agency in [None, *Agency.objects.order_by("code")]:
        for number in broken_links(agency):
            yield _("%(chain)s: sự kiện số %(number)s không khớp.") % {
                "chain": agency.code if agency else _("Toàn thành phố"),
                "number": number,
            }
