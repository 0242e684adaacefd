"""Forms that show a text and save it later: whoever saves second is told what the first one wrote
instead of overwriting it unseen."""

import datetime
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from audits.lifecycle.common import check
from qms.approvals.sealing import canonical
from qms.clock import written

LONGEST = 600  # characters quoted of a text
MOST_STATES = 50  # of the history that are compared with what the form showed

REPORT = ("summary", "strengths", "conclusion", "proposals")
FINDING = ("grade", "unit_id", "clause", "version_id", "step", "seen")
REVIEW = ("held_on", "since", "place", "chair_id", "present", "minutes", "conclusion")
INPUT = ("said",)
CORRECTION = ("correction", "result_corrected", "informed", "accepted_by")
CAUSE = ("whys", "causes", "cause")
EXTENT = ("extent",)
SYSTEM = ("risks", "objectives")
PROGRAMME = ("year", "aims", "scope", "criteria", "left_out", "clauses_left_out", "rows")

Lines = Mapping[str, Callable[[dict[str, Any]], str]]


def shown(row: Model, names: tuple[str, ...]) -> str:
    """A digest of these fields, for a form that shows them."""
    return _digest(_values(row, names))


def unchanged(row: Model, names: tuple[str, ...], was: str, *, lines: Lines | None = None) -> None:
    """Raises Refused, with what changed, unless these fields are still what the form showed (`was`,
    "" for no form). Call it on the locked row.

    `lines`: {name of a list: how one of its lines is told}. If the history no longer has what the
    form showed, every text is told."""
    now = _values(row, names)
    if was in ("", _digest(now)):
        return
    before = _before(row, now, was)
    said = []
    for name, value in now.items():
        old = before.get(name)
        if value == old:
            continue
        if lines and name in lines:
            said += _lines(old or [], value, lines[name])
        elif value or old:
            label = getattr(row._meta.get_field(name), "verbose_name", name)
            said.append(f"{label}: “{_told(row, name)}”")
    check(
        False,
        _(
            "Nội dung này vừa được sửa trong khi bạn đang sửa. Đang lưu: %(now)s. Hãy xem lại; lưu lần nữa thì nội dung của bạn thay nội dung đó."
        )
        % {"now": "; ".join(said) or "–"},
    )


def _told(row: Model, name: str) -> str:
    """The value as people read it: rows by their names, lists with commas, “–” for nothing."""
    value = getattr(row, name.removesuffix("_id"))
    if isinstance(value, datetime.date):
        return written(value)
    if row._meta.get_field(name).many_to_many:
        value = list(value.all())
    if isinstance(value, list):
        value = ", ".join(one["name"] if isinstance(one, dict) else str(one) for one in value)
    named = getattr(row, f"get_{name}_display", None)
    return Truncator((named() if named else value) or "–").chars(LONGEST)


def _lines(old: list[Any], new: list[Any], told: Callable[[dict[str, Any]], str]) -> list[str]:
    before, after = [told(one) for one in old], [told(one) for one in new]
    return [
        *(_("thêm %(line)s") % {"line": line} for line in after if line not in before),
        *(_("bỏ %(line)s") % {"line": line} for line in before if line not in after),
    ]


def _before(row: Model, now: dict[str, Any], was: str) -> dict[str, Any]:
    """What the form showed, by the row's history; empty if that is not among its last states. The
    history keeps no links to several rows: those count as unchanged."""
    own = {name for name in now if not row._meta.get_field(name).many_to_many}
    states = row.history.order_by("-pk")[:MOST_STATES]  # type: ignore[attr-defined]  # simple-history has no types
    for state in states:
        told = {name: _plain(getattr(state, name)) if name in own else now[name] for name in now}
        if _digest(told) == was:
            return told
    return {}


def _digest(values: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(values)).hexdigest()[:16]


def _values(row: Model, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _value(row, name) for name in names}


def _value(row: Model, name: str) -> Any:
    if row._meta.get_field(name).many_to_many:
        kept = getattr(row, name) if row.pk is not None else None
        return sorted(kept.values_list("pk", flat=True)) if kept is not None else []
    return _plain(getattr(row, name))


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | list | None) else str(value)
