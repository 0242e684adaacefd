"""Database queries of the readers' pages. They read versions only, and defer the content until a
page shows it."""

import datetime
import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from procedures import readers, standing
from procedures.content.outline import anchors, parts
from procedures.models import Version, VersionAct, VersionQuerySet, Visibility
from procedures.reader import proof
from procedures.standing import Standing
from qms.clock import today
from qms.models import Agency, Unit
from search.words.vietnamese import sort_key

__all__ = [
    "VersionStatus",
    "agency_list",
    "agency_rows",
    "anchors",
    "counts_by_agency",
    "statuses",
    "lives_of",
    "natural_key",
    "newly_issued",
    "parts",
    "soon",
    "visible",
]

Tokens = frozenset[str]
# Fields that lists defer
LIGHT = (
    "content",
    "flags",
    "signers",
    "legal_basis",
    "clauses",
    "files",
    "change_summary",
)
SOON_DAYS = 60


def visible(tokens: Tokens) -> VersionQuerySet:
    """Every version that a reader with these tokens may open, without its content."""
    return Version.objects.standing().visible_to(tokens).defer("content")


# -- one document


@dataclass
class VersionStatus:
    """A version of a document and its state today."""

    version: Version
    state: str  # in_force, waiting, replaced, withdrawn
    ended_on: datetime.date | None = None  # the first day on which it was no longer in force
    ends_on: datetime.date | None = None  # a future day on which it will no longer be in force
    reason: str = ""  # of the withdrawal
    current: "VersionStatus | None" = field(default=None, repr=False)  # the one to read instead
    # The version that will replace it, if any
    next: Version | None = field(default=None, repr=False)
    acts: list[VersionAct] = field(default_factory=list, repr=False)
    # For an earlier day: when a fact about it was recorded only later
    later: datetime.date | None = None

    @property
    def url(self) -> str:
        return self.version.get_absolute_url()

    @property
    def recorded_from(self) -> str:
        """From which paper and by whom, for a version that was not issued here."""
        return proof.recorded_from(self.version)

    @property
    def came_by(self) -> str:
        """By which decision it was issued, or from which paper it was recorded; "" if
        by neither."""
        return self.recorded_from or proof.issued_by(self.version)

    @property
    def story(self) -> list[VersionAct]:
        """Later acts on it, by date."""
        return [act for act in self.acts if act.kind != VersionAct.Kind.FILE_ADDED]

    @property
    def visibility(self) -> Visibility:
        """Who may read it now."""
        return Visibility(self.version.shown(self.acts).visibility)

    @property
    def files(self) -> list[dict[str, Any]]:
        """The version's files and those added later (signed scans, renderings)."""
        return [
            *self.version.files,
            *(f for act in self.acts if act.kind == VersionAct.Kind.FILE_ADDED for f in act.files),
        ]


def statuses(
    document: int, tokens: Tokens, day: datetime.date | None = None
) -> list[VersionStatus]:
    """The versions of a document that these tokens may see, newest first, each with its state on
    `day`. Two queries."""
    versions = (
        Version.objects.filter(document=document)
        .defer("content")
        .select_related("agency", "agency__successor", "unit")
    )
    found = lives_of(list(versions), tokens, day or today())
    current = next((life for life in found if life.state == "in_force"), None)
    for life in found:
        life.current = current if life is not current else None
    if current is not None:
        current.next = next(
            (
                life.version
                for life in reversed(found)
                if life.state == "waiting" and life.version.effective_on == current.ends_on
            ),
            None,
        )
    return found


def lives_of(versions: list[Version], tokens: Tokens, day: datetime.date) -> list[VersionStatus]:
    """The same for the given versions of any documents, in their order."""
    acts: dict[int, list[VersionAct]] = defaultdict(list)
    for act in VersionAct.objects.filter(version__in=[v.pk for v in versions]) if versions else ():
        acts[act.version_id].append(act)
    states = standing.of_documents(versions, itertools.chain.from_iterable(acts.values()))
    return [
        _life(version, states[version.pk], acts[version.pk], day)
        for version in versions
        if not states[version.pk].struck_out
        and readers.VERSION.admits(tokens, version.shown(acts[version.pk]))
    ]


def _life(
    version: Version, one: Standing, acts: list[VersionAct], day: datetime.date
) -> VersionStatus:
    withdrawal = one.withdrawal_on(day)
    return VersionStatus(
        version,
        one.state_on(day),
        ended_on=one.ended_on(day),
        ends_on=one.ends_on(day),
        reason=withdrawal.reason if withdrawal else "",
        acts=acts,
    )


