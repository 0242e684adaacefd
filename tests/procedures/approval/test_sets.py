"""Documents sent together: reviewed one by one, approved by one signature over the list, issued all
or none."""

import datetime

import pytest
from django.utils import translation

from procedures import lifecycle
from procedures.approval import deciding
from procedures.models import Decision, DocumentPage, Version
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.clock import on_day, today
from qms.errors import Refused
from qms.models import Approval, ApprovalRule, Event
from qms.proof import append_only, journal
from tests.kept import kept
from tests.procedures.approval.conftest import steps

DAY = datetime.timedelta(days=1)


@pytest.fixture
@kept
def three(procedure):
    return [procedure(f"QT-0{n}", title=name) for n, name in enumerate(("Văn thư", "Lưu trữ", "Tiếp dân"), 1)]  # fmt: skip


def decide(approval, by, **facts):
    given = {"number": 15, "symbol": "QĐ-STP", "dated": today(), "title": "Ban hành hệ thống"}
    return deciding.issue_by_decision(approval, by=by, **{**given, **facts})


def test_a_set_is_issued_whole_with_the_last_signature(three, send, sign, reviewer, approver):
    approval = send(*three)
    sign(approval, reviewer, approver)
    assert sorted(Version.objects.values_list("code", flat=True)) == ["QT-01", "QT-02", "QT-03"]
    assert approval.signatures.count() == 2
    assert {one.approval_id for one in Version.objects.all()} == {approval.pk}


def test_a_set_is_titled_in_vietnamese_whatever_the_screen_is_in(three, send):
    with translation.override("en"):
        title = send(*three).title
    assert title == "QT-01 Văn thư và 2 tài liệu khác"


def test_what_is_taken_out_goes_back_and_the_rest_is_approved(
    three, send, sign, officer, reviewer, approver
):
    approval = send(*three)
    sign(approval, reviewer)
    item = approval.items.get(subject=f"document:{three[1].pk}")
    approvals.take_out(item, by=approver, reason="Chưa đúng thẩm quyền")
    lifecycle.revise_draft(three[1], owner_post="Khác", by=officer)
    sign(approval, approver)
    assert sorted(Version.objects.values_list("code", flat=True)) == ["QT-01", "QT-03"]
    assert DocumentPage.objects.get(pk=three[1].pk).has_open_draft


def test_an_approval_of_the_list_before_does_not_count_for_the_one_after(
    three, send, sign, agency, appoint, reviewer, approver
):
    second = appoint("second", "approver", agency, name="Phó Giám Đốc")
    rule = [
        {"meaning": "approved", "who": "role", "role": "approver", "quorum": 2, "days": 5},
    ]
    ApprovalRule.objects.create(agency=agency, kind="document:procedure", steps=rule)
    approval = send(*three)
    sign(approval, approver)
    item = approval.items.get(subject=f"document:{three[0].pk}")
    approvals.take_out(item, by=second, reason="Để sau")
    sign(approval, second)
    assert not Version.objects.exists()
    sign(approval, approver)
    assert Version.objects.count() == 2


def test_two_with_one_code_or_one_that_may_not_be_sent_are_named_before_anything_is_sent(
    procedure, send
):
    first, twin = procedure("QT-01", title="Văn thư"), procedure("qt 01", title="Lưu trữ")
    with pytest.raises(Refused, match="hai tài liệu trong cùng lần trình"):
        send(first, twin)
    empty = procedure("QT-05", title="Trống", body={"sections": []})
    with pytest.raises(Refused, match="Trống: Tài liệu chưa có nội dung"):
        send(first, empty)
    assert not Approval.objects.exists()


def test_documents_of_two_agencies_are_not_sent_together(
    three, make_document, other_agency, stranger, appoint, officer, send
):
    other = make_document(other_agency, stranger)
    appoint("officer", "officer", other_agency)
    with pytest.raises(Refused, match="cùng một cơ quan"):
        send(three[0], other)


