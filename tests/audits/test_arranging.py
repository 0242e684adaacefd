"""The team orders the questions of a line by hand, assigns them to a member, and removes some
before the audit."""

import pytest
from django.urls import reverse

from audits import lifecycle, package
from audits.models import Audit, Finding, Item, Member
from qms.errors import Refused
from qms.lifecycle.agencies import save_unit
from qms.models import Event, Unit
from qms.text.numbers import whole_number
from tests.audits.conftest import plan_row
from tests.kept import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def sheet(cast, planned):
    """The line of a planned audit, and its questions in order."""
    row = planned.rows.get()
    lifecycle.make_checklist(row, by=cast.lead)
    return planned, row, list(planned.items.order_by("order", "pk"))


def order(audit):
    return list(audit.items.order_by("order", "pk").values_list("pk", flat=True))


def numbers(items):
    return [item.pk for item in items]


def test_questions_are_moved_together_to_a_place(cast, sheet):
    audit, row, items = sheet
    pks = numbers(items)
    lifecycle.move_items(audit, row, [pks[4], pks[2]], to=1, by=cast.auditor)
    assert order(audit) == [pks[2], pks[4], pks[0], pks[1], pks[3], *pks[5:]]
    lifecycle.move_items(audit, row, [pks[2]], to=len(pks), by=cast.lead)
    assert order(audit) == [pks[4], pks[0], pks[1], pks[3], *pks[5:], pks[2]]
    assert list(audit.items.order_by("order").values_list("order", flat=True)) == list(range(1, len(pks) + 1))  # fmt: skip


def test_the_lines_of_the_plan_stay_apart(cast, audit, row):
    desk = save_unit(Unit(agency=cast.agency, code="MC", name="Một cửa"), by=None)
    second = plan_row(cast, audit, unit=desk, documents=[], clauses=["5.3"], auditors=[audit.members.get(person=cast.lead)],
                      starts_at=row.ends_at, ends_at=row.ends_at + (row.ends_at - row.starts_at))  # fmt: skip
    audit = lifecycle.fix_plan(audit, by=cast.lead)
    lifecycle.make_checklist(second, by=cast.lead)
    lifecycle.make_checklist(row, by=cast.lead)
    mine, other = (list(line.items.order_by("order")) for line in (row, second))
    lifecycle.move_items(audit, row, [mine[-1].pk, other[0].pk], to=1, by=cast.lead)
    assert order(audit) == numbers([mine[-1], *mine[:-1], *other])


def test_new_questions_leave_the_teams_order_alone(cast, sheet):
    audit, row, items = sheet
    pks = numbers(items)
    lifecycle.move_items(audit, row, [pks[-1]], to=1, by=cast.lead)
    Finding.objects.create(
        agency=cast.agency, audit=Audit.objects.create(agency=cast.agency, body=cast.agency, title="Trước", starts_on=audit.starts_on, ends_on=audit.starts_on),
        year=2025, number=1, unit=cast.field, clause="7.2", grade="minor", seen="Thiếu sổ", told_on=audit.starts_on, state="told",
    )  # fmt: skip
    assert lifecycle.make_checklist(row, by=cast.lead) == 1
    new = audit.items.get(source=Item.Source.EARLIER)
    assert order(audit) == [new.pk, pks[-1], *pks[:-1]]


def test_a_device_hears_of_the_new_order_and_whose_question_it_is(cast, under_way):
    row = under_way.rows.get()
    first, second = under_way.items.order_by("order")[:2]
    stamps = [package.stamp(under_way)]
    lifecycle.move_items(under_way, row, [second.pk], to=1, by=cast.lead)
    stamps.append(package.stamp(under_way))
    member = under_way.members.get(person=cast.auditor)
    lifecycle.assign_items(under_way, row, [first.pk], to=member, by=cast.lead)
    stamps.append(package.stamp(under_way))
    assert len(set(stamps)) == 3
    told = package.package(under_way)["items"]
    assert [one["id"] for one in told[:2]] == [second.pk, first.pk]
    assert (told[1]["who"], told[1]["name"]) == (cast.auditor.pk, str(cast.auditor))
    lifecycle.assign_items(under_way, row, [first.pk], to=None, by=cast.lead)
    assert package.package(under_way)["items"][1]["who"] is None


