"""The plan of an audit in the chain: sealed with its declaration, signed by the lead and the
approver, fixed with the last signature."""

import json

import pytest
from django.urls import reverse

from audits import lifecycle, plan_papers
from audits.audit_plan import kind
from audits.audit_plan import rules as plan_rules
from audits.auditors import watching
from audits.models import Audit, Meeting, Member
from procedures import lifecycle as documents
from procedures.models import DocumentPage
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.clock import today, written
from qms.errors import Refused
from qms.models import Approval, Event, Notice
from qms.paper import Items, Paragraph
from tests.audits.conftest import days, hour, plan_row, sign
from tests.audits.test_who_and_when import EVERYBODY
from tests.issuing import issue as issue_now
from tests.kept import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def sent(cast, audit, row):
    return kind.send(audit, by=cast.lead)


@pytest.fixture
@kept
def signed(cast, sent, audit):
    for one in (cast.lead, cast.head):
        sign(sent, one)
    audit.refresh_from_db()
    return audit


def test_the_lead_signs_and_the_approver_fixes_it(cast, sent, audit):
    sign(sent, cast.lead)
    audit.refresh_from_db()
    assert (audit.state, audit.versions) == (Audit.State.PLANNING, [])
    sign(sent, cast.head)
    audit.refresh_from_db()
    assert (audit.state, audit.plan_fixed_on) == (Audit.State.PLANNED, today())
    assert [one["version"] for one in audit.versions] == [cast.version.pk]
    assert Event.objects.filter(kind="audit_plan_fixed").count() == 1
    told = Notice.objects.filter(kind="audit_plan_signed").values_list(
        "person__username", flat=True
    )
    assert set(told) == {"lead", "auditor"}


def test_the_approver_does_not_sign_before_the_lead(cast, sent):
    with pytest.raises(Refused):
        sign(sent, cast.head)


def test_the_versions_are_those_of_the_day_of_the_last_signature(cast, sent, audit):
    """A version that takes effect before the last signature is included; later ones are not."""
    sign(sent, cast.lead)
    new = reissue(cast)
    sign(sent, cast.head)
    audit.refresh_from_db()
    assert [one["version"] for one in audit.versions] == [new.pk] != [cast.version.pk]
    assert reissue(cast).pk != new.pk
    audit.refresh_from_db()
    assert audit.version_ids == [new.pk]


def reissue(cast):
    """The next version of the document, in force today."""
    page = DocumentPage.objects.get(pk=cast.document.pk).specific
    number = (page.revision_number or 0) + 1
    documents.revise_draft(page, by=None, revision_number=number, change_summary="Sửa bước 2")
    return issue_now(DocumentPage.objects.get(pk=page.pk).specific, issued_on=today())


def test_what_is_sealed_names_lines_people_and_the_declaration(cast, sent, audit, row):
    said = json.loads(queries.bytes_of(sent.items.get()))
    [line] = said["rows"]
    assert (line["unit_name"], line["clauses"]) == (cast.field.name, ["7.5"])
    assert [one["name"] for one in line["auditors"]] == ["Bùi Đánh Giá"]
    assert line["documents"] == [
        {"document": cast.document.pk, "code": "QT-05", "title": "Cấp phiếu"}
    ]
    assert "không soạn, không ký" in said["declaration"]
    assert {one["name"] for one in said["people"]} == {"Vũ Trưởng Đoàn", "Bùi Đánh Giá"}


@pytest.mark.parametrize("who", sorted(EVERYBODY - {"lead"}))
def test_the_lead_alone_sends_it(cast, audit, row, browser, who):
    person = getattr(cast, who)
    with pytest.raises(Refused, match="Chỉ trưởng đoàn"):
        kind.send(audit, by=person)
    browser.client.force_login(person)
    assert browser.client.post(reverse("audit_plan_send", args=[audit.pk])).status_code == 404


def test_where_the_lead_is_from_outside_the_officer_sends(cast, audit, row, appoint):
    guest = appoint("guest", "auditor", cast.other_agency, name="Hồ Khách")
    lifecycle.add_member(audit, guest, Member.Part.LEAD, by=None)
    with pytest.raises(Refused):
        kind.send(audit, by=guest)
    approval = kind.send(audit, by=cast.officer)
    assert [step["meaning"] for step in approval.rule] == ["approved"]
    sign(approval, cast.head)
    audit.refresh_from_db()
    assert audit.state == Audit.State.PLANNED


@pytest.mark.parametrize("state", sorted(set(Audit.State.values) - {"planning"}))
def test_it_is_sent_while_it_is_being_planned_alone(cast, audit, row, state):
    Audit.objects.update(state=state)
    with pytest.raises(Refused, match="tình trạng"):
        kind.send(audit, by=cast.lead)


