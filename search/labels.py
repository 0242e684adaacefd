"""How facet values are called on a screen, as far as search itself knows them; and the health of the index."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from search import registry


def register() -> None:
    """Called once, when the app is ready."""
    registry.label("agency", _agencies)
    registry.label("unit", _units)
    registry.label("state", lambda values: {"issued": _("Đã ban hành"), "draft": _("Bản thảo")})


def _agencies(values: Sequence[str]) -> Mapping[str, str]:
    from qms.models import Agency

    return {str(pk): name for pk, name in Agency.objects.filter(pk__in=_numbers(values)).values_list("pk", "name")}


def _units(values: Sequence[str]) -> Mapping[str, str]:
    from qms.models import Unit

    return {str(pk): name for pk, name in Unit.objects.filter(pk__in=_numbers(values)).values_list("pk", "name")}


def _numbers(values: Sequence[str]) -> list[int]:
    return [int(v) for v in values if v.isdigit()]


def check_index() -> None:
    """Raises where the index does not answer."""
    from search import engines

    state = engines.current().check()
    if not state["ok"]:
        raise RuntimeError(str(state.get("problem", "")))
