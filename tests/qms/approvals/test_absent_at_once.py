"""Absences entered and ended six times at once through the pages: one row, one event."""

from qms.models import Absence, Event
from tests.together import TOGETHER, press

pytestmark = TOGETHER


def entered(person, substitute):
    return {
        "person": person.pk, "substitute": substitute.pk, "starts_on": "01/01/2099",
        "ends_on": "05/01/2099", "reason": "Nghỉ phép",
    }  # fmt: skip


def events(kind):
    return Event.objects.filter(kind=kind).count()


def test_an_absence_is_entered_and_ended_once(own_connections, reviewer, officer, appoint, agency):
    second = appoint("second", "reviewer", agency, name="Hồ Thị Thay")
    fields = entered(reviewer, second)
    codes = press("/duyet/vang-mat/", *[(by, fields) for by in (reviewer, officer)] * 3)
    assert sorted(codes) == [200] * 5 + [302]
    absence = Absence.objects.get()
    assert events("absence_recorded") == 1

    end = f"/duyet/vang-mat/{absence.pk}/ket-thuc/"
    codes = press(end, *[(by, {}) for by in (reviewer, officer)] * 3)
    assert set(codes) <= {302, 404}
    assert not Absence.objects.exists() and events("absence_ended") == 1


def test_two_who_name_each_other_at_once_are_not_both_away(
    own_connections, reviewer, appoint, agency
):
    second = appoint("second", "reviewer", agency, name="Hồ Thị Thay")
    codes = press(
        "/duyet/vang-mat/",
        *[(reviewer, entered(reviewer, second)), (second, entered(second, reviewer))] * 3,
    )
    assert sorted(codes) == [200] * 5 + [302]
    assert Absence.objects.count() == 1
