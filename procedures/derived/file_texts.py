"""Reads the text inside documents' files in the background, stores it once, and updates the index.

Steps enqueue files in their own transaction (`models.searchable_files`); the table of texts is the
queue. Reading twice is harmless, and the work of a killed reader is resumed."""

import logging
import shutil
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from procedures.filetext.read import OF_REFUSAL
from procedures.filetext.recognise import Recogniser
from procedures.models import FileText, FormPage, Version, VersionAct, searchable_files
from procedures.sandbox.readers import Job, Readers
from procedures.word.convert import find_soffice
from qms.proof import store
from qms.work import process_locks
from search.queue import pending

log = logging.getLogger(__name__)
State = FileText.State

READER = 1  # increase when reading improves: files read by an older one are read again
MOST_TRIES = 3  # after killing this many readers a file is considered damaged
PRESENCE = "files-"
TURN = 30.0  # seconds after which a run of the background process ends


# -- enqueueing


def expect_all(*, again: bool = False) -> int:
    """Enqueues the files of every document, including those read by an older reader or that failed
    for want of a program that is now installed (`again`: everything). Returns the number waiting.
    """
    wordless = searchable_files.without_own_text(Version.objects.all())
    acts: dict[int, list[VersionAct]] = {}
    for act in VersionAct.objects.filter(kind=VersionAct.Kind.FILE_ADDED):
        acts.setdefault(act.version_id, []).append(act)
    wanted: list[tuple[int, str]] = []
    for version in (
        Version.objects.only("document_id", "files").order_by("pk").iterator(chunk_size=500)
    ):
        wanted += [
            (version.document_id, file["sha256"])
            for file in searchable_files.of_version(version, acts.get(version.pk, ()), wordless)
        ]
    for page in FormPage.objects.exclude(file=None).iterator(chunk_size=200):
        wanted += [(page.pk, file["sha256"]) for file in searchable_files.of_draft(page)]
    for start in range(0, len(wanted), 500):
        with transaction.atomic():
            searchable_files.enqueue_many(wanted[start : start + 500])
    stale = FileText.objects.exclude(state__in=[State.WAITING, State.READING])
    if not again:
        stale = stale.filter(_worth_another_try())
    stale.update(state=State.WAITING, tries=0)
    return FileText.objects.filter(state=State.WAITING).count()


def _worth_another_try() -> Q:
    worth = Q(reader__lt=READER)
    here = tools_here()
    if TESSERACT in here:
        worth |= (Q(state=State.UNRECOGNISED) | Q(unread_pages__gt=0)) & ~Q(
            tools__contains=TESSERACT
        )
    if LIBREOFFICE in here:
        worth |= Q(state=State.NOT_CONVERTED) & ~Q(tools__contains=LIBREOFFICE)
    return worth


TESSERACT, LIBREOFFICE = "tesseract-vie", "libreoffice"


def tools_here() -> list[str]:
    """The programs on this machine that reading uses."""
    found = {
        TESSERACT: Recogniser().able,
        LIBREOFFICE: bool(find_soffice() or shutil.which("soffice")),
    }
    return [name for name, there in found.items() if there]


# -- reading


def read_waiting(
    *, stop: Callable[[], bool] | None = None, done: Callable[[FileText], object] = lambda row: None
) -> int:
    """Reads waiting files, oldest first, until `stop()` (by default for TURN). Returns how many
    were read. Several processes may run it concurrently."""
    resume_killed()
    if not FileText.objects.filter(state=State.WAITING).exists():
        return 0
    until, read = time.monotonic() + TURN, 0
    enough = stop or (lambda: time.monotonic() > until)
    name, tools = PRESENCE + uuid.uuid4().hex, " ".join(tools_here())
    with process_locks.Presence(name, once=True), Readers(1) as readers:
        while not (read and enough()) and (row := _take(name)) is not None:
            _read(row, readers, tools)
            read += 1
            done(row)
    return read


def resume_killed() -> int:
    """Re-enqueues files claimed by dead readers; gives up on those that killed several. Returns how
    many."""
    found = 0
    for pk, by in list(FileText.objects.filter(state=State.READING).values_list("pk", "by")):
        if by and process_locks.is_held(by):
            continue
        left = FileText.objects.filter(pk=pk, state=State.READING, by=by)
        found += left.filter(tries__lt=MOST_TRIES).update(state=State.WAITING) or left.update(
            state=State.DAMAGED, reader=READER, read_at=timezone.now()
        )
    process_locks.sweep(PRESENCE)
    return found


@transaction.atomic
def _take(name: str) -> FileText | None:
    waiting = FileText.objects.filter(state=State.WAITING).order_by("made_at", "pk")
    row = waiting.select_for_update(
        skip_locked=connection.features.has_select_for_update_skip_locked
    ).first()
    if row is not None:
        row.state, row.by, row.tries = State.READING, name, row.tries + 1
        row.save(update_fields=["state", "by", "tries"])
    return row


def _read(row: FileText, readers: Readers, tools: str) -> None:
    path = store.path_of(row.file_id)
    facts: dict[str, Any] = {"state": State.DAMAGED}
    if store.is_intact(row.file_id):
        for answer in readers.read([Job(path, row.file_id[:12], op="file")]):
            facts = answer.file or {"state": OF_REFUSAL.get(answer.reason, State.DAMAGED)}
    before = row.text
    row.state, row.text = State(facts["state"]), facts.get("text", "")
    row.cut, row.unread_pages = facts.get("cut", False), facts.get("unread_pages", 0)
    row.tools, row.reader, row.read_at = tools, READER, timezone.now()
    _keep(row, changed=row.text != before)


@transaction.atomic
def _keep(row: FileText, *, changed: bool) -> None:
    """Stores the result, unless another process already did, and updates the documents in the
    index."""
    if (
        FileText.objects.select_for_update()
        .filter(pk=row.pk, state=State.READING, by=row.by)
        .first()
        is None
    ):
        return
    row.save()
    if changed:
        for document in row.documents.order_by("pk").values_list("pk", flat=True):
            pending.mark("document", document)
            pending.mark("draft", document)


# -- results


def texts_of(files: Iterable[dict[str, Any]]) -> dict[str, str]:
    """{SHA-256: text} of those files that have one. One query."""
    digests = {file["sha256"] for file in files}
    return (
        dict(FileText.objects.filter(pk__in=digests).exclude(text="").values_list("pk", "text"))
        if digests
        else {}
    )
