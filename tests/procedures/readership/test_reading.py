"""Reading rules and confirmations: who must read what since when, and the effect of
a confirmation."""

import pytest
from django.db import DatabaseError, transaction

from procedures import lifecycle as documents
from procedures.models import Confirmation, ReadingRule, Version
from procedures.readership.reading import lifecycle
from procedures.readership.reading.duties import Duties, of_person
from qms.clock import on_day, today
from qms.errors import Refused
from qms.models import Appointment, Event, Unit
from tests.procedures.readership.conftest import days, issue_again, make_rule

pytestmark = pytest.mark.django_db


def must_read(cast, who):
    """{code: due} of what the person must read today."""
    return {duty.reading.code: duty.due for duty in of_person(who.pk, [cast.agency])}


# -- who must


def test_the_people_of_the_audience_must_read_and_nobody_else(cast, rule):
    assert must_read(cast, cast.clerk) == {"QT-05": today() + days(7)}
    for other in (cast.reader, cast.head, cast.officer, cast.stranger, cast.elsewhere):
        assert must_read(cast, other) == {}


@pytest.mark.parametrize(
    ("audience", "people"),
    [
        (
            lambda c: {"everyone": True},
            {"officer", "reader", "head", "clerk", "colleague", "owner"},
        ),
        (lambda c: {"units": [c.office.pk]}, {"head"}),
        (lambda c: {"roles": ["approver", "officer"]}, {"officer", "head"}),
        (lambda c: {"people": [c.reader.pk]}, {"reader"}),
    ],
)
def test_each_kind_of_audience(cast, audience, people):
    make_rule(cast, audience=audience(cast))
    (reading,) = Duties(cast.agency).readings
    assert Duties(cast.agency).tally(reading).must == {getattr(cast, name).pk for name in people}


@pytest.mark.parametrize(
    ("what", "codes"),
    [
        (lambda c: {"document": c.form.pk}, ["BM-01"]),
        (lambda c: {"kind": "procedure"}, ["QT-05"]),
        (lambda c: {"codes": ["qt 05", "BM.01"]}, ["BM-01", "QT-05"]),
    ],
)
def test_each_kind_of_what(cast, what, codes):
    make_rule(cast, what=what(cast))
    assert [one.code for one in Duties(cast.agency).readings] == codes


def test_who_comes_later_has_the_days_from_the_day_they_begin(cast, rule, appoint):
    newcomer = appoint("new", "reader", cast.agency, unit=cast.field, starts_on=today() + days(20))
    assert must_read(cast, newcomer) == {}
    with on_day(today() + days(20)):
        assert must_read(cast, newcomer) == {"QT-05": today() + days(7)}


def test_a_duty_ends_with_the_appointment_and_with_the_agency(cast, rule):
    Appointment.objects.filter(person=cast.clerk).update(ends_on=today())
    with on_day(today() + days(1)):
        assert must_read(cast, cast.clerk) == {}
        assert must_read(cast, cast.colleague) == {"QT-05": rule.from_day + days(7)}
    cast.agency.active_to = today()
    cast.agency.save()
    with on_day(today() + days(1)):
        assert must_read(cast, cast.colleague) == {}


def test_a_move_within_the_audience_begins_nothing_and_a_gap_does(cast):
    with on_day(today() - days(60)):
        make_rule(cast, audience={"units": [cast.office.pk, cast.field.pk]})
    Appointment.objects.filter(person=cast.clerk).update(ends_on=today() - days(10))
    Appointment.objects.create(
        person=cast.clerk, role="reader", agency=cast.agency, unit=cast.office,
        starts_on=today() - days(9),
    )  # fmt: skip
    assert must_read(cast, cast.clerk) == {"QT-05": today() - days(53)}
    Appointment.objects.filter(person=cast.clerk, unit=cast.office).update(
        starts_on=today() - days(8)
    )
    assert must_read(cast, cast.clerk) == {"QT-05": today() - days(1)}


def test_of_two_rules_the_earlier_due_day_counts(cast, rule):
    make_rule(cast, what={"kind": "procedure"}, audience={"everyone": True}, days=3)
    assert must_read(cast, cast.clerk) == {"QT-05": today() + days(3)}
    assert must_read(cast, cast.reader) == {"QT-05": today() + days(3)}


# -- confirming


def test_a_confirmation_says_who_in_which_post_and_what(cast, rule):
    given = lifecycle.confirm(cast.version, by=cast.clerk)
    assert (given.person_name, given.post, given.unit_name, given.on_day, given.rule) == (
        "Lý Chuyên Viên", "Chuyên viên", "Phòng Bổ trợ tư pháp", today(), rule,
    )  # fmt: skip
    assert given.sentence == "Tôi đã đọc và hiểu QT-05 Cấp phiếu, phiên bản 1."
    assert must_read(cast, cast.clerk) == {}
    assert must_read(cast, cast.colleague) != {}
    event = Event.objects.filter(agency=cast.agency).last()
    assert (event.kind, event.subject, event.by) == (
        "read_confirmed", f"version:{cast.version.pk}", cast.clerk,
    )  # fmt: skip