def test_where_one_cannot_be_issued_none_is(
    three, send, sign, make_document, agency, officer, reviewer, approver
):
    approval = send(*three)
    sign(approval, reviewer)
    make_document(agency, officer, code="QT-03", title="Khác hẳn", issued=today().isoformat())
    with pytest.raises(Refused, match="Tiếp dân"):
        sign(approval, approver)
    assert Version.objects.filter(approval=approval).count() == 0
    assert Event.objects.filter(kind="issued").count() == 1


def test_killed_in_the_midst_nothing_is_issued(three, send, sign, reviewer, approver, monkeypatch):
    approval = send(*three)
    sign(approval, reviewer)
    usual, done = lifecycle.add_version, []

    def killed(page, version, **kwargs):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(usual(page, version, **kwargs))
        return done[-1]

    monkeypatch.setattr(lifecycle, "add_version", killed)
    with pytest.raises(KeyboardInterrupt):
        sign(approval, approver)
    assert len(done) == 2 and not Version.objects.exists()
    approval.refresh_from_db()
    assert approval.is_open and approval.signatures.count() == 1


# -- the decision


def test_issued_when_the_clerk_has_entered_the_decision(
    three, send, sign, officer, reviewer, approver
):
    approval = sign(send(*three, by_decision=True), reviewer, approver)
    assert approval.state == Approval.State.APPROVED and not Version.objects.exists()
    with pytest.raises(Refused, match="trình duyệt"):
        lifecycle.revise_draft(three[0], owner_post="Sửa lén", by=officer)
    decision = decide(approval, officer, number=7)
    approval.refresh_from_db()
    assert approval.state == Approval.State.DONE
    assert decision.label == "07/QĐ-STP"
    for version in Version.objects.all():
        assert (version.decision, version.issued_on) == (decision, today())
        assert version.digest == version.compute_digest() and version.made_by == officer
    assert Version.objects.count() == 3
    with pytest.raises(Refused, match="không chờ"):
        decide(approval, officer, number=8)


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"dated": today() + DAY}, "chưa tới"),
        ({"dated": today() - DAY}, "trước ngày ký cuối cùng"),
        ({"number": 0}, "từ 1 đến"),
        ({"number": 100_000}, "từ 1 đến"),
        ({"symbol": "qđ<b>"}, "Ký hiệu"),
        ({"symbol": ""}, "Ký hiệu"),
    ],
)
def test_a_wrong_decision_is_refused(three, send, sign, officer, reviewer, approver, facts, says):
    approval = sign(send(*three, by_decision=True), reviewer, approver)
    with pytest.raises(Refused, match=says):
        decide(approval, officer, **facts)
    assert not Version.objects.exists() and not Decision.objects.exists()


def test_a_number_is_used_once_a_year(three, send, sign, officer, reviewer, approver):
    for page in three[:2]:
        approval = sign(send(page, by_decision=True), reviewer, approver)
        if page is three[0]:
            decide(approval, officer)
    with pytest.raises(Refused, match="15/QĐ-STP đã dùng"):
        decide(approval, officer)
    assert deciding.next_number(approval) == 16


def test_only_an_officer_of_the_agency_enters_it(
    three, send, sign, author, reviewer, approver, stranger
):
    approval = sign(send(*three, by_decision=True), reviewer, approver)
    for person in (author, reviewer, approver, stranger):
        with pytest.raises(Refused, match="thư ký ISO"):
            decide(approval, person)
    assert not Version.objects.exists()


def test_a_decision_is_never_changed(three, send, sign, officer, reviewer, approver):
    approval = sign(send(three[0], by_decision=True), reviewer, approver)
    decide(approval, officer)
    assert "procedures_decision" in append_only.tables() and append_only.missing() == []


# -- pages


