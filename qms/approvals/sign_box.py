"""The part of an approval's page where its content is signed."""

from typing import Any

from qms.approvals import pages, queries, rules, signing
from qms.approvals.forms import SignForm, posts_of
from qms.models import Approval, ApprovalItem, User


def context(
    user: User,
    one: Approval,
    seat: rules.Seat | None,
    items: list[ApprovalItem],
    chosen: str | None = None,
) -> dict[str, Any]:
    """The context of the signing form; empty if the person may not sign."""
    if seat is None:
        return {}
    way = signing.way_of(user)
    step = queries.steps_of(one)[one.step]
    held = posts_of(seat.appointments, one, step.meaning, seat.instead_of)
    return {
        "way": way,
        "locked": signing.locked_until(user),
        "sentence": pages.sentence(one, items),
        "meaning": step.label,
        "signs_as": held[0][1] if len(held) == 1 else "",
        "sign_form": SignForm(
            None if chosen is None else {"appointment": chosen}, held=held, way=way
        ),
    }


def form_with_refusal(user: User, one: Approval, chosen: str, why: str) -> SignForm | None:
    """The signing form with the refusal at its field; None if the form is no longer shown, for
    example after too many wrong secrets."""
    one.refresh_from_db()
    shown = context(user, one, rules.seat_of(user, one), queries.items_of(one), chosen)
    if not shown or shown["locked"] or not shown["way"]:
        return None
    form: SignForm = shown["sign_form"]
    form.refuse(why)
    return form
