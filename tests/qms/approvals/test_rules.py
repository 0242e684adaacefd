"""Rules of approval: who maintains them, what is invalid, and how steps find their people."""

import pytest
from django.urls import reverse

from qms.approvals import lifecycle, queries, steps
from qms.approvals.steps import Step
from qms.clock import today
from qms.errors import Refused
from qms.models import ApprovalRule, Event, Unit

pytestmark = pytest.mark.django_db
APPROVE = Step("approved", "role", "approver")


@pytest.fixture
def rule(plans, agency, officer):
    def keep(*found, by=officer, of=agency):
        return lifecycle.save_rule(of, "plan:year", list(found), by=by)

    return keep


def test_without_a_rule_the_default_reviews_and_approves(agency):
    found = steps.for_kind(agency, "plan:year")
    assert [(one.meaning, one.role) for one in found] == [
        ("reviewed", "reviewer"), ("approved", "approver"),
    ]  # fmt: skip


def test_the_citys_rule_holds_until_an_agency_has_its_own(rule, agency, other_agency, system_admin):
    rule(APPROVE, by=system_admin, of=None)
    assert len(steps.for_kind(agency, "plan:year")) == 1
    rule(Step("reviewed", "role", "reviewer", days=9), APPROVE)
    assert [one.days for one in steps.for_kind(agency, "plan:year")] == [9, 5]
    assert len(steps.for_kind(other_agency, "plan:year")) == 1


def test_who_keeps_which_rules(rule, agency, stranger, reader, approver, system_admin, officer):
    for user in (stranger, reader, approver, system_admin):
        with pytest.raises(Refused, match="Thư ký ISO"):
            rule(APPROVE, by=user)
    with pytest.raises(Refused, match="quản trị hệ thống"):
        rule(APPROVE, by=officer, of=None)
    assert rule(APPROVE).agency == agency
    assert Event.objects.filter(kind="approval_rule_saved").count() == 1


@pytest.mark.parametrize(
    "found, said",
    [
        ([], "chưa có bước nào"),
        ([Step("reviewed", "role", "reviewer")], "Bước cuối phải là phê duyệt"),
        ([APPROVE, Step("reviewed", "role", "reviewer")], "Bước cuối phải là phê duyệt"),
        ([Step("approved", "role", "reader")], "vai trò này không ký được"),
        ([Step("approved", "role", "reviewer")], "vai trò này không ký được"),
        ([Step("approved", "role", "approver", days=0)], "số ngày"),
        ([Step("approved", "role", "approver", quorum=99)], "số người ký"),
        ([Step("approved", "people")], "ít nhất một người"),
        ([Step("approved", "people", people=(10**6,))], "không còn tài khoản"),
        ([Step("approved", "nonsense")], "Hãy chọn lại"),
        ([APPROVE] * 11, "tối đa 10 bước"),
    ],
)
def test_what_can_not_be_kept_says_why(rule, found, said):
    with pytest.raises(Refused, match=said):
        rule(*found)
    assert not ApprovalRule.objects.exists()


def test_named_people_hold_a_role_that_may_sign_here(rule, reader, stranger, reviewer, approver):
    for user in (reader, stranger, reviewer):
        with pytest.raises(Refused, match="không giữ vai trò ký"):
            rule(Step("approved", "people", people=(user.pk,)))
    with pytest.raises(Refused, match="nhiều hơn số người"):
        rule(Step("approved", "people", people=(approver.pk,), quorum=2))
    assert rule(Step("approved", "people", people=(approver.pk,)))


def test_a_rule_that_names_only_the_drafter_can_not_be_sent_under(rule, send, approver):
    rule(Step("approved", "people", people=(approver.pk,)))
    with pytest.raises(Refused, match="không đủ người ký được"):
        send(1, excluded=[approver])


def test_a_named_person_signs_only_while_they_hold_a_role_that_may(
    rule, send, sign, agency, officer, appoint, approver
):
    second = appoint("second", "approver", agency)
    rule(Step("approved", "people", people=(approver.pk,)))
    approval = send(1)
    agency.appointments.filter(person=approver).update(role="reader")
    with pytest.raises(Refused, match="không chờ chữ ký của bạn"):
        sign(approval, approver)
    assert list(queries.to_be_signed_by(approver)) == []
    lifecycle.choose_other_signers(approval, 0, by=officer, people=[second.pk], reason="Đổi việc")
    assert sign(approval, second).name == str(second)


