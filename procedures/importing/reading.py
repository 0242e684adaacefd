"""Reading the files of a batch in the background. Every step may run twice without harm."""

import atexit
import threading

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from procedures import telling
from procedures.derived import pictures
from procedures.flag_words import worded
from procedures.importing import joining, strangers, teaching
from procedures.importing.intake import keep_pictures, with_defaults
from procedures.importing.known import Facts, later_draft, match, same_file
from procedures.importing.rights import records
from procedures.models import DocumentPage, ImportItem
from procedures.sandbox.readers import Answer, Job, Readers
from qms.proof import store

State = ImportItem.State
_one_at_a_time = threading.Lock()
_kept: list[Readers] = []  # the worker's own reading process, kept from task to task


@task(queue_name="imports")
def read_item(pk: int) -> str:
    """Reads one file of a batch and returns its new state; an item that needs no
    reading is unchanged."""
    item = begin(pk)
    if item is None:
        return "nothing to read"
    with _one_at_a_time:
        for answer in _reader().read([job(item)]):
            finish(item, answer)
            pictures.enqueue_missing([picture.sha256 for picture in answer.pictures.values()])
    return ImportItem.objects.values_list("state", flat=True).get(pk=pk)


def _reader() -> Readers:
    if not _kept:
        _kept.append(Readers(1))
        atexit.register(_kept[0].close)
    return _kept[0]


def begin(pk: int) -> ImportItem | None:
    """Marks an item as being read; None if it needs no reading any more. A second worker, or one
    after a kill, may do so again."""
    with transaction.atomic():
        item = (
            ImportItem.objects.select_for_update(of=("self",), no_key=True)
            .select_related("batch__agency", "batch__by")
            .filter(pk=pk)
            .first()
        )
        if item is None or item.state not in {State.WAITING, State.READING} or item.file_id is None:
            return None
        item.state = State.READING
        item.save(update_fields=["state"])
    return item


def job(item: ImportItem) -> Job:
    path = store.path_of(item.sha256)
    if item.role == ImportItem.Role.COMPANION:
        return Job(path, item.name, op="text")
    return Job(path, item.name, rules=teaching.rules_of(item.batch.agency))


def finish(item: ImportItem, answer: Answer) -> None:
    """Stores what the reader found. Idempotent."""
    if answer.reading is not None:
        keep_pictures(answer.pictures)
    with transaction.atomic():
        item = (
            ImportItem.objects.select_for_update(of=("self",), no_key=True)
            .select_related("batch__agency", "batch__by")
            .get(pk=item.pk)
        )
        if item.state != State.READING:
            return
        if item.role == ImportItem.Role.COMPANION:
            item.heavy, item.reading, item.error, item.state = (
                {"text": answer.text},
                {},
                "",
                State.READ,
            )
        elif answer.reading is None:
            item.error, item.state, item.done_at = answer.refused, State.REFUSED, timezone.now()
        else:
            _found(item, answer)
        item.save()
        telling.import_read(item.batch)


def _found(item: ImportItem, answer: Answer) -> None:
    assert answer.reading is not None
    twin = same_file(item.batch.agency, item.sha256)
    before = (
        item.batch.items.filter(sha256=item.sha256, pk__lt=item.pk)
        .exclude(state=State.SKIPPED)
        .first()
    )
    item.error = ""
    if twin is not None:
        item.document, item.state, item.done_at = twin.document, State.UNCHANGED, timezone.now()
        item.error = _("Tệp này đã được nhập trước đây; không có gì thay đổi.")
        if later := later_draft(twin):
            item.error = worded(later)
    elif before is not None:
        item.state, item.done_at = State.UNCHANGED, timezone.now()
        item.error = _("Tệp này giống hệt tệp “%(name)s” trong cùng đợt nhập.") % {
            "name": before.name
        }
    elif (facts := with_defaults(answer.reading)) and (page := _already(item, facts)):
        turn = item.reading.get("round")
        unchanged(item, page)
        if turn:  # so that the report of what was read again counts it
            item.reading = {"round": turn, "changed": [["state", "read", "unchanged"]]}
    else:
        facts["warnings"] += strangers.flags(item.batch.agency, facts)
        pictures = {
            named: {"sha256": p.sha256, "name": p.name, "mime": p.mime}
            for named, p in answer.pictures.items()
        }
        taught, turn = item.reading.get("again"), item.reading.get("round")
        before = item.reading.get("facts") if taught is not None else None
        item.heavy = {
            "content": facts.pop("content"),
            "pictures": pictures,
            "original": answer.original,
            "lines": answer.lines,
        }
        item.reading = {"facts": facts}
        if helped := teaching.rules_that_helped(item, facts):
            item.reading["rules"] = helped
        if before is not None:
            item.reading |= {"changed": teaching.changes(before, facts), "taught": taught}
            item.reading |= {"round": turn} if turn else {}
            item.corrections = teaching.still_needed(item.corrections, facts)
        item.state = State.READ


def _already(item: ImportItem, facts: Facts) -> DocumentPage | None:
    """The document whose newest draft says all that this file says; None where the batch
    records versions."""
    if records(item.batch):
        return None
    known = match(item.batch.agency, facts)
    return joining.same_already(item.batch.agency, known.pk if known else None, facts)


def unchanged(item: ImportItem, page: DocumentPage) -> None:
    """Marks a file, not saved, as saying nothing that the document does not say already."""
    item.document, item.state, item.done_at = page, State.UNCHANGED, timezone.now()
    item.error = _("Nội dung tệp này giống hệt bản đang có của %(name)s; không có gì thay đổi.") % {
        "name": f"{page.code} {page.full_title}".strip()
    }
    item.reading, item.heavy, item.corrections = {}, {}, {}
