"""A calendar address renewed and ended by several presses at once: at most one address works."""

from django.urls import reverse

from audits.calendar import addresses
from audits.models import CalendarAddress
from tests.together import TOGETHER, at_once, press

pytestmark = TOGETHER


def test_an_address_renewed_six_times_at_once_is_one(own_connections, cast):
    made = at_once(*[lambda: addresses.renew(cast.auditor)] * 6)
    assert CalendarAddress.objects.filter(person=cast.auditor).count() == 1
    tokens = [one.rpartition("/")[2].removesuffix(".ics") for one in made]
    assert len([one for one in tokens if addresses.person_of(one) == cast.auditor]) == 1


def test_renewing_and_ending_at_once_is_not_an_error(own_connections, cast):
    renew, end = reverse("audit_calendar"), reverse("audit_calendar_end")
    codes = at_once(*[lambda at=at: press(at, (cast.auditor, {})) for at in (renew, end)] * 3)
    assert sorted(code for (code,) in codes) == [200] * 3 + [302] * 3
    assert CalendarAddress.objects.filter(person=cast.auditor).count() <= 1
