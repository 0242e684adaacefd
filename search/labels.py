"""The groups, facets and names that search itself provides, and the health check of the index."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qms.models import Agency, Unit
from search import engines, registry
from search.index.prepared import COMING, ENDED, HOLDS, STANDING

NUMBER = re.compile(r"[0-9]{1,18}")  # an ID that fits every database


def register() -> None:
    """Called once, when the app is ready."""
    registry.register_group(
        "place", gettext_lazy("Cơ quan, đơn vị"), members=("agency", "unit"), order=30
    )
    registry.register_group("person", pgettext_lazy("people found", "Người"), order=40)
    registry.register_facet("kind", gettext_lazy("Loại"), order=10)
    registry.register_facet("agency", gettext_lazy("Cơ quan"), order=20)
    registry.register_facet("unit", gettext_lazy("Đơn vị"), order=30, under="agency")
    registry.register_facet(STANDING, gettext_lazy("Hiệu lực"), order=5, at_any_time=True)
    registry.register_facet("state", gettext_lazy("Tình trạng"), order=80)
    registry.register_labels(
        "kind", lambda values: {"agency": _("Cơ quan"), "unit": _("Đơn vị"), "person": _("Cán bộ")}
    )
    registry.register_labels("agency", _agencies)
    registry.register_labels("unit", _units, guarded=True)
    registry.register_labels(
        STANDING,
        lambda values: {
            HOLDS: _("Có hiệu lực"),
            ENDED: _("Hết hiệu lực"),
            COMING: _("Chờ hiệu lực"),
        },
    )
    registry.register_labels(
        "state", lambda values: {"issued": _("Đã ban hành"), "draft": _("Bản thảo")}
    )


def _agencies(values: Sequence[str]) -> Mapping[str, str]:
    return {
        str(pk): short or name
        for pk, short, name in Agency.objects.filter(pk__in=_numbers(values)).values_list(
            "pk", "short_name", "name"
        )
    }


def _units(values: Sequence[str]) -> Mapping[str, str]:
    """{value: name of the unit}, with the agency's name if they belong to several."""
    rows = list(
        Unit.objects.filter(pk__in=_numbers(values)).values_list(
            "pk", "name", "agency", "agency__short_name", "agency__name"
        )
    )
    several = len({agency for _pk, _name, agency, _short, _long in rows}) > 1
    return {
        str(pk): f"{name} ({short or long})" if several else name
        for pk, name, _agency, short, long in rows
    }


def _numbers(values: Sequence[str]) -> list[int]:
    return [int(v) for v in values if NUMBER.fullmatch(v)]


def check_index() -> None:
    """Raises RuntimeError if the index does not answer."""
    state = engines.current().check()
    if not state["ok"]:
        raise RuntimeError(str(state.get("problem", "")))
