"""The search functions for pages and other apps."""

import datetime
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import DatabaseError
from django.db.models import Count as CountOf
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from qms.clock import today
from search import engines, registry
from search.engines.interface import Unavailable
from search.engines.queries import Conditions
from search.entries import Count, Hit, Query, Results, Suggestion
from search.meaning import nearness
from search.meaning.nearness import Visible
from search.models import Synonym
from search.queue import fallback
from search.ranking.snippets import mark, sought
from search.tables import best_bets, reports
from search.words.question import Synonyms, parse_question

log = logging.getLogger("search")
MOST_DOCUMENTS = 200
_synonyms: dict[int | None, tuple[object, Synonyms]] = {}


def find(
    text: str,
    *,
    tokens: frozenset[str] | None,
    day: datetime.date | None = None,
    groups: Sequence[str] = (),
    filters: Mapping[str, Sequence[str]] | None = None,
    facets: Sequence[str] = (),
    sort: str = "relevance",
    page: int = 1,
    size: int = 10,
    agency: int | None = None,
) -> Results:
    """Results for the text that are visible to holders of the tokens and in force on ``day``, or on
    any day if None.

    ``filters`` (kind, agency, unit, state, group and any facet) keep entries with one of the
    values; ``facets`` are counted. ``sort`` is relevance, date or code. ``agency`` is the user's
    own: its abbreviations and best bets apply. Raises only database errors; if the index is
    unavailable, ``notice`` of the results says so, and after a fault in the search itself
    ``failed`` is set.
    """
    query = Query(
        text, tokens, day, tuple(groups), {name: tuple(map(str, values)) for name, values in (filters or {}).items()}, tuple(facets), sort,
        max(page, 1), min(max(size, 1), 100), agency,
    )  # fmt: skip
    try:
        return _answer(query, agency)
    except DatabaseError:
        raise  # a broken transaction can't continue
    except Exception:
        log_failure(text)
        return Results(notice=failure(), failed=True)


def failure() -> str:
    """User-facing message after a failed search."""
    return _("Không tìm được vì máy tìm kiếm gặp lỗi. Hãy thử lại, hoặc bớt ký tự đặc biệt.")


def log_failure(text: str) -> None:
    """Logs the current exception with the question, escaped to one line."""
    log.exception("the search failed for the question %s", ascii(text[:300]))


def _answer(query: Query, agency: int | None) -> Results:
    try:
        results = engines.current().find(query, synonyms(agency))
        if query.page == 1 and query.sort == "relevance" and not query.filters:
            results = _with_best_bets(results, query, agency)
    except Unavailable:
        return fallback.find(query)
    return replace(
        results, facets={name: _named(name, counts) for name, counts in results.facets.items()}
    )


def _named(facet: str, counts: Sequence[Count]) -> tuple[Count, ...]:
    labels = registry.labels_of(facet, [c.value for c in counts])
    return tuple(Count(c.value, labels[c.value], c.count) for c in counts)


def suggest(
    text: str,
    *,
    tokens: frozenset[str],
    day: datetime.date | None = None,
    agency: int | None = None,
    limit: int = 8,
) -> list[Suggestion]:
    """Suggestions while typing: things by title and code, then by synonyms, then
    frequent questions.

    Only what the user may see is suggested. Empty if the index is unavailable and after a fault,
    which is logged.
    """
    try:
        return _suggestions(text, Conditions(tokens, day), agency, limit)
    except DatabaseError:
        raise
    except Exception:
        log_failure(text)
        return []


def _suggestions(
    text: str, conditions: Conditions, agency: int | None, limit: int
) -> list[Suggestion]:
    try:
        found = engines.current().suggest(text, conditions, limit)
        if len(found) < limit and (other := synonyms(agency).rewritten(parse_question(text))):
            named = {s.url for s in found}
            found += [
                s for s in engines.current().suggest(other, conditions, limit) if s.url not in named
            ]
    except Unavailable:
        return []
    seen = {s.text.casefold() for s in found}
    often = [q for q in reports.frequent(text, agency=agency) if q.casefold() not in seen]
    if len(found) < limit and often:
        marks = sought((t.folded, t.marked) for t in parse_question(text).terms)
        found += [Suggestion(q, mark(q, marks)) for q in often[:3] if _answers(q, conditions)]
    return found[:limit]


def _answers(text: str, conditions: Conditions) -> bool:
    """Whether the words of a question find anything. Any order but relevance runs no model, which
    would take too long while somebody types."""
    return find(text, tokens=conditions.tokens, day=conditions.day, sort="code", size=1).total > 0


def near_duplicates(key: str, number: int, visible: Visible) -> list[str]:
    """At most ``number`` keys of entries that say nearly the same as the one with this key, nearest
    first.

    ``visible`` filters keys down to those that the user may see; it may be called several times and
    is the only access check. Empty if search by meaning is off or the entry has no vector yet, and
    after a fault, which is logged."""
    try:
        return nearness.near_duplicates(key, number, visible)
    except DatabaseError:
        raise
    except Exception:
        log.exception("could not find near duplicates of %s", ascii(key))
        return []


def documents(
    text: str, *, tokens: frozenset[str] | None, limit: int = MOST_DOCUMENTS
) -> tuple[list[int], str]:
    """(distinct IDs of documents whose draft or versions match the text, best first; user-facing
    reason of a failure, or "")."""
    found: dict[int, None] = {}
    for page in range(1, limit // 50 + 1):
        results = find(text, tokens=tokens, groups=("document", "draft"), page=page, size=50)
        if results.failed:
            return [], results.notice
        found.update(dict.fromkeys(int(hit.origin.rpartition(":")[2]) for hit in results.hits))
        if len(results.hits) < 50:
            break
    return list(found), ""


def synonyms(agency: int | None = None) -> Synonyms:
    """The synonyms: everybody's, and the agency's own. A change takes effect at the next question,
    in every process."""
    ours = Q(agency=None) | Q(agency=agency) if agency else Q(agency=None)
    rows = Synonym.objects.filter(ours)
    # The history grows with each change, in whatever order overlapping transactions commit.
    state = (
        *rows.order_by().aggregate(n=CountOf("pk"), last=Max("changed_at")).values(),
        Synonym.history.filter(ours).count(),
    )
    known = _synonyms.get(agency)
    if known is None or known[0] != state:
        known = _synonyms[agency] = (
            state,
            Synonyms([(r.short, r.long, r.both_ways, r.agency_id is not None) for r in rows]),
        )
    return known[1]


def _with_best_bets(results: Results, query: Query, agency: int | None) -> Results:
    """The results with the agency's best bets for this question on top, if the user may
    see them."""
    origins = best_bets.origins_for(reports.folded(query.text), agency)
    keys = best_bets.keys_of(origins) if origins else {}
    if not keys:
        return results
    # Earlier versions come in addition to the one in force, not instead of it
    day = query.day or today()
    found = (
        engines.current()
        .find(
            replace(
                query, text="", day=day, filters={"key": tuple(keys)}, facets=(), size=len(keys)
            )
        )
        .hits
    )
    best: dict[str, Hit] = {}
    for hit in found:
        best.setdefault(keys[hit.key], next((h for h in results.hits if h.key == hit.key), hit))
    first = [best[origin] for origin in origins if origin in best]
    rest = [h for h in results.hits if h not in first]
    return replace(results, hits=(*first, *rest), total=max(results.total, len(first)))
