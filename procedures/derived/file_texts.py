"""The files that hang on documents and the text inside them: which are found, read in the background, kept once, told to the index.

Steps say in their own transaction which files they expect to be read (`expect`); the table of texts is the queue. Reading twice
does no harm, and what a killed reader left is taken up again."""

import logging
import shutil
import time
import uuid
from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast, Length
from django.utils import timezone

from procedures.content import block_text, stream
from procedures.filetext.read import OF_REFUSAL
from procedures.filetext.recognise import Recogniser
from procedures.models import DocumentPage, FileText, FormPage, Version, VersionAct
from procedures.sandbox.readers import Job, Readers
from procedures.word.convert import find_soffice
from qms.models import StoredFile
from qms.proof import store
from qms.work import process_locks
from search.queue import pending

log = logging.getLogger(__name__)
State = FileText.State
Files = list[dict[str, Any]]

READER = (
    1  # raise it when reading gives more or better text: what an older one read is then read again
)
MOST_TRIES = 3  # after so many readers were killed over a file it is taken to be damaged
PRESENCE = "files-"
TURN = 30.0  # seconds after which a turn of the background process ends
SAYS_SOMETHING = 200  # letters of a document that says something itself; one that says less is read by its signed scan
EMPTY_CONTENT = 4_000  # characters of JSON that such a document has at most


# -- which files


def of_version(
    version: Version, acts: Iterable[VersionAct], silent: Container[int] | None = None
) -> Files:
    """The files of a version by whose text it is found, each once: a form's file, and whatever was attached.

    Its original is none of them: what that says is the version's own content. The signed scan is one where the version says nothing
    itself (where many are asked, `silent` names those); else its words, with the slips of the recogniser, would only say the same
    again. Pictures of the content, and what was made of it, never are."""
    later = [file for act in acts if act.kind == VersionAct.Kind.FILE_ADDED for file in act.files]
    files = [*version.files, *later]
    originals = {file["sha256"] for file in files if file.get("role") == "original"}
    found = {
        file["sha256"]: file
        for file in files
        if file.get("role") in {"form", "attachment"} and file["sha256"] not in originals
    }
    signed = [file for file in files if file.get("role") == "signed"]
    if signed and (not says_something(version.content) if silent is None else version.pk in silent):
        found = {**{file["sha256"]: file for file in signed}, **found}
    return list(found.values())


def of_draft(page: DocumentPage) -> Files:
    """The same for a draft: the file of a form, unless the form was read out of it."""
    if not isinstance(page, FormPage) or not page.file_id or page.file_id == page.source_id:
        return []
    return [{"sha256": page.file_id, "name": page.file_name, "role": "form"}]


def silent(versions: "QuerySet[Version]") -> set[int]:
    """Those of the versions that say nothing themselves. One query, which reads hardly any content."""
    small = (
        versions.annotate(size=Length(Cast("content", TextField())))
        .filter(size__lte=EMPTY_CONTENT)
        .order_by()
    )
    return {pk for pk, content in small.values_list("pk", "content") if not says_something(content)}


def says_something(content: stream.Content) -> bool:
    """Whether a document has a text of its own worth the name."""
    letters = 0
    for section in content.get("sections", ()):
        for block in section.get("blocks", ()):
            letters += sum(c.isalnum() for c in block_text(block))
            if letters >= SAYS_SOMETHING:
                return True
    return False


# -- expecting them


def expect(document: int, files: Iterable[dict[str, Any]]) -> None:
    """Has the background process read those of the files that were not read yet. Called inside the step that hangs them on the document."""
    expect_many([(document, file["sha256"]) for file in files])


def expect_many(wanted: Sequence[tuple[int, str]]) -> int:
    """The same for (document, SHA-256) of many documents. Returns how many files are new."""
    digests = {sha256 for _, sha256 in wanted}
    if not digests:
        return 0
    known = set(FileText.objects.filter(pk__in=digests).values_list("pk", flat=True))
    new = set(StoredFile.objects.filter(pk__in=digests - known).values_list("pk", flat=True))
    FileText.objects.bulk_create(
        [FileText(file_id=sha256) for sha256 in sorted(new)], ignore_conflicts=True
    )
    hanging = FileText.documents.through
    rows = [
        hanging(filetext_id=sha256, documentpage_id=document)
        for document, sha256 in dict.fromkeys(wanted)
        if sha256 in known | new
    ]
    hanging.objects.bulk_create(rows, ignore_conflicts=True)
    return len(new)


def expect_all(*, again: bool = False) -> int:
    """Expects the files of every document, and has read again what an older reader read, or what failed for want of a program that
    is here now (`again`: everything). Returns how many wait then."""
    speechless = silent(Version.objects.all())
    acts: dict[int, list[VersionAct]] = {}
    for act in VersionAct.objects.filter(kind=VersionAct.Kind.FILE_ADDED):
        acts.setdefault(act.version_id, []).append(act)
    wanted: list[tuple[int, str]] = []
    for version in (
        Version.objects.only("document_id", "files").order_by("pk").iterator(chunk_size=500)
    ):
        wanted += [
            (version.document_id, file["sha256"])
            for file in of_version(version, acts.get(version.pk, ()), speechless)
        ]
    for page in FormPage.objects.exclude(file=None).iterator(chunk_size=200):
        wanted += [(page.pk, file["sha256"]) for file in of_draft(page)]
    for start in range(0, len(wanted), 500):
        with transaction.atomic():
            expect_many(wanted[start : start + 500])
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
    """The programs of this machine that reading makes use of."""
    found = {
        TESSERACT: Recogniser().able,
        LIBREOFFICE: bool(find_soffice() or shutil.which("soffice")),
    }
    return [name for name, there in found.items() if there]


# -- reading them


def read_waiting(
    *, stop: Callable[[], bool] | None = None, done: Callable[[FileText], object] = lambda row: None
) -> int:
    """Reads what waits, oldest first, until `stop()` (without one: for a TURN). Returns how many files were read. Several processes
    may do so side by side."""
    take_up_killed()
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


def take_up_killed() -> int:
    """Puts back in line what readers that no longer live had begun; gives up what killed several. Returns how many."""
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
    if path.exists():
        for answer in readers.read([Job(path, row.file_id[:12], op="file")]):
            facts = answer.file or {"state": OF_REFUSAL.get(answer.reason, State.DAMAGED)}
    before = row.text
    row.state, row.text = State(facts["state"]), facts.get("text", "")
    row.cut, row.unread_pages = facts.get("cut", False), facts.get("unread_pages", 0)
    row.tools, row.reader, row.read_at = tools, READER, timezone.now()
    _keep(row, changed=row.text != before)


@transaction.atomic
def _keep(row: FileText, *, changed: bool) -> None:
    """Keeps what was found, unless somebody else did meanwhile, and tells the index of the documents."""
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


# -- what was read


def texts_of(files: Iterable[dict[str, Any]]) -> dict[str, str]:
    """{SHA-256: text} of those of the files that have one. One query."""
    digests = {file["sha256"] for file in files}
    return (
        dict(FileText.objects.filter(pk__in=digests).exclude(text="").values_list("pk", "text"))
        if digests
        else {}
    )
