"""Who sees an approval, and whom it waits for."""

from datetime import timedelta

import pytest

from qms import access
from qms.approvals import queries, rules, seats
from qms.clock import today
from qms.models import Appointment

pytestmark = pytest.mark.django_db


def test_whom_it_waits_for(send, sign, reviewer, approver, author, officer, stranger):
    approval = send(1)
    people = (reviewer, approver, author, officer, stranger)
    assert [list(queries.to_be_signed_by(user)) for user in people] == [[approval], [], [], [], []]
    sign(approval, reviewer)
    assert [list(queries.to_be_signed_by(user)) for user in people] == [[], [approval], [], [], []]


def test_who_sees_it_while_it_runs_and_afterwards(
    send, sign, appoint, agency, reviewer, approver, author, officer, reader, stranger, overseer
):
    second = appoint("second", "reviewer", agency)
    approval = send(1)
    seeing = (reviewer, second, approver, author, officer)
    assert [rules.may_see(user, approval) for user in seeing] == [True] * 5
    assert not any(rules.may_see(user, approval) for user in (reader, stranger, overseer))
    sign(approval, reviewer)
    sign(approval, approver)
    approval.refresh_from_db()
    assert [rules.may_see(user, approval) for user in seeing] == [True, False, True, True, True]


def test_who_left_the_agency_sees_nothing_of_what_they_sent_or_signed(
    send, sign, reviewer, approver, author
):
    approval = send(1)
    sign(approval, reviewer)
    left = (reviewer, author)
    assert all(rules.may_see(user, approval) for user in left)
    Appointment.objects.filter(person__in=left).update(ends_on=today() - timedelta(days=1))
    for user in left:
        access.forget(user)
        assert not rules.may_see(user, approval)


def test_lists_and_the_rule_agree(send, reviewer, approver, author, stranger):
    approval = send(1)
    for user in (reviewer, approver, author, stranger):
        in_list = seats.waiting_for(user).filter(pk=approval.pk).exists()
        assert in_list == rules.may_sign(user, approval)
