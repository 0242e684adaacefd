"""A version without its approvals, for tests about something else."""

import datetime

from django.db import transaction

from procedures import lifecycle
from procedures.approval import issuing, sealing
from procedures.approval.sealing import Terms
from procedures.models import DocumentPage, Version
from qms.errors import Refused


@transaction.atomic
def issue(
    page: DocumentPage,
    *,
    issued_on: datetime.date,
    effective_on: datetime.date | None = None,
    by=None,
) -> Version:
    """Issues the newest draft by the internal step that the chain calls last,
    without signatures."""
    lifecycle.hold_codes(page.agency_id)
    page = lifecycle.hold(page)
    if not page.has_open_draft:
        raise Refused("Không có bản thảo nào mới hơn phiên bản đã ban hành.")
    terms = Terms(page.issue_number, page.revision_number, page.change_summary, effective_on)
    draft = sealing.read(sealing.seal(page, sealing.compose(page, terms), terms))
    version = draft.version(issued_on)
    version.signers = page.signers
    issuing.check([version])
    return lifecycle.add_version(page, version, by=by)
