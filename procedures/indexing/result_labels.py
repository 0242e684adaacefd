"""The search page's labels for this app's entries: result groups, facets and their values."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy

from procedures.models import Clause, Kind
from search import registry


def register() -> None:
    """Called once, when the app is ready."""
    registry.register_group("document", gettext_lazy("Tài liệu"), order=10, in_force=True)
    registry.register_group("draft", gettext_lazy("Bản thảo"), order=20, drafts=True)
    registry.register_facet("field", gettext_lazy("Lĩnh vực"), order=40)
    registry.register_facet("clause", gettext_lazy("Điều khoản ISO 9001"), order=50)
    registry.register_facet("legal", gettext_lazy("Văn bản viện dẫn"), order=60)
    registry.register_facet("year", gettext_lazy("Năm ban hành"), order=70, sort="newest")
    registry.register_labels(
        "kind",
        lambda values: {kind: str(Kind(kind).label) for kind in values if kind in Kind.values},
    )
    registry.register_labels("clause", _clauses)


def _clauses(values: Sequence[str]) -> Mapping[str, str]:
    """Number and title, from the newest edition that has the number."""
    return {
        number: f"{number} {title}"
        for number, title in Clause.objects.filter(number__in=values)
        .order_by("edition")
        .values_list("number", "title")
    }