def test_questions_are_left_out_before_the_audit_only(cast, sheet):
    audit, row, items = sheet
    lifecycle.leave_out_items(audit, row, [items[1].pk], by=cast.auditor)
    assert order(audit) == numbers([items[0], *items[2:]])
    told = Event.objects.get(kind="audit_questions_left_out")
    assert told.data["texts"] == [items[1].text]
    audit = lifecycle.start(audit, by=cast.lead)
    with pytest.raises(Refused, match="Không áp dụng"):
        lifecycle.leave_out_items(audit, row, [items[0].pk], by=cast.lead)
    assert audit.items.filter(pk=items[0].pk).exists()


def test_what_is_refused(cast, sheet, appoint):
    audit, row, items = sheet
    one = [items[0].pk]
    other = audit.members.get(person=cast.auditor)
    for to in (0, len(items) + 1):
        with pytest.raises(Refused, match="từ 1 đến"):
            lifecycle.move_items(audit, row, one, to=to, by=cast.lead)
    with pytest.raises(Refused, match="ít nhất một câu"):
        lifecycle.move_items(audit, row, [], to=1, by=cast.lead)
    with pytest.raises(Refused, match="ít nhất một câu"):  # of another line
        lifecycle.move_items(audit, None, one, to=1, by=cast.lead)
    for person in (cast.officer, cast.idle, cast.clerk, cast.head):
        with pytest.raises(Refused, match="của đoàn"):
            lifecycle.assign_items(audit, row, one, to=other, by=person)
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    with pytest.raises(Refused, match="không độc lập"):
        lifecycle.assign_items(audit, row, one, to=other, by=cast.lead)
    gone = lifecycle.add_member(audit, cast.idle, Member.Part.OBSERVER, by=cast.officer)
    with pytest.raises(Refused, match="đang ở trong đoàn"):
        lifecycle.assign_items(audit, row, one, to=gone, by=cast.lead)
    assert order(audit) == numbers(items)
    lifecycle.cancel(audit, reason="Dời sang năm sau", by=cast.officer)
    with pytest.raises(Refused, match="Không làm được việc này"):
        lifecycle.move_items(audit, row, one, to=1, by=cast.lead)


def test_the_page_does_it_and_keeps_what_was_ticked_where_it_refuses(cast, client, sheet):
    audit, row, items = sheet
    place = reverse("audit_checklist_arrange", args=[audit.pk])
    client.force_login(cast.auditor)
    assert items[3].text in client.get(place).content.decode()
    answer = client.post(place, {"item": [items[3].pk], "to": "1", "act": "move"}, follow=True)
    assert "Xong: 1 câu hỏi" in answer.content.decode() and order(audit)[0] == items[3].pk
    answer = client.post(place, {"item": [items[2].pk], "to": "9999", "act": "move"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Số thứ tự phải từ 1 đến" in page and f'value="{items[2].pk}" checked' in page
    for wrong in ({"act": "burn"}, {}, {"act": "assign", "member": "999", "item": [items[2].pk]}):
        assert client.post(place, wrong).status_code == 404
    for item in ("x", "²", str(10**30), ""):
        assert client.post(place, {"item": [item], "to": "1", "act": "move"}).status_code == 400
        assert whole_number(item) is None


def test_only_the_team_has_the_page(cast, client, sheet):
    audit, row, items = sheet
    for person in (cast.officer, cast.head, cast.clerk, cast.idle, cast.stranger, cast.overseer):
        client.force_login(person)
        place = reverse("audit_checklist_arrange", args=[audit.pk])
        assert client.get(place).status_code == 404
        assert client.post(place, {"item": [items[1].pk], "to": "1", "act": "move"}).status_code == 404  # fmt: skip
    assert order(audit) == numbers(items)
