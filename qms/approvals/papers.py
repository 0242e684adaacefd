"""Common parts of an agency's papers: the heading, the place, and the signature blocks of
the chain."""

import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from qms.approvals import capacity, queries
from qms.clock import written
from qms.models import Agency, Approval
from qms.paper import Signature, signature

Kind = Agency.Kind
NBSP, SHORT = "\u00a0", 24
_PLACE = re.compile(r"(?:thành phố|tỉnh|phường|xã|đặc khu)\s+([^,;(]+)", re.IGNORECASE)


def heading(agency: Agency) -> dict[str, Any]:
    """The fields of a sheet that depend on the issuing agency."""
    return {
        "agency": _unbroken(agency.name),
        "governing_body": _unbroken(agency.governing_body),
        "place": place_of(agency),
        "archive": "VT",
    }


def _unbroken(name: str) -> str:
    """The name whose place ("thành phố Huế") is not broken between lines, if it is short."""
    return _PLACE.sub(lambda at: at[0].replace(" ", NBSP) if len(at[0]) <= SHORT else at[0], name)


def place_of(agency: Agency) -> str:
    """The agency's place: a ward or commune by its own name, others by their governing body's;
    empty if neither gives it."""
    names = (agency.name, agency.governing_body)
    if agency.kind not in {Kind.WARD, Kind.COMMUNE}:
        names = (agency.governing_body, agency.name)
    found = next((match for name in names if (match := _PLACE.search(name))), None)
    return found[1].strip() if found else ""


def signed(approval: Approval | None, posts: dict[int, str] | None = None) -> list[Signature]:
    """The signature blocks of valid signatures, in order. `posts`: {step: text that replaces the
    signer's post}."""
    if approval is None:
        return []
    found = []
    for one in queries.signatures_over(approval):
        instead = (posts or {}).get(one.step, "")
        held = "" if instead else capacity.of_signature(one)
        at = timezone.localtime(one.at)
        found.append(
            signature(
                instead or one.post or _("Người ký"),
                capacity=held,
                for_whom=capacity.for_whom(approval.agency, held, one.instead_post),
                name=one.name,
                mark=(_("Đã ký điện tử"), f"{at:%H:%M} {written(at.date())}"),
            )
        )
    return found
