"""Steps of auditing on site: answers and findings that devices send, the lead's choice in a
conflict, and what was set aside.

An entry is written on a device, often offline, and sent later. Everything that arrives is
stored, in the checklist or set aside for the lead; only entries that their author must correct
are returned."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import override

from audits import answers, evidence, rules
from audits.lifecycle import plan_checks
from audits.lifecycle.common import check, in_state, locked, name_of, need
from audits.lifecycle.conducting import raise_from_answer
from audits.lifecycle.entries import (
    MOST_ANSWERS,
    Entry,
    Outcome,
    Unreadable,
    read_entry,
    too_many_answers,
)
from audits.models import Answer, Audit, Evidence, Finding, Item, SetAside
from qms.clock import now
from qms.errors import Refused
from qms.models import User
from qms.proof import journal, uploads
from qms.text.names import clean_name

State, Reason = Audit.State, SetAside.Reason
MOST_ENTRIES = 200
MOST_SET_ASIDE = 5000  # per audit
ORDINARY_CLOCK = 300  # seconds that a clock may be off without a warning


@dataclass
class Arrival:
    """A batch being processed: the state of its questions, and the outcomes of its entries."""

    audit: Audit
    by: User
    clock_off: int | None
    closed_to: str  # why nothing joins the checklist, or ""
    items: dict[int, Item]
    counting: dict[int, list[Answer]]  # the answers to each question that count
    own: dict[int, int]  # how many answers to each question are the person's
    keys: dict[str, Answer]  # those that entries are based on
    tied: set[int]  # lines of the plan that the person may not audit (any more)
    known: dict[str, str]  # IDs that arrived before -> their outcomes
    found: set[int]  # questions that have a finding
    returned: dict[str, str] = field(default_factory=dict)  # returned entries -> their base
    set_aside: int = 0
    waiting: int = 0  # entries of the audit that were set aside before


@transaction.atomic
def take_entries(
    audit: Audit, sent: Sequence[Any], *, by: User, clock: datetime.datetime | None = None
) -> list[Outcome]:
    """Processes entries in the order in which they were written. Returns the outcome of
    each; idempotent.

    `clock` is the device's current time. Raises Refused for somebody who never was on the team, and
    for too many entries."""
    audit = locked(audit)
    check(rules.may_hand_in(by, audit), _("Bạn không thuộc đoàn của cuộc đánh giá này."))
    check(
        len(sent) <= MOST_ENTRIES,
        _("Mỗi lần gửi tối đa %(most)d câu trả lời.") % {"most": MOST_ENTRIES},
    )
    read = [read_entry(one) for one in sent]
    arrival = _arrival(audit, [one for one in read if isinstance(one, Entry)], by, clock)
    outcomes = [
        Outcome(one.key, "refused", one.why) if isinstance(one, Unreadable) else _take(arrival, one)
        for one in read
    ]
    if arrival.set_aside:
        _tell("audit_entries_set_aside", audit, by, count=arrival.set_aside)
    return outcomes


def clock_off(clock: datetime.datetime | None) -> int | None:
    """Seconds by which the device's clock is behind ours; None if it is unknown or implausible."""
    if clock is None:
        return None
    off = round((now() - clock).total_seconds())
    return off if abs(off) < 2**31 else None


def _arrival(
    audit: Audit, entries: list[Entry], by: User, clock: datetime.datetime | None
) -> Arrival:
    items = Item.objects.filter(audit=audit, pk__in={e.item for e in entries if e.item})
    found = {item.pk: item for item in items.select_related("row")}
    rows = {item.row_id: item.row for item in found.values() if item.row is not None}
    own = Answer.objects.filter(item__in=found, by=by).order_by().values("item")
    counts = dict.fromkeys(found, 0) | dict(own.annotate(n=Count("pk")).values_list("item", "n"))
    ids = [e.id for e in entries]
    known = {
        str(pk): "known" if (audit_id, by_id) == (audit.pk, by.pk) else "foreign"
        for model, of in ((Answer, "item__audit"), (SetAside, "audit"))
        for pk, audit_id, by_id in model._default_manager.filter(entry__in=ids).values_list(
            "entry", of, "by"
        )
    }
    closed_to = _closed_to(audit) or ("" if rules.may_answer(by, audit) else Reason.LEFT)
    keys = answers.by_key(found, {e.base for e in entries if e.base})
    raised = set(Finding.objects.filter(item__in=found).values_list("item_id", flat=True))
    return Arrival(
        audit, by, clock_off(clock), closed_to, found, answers.counting_of(found), counts, keys,
        plan_checks.tied_rows(by, rows.values()), known, raised,
        waiting=SetAside.objects.filter(audit=audit).count(),
    )  # fmt: skip


