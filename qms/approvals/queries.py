"""Queries about approvals."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from qms import access
from qms.access import Person
from qms.approvals import sealing, seats, subjects
from qms.approvals.steps import Step, from_json
from qms.clock import today
from qms.models import Appointment, Approval, ApprovalItem, Meaning, Remark, Signature, User
from qms.proof import store
from qms.roles import Role

UNFINISHED = (Approval.State.OPEN, Approval.State.APPROVED)
CAME_BACK = (Approval.State.RETURNED, Approval.State.TAKEN_BACK)


def open_for(subject: str) -> Approval | None:
    """The current approval of the subject, open or approved and not carried out yet; or None."""
    item = ApprovalItem.objects.filter(subject=subject, is_open=True).select_related("approval")
    found = item.first()
    return found.approval if found else None


def open_subjects(subjects: Iterable[str]) -> dict[str, Approval]:
    """{subject: its current approval} of those that have one. One query."""
    rows = ApprovalItem.objects.filter(subject__in=set(subjects), is_open=True)
    return {one.subject: one.approval for one in rows.select_related("approval")}


def last_round(subject: str) -> Approval | None:
    """The latest approval of the subject, whatever its state; or None."""
    item = ApprovalItem.objects.filter(subject=subject).select_related("approval")
    found = item.order_by("-approval__sent_at", "-pk").first()
    return found.approval if found else None


def came_back(subject: str) -> Approval | None:
    """The subject's last round if it came back to its sender, to be followed by the next;
    else None."""
    last = last_round(subject)
    return last if last is not None and last.state in CAME_BACK else None


def taken_out_of(subject: str) -> Approval | None:
    """The approval out of which the subject was taken, if that was its last; else None."""
    items = ApprovalItem.objects.filter(subject=subject).select_related("approval")
    last = items.order_by("-pk").first()
    return last.approval if last is not None and last.is_taken_out else None


def continued(approval: Approval) -> list[ApprovalItem]:
    """The items, each taken out of a set, that this approval's thread continues. Two queries."""
    subjects_of = {item.subject for item in items_of(approval)}
    rounds = set(thread_of(approval).values_list("pk", flat=True))
    found: dict[str, ApprovalItem] = {}
    rows = ApprovalItem.objects.filter(subject__in=subjects_of, pk__lt=_first_item(approval))
    for one in rows.select_related("approval").order_by("pk"):
        if one.approval_id not in rounds:
            found[one.subject] = one
    return [one for one in found.values() if one.is_taken_out]


def _first_item(approval: Approval) -> Subquery:
    """The ID of the first item of the approval's thread."""
    items = ApprovalItem.objects.filter(approval=approval.thread_id).order_by("pk")
    return Subquery(items.values("pk")[:1])


def remarks_of(approval: Approval) -> "QuerySet[Remark]":
    """The remarks of all rounds, and those on what was taken out of a set and sent again here."""
    found = Remark.objects.filter(in_thread(approval.thread_id))
    for one in continued(approval):
        of_set = Remark.objects.filter(in_thread(one.approval.thread_id))
        found |= of_set.filter(item__subject=one.subject)
    return found


def to_be_signed_by(user: Person) -> "QuerySet[Approval]":
    """Approvals that the person may sign now, or as soon as remarks are answered."""
    return seats.waiting_for(user).select_related("agency", "sent_by")


def returned_to(user: Person) -> "QuerySet[Approval]":
    """Approvals that came back to their sender and were not sent again, nor their things in
    another approval; to officers, if the sender no longer works in the agency. Not what will never
    be sent again: things that were called off, and all of a closed agency."""
    later = ApprovalItem.objects.filter(
        subject=OuterRef("subject"), approval__sent_at__gt=OuterRef("approval__sent_at")
    )
    again = ApprovalItem.objects.filter(Exists(later), approval=OuterRef("pk"))
    mine = Q(sent_by=user.pk)
    if officer := access.agencies_with(user, Role.OFFICER):
        held = Appointment.objects.current().filter(
            person=OuterRef("sent_by"), agency=OuterRef("agency"), person__is_active=True
        )
        mine |= Q(~Exists(held), agency__in=officer)
    rows = Approval.objects.filter(mine, state=Approval.State.RETURNED, later=None)
    for kind in subjects.kinds():
        if kind.called_off is not None:
            rows = rows.exclude(Exists(_of(kind.called_off(), kind)), kind=kind.name)
    return rows.filter(~Exists(again)).exclude(agency__active_to__lt=today())


def _of(things: "QuerySet[Any]", kind: subjects.Kind) -> "QuerySet[ApprovalItem]":
    """The items of an approval (of the outer query) that are among these things of its kind."""
    name = Concat(Value(f"{kind.name}:"), Cast("pk", CharField()))
    names = things.order_by().annotate(subject_name=name).values("subject_name")
    return ApprovalItem.objects.filter(approval=OuterRef("pk"), subject__in=names)


def items_of(approval: Approval) -> list[ApprovalItem]:
    """The items in the approval, without removed ones."""
    return [item for item in approval.items.all() if not item.is_taken_out]


def steps_of(approval: Approval) -> list[Step]:
    return from_json(approval.rule)


def bytes_of(item: ApprovalItem) -> bytes:
    """The sealed bytes. Raises as `store.read` does; the store never returns bytes that don't match
    their digest."""
    return store.read(item.digest)


