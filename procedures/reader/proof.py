"""Who reviewed and approved a version, when, and over which digest; or the paper that it was
recorded from."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from procedures.models import Version, VersionAct
from qms.access import Person
from qms.approvals import queries
from qms.approvals import rules as approval_rules
from qms.approvals.sealing import in_fours
from qms.clock import written
from qms.models import Approval, ApprovalItem, Signature


def signatures_of(version: Version, user: Person) -> dict[str, Any] | None:
    """{"approval", "signatures", "digest", "manifest", "may_open"} of a version issued by an
    approval; None for any other.

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
        "manifest": in_fours(version.approval.manifest),
    }


@dataclass(frozen=True)
class Told:
    """What happened to a version, with who signed for it; `url`: the approval, for who may open
    it."""

    act: VersionAct
    signatures: list[Signature] = field(default_factory=list)
    url: str = ""


def told(acts: Iterable[VersionAct], user: Person) -> dict[int, Told]:
    """{id of the act: it with its signatures}. At most four queries, none where no act was
    approved here."""
    everything = list(acts)
    chosen = {act.approval_id for act in everything if act.approval_id is not None}
    if not chosen:
        return {act.pk: Told(act) for act in everything}
    approvals = (
        Approval.objects.filter(pk__in=chosen)
        .select_related("agency")
        .prefetch_related("items", "signatures")
    )
    signed = {one.pk: queries.signatures_over(one) for one in approvals}
    seen = approval_rules.approvals_of(user).filter(pk__in=chosen).in_bulk()
    return {
        act.pk: Told(
            act,
            signed.get(act.approval_id or 0, []),
            seen[act.approval_id].get_absolute_url() if act.approval_id in seen else "",
        )
        for act in everything
    }


def struck_out_of(document: int) -> list[VersionAct]:
    """The acts that struck out versions of the document, each with its version."""
    acts = VersionAct.objects.filter(kind=VersionAct.Kind.STRUCK_OUT, version__document=document)
    return list(acts.select_related("version").defer("version__content"))


def issued_by(version: Version) -> str:
    """By which decision it was issued here. Empty for one that was recorded from paper, or issued
    without an approval."""
    if version.decision is not None:
        return _("Ban hành theo Quyết định số %(number)s ngày %(day)s") % {
            "number": version.decision.label,
            "day": written(version.decision.dated),
        }
    if version.approval_id is not None:
        return _("Ban hành khi đủ chữ ký, không có số quyết định")
    return ""


def paper_of(version: Version) -> tuple[str, datetime.date | None]:
    """(number, date) of the decision or paper by which it was issued; ("", None) where it
    has none."""
    if version.decision is not None:
        return version.decision.label, version.decision.dated
    number = version.paper.get("number")
    return (str(number), _paper_day(version)) if number else ("", None)


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
