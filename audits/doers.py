"""Who did the work of a correction, and therefore doesn't judge whether it worked: in this round and
in the rounds before it."""

from audits.models import Action, Nonconformity
from qms.models import Event


def of(case: Nonconformity) -> set[int]:
    """IDs of the people. Three queries, and one for each earlier round."""
    rounds = _rounds(case)
    found: set[int] = set()
    planned: set[int] = set()
    rows = Action.objects.filter(nonconformity__in=rounds)
    for number, *people in rows.values_list("nonconformity", "person", "done_by"):
        planned.add(number)
        found |= {pk for pk in people if pk is not None}
    return found | _at_once([pk for pk in rounds if pk not in planned])


def _rounds(case: Nonconformity) -> list[int]:
    found, before = [case.pk], case.follows_id
    while before is not None and before not in found:
        found.append(before)
        before = Nonconformity.objects.values_list("follows", flat=True).get(pk=before)
    return found


def _at_once(rounds: list[int]) -> set[int]:
    """Who corrected where no plan was needed: whoever recorded it, by the journal, and whoever let
    it go without a plan."""
    if not rounds:
        return set()
    planners = Nonconformity.objects.filter(pk__in=rounds).values_list("planned_by", flat=True)
    wrote = Event.objects.filter(
        subject__in=[f"nonconformity:{pk}" for pk in rounds], kind="nonconformity_analysed", data__gate="correction",
    )  # fmt: skip
    return {pk for pk in (*planners, *wrote.values_list("by", flat=True)) if pk is not None}
