"""Corrections that an agency leaves open when it is closed: shown before it is closed, listed
afterwards, handed to the successor or ended with a reason."""

import pytest
from django.urls import reverse

from audits import lifecycle, rules
from audits.leftovers import lifecycle as leftovers
from audits.leftovers import rules as leftover_rules
from audits.leftovers import tasks
from audits.models import Audit, Nonconformity
from qms import access, frame
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle.agencies import close_agency, create_agency, save_unit
from qms.models import DueWork, Event, Notice, Unit
from tests.audits.conftest import agree, analyse, days, sign
from tests.kept import kept

pytestmark = pytest.mark.django_db
EVERYBODY = ("officer", "head", "lead", "clerk", "reader", "stranger", "overseer", "heir")


@pytest.fixture
@kept
def admin(appoint):
    return appoint("sysadmin", "system_admin", name="Quản Trị")


@pytest.fixture
@kept
def heir_unit(cast, appoint):
    """A unit of the successor, whose officer is `cast.heir`."""
    unit = save_unit(Unit(agency=cast.other_agency, code="P1", name="Phòng Một"), by=None)
    cast.heir = appoint("heir", "officer", cast.other_agency, name="Kế Thừa")
    cast.heir_clerk = appoint("heirclerk", "reader", cast.other_agency, name="Tiếp", unit=unit)
    cast.heir_head = appoint("heirhead", "approver", cast.other_agency, name="Giám Đốc Mới")
    return unit


def close(cast, *, successor=True):
    """Closes the agency as of yesterday."""
    heir = cast.other_agency if successor else None
    close_agency(cast.agency, on_day=today() - days(1), successor=heir, by=None)
    for one in vars(cast).values():
        if hasattr(one, "appointments"):
            access.forget(one)
    cast.agency.refresh_from_db()


def listed(who):
    access.forget(who)
    return list(leftover_rules.leftovers_of(who))


# -- closing


def test_what_is_left_open_is_shown_before_the_agency_is_closed(cast, case, admin, client):
    assert frame.unfinished(cast.other_agency) == []
    assert dict(frame.unfinished(cast.agency)) == {
        "Cuộc đánh giá chưa đóng": 1, "Sự không phù hợp chưa đóng": 1,
    }  # fmt: skip
    client.force_login(admin)
    address = reverse("agencies:close", args=[cast.agency.pk])
    html = client.get(address).content.decode()
    assert "Sự không phù hợp chưa đóng: 1" in html
    typed = {"on_day": today().isoformat(), "successor": cast.other_agency.pk}
    client.post(address, typed)
    cast.agency.refresh_from_db()
    assert cast.agency.active_to is None
    client.post(address, {**typed, "leaves_open": "on"})
    cast.agency.refresh_from_db()
    assert cast.agency.active_to == today()
    html = client.get(reverse("agencies:reopen", args=[cast.agency.pk])).content.decode()
    assert "Cơ quan này còn" not in html


# -- the list


def test_the_city_lists_what_closed_agencies_left_open(cast, case, heir_unit, admin, browser):
    assert listed(admin) == listed(cast.overseer) == []
    close(cast)
    for name in EVERYBODY:
        who = getattr(cast, name)
        seen = name == "overseer"
        assert (listed(who) == [case]) is seen, name
        assert browser.see(who, "audit_leftovers").status_code == (200 if seen else 404), name
        assert browser.see(who, "audit_leftover", case.pk).status_code == (200 if seen else 404)
    html = browser.see(admin, "audit_leftovers").content.decode()
    assert case.code in html and cast.agency.name in html
    assert [one.label for one in tasks.tasks(admin)] == [case.code]
    assert tasks.tasks(cast.overseer) == []
    assert frame.count_waiting(admin)["audit_leftovers"] == 1
    assert browser.see(admin, "nonconformity", case.pk).status_code == 200


def test_an_agency_that_still_works_is_no_business_of_the_city(cast, case, admin, browser):
    close_agency(cast.agency, on_day=today(), successor=None, by=None)
    assert listed(admin) == []
    assert browser.see(admin, "nonconformity", case.pk).status_code == 404
    with pytest.raises(Refused, match="đã kết thúc hoạt động"):
        leftovers.end(case, reason="x", by=admin)


def test_the_overseer_reads_and_does_not_settle(cast, case, heir_unit, admin, browser, client):
    close(cast)
    assert "Kết thúc kèm lý do" not in browser.see(cast.overseer, "audit_leftover", case.pk).content.decode()  # fmt: skip
    client.force_login(cast.overseer)
    address = reverse("audit_leftover", args=[case.pk])
    assert client.post(address, {"act": "end", "reason": "x"}).status_code == 404
    for name in EVERYBODY:
        with pytest.raises(Refused):
            leftovers.end(case, reason="x", by=getattr(cast, name))
        with pytest.raises(Refused):
            leftovers.take_over(case, unit=heir_unit, reason="x", by=getattr(cast, name))


# -- ended


def test_a_correction_is_ended_with_a_reason(cast, case, admin, browser):
    close(cast, successor=False)
    with pytest.raises(Refused, match="Hãy ghi lý do"):
        leftovers.end(case, reason=" ", by=admin)
    browser.do(admin, "audit_leftover", case.pk, act="end", reason="Thủ tục đã bãi bỏ")
    case.refresh_from_db()
    assert (case.state, case.closed_on) == ("dropped", today())
    assert Event.objects.get(kind="nonconformity_ended").data["reason"] == "Thủ tục đã bãi bỏ"
    assert Audit.objects.get().state == "closed"
    assert listed(admin) == []
    html = browser.see(admin, "nonconformity", case.pk).content.decode()
    assert "Thủ tục đã bãi bỏ" in html and "Quản Trị" in html
    with pytest.raises(Refused):
        leftovers.end(case, reason="Lần nữa", by=admin)


