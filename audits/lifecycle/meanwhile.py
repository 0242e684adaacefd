"""Forms that show a text and save it later: whoever saves second is told what the first one wrote
instead of overwriting it unseen."""

import hashlib
from typing import Any

from django.db.models import Model
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from audits.lifecycle.common import check
from qms.approvals.sealing import canonical

LONGEST = 600  # characters quoted of a text

REPORT = ("summary", "strengths", "conclusion", "proposals")
FINDING = ("grade", "unit_id", "clause", "version_id", "step", "seen")
REVIEW = ("held_on", "since", "place", "chair_id", "present", "minutes", "conclusion")
INPUT = ("said",)
CORRECTION = ("correction", "result_corrected", "informed", "accepted_by")
CAUSE = ("whys", "causes", "cause")
EXTENT = ("extent",)
SYSTEM = ("risks", "objectives")


def shown(row: Model, names: tuple[str, ...]) -> str:
    """A digest of these fields, for a form that shows them."""
    return hashlib.sha256(canonical({name: _value(row, name) for name in names})).hexdigest()[:16]


def unchanged(row: Model, names: tuple[str, ...], was: str) -> None:
    """Raises Refused, with the current texts, unless they are still what the form showed (`was`,
    "" for no form). Call it on the locked row."""
    if was in ("", shown(row, names)):
        return
    texts = (
        (getattr(row._meta.get_field(name), "verbose_name", name), getattr(row, name))
        for name in names
        if isinstance(getattr(row, name), str)
    )
    now = "; ".join(f"{label}: “{Truncator(text).chars(LONGEST)}”" for label, text in texts if text)
    check(
        False,
        _(
            "Nội dung này vừa được sửa trong khi bạn đang sửa. Đang lưu: %(now)s. Hãy xem lại; lưu lần nữa thì nội dung của bạn thay nội dung đó."
        )
        % {"now": now or "–"},
    )


def _value(row: Model, name: str) -> Any:
    if row._meta.get_field(name).many_to_many:
        kept = getattr(row, name) if row.pk is not None else None
        return sorted(kept.values_list("pk", flat=True)) if kept is not None else []
    value = getattr(row, name)
    return value if isinstance(value, str | int | list | None) else str(value)
