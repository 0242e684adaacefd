"""Sending, and steps that change the list or the people of an open approval."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from qms.approvals import news, queries, reminders, rules, sealing, seats, steps, subjects
from qms.approvals.lifecycle.common import (
    State,
    append_event,
    check,
    first_open_step,
    in_state,
    locked,
    need,
)
from qms.approvals.subjects import Kind, Sealed
from qms.clock import now, today
from qms.errors import Refused
from qms.models import Agency, Approval, ApprovalItem, ApprovalSeat, Unit, User, current
from qms.proof import store

MOST_ITEMS = 200


@transaction.atomic
def send(
    kind: str | Kind,
    sealed: Sequence[Sealed],
    *,
    agency: Agency,
    title: str,
    by: User,
    note: str = "",
    before: Approval | None = None,
) -> Approval:
    """Seals the items and opens an approval for them under today's rule. `before`: the
    previous round."""
    kind = subjects.get(kind) if isinstance(kind, str) else kind
    check(
        rules.may_send(by, kind, agency),
        _("Bạn không có quyền trình loại nội dung này của cơ quan. Hãy nhờ thư ký ISO."),
    )
    _check_list(kind, sealed)
    if before is not None:
        before = locked(before)
        _check_before(before, kind, agency)
    approval = Approval(
        kind=kind.name,
        rule_kind=kind.rule_of(sealed[0].subject),
        agency=agency,
        title=" ".join(title.split())[:500],
        note=note.replace("\x00", "").strip()[:5000],
        before=before,
        first_id=before.thread_id if before else None,
        round=before.round + 1 if before else 1,
        sent_by=by,
        sent_by_name=str(by),
        sent_at=now(),
    )
    approval.save()
    barred = set().union(*[one.excluded for one in sealed]) | (
        set() if kind.sender_signs else {by.pk}
    )
    approval.barred.set(User.objects.filter(pk__in=barred))
    _check_one_rule(approval, kind, sealed)
    items = _seal(approval, sealed)
    _copy_rule(approval, items, kind)
    approval.manifest = sealing.manifest_of(approval, items)
    open_step(approval, 0)
    news.step_opened(approval)
    kind.on_sent(approval)
    append_event(
        "approval_sent",
        approval,
        by,
        round=approval.round,
        manifest=approval.manifest,
        items=[[item.subject, item.digest] for item in items],
    )
    return approval


def _check_list(kind: Kind, sealed: Sequence[Sealed]) -> None:
    check(bool(sealed), _("Chưa có nội dung nào để trình."))
    check(
        len(sealed) <= MOST_ITEMS,
        _("Một lần trình có tối đa %(most)s nội dung.") % {"most": MOST_ITEMS},
    )
    names = [one.subject for one in sealed]
    check(len(set(names)) == len(names), _("Có nội dung được chọn hai lần."))
    check(
        all(subjects.of(name) is kind for name in names),
        _("Các nội dung trình cùng nhau phải cùng một loại."),
    )


def _check_one_rule(approval: Approval, kind: Kind, sealed: Sequence[Sealed]) -> None:
    """Raises Refused if the rules of the items differ: one list goes through one rule's steps."""
    names = dict.fromkeys(kind.rule_of(one.subject) for one in sealed)
    rules_of = {name: steps.for_kind(approval.agency, name) for name in names}
    if all(found == rules_of[approval.rule_kind] for found in rules_of.values()):
        return
    labels = subjects.rule_kinds()
    raise Refused(
        _("Các nội dung này theo những quy tắc phê duyệt khác nhau (%(kinds)s). Hãy trình riêng từng loại, hoặc thư ký ISO đặt cùng một quy tắc.")
        % {"kinds": "; ".join(str(labels.get(name, name)) for name in names)}
    )  # fmt: skip


def _check_before(before: Approval, kind: Kind, agency: Agency) -> None:
    check(
        before.agency_id == agency.pk and before.kind == kind.name,
        _("Lần trình trước thuộc nội dung khác."),
    )
    left = queries.unanswered(before).count()
    check(
        not left,
        _("Còn %(count)s ý kiến phải sửa của lần trình trước chưa được trả lời. Hãy trả lời rồi trình lại.")
        % {"count": left},
    )  # fmt: skip


