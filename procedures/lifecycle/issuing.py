"""Issuing: the draft is copied into a version that nothing edits."""

import datetime
import hashlib
import json
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from procedures import rules, telling
from procedures.changes import amendments
from procedures.changes import lifecycle as change_requests
from procedures.lifecycle.codes import clashes
from procedures.lifecycle.copying import version_of
from procedures.lifecycle.drafting import revise_draft
from procedures.lifecycle.holding import hold, hold_codes
from procedures.models import DocumentPage, Version, searchable_files
from qms.errors import Refused
from qms.models import User
from qms.proof import journal
from search.queue import pending


def fingerprint(page: DocumentPage, changes: dict[str, Any]) -> str:
    """Names the draft as it is now, together with what issuing would change in it. Another one where either differs."""
    facts = [
        page.latest_revision_id,
        str(page.latest_revision_created_at),
        *(str(changes[name] or "") for name in sorted(changes)),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()[:32]


@transaction.atomic
def issue(
    page: DocumentPage,
    *,
    issued_on: datetime.date,
    effective_on: datetime.date | None = None,
    by: User | None,
    origin: str = Version.Origin.ISSUED,
    changes: dict[str, Any] | None = None,
    shown: str = "",
) -> Version:
    """Copies the newest draft into a version that nothing edits. In force from `effective_on` (the issue date without one).

    `changes`: fields of the draft that are written into it first. `shown`: the fingerprint that the person saw.

    Raises Refused for the wrong role, a draft that is not as shown or was issued already, a missing code or title, a code that
    another document of the agency has in force (what is recorded from paper is taken as the paper says), or an effective date
    before the issue date."""
    if origin == Version.Origin.ISSUED:
        hold_codes(page.agency_id)
    page = hold(page)
    effective_on = effective_on or issued_on
    if by is not None and not rules.may_issue(by, page):
        raise Refused(
            _("Chỉ thư ký ISO của %(agency)s được ban hành tài liệu này.") % {"agency": page.agency}
        )
    changes = changes or {}
    if shown and shown != fingerprint(page, changes):
        raise Refused(
            _("Thông tin vừa thay đổi so với lúc trang này hiện ra. Hãy xem lại rồi bấm lần nữa.")
        )
    if not page.has_open_draft:
        raise Refused(_("Không có bản thảo nào mới hơn phiên bản đã ban hành."))
    if origin == Version.Origin.ISSUED:
        _check_issue(page, issued_on, effective_on)
    if any(getattr(page, name) != value for name, value in changes.items()):
        page = revise_draft(page, by=by, **changes)
    version = _make(page, issued_on, effective_on, origin, by)
    amendments.write(version)
    change_requests.finish(version, by=by)
    event = "issued" if origin == Version.Origin.ISSUED else "recorded"
    telling.followers(version, event, version.effective_on, by)
    journal.append(
        event, f"version:{version.pk}", agency=page.agency, by=by,
        code=version.code, title=version.title, effective_on=effective_on.isoformat(), digest=version.digest,
    )  # fmt: skip
    pending.mark("document", page.pk)
    pending.mark("draft", page.pk)
    return version


def _make(
    page: DocumentPage, issued_on: datetime.date, effective_on: datetime.date, origin: str, by: User | None
) -> Version:  # fmt: skip
    version = version_of(page, issued_on=issued_on, effective_on=effective_on)
    version.ordinal = (page.versions.aggregate(last=Max("ordinal"))["last"] or 0) + 1
    version.origin, version.made_by, version.made_by_name = origin, by, str(by) if by else ""
    version.digest = version.compute_digest()
    version.save(force_insert=True)
    searchable_files.enqueue(page.pk, searchable_files.of_version(version, ()))
    page.issued_revision_id, page.drafters = page.latest_revision_id, []
    page.save(update_fields=["issued_revision_id", "drafters"], clean=False)
    return version


def _check_issue(page: DocumentPage, issued_on: datetime.date, effective_on: datetime.date) -> None:
    if not page.title.strip() or not page.code.strip():
        raise Refused(_("Tài liệu cần có mã hiệu và tên trước khi ban hành."))
    if effective_on < issued_on:
        raise Refused(_("Ngày hiệu lực không được trước ngày ban hành."))
    taken = clashes(page)
    if taken:
        raise Refused(
            _(
                "Mã hiệu %(code)s đang được dùng cho “%(title)s” còn hiệu lực. Hãy đổi mã hiệu hoặc thu hồi tài liệu kia trước."
            )
            % {"code": page.code, "title": taken[0].title}
        )