def test_confirming_twice_is_one_confirmation_and_one_event(cast, rule):
    first = lifecycle.confirm(cast.version, by=cast.clerk)
    assert lifecycle.confirm(cast.version, by=cast.clerk) == first
    assert Confirmation.objects.count() == 1
    assert Event.objects.filter(kind="read_confirmed").count() == 1


def test_the_database_keeps_one_confirmation_and_lets_none_be_changed(cast, rule):
    given = lifecycle.confirm(cast.version, by=cast.clerk)
    rows = Confirmation.objects.filter(pk=given.pk)
    again = Confirmation(
        version=cast.version, person=cast.clerk, person_name="Khác", rule=rule, on_day=today()
    )
    for attempt in (lambda: rows.update(person_name="Khác"), rows.delete, again.save):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert Confirmation.objects.get().person_name == "Lý Chuyên Viên"


def test_who_need_not_read_confirms_nothing(cast, rule):
    for who in (cast.reader, cast.stranger, cast.overseer):
        with pytest.raises(Refused, match="Không có quy tắc nào"):
            lifecycle.confirm(cast.version, by=who)


def test_a_new_version_asks_again_and_keeps_the_old_confirmations(cast, rule):
    old = lifecycle.confirm(cast.version, by=cast.clerk)
    new = issue_again(cast)
    assert must_read(cast, cast.clerk) == {"QT-05": today() + days(7)}
    with pytest.raises(Refused, match="Phiên bản 2 đã thay"):
        lifecycle.confirm(cast.version, by=cast.colleague)
    lifecycle.confirm(new, by=cast.clerk)
    assert list(Confirmation.objects.values_list("version", flat=True)) == [cast.version.pk, new.pk]
    assert Confirmation.objects.get(pk=old.pk).on_day == old.on_day


def test_a_rule_for_issues_asks_again_at_the_next_issue_alone(cast):
    make_rule(cast, each_version=False)
    lifecycle.confirm(cast.version, by=cast.clerk)
    issue_again(cast, issue_number=1, revision_number=1)
    assert must_read(cast, cast.clerk) == {}
    assert must_read(cast, cast.colleague) == {"QT-05": today() + days(7)}
    issue_again(cast, issue_number=2, revision_number=0)
    assert must_read(cast, cast.clerk) == {"QT-05": today() + days(7)}


def test_a_withdrawn_document_is_read_by_nobody_and_asks_again_when_it_is_back(cast, rule):
    documents.withdraw(cast.version, reason="Bỏ thủ tục", by=cast.officer)
    assert must_read(cast, cast.clerk) == {}
    with on_day(today() + days(30)):
        documents.reinstate(cast.version, reason="Có lại", by=cast.officer)
        assert must_read(cast, cast.clerk) == {"QT-05": today() + days(7)}


# -- rules


def test_a_rule_that_ended_asks_nothing_and_keeps_what_was_confirmed(cast, rule):
    lifecycle.confirm(cast.version, by=cast.clerk)
    lifecycle.end_rule(rule, by=cast.officer)
    assert must_read(cast, cast.colleague) == {}
    assert Confirmation.objects.count() == 1
    with pytest.raises(Refused, match="ngừng áp dụng"):
        lifecycle.end_rule(rule, by=cast.officer)
    with pytest.raises(Refused, match="ngừng áp dụng"):
        make_rule(cast, rule=rule, days=3)


