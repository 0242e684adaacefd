"""What a step holds while it decides. Codes before pages, so that no two steps wait for each other."""

from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from procedures.models import DocumentPage
from qms.approvals import queries
from qms.errors import Refused
from qms.locks import Lock
from qms.locks import hold as hold_lock


def hold(page: DocumentPage) -> Any:
    """The document as it is now, as its own kind, held until the transaction ends."""
    return DocumentPage.objects.select_for_update().get(pk=page.pk).specific


def hold_by_id(pk: int) -> Any:
    """The document with this id, held likewise."""
    return DocumentPage.objects.select_for_update().get(pk=pk).specific


def hold_codes(agency: int) -> None:
    """Locks the codes of the agency with this id, so that a code can be compared with those in use."""
    hold_lock(Lock.CODES, agency)


def subject(pk: int) -> str:
    """The name of a document in approvals."""
    return f"document:{pk}"


def need_open(page: DocumentPage) -> None:
    """Raises Refused, naming who sent it, where the draft is in an approval: nothing changes it meanwhile."""
    approval = queries.open_for(subject(page.pk))
    if approval is not None:
        raise Refused(closed_sentence(approval))


def closed_sentence(approval: Any) -> str:
    """Why a draft can't be changed now, and what to do."""
    return _(
        "Bản thảo đang được trình duyệt (%(name)s trình ngày %(day)s) nên không sửa được. Người trình cần rút lại trước."
    ) % {"name": approval.sent_by_name, "day": f"{localtime(approval.sent_at):%d/%m/%Y}"}