def _closed_to(audit: Audit) -> str:
    """Why nothing from a device joins the checklist whoever sends it, or ""."""
    if audit.state in (State.PLANNING, State.PLANNED):
        return Reason.EARLY
    return "" if audit.state == State.UNDER_WAY else Reason.ENDED


def _take(arrival: Arrival, entry: Entry) -> Outcome:
    before = arrival.known.get(entry.key)
    if before == "known":
        return Outcome(entry.key, "known")
    if before == "foreign":
        return Outcome(entry.key, "refused", _("Mã của câu trả lời này đã dùng ở nơi khác."))
    if entry.finding and entry.item in arrival.found:
        return Outcome(entry.key, "known")
    if entry.fault:
        arrival.returned[entry.key] = entry.base
        return Outcome(entry.key, "refused", entry.fault)
    item = arrival.items.get(entry.item)
    base = _base_of(arrival, entry)
    if arrival.closed_to:
        return _put_aside(arrival, entry, item, arrival.closed_to)
    if item is None:
        return _put_aside(arrival, entry, None, Reason.NO_ITEM)
    if item.row_id in arrival.tied:
        return _put_aside(arrival, entry, item, Reason.TIED)
    if entry.finding:
        return _find(arrival, entry, item)
    if arrival.own[item.pk] >= MOST_ANSWERS:
        arrival.returned[entry.key] = entry.base
        return Outcome(entry.key, "refused", too_many_answers())
    if isinstance(base, str):
        return _put_aside(arrival, entry, item, Reason.NO_BASE)
    if entry.settles:
        return _settle(arrival, entry, item, base)
    given = _add(arrival, entry, item, base, settles=False)
    return Outcome(entry.key, "conflict" if given.is_conflict else "taken")


def _base_of(arrival: Arrival, entry: Entry) -> Answer | str | None:
    """The answer that the entry is based on; None if it names none; the key if that never arrived
    or answers another question. A returned entry is replaced by its own base."""
    key, seen = entry.base, set()
    while key in arrival.returned and key not in seen:
        seen.add(key)
        key = arrival.returned[key]
    if not key:
        return None
    base = arrival.keys.get(key)
    return base if base is not None and base.item_id == entry.item else key


def _add(
    arrival: Arrival, entry: Entry, item: Item, base: Answer | None, *, settles: bool
) -> Answer:
    given = Answer(
        item=item, result=entry.result, note=entry.note, by=arrival.by, by_name=name_of(arrival.by), entry=entry.id,
        base=base, settles=settles, noted_at=entry.noted_at, clock_off=arrival.clock_off,
    )  # fmt: skip
    counting = answers.after(arrival.counting[item.pk], given)
    given.is_conflict = len(counting) > 1
    given.save()
    arrival.counting[item.pk] = counting
    arrival.own[item.pk] += 1
    arrival.keys[given.key] = given
    arrival.known[given.key] = "known"
    return given


def _find(arrival: Arrival, entry: Entry, item: Item) -> Outcome:
    """Raises the finding that was begun on the device. It waits there while its answer has to
    be corrected."""
    if entry.base in arrival.returned:
        return Outcome(
            entry.key,
            "refused",
            _("Hãy sửa câu trả lời trước; phát hiện được gửi sau câu trả lời."),
        )
    base = arrival.keys.get(entry.base)
    if base is None or base.item_id != item.pk:
        return _put_aside(arrival, entry, item, Reason.NO_BASE)
    try:
        raise_from_answer(
            item, result=entry.result, note=entry.note, grade=entry.grade, by=arrival.by
        )
    except Refused as refusal:
        return Outcome(entry.key, "refused", str(refusal))
    arrival.found.add(item.pk)
    return Outcome(entry.key, "taken")


