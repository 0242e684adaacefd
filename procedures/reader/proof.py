"""Who reviewed and approved a version, when, and over which digest; or the paper that it was
recorded from."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from procedures.models import Version, VersionAct
from qms.access import Person
from qms.approvals import queries
from qms.approvals import rules as approval_rules
from qms.approvals.sealing import in_fours
from qms.clock import written
from qms.models import ApprovalItem


def signatures_of(version: Version, user: Person) -> dict[str, Any] | None:
    """{"approval", "signatures", "digest", "may_open"} of a version issued by an approval; None for
    any other.

    "may_open": whether the user may open the page of that approval, with its remarks and earlier
    rounds."""
    if version.approval_id is None or version.approval is None:
        return None
    item = ApprovalItem.objects.filter(
        approval=version.approval_id, subject=f"document:{version.document_id}"
    ).first()
    return {
        "approval": version.approval,
        "may_open": approval_rules.may_see(user, version.approval),
        "signatures": queries.signatures_over(version.approval),
        "digest": in_fours(item.digest) if item else "",
    }


def struck_out_of(document: int) -> list[VersionAct]:
    """The acts that struck out versions of the document, each with its version."""
    acts = VersionAct.objects.filter(kind=VersionAct.Kind.STRUCK_OUT, version__document=document)
    return list(acts.select_related("version").defer("version__content"))


def recorded_from(version: Version) -> str:
    """The origin of a version that was not issued here: from which paper, by whom. Empty for one
    that was issued here."""
    if version.origin != Version.Origin.RECORDED:
        return ""
    number, day = version.paper.get("number"), _paper_day(version)
    said = _("Ghi nhận từ bản giấy")
    if number and day:
        said = _("Ghi nhận từ bản giấy số %(number)s ngày %(day)s") % {
            "number": number,
            "day": written(day),
        }
    if version.made_by_name:
        by = _("do %(name)s") % {"name": version.made_by_name}
    else:
        by = _("do người quản trị máy chủ")
    return f"{said}, {by}"


def _paper_day(version: Version) -> datetime.date | None:
    """The date of the paper; None if it is identified only by its scan."""
    dated = version.paper.get("dated")
    try:
        return datetime.date.fromisoformat(dated) if dated else None
    except ValueError:
        return None
