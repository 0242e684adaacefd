"""Issuing: the draft is copied into a version that nothing edits."""

import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from procedures import rules
from procedures.lifecycle.codes import clashes
from procedures.lifecycle.copying import version_of
from procedures.models import DocumentPage, Version, searchable_files
from qms.errors import Refused
from qms.models import User
from qms.proof import journal
from search.queue import pending


@transaction.atomic
def issue(
    page: DocumentPage,
    *,
    issued_on: datetime.date,
    effective_on: datetime.date | None = None,
    by: User | None,
    origin: str = Version.Origin.ISSUED,
) -> Version:
    """Copies the newest draft into a version that nothing edits. In force from `effective_on` (the issue date without one).

    Raises Refused for the wrong role, a missing code or title, a code that another document of the agency has in force
    (what is recorded from paper is taken as the paper says), or an effective date before the issue date."""
    page = type(page).objects.select_for_update().get(pk=page.pk).specific
    effective_on = effective_on or issued_on
    if by is not None and not rules.may_issue(by, page):
        raise Refused(
            _("Chỉ thư ký ISO của %(agency)s được ban hành tài liệu này.") % {"agency": page.agency}
        )
    if origin == Version.Origin.ISSUED:
        _check_issue(page, issued_on, effective_on)
    version = version_of(page, issued_on=issued_on, effective_on=effective_on)
    version.ordinal = (page.versions.aggregate(last=Max("ordinal"))["last"] or 0) + 1
    version.origin, version.made_by, version.made_by_name = origin, by, str(by) if by else ""
    version.digest = version.compute_digest()
    version.save(force_insert=True)
    searchable_files.enqueue(page.pk, searchable_files.of_version(version, ()))
    page.issued_revision_id = page.latest_revision_id
    page.save(update_fields=["issued_revision_id"], clean=False)
    journal.record(
        "issued" if origin == Version.Origin.ISSUED else "recorded", f"version:{version.pk}", agency=page.agency, by=by,
        code=version.code, title=version.title, effective_on=effective_on.isoformat(), digest=version.digest,
    )  # fmt: skip
    pending.mark("document", page.pk)
    pending.mark("draft", page.pk)
    return version


def _check_issue(page: DocumentPage, issued_on: datetime.date, effective_on: datetime.date) -> None:
    if not page.has_open_draft:
        raise Refused(_("Không có bản thảo nào mới hơn phiên bản đã ban hành."))
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
