"""Decisions entered concurrently: each number once, each set once."""

from procedures.approval import deciding
from procedures.models import Decision, Version
from qms.clock import today
from qms.errors import Refused
from qms.models import Approval, Event, User
from tests.together import TOGETHER, at_once

pytestmark = TOGETHER


def decide(approval, by):
    return deciding.issue_by_decision(
        Approval.objects.get(pk=approval.pk), by=User.objects.get(pk=by.pk),
        number=15, symbol="QĐ-STP", dated=today(), title="Ban hành",
    )  # fmt: skip


def test_one_number_for_two_sets_six_times_at_once(
    own_connections, procedure, send, sign, officer, reviewer, approver
):
    waiting = [
        sign(send(procedure(f"QT-0{n}"), by_decision=True), reviewer, approver) for n in (1, 2)
    ]
    results = at_once(*[lambda one=one: decide(one, officer) for one in waiting * 3])
    refused = [one for one in results if isinstance(one, Refused)]
    made = [one for one in results if isinstance(one, Decision)]
    assert (len(made), len(refused)) == (1, 5), results
    assert Version.objects.count() == 1
    assert Event.objects.filter(kind="decided").count() == 1
