"""What people asked and did not find, without who asked; kept for 90 days."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Avg, Count, Max, Q
from django.utils import timezone

from search.models import QueryLog
from search.question import ask

KEPT = datetime.timedelta(days=90)
OFTEN = 3  # questions asked so often are suggested


def folded(text: str) -> str:
    """A question as it is counted together with its other spellings."""
    return " ".join(t.folded for t in ask(text).terms)[:200]


def record(text: str, total: int, *, agency: int | None = None) -> int | None:
    """Keeps a question. Returns its number, for ``opened``; None where there was nothing to keep."""
    words = folded(text)
    if not words:
        return None
    return QueryLog.objects.create(text=ask(text).text[:200], words=words, total=min(total, 2**31 - 1), agency_id=agency).pk


def opened(number: int, place: int) -> None:
    """Says that the result at this place (1 is the first) was opened."""
    QueryLog.objects.filter(pk=number, opened=None).update(opened=min(max(place, 1), 1000))


def forget_old() -> int:
    """Takes away what is older than 90 days."""
    return QueryLog.objects.filter(made_at__lt=timezone.now() - KEPT).delete()[0]


def frequent(beginning: str, *, agency: int | None = None, limit: int = 6) -> list[str]:
    """Questions with this beginning that were asked often and found something, most frequent first.

    Only those of the agency itself: what others ask is theirs, and what anybody at all may ask three times is put before nobody.
    """
    words = folded(beginning)
    if len(words) < 2 or agency is None:
        return []
    asked = QueryLog.objects.filter(agency=agency, words__startswith=words, total__gt=0)
    rows = asked.values("words").annotate(n=Count("pk"), text=Max("text")).filter(n__gte=OFTEN).order_by("-n", "words")
    return [row["text"] for row in rows[:limit]]


@dataclass(frozen=True)
class Missed:
    """A question that people asked in vain."""

    text: str
    asked: int
    without_result: int
    opened: int
    results: float


def missed(*, agencies: Sequence[int] | None = None, limit: int = 100) -> list[Missed]:
    """What gave no result, or nothing that anybody opened, most asked first."""
    rows = QueryLog.objects.all() if agencies is None else QueryLog.objects.filter(agency__in=agencies)
    counted = rows.values("words").annotate(n=Count("pk"), none=Count("pk", filter=Q(total=0)), clicks=Count("opened"), mean=Avg("total"), text=Max("text"))
    in_vain = counted.filter(Q(none__gt=0) | Q(clicks=0)).order_by("-n", "words")
    return [Missed(r["text"], r["n"], r["none"], r["clicks"], round(r["mean"], 1)) for r in in_vain[:limit]]
