"""Scheduled work: a table that the background process works off. After downtime it catches up;
nothing is done twice."""

import datetime
import logging
import traceback
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from qms.models import DueWork

log = logging.getLogger("qms.work.due")
Work = Callable[[dict[str, Any]], object]
_KINDS: dict[str, Work] = {}
# Between attempts; after the last it waits for a person
PAUSES = [datetime.timedelta(minutes=m) for m in (1, 10, 60, 360)]


def register(kind: str, function: Work) -> None:
    """Registers the handler of a kind: `function(data)`, which changes only the database (mails are
    stored, and sent later)."""
    _KINDS[kind] = function


@transaction.atomic
def plan(key: str, kind: str, data: dict[str, Any], due_at: datetime.datetime) -> DueWork:
    """Schedules work under its key, inside the caller's transaction. Scheduling it again moves it;
    once done, it stays done."""
    row, made = DueWork.objects.select_for_update().get_or_create(
        key=key, defaults={"kind": kind, "data": data, "due_at": due_at}
    )
    if not made and row.done_at is None:
        row.kind, row.data, row.due_at, row.tries, row.error = kind, data, due_at, 0, ""
        row.save(update_fields=["kind", "data", "due_at", "tries", "error"])
    return row


def cancel(key: str) -> bool:
    """Cancels scheduled work that is not yet done. Returns whether there was any."""
    return bool(DueWork.objects.filter(key=key, done_at__isnull=True).delete()[0])


def stuck() -> "list[DueWork]":
    """Work that failed too often and needs a person."""
    return list(DueWork.objects.filter(done_at__isnull=True, tries__gt=len(PAUSES)))


def run_due(now: datetime.datetime | None = None, *, at_most: int = 500) -> int:
    """Does due work, oldest first. Each piece is done and marked as done in one transaction.
    Returns how many were done."""
    done = tried = 0
    while tried < at_most:
        outcome = _do_next(now or timezone.now())
        if outcome is None:
            break
        tried += 1
        done += outcome
    return done


def retry(pk: int) -> None:
    """Has a piece of stuck work retried at the next run."""
    DueWork.objects.filter(pk=pk, done_at__isnull=True).update(
        tries=0, error="", due_at=timezone.now()
    )


@transaction.atomic
def _do_next(now: datetime.datetime) -> bool | None:
    """Claims the oldest due row under a lock and does it; None if nothing is due."""
    waiting = DueWork.objects.filter(done_at__isnull=True, due_at__lte=now, tries__lte=len(PAUSES))
    row = waiting.select_for_update(
        skip_locked=connection.features.has_select_for_update_skip_locked
    ).first()
    if row is None:
        return None
    try:
        with transaction.atomic():
            _KINDS[row.kind](row.data)
    except Exception as problem:
        row.error = (
            traceback.format_exc()[-4000:]
            if row.kind in _KINDS
            else f"no handler is registered for the kind {problem}"
        )
        row.due_at = now + PAUSES[min(row.tries, len(PAUSES) - 1)]
        row.tries += 1
        row.save(update_fields=["error", "due_at", "tries"])
        log.warning("due work %s failed", row.key, exc_info=True)
        return False
    row.done_at, row.error = timezone.now(), ""
    row.save(update_fields=["done_at", "error"])
    return True
