"""Locks that a step holds while it decides. Codes before pages, so that no two steps deadlock."""

from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from procedures.models import DocumentPage
from qms.approvals import queries
from qms.errors import Refused
from qms.locks import Lock
from qms.locks import hold as hold_lock


def hold(page: DocumentPage) -> Any:
    """The current document, as its specific class, locked until the transaction ends."""
    return DocumentPage.objects.select_for_update(no_key=True).get(pk=page.pk).specific


def hold_by_id(pk: int) -> Any:
    """The document with this ID, locked likewise."""
    return DocumentPage.objects.select_for_update(no_key=True).get(pk=pk).specific


def hold_codes(agency: int) -> None:
    """Locks the codes of the agency with this ID, so that a code can be compared with those
    in use."""
    hold_lock(Lock.CODES, agency)


def subject(pk: int) -> str:
    """The document's subject name in approvals."""
    return f"document:{pk}"


def need_open(page: DocumentPage) -> None:
    """Raises Refused, naming the sender, if the draft is in an approval: it can't be changed
    meanwhile."""
    approval = queries.open_for(subject(page.pk))
    if approval is not None:
        raise Refused(closed_sentence(approval))


def closed_sentence(approval: Any) -> str:
    """Why a draft can't be changed now, and what to do."""
    return _(
        "Bản thảo đang được trình duyệt (%(name)s trình ngày %(day)s) nên không sửa được. Người trình cần rút lại trước."
    ) % {"name": approval.sent_by_name, "day": f"{localtime(approval.sent_at):%d/%m/%Y}"}
