"""Takes a batch back: undoes every draft that is still as it was imported.

Versions recorded from paper are struck out all together, and only while nothing was done with any
of them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import DO_NOTHING
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures import lifecycle, telling
from procedures.approval import withdrawing
from procedures.importing.intake import mark_changed, restore
from procedures.importing.known import refresh_duplicates
from procedures.importing.rights import require
from procedures.models import Amendment, DocumentPage, ImportBatch, ImportItem, Version, VersionAct
from qms import locks
from qms.approvals import queries
from qms.errors import Refused
from qms.models import User
from qms.proof import journal

State = ImportItem.State


def kept_because(item: ImportItem) -> str:
    """User-facing reason why the draft of an accepted file can't be taken back; empty if it can."""
    page = item.document
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


OF_THE_VERSION = (ImportItem, VersionAct, Amendment)  # rows that recording itself writes


def obstacles(items: Iterable[ImportItem]) -> dict[int, str]:
    """{item ID: reason} for items whose version can't be undone because something was done with
    it since."""
    return {item.pk: why for item in items if item.version_id and (why := _done_with(item))}


def _done_with(item: ImportItem) -> str:
    version, page = item.version, item.document
    assert version is not None and page is not None
    if version.acts.exclude(kind=VersionAct.Kind.FILE_ADDED).exists():
        return _("phiên bản đã bị thu hồi, khôi phục, hủy bỏ hoặc thu hẹp phạm vi xem")
    if page.versions.filter(ordinal__gt=version.ordinal).exists():
        return _("tài liệu đã có phiên bản sau đó")
    if page.latest_revision_id != item.revision_id:
        return _("đã có người sửa sau khi nhập")
    if queries.open_subjects([withdrawing.subject(version.pk), lifecycle.subject(page.pk)]):
        return _("đang được xem xét, phê duyệt")
    for relation in _relations():
        rows = relation.related_model._base_manager.filter(**{relation.field.name: version.pk})
        if rows.exists():
            return _("đã có “%(what)s” về phiên bản này") % {
                "what": relation.related_model._meta.verbose_name
            }
    return ""


def _relations() -> list[Any]:
    """Reverse relations of any app to versions, except histories and what recording
    itself writes."""
    return [
        relation
        for relation in Version._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
        and relation.on_delete is not DO_NOTHING
        and relation.related_model not in OF_THE_VERSION
    ]


def recorded(batch: ImportBatch) -> list[ImportItem]:
    """The files of the batch that became versions, newest first. One query."""
    rows = batch.items.filter(
        state=State.ACCEPTED, role=ImportItem.Role.DOCUMENT, version__isnull=False
    )
    return list(
        rows.select_related("document", "version")
        .defer("heavy", "version__content")
        .order_by("-pk")
    )


def _undo_recorded(batch: ImportBatch, by: User) -> tuple[int, list[tuple[str, str]]]:
    """Strikes out every version of the batch, or none if something was done with one. Returns
    (number undone, [(file, why)])."""
    items = recorded(batch)
    found = obstacles(items)
    if found:
        rest = _("cả đợt ghi nhận chỉ rút lại được cùng nhau")
        return 0, [(item.name, found.get(item.pk) or rest) for item in items]
    for item in items:
        _strike_out(item, by)
    if items:
        telling.import_undone(batch, len(items), by)
        journal.append(
            "import_undone", f"import:{batch.pk}", agency=batch.agency, by=by, versions=len(items)
        )
    return len(items), []


def _strike_out(item: ImportItem, by: User) -> None:
    """Strikes out the item's version and restores the draft from before the import."""
    version, page = item.version, item.document
    assert version is not None and page is not None
    reason = _("Rút lại đợt nhập số %(number)s") % {"number": item.batch_id}
    lifecycle.strike_out(version, reason=reason, by=by)
    page, before = page.specific, item.reading.get("before")
    drafters = set(page.revisions.exclude(user=None).values_list("user", flat=True))
    if before is not None:
        restore(page, before, by=by)
        page.refresh_from_db()
    was_issued = before is not None and not item.reading.get("open_before", True)
    DocumentPage.objects.filter(pk=page.pk).update(
        issued_revision_id=page.latest_revision_id if was_issued else None,
        drafters=[] if was_issued else sorted(drafters | set(page.drafters)),
    )
    mark_changed(page)
    refresh_duplicates(item.batch.agency, page.code_key)
    item.state, item.done_at = State.TAKEN_BACK, timezone.now()
    item.save(update_fields=["state", "done_at"])


@journal.acts()
def take_back(batch: ImportBatch, *, by: User) -> tuple[int, list[tuple[str, str]]]:
    """Undoes every draft of the batch that is still as it was imported: new documents are deleted,
    others get their previous draft back. Versions recorded from paper are struck out, all or none.
    Returns how many were undone, and [(file, why)] of those kept. The files stay in the store.
    Raises Refused for the wrong role and for a batch already taken back."""
    locks.hold(locks.Lock.IMPORTS, batch.agency_id)
    batch = (
        ImportBatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("agency")
        .get(pk=batch.pk)
    )
    require(by, batch.agency)
    if batch.taken_back_at is not None:
        raise Refused(_("Đợt nhập này đã được rút lại rồi."))
    undone, kept = _undo_recorded(batch, by)
    drafts = batch.items.filter(state=State.ACCEPTED).exclude(
        role=ImportItem.Role.DOCUMENT, version__isnull=False
    )
    for pk in list(drafts.order_by("-pk").values_list("pk", flat=True)):
        # Fresh: undoing one item changes what another made of the same document
        item = batch.items.select_for_update(no_key=True).get(pk=pk)
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
    """Undoes what `companions.attach` made of a form's file. Returns a user-facing reason if it
    can't, else an empty string."""
    if item.version_id is not None:
        struck_out = item.version is not None and lifecycle.is_struck_out(item.version)
        return "" if struck_out else _("đã gắn vào một phiên bản")
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