def test_a_plan_on_its_way_is_void_when_its_correction_ends(cast, sent, admin):
    close(cast)
    leftovers.end(sent, reason="Thủ tục đã bãi bỏ", by=admin)
    sent.approval.refresh_from_db()
    assert sent.approval.state == "void"
    assert Nonconformity.objects.get().state == "dropped"


# -- handed to the successor


def test_the_successor_continues_with_what_was_found_out(cast, agreed, heir_unit, admin, browser):
    assert DueWork.objects.filter(key__startswith="action:").exists()
    close(cast)
    browser.do(
        admin, "audit_leftover", agreed.pk, act="take_over", unit=heir_unit.pk, reason="Sáp nhập"
    )
    agreed.refresh_from_db()
    made = Nonconformity.objects.get(follows=agreed)
    assert agreed.state == "dropped" and agreed.agency == cast.agency
    assert (made.agency, made.unit, made.state) == (cast.other_agency, heir_unit, "open")
    assert (made.cause, made.correction, made.finding) == (agreed.cause, agreed.correction, agreed.finding)  # fmt: skip
    for said in (
        agreed.description,
        cast.agency.name,
        agreed.code,
        "Sáp nhập",
        "– Kiểm tra cuối ngày",
    ):
        assert said in made.description
    assert lifecycle.gate_of(made) == "plan" and not made.actions.exists()
    assert listed(admin) == []
    told = {one.person for one in Notice.objects.filter(kind="case_taken_over")}
    assert told == {cast.heir, cast.stranger, cast.heir_clerk}  # officers, the unit
    assert not DueWork.objects.filter(key__startswith="action:").exists()


def test_the_successor_plans_works_and_closes_the_audit(cast, case, heir_unit, admin):
    case = analyse(cast, case)
    close(cast)
    made = leftovers.take_over(case, unit=heir_unit, reason="Sáp nhập", by=admin)
    clerk = cast.heir_clerk
    lifecycle.add_action(made, what="Kiểm tra", person=clerk, due=today(), by=clerk)
    made = lifecycle.send_plan(made, measure="Đủ", judge_on=today(), by=clerk)
    made = agree(made, cast.heir_head)
    lifecycle.finish_action(made.actions.get(), note="Đã làm", by=clerk)
    assert Audit.objects.get().state == "concluded"
    lifecycle.judge(made, effective=True, why="Xem mười hồ sơ", by=cast.heir)
    assert Audit.objects.get().state == "closed"


def test_the_successors_officers_read_the_round_that_they_continue(
    cast, case, heir_unit, admin, browser
):
    close(cast)
    assert browser.see(cast.heir, "nonconformity", case.pk).status_code == 404
    made = leftovers.take_over(case, unit=heir_unit, reason="Sáp nhập", by=admin)
    access.forget(cast.heir)
    html = browser.see(cast.heir, "nonconformity", made.pk).content.decode()
    assert case.get_absolute_url() in html and cast.agency.name in html
    assert browser.see(cast.heir, "nonconformity", case.pk).status_code == 200
    html = browser.see(cast.heir_clerk, "nonconformity", made.pk).content.decode()
    assert case.code in html and f'href="{case.get_absolute_url()}"' not in html
    assert not rules.nonconformities_of(cast.heir_clerk).filter(pk=case.pk).exists()


def test_it_goes_to_a_unit_of_the_agency_that_works_today(cast, case, heir_unit, admin, agency):
    close(cast)
    with pytest.raises(Refused, match="cơ quan kế thừa"):
        leftovers.take_over(case, unit=cast.field, reason="Sáp nhập", by=admin)
    Unit.objects.filter(pk=heir_unit.pk).update(active_to=today() - days(1))
    heir_unit.refresh_from_db()
    with pytest.raises(Refused, match="đang hoạt động"):
        leftovers.take_over(case, unit=heir_unit, reason="Sáp nhập", by=admin)


def test_without_a_successor_it_can_only_be_ended(cast, case, heir_unit, admin, browser, client):
    close(cast, successor=False)
    with pytest.raises(Refused, match="chưa ghi cơ quan kế thừa"):
        leftovers.take_over(case, unit=heir_unit, reason="Sáp nhập", by=admin)
    html = browser.see(admin, "audit_leftover", case.pk).content.decode()
    assert 'value="take_over"' not in html and 'value="end"' in html


def test_the_successor_of_a_closed_successor_takes_over(cast, case, heir_unit, admin, appoint):
    last = create_agency(code="CUOI", name="Sở Cuối")
    close(cast)
    close_agency(cast.other_agency, on_day=today() - days(1), successor=last, by=None)
    cast.agency.refresh_from_db()
    assert leftover_rules.heir_of(cast.agency) == last


def test_a_plan_sent_before_is_void_when_it_is_taken_over(cast, sent, heir_unit, admin):
    close(cast)
    made = leftovers.take_over(sent, unit=heir_unit, reason="Sáp nhập", by=admin)
    sent.approval.refresh_from_db()
    assert sent.approval.state == "void" and made.approval is None
    with pytest.raises(Refused):
        sign(sent.approval, cast.head)