def test_changing_the_people_begins_again_and_changing_the_days_does_not(cast):
    with on_day(today() - days(30)):
        rule = make_rule(cast)
    make_rule(cast, rule=rule, days=10)
    assert must_read(cast, cast.clerk) == {"QT-05": today() - days(20)}
    make_rule(cast, rule=rule, days=10, audience={"everyone": True})
    assert must_read(cast, cast.clerk) == {"QT-05": today() + days(10)}
    assert ReadingRule.history.filter(id=rule.pk).count() == 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (lambda c: {"audience": {}}, "chưa dành cho ai"),
        (lambda c: {"audience": {"people": []}}, "chưa dành cho ai"),
        (lambda c: {"audience": {"people": [c.stranger.pk]}}, "không có ai thuộc diện"),
        (lambda c: {"audience": {"roles": ["reviewer"]}}, "không có ai thuộc diện"),
        (lambda c: {"audience": {"units": [987_654]}}, "ít nhất một đơn vị của cơ quan"),
        (lambda c: {"what": {}}, "chọn một tài liệu"),
        (lambda c: {"what": {"codes": [" ", ""]}}, "chọn một tài liệu"),
        (lambda c: {"what": {"codes": ["QT-99", "QT-05"]}}, "mã hiệu QT-99"),
        (lambda c: {"what": {"codes": [f"QT-{n}" for n in range(201)]}}, "nhiều nhất 200"),
        (lambda c: {"days": 0}, "từ 1 đến 365"),
        (lambda c: {"days": 366}, "từ 1 đến 365"),
        (lambda c: {"by": c.head}, "Chỉ thư ký ISO"),
        (lambda c: {"by": c.stranger}, "Chỉ thư ký ISO"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_a_sentence(cast, fields, said):
    with pytest.raises(Refused, match=said):
        make_rule(cast, **fields(cast))
    assert not ReadingRule.objects.exists()


def test_a_rule_for_a_closed_unit_or_a_document_not_in_force_is_refused(cast, make_document):
    Unit.objects.filter(pk=cast.field.pk).update(active_to=today() - days(1))
    with pytest.raises(Refused, match="Phòng Bổ trợ tư pháp không còn hoạt động"):
        make_rule(cast)
    documents.withdraw(cast.version, reason="Bỏ", by=cast.officer)
    with pytest.raises(Refused, match="đã bị thu hồi"):
        make_rule(cast, audience={"everyone": True})
    draft = make_document(cast.agency, cast.officer, code="QT-06")
    with pytest.raises(Refused, match="chưa được ban hành"):
        make_rule(cast, what={"document": draft.pk}, audience={"everyone": True})


def test_the_same_rule_is_not_made_twice(cast, rule):
    with pytest.raises(Refused, match="Đã có quy tắc"):
        make_rule(cast, days=3)
    make_rule(cast, rule=rule, days=3)


# -- three months of days compared with a plain model


@pytest.mark.slow
def test_three_months_of_appointments_against_a_plain_model(cast, appoint):
    """Starts, ends, gaps, moves and overlaps, each day compared with counting day by day."""
    first = today() - days(90)
    with on_day(first):
        rule = make_rule(cast, audience={"units": [cast.field.pk]}, days=5)
    spans = {  # person -> [(unit, first day, last day)], in days of the test
        "steady": [("field", -30, None)],
        "begins": [("field", 20, None)],
        "ends": [("field", -5, 40)],
        "moves away": [("field", 0, 29), ("office", 30, None)],
        "moves in": [("office", 0, 29), ("field", 30, 70)],
        "comes back": [("field", 0, 10), ("office", 11, 30), ("field", 31, None)],
        "touches": [("field", 0, 10), ("field", 11, 60), ("field", 61, None)],
        "overlaps": [("field", 0, 50), ("field", 20, 30), ("field", 45, 80)],
        "inside a gap": [("field", 0, 5), ("field", 7, 7), ("field", 9, 12)],
    }
    people = {}
    for name, given in spans.items():
        for unit, start, end in given:
            people[name] = appoint(
                name, "reader", cast.agency, unit=getattr(cast, unit),
                starts_on=first + days(start), ends_on=None if end is None else first + days(end),
            )  # fmt: skip
    confirmed = {"steady": 3, "begins": 22, "comes back": 5, "overlaps": 70}
    new_version_on = 60
    named = {person.pk: name for name, person in people.items()}
    for number in range(91):
        day = first + days(number)
        with on_day(day):
            if number == new_version_on:
                issue_again(cast, on_day=day)
            version = Version.objects.filter(document=cast.page).in_force().get()
            for name, when in confirmed.items():
                if when == number:
                    lifecycle.confirm(version, by=people[name])
            found = Duties(cast.agency)
            (reading,) = found.readings
            tally = found.tally(reading)
            computed = {
                named[pk]: duty.due
                for pk in tally.open & named.keys()
                if (duty := found.of(pk, reading))
            }
            late = {named[pk] for pk in tally.late & named.keys()}
        expected = _plain(spans, confirmed, number, new_version_on)
        assert computed == {name: first + days(due) for name, due in expected.items()}, number
        assert late == {name for name, due in expected.items() if due < number}, number
    assert rule.from_day == first


def _plain(spans, confirmed, number, new_version_on) -> dict[str, int]:
    """{person: due} on a day, by walking backwards day by day."""
    begins = new_version_on if number >= new_version_on else 0
    found = {}
    for name, given in spans.items():
        held = {
            day
            for unit, start, end in given
            if unit == "field"
            for day in range(start, (number if end is None else min(end, number)) + 1)
        }
        done = confirmed.get(name)
        if number not in held or (done is not None and begins <= done <= number):
            continue
        since = number
        while since - 1 in held:
            since -= 1
        found[name] = max(since, begins) + 5
    return found