def test_what_prevents_sending_is_said(cast, audit, appoint):
    with pytest.raises(Refused, match="chưa có dòng nào"):
        kind.send(audit, by=cast.lead)
    row = plan_row(cast, audit)
    row.auditors.clear()
    with pytest.raises(Refused, match="chưa có đánh giá viên"):
        kind.send(audit, by=cast.lead)
    row.auditors.set([audit.members.get(person=cast.auditor)])
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    with pytest.raises(Refused, match="đang làm việc tại Phòng Bổ trợ tư pháp"):
        kind.send(audit, by=cast.lead)


def test_a_plan_without_a_lead_is_not_fixed(cast, audit, row):
    audit.members.filter(part=Member.Part.LEAD).update(part=Member.Part.OBSERVER)
    with pytest.raises(Refused, match="chưa có trưởng đoàn"):
        lifecycle.fix_plan(audit, by=None)


def test_a_unit_that_was_closed_is_not_audited(cast, audit, row):
    cast.field.active_to = today() - days(1)
    cast.field.save()
    with pytest.raises(Refused, match="đã kết thúc hoạt động"):
        kind.send(audit, by=cast.lead)


CHANGES = {
    "a line": lambda c, a, r: plan_row(c, a, row=r, topic="Khác"),
    "another line": lambda c, a, r: plan_row(c, a, starts_at=hour(today(), 14), ends_at=hour(today(), 15)),
    "no line": lambda c, a, r: lifecycle.remove_row(r, by=c.officer),
    "its days": lambda c, a, r: lifecycle.change_audit(a, ends_on=today() + days(3), by=c.officer),
    "who joins": lambda c, a, r: lifecycle.add_member(a, c.clerk, "auditee", by=c.officer),
    "who leads": lambda c, a, r: lifecycle.add_member(a, c.auditor, "lead", by=c.officer),
    "who leaves": lambda c, a, r: lifecycle.end_member(a.members.get(person=c.auditor), by=c.officer),
    "who audits": lambda c, a, r: lifecycle.replace_auditor(r, old=None, person=c.idle, by=c.officer),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_changed_while_it_is_on_its_way(cast, sent, audit, row, change):
    with pytest.raises(Refused, match="đang được trình duyệt"):
        CHANGES[change](cast, audit, row)
    approvals.take_back(sent, by=cast.lead)
    if change == "who leaves":
        row.auditors.clear()
    CHANGES[change](cast, audit, row)


def test_who_became_tied_meanwhile_stops_the_last_signature(cast, sent, audit, appoint):
    sign(sent, cast.lead)
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    with pytest.raises(Refused, match="đang làm việc tại Phòng Bổ trợ tư pháp"):
        sign(sent, cast.head)
    audit.refresh_from_db()
    assert audit.state == Audit.State.PLANNING


def test_a_version_differing_from_the_sealed_one_is_not_fixed(cast, sent, audit, row):
    sign(sent, cast.lead)
    row.topic = "Sửa lén"
    row.save()
    with pytest.raises(Refused, match="đã thay đổi sau khi trình"):
        sign(sent, cast.head)


def test_who_is_on_the_team_does_not_approve(cast, audit, row, appoint):
    appoint("auditor", "approver", cast.agency)
    sent = kind.send(audit, by=cast.lead)
    sign(sent, cast.lead)
    with pytest.raises(Refused):
        sign(sent, cast.auditor)


def test_cancelling_ends_what_was_sent(cast, sent, audit):
    lifecycle.cancel(audit, reason="bão", by=cast.officer)
    sent.refresh_from_db()
    assert sent.state == Approval.State.VOID


def test_opened_again_it_is_signed_again(cast, signed):
    lifecycle.reopen_plan(signed, reason="đổi giờ", by=cast.officer)
    again = kind.send(Audit.objects.get(), by=cast.lead)
    for one in (cast.lead, cast.head):
        sign(again, one)
    assert Audit.objects.get().state == Audit.State.PLANNED


# --- pages and paper ------------------------------------------------------------------------------


def test_the_page_sends_it_and_says_where_it_is(cast, audit, row, browser):
    assert "Trình ký kế hoạch" in browser.see(cast.lead, "audit", audit.pk).content.decode()
    assert "Trình ký kế hoạch" not in browser.see(cast.officer, "audit", audit.pk).content.decode()
    page = browser.do(cast.lead, "audit_plan_send", audit.pk)
    assert "không soạn, không ký" in page and "Bùi Đánh Giá" in page
    page = browser.see(cast.officer, "audit", audit.pk).content.decode()
    assert "Kế hoạch đang được trình ký" in page and "Thêm dòng" not in page


def test_the_paper_carries_the_signatures_and_the_signed_lines(cast, signed):
    paper = plan_papers.plan(signed, language="vi", names=True)
    assert [one.name for one in paper.signatures] == ["Vũ Trưởng Đoàn", "Ngô Giám Đốc"]
    assert paper.signatures[0].lines == ("TRƯỞNG ĐOÀN ĐÁNH GIÁ",)
    assert any("không soạn, không ký" in b.text for b in paper.blocks if isinstance(b, Paragraph))
    english = plan_papers.plan(signed, language="en", names=True)
    assert not any("không soạn" in b.text for b in english.blocks if isinstance(b, Paragraph))


def test_a_replacement_after_signing_is_shown_with_the_signed_plan(cast, signed, row):
    old = signed.members.get(person=cast.auditor)
    lifecycle.replace_auditor(row, old=old, person=cast.idle, by=cast.lead)
    paper = plan_papers.plan(signed, language="vi", names=True)
    said = [line for b in paper.blocks if isinstance(b, Items) for line in b.texts]
    assert any("Đặng Chưa Phân Công thay Bùi Đánh Giá." in line for line in said)
    unnamed = plan_papers.plan(signed, language="vi", names=False)
    assert "Bùi" not in str(unnamed.blocks) and "Đặng" not in str(unnamed.blocks)


def test_the_lead_is_warned_when_somebody_is_tied_after_signing(cast, signed, browser, appoint):
    watching.look_for_ties()
    assert not Notice.objects.filter(kind="auditor_tied").exists()
    assert "phải đổi người" not in browser.see(cast.lead, "audit", signed.pk).content.decode()
    appoint("auditor", "reader", cast.agency, unit=cast.field)
    watching.look_for_ties()
    watching.look_for_ties()
    told = Notice.objects.filter(kind="auditor_tied").values_list("person__username", flat=True)
    assert sorted(told) == ["lead", "officer"]
    page = browser.see(cast.lead, "audit", signed.pk).content.decode()
    assert "phải đổi người" in page and "Bùi Đánh Giá" in page
    assert "phải đổi người" not in browser.see(cast.auditor, "audit", signed.pk).content.decode()


def test_the_city_has_no_chain(cast, appoint):
    guest = appoint("guest", "auditor", cast.other_agency)
    made = lifecycle.create_audit(
        cast.agency, body=None, kind="inspection", title="Kiểm tra", lead=guest, by=None, starts_on=today(), ends_on=today(),
    )  # fmt: skip
    assert plan_rules.may_fix_here(guest, made) and not plan_rules.may_send_plan(guest, made)


def test_a_plan_that_came_back_waits_for_nobody_once_the_audit_is_cancelled(cast, sent, audit):
    sign(sent, cast.lead)
    approvals.return_to_sender(sent, by=cast.head, reason="Đổi ngày")
    assert list(queries.returned_to(cast.lead)) == [sent]
    lifecycle.cancel(audit, reason="Đơn vị giải thể", by=cast.lead)
    assert not queries.returned_to(cast.lead).exists()
    assert queries.came_back(f"audit_plan:{audit.pk}").reason == "Đổi ngày"


# -- a plan that lies in the past


def moved(audit, first, last):
    """The audit with its lines, so many days from today."""
    by = today() + days(first) - audit.starts_on
    for line in audit.rows.all():
        line.starts_at, line.ends_at = line.starts_at + by, line.ends_at + by
        line.save()
    audit.starts_on, audit.ends_on = today() + days(first), today() + days(last)
    audit.save()
    return audit


def test_what_has_begun_is_named_before_sending(cast, audit, row, browser):
    said = "Phòng Bổ trợ tư pháp (08:00 "
    moved(audit, 2, 3)
    assert said not in browser.see(cast.lead, "audit", audit.pk).content.decode()
    moved(audit, -1, 0)
    page = browser.see(cast.lead, "audit", audit.pk).content.decode()
    assert said in page and "đã bắt đầu mà kế hoạch chưa được ký" in page
    Meeting.objects.create(
        audit=audit, kind="opening", starts_at=hour(audit.starts_on, 7), ends_at=hour(audit.starts_on, 8)
    )  # fmt: skip
    sent = kind.send(audit, by=cast.lead)  # no refusal
    page = browser.see(cast.lead, "audit", audit.pk).content.decode()
    assert f"Họp khai mạc (07:00 {written(audit.starts_on)})" in page
    for one in (cast.lead, cast.head):
        sign(sent, one)
    assert (
        "mà kế hoạch chưa được ký" not in browser.see(cast.lead, "audit", audit.pk).content.decode()
    )


def test_a_plan_whose_last_day_has_passed_is_not_sent(cast, audit, row):
    moved(audit, -2, -1)
    with pytest.raises(Refused, match="đã qua"):
        kind.send(audit, by=cast.lead)


@pytest.mark.parametrize(("begins", "due"), [(0, 1), (1, 1), (2, 2), (9, 3)])
def test_the_lead_signs_before_the_audit_begins(cast, audit, row, begins, due):
    moved(audit, begins, begins + 1)
    assert kind.send(audit, by=cast.lead).due_on == today() + days(due)