def _seal(approval: Approval, sealed: Sequence[Sealed]) -> list[ApprovalItem]:
    """Stores the bytes and their digests. A database constraint allows a subject in one open
    approval only."""
    units = set(Unit.objects.filter(agency=approval.agency_id).values_list("pk", flat=True))
    items = []
    for one in sealed:
        file = store.add(one.data, "application/json")
        item = ApprovalItem(
            approval=approval,
            subject=one.subject,
            title=" ".join(one.title.split())[:500],
            digest=file.sha256,
            unit_id=one.unit_id if one.unit_id in units else None,
            owner_post=one.owner_post[:150],
        )
        try:
            with transaction.atomic():
                item.save()
        except IntegrityError:
            raise Refused(
                _("“%(title)s” đang được trình. Hãy rút lại lần trình đó trước.")
                % {"title": item.title}
            ) from None
        items.append(item)
    return items


def _copy_rule(approval: Approval, items: list[ApprovalItem], kind: Kind) -> None:
    """Copies today's rule with its seats. Raises Refused if the steps could never be signed by
    different people."""
    opening = kind.opening(items)
    found = [*opening, *steps.for_kind(approval.agency, approval.rule_kind)]
    steps.check_meanings(found)
    approval.rule = [step.as_json() for step in found]
    places: list[set[int]] = []
    for number, step in enumerate(found):
        tokens = (
            seats.tokens_of_opening(approval.agency_id, step)
            if number < len(opening)
            else seats.tokens_of_step(approval.agency_id, step, items)
        )
        put_seats(approval, number, tokens)
        able = {one.pk for one in seats.people_of_step(approval, number)}
        _check_somebody(number, step, able, items)
        owners = _owners(approval, number, step, {token for token, _needs in tokens})
        found[number] = steps.with_signers_fixed(step, able, owners)
        places += _places(found[number], able)
    _check_different_people(places)
    approval.rule = [step.as_json() for step in found]


def _owners(
    approval: Approval, number: int, step: steps.Step, tokens: set[str]
) -> dict[str, set[int]]:
    """{seat: who may fill it} of a step that several owners of a set sign; empty for other steps.
    Raises Refused if an owner's seat has too few people."""
    if step.who not in steps.OWNERS or len(tokens) < 2:
        return {}
    barred = set(approval.barred.values_list("pk", flat=True))
    held = seats.holders_by_token(approval.agency_id, tokens)
    found = {token: people - barred for token, people in held.items()}
    for people in found.values():
        _check_enough(_where(number, step), step, people)
    return found


def _places(step: steps.Step, able: set[int]) -> list[set[int]]:
    """For each signature that the step needs, the people who may give it."""
    if step.quorum == 0:
        return [{person} for person in step.all_of]
    groups = queries.least([set(people) for _token, people in step.each]) or [able]
    return [people for people in groups for _one in range(step.needed)]


def put_seats(approval: Approval, number: int, tokens: Iterable[tuple[str, str]]) -> None:
    """Replaces the seats of a step."""
    approval.seats.filter(step=number).delete()
    ApprovalSeat.objects.bulk_create(
        ApprovalSeat(approval=approval, step=number, token=token, needs=needs)
        for token, needs in sorted(tokens)
    )


def _where(number: int, step: steps.Step) -> dict[str, Any]:
    return {
        "number": number + 1,
        "meaning": step.label.lower(),
        "who": step.described(queries.people_by_id(step.people)),
        "count": step.needed,
    }


def _check_somebody(
    number: int, step: steps.Step, able: set[int], items: list[ApprovalItem]
) -> None:
    where = _where(number, step)
    if step.who == steps.Who.UNIT_HEAD and not all(item.unit_id for item in items):
        raise Refused(
            _("Bước %(number)s (%(meaning)s) chờ trưởng đơn vị chủ trì nhưng chưa ghi đơn vị chủ trì. Hãy ghi đơn vị rồi trình lại.")
            % where
        )  # fmt: skip
    if step.who == steps.Who.UNIT_HEAD:
        _check_units(where, items)
    if step.who == steps.Who.OWNER_POST and not all(item.owner_post for item in items):
        raise Refused(
            _("Bước %(number)s (%(meaning)s) chờ người giữ chức vụ chủ quá trình nhưng chưa ghi chức vụ đó. Hãy ghi rồi trình lại.")
            % where
        )  # fmt: skip
    _check_enough(where, step, able)


