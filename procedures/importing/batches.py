"""What happens to a batch of files that an officer hands in: taken in, read in the background, checked, accepted or left out.

Each step is one transaction, locks the item first and asks what state it is in, so that doing it twice does no harm."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures.importing import report, teaching
from procedures.importing.intake import (
    Outcome,
    put,
)
from procedures.importing.known import (
    Facts,
    same_file,
)
from procedures.importing.reading import read_item
from procedures.importing.reviewing import CORRECTED, facts_of
from procedures.importing.rights import held, locked, require, take_turn
from procedures.importing.sources import Source
from procedures.lifecycle import taking_in
from procedures.models import DocumentPage, ImportBatch, ImportItem
from procedures.word.rules import Rule
from procedures.word.teach import speaks_of
from qms.errors import Refused
from qms.models import Agency, User
from qms.proof import journal, store

State = ImportItem.State
MOST_FILES = 1_000  # of a batch
MOST_BYTES = 2 * 2**30


def create(agency: Agency, *, by: User, as_issued: bool = False) -> ImportBatch:
    """A new empty batch. `as_issued` holds while the agency takes papers in; afterwards its files make drafts."""
    require(by, agency)
    as_issued = as_issued and taking_in.is_open(agency)
    return ImportBatch.objects.create(agency=agency, by=by, as_issued=as_issued)


def add(batch: ImportBatch, source: Source, *, by: User) -> ImportItem:
    """Takes one file into the batch: kept in the store, to be read in the background, or refused with the reason."""
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
    """Keeps what the officer corrected. `corrections` may hold the fields of `CORRECTED` and `document` (an id, or "new")."""
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
    """Sets unit, post, visibility or kind of the files that wait, whatever else was corrected. Returns how many. Raises Refused for
    the wrong role."""
    count = 0
    for item in items:
        item = held(item, by)
        if item.state == State.READ and item.role == ImportItem.Role.DOCUMENT:
            item.corrections = {**item.corrections, **values}
            item.save(update_fields=["corrections"])
            count += 1
    return count


@journal.acts()
def accept(item: ImportItem, *, by: User) -> ImportItem:
    """Makes a draft of the file, or a version where the batch records what was issued on paper. Refused where it was dealt with."""
    turn = take_turn(item.batch.agency, by)
    item = locked(item)
    _need(item, State.READ)
    if item.role == ImportItem.Role.COMPANION:
        raise Refused(_("Hãy chọn tài liệu mà tệp “%(name)s” kèm theo.") % {"name": item.name})
    assert item.file is not None  # what was read is kept
    if same_file(turn.agency, item.sha256) is not None:
        raise Refused(_("Tệp “%(name)s” đã được nhập trong một đợt khác.") % {"name": item.name})
    facts: Facts = {**facts_of(item), "content": item.heavy["content"]}
    chosen = item.corrections.get("document")
    outcome = put(
        turn, facts, original=item.file, as_issued=item.batch.as_issued, fresh=chosen == "new",
        document=int(chosen) if chosen and chosen != "new" else None, beside=taken_in(item.batch),
    )  # fmt: skip
    _accepted(item, outcome, facts)
    return item


def taken_in(batch: ImportBatch) -> set[int]:
    """The documents that files of this batch became."""
    found = batch.items.filter(state=State.ACCEPTED, document__isnull=False)
    return set(found.values_list("document", flat=True))


def _accepted(item: ImportItem, outcome: Outcome, facts: Facts) -> None:
    row = report.row(facts, "unchanged", url=report.url_of(outcome.document))
    item.reading, item.heavy = (
        {
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
    """Leaves a file out. It can be taken up again."""
    item = held(item, by)
    _need(item, State.READ)
    item.state, item.done_at = State.SKIPPED, timezone.now()
    item.save(update_fields=["state", "done_at"])
    return item


@transaction.atomic
def reopen(item: ImportItem, *, by: User) -> ImportItem:
    """Takes a file that was left out, refused, or taken back up again: it is read anew."""
    item = held(item, by)
    _need(item, State.SKIPPED, State.REFUSED, State.TAKEN_BACK, State.WAITING, State.READING)
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
    """Keeps reading rules that the officer's correction of a file taught, and has the files of the batch with the same pattern read
    again, this one too. Returns how many. Raises Refused for the wrong role and for what is no rule."""
    item = held(item, by)
    _need(item, State.READ)
    for rule in rules:
        teaching.keep(item.batch.agency, rule, by=by, source=item.name)
    return read_again(item.batch, rules, by=by)


@transaction.atomic
def read_again(batch: ImportBatch, rules: list[Rule] | None, *, by: User) -> int:
    """Has the files that wait for the officer read again: those with the pattern of one of `rules`, all where None. Returns how many."""
    require(by, batch.agency)
    waiting = batch.items.filter(state=State.READ, role=ImportItem.Role.DOCUMENT)
    count = 0
    for item in waiting.select_for_update(of=("self",)).iterator(chunk_size=50):
        lines = teaching.lines_of(item.heavy)
        if rules is not None and not any(speaks_of(rule, lines) for rule in rules):
            continue
        item.state, item.reading = State.WAITING, {**item.reading, "again": True}
        item.save(update_fields=["state", "reading"])
        read_item.enqueue(item.pk)
        count += 1
    return count


def accept_many(
    items: Iterable[ImportItem], *, by: User, seconds: float = 15
) -> tuple[int, int, list[str]]:
    """Accepts one after the other, each in its own transaction, for so long. Returns how many were accepted, how many were not
    reached, and why others were refused."""
    accepted, left, problems, until = 0, 0, [], time.monotonic() + seconds
    for item in items:
        if time.monotonic() > until:
            left += 1
            continue
        try:
            accept(item, by=by)
            accepted += 1
        except Refused as refusal:
            problems.append(str(refusal))
    return accepted, left, problems


def scratch_file(folder: Path, chunks: Iterable[bytes]) -> Path:
    """An uploaded file under a name of ours."""
    target = folder / f"upload-{time.monotonic_ns()}"
    with target.open("wb") as out:
        for chunk in chunks:
            out.write(chunk)
    return target
