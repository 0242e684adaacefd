"""Queries about approvals."""

import hashlib
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from qms.access import Person
from qms.approvals import sealing, seats, subjects
from qms.approvals.steps import Step, from_json
from qms.models import Appointment, Approval, ApprovalItem, Meaning, Remark, Signature, User
from qms.proof import store

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


def to_be_signed_by(user: Person) -> "QuerySet[Approval]":
    """Approvals that the person may sign now, or as soon as remarks are answered."""
    return seats.waiting_for(user).select_related("agency", "sent_by")


def returned_to(user: Person) -> "QuerySet[Approval]":
    """Approvals that were returned to this sender and neither sent again themselves, nor any of
    their items in another approval."""
    later = ApprovalItem.objects.filter(
        subject=OuterRef("subject"), approval__sent_at__gt=OuterRef("approval__sent_at")
    )
    again = ApprovalItem.objects.filter(Exists(later), approval=OuterRef("pk"))
    rows = Approval.objects.filter(sent_by=user.pk, state=Approval.State.RETURNED, later=None)
    return rows.filter(~Exists(again))


def items_of(approval: Approval) -> list[ApprovalItem]:
    """The items in the approval, without removed ones."""
    return [item for item in approval.items.all() if not item.is_taken_out]


def steps_of(approval: Approval) -> list[Step]:
    return from_json(approval.rule)


def bytes_of(item: ApprovalItem) -> bytes:
    """The sealed bytes. Raises as `store.read` does; the store never returns bytes that don't match
    their digest."""
    return store.read(item.digest)


def before_of(item: ApprovalItem) -> ApprovalItem | None:
    """The same subject as sealed in the previous round, or None."""
    if item.approval.before_id is None:
        return None
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
        return max(len(still - who), 0 if who else 1)
    return max(step.needed - len(who), 0)


def _holding(approval: Approval, number: int, people: set[int]) -> set[int]:
    """Those of the people who still have an appointment in the agency and an active account; others
    need not sign any more."""
    rows = Appointment.objects.current().filter(agency=approval.agency_id, person__in=people)
    return set(rows.filter(person__is_active=True).values_list("person", flat=True))


def complete(approval: Approval) -> bool:
    """Whether every step has its signatures over the bytes now in the store, which it reads.

    The issuing step calls this inside its own transaction, over the bytes that it copies."""
    items = items_of(approval)
    if not items or not approval.rule:
        return False
    for item in items:
        if hashlib.sha256(bytes_of(item)).hexdigest() != item.digest:
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
    rows = Remark.objects.filter(in_thread(approval.thread_id))
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