def _settle(arrival: Arrival, entry: Entry, item: Item, base: Answer | None) -> Outcome:
    """Applies the lead's choice; returns it to the device if other answers count by now than those
    on the screen."""
    counting = {one.key for one in arrival.counting[item.pk]}
    if not rules.may_settle(arrival.by, arrival.audit):
        return Outcome(entry.key, "refused", _("Chỉ trưởng đoàn chọn giữa các câu trả lời."))
    if counting != set(entry.settles):
        return Outcome(
            entry.key, "refused", _("Đã có câu trả lời khác. Hãy xem lại rồi chọn lần nữa.")
        )
    _add(arrival, entry, item, base, settles=True)
    _tell("audit_answer_chosen", arrival.audit, arrival.by, item=item.pk)
    return Outcome(entry.key, "taken")


def _put_aside(arrival: Arrival, entry: Entry, item: Item | None, reason: str) -> Outcome:
    if arrival.waiting + arrival.set_aside >= MOST_SET_ASIDE:
        return Outcome(
            entry.key, "refused", _("Quá nhiều nội dung đang chờ trưởng đoàn. Hãy báo trưởng đoàn.")
        )
    if not entry.finding:
        _replace(arrival, entry)
    SetAside.objects.create(
        audit=arrival.audit, entry=entry.id, item=item, reason=reason, result=entry.result, note=entry.note,
        finding=entry.finding, grade=entry.grade if entry.finding else "", noted_at=entry.noted_at,
        by=arrival.by, by_name=name_of(arrival.by),
    )  # fmt: skip
    arrival.known[entry.key] = "known"
    arrival.set_aside += 1
    return Outcome(entry.key, "aside", str(Reason(reason).label))


def _replace(arrival: Arrival, entry: Entry) -> None:
    """The answer that its author wrote `entry` from does not wait for the lead beside it; it stays
    readable."""
    try:
        base = uuid.UUID(entry.base)
    except ValueError:
        return
    earlier = SetAside.objects.filter(
        audit=arrival.audit, by=arrival.by, entry=base, item=entry.item, finding=False, file=None,
        state=SetAside.State.WAITING,
    ).first()  # fmt: skip
    if earlier is None:
        return
    with override("vi"):  # a record
        earlier.decision = _("Người gửi đã gửi câu trả lời mới hơn cho câu hỏi này.")
    earlier.state = SetAside.State.LEFT_OUT
    earlier.decided_by_name, earlier.decided_at = name_of(arrival.by), now()
    earlier.save()


@transaction.atomic
def choose(item: Item, chosen: Answer, *, seen: Sequence[int], by: User) -> Answer:
    """Resolves a conflict, by the lead; the choice becomes a new answer with the chosen text."""
    audit = locked(item.audit)
    check(rules.may_settle(by, audit), _("Chỉ trưởng đoàn chọn giữa các câu trả lời."))
    in_state(audit, State.UNDER_WAY)
    _check_tie(item, by)
    counting = answers.current(item.answers.order_by("pk"))
    check(len(counting) > 1, _("Câu hỏi này không còn câu trả lời nào phải chọn."))
    check(
        {one.pk for one in counting} == set(seen) and chosen.pk in set(seen),
        _("Đã có câu trả lời khác. Hãy xem lại rồi chọn lần nữa."),
    )
    given = Answer.objects.create(
        item=item, result=chosen.result, note=chosen.note, by=by, by_name=name_of(by),
        entry=uuid.uuid4(), base=chosen, settles=True,
    )  # fmt: skip
    _tell("audit_answer_chosen", audit, by, item=item.pk)
    return given


def _check_tie(item: Item, by: User) -> None:
    """Raises Refused for a lead who is not independent of the question's line."""
    check(
        item.row is None or not plan_checks.tied_rows(by, [item.row]),
        _("Bạn không độc lập với phần này. Hãy để thư ký ISO chọn trưởng đoàn khác."),
    )


