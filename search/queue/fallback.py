"""Searches the database while the index is unavailable: by title, code and headings."""

import datetime
import functools
import operator
from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from search.engines.queries import Conditions
from search.entries import Entry, Hit, Query, Results
from search.index.prepared import COMING, DRAFT, ENDED, HOLDS, STANDING, Card, prepare_card
from search.models import Listing
from search.ranking.snippets import Sought, mark, sought
from search.words import codes
from search.words.question import parse_question
from search.words.vietnamese import analyse, clean

MOST = 300  # rows read per question
CHUNK = 200
_PLAIN = {
    "kind": "kind",
    "agency": "agency",
    "unit": "unit",
    "state": "state",
    "group": "group",
    "key": "key",
}


def replace_rows(origins: Sequence[str], entries: Sequence[Entry], cards: Sequence[str]) -> None:
    """Replaces the rows of these origins with those of the entries."""
    rows = [_row(entry, card) for entry, card in zip(entries, cards, strict=True)]
    with transaction.atomic():
        Listing.objects.filter(Q(origin__in=origins) | Q(key__in=[r.key for r in rows])).delete()
        Listing.objects.bulk_create(rows, batch_size=CHUNK)


def storing_rows(entries: Iterable[Entry], *, progress: bool = False) -> Iterator[Entry]:
    """Yields the entries, storing a row for each."""
    chunk: list[Entry] = []
    count = 0
    for entry in entries:
        chunk.append(entry)
        if len(chunk) == CHUNK:
            replace_rows((), chunk, [prepare_card(e) for e in chunk])
            count += len(chunk)
            chunk = []
            if progress:
                print(f"\r{count}", end="", flush=True)
        yield entry
    replace_rows((), chunk, [prepare_card(e) for e in chunk])
    if progress:
        print(f"\r{count + len(chunk)}", flush=True)


def forget_before(moment: datetime.datetime) -> None:
    """Deletes rows that a rebuild begun at that moment did not update."""
    Listing.objects.filter(made_at__lt=moment).delete()


def _row(entry: Entry, card: str) -> Listing:
    headings = " ".join(p.title for p in entry.passages if p.title)[:4000]
    words = analyse(clean(f"{entry.title} {entry.code} {headings}")).folded
    return Listing(
        key=entry.key, origin=entry.origin_or_key, group=entry.group, kind=entry.kind, readers=f" {' '.join(entry.readers)} ", agency=entry.agency,
        unit=entry.unit, state=entry.state, first_day=entry.first_day, last_day=entry.last_day, sort_date=entry.sort_date or entry.first_day,
        facets="\n".join(["", *(_facet(name, value) for name, values in entry.facets.items() for value in values), ""]),
        words=f" {' '.join([*words, *(t for code in (entry.code, *entry.codes) for t in codes.own_tokens(code))])} ", card=card, made_at=timezone.now(),
    )  # fmt: skip


def _visible(conditions: Conditions) -> QuerySet[Listing]:
    rows = Listing.objects.all()
    if conditions.tokens is not None:
        rows = rows.filter(_any("readers", (f" {token} " for token in conditions.tokens)))
    if conditions.groups:
        rows = rows.filter(group__in=conditions.groups)
    if conditions.day:
        rows = rows.filter(
            Q(first_day=None) | Q(first_day__lte=conditions.day),
            Q(last_day=None) | Q(last_day__gte=conditions.day),
        )
    for name, values in conditions.filters.items():
        if name in {"agency", "unit"}:
            values = tuple(v for v in values if str(v).isdecimal())
        if name == STANDING:
            ended, coming = Q(last_day__lt=conditions.today), Q(first_day__gt=conditions.today)
            holds = (Q(last_day=None) | ~ended) & (Q(first_day=None) | ~coming)
            parts = {HOLDS: holds, ENDED: ended, COMING: coming}
            rows = rows.exclude(state=DRAFT).filter(
                functools.reduce(
                    operator.or_, (parts[v] for v in values if v in parts), Q(pk__in=())
                )
            )
        elif name in _PLAIN:
            rows = rows.filter(**{f"{_PLAIN[name]}__in": values})
        else:
            rows = rows.filter(_any("facets", (f"\n{_facet(name, str(v))}\n" for v in values)))
    return rows


def _any(field: str, pieces: Iterable[str]) -> Q:
    """Matches rows whose field contains one of the pieces."""
    return functools.reduce(
        operator.or_, (Q(**{f"{field}__contains": piece}) for piece in pieces), Q(pk__in=())
    )


def _facet(name: str, value: str) -> str:
    """A facet value as stored in a row, on one line."""
    return f"{name}={' '.join(value.split())}"


def find(query: Query) -> Results:
    """Results by titles, codes and headings."""
    question = parse_question(query.text)
    rows = _visible(Conditions.of(query))
    for term in question.distinct:
        rows = rows.filter(words__contains=f" {term.folded}")
    for phrase in question.left_out:
        rows = rows.exclude(words__contains=f" {' '.join(t.folded for t in phrase)} ")
    total = rows.count()
    said, marks = (
        {t.folded for t in question.terms},
        sought((t.folded, t.marked) for t in question.terms),
    )
    cards = [
        Card(card)
        for card in rows.order_by("-sort_date", "pk").values_list("card", flat=True)[:MOST]
    ]
    if query.sort == "code":
        cards.sort(key=lambda c: c.code)
    elif query.sort == "relevance":
        cards.sort(key=lambda c: -len(said & c.title_words) / (len(c.title_words) or 1))
    start = (max(query.page, 1) - 1) * query.size
    hits = tuple(_hit(card, marks) for card in cards[start : start + query.size])
    return Results(
        hits,
        total,
        notice=_(
            "Chỉ mục tìm kiếm đang được dựng lại; kết quả tạm thời chỉ theo tên, mã hiệu và đề mục."
        ),
    )


def _hit(card: Card, marks: Sought) -> Hit:
    return Hit(
        key=card.key, origin=card.origin, group=card.group, kind=card.kind, code=card.code, title=card.title, title_html=mark(card.title, marks),
        agency=card.agency, agency_name=card.agency_name, unit_name=card.unit_name, url=card.url, section="", snippet="", score=0.0,
        first_day=card.first_day, last_day=card.last_day, state=card.state, source=card.source,
    )  # fmt: skip
