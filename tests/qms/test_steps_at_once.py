"""Two people create the same thing at the same moment: one succeeds, the other gets the reason.
Nothing ends in an error."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from qms.errors import Refused
from qms.lifecycle import agencies, people
from qms.models import Agency, Appointment, Event, Unit, User
from qms.roles import Role
from search.models import Synonym
from search.tables import lifecycle as tables
from tests.together import TOGETHER, at_once

pytestmark = TOGETHER
ANSWERS = (Refused, ValidationError)
LAST = datetime.date(2026, 6, 30)


def one_and_a_refusal(done):
    """The object created by the one who succeeded; the other was refused."""
    refused = [one for one in done if isinstance(one, ANSWERS)]
    made = [one for one in done if not isinstance(one, Exception)]
    assert (len(made), len(refused)) == (1, 1), done
    return made[0], " ".join(getattr(refused[0], "messages", [str(refused[0])]))


def test_an_agency_is_made_once(own_connections):
    def make(name):
        return agencies.create_agency(code="STP", name=name, by=None)

    _, said = one_and_a_refusal(at_once(lambda: make("Sở Tư pháp"), lambda: make("Sở TP")))
    assert "“STP” đã có cơ quan dùng" in said
    assert Agency.objects.filter(code="STP").count() == 1


def test_agencies_with_different_codes_are_both_made(own_connections):
    done = at_once(
        *[
            lambda c=c: agencies.create_agency(code=c, name=f"Sở {c}", by=None)
            for c in ("SXD", "SYT", "SNV")
        ]
    )
    assert sorted(one.code for one in done) == ["SNV", "SXD", "SYT"]


def test_two_agencies_do_not_take_the_same_code(own_connections, agency, other_agency):
    def rename(pk):
        return agencies.change_agency(Agency.objects.get(pk=pk), by=None, code="MOI")

    one_and_a_refusal(at_once(lambda: rename(agency.pk), lambda: rename(other_agency.pk)))
    assert Agency.objects.filter(code="MOI").count() == 1


def test_a_unit_is_made_once(own_connections, agency):
    def make():
        return agencies.save_unit(Unit(agency=agency, code="HC", name="Phòng Hành chính"), by=None)

    _, said = one_and_a_refusal(at_once(make, make))
    assert said == "Cơ quan đã có đơn vị tên này."
    assert agency.units.filter(name="Phòng Hành chính").count() == 1


def test_units_given_as_a_list_twice_are_made_once(own_connections, agency):
    wanted = [("A1", "Phòng Một"), ("B2", "Phòng Hai")]
    done = at_once(*[lambda: agencies.add_units(agency, wanted, by=None)] * 2)
    assert sorted(len(made) for made in done) == [0, 2]


def test_a_unit_deleted_while_it_is_changed_does_not_come_back(own_connections, agency):
    unit = agencies.save_unit(Unit(agency=agency, code="HC", name="Phòng Hành chính"), by=None)
    opened = Unit.objects.get(pk=unit.pk)
    agencies.delete_unit(unit, by=None)
    with pytest.raises(Refused, match="vừa bị xóa"):
        agencies.save_unit(opened, by=None)
    with pytest.raises(Refused, match="vừa bị xóa"):
        agencies.delete_unit(opened, by=None)
    assert not Unit.objects.filter(pk=opened.pk).exists()


def test_a_user_name_is_given_once(own_connections):
    def make(name):
        return people.create(username=name, name="Trần Thị Bình", by=None)

    _, said = one_and_a_refusal(at_once(lambda: make("binhtt"), lambda: make("BinhTT")))
    assert "đăng nhập này đã có" in said
    assert User.objects.filter(username__iexact="binhtt").count() == 1


def test_a_synonym_and_a_best_bet_are_kept_once(
    own_connections, system_admin, make_document, agency
):
    def say(short):
        return tables.save_synonym(Synonym(short=short, long="căn cước"), by=system_admin)

    one_and_a_refusal(at_once(lambda: say("cc"), lambda: say("CC")))
    assert Synonym.objects.filter(long="căn cước").count() == 1


def test_an_agency_is_closed_and_reopened_once(own_connections, agency):
    def close():
        found = Agency.objects.get(pk=agency.pk)
        return agencies.close_agency(found, on_day=LAST, successor=None, by=None)

    one_and_a_refusal(at_once(close, close))
    closed = Agency.objects.get(pk=agency.pk)
    assert closed.active_to == LAST

    def reopen():
        return agencies.reopen_agency(Agency(pk=closed.pk), by=None)

    one_and_a_refusal(at_once(reopen, reopen))
    assert Agency.objects.get(pk=agency.pk).active_to is None
    assert Event.objects.filter(kind="agency_closed").count() == 1
    assert Event.objects.filter(kind="agency_reopened").count() == 1


def test_two_agencies_do_not_succeed_each_other(own_connections, agency, other_agency):
    def close(pk, heir):
        found, heir = Agency.objects.get(pk=pk), Agency.objects.get(pk=heir)
        return agencies.close_agency(found, on_day=LAST, successor=heir, by=None)

    one_and_a_refusal(
        at_once(
            lambda: close(agency.pk, other_agency.pk), lambda: close(other_agency.pk, agency.pk)
        )
    )


def test_what_an_old_page_says_of_an_agency_does_not_undo_its_closing(own_connections, agency):
    opened = Agency.objects.get(pk=agency.pk)
    agencies.close_agency(agency, on_day=LAST, successor=None, by=None)
    agencies.change_agency(opened, by=None, short_name="Sở TP")
    now = Agency.objects.get(pk=agency.pk)
    assert (now.active_to, now.short_name) == (LAST, "Sở TP")


@pytest.fixture
def two_administrators(own_connections, system_admin, appoint):
    return system_admin, appoint("quantri2", Role.SYSTEM_ADMIN, None)


def test_the_last_two_administrators_cannot_both_be_ended(two_administrators):
    given = list(Appointment.objects.filter(role=Role.SYSTEM_ADMIN).order_by("pk"))
    assert len(given) == 2

    def end(pk):
        return people.end_appointment(Appointment.objects.get(pk=pk), by=None)

    _, said = one_and_a_refusal(at_once(*[lambda g=g: end(g.pk) for g in given]))
    assert "duy nhất" in said


def test_two_administrators_cannot_switch_each_other_off(two_administrators):
    first, second = (person.pk for person in two_administrators)

    def switch_off(person, by):
        by = User.objects.get(pk=by)
        people.deactivate(User.objects.get(pk=person), by=by)
        return person

    one_and_a_refusal(at_once(lambda: switch_off(first, second), lambda: switch_off(second, first)))
    assert User.objects.filter(pk__in=(first, second), is_active=True).count() == 1