@transaction.atomic
def decide_aside(kept: SetAside, *, takes: bool, by: User, text: str = "") -> SetAside:
    """Takes what was set aside into the checklist, or rejects it with a reason, by the lead. Either
    way it stays readable."""
    audit = locked(kept.audit)
    kept = locked(kept)
    check(rules.may_settle(by, audit), _("Chỉ trưởng đoàn quyết định về nội dung để riêng."))
    check(kept.state == SetAside.State.WAITING, _("Nội dung này đã được quyết định."))
    if takes:
        check(
            audit.state == State.UNDER_WAY,
            _("Cuộc đánh giá không còn nhận câu trả lời; nội dung này được giữ bên cạnh báo cáo."),
        )
        _bring_in(kept, audit, by)
    else:
        text = need(text, _("Hãy ghi lý do không đưa vào phiếu."))
    kept.state = SetAside.State.TAKEN if takes else SetAside.State.LEFT_OUT
    kept.decision, kept.decided_by_name, kept.decided_at = text, name_of(by), now()
    kept.save()
    _tell("audit_aside_decided", audit, by, entry=kept.pk, takes=takes)
    return kept


def _bring_in(kept: SetAside, audit: Audit, by: User) -> None:
    """Adds the entry as an answer; this also resolves a conflict, since the lead saw both. A
    finding is raised by the lead, with the grade that its author chose."""
    item = kept.item
    if item is None:
        check(False, _("Không rõ câu hỏi nào. Hãy thêm câu hỏi vào phiếu rồi ghi câu trả lời."))
        return
    _check_tie(item, by)
    if kept.finding:
        raise_from_answer(item, result=kept.result, note=kept.note, grade=kept.grade, by=by)
        return
    if kept.file is not None:
        Evidence.objects.create(
            audit=audit, subject=f"item:{item.pk}", file=kept.file, name=kept.file_name, by=kept.by,
            by_name=kept.by_name, entry=kept.entry,
        )  # fmt: skip
        return
    counting = answers.current(item.answers.order_by("pk"))
    Answer.objects.create(
        item=item, result=kept.result, note=kept.note, by=kept.by, by_name=kept.by_name, entry=kept.entry,
        base=counting[-1] if counting else None, settles=bool(counting), noted_at=kept.noted_at,
    )  # fmt: skip


@transaction.atomic
def keep_file(
    audit: Audit, item: int, file: Any, *, entry: uuid.UUID, by: User
) -> Evidence | SetAside:
    """Stores a completely received file, as evidence of a question or set aside. Raises Refused
    unless it is a photo or paper."""
    audit = locked(audit)
    check(rules.may_hand_in(by, audit), _("Bạn không thuộc đoàn của cuộc đánh giá này."))
    kept = (
        Evidence.objects.filter(entry=entry).first() or SetAside.objects.filter(entry=entry).first()
    )
    if kept is not None:
        check(
            (kept.audit_id, kept.by_id) == (audit.pk, by.pk),
            _("Mã của tệp này đã dùng ở nơi khác. Hãy chọn lại tệp."),
        )
        return kept
    found = Item.objects.filter(audit=audit, pk=item).first()
    if found is not None and audit.state == State.UNDER_WAY and rules.may_answer(by, audit):
        return evidence.keep([file], f"item:{found.pk}", audit=audit, by=by, entry=entry)[0]
    reason = _closed_to(audit) or Reason.LEFT
    stored, name = uploads.store_upload(file), clean_name(file.name)
    _tell("audit_entries_set_aside", audit, by, count=1)
    return SetAside.objects.create(
        audit=audit, entry=entry, item=found, reason=reason if found else Reason.NO_ITEM, file=stored, file_name=name,
        by=by, by_name=name_of(by),
    )  # fmt: skip


def _tell(kind: str, audit: Audit, by: User | None, **facts: Any) -> None:
    journal.append(kind, f"audit:{audit.pk}", agency=audit.agency, by=by, **facts)
