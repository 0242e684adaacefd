"""Decides which answers to a question count, in whatever order devices send them.

Each answer names its base, the answer that was on the screen when it was written. The newest counts
as long as each follows the previous one; if two people answered from the same base, both count
until the lead chooses."""

import uuid
from collections.abc import Collection, Iterable

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from audits.models import Answer, Audit, Item, Result
from qms.text.numbers import whole_number


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


def by_turns(answers: Iterable[Answer]) -> list[Answer]:
    """The answers to a question as a reader counts them, newest first as given: what one person saved
    in a row, without anybody else in between, is one answer, the newest."""
    turns: list[Answer] = []
    for one in answers:
        if not turns or turns[-1].by_id != one.by_id:
            turns.append(one)
    return turns


def counting_of(items: Collection[int]) -> dict[int, list[Answer]]:
    """{question: the answers that count}, as `current` has it. Two queries; reads no answer from
    before the newest one that was no conflict, since that one counted alone."""
    given = Answer.objects.filter(item__in=items)
    alone = given.filter(is_conflict=False).order_by().values("item").annotate(newest=Max("pk"))
    since = dict(alone.values_list("item", "newest"))
    counting: dict[int, list[Answer]] = {pk: [] for pk in items}
    conflicts = Q(item__in=items, is_conflict=True)
    for one in Answer.objects.filter(conflicts | Q(pk__in=since.values())).order_by("pk"):
        if one.pk >= since.get(one.item_id, 0):
            counting[one.item_id] = after(counting[one.item_id], one)
    return counting


def by_key(items: Collection[int], keys: Iterable[str]) -> dict[str, Answer]:
    """{key: answer} of those keys that answers to these questions have. One query."""
    entries, numbers = [], []
    for key in keys:
        if key.startswith("n"):
            numbers.append(whole_number(key[1:]))
            continue
        try:
            entries.append(uuid.UUID(key))
        except ValueError:
            continue
    named = Q(entry__in=entries) | Q(pk__in=[one for one in numbers if one is not None])
    return {one.key: one for one in Answer.objects.filter(named, item__in=items)}


def unsettled(audit: Audit) -> set[int]:
    """IDs of the questions whose answers are in conflict. One query."""
    later = Answer.objects.filter(item=OuterRef("item"), settles=True, pk__gt=OuterRef("pk"))
    open_ones = Answer.objects.filter(item__audit=audit, is_conflict=True).exclude(Exists(later))
    return set(open_ones.order_by().values_list("item", flat=True))


# -- counting


# "Not checked" says that a question is still open: everywhere it counts as no answer
OPEN = Q(newest=None) | Q(newest=Result.NOT_CHECKED)


def with_newest(items: "QuerySet[Item]") -> "QuerySet[Item]":
    """The questions with the result that counts (None without an answer), for `OPEN`."""
    newest = Answer.objects.filter(item=OuterRef("pk")).order_by("-pk").values("result")[:1]
    return items.annotate(newest=Subquery(newest))