def _check_enough(where: dict[str, Any], step: steps.Step, able: set[int]) -> None:
    if len(able) < step.needed:
        raise Refused(
            _("Bước %(number)s (%(meaning)s) cần %(count)s chữ ký của %(who)s, nhưng không đủ người ký được (người soạn và người trình không được ký). Quản trị cơ quan giao vai trò, hoặc thư ký ISO sửa quy tắc phê duyệt.")
            % where
        )  # fmt: skip


def _check_units(where: dict[str, Any], items: list[ApprovalItem]) -> None:
    """Raises Refused for closed units, which have no head who could sign."""
    units = Unit.objects.filter(pk__in=[item.unit_id for item in items if item.unit_id])
    closed = units.exclude(current(None, "active_from", "active_to")).first()
    if closed is not None:
        raise Refused(
            _("Bước %(number)s (%(meaning)s) chờ trưởng đơn vị chủ trì, nhưng %(unit)s không còn hoạt động. Hãy ghi đơn vị chủ trì khác rồi trình lại.")
            % {**where, "unit": closed.name}
        )  # fmt: skip


def _check_different_people(places: list[set[int]]) -> None:
    """Checks that there are as many different people as required signatures, since nobody
    signs twice. `places`: for each signature, who may give it."""
    taken: dict[int, int] = {}  # person -> index in places

    def seat(place: int, tried: set[int]) -> bool:
        for person in sorted(places[place] - tried):
            tried.add(person)
            if person not in taken or seat(taken[person], tried):
                taken[person] = place
                return True
        return False

    if not all(seat(place, set()) for place in range(len(places))):
        raise Refused(
            _("Các bước cần những người khác nhau vì không ai ký hai lần, nhưng hiện không đủ người. Quản trị cơ quan giao vai trò, hoặc thư ký ISO sửa quy tắc phê duyệt.")
        )  # fmt: skip


def open_step(approval: Approval, number: int) -> None:
    """Opens a step: its period begins today."""
    found = queries.steps_of(approval)[number]
    approval.step = number
    approval.due_on = today() + datetime.timedelta(days=found.days)
    approval.save()
    reminders.plan(approval, found.days)


@transaction.atomic
def take_out(item: ApprovalItem, *, by: User, reason: str) -> Approval:
    """Removes one item from a set and seals the list again: approvals of the old list as a whole
    become invalid, reviews remain valid."""
    approval = locked(item.approval)
    item = ApprovalItem.objects.select_for_update(no_key=True).get(pk=item.pk)
    check(rules.may_take_out(by, approval), rules.why_not_sign(by, approval))
    in_state(approval, State.OPEN)
    reason = need(reason, _("Hãy ghi lý do đưa ra khỏi lần trình."))
    check(not item.is_taken_out, _("Nội dung này đã được đưa ra."))
    left = [one for one in queries.items_of(approval) if one.pk != item.pk]
    check(bool(left), _("Đây là nội dung duy nhất. Hãy trả lại cả lần trình."))
    signed = queries.signatures_over(approval)
    item.taken_out_reason, item.taken_out_by_name, item.taken_out_at = reason, str(by), now()
    item.is_open = False
    item.save()
    approval.manifest = sealing.manifest_of(approval, left)
    approval.save()
    kind = subjects.get(approval.kind)
    kind.on_closed(approval, f"taken_out:{item.subject}")
    number = first_open_step(approval)
    if number != approval.step:
        goes_on = number > approval.step
        open_step(approval, min(number, len(approval.rule) - 1))
        if goes_on:
            news.step_opened(approval)
    news.taken_out(approval, item)
    news.sign_again(approval, item, [one.person for one in signed])
    append_event(
        "approval_item_taken_out",
        approval,
        by,
        about=item.subject,
        item=item.title,
        reason=reason,
        manifest=approval.manifest,
    )
    return approval


__all__ = ["open_step", "send", "take_out"]
