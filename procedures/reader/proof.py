"""By whom a version was reviewed and approved, when, over which digest; and from which paper one was recorded."""

import datetime
from typing import Any

from procedures.models import Version
from qms.approvals import queries
from qms.approvals.sealing import in_fours
from qms.models import ApprovalItem


def signatures_of(version: Version) -> dict[str, Any] | None:
    """{"signatures", "digest"} of a version that its approval issued; None for any other. Three queries."""
    if version.approval_id is None or version.approval is None:
        return None
    item = ApprovalItem.objects.filter(
        approval=version.approval_id, subject=f"document:{version.document_id}"
    ).first()
    return {
        "signatures": queries.signatures_over(version.approval),
        "digest": in_fours(item.digest) if item else "",
    }


def paper_day(version: Version) -> datetime.date | None:
    """The date of the paper that a version was recorded from; None where it is named by its scan."""
    dated = version.paper.get("dated")
    try:
        return datetime.date.fromisoformat(dated) if dated else None
    except ValueError:
        return None
