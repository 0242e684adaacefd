"""Files sent by devices in pieces, so that a broken connection costs one piece rather than the
whole file."""

import datetime
import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from audits import rules
from audits.lifecycle.common import check, locked
from audits.lifecycle.on_site import keep_file
from audits.models import Audit, Evidence, HalfFile, Piece, SetAside
from qms.clock import now
from qms.errors import Refused
from qms.models import User
from qms.proof import store, uploads
from qms.text.names import clean_name

LARGEST_PIECE = 1024 * 1024
# Of files that are not complete, per person and audit
MOST_HALVES, MOST_BYTES = 300, 500 * 1024 * 1024
KEPT = datetime.timedelta(days=31)


@dataclass(frozen=True)
class Arrived:
    """Number of bytes received; `kept` is the evidence once complete, `aside` whether it was
    set aside."""

    arrived: int
    kept: int | None = None
    aside: bool = False


def take_piece(
    audit: Audit,
    entry: uuid.UUID,
    *,
    item: int,
    name: str,
    size: int,
    start: int,
    data: bytes,
    by: User,
) -> Arrived:
    """Adds a piece to a file. A piece that does not begin where the last one ended is ignored: the
    result says where to continue. An unusable file is deleted, and Refused gives the reason.

    A complete file is prepared between two transactions, so that no lock waits for a photo to be
    decoded. Whoever sends anything of a file that stayed complete in between finishes it."""
    try:
        so_far = _take_piece(audit, entry, item, clean_name(name), size, start, data, by)
        if so_far.kept is not None or so_far.aside or so_far.arrived < size:
            return so_far
        return _finish(audit, entry, size, by, _prepared(audit, entry, size, by))
    except Refused:
        HalfFile.objects.filter(pk=entry, audit=audit, by=by).delete()
        raise


@transaction.atomic
def _take_piece(
    audit: Audit,
    entry: uuid.UUID,
    item: int,
    name: str,
    size: int,
    start: int,
    data: bytes,
    by: User,
) -> Arrived:
    audit = locked(audit)  # serializes pieces, also of files that are just starting or ending
    check(rules.may_hand_in(by, audit), _("Bạn không thuộc đoàn của cuộc đánh giá này."))
    whole = _whole(entry, audit, size)
    if whole is not None:
        return whole
    half = _half(audit, entry, item, name, size, by)
    if start != half.arrived or not data:
        return Arrived(half.arrived)
    check(
        len(data) <= LARGEST_PIECE and start + len(data) <= half.size,
        _("Máy gửi tệp “%(name)s” không đúng kích thước. Hãy chọn lại tệp.") % {"name": name},
    )
    if start == 0:
        uploads.refuse_kind(store.mime_of(data), name)
    Piece.objects.create(of=half, start=start, data=data)
    half.arrived += len(data)
    half.save(update_fields=["arrived"])
    return Arrived(half.arrived)


def _prepared(audit: Audit, entry: uuid.UUID, size: int, by: User) -> uploads.PreparedUpload | None:
    """The complete file, read before any lock is taken; None if another request has finished or
    deleted it by now."""
    half = HalfFile.objects.filter(pk=entry, audit=audit, by=by, size=size).first()
    if half is None:
        return None
    data = b"".join(bytes(one) for one in half.pieces.values_list("data", flat=True))
    return uploads.prepare(ContentFile(data, name=half.name)) if len(data) == size else None


@transaction.atomic
def _finish(
    audit: Audit, entry: uuid.UUID, size: int, by: User, ready: uploads.PreparedUpload | None
) -> Arrived:
    audit = locked(audit)
    whole = _whole(entry, audit, size)
    if whole is not None:
        return whole
    half = HalfFile.objects.filter(pk=entry, audit=audit, by=by).first()
    if half is None or ready is None:
        return Arrived(half.arrived if half is not None else 0)
    kept = keep_file(audit, half.item, ready, entry=half.pk, by=by)
    half.delete()
    if isinstance(kept, Evidence):
        return Arrived(half.size, kept.pk)
    return Arrived(half.size, aside=True)


def _whole(entry: uuid.UUID, audit: Audit, size: int) -> Arrived | None:
    """The result for a file that was already received; None if it was not."""
    kept = Evidence.objects.filter(entry=entry, audit=audit).first()
    if kept is not None:
        return Arrived(size, kept.pk)
    aside = SetAside.objects.filter(entry=entry, audit=audit).exists()
    return Arrived(size, aside=True) if aside else None


def _half(audit: Audit, entry: uuid.UUID, item: int, name: str, size: int, by: User) -> HalfFile:
    half = HalfFile.objects.select_for_update(no_key=True).filter(pk=entry).first()
    if half is None:
        check(
            0 < size <= uploads.LARGEST,
            _("Tệp “%(name)s” lớn hơn %(size)d MB. Hãy giảm kích thước rồi gửi lại.")
            % {"name": name, "size": uploads.LARGEST // 1024 // 1024},
        )
        HalfFile.objects.filter(at__lt=now() - KEPT).delete()
        begun = HalfFile.objects.filter(audit=audit, by=by).aggregate(
            n=Count("pk"), size=Sum("size")
        )
        check(
            begun["n"] < MOST_HALVES and (begun["size"] or 0) + size <= MOST_BYTES,
            _("Quá nhiều tệp đang gửi dở. Hãy để máy gửi xong rồi thêm tệp."),
        )
        return HalfFile.objects.create(
            pk=entry, audit=audit, item=item, by=by, name=name, size=size
        )
    check(
        (half.audit_id, half.by_id, half.size) == (audit.pk, by.pk, size),
        _("Mã của tệp này đã dùng ở nơi khác. Hãy chọn lại tệp."),
    )
    return half
