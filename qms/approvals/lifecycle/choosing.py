"""Naming other people for a step that nobody can finish any more."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from qms.approvals import news, queries, rules, seats, steps
from qms.approvals.lifecycle.common import State, append_event, check, in_state, locked, need
from qms.approvals.lifecycle.sending import put_seats
from qms.models import Approval, User


@transaction.atomic
def choose_other_signers(
    approval: Approval, step: int, *, by: User, people: Iterable[int], reason: str
) -> Approval:
    """Names other people for a step that its rule can no longer fill; the step's meaning determines
    who is eligible."""
    approval = locked(approval)
    check(
        rules.may_choose_other_signers(by, approval),
        _("Chỉ thư ký ISO của cơ quan được chọn lại người ký."),
    )
    in_state(approval, State.OPEN)
    found = queries.steps_of(approval)
    check(
        approval.step <= step < len(found),
        _("Bước này đã có đủ chữ ký hoặc không có trong quy tắc."),
    )
    reason = need(reason, _("Hãy ghi lý do chọn lại người ký."))
    check(
        needs_choosing(approval, step),
        _("Bước này vẫn có người ký được. Người vắng mặt thì ghi người ký thay."),
    )
    chosen = set(people)
    able = steps.able_people(approval.agency, found[step].meaning)
    able -= set(approval.barred.values_list("pk", flat=True))
    able -= {one.person_id for one in queries.signatures_over(approval)}
    check(
        bool(chosen) and chosen <= able,
        _("Hãy chọn người giữ vai trò ký được bước này, không soạn, không trình và chưa ký."),
    )
    missing = queries.missing_of_step(approval, step, queries.signatures_over(approval))
    wanted = found[step].needed if found[step].each else missing
    check(
        found[step].quorum == 0 or len(chosen) >= wanted,
        _("Hãy chọn ít nhất %(count)s người.") % {"count": wanted},
    )
    named = [str(step), *(f"{step}:{token}" for token in _without_people(approval, step))]
    approval.chosen = {**approval.chosen, **dict.fromkeys(named, sorted(chosen))}
    approval.save()
    _seat_chosen(approval, step, found[step], chosen)
    if step == approval.step:
        news.step_opened(approval)
    append_event(
        "approval_people_chosen",
        approval,
        by,
        step=step + 1,
        people=list(queries.people_by_id(chosen).values()),
        reason=reason,
    )
    return approval


def _seat_chosen(approval: Approval, number: int, step: steps.Step, chosen: set[int]) -> None:
    """Gives the seats of a step to the people named; the owners of a set keep theirs."""
    tokens = seats.tokens_of_people(approval.agency_id, step.meaning, chosen)
    if step.each:
        tokens |= seats.tokens_of_step(approval.agency_id, step, queries.items_of(approval))
    put_seats(approval, number, tokens)


def needs_choosing(approval: Approval, step: int) -> bool:
    """Whether fewer people hold a seat of the step today than it still needs, because
    somebody left."""
    if queries.steps_of(approval)[step].each:
        return bool(_without_people(approval, step))
    signed = queries.signatures_over(approval)
    who = {one.person_id for one in signed}
    able = {one.pk for one in seats.people_of_step(approval, step)} - who
    return len(able) < queries.missing_of_step(approval, step, signed)


def _without_people(approval: Approval, number: int) -> list[str]:
    """The seats of a set's owners that nobody can fill any more."""
    step = queries.steps_of(approval)[number]
    if not step.each:
        return []
    signed = queries.signatures_over(approval)
    able = {one.pk for one in seats.people_of_step(approval, number)}
    able -= {one.person_id for one in signed}
    able |= {one.instead_of_id or one.person_id for one in signed if one.step == number}
    owners = queries.owners_of_step(approval, number)
    return [token for token, people in owners.items() if len(people & able) < step.needed]
