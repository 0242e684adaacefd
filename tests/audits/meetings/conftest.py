"""Plans with and without meetings, and their hours."""

import datetime

import pytest

from audits import lifecycle
from audits.models import Meeting
from qms.clock import today
from tests.audits.conftest import days, hour
from tests.audits.test_invitations import LATER, at
from tests.kept import kept

HALF = datetime.timedelta(minutes=30)
OPENING, CLOSING = Meeting.Kind.OPENING, Meeting.Kind.CLOSING


@pytest.fixture
@kept
def drafted(cast, chief, audit):
    """A plan of one line from 8 to 10, three days from now."""
    audit = lifecycle.change_audit(
        audit, starts_on=today() + days(LATER), ends_on=today() + days(LATER + 1), by=cast.lead
    )
    at(cast, audit, 8)
    return audit


@pytest.fixture
@kept
def met(cast, drafted):
    """The same plan with both meetings."""
    lifecycle.add_meetings(drafted, by=cast.lead)
    return drafted


@pytest.fixture
@kept
def signed(cast, met):
    return lifecycle.fix_plan(met, by=cast.lead)


def when(begins, ends, day=LATER):
    on = today() + days(day)
    return {"starts_at": hour(on, 0) + begins * 2 * HALF, "ends_at": hour(on, 0) + ends * 2 * HALF}


def times(audit):
    return {one.kind: (one.starts_at, one.ends_at) for one in audit.meetings.all()}
