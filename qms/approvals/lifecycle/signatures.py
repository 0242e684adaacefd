"""Signing: the one step that asks signers to prove who they are."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from qms.approvals import alarms, capacity, queries, rules, sealing, signing, subjects
from qms.approvals.lifecycle.advancing import advance
from qms.approvals.lifecycle.common import State, append_event, check, in_state, locked
from qms.approvals.sentences import sentence_of
from qms.clock import now
from qms.errors import Refused
from qms.models import Appointment, Approval, Signature, User
from qms.proof import journal


class NotProved(Refused):
    """The secret was wrong or could not be checked. The failure must stay counted, so the caller
    commits before reporting it."""


@sensitive_variables("secret")
def sign(
    approval: Approval,
    *,
    by: User,
    appointment: Appointment | None,
    secret: str,
    way: str,
    manifest: str,
    confirmed: Collection[str] = (),
) -> Signature:
    """Signs the current step over the list whose digest the page showed. `appointment`: the one of
    today's to sign with; `confirmed`: the names of what the signer
    ticked (`subjects.Effect`).

    Raises NotProved for a wrong secret, after recording the failure; otherwise Refused, without
    any record."""
    outcome = signing.Outcome()
    signature = None
    with journal.acts():
        person = User.objects.select_for_update(no_key=True).get(pk=by.pk)
        approval = locked(approval)
        seat = _check(approval, person, manifest, confirmed)
        held = _appointment(seat, appointment)
        outcome = signing.prove(person, secret, way)
        if outcome.why:
            if outcome.failed:
                alarms.failed(
                    person,
                    title=approval.title,
                    url=approval.get_absolute_url(),
                    agency=approval.agency,
                    locks=outcome.locks,
                )
        else:
            signature = _write(approval, person, seat, held, outcome.way)
            _go_on(approval, by)
    if signature is None:
        raise NotProved(outcome.why)
    return signature


def _check(
    approval: Approval, person: User, manifest: str, confirmed: Collection[str]
) -> rules.Seat:
    """Checks permission and timing, before the secret."""
    mine = next(
        (one for one in queries.signatures_over(approval) if one.person_id == person.pk), None
    )
    check(
        mine is None,
        _("Bạn đã ký nội dung này lúc %(at)s.")
        % {"at": f"{mine.at.astimezone():%H:%M %d/%m/%Y}" if mine else ""},
    )
    seat = rules.seat_of(person, approval) if person.is_active else None
    if seat is None:
        raise Refused(rules.why_not_sign(person, approval))
    in_state(approval, State.OPEN)
    check(
        bool(manifest) and manifest == approval.manifest,
        _("Danh sách vừa thay đổi nên mã băm không còn khớp. Hãy tải lại trang và xem lại trước khi ký."),
    )  # fmt: skip
    items = queries.items_of(approval)
    check(
        queries.are_whole(items) and sealing.manifest_of(approval, items) == approval.manifest,
        _("Nội dung lưu không khớp mã băm nên không ký được. Hãy báo quản trị hệ thống."),
    )
    left = queries.unanswered(approval).count()
    check(
        not left,
        _("Còn %(count)s ý kiến phải sửa chưa được người trình trả lời nên chưa ký được.")
        % {"count": left},
    )
    kind = subjects.get(approval.kind)
    kind.hold(approval)
    for tick in kind.effect(approval).ticks:
        check(tick.name in confirmed, tick.missing)
    return seat


def _appointment(seat: rules.Seat, appointment: Appointment | None) -> Appointment:
    """The appointment with which the person signs: the chosen one, if it gives the seat today."""
    found = next(
        (one for one in seat.appointments if appointment is None or one.pk == appointment.pk), None
    )
    if found is None:
        raise Refused(no_appointment())
    return found


def no_appointment() -> str:
    """Why nobody signs in an appointment that has ended or holds no seat."""
    return _("Phân công này đã hết hiệu lực hoặc không ký được bước này.")


def _write(
    approval: Approval, person: User, seat: rules.Seat, held: Appointment, way: str
) -> Signature:
    step = queries.steps_of(approval)[approval.step]
    items = queries.items_of(approval)
    return Signature.objects.create(
        approval=approval,
        step=approval.step,
        meaning=step.meaning,
        person=person,
        name=str(person),
        appointment=held,
        post=held.post,
        capacity=capacity.effective(held.capacity, step.meaning, seat.instead_of is not None),
        agency_name=approval.agency.name,
        unit_name=held.unit.name if held.unit else "",
        instead_of=seat.instead_of,
        instead_name=str(seat.instead_of) if seat.instead_of else "",
        instead_post=queries.post_of(seat.instead_of, approval),
        paper=seat.paper,
        sentence=sentence_of(step.meaning, len(items)),
        manifest=approval.manifest,
        covers=sealing.digests_of(items),
        way=way,
        at=now(),
    )


def _go_on(approval: Approval, by: User) -> None:
    """Appends the event, and goes on."""
    signed = queries.signatures_over(approval)
    last = signed[-1]
    append_event(
        "approval_signed",
        approval,
        by,
        step=approval.step + 1,
        meaning=last.meaning,
        manifest=last.manifest,
        way=last.way,
        post=last.post,
        **({"instead_of": last.instead_name, "paper": last.paper} if last.instead_of_id else {}),
    )
    subjects.get(approval.kind).on_signed(approval, last)
    advance(approval, by=by)
