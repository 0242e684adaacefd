"""What a step holds while it decides. Codes before pages, so that no two steps wait for each other."""

from typing import Any

from procedures.models import DocumentPage
from qms.locks import Lock
from qms.locks import hold as hold_lock


def hold(page: DocumentPage) -> Any:
    """The document as it is now, as its own kind, held until the transaction ends."""
    return DocumentPage.objects.select_for_update().get(pk=page.pk).specific


def hold_codes(agency: int) -> None:
    """Holds the codes of the agency with this id: for who compares a code with those in use."""
    hold_lock(Lock.CODES, agency)
