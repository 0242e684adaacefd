"""Concurrent acts, each with its own connection: one state, one event each."""

import os
from functools import partial

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import DatabaseError

from qms.approvals import lifecycle, queries
from qms.approvals.lifecycle.signatures import NotProved
from qms.approvals.steps import Step
from qms.errors import Refused
from qms.models import Approval, Event, Signature, SigningTry, User
from qms.proof import journal
from tests.qms.approvals.conftest import SECRET, sealed
from tests.together import TOGETHER, at_once

pytestmark = TOGETHER
GUESSES = 50 if os.environ.get("QMS_TORTURE") else 12
State = Approval.State


def fresh(user):
    """The account as loaded by another request: nothing cached."""
    return User.objects.get(pk=user.pk)


def sign(approval, user, manifest, secret=SECRET, way="password"):
    return lifecycle.sign(
        Approval.objects.get(pk=approval.pk),
        by=fresh(user),
        appointment=None,
        secret=secret,
        way=way,
        manifest=manifest,
    )


def events(approval, *kinds):
    rows = Event.objects.filter(subject=f"approval:{approval.pk}", kind__in=kinds)
    return [one.kind for one in rows.order_by("number")]


def worked(results):
    for one in results:
        if isinstance(one, Exception) and not isinstance(one, Refused):
            raise one
    return [one for one in results if not isinstance(one, Exception)]


ENDS = ("approval_signed", "approval_returned", "approval_taken_back", "approval_voided")


def test_the_same_person_signs_once_in_several_windows(own_connections, send, reviewer):
    approval = send(1)
    results = at_once(*[partial(sign, approval, reviewer, approval.manifest)] * 4)
    assert len(worked(results)) == 1 and Signature.objects.count() == 1
    assert events(approval, *ENDS) == ["approval_signed"]
    approval.refresh_from_db()
    assert approval.step == 1


def test_two_reviewers_of_a_step_for_one_sign_it_once(
    own_connections, send, reviewer, appoint, agency
):
    second = appoint("second", "reviewer", agency)
    approval = send(1)
    acts = [partial(sign, approval, user, approval.manifest) for user in (reviewer, second)]
    assert len(worked(at_once(*acts))) == 1
    approval.refresh_from_db()
    assert approval.step == 1 and events(approval, *ENDS) == ["approval_signed"]


def test_the_last_two_signatures_at_once_end_it_once(
    own_connections, send, plans, agency, officer, approver, appoint
):
    second = appoint("second", "approver", agency)
    lifecycle.save_rule(
        agency, "plan:year", [Step("approved", "role", "approver", quorum=2)], by=officer
    )
    approval = send(1)
    acts = [partial(sign, approval, user, approval.manifest) for user in (approver, second)]
    assert len(worked(at_once(*acts))) == 2
    approval.refresh_from_db()
    assert approval.state == State.DONE and queries.complete(approval)
    assert [how for how, _pk in plans.told].count("all signed") == 1
    assert events(approval, "approval_approved") == ["approval_approved"]


def test_signing_returning_and_taking_back_at_once_leave_one_outcome(
    own_connections, send, reviewer, author, officer, appoint, agency
):
    second = appoint("second", "reviewer", agency)
    approval = send(1)
    at_once(
        partial(sign, approval, reviewer, approval.manifest),
        lambda: lifecycle.return_to_sender(approval, by=fresh(second), reason="Sai"),
        lambda: lifecycle.take_back(approval, by=fresh(author)),
        lambda: lifecycle.void(approval, by=fresh(officer), reason="Nhầm"),
    )
    approval.refresh_from_db()
    ends = events(approval, *ENDS)
    closing = [kind for kind in ends if kind != "approval_signed"]
    how = {
        State.RETURNED: "approval_returned", State.TAKEN_BACK: "approval_taken_back",
        State.VOID: "approval_voided",
    }  # fmt: skip
    assert closing == [how[approval.state]]
    assert len(ends) - 1 == approval.signatures.count() <= 1
    assert not approval.items.filter(is_open=True).exists()
    assert journal.broken_links(agency) == []


def test_one_thing_sent_twice_at_once_is_in_one_approval(
    own_connections, plans, agency, author, officer, reviewer, approver
):
    def go(user):
        return lifecycle.send("plan", [sealed(1)], agency=agency, title="Kế hoạch", by=fresh(user))

    assert len(worked(at_once(partial(go, author), partial(go, officer)))) == 1
    assert Approval.objects.count() == 1 and queries.open_for("plan:1")


def test_taking_out_and_signing_at_once_never_sign_the_old_list(
    own_connections, send, agency, officer, approver, appoint
):
    second = appoint("second", "approver", agency)
    lifecycle.save_rule(agency, "plan:year", [Step("approved", "role", "approver")], by=officer)
    approval = send(1, 2)
    item = approval.items.get(subject="plan:2")
    at_once(
        partial(sign, approval, approver, approval.manifest),
        lambda: lifecycle.take_out(item, by=fresh(second), reason="Sai"),
    )
    approval.refresh_from_db()
    taken = approval.items.filter(taken_out_at__isnull=False).count()
    assert (approval.state, taken, Signature.objects.count()) in [
        (State.DONE, 0, 1), (State.OPEN, 1, 0),
    ]  # fmt: skip


def test_many_guesses_at_once_count_as_five(own_connections, send, reviewer, officer):
    approval = send(1)
    results = at_once(
        *[partial(sign, approval, reviewer, approval.manifest, f"sai-{n}") for n in range(GUESSES)]
    )
    busy = [one for one in results if isinstance(one, DatabaseError)]
    assert all(isinstance(one, NotProved | DatabaseError) for one in results)
    assert len(busy) <= GUESSES - 5  # users who did not get the lock guessed nothing
    assert SigningTry.objects.filter(failed=True).count() == 5
    assert Event.objects.filter(kind="signing_failed").count() == 5
    assert Event.objects.filter(kind="signing_locked").count() == 1


def test_one_code_at_once_on_two_approvals_signs_one(own_connections, send, reviewer, code_of):
    key = generate_totp_secret()
    TOTP.activate(reviewer, key)
    approvals, typed = [send(1), send(2)], code_of(key)
    acts = [partial(sign, one, reviewer, one.manifest, typed, "totp") for one in approvals]
    assert len(worked(at_once(*acts))) == 1 and Signature.objects.count() == 1
