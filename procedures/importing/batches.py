"""Steps of a batch of files that an officer uploads: added, read in the background, checked,
accepted or skipped.

Each step is one transaction that first locks the item and checks its state, so repeating it
is harmless."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures.importing import joining, report, teaching
from procedures.importing.intake import (
    Outcome,
    put,
)
from procedures.importing.known import (
    Facts,
    match,
    same_file,
)
from procedures.importing.reading import read_item, unchanged
from procedures.importing.reviewing import CORRECTED, facts_of
from procedures.importing.rights import held, locked, records, require, take_turn
from procedures.importing.sources import Source
from procedures.lifecycle import taking_in
from procedures.models import DocumentPage, ImportBatch, ImportItem
from procedures.word.rules import Rule
from procedures.word.teach import Told
from qms.errors import Refused
from qms.models import Agency, User
from qms.proof import journal, store

State = ImportItem.State
Shown = Mapping[int, int | None]  # item -> document that it joins, both by ID
MOST_FILES = 1_000  # per batch
MOST_BYTES = 2 * 2**30


def create(agency: Agency, *, by: User, as_issued: bool = False) -> ImportBatch:
    """Creates an empty batch. `as_issued` is dropped unless the agency is still taking papers in;
    its files then become drafts. Raises Refused for the wrong role."""
    require(by, agency)
    as_issued = as_issued and taking_in.is_open(agency)
    return ImportBatch.objects.create(agency=agency, by=by, as_issued=as_issued)


def add(batch: ImportBatch, source: Source, *, by: User) -> ImportItem:
    """Adds one file: stores it and queues its reading, or keeps it as refused, with the reason.
    Raises Refused for the wrong role and for a batch that was taken back."""
    require(by, batch.agency)
    if batch.taken_back_at is not None:
        raise Refused(_("Đợt nhập này đã được rút lại. Hãy tạo đợt nhập mới."))
    problem, data = source.problem, b""
    if not problem and source.sort == "other":
        problem = _(
            "Tệp “%(name)s” không phải tài liệu Word, tệp PDF hay bảng tính Excel. Hãy chọn tệp .docx, .doc, .odt hoặc .rtf."
        ) % {"name": source.name}
    if not problem and source.path is not None:
        data = source.path.read_bytes()
        problem = _no_room(batch, len(data))
        if not data:
            problem = _(
                "Tệp “%(name)s” rỗng, không có nội dung. Hãy lấy lại tệp gốc rồi nhập lại."
            ) % {"name": source.name}
    if problem:
        return ImportItem.objects.create(
            batch=batch,
            name=source.name,
            state=State.REFUSED,
            error=problem,
            done_at=timezone.now(),
        )
    stored = store.add(data)
    role = ImportItem.Role.COMPANION if source.sort == "companion" else ImportItem.Role.DOCUMENT
    with transaction.atomic():
        item = ImportItem.objects.create(
            batch=batch, name=source.name, file=stored, sha256=stored.pk, role=role
        )
        read_item.enqueue(item.pk)
    return item


def _no_room(batch: ImportBatch, size: int) -> str:
    held = batch.items.aggregate(total=Sum("file__size"))["total"] or 0
    if batch.items.count() >= MOST_FILES or held + size > MOST_BYTES:
        return _("Đợt nhập đã đủ %(files)s tệp hoặc %(size)s GB. Hãy tạo đợt nhập mới cho các tệp còn lại.") % {
            "files": MOST_FILES, "size": MOST_BYTES // 2**30,
        }  # fmt: skip
    return ""


# -- the officer's steps


_DONE = {
    State.WAITING: lambda: _("Tệp “%(name)s” chưa được đọc xong."),
    State.READING: lambda: _("Tệp “%(name)s” chưa được đọc xong."),
    State.REFUSED: lambda: _("Tệp “%(name)s” không đọc được nên không nhận được."),
    State.UNCHANGED: lambda: _("Tệp “%(name)s” đã có từ trước, không cần nhận."),
    State.ACCEPTED: lambda: _("Tệp “%(name)s” đã được nhận."),
    State.SKIPPED: lambda: _("Tệp “%(name)s” đã được bỏ qua."),
    State.TAKEN_BACK: lambda: _("Tệp “%(name)s” đã được rút lại."),
}


def _need(item: ImportItem, *states: str) -> None:
    if item.state not in states:
        raise Refused(_DONE[State(item.state)]() % {"name": item.name})


@transaction.atomic
def correct(item: ImportItem, corrections: dict[str, Any], *, by: User) -> ImportItem:
    """Stores the officer's corrections: fields of `CORRECTED`, and `document` (an ID, or "new");
    other keys are dropped. Raises Refused for the wrong role or state, and for a document of
    another agency."""
    item = held(item, by)
    _need(item, State.READ)
    chosen = corrections.get("document")
    if (
        chosen
        and chosen != "new"
        and not DocumentPage.objects.filter(agency=item.batch.agency, pk=chosen).exists()
    ):
        raise Refused(_("Không tìm thấy tài liệu đã chọn trong cơ quan này."))
    item.corrections = {
        name: value for name, value in corrections.items() if name in {*CORRECTED, "document"}
    }
    item.save(update_fields=["corrections"])
    return item


@transaction.atomic
def set_many(items: Iterable[ImportItem], values: dict[str, Any], *, by: User) -> int:
    """Merges `values` (unit, post, visibility, kind) into the corrections of those documents that
    await review. Returns how many. Raises Refused for the wrong role."""
    count = 0
    for item in items:
        item = held(item, by)
        if item.state == State.READ and item.role == ImportItem.Role.DOCUMENT:
            item.corrections = {**item.corrections, **values}
            item.save(update_fields=["corrections"])
            count += 1
    return count


@journal.acts()
def accept(item: ImportItem, *, by: User, shown: Shown | None = None) -> ImportItem:
    """Makes a draft of the file, or a version where the batch records what was issued on paper;
    UNCHANGED if the document already says all of it, as are the same files that wait in other
    batches. `shown`: the documents that the officer saw the files join.

    Raises Refused for the wrong role, for a file not in state READ, for a companion, for a file
    that another batch already imported, and for one that would join another document than shown."""
    turn = take_turn(item.batch.agency, by)
    item = locked(item)
    _need(item, State.READ)
    if item.role == ImportItem.Role.COMPANION:
        raise Refused(_("Hãy chọn tài liệu mà tệp “%(name)s” kèm theo.") % {"name": item.name})
    assert item.file is not None  # a file that was read is stored
    if same_file(turn.agency, item.sha256) is not None:
        raise Refused(_("Tệp “%(name)s” đã được nhập trong một đợt khác.") % {"name": item.name})
    facts: Facts = {**facts_of(item), "content": item.heavy["content"]}
    key = _target(item, facts)
    held = None if records(item.batch) else joining.same_already(turn.agency, key, facts)
    if held is not None:
        unchanged(item, held)
        item.save()
        return item
    if shown is not None and key not in (None, shown.get(item.pk)):
        raise Refused(_joins_now(item, key))
    outcome = put(
        turn, facts, original=item.file, as_issued=item.batch.as_issued, document=key, fresh=key is None
    )  # fmt: skip
    _accepted(item, outcome, facts)
    _settle_twins(item)
    return item


def _joins_now(item: ImportItem, key: int | None) -> str:
    page = DocumentPage.objects.get(pk=key)
    return _(
        "Tệp “%(name)s” nay thành bản mới của “%(document)s”, vừa có từ tệp khác. Hãy so sánh hai bản rồi nhận."
    ) % {"name": item.name, "document": f"{page.code} {page.full_title}".strip()}


def _target(item: ImportItem, facts: Facts) -> int | None:
    """The ID of the document that the officer chose, or that the file belongs to; None for a
    new one."""
    if chosen := item.corrections.get("document"):
        return None if chosen == "new" else int(chosen)
    found = match(item.batch.agency, facts, same_batch=taken_in(item.batch))
    return found.pk if found else None


def _settle_twins(item: ImportItem) -> None:
    """Marks the same file where it waits in other batches of the agency as there already."""
    twins = ImportItem.objects.filter(
        batch__agency=item.batch.agency, sha256=item.sha256, state=State.READ, role=item.role
    )
    twins.exclude(pk=item.pk).update(
        document=item.document, state=State.UNCHANGED, done_at=timezone.now(), reading={}, heavy={}, corrections={},
        error=_("Tệp này đã được nhập ở đợt nhập số %(number)s; không có gì thay đổi.") % {"number": item.batch_id},
    )  # fmt: skip


def taken_in(batch: ImportBatch) -> set[int]:
    """IDs of the documents that accepted files of this batch belong to."""
    found = batch.items.filter(state=State.ACCEPTED, document__isnull=False)
    return set(found.values_list("document", flat=True))


def _accepted(item: ImportItem, outcome: Outcome, facts: Facts) -> None:
    row = report.row(facts, "unchanged", url=report.url_of(outcome.document))
    kept = {name: item.reading[name] for name in teaching.KEPT if name in item.reading}
    item.reading, item.heavy = (
        {
            **kept,
            "report": row,
            "warnings": outcome.warnings,
            "before": outcome.before,
            "open_before": outcome.open_before,
        },
        {"original": item.heavy.get("original", "")},
    )
    item.document, item.revision_id, item.version = (
        outcome.document,
        outcome.revision_id,
        outcome.version,
    )
    item.state, item.done_at = State.ACCEPTED, timezone.now()
    item.save()


@transaction.atomic
def skip(item: ImportItem, *, by: User) -> ImportItem:
    """Skips a file; `reopen` undoes it. Raises Refused for the wrong role or state."""
    item = held(item, by)
    _need(item, State.READ)
    item.state, item.done_at = State.SKIPPED, timezone.now()
    item.save(update_fields=["state", "done_at"])
    return item


@transaction.atomic
def reopen(item: ImportItem, *, by: User) -> ImportItem:
    """Queues a file that was skipped, refused, taken back or there already, or whose reading is
    stuck, to be read again. Raises Refused for the wrong role or state, and where the file was
    not kept."""
    item = held(item, by)
    _need(item, *(set(State.values) - {State.READ, State.ACCEPTED}))
    if item.file_id is None:
        raise Refused(
            _("Tệp “%(name)s” không được giữ lại. Hãy tải lên lại.") % {"name": item.name}
        )
    item.state, item.error, item.done_at = State.WAITING, "", None
    item.document, item.revision_id = None, None
    item.save()
    read_item.enqueue(item.pk)
    return item


@transaction.atomic
def teach(item: ImportItem, rules: list[Rule], *, by: User) -> int:
    """Stores reading rules learnt from the officer's corrections, and queues the files of the batch
    that match one of them, this one included. Returns how many. Raises Refused for the wrong role
    or state, and for an invalid rule."""
    take_turn(
        item.batch.agency, by
    )  # one rule for each label, also when two files teach it at once
    item = locked(item)
    _need(item, State.READ)
    for rule in rules:
        teaching.keep(item.batch.agency, rule, by=by, source=item.name)
    return read_again(item.batch, rules, by=by)


@transaction.atomic
def read_again(batch: ImportBatch, rules: list[Rule] | None, *, by: User) -> int:
    """Queues files that await review to be read again: those that match one of `rules`, or all if
    None. Returns how many."""
    require(by, batch.agency)
    waiting = batch.items.filter(state=State.READ, role=ImportItem.Role.DOCUMENT)
    count, turn = 0, timezone.now().isoformat()
    for item in waiting.select_for_update(of=("self",), no_key=True).iterator(chunk_size=50):
        told = Told(teaching.lines_of(item.heavy))
        speaking = [rule for rule in rules or () if told.speaks(rule)]
        if rules is not None and not speaking:
            continue
        again = [[rule.kind, rule.meaning, rule.phrase] for rule in speaking]
        before = {k: v for k, v in item.reading.items() if k not in ("changed", "taught")}
        item.state, item.reading = State.WAITING, {**before, "again": again, "round": turn}
        item.save(update_fields=["state", "reading"])
        read_item.enqueue(item.pk)
        count += 1
    return count


@dataclass
class Done:
    """What accepting many files did: how many were accepted, how many were not reached, what is
    said of those that change nothing, and the reasons of refusals."""

    accepted: int = 0
    left: int = 0
    unchanged: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def accept_many(
    items: Iterable[ImportItem], *, by: User, seconds: float = 15, shown: Shown | None = None
) -> Done:
    """Accepts files one by one, each in its own transaction, for at most `seconds`."""
    done, until = Done(), time.monotonic() + seconds
    for item in items:
        if time.monotonic() > until:
            done.left += 1
            continue
        try:
            after = accept(item, by=by, shown=shown)
            if after.state == State.UNCHANGED:
                done.unchanged.append(f"{after.name}: {after.error}")
            else:
                done.accepted += 1
        except Refused as refusal:
            done.problems.append(str(refusal))
    return done


def scratch_file(folder: Path, chunks: Iterable[bytes]) -> Path:
    """Writes an upload into `folder` under a generated name and returns its path."""
    target = folder / f"upload-{time.monotonic_ns()}"
    with target.open("wb") as out:
        for chunk in chunks:
            out.write(chunk)
    return target
