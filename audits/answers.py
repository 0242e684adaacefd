"""Decides which answers to a question count, in whatever order devices send them.

Each answer names its base, the answer that was on the screen when it was written. The newest counts
as long as each follows the previous one; if two people answered from the same base, both count
until the lead chooses."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from audits.models import Answer, Audit


def current(answers: Iterable[Answer]) -> list[Answer]:
    """The answers to a question (oldest first) that count: none, one, or several in a conflict."""
    counting: list[Answer] = []
    for one in answers:
        counting = after(counting, one)
    return counting


def after(counting: list[Answer], one: Answer) -> list[Answer]:
    """The answers that count after `one` has arrived, given those that counted before."""
    if one.settles or one.entry is None or not counting:
        return [one]
    if len(counting) == 1:
        last = counting[0]
        follows = one.base_id == last.pk
        own = one.by_id == last.by_id and not last.settles
        return [one] if follows or own else [last, one]
    return [*(other for other in counting if other.by_id != one.by_id), one]


def unsettled(audit: Audit) -> set[int]:
    """IDs of the questions whose answers are in conflict. One query."""
    later = Answer.objects.filter(item=OuterRef("item"), settles=True, pk__gt=OuterRef("pk"))
    open_ones = Answer.objects.filter(item__audit=audit, is_conflict=True).exclude(Exists(later))
    return set(open_ones.order_by().values_list("item", flat=True))
