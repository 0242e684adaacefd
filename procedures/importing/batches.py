"""What happens to a batch of files that an officer hands in: taken in, read in the background, checked, accepted or left out.

Each step is one transaction, locks the item first and asks what state it is in, so that doing it twice does no harm."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures import lifecycle, rules
from procedures.importing import companions, report
from procedures.importing.intake import (
    Outcome,
    keep_pictures,
    mark_changed,
    put,
    restore,
    with_defaults,
)
from procedures.importing.known import (
    CodeIndex,
    DocumentRef,
    Facts,
    duplicate_warning,
    match,
    refresh_duplicates,
    same_file,
)
from procedures.importing.sources import Source
from procedures.models import REMARKS, DocumentPage, ImportBatch, ImportItem
from procedures.sandbox.readers import Answer, Job
from qms import locks
from qms.errors import Refused
from qms.models import Agency, User
from qms.proof import journal, store
from qms.text.codes import code_key

State = ImportItem.State
MOST_FILES = 1_000  # of a batch
MOST_BYTES = 2 * 2**30
CORRECTED = (
    "code",
    "title",
    "kind",
    "issue_number",
    "revision_number",
    "issued_on",
    "effective_on",
    "signers",
    "unit",
)


def create(agency: Agency, *, by: User, as_issued: bool = False) -> ImportBatch:
    """A new empty batch."""
    _may(by, agency)
    return ImportBatch.objects.create(agency=agency, by=by, as_issued=as_issued)


def _may(by: User | None, agency: Agency) -> None:
    if by is not None and not rules.may_import(by, agency):
        raise Refused(_("Chỉ thư ký ISO của %(agency)s được nhập tệp.") % {"agency": agency})


def add(batch: ImportBatch, source: Source, *, by: User) -> ImportItem:
    """Takes one file into the batch: kept in the store, to be read in the background, or refused with the reason."""
    from procedures.tasks import read_item  # noqa: PLC0415 - that module imports this one

    _may(by, batch.agency)
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


# -- reading


def begin_reading(pk: int) -> ImportItem | None:
    """Takes an item up for reading; None where it needs none any more. A second reader, or one after a kill, may take it again."""
    with transaction.atomic():
        item = (
            ImportItem.objects.select_for_update(of=("self",))
            .select_related("batch__agency")
            .filter(pk=pk)
            .first()
        )
        if item is None or item.state not in {State.WAITING, State.READING} or item.file_id is None:
            return None
        item.state = State.READING
        item.save(update_fields=["state"])
    return item


def job_of(item: ImportItem) -> Job:
    op = "text" if item.role == ImportItem.Role.COMPANION else "read"
    return Job(store.path_of(item.sha256), item.name, op=op)


def finish_reading(item: ImportItem, answer: Answer) -> None:
    """Writes down what the reader found. Reading the same item twice gives the same item."""
    if answer.reading is not None:
        keep_pictures(answer.pictures)
    with transaction.atomic():
        item = (
            ImportItem.objects.select_for_update(of=("self",))
            .select_related("batch__agency")
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
    elif before is not None:
        item.state, item.done_at = State.UNCHANGED, timezone.now()
        item.error = _("Tệp này giống hệt tệp “%(name)s” trong cùng đợt nhập.") % {
            "name": before.name
        }
    else:
        facts = with_defaults(answer.reading)
        pictures = {
            named: {"sha256": p.sha256, "name": p.name, "mime": p.mime}
            for named, p in answer.pictures.items()
        }
        item.heavy = {
            "content": facts.pop("content"),
            "pictures": pictures,
            "original": answer.original,
        }
        item.reading = {"facts": facts}
        item.state = State.READ


# -- what the officer sees


def facts_of(item: ImportItem) -> Facts:
    """The facts as read, with the officer's corrections, and the warnings that these settle left out."""
    read = item.reading["facts"]
    changed = {name: item.corrections[name] for name in CORRECTED if name in item.corrections}
    if not changed:
        return read
    facts = {**read, **changed}
    settled = set()
    if facts["code"].strip():
        settled.add("missing_code")
    if facts["issued_on"]:
        settled.add("missing_date")
    if facts["title"] != read["title"]:
        settled.add("missing_title")
    facts["warnings"] = [w for w in facts["warnings"] if w["code"] not in settled]
    return with_defaults(facts)


