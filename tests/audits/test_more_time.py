"""Who decides on more time for an action, when those who agreed to the plan have left."""

import pytest

from audits import lifecycle, rules, waiting
from qms import access
from qms.clock import today
from qms.errors import Refused
from qms.models import Notice
from tests.audits.conftest import days

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(cast, appoint):
    """Another approver of the agency, who did not sign the plan."""
    return appoint("second", "approver", cast.agency, name="Đỗ Phó Giám Đốc")


def ask(cast, case, by=None):
    action = case.actions.get()
    return lifecycle.ask_longer(action, due=today() + days(9), reason="Bão", by=by or cast.clerk)


def answers(user, case, asked):
    """Whether the rule, the list of tasks and the count all let the user decide."""
    access.forget(user)
    found = {rules.may_grant(user, case, asked), asked in set(waiting.longer_of(user) or ())}
    assert len(found) == 1, found
    return found.pop()


def leave(user):
    user.appointments.update(ends_on=today() - days(1))
    access.forget(user)


def test_whoever_signed_the_plan_decides_alone(cast, agreed, second):
    asked = ask(cast, agreed)
    assert answers(cast.head, agreed, asked) and not answers(second, agreed, asked)
    assert [one.person for one in Notice.objects.filter(kind="longer_asked")] == [cast.head]


def test_a_present_approver_decides_once_the_signers_have_left(cast, agreed, second):
    leave(cast.head)
    asked = ask(cast, agreed)
    assert [one.person for one in Notice.objects.filter(kind="longer_asked")] == [second]
    assert answers(second, agreed, asked)
    for other in (cast.clerk, cast.officer, cast.stranger):
        assert not rules.may_grant(other, agreed, asked)
    lifecycle.answer_longer(asked, grant=True, answer="", by=second)
    assert agreed.actions.get().due == today() + days(9)


def test_signers_who_leave_after_the_question_leave_it_to_the_others(cast, agreed, second):
    asked = ask(cast, agreed)
    assert not answers(second, agreed, asked)
    leave(cast.head)
    assert answers(second, agreed, asked)


def test_a_deactivated_signer_counts_as_gone(cast, agreed, second):
    cast.head.is_active = False
    cast.head.save()
    assert answers(second, agreed, ask(cast, agreed))


def test_another_approver_decides_when_the_only_signer_asks(cast, agreed, second):
    lifecycle.hand_over(agreed.actions.get(), person=cast.head, by=cast.officer)
    asked = ask(cast, agreed, by=cast.head)
    assert not answers(cast.head, agreed, asked) and answers(second, agreed, asked)
    with pytest.raises(Refused):
        lifecycle.answer_longer(asked, grant=True, answer="", by=cast.head)
    lifecycle.answer_longer(asked, grant=True, answer="", by=second)


def test_an_officer_decides_when_the_only_approver_asks(cast, agreed):
    lifecycle.hand_over(agreed.actions.get(), person=cast.head, by=cast.officer)
    asked = ask(cast, agreed, by=cast.head)
    assert not answers(cast.head, agreed, asked) and answers(cast.officer, agreed, asked)
    assert [one.person for one in Notice.objects.filter(kind="longer_asked")] == [cast.officer]
    for other in (cast.clerk, cast.lead, cast.stranger):
        assert not rules.may_grant(other, agreed, asked)
    lifecycle.answer_longer(asked, grant=False, answer="Việc gấp", by=cast.officer)


def test_officers_do_not_decide_while_there_is_an_approver(cast, agreed):
    assert not answers(cast.officer, agreed, ask(cast, agreed))