def are_whole(items: Iterable[ApprovalItem]) -> bool:
    """Whether the store still has the bytes of each item, which it reads."""
    try:
        return all(hashlib.sha256(bytes_of(one)).hexdigest() == one.digest for one in items)
    except (FileNotFoundError, store.Damaged, ValueError):
        return False


def before_of(item: ApprovalItem) -> ApprovalItem | None:
    """The same subject as sealed in the previous round, or in the set out of which it was taken;
    or None."""
    if item.approval.before_id is None:
        found = (one for one in continued(item.approval) if one.subject == item.subject)
        return next(found, None)
    return ApprovalItem.objects.filter(
        approval=item.approval.before_id, subject=item.subject
    ).first()


def in_thread(root: int) -> Q:
    """Condition on remarks: those of all rounds of a thread. `root`: the ID of its first round."""
    return Q(approval=root) | Q(approval__first=root)


def thread_of(approval: Approval) -> "QuerySet[Approval]":
    """All rounds of the approval's thread, the first one first."""
    return Approval.objects.filter(rounds_of(approval)).order_by("round", "pk")


def rounds_of(approval: Approval) -> Q:
    """Condition on approvals: the rounds of the approval's thread."""
    root = approval.thread_id
    return Q(pk=root) | Q(first=root)


def signatures_over(approval: Approval) -> list[Signature]:
    """The signatures valid for the approval's present items, verified again: no stored result
    is trusted.

    A review covers each item by itself; an approval covers exactly the present list."""
    items = items_of(approval)
    manifest, present = sealing.manifest_of(approval, items), set(sealing.digests_of(items))
    return [
        one
        for one in approval.signatures.all()
        if one.manifest == manifest
        or (one.meaning == Meaning.REVIEWED and present <= set(one.covers))
    ]


def missing_of_step(approval: Approval, number: int, signed: list[Signature]) -> int:
    """Number of signatures that the step still lacks, given these."""
    step = steps_of(approval)[number]
    mine = [one for one in signed if one.step == number and one.meaning == step.meaning]
    who = {one.instead_of_id or one.person_id for one in mine}
    wanted = set(approval.chosen.get(str(number), ())) or set(step.all_of)
    if step.quorum == 0 and wanted:
        still = _holding(approval, number, wanted)
        missing = max(len(still - who), 0 if who else 1)
    else:
        missing = max(step.needed - len(who), 0)
    if not step.each:
        return missing
    owners = least(list(owners_of_step(approval, number).values()))
    return max(missing, sum(max(step.needed - len(who & able), 0) for able in owners))


def owners_of_step(approval: Approval, number: int) -> dict[str, set[int]]:
    """{seat of an owner of the items now in a set: the people whose signatures count for it}. They
    held it when it was sent, hold it today, or were named by the officer because nobody did."""
    step = steps_of(approval)[number]
    found = seats.tokens_of_step(approval.agency_id, step, items_of(approval))
    now = seats.holders_by_token(approval.agency_id, {token for token, _needs in found})
    then = {token: set(people) for token, people in step.each}
    return {
        token: now[token]
        | then.get(token, set())
        | set(approval.chosen.get(f"{number}:{token}", ()))
        for token in sorted(now)
    }


def least(groups: list[set[int]]) -> list[set[int]]:
    """The groups without those that contain another: whoever signs for that one is in both."""
    return [
        one
        for at, one in enumerate(groups)
        if not any(other < one or (other == one and n < at) for n, other in enumerate(groups))
    ]


def _holding(approval: Approval, number: int, people: set[int]) -> set[int]:
    """Those of the people who still have an appointment in the agency and an active account; others
    need not sign any more."""
    rows = Appointment.objects.current().filter(agency=approval.agency_id, person__in=people)
    return set(rows.filter(person__is_active=True).values_list("person", flat=True))


def complete(approval: Approval) -> bool:
    """Whether every step has its signatures over the bytes now in the store, which it reads.

    The issuing step calls this inside its own transaction, over the bytes that it copies."""
    items = items_of(approval)
    if not items or not approval.rule or not are_whole(items):
        return False
    if sealing.manifest_of(approval, items) != approval.manifest:
        return False
    steps, signed = steps_of(approval), signatures_over(approval)
    if not any(step.meaning == Meaning.APPROVED for step in steps):
        return False
    if len({one.person_id for one in signed}) != len(signed):
        return False
    barred = set(approval.barred.values_list("pk", flat=True))
    if not subjects.get(approval.kind).sender_signs:
        barred.add(approval.sent_by_id)
    if any(one.person_id in barred or one.instead_of_id in barred for one in signed):
        return False
    return all(not missing_of_step(approval, n, signed) for n in range(len(steps)))


def unanswered(approval: Approval) -> "QuerySet[Remark]":
    """Remarks of the thread that must be dealt with and have no answer yet."""
    answer = Remark.objects.filter(answers=OuterRef("pk"))
    rows = remarks_of(approval)
    present = {item.subject for item in items_of(approval)}
    return rows.filter(
        ~Exists(answer), weight=Remark.Weight.MUST, item__subject__in=present
    ).select_related("item", "approval")


def post_of(person: User | None, approval: Approval) -> str:
    """The post that the person holds today in the approval's agency; empty if there is none, or
    no person."""
    if person is None:
        return ""
    held = Appointment.objects.current().filter(person=person, agency=approval.agency_id)
    return next((one.post for one in held if one.post), "")


def people_by_id(ids: Iterable[int]) -> dict[int, str]:
    """{ID: name}, for people named in rules. One query."""
    return {one.pk: str(one) for one in User.objects.filter(pk__in=set(ids))}