def test_several_are_chosen_on_one_page(three, procedure, officer, client):
    empty = procedure("QT-09", title="Trống", body={"sections": []})
    client.force_login(officer)
    address = "/admin/tai-lieu/trinh-nhieu/"
    ids = [page.pk for page in three]
    form = {"document": [*ids, empty.pk], "title": "Hệ thống tài liệu", "by_decision": "yes"}
    html = client.post(address, form | {"act": "send"}).content.decode()
    assert "chưa có nội dung" in html and not Approval.objects.exists()
    html = client.post(address, form | {"document": ids, "act": "review"}).content.decode()
    assert "Sẽ trình" in html and not Approval.objects.exists()
    client.post(address, form | {"document": ids, "act": "send"})
    approval = Approval.objects.get()
    assert (approval.title, approval.items.count()) == ("Hệ thống tài liệu", 3)
    html = client.get(address).content.decode()
    assert "Văn thư" not in html and "Trống" in html


def test_the_clerk_enters_the_decision_on_its_page(
    three, send, sign, officer, author, reviewer, approver, stranger, client
):
    approval = sign(send(*three, by_decision=True), reviewer, approver)
    address = f"/admin/tai-lieu/quyet-dinh/{approval.pk}/"
    for person in (author, stranger):
        client.force_login(person)
        assert client.get(address).status_code == 404
    client.force_login(officer)
    assert address in client.get(approval.get_absolute_url()).content.decode()
    assert "QĐ-STP" in client.get(address).content.decode()
    wrong = {"number": "x", "symbol": "QĐ-STP", "dated": "31/02/2026"}
    assert client.post(address, wrong).status_code == 400
    day = f"{today():%d/%m/%Y}"
    answer = client.post(address, {"number": "3", "symbol": "qđ-stp", "dated": day})
    assert answer.status_code == 302 and Version.objects.count() == 3
    assert Decision.objects.get().symbol == "QĐ-STP"


@pytest.mark.slow
def test_a_dozen_is_issued_in_one_step(procedure, send, sign, reviewer, approver):
    with journal.acts():
        pages = [procedure(f"QT-{n:02}", title=f"Công việc thứ {n} của cơ quan") for n in range(12)]
    approval = send(*pages)
    sign(approval, reviewer, approver)
    assert Version.objects.filter(approval=approval).count() == 12
    assert all(queries.open_for(lifecycle.subject(page.pk)) is None for page in pages)


def test_kinds_with_different_rules_are_not_sent_together(
    procedure, make_document, agency, author, send
):
    """The set would otherwise go through the rule of its first document alone."""
    first = procedure()
    policy = make_document(
        agency, author, code="CS-01", title="Chính sách", kind="policy", body=steps("1 ngày")
    )
    two = [{"meaning": "approved", "who": "role", "role": "approver", "quorum": 1, "days": 5}]
    rule = ApprovalRule.objects.create(agency=agency, kind="document:policy", steps=two)
    with pytest.raises(Refused, match="quy tắc phê duyệt khác nhau .Quy trình; Chính sách"):
        send(first, policy)
    assert not Approval.objects.exists()
    rule.delete()
    assert send(first, policy).items.count() == 2


def test_a_day_that_no_decision_could_meet_is_named_before_the_last_signature(
    three, send, sign, reviewer, approver
):
    approval = sign(send(three[0], by_decision=True, effective_on=today()), reviewer)
    with on_day(today() + 2 * DAY), pytest.raises(Refused, match="trước ngày ban hành.*trả lại"):
        sign(approval, approver)
    assert approval.signatures.count() == 1


def test_a_decision_too_late_for_its_day_says_how_to_go_on(
    three, send, sign, officer, reviewer, approver
):
    approval = send(three[0], by_decision=True, effective_on=today())
    sign(approval, reviewer, approver)
    late = today() + 2 * DAY
    with on_day(late), pytest.raises(Refused, match="trước ngày ban hành.*hủy lần trình"):
        decide(approval, officer, dated=late)
    approvals.void(approval, by=officer, reason="Quá ngày")
    assert send(three[0], by_decision=True).is_open
