"""Background work of search by meaning: computes vectors of new and changed entries once the index
has their words."""

import logging
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max

from search import registry
from search.entries import Entry
from search.meaning import embedding, texts
from search.meaning.embedding import Model, Unusable
from search.meaning.vector_file import LONGEST_KEY, NOTHING, Row, Table, VectorFile
from search.models import Listing, Pending

log = logging.getLogger("search.meaning")
CHUNK = 10  # objects loaded at once
# (path and identity of the file, last and number of listings)
State = tuple[str, tuple[int, int] | None, int | None, int]
_complete: State | None = None  # the state in which every listing had a vector
TURN = 20.0  # seconds per turn, so that newer changes are handled first


def file_of(model: Model) -> VectorFile:
    """The file with the vectors of this model."""
    return VectorFile(Path(settings.QMS_INDEX), model.name, model.dimension)


def catch_up() -> int:
    """One turn of the background process: embeds new entries for some seconds. Returns how many
    were embedded.

    Waits until no object waits for the index. A kill loses only the current entry."""
    model = embedding.current()
    if model is None or Pending.objects.filter(done=False, set_aside=False).exists():
        return 0
    file = file_of(model)
    listed = Listing.objects.aggregate(last=Max("pk"), number=Count("pk"))
    state = (str(file.path), file.identity(), listed["last"], listed["number"])
    if state == _complete:
        return 0
    with file.writing() as mine:
        return _catch_up(model, file, state) if mine else 0


def _catch_up(model: Model, file: VectorFile, state: State) -> int:
    global _complete
    listed = dict(Listing.objects.order_by("-sort_date", "-pk").values_list("key", "pk"))
    missing = _missing(listed, file.table())
    embedded, until = 0, time.monotonic() + TURN
    while missing and time.monotonic() < until:
        chunk, missing = missing[:CHUNK], missing[CHUNK:]
        origins = dict(Listing.objects.filter(key__in=chunk).values_list("key", "origin"))
        entries = {entry.key: entry for entry in _loaded(set(origins.values()))}
        for key in chunk:
            embedded += _embed(key, listed[key], entries.get(key), model, file)
    if not missing:
        file.tidy(listed)
        file.forget_others()
        _complete = (state[0], file.identity(), *state[2:])
    return embedded


def _missing(listed: Mapping[str, int], table: Table) -> list[str]:
    """Keys of entries whose current state was not processed yet, newest first."""
    known = table.listings()
    return [
        key
        for key, pk in listed.items()
        if known.get(key) != pk and len(key.encode()) <= LONGEST_KEY
    ]


def _loaded(origins: set[str]) -> Iterator[Entry]:
    """The entries of these origins, skipping objects that can't be loaded, which the indexing
    queue reports."""
    ids: dict[str, list[int]] = {}
    for origin in origins:
        name, _, pk = origin.rpartition(":")
        if pk.isdecimal():
            ids.setdefault(name, []).append(int(pk))
    for name, numbers in ids.items():
        yield from registry.entries_of(name, numbers, _log_failure)


def _log_failure(origin: str, problem: Exception) -> None:
    log.warning("no vector for %s, it can't be loaded: %s", origin, type(problem).__name__)


def _embed(key: str, listing: int, entry: Entry | None, model: Model, file: VectorFile) -> int:
    """Stores the vector of an entry, computing it only if its text is new. Returns the number of
    vectors computed."""
    parts = texts.passages(entry) if entry else []
    digest = texts.digest(parts) if parts else NOTHING
    if file.table().digest(key) == digest:
        file.update_listing(key, listing)
        return 0
    try:
        vector = texts.mean(model.passages(parts)) if parts else None
    except Unusable:
        embedding.forget()
        raise
    file.append([Row(key, listing, digest, vector)])
    return int(bool(parts))
