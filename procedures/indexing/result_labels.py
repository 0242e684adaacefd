"""The search page's labels for this app's entries: result groups, facets and their values."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy

from procedures import standing
from procedures.models import Clause, Kind, VersionAct
from qms.clock import today
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
    registry.register_ends("document", _withdrawn)


def _withdrawn(keys: Sequence[str]) -> Mapping[str, str]:
    """{key: "withdrawn"} for the versions among them that are withdrawn today. One query."""
    versions: dict[int, list[str]] = defaultdict(list)
    for key in keys:
        source, _, number = key.partition("#")[0].partition(":")
        if source == "version" and number.isdecimal():
            versions[int(number)].append(key)
    acts: dict[int, list[VersionAct]] = defaultdict(list)
    for act in VersionAct.objects.filter(version__in=versions) if versions else ():
        acts[act.version_id].append(act)
    day = today()
    return {
        key: str(standing.State.WITHDRAWN)
        for version, done in acts.items()
        if (found := standing.withdrawal(done)) is not None and found.on_day <= day
        for key in versions[version]
    }


def _clauses(values: Sequence[str]) -> Mapping[str, str]:
    """Number and title, from the newest edition that has the number."""
    return {
        number: f"{number} {title}"
        for number, title in Clause.objects.filter(number__in=values)
        .order_by("edition")
        .values_list("number", "title")
    }
