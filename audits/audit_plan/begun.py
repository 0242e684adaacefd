"""Warns of a plan whose first line or meeting has begun before it is signed."""

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from audits.models import Audit, Meeting, PlanRow
from qms.clock import now, written


def warning(audit: Audit) -> str:
    """What of the plan begins first, if it has begun already; empty otherwise. Two queries."""
    lines: list[PlanRow | Meeting] = list(audit.rows.select_related("unit"))
    lines += audit.meetings.all()
    first = min(lines, key=lambda one: one.starts_at, default=None)
    if first is None or first.starts_at > now():
        return ""
    at = localtime(first.starts_at)
    return _(
        "%(line)s (%(when)s) đã bắt đầu mà kế hoạch chưa được ký: người được mời không còn trả lời được. Hãy đổi giờ nếu phần này chưa diễn ra."
    ) % {"line": first, "when": f"{at:%H:%M} {written(at.date())}"}  # fmt: skip
