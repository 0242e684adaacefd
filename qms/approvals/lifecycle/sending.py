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
    found = [*kind.opening(items), *steps.for_kind(approval.agency, approval.rule_kind)]
    steps.check_meanings(found)
    approval.rule = [step.as_json() for step in found]
    people: list[set[int]] = []
    for number, step in enumerate(found):
        tokens = seats.tokens_of_step(approval.agency_id, step, items)
        put_seats(approval, number, tokens)
        able = {one.pk for one in seats.people_of_step(approval, number)}
        _check_enough_signers(number, step, able, items)
        people.append(able)
        found[number] = steps.with_signers_fixed(step, able)
    _check_different_people(found, people)
    approval.rule = [step.as_json() for step in found]


def put_seats(approval: Approval, number: int, tokens: Iterable[tuple[str, str]]) -> None:
    """Replaces the seats of a step."""
    approval.seats.filter(step=number).delete()
    ApprovalSeat.objects.bulk_create(
        ApprovalSeat(approval=approval, step=number, token=token, needs=needs)
        for token, needs in sorted(tokens)
    )


def _check_enough_signers(
    number: int, step: steps.Step, able: set[int], items: list[ApprovalItem]
) -> None:
    """Raises Refused, with advice, if fewer people can sign the step than it needs."""
    where = {
        "number": number + 1,
        "meaning": step.label.lower(),
        "who": step.described(queries.people_by_id(step.people)),
        "count": step.needed,
    }
    if step.who == steps.Who.UNIT_HEAD and not any(item.unit_id for item in items):
        raise Refused(
            _("Bước %(number)s (%(meaning)s) chờ trưởng đơn vị chủ trì nhưng chưa ghi đơn vị chủ trì. Hãy ghi đơn vị rồi trình lại.")
            % where
        )  # fmt: skip
    if step.who == steps.Who.UNIT_HEAD:
        _check_units(where, items)
    if step.who == steps.Who.OWNER_POST and not any(item.owner_post for item in items):
        raise Refused(
            _("Bước %(number)s (%(meaning)s) chờ người giữ chức vụ chủ quá trình nhưng chưa ghi chức vụ đó. Hãy ghi rồi trình lại.")
            % where
        )  # fmt: skip
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


def _check_different_people(found: list[steps.Step], people: list[set[int]]) -> None:
    """Checks that there are as many different people as required signatures, since nobody
    signs twice."""
    places = [n for n, step in enumerate(found) for _one in range(step.needed)]
    taken: dict[int, int] = {}  # person -> index in places

    def seat(place: int, tried: set[int]) -> bool:
        for person in sorted(people[places[place]] - tried):
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
    item = ApprovalItem.objects.select_for_update().get(pk=item.pk)
    check(rules.may_take_out(by, approval), rules.why_not_sign(by, approval))
    in_state(approval, State.OPEN)
    reason = need(reason, _("Hãy ghi lý do đưa ra khỏi lần trình."))
    check(not item.is_taken_out, _("Nội dung này đã được đưa ra."))
    left = [one for one in queries.items_of(approval) if one.pk != item.pk]
    check(bool(left), _("Đây là nội dung duy nhất. Hãy trả lại cả lần trình."))
    item.taken_out_reason, item.taken_out_by_name, item.taken_out_at = reason, str(by), now()
    item.is_open = False
    item.save()
    approval.manifest = sealing.manifest_of(approval, left)
    approval.save()
    kind = subjects.get(approval.kind)
    kind.on_closed(approval, f"taken_out:{item.subject}")
    number = first_open_step(approval)
    if number != approval.step:
        open_step(approval, min(number, len(approval.rule) - 1))
    news.taken_out(approval, item)
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
    check(
        found[step].quorum == 0 or len(chosen) >= missing,
        _("Hãy chọn ít nhất %(count)s người.") % {"count": missing},
    )
    approval.chosen = {**approval.chosen, str(step): sorted(chosen)}
    approval.save()
    put_seats(
        approval, step, seats.tokens_of_people(approval.agency_id, found[step].meaning, chosen)
    )
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


def needs_choosing(approval: Approval, step: int) -> bool:
    """Whether fewer people hold a seat of the step today than it still needs, because
    somebody left."""
    signed = queries.signatures_over(approval)
    who = {one.person_id for one in signed}
    able = {one.pk for one in seats.people_of_step(approval, step)} - who
    return len(able) < queries.missing_of_step(approval, step, signed)


__all__ = ["choose_other_signers", "needs_choosing", "open_step", "send", "take_out"]
