"""Best bets: entries that an agency puts on top for a question, and the current state of
these targets."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.clock import today
from search.index.prepared import Card
from search.models import BestBet, Listing

MOST = 5  # best bets per question


def audience(agency: int | None) -> frozenset[str]:
    """The access tokens of a best bet's audience: an agency's people, or everybody. Its target must
    be visible to them."""
    return frozenset({"public"} if agency is None else {"public", "city", f"agency:{agency}"})


def origins_for(words: str, agency: int | None) -> list[str]:
    """The origins on top for a (folded) question, in order: those of the user's agency,
    then everybody's."""
    if not words:
        return []
    rows = BestBet.objects.filter(Q(agency=None) | Q(agency=agency), words=words).order_by(
        F("agency").asc(nulls_last=True), "place", "pk"
    )
    return list(dict.fromkeys(rows.values_list("origin", flat=True)))[:MOST]


def keys_of(origins: Collection[str]) -> dict[str, str]:
    """{key: origin} of the entries of these origins, without any access check."""
    return dict(
        Listing.objects.filter(origin__in=origins).order_by("pk").values_list("key", "origin")[:100]
    )


def others_for_question(row: BestBet) -> "QuerySet[BestBet]":
    """The other rows for the same question in the same table, in order."""
    return (
        BestBet.objects.filter(agency=row.agency_id, words=row.words)
        .exclude(pk=row.pk)
        .order_by("place", "pk")
    )


@dataclass(frozen=True)
class Target:
    """The target of a best bet, as far as its audience may see it."""

    state: str  # one of STATES
    title: str = ""
    code: str = ""
    url: str = ""
    agency_name: str = ""

    @property
    def shown(self) -> bool:
        return self.state == "shown"

    @property
    def label(self) -> str:
        return f"{self.code} – {self.title}" if self.code else self.title


STATES = {
    "shown": gettext_lazy("Đang hiện"),
    "later": gettext_lazy("Chờ hiệu lực"),
    "ended": gettext_lazy("Hết hiệu lực"),
    "gone": gettext_lazy("Không còn, hoặc không mở cho người tìm"),
}
GONE = Target("gone")


def targets(origins: Iterable[str], tokens: frozenset[str]) -> dict[str, Target]:
    """{origin: target} today for holders of the tokens: the entry in force, else the next, else the
    last. One query."""
    visible = Q(pk__in=())
    for token in sorted(tokens):
        visible |= Q(readers__contains=f" {token} ")
    rows = Listing.objects.filter(visible, origin__in=set(origins)).order_by(
        "origin", "first_day", "pk"
    )
    best: dict[str, tuple[int, Target]] = {}
    for origin, card, first, last in rows.values_list("origin", "card", "first_day", "last_day"):
        state, rank = _state(first, last)
        if (
            origin not in best
            or rank > best[origin][0]
            or (state == "ended" and rank == best[origin][0])
        ):
            shown = Card(card)
            best[origin] = (
                rank,
                Target(state, shown.title, shown.code, shown.url, shown.agency_name),
            )
    return {origin: best[origin][1] if origin in best else GONE for origin in origins}


def _state(first: datetime.date | None, last: datetime.date | None) -> tuple[str, int]:
    day = today()
    if last is not None and last < day:
        return "ended", 0
    return ("later", 1) if first is not None and first > day else ("shown", 2)


def targets_of(rows: Sequence[BestBet]) -> dict[int, Target]:
    """{row ID: target} as seen by each row's audience. One query per table (agency or everybody) of
    the rows."""
    found: dict[int, Target] = {}
    for agency in {row.agency_id for row in rows}:
        ours = [row for row in rows if row.agency_id == agency]
        known = targets([row.origin for row in ours], audience(agency))
        found |= {row.pk: known[row.origin] for row in ours}
    return found


def check(row: BestBet) -> None:
    """Raises ValidationError, by field, for a row that no question matches, or whose target its
    audience may not see."""
    if not row.words:
        raise ValidationError(
            {"text": _("Hãy ghi câu hỏi bằng chữ hoặc số; chỉ có dấu câu thì không so được.")}
        )
    if not targets([row.origin], audience(row.agency_id))[row.origin].shown:
        raise ValidationError(
            {"origin": _("Hãy chọn tài liệu đang có hiệu lực mà người tìm được xem.")}
        )
    if others_for_question(row).filter(origin=row.origin).exists():
        raise ValidationError({"origin": _("Tài liệu này đã được ưu tiên cho câu hỏi ấy.")})
    if others_for_question(row).count() >= MOST:
        raise ValidationError(
            {
                "text": _(
                    "Câu hỏi này đã có %(count)s kết quả ưu tiên. Hãy xóa bớt trước khi thêm."
                )
                % {"count": MOST}
            }
        )
