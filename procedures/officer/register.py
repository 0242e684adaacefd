"""The officer's register: the documents a user works on, with their states. A constant number of
queries."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from procedures import rules
from procedures.flag_words import to_look_at
from procedures.models import DocumentPage, Kind, Version
from procedures.reader.queries import natural_key
from qms import access
from qms.access import Person
from qms.models import Agency, ApprovalItem
from qms.roles import DRAFTING_ROLES
from qms.text.codes import code_key
from search import api
from search.words.vietnamese import clean, sort_key, words

STATES = {
    "drafting": _("Đang soạn"),
    "sent": _("Đang trình duyệt"),
    "in_force": _("Có hiệu lực"),
    "waiting": _("Chờ hiệu lực"),
    "withdrawn": _("Đã thu hồi"),
    "flagged": _("Cần xem lại"),
}
SORTS = {
    "code": _("Mã hiệu"),
    "title": _("Tên"),
    "since": _("Ngày hiệu lực"),
    "changed": _("Sửa gần nhất"),
}


IN_APPROVAL = Exists(
    ApprovalItem.objects.filter(
        is_open=True, subject=Concat(Value("document:"), Cast(OuterRef("pk"), CharField()))
    )
)  # on documents: whether the draft was sent, so that nobody edits it


@dataclass
class Row:
    """A document in the register."""

    pk: int
    code: str
    code_key: str
    title: str
    kind: str
    agency_id: int
    unit_id: int | None
    unit_name: str
    flags: int
    has_draft: bool
    changed: datetime.datetime | None
    changed_by: str
    in_approval: bool = False
    since: datetime.date | None = None
    ordinal: int | None = None
    waiting_on: datetime.date | None = None
    states: list[str] = field(default_factory=list)

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label) if self.kind in Kind.values else self.kind

    @property
    def chips(self) -> list[tuple[str, Any]]:
        return [
            (state, STATES[state])
            for state in STATES
            if state in self.states and state != "flagged"
        ]


def drafting_agencies(user: Person) -> list[Agency]:
    """The agencies in which the user drafts today."""
    return [a for a in access.home_agencies(user) if access.has_role(user, a, *DRAFTING_ROLES)]


def documents_of(user: Person) -> QuerySet[DocumentPage]:
    return rules.drafts(DocumentPage.objects.all(), user)


def rows_of(user: Person, agency: int | None = None) -> list[Row]:
    """Every document that the user works on (in one agency), with its state today. Five queries."""
    documents = documents_of(user)
    if agency is not None:
        documents = documents.filter(agency=agency)
    rows = {}
    fields = (
        "pk", "code", "code_key", "title", "long_title", "kind", "agency_id", "unit_id", "unit__name", "flags",
        "latest_revision_id", "issued_revision_id", "latest_revision_created_at", "latest_revision__user__first_name", "latest_revision__user__username",
        "in_approval",
    )  # fmt: skip
    for (
        pk,
        code,
        key,
        title,
        long,
        kind,
        owner,
        unit,
        unit_name,
        flags,
        latest,
        issued,
        changed,
        name,
        username,
        in_approval,
    ) in documents.order_by().annotate(in_approval=IN_APPROVAL).values_list(*fields):
        rows[pk] = Row(
            pk,
            code,
            key,
            long or title,
            kind,
            owner,
            unit,
            unit_name or "",
            to_look_at(flags),
            latest != issued,
            changed,
            name or username or "",
            in_approval,
        )
    _add_states(rows, documents)
    return list(rows.values())


def _add_states(rows: dict[int, Row], documents: QuerySet[DocumentPage]) -> None:
    versions = Version.objects.filter(document__in=documents.order_by().values("pk"))
    for pk, since, ordinal in (
        versions.in_force().order_by().values_list("document_id", "effective_on", "ordinal")
    ):
        rows[pk].since, rows[pk].ordinal = since, ordinal
    for pk, day in (
        versions.waiting().order_by("-effective_on").values_list("document_id", "effective_on")
    ):
        rows[pk].waiting_on = day
    issued = set(versions.standing().order_by().values_list("document_id", flat=True).distinct())
    for row in rows.values():
        row.states = [
            *(["sent" if row.in_approval else "drafting"] if row.has_draft else []),
            *(["in_force"] if row.since else []),
            *(["waiting"] if row.waiting_on else []),
            *(["withdrawn"] if row.pk in issued and not row.since and not row.waiting_on else []),
            *(["flagged"] if row.flags else []),
        ]


def counts(rows: Iterable[Row]) -> Counter[str]:
    """The number of rows in each state, and of each kind under "kind:<kind>"."""
    counted: Counter[str] = Counter()
    for row in rows:
        counted.update(row.states)
        counted[f"kind:{row.kind}"] += 1
    return counted


def sort(rows: list[Row], by: str, *, descending: bool = False) -> list[Row]:
    """Codes in natural order, titles in Vietnamese order, dates newest first."""
    if by == "title":
        found = sorted(rows, key=lambda r: (sort_key(r.title), r.pk))
    elif by == "since":
        found = sorted(
            rows, key=lambda r: (r.since or r.waiting_on or datetime.date.min, r.pk), reverse=True
        )
    elif by == "changed":
        found = sorted(
            rows, key=lambda r: (r.changed.timestamp() if r.changed else 0, r.pk), reverse=True
        )
    else:
        found = sorted(rows, key=lambda r: (natural_key(r.code), sort_key(r.title), r.pk))
    return found[::-1] if descending else found


def matching(rows: list[Row], query: str, user: Person) -> tuple[list[Row], str]:
    """The rows that match a query, typed with or without diacritics: by code and title first, then
    by their text.

    Also a message for the user if the texts could not be searched, else ""."""
    asked = [word.folded for word in words(clean(query))]
    key = code_key(query)
    if not asked:
        return (rows if not query.strip() else []), ""
    named = [row for row in rows if _named(row, asked, key)]
    found = {row.pk for row in named}
    by_document = {row.pk: row for row in rows if row.pk not in found}
    in_text, notice = _in_text(query, user)
    return named + [by_document[pk] for pk in in_text if pk in by_document], notice


def _named(row: Row, asked: list[str], key: str) -> bool:
    if key and row.code_key and row.code_key.startswith(key):
        return True
    have = [word.folded for word in words(clean(f"{row.code} {row.title}"))]
    return all(any(h.startswith(a) for h in have) for a in asked[:-1]) and any(
        h.startswith(asked[-1]) for h in have
    )


def _in_text(query: str, user: Person) -> tuple[list[int], str]:
    """IDs of the documents whose draft or versions match, best first, from the search index; or a
    message that the search failed."""
    return api.documents(query, tokens=access.tokens_for(user))
