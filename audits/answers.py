"""Which answers to a question count. One rule, for whatever order devices send in.

Each answer names its base, the answer that was on the screen when it was written. The newest counts as long as each follows the
one before; where two people answered from one base, both stay until the lead chooses."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from audits.models import Answer, Audit


def current(answers: Iterable[Answer]) -> list[Answer]:
    """The answers that count, out of all to one question, oldest first: none, one, or the several of a conflict."""
    counting: list[Answer] = []
    for one in answers:
        counting = after(counting, one)
    return counting


def after(counting: list[Answer], one: Answer) -> list[Answer]:
    """What counts once `one` has arrived while `counting` did."""
    if one.settles or one.entry is None or not counting:
        return [one]
    if len(counting) == 1:
        last = counting[0]
        follows = one.base_id == last.pk
        own = one.by_id == last.by_id and not last.settles
        return [one] if follows or own else [last, one]
    return [*(other for other in counting if other.by_id != one.by_id), one]


def unsettled(audit: Audit) -> set[int]:
    """Ids of the questions whose answers are in conflict. One query."""
    later = Answer.objects.filter(item=OuterRef("item"), settles=True, pk__gt=OuterRef("pk"))
    open_ones = Answer.objects.filter(item__audit=audit, is_conflict=True).exclude(Exists(later))
    return set(open_ones.order_by().values_list("item", flat=True))