def test_all_of_a_step_leave_somebody_for_the_next(rule, send, agency, appoint, approver):
    """A dead end: who had to review with everybody was the only one to approve."""
    agency.appointments.create(person=approver, role="reviewer", starts_on=today())
    rule(Step("reviewed", "role", "reviewer", quorum=0), APPROVE)
    with pytest.raises(Refused, match="những người khác nhau"):
        send(1)
    appoint("second", "approver", agency)
    assert send(1).is_open


def test_the_citys_rule_names_no_people(rule, system_admin, approver):
    with pytest.raises(Refused, match="không nêu tên người"):
        rule(Step("approved", "people", people=(approver.pk,)), by=system_admin, of=None)


def test_removing_a_rule_brings_the_default_back(rule, agency, officer, stranger):
    kept = rule(APPROVE)
    with pytest.raises(Refused):
        lifecycle.remove_rule(kept, by=stranger)
    lifecycle.remove_rule(kept, by=officer)
    assert len(steps.for_kind(agency, "plan:year")) == 2


# --- whom steps wait for --------------------------------------------------------------------------


def test_a_step_for_the_head_of_the_owning_unit(rule, send, sign, agency, appoint, approver):
    unit = Unit.objects.create(agency=agency, name="Phòng Một")
    other = Unit.objects.create(agency=agency, name="Phòng Hai")
    head = appoint("head", "unit_head", agency, unit=unit)
    appoint("other-head", "unit_head", agency, unit=other)
    rule(Step("reviewed", "unit_head"), APPROVE)
    with pytest.raises(Refused, match="chưa ghi đơn vị"):
        send(1)
    approval = send(1, unit_id=unit.pk)
    assert list(queries.to_be_signed_by(head)) == [approval]
    assert sign(approval, head).unit_name == "Phòng Một"


def test_a_step_for_the_holder_of_the_owners_post(rule, send, sign, appoint, agency, approver):
    holder = appoint("holder", "reader", agency, post="Trưởng phòng  Hành chính")
    rule(Step("reviewed", "post"), APPROVE)
    with pytest.raises(Refused, match="chưa ghi chức vụ"):
        send(1)
    with pytest.raises(Refused, match="không đủ người"):
        send(1, owner_post="Trưởng phòng Khác")
    approval = send(1, owner_post="trưởng phòng hành chính")
    assert sign(approval, holder).post == "Trưởng phòng  Hành chính"


def test_all_reviewers_must_sign_and_whoever_leaves_is_not_waited_for(
    rule, send, sign, appoint, agency, reviewer, approver
):
    second = appoint("second", "reviewer", agency)
    third = appoint("third", "reviewer", agency)
    rule(Step("reviewed", "role", "reviewer", quorum=0), APPROVE)
    approval = send(1)
    sign(approval, reviewer)
    third.appointments.update(ends_on="2020-02-01")
    appoint("late", "reviewer", agency)  # came after it was sent
    approval.refresh_from_db()
    assert approval.step == 0
    sign(approval, second)
    approval.refresh_from_db()
    assert approval.step == 1


def test_two_of_three_are_enough(rule, send, sign, appoint, agency, approver):
    people = [appoint(name, "reviewer", agency) for name in ("r1", "r2", "r3")]
    rule(Step("reviewed", "role", "reviewer", quorum=2), APPROVE)
    approval = send(1)
    for user in people[:2]:
        sign(approval, user)
    approval.refresh_from_db()
    assert approval.step == 1
    with pytest.raises(Refused, match="không chờ chữ ký"):
        sign(approval, people[2])


def test_who_is_appointed_later_signs_by_the_rule_too(send, sign, reviewer, appoint, agency):
    approval = send(1)
    reviewer.appointments.update(ends_on="2020-02-01")
    late = appoint("late", "reviewer", agency)
    assert list(queries.to_be_signed_by(late)) == [approval] and sign(approval, late)


# --- choosing other signers -----------------------------------------------------------------------


@pytest.fixture
def without_people(rule, send, reviewer, approver):
    """An approval whose first step named one person, who has left."""
    rule(Step("reviewed", "people", people=(reviewer.pk,)), APPROVE)
    approval = send(1)
    reviewer.appointments.update(ends_on="2020-02-01")
    return approval