@dataclass
class Reviewed:
    """A file as the officer sees it before accepting."""

    item: ImportItem
    facts: Facts
    target: (
        DocumentRef | None
    )  # the document that accepting would give a further issue of; None for a new one
    warnings: list[dict[str, Any]]  # the reader's, and who else bears this code

    @property
    def is_clean(self) -> bool:
        """Whether nothing needs a person's eye before it is accepted."""
        return all(w["code"] in REMARKS for w in self.warnings)


class Review:
    """The files of a batch that wait for the officer, seen together: two of them may bear one code."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch, self.shelf = batch, CodeIndex(batch.agency)
        self.items = list(
            batch.items.filter(state=State.READ, role=ImportItem.Role.DOCUMENT).defer("heavy")
        )
        self._facts = {item.pk: facts_of(item) for item in self.items}
        self._by_code: dict[str, list[tuple[int, DocumentRef]]] = {}
        for item in self.items:
            facts = self._facts[item.pk]
            key = code_key(facts["code"])
            self._by_code.setdefault(key, []).append(
                (item.pk, DocumentRef(None, key, facts["code"], facts["title"], item.name))
            )

    def of(self, item: ImportItem) -> Reviewed:
        facts = self._facts.get(item.pk) or facts_of(item)
        target, key = self._target(item, facts), code_key(facts["code"])
        others = self.shelf.holders(key, exclude=target.pk if target else None)
        others += [known for pk, known in self._by_code.get(key, []) if key and pk != item.pk]
        found = duplicate_warning(facts["code"], others)
        return Reviewed(item, facts, target, [*facts["warnings"], *([found] if found else [])])

    def all(self) -> list[Reviewed]:
        return [self.of(item) for item in self.items]

    def clean(self) -> list[ImportItem]:
        return [reviewed.item for reviewed in self.all() if reviewed.is_clean]

    def _target(self, item: ImportItem, facts: Facts) -> DocumentRef | None:
        chosen = item.corrections.get("document")
        if chosen == "new":
            return None
        if chosen:
            page = DocumentPage.objects.filter(agency=self.batch.agency, pk=chosen).first()
            return (
                DocumentRef(
                    page.pk, page.code_key, page.code, page.full_title, page.source_name, page.kind
                )
                if page
                else None
            )
        return match(self.batch.agency, facts, shelf=self.shelf)


# -- the officer's steps


def _locked(item: ImportItem, by: User) -> ImportItem:
    item = (
        ImportItem.objects.select_for_update(of=("self",))
        .select_related("batch__agency")
        .get(pk=item.pk)
    )
    _may(by, item.batch.agency)
    return item


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
    item = _locked(item, by)
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


@journal.acts()
def accept(item: ImportItem, *, by: User) -> ImportItem:
    """Makes a draft of the file, or a version where the batch records what was issued on paper. Refused where it was dealt with."""
    locks.hold(locks.Lock.IMPORTS, item.batch.agency_id)
    item = _locked(item, by)
    _need(item, State.READ)
    if item.role == ImportItem.Role.COMPANION:
        raise Refused(_("Hãy chọn tài liệu mà tệp “%(name)s” kèm theo.") % {"name": item.name})
    assert item.file is not None  # what was read is kept
    if same_file(item.batch.agency, item.sha256) is not None:
        raise Refused(_("Tệp “%(name)s” đã được nhập trong một đợt khác.") % {"name": item.name})
    facts, chosen = (
        {**facts_of(item), "content": item.heavy["content"]},
        item.corrections.get("document"),
    )
    outcome = put(
        item.batch.agency, facts, original=item.file, by=by, as_issued=item.batch.as_issued, fresh=chosen == "new",
        document=int(chosen) if chosen and chosen != "new" else None,
    )  # fmt: skip
    _accepted(item, outcome, facts)
    return item


def _accepted(item: ImportItem, outcome: Outcome, facts: Facts) -> None:
    row = report.row(facts, "unchanged", url=report.url_of(outcome.document))
    item.reading, item.heavy = (
        {"report": row, "warnings": outcome.warnings, "before": outcome.before},
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
    item = _locked(item, by)
    _need(item, State.READ)
    item.state, item.done_at = State.SKIPPED, timezone.now()
    item.save(update_fields=["state", "done_at"])
    return item


@transaction.atomic
def reopen(item: ImportItem, *, by: User) -> ImportItem:
    """Takes a file that was left out, refused, or taken back up again: it is read anew."""
    from procedures.tasks import read_item  # noqa: PLC0415 - that module imports this one

    item = _locked(item, by)
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


# -- taking back


def kept_because(item: ImportItem) -> str:
    """Why the draft of an accepted file can't be taken back; empty where it can."""
    page = item.document
    if item.version_id is not None:
        return _(
            "đã ghi nhận thành phiên bản; muốn bỏ, hãy hủy phiên bản ghi nhầm ở trang tài liệu"
        )
    if page is None:
        return _("bản thảo đã bị xóa")
    if page.issued_revision_id == item.revision_id or (
        item.reading.get("before") is None and page.versions.exists()
    ):
        return _("đã được ban hành")
    if page.latest_revision_id != item.revision_id:
        return _("đã có người sửa sau khi nhập")
    if page.workflow_in_progress:
        return _("đang được xem xét, phê duyệt")
    return ""


