"""The register of an agency's issued documents (danh mục tài liệu): each document once, with its
numbers, dates and state today, and each version that waits to replace one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from procedures.models import Version
from procedures.reader import proof
from procedures.reader.as_of import Day, recorded_later
from procedures.reader.queries import (
    LIGHT,
    Tokens,
    VersionStatus,
    lives_of,
    natural_key,
    title_key,
    to_read,
)
from procedures.standing import STATE_LABELS
from qms.clock import today
from qms.models import Agency

STATES = {state: STATE_LABELS[state] for state in ("in_force", "waiting", "replaced", "withdrawn")}
HEADS = (
    gettext_lazy("Mã hiệu"), gettext_lazy("Tên tài liệu"), gettext_lazy("Loại"), gettext_lazy("Đơn vị"), gettext_lazy("Lần ban hành"),
    gettext_lazy("Lần sửa đổi"), gettext_lazy("Ngày ban hành"), gettext_lazy("Ngày hiệu lực"), gettext_lazy("Tình trạng"), gettext_lazy("Hết hiệu lực từ"),
    gettext_lazy("Số quyết định"), gettext_lazy("Ngày quyết định"), gettext_lazy("Cách ban hành"),
)  # fmt: skip
WIDTHS = (16, 60, 22, 30, 13, 12, 15, 15, 18, 16, 18, 16, 50)


def entries(agency: Agency, tokens: Tokens, held: Day | None = None) -> list[VersionStatus]:
    """The version of each document shown at the document's own URL and every version that waits, by
    code; for an earlier day (`held`), the version in force on it. Three queries."""
    day = held.day if held else today()
    documents = Version.objects.filter(agency=agency).order_by().values("document")
    versions = (
        Version.objects.filter(document__in=documents)
        .select_related("decision")
        .defer(*LIGHT)
        .order_by("-effective_on", "-ordinal")
    )
    by_document: dict[int, list[VersionStatus]] = defaultdict(list)
    for life in lives_of(list(versions), tokens, day):
        if life.version.agency_id == agency.pk:
            by_document[life.version.document_id].append(life)
    shown = [life for life in map(to_read, by_document.values()) if life]
    if held and held.asked:
        shown = [life for life in shown if life.state == "in_force"]
        for life in shown:
            life.later = recorded_later(life, day)
    else:
        listed = {life.version.pk for life in shown}
        every = (life for lives in by_document.values() for life in lives)
        shown += [
            life for life in every if life.state == "waiting" and life.version.pk not in listed
        ]
    return sorted(
        shown,
        key=lambda life: (
            natural_key(life.version.code),
            title_key(life.version.title),
            life.version.document_id,
            life.version.ordinal,
        ),
    )


def counts(found: Iterable[VersionStatus]) -> list[dict[str, Any]]:
    """The states present: [{"value", "label", "count"}]."""
    counted = Counter(life.state for life in found)
    return [
        {"value": state, "label": label, "count": counted[state]}
        for state, label in STATES.items()
        if counted[state]
    ]


def lines(found: Iterable[VersionStatus]) -> Iterable[Sequence[Any]]:
    """The rows of the register as exported, under HEADS."""
    for life in found:
        version = life.version
        number, dated = proof.paper_of(version)
        yield (
            version.code, version.title, str(version.get_kind_display()), version.unit_name, _number(version.issue_number),
            _number(version.revision_number), _day(version.issued_on), _day(version.effective_on), str(STATES[life.state]), _day(life.ended_on),
            number, _day(dated),
            life.came_by or str(version.get_origin_display()),
        )  # fmt: skip


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:02}"


def _day(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if value else ""