def test_the_officer_names_others_where_somebody_left(
    without_people, sign, officer, appoint, agency
):
    second = appoint("second", "reviewer", agency)
    lifecycle.choose_other_signers(
        without_people, 0, by=officer, people=[second.pk], reason="Nghỉ hưu"
    )
    assert sign(without_people, second).step == 0
    event = Event.objects.get(kind="approval_people_chosen")
    assert event.data["reason"] == "Nghỉ hưu" and event.data["people"] == [str(second)]


def test_choosing_is_refused_to_others_and_for_others(
    without_people, officer, author, reader, stranger, approver
):
    def choose(by, people, reason="x", step=0):
        lifecycle.choose_other_signers(without_people, step, by=by, people=people, reason=reason)

    for user in (author, approver, stranger):
        with pytest.raises(Refused, match="Chỉ thư ký ISO"):
            choose(user, [approver.pk])
    for person in (reader, author, stranger):
        with pytest.raises(Refused, match="Hãy chọn người giữ vai trò"):
            choose(officer, [person.pk])
    with pytest.raises(Refused, match="lý do"):
        choose(officer, [approver.pk], reason="")
    with pytest.raises(Refused, match="không có trong quy tắc"):
        choose(officer, [approver.pk], step=9)
    with pytest.raises(Refused, match="vẫn có người"):
        choose(officer, [approver.pk], step=1)


# --- the pages ------------------------------------------------------------------------------------


def rows(*found):
    typed = {"buoc-TOTAL_FORMS": len(found), "buoc-INITIAL_FORMS": 0}
    for number, (meaning, who, people) in enumerate(found):
        typed |= {
            f"buoc-{number}-meaning": meaning, f"buoc-{number}-who": who,
            f"buoc-{number}-people": people, f"buoc-{number}-quorum": 1, f"buoc-{number}-days": 3,
        }  # fmt: skip
    return typed


def test_an_officer_keeps_a_rule_on_its_page(client, plans, officer, agency, approver):
    client.force_login(officer)
    assert "Kế hoạch năm" in client.get(reverse("approval_rules")).content.decode()
    address = reverse("approval_rule") + f"?co-quan={agency.pk}&loai=plan:year"
    assert "Bước 2" in client.get(address).content.decode()
    found = rows(
        ("reviewed", "role:reviewer", []), ("", "", []), ("approved", "people", approver.pk)
    )
    assert client.post(address, found).status_code == 302
    kept = ApprovalRule.objects.get()
    assert [one["who"] for one in kept.steps] == ["role", "people"]
    assert kept.steps[1]["people"] == [approver.pk]
    assert str(approver) in client.get(reverse("approval_rules")).content.decode()


def test_a_rule_without_an_approval_comes_back_with_the_reason(client, plans, officer):
    client.force_login(officer)
    address = reverse("approval_rule") + "?loai=plan:year"
    answer = client.post(address, rows(("reviewed", "role:reviewer", [])))
    assert "Bước cuối phải là phê duyệt" in answer.content.decode()
    assert "Hãy chọn ai ký" in client.post(address, rows(("approved", "", []))).content.decode()
    assert not ApprovalRule.objects.exists()


def test_the_pages_of_rules_are_for_those_who_keep_them(
    client, plans, agency, reader, approver, stranger, system_admin, officer, other_agency
):
    address = reverse("approval_rule") + f"?co-quan={agency.pk}&loai=plan:year"
    for user in (reader, approver, stranger, system_admin):
        client.force_login(user)
        assert client.get(address).status_code == 404
        assert client.post(address, rows(("approved", "role:approver", []))).status_code == 404
    client.force_login(system_admin)
    city = reverse("approval_rule") + "?co-quan=thanh-pho&loai=plan:year"
    assert client.post(city, rows(("approved", "role:approver", []))).status_code == 302
    client.force_login(officer)
    assert client.get(city).status_code == 404
    assert client.get(reverse("approval_rule") + "?loai=x%00").status_code in (400, 404)
    assert "/duyet/quy-tac/" in client.get("/admin/").content.decode()


def test_removing_it_on_the_page(client, rule, officer, agency):
    rule(APPROVE)
    client.force_login(officer)
    address = reverse("approval_rule_remove") + f"?co-quan={agency.pk}&loai=plan:year"
    assert client.post(address).status_code == 302
    assert not ApprovalRule.objects.exists()
    assert client.post(address).status_code == 404


def test_the_default_is_a_rule_that_could_be_kept(agency):
    steps.check(list(steps.DEFAULT), agency)  # raises where it could not
    assert [step.meaning for step in steps.DEFAULT] == ["reviewed", "approved"]