@journal.acts()
def take_back(batch: ImportBatch, *, by: User) -> tuple[int, list[tuple[str, str]]]:
    """Undoes every draft of the batch that is still as it was imported: new documents are deleted, others get back their draft
    from before. Returns how many were undone, and (file, why) for those that stay. The files themselves stay in the store."""
    locks.hold(locks.Lock.IMPORTS, batch.agency_id)
    batch = (
        ImportBatch.objects.select_for_update(of=("self",))
        .select_related("agency")
        .get(pk=batch.pk)
    )
    _may(by, batch.agency)
    if batch.taken_back_at is not None:
        raise Refused(_("Đợt nhập này đã được rút lại rồi."))
    undone, kept = 0, []
    for pk in list(
        batch.items.filter(state=State.ACCEPTED).order_by("-pk").values_list("pk", flat=True)
    ):
        item = batch.items.select_for_update().get(
            pk=pk
        )  # anew: undoing one changes what another made of the same document
        why = (
            companions.take_back(item, by=by)
            if item.role == ImportItem.Role.COMPANION
            else kept_because(item)
        )
        if why:
            kept.append((item.name, why))
            continue
        if item.role == ImportItem.Role.DOCUMENT:
            undo(item, by)
        item.state, item.done_at = State.TAKEN_BACK, timezone.now()
        item.save(update_fields=["state", "done_at", "document"])
        undone += 1
    batch.items.filter(state__in=[State.WAITING, State.READING, State.READ]).update(
        state=State.SKIPPED, done_at=timezone.now()
    )
    if not kept:
        batch.taken_back_at = timezone.now()
        batch.save(update_fields=["taken_back_at"])
    journal.append(
        "import_taken_back",
        f"import:{batch.pk}",
        agency=batch.agency,
        by=by,
        undone=undone,
        kept=[name for name, _why in kept],
    )
    return undone, kept


def undo(item: ImportItem, by: User) -> None:
    assert item.document is not None, "only what was imported is taken back"
    page = item.document.specific
    agency, key = item.batch.agency, page.code_key
    before = item.reading.get("before")
    if before is None:
        item.document = None
        item.save(update_fields=["document"])
        lifecycle.delete_draft(page, by=by)
    else:
        was_issued = before == page.issued_revision_id
        restore(page, before, by=by)
        now = page.latest_revision_id
        ImportItem.objects.filter(document=page.pk, revision_id=before).update(revision_id=now)
        if was_issued:
            DocumentPage.objects.filter(pk=page.pk).update(issued_revision_id=now)
        mark_changed(page)
    for changed in {
        key,
        DocumentPage.objects.filter(pk=page.pk).values_list("code_key", flat=True).first() or "",
    }:
        refresh_duplicates(agency, changed)


def scratch_file(folder: Path, chunks: Iterable[bytes]) -> Path:
    """An uploaded file under a name of ours."""
    target = folder / f"upload-{time.monotonic_ns()}"
    with target.open("wb") as out:
        for chunk in chunks:
            out.write(chunk)
    return target
