"""The log of questions and reports on failed ones, without users; kept for 90 days."""

import datetime
from collections.abc import Collection, Iterable
from typing import Any

from django.db import models
from django.db.models import Avg, Count, F, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search.models import QueryLog
from search.words.question import parse_question

KEPT = datetime.timedelta(days=90)
OFTEN = 3  # minimum times asked to be suggested


def folded(text: str) -> str:
    """The folded form under which spellings of a question are counted together."""
    return " ".join(t.folded for t in parse_question(text).terms)[:200]


def log_query(text: str, total: int, *, agency: int | None = None) -> int | None:
    """Logs a question. Returns its ID, for ``log_opened``; None if there was nothing to log."""
    words = folded(text)
    if not words:
        return None
    return QueryLog.objects.create(
        text=parse_question(text).text[:200],
        words=words,
        total=min(total, 2**31 - 1),
        agency_id=agency,
    ).pk


def log_opened(number: int, place: int) -> None:
    """Logs that the result with this rank (from 1) was opened."""
    QueryLog.objects.filter(pk=number, opened=None).update(opened=min(max(place, 1), 1000))


def forget_old() -> int:
    """Deletes questions older than 90 days. Returns how many."""
    return QueryLog.objects.filter(made_at__lt=timezone.now() - KEPT).delete()[0]


def frequent(beginning: str, *, agency: int | None = None, limit: int = 6) -> list[str]:
    """Questions with this beginning that were asked often and found something, most frequent first.

    Only questions asked in this agency: those of others are private, and visitors could otherwise
    place suggestions by asking something three times.
    """
    words = folded(beginning)
    if len(words) < 2 or agency is None:
        return []
    asked = QueryLog.objects.filter(agency=agency, words__startswith=words, total__gt=0)
    rows = (
        asked.values("words")
        .annotate(n=Count("pk"), text=Max("text"))
        .filter(n__gte=OFTEN)
        .order_by("-n", "words")
    )
    return [row["text"] for row in rows[:limit]]


class Failure(models.TextChoices):
    """How a question failed."""

    NOTHING = "nothing", _("Không có kết quả")
    UNOPENED = "unopened", _("Có kết quả, không ai mở")


def missed(
    *, agencies: Collection[int | None] | None = None, days: int = KEPT.days, kind: str = ""
) -> "QuerySet[QueryLog, Any]":
    """Failed questions, most frequent first: those of which nobody has opened a result since they
    last gave none.

    One row per question, all spellings together: ``words``, ``asked``, ``vain`` (times without a
    result or an opened one), ``none`` (times without a result), ``mean`` (average number of
    results), ``last`` (when), ``latest`` (ID of the log row). ``agencies`` None means all; None
    among them means no agency. ``kind`` is one of ``Failure``; empty for both. Reads only the indexes.
    """
    rows = QueryLog.objects.filter(
        made_at__gte=timezone.now() - datetime.timedelta(days=min(days, KEPT.days))
    )
    if agencies is not None:
        rows = rows.filter(
            Q(agency__in=[a for a in agencies if a is not None])
            | (Q(agency=None) if None in agencies else Q(pk__in=()))
        )
    without = Q(total=0)
    found = (
        rows.order_by()
        .values("words")
        .annotate(
            latest=Max("pk"), asked=Count("pk"), vain=Count("pk", filter=without | Q(opened=None)), none=Count("pk", filter=without), clicks=Count("opened"),
            mean=Avg("total"), last=Max("made_at"), last_none=Max("made_at", filter=without), last_opened=Max("made_at", filter=Q(opened__isnull=False)),
        )
    )  # fmt: skip
    conditions = {
        "": Q(clicks=0) | Q(last_none__gt=F("last_opened")),
        Failure.NOTHING: Q(none__gt=0),
        Failure.UNOPENED: Q(none=0),
    }
    return found.filter(conditions[""], conditions[kind]).order_by("-vain", "-last", "words")


def with_texts(rows: "Iterable[dict[str, Any]]") -> list[dict[str, Any]]:
    """The rows of ``missed`` with ``text``: the question as typed last. One query per 500 rows."""
    found = [dict(row) for row in rows]
    for start in range(0, len(found), 500):
        part = found[start : start + 500]
        texts = dict(
            QueryLog.objects.filter(pk__in=[row["latest"] for row in part])
            .order_by()
            .values_list("pk", "text")
        )
        for row in part:
            row["text"] = texts.get(row["latest"], row["words"])
    return found
