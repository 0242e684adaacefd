"""Versions: a draft recorded from paper, and the step that writes any composed version. Nothing
edits one afterwards."""

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
from procedures.lifecycle import taking_in
from procedures.lifecycle.copying import version_of
from procedures.lifecycle.drafting import revise_draft
from procedures.lifecycle.holding import hold, need_open
from procedures.models import DocumentPage, Version, searchable_files
from qms import locks
from qms.errors import Refused
from qms.models import User
from qms.proof import journal
from search.queue import pending


def fingerprint(page: DocumentPage, changes: dict[str, Any]) -> str:
    """Identifies the current draft, together with what recording would change in it; changes if
    either does."""
    facts = [
        page.latest_revision_id,
        str(page.latest_revision_created_at),
        *(str(changes[name] or "") for name in sorted(changes)),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()[:32]


@transaction.atomic
def record(
    page: DocumentPage,
    *,
    issued_on: datetime.date,
    effective_on: datetime.date | None = None,
    by: User | None,
    paper: dict[str, str] | None = None,
    changes: dict[str, Any] | None = None,
    shown: str = "",
) -> Version:
    """Records the newest draft as a version issued on paper, as the paper states: including past
    dates and duplicate codes.

    `paper`: its {"number", "dated"} or {"file": SHA-256 of its scan}. `changes`: fields of the
    draft that are written into it first. `shown`: the fingerprint that the user saw.

    Raises Refused for the wrong role, an agency that no longer takes in papers, a draft that is in
    an approval, not as shown, or recorded already."""
    locks.hold(locks.Lock.IMPORTS, page.agency_id)
    page = hold(page)
    effective_on = effective_on or issued_on
    if by is not None and not rules.may_record(by, page):
        raise Refused(
            _("Chỉ thư ký ISO của %(agency)s được ghi nhận tài liệu này.") % {"agency": page.agency}
        )
    taking_in.need_open(page.agency)
    need_open(page)
    changes = changes or {}
    if shown and shown != fingerprint(page, changes):
        raise Refused(
            _("Thông tin vừa thay đổi so với lúc trang này hiện ra. Hãy xem lại rồi bấm lần nữa.")
        )
    if not page.has_open_draft:
        raise Refused(_("Không có bản thảo nào mới hơn phiên bản đã ban hành."))
    if any(getattr(page, name) != value for name, value in changes.items()):
        page = revise_draft(page, by=by, **changes)
    version = version_of(page, issued_on=issued_on, effective_on=effective_on)
    version.origin, version.paper = Version.Origin.RECORDED, paper or {}
    return add_version(page, version, by=by)


def add_version(
    page: DocumentPage,
    version: Version,
    *,
    by: User | None,
    amendment: amendments.Line | None = None,
) -> Version:
    """Writes a composed version as the document's next one, with its line of the amendment log as
    sealed (by default, as the draft has it now). The caller has locked, checked permission and
    verified the signatures."""
    version.ordinal = (page.versions.aggregate(last=Max("ordinal"))["last"] or 0) + 1
    version.made_by, version.made_by_name = by, str(by) if by else ""
    version.digest = version.compute_digest()
    version.save(force_insert=True)
    searchable_files.enqueue(page.pk, searchable_files.of_version(version, ()))
    page.issued_revision_id, page.drafters = page.latest_revision_id, []
    page.save(update_fields=["issued_revision_id", "drafters"], clean=False)
    amendments.write(version, amendment)
    change_requests.finish(version, by=by)
    event = "issued" if version.origin == Version.Origin.ISSUED else "recorded"
    telling.followers(version, event, version.effective_on, by)
    journal.append(
        event, f"version:{version.pk}", agency=page.agency, by=by,
        code=version.code, title=version.title, effective_on=version.effective_on.isoformat(), digest=version.digest,
    )  # fmt: skip
    pending.mark("document", page.pk)
    pending.mark("draft", page.pk)
    return version
