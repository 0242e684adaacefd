"""The queue between content and the index.

A row is written in the transaction that changes content, so a crash loses nothing. One process at a
time empties the table, in order and in batches: it loads the objects *while it holds the write
lock*, so that an older state never overwrites a newer one. Processing a row twice is harmless.
A row that fails is retried with growing delays, then set aside.
"""

import datetime
import logging
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from search import engines, registry
from search.engines.interface import Rebuilding, Unavailable
from search.index.prepared import Prepared, prepare
from search.models import Pending
from search.queue import fallback, locking

log = logging.getLogger("search")
BATCH = 200
# After the last one a row is set aside
PAUSES = [datetime.timedelta(seconds=s) for s in (5, 30, 120, 600, 3600)]


def mark(source: str, object_id: int) -> None:
    """Queues this object for indexing, inside the caller's transaction."""
    Pending.objects.create(source=source, object_id=object_id)


def waiting() -> QuerySet[Pending]:
    """The rows still to be processed, without those set aside."""
    return Pending.objects.filter(done=False, set_aside=False)


def set_aside() -> QuerySet[Pending]:
    """The rows that failed too often and need a person."""
    return Pending.objects.filter(set_aside=True)


def requeue(rows: "QuerySet[Pending]") -> None:
    """Has rows that were set aside retried at the next run."""
    rows.update(set_aside=False, tries=0, next_try=None)


def retry(pk: int) -> None:
    requeue(Pending.objects.filter(pk=pk))


def retry_all() -> None:
    requeue(set_aside())


def drain(limit: int = BATCH) -> int:
    """Processes one batch. Returns the number of rows. Raises Unavailable if the engine does
    not answer.

    A missing or damaged index is rebuilt at once, since the database has everything.
    """
    if not _due().exists():
        _rebuild_if_missing()
        return 0
    try:
        return _batch(limit)
    except Unavailable as problem:
        if not problem.missing:
            raise
    rebuild()
    return _batch(limit)


def _batch(limit: int) -> int:
    with locking.writing():
        rows = list(_due()[:limit])
        if rows:
            good, origins, prepared = _work(rows)
            fallback.replace_rows(origins, [p.entry for p in prepared], [p.card for p in prepared])
            refused = engines.current().put(origins, prepared)
            for row in good:
                if str(row) in refused:
                    _fail(row, ValueError(refused[str(row)]))
            _settle([row for row in good if str(row) not in refused])
    return len(rows)


def flush() -> bool:
    """Processes everything queued so far, so that the index is current when this returns.

    Returns False if the engine is unavailable: the rows wait, and nothing is lost.
    """
    last = Pending.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    try:
        while _due().filter(pk__lte=last).exists():
            drain()
    except Unavailable as problem:
        log.warning("the index is unavailable, %s rows wait: %s", waiting().count(), problem)
        return False
    return True


def drain_all() -> None:
    """Processes everything that is due now. Run by the background process."""
    while drain():
        pass


def _due() -> QuerySet[Pending]:
    return waiting().filter(Q(next_try=None) | Q(next_try__lte=timezone.now())).order_by("pk")


def _rebuild_if_missing() -> None:
    """Rebuilds an index that is missing, damaged or of another version."""
    if engines.current().check().get("missing"):
        rebuild()


def _work(rows: Sequence[Pending]) -> tuple[list[Pending], list[str], list[Prepared]]:
    """(rows that could be loaded, their origins, prepared entries to put)."""
    good: list[Pending] = []
    prepared: list[Prepared] = []
    for name in dict.fromkeys(row.source for row in rows):
        ours = [row for row in rows if row.source == name]
        try:
            prepared += _load(name, dict.fromkeys(row.object_id for row in ours))
            good += ours
        except Exception:
            log.warning("a batch of %s could not be loaded; trying each", name, exc_info=True)
            for row in ours:
                try:
                    prepared += _load(name, [row.object_id])
                    good.append(row)
                except Exception as problem:
                    _fail(row, problem)
    origins = list(dict.fromkeys(f"{row.source}:{row.object_id}" for row in good))
    return good, origins, list({p.entry.key: p for p in prepared}.values())


def _load(name: str, ids: Iterable[int]) -> list[Prepared]:
    source = registry.source(name)
    if source is None:
        raise LookupError(f"no source is registered as {name}")
    with transaction.atomic():
        return [prepare(entry) for entry in source.load(list(ids))]


def _fail(row: Pending, problem: Exception) -> None:
    row.error = _describe(problem)[:1000]
    if row.tries < len(PAUSES):
        row.next_try = timezone.now() + PAUSES[row.tries]
    else:
        row.set_aside = True
        log.error("%s can't be indexed: %s", row, row.error)
    row.tries += 1
    row.save(update_fields=["error", "next_try", "set_aside", "tries"])


def _describe(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"


def _settle(rows: Sequence[Pending]) -> None:
    """Deletes processed rows; during a rebuild they are kept, to be repeated in the new index."""
    done = Pending.objects.filter(pk__in=[row.pk for row in rows])
    if locking.is_rebuilding():
        done.update(done=True)
    else:
        done.delete()
    for name in {row.source for row in rows}:  # an earlier failure of the same object is resolved
        set_aside().filter(
            source=name, object_id__in=[row.object_id for row in rows if row.source == name]
        ).delete()


def rebuild(*, progress: bool = False) -> int:
    """Builds a new index next to the one in use and replaces it. Returns the number of entries.

    Search and writing continue meanwhile: changes go into the old index and are repeated in the new
    one before it takes over.
    """
    with locking.rebuilding():
        with locking.writing():
            Pending.objects.filter(done=True).delete()
        started = timezone.now()
        failed: dict[str, str] = {}
        entries = registry.every_entry(
            lambda origin, problem: failed.update({origin: _describe(problem)})
        )
        fresh = engines.current().rebuild(fallback.storing_rows(entries, progress=progress))
        with locking.writing():
            _repeat(fresh)
            fresh.finish()
            Pending.objects.filter(done=True).delete()
            fallback.forget_before(started)
        failed.update({origin: f"ValueError: {reason}" for origin, reason in fresh.refused.items()})
        for origin, reason in failed.items():
            log.error("%s could not be indexed: %s", origin, reason)
        set_aside_refused(failed)
        return fresh.entries


def set_aside_refused(refused: Mapping[str, str]) -> None:
    """Sets aside objects that could not be loaded or that the engine refused ({origin: reason})
    during a rebuild.

    Objects already in the queue are left to it."""
    parts = {
        origin: (source, int(pk))
        for origin in refused
        for source, _, pk in [origin.rpartition(":")]
        if pk.isdecimal()
    }
    known = {
        str(row)
        for row in Pending.objects.filter(
            done=False, source__in={source for source, _ in parts.values()}
        )
    }
    Pending.objects.bulk_create(
        [
            Pending(
                source=source,
                object_id=pk,
                error=refused[origin][:1000],
                set_aside=True,
                next_try=timezone.now(),
                tries=1,
            )
            for origin, (source, pk) in parts.items()
            if origin not in known
        ],
        batch_size=BATCH,
    )


def _repeat(fresh: Rebuilding) -> None:
    rows = list(Pending.objects.filter(done=True).order_by("pk"))
    for start in range(0, len(rows), BATCH):
        _, origins, prepared = _work(rows[start : start + BATCH])
        fresh.put(origins, prepared)
