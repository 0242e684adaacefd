"""Taking a batch back: every draft that is still as it was imported is undone."""

from django.utils import timezone
from django.utils.translation import gettext as _

from procedures import lifecycle
from procedures.importing.intake import mark_changed, restore
from procedures.importing.known import refresh_duplicates
from procedures.importing.rights import require
from procedures.models import DocumentPage, ImportBatch, ImportItem
from qms import locks
from qms.errors import Refused
from qms.models import User
from qms.proof import journal

State = ImportItem.State


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
    require(by, batch.agency)
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
            _take_back_form(item, by)
            if item.role == ImportItem.Role.COMPANION
            else kept_because(item)
        )
        if why:
            kept.append((item.name, why))
            continue
        if item.role == ImportItem.Role.DOCUMENT:
            _undo(item, by)
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


def _take_back_form(item: ImportItem, by: User) -> str:
    """Undoes what `companions.attach` made of a form's file; why not, where it can't be."""
    if item.version_id is not None:
        return _("đã gắn vào một phiên bản")
    why = kept_because(item)
    if not why:
        _undo(item, by)
    return why


def _undo(item: ImportItem, by: User) -> None:
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
