"""The part of an approval's page where its content is signed."""

from collections.abc import Mapping
from typing import Any

from django.views.decorators.debug import sensitive_variables

from qms.approvals import lifecycle, pages, queries, rules, signing, subjects
from qms.approvals.forms import SignForm, posts_of, tick_field
from qms.models import Appointment, Approval, ApprovalItem, Signature, User

Typed = Mapping[str, Any]


def context(
    user: User,
    one: Approval,
    seat: rules.Seat | None,
    items: list[ApprovalItem],
    typed: Typed | None = None,
) -> dict[str, Any]:
    """The context of the signing form; empty if the person may not sign."""
    if seat is None:
        return {}
    way = signing.way_of(user)
    step = queries.steps_of(one)[one.step]
    held = posts_of(seat.appointments, one, step.meaning, seat.instead_of)
    effect = subjects.get(one.kind).effect(one)
    return {
        "way": way,
        "locked": signing.locked_until(user),
        "sentence": pages.sentence(one, items),
        "meaning": step.label,
        "signs_as": held[0][1] if len(held) == 1 else "",
        "effect": effect,
        "sign_form": SignForm(typed, held=held, way=way, ticks=effect.ticks),
    }


@sensitive_variables("posted")
def without_secret(posted: Typed) -> dict[str, Any]:
    """What was typed into the form, without the secret."""
    kept = tick_field("")
    return {n: posted[n] for n in posted if n == "appointment" or n.startswith(kept)}


@sensitive_variables("posted")
def sign(one: Approval, user: User, appointment: Appointment | None, posted: Typed) -> Signature:
    """Signs with what was typed into the form."""
    prefix = tick_field("")
    return lifecycle.sign(
        one,
        by=user,
        appointment=appointment,
        secret=posted.get("signing_password", ""),
        way=posted.get("way", ""),
        manifest=posted.get("manifest", ""),
        confirmed={name.removeprefix(prefix) for name in posted if name.startswith(prefix)},
    )


def form_with_refusal(user: User, one: Approval, typed: Typed, why: str) -> SignForm | None:
    """The signing form with the refusal at its field; None if the form is no longer shown, for
    example after too many wrong secrets."""
    one.refresh_from_db()
    shown = context(user, one, rules.seat_of(user, one), queries.items_of(one), typed)
    if not shown or shown["locked"] or not shown["way"]:
        return None
    form: SignForm = shown["sign_form"]
    form.refuse(why)
    return form