def to_read(found: list[VersionStatus]) -> VersionStatus | None:
    """The one shown at the document's own URL: the version in force, else the next one, else the
    last one."""
    for state in ("in_force", "waiting"):
        of_state = [life for life in found if life.state == state]
        if of_state:
            return of_state[-1]
    return found[0] if found else None


# -- lists


@functools.lru_cache(maxsize=20_000)
def title_key(title: str) -> tuple[Any, ...]:
    """Sort key of a title in Vietnamese dictionary order; cached, since lists need the same ones
    again."""
    return sort_key(title)


@functools.lru_cache(maxsize=20_000)
def natural_key(code: str) -> tuple[Any, ...]:
    """Sort key in natural order: QT-2 before QT-10; documents without a code come last."""
    parted = re.split(r"(\d+)", code.strip())
    return (
        not code.strip(),
        [
            (1, int(part[:18]), ())
            if part.isdecimal()
            else (0, 0, sort_key(part.strip(" .-_/"))[:2])
            for part in parted
            if part
        ],
    )


def newly_issued(tokens: Tokens, count: int, agencies: Iterable[int] = ()) -> list[Version]:
    """Versions in force, last issued first."""
    seen = Version.objects.visible_to(tokens)
    if agencies:
        seen = seen.filter(agency__in=list(agencies))
    return _in_force_among(seen, count)


def _in_force_among(seen: VersionQuerySet, count: int) -> list[Version]:
    """Checks the newest issues first: the whole table is read only if few of them are in force."""
    newest = seen.order_by("-issued_on", "-pk")
    candidates = list(newest.values_list("pk", flat=True)[: count * 5])
    for chosen in (Version.objects.filter(pk__in=candidates), seen):
        found = list(
            chosen.in_force()
            .order_by("-issued_on", "-pk")
            .defer(*LIGHT)
            .select_related("agency")[:count]
        )
        if len(found) == count or len(candidates) < count * 5:
            break
    return found


def soon(tokens: Tokens, count: int, agencies: Iterable[int] = ()) -> list[Version]:
    """Issued and not yet in force, the soonest first."""
    day = today()
    seen = (
        Version.objects.waiting(day)
        .visible_to(tokens)
        .filter(effective_on__lte=day + datetime.timedelta(days=SOON_DAYS))
    )
    if agencies:
        seen = seen.filter(agency__in=list(agencies))
    return list(seen.order_by("effective_on", "pk").defer(*LIGHT).select_related("agency")[:count])


@dataclass(frozen=True)
class Row:
    """A document in an agency's list."""

    pk: int
    document: int
    code: str
    title: str
    kind: str
    unit: int | None
    unit_name: str
    issued_on: datetime.date
    effective_on: datetime.date


def agency_rows(agency: Agency, tokens: Tokens, sort: str = "code") -> list[Row]:
    """Visible versions in force in the agency, by code, title, or newest first."""
    fields = (
        "pk",
        "document_id",
        "code",
        "title",
        "kind",
        "unit_id",
        "unit_name",
        "issued_on",
        "effective_on",
    )
    rows = [
        Row(*values)
        for values in Version.objects.filter(agency=agency)
        .visible_to(tokens)
        .in_force()
        .order_by()
        .values_list(*fields)
    ]
    if sort == "date":
        return sorted(rows, key=lambda row: (row.issued_on, row.pk), reverse=True)
    if sort == "title":
        return sorted(rows, key=lambda row: (title_key(row.title), row.pk))
    return sorted(rows, key=lambda row: (natural_key(row.code), title_key(row.title), row.pk))


def counts_by_agency(tokens: Tokens) -> Counter[int]:
    """The number of documents in force visible to these tokens, by agency."""
    counted = (
        Version.objects.visible_to(tokens)
        .in_force()
        .order_by()
        .values("agency_id")
        .annotate(number=Count("pk"))
    )
    return Counter({row["agency_id"]: row["number"] for row in counted})


def agency_list(*, closed: bool = False) -> list[Agency]:
    """The agencies active today in Vietnamese order, or those that have closed."""
    day = today()
    active = Agency.objects.active(day)
    found = (
        Agency.objects.exclude(pk__in=active.values("pk"))
        .filter(active_to__lt=day)
        .select_related("successor")
        if closed
        else active
    )
    return sorted(found, key=lambda a: sort_key(a.name))


def units_of(rows: Iterable[Row]) -> dict[int, str]:
    """The current names of the units that have a document in the list."""
    ids = {row.unit for row in rows if row.unit}
    return dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
